"""Arrays in, arrays out: recordings, codecs, resampling, levels, tones, effects and echo. Nothing here knows about calls."""
