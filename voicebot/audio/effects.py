"""What happens to speech on its way to a hotline: levels, noise, rooms, the telephone band, lost packets, echo.

Pure functions of their arguments; chance comes from the generator that is passed in.
"""

from collections.abc import Callable

import numpy as np
from numpy.typing import NDArray

from voicebot.audio import g711
from voicebot.audio.levels import active_level_db, level_db, mix, scale, to_int16
from voicebot.audio.resample import resample
from voicebot.types import SAMPLE_RATE, Samples

Signal = NDArray[np.float64]

TELEPHONE_BAND = (300.0, 3400.0)
"""Hz, ITU-T G.712."""

PACKET_SAMPLES = SAMPLE_RATE // 50
"""Samples in a packet: 20 ms, what most gateways send."""

_SPECTRAL_SLOPES = {"white": 0.0, "pink": -0.5, "brown": -1.0}
"""Exponent of the amplitude spectrum over frequency."""

TALKERS = 6
"""Voices in babble."""


def set_level(samples: Samples, level: float) -> Samples:
    """`samples` with an active level of `level` dBFS (silence stays silence)."""
    if not np.any(samples):
        return samples
    return scale(samples, level - active_level_db(samples))


def coloured_noise(kind: str, length: int, rng: np.random.Generator) -> Samples:
    """`length` samples of white, pink, brown noise, mains hum, or babble-like speech-shaped noise, at −26 dBFS."""
    if kind in _SPECTRAL_SLOPES:
        values = _shaped(length, rng, lambda hz: hz ** _SPECTRAL_SLOPES[kind])
    elif kind == "hum":
        t = np.arange(length) / SAMPLE_RATE
        values = np.zeros(length)
        for k in (1, 2, 3, 5):
            values += np.sin(2 * np.pi * 50 * k * t + rng.uniform(0, 6.28)) / k
        values += 0.02 * rng.standard_normal(length)
    elif kind == "babble":
        values = np.zeros(length)
        for _ in range(TALKERS):  # one after the other: all at once take six times the memory
            talker = _syllables(length, rng)
            talker *= _shaped(length, rng, _speech_spectrum)
            values += talker
    else:
        raise ValueError(f"unknown noise {kind!r}; known: white, pink, brown, hum, babble")
    values /= np.sqrt(np.mean(values * values))
    values *= 32768
    values *= 10 ** (-26 / 20)
    return to_int16(values)


def _shaped(length: int, rng: np.random.Generator, amplitude: Callable[[Signal], Signal]) -> Signal:
    """In place where it can be: no array of a call is larger."""
    gain = amplitude(np.maximum(np.fft.rfftfreq(length, 1 / SAMPLE_RATE), 20.0))
    spectrum = np.fft.rfft(rng.standard_normal(length))
    spectrum *= gain
    del gain
    return np.fft.irfft(spectrum, length)


def _speech_spectrum(hz: Signal) -> Signal:
    """Long-term average speech: flat to 500 Hz, then −9 dB an octave (after ITU-T P.50)."""
    return np.where(hz < 500, 1.0, (hz / 500) ** -1.5)


def _syllables(length: int, rng: np.random.Generator) -> Signal:
    """An envelope that rises and falls about four times a second, as talking does."""
    knots = rng.uniform(0, 1, max(2, 1 + length * 8 // SAMPLE_RATE)) ** 2
    return np.interp(np.linspace(0, len(knots) - 1, length), np.arange(len(knots)), knots)


def add_noise(samples: Samples, noise: Samples, snr_db: float) -> Samples:
    """`samples` with `noise` (at least as long) `snr_db` below their active level."""
    gain = active_level_db(samples) - snr_db - level_db(noise[: len(samples)])
    return mix(samples, scale(noise[: len(samples)], gain))


def telephone(samples: Samples, law: str = "alaw") -> Samples:
    """Through a telephone line: 300–3400 Hz, 8 kHz, G.711, and back to 16 kHz."""
    slow = resample(samples, SAMPLE_RATE, 8000)
    length = len(slow)
    if not length:
        return np.zeros_like(samples)
    hz = np.fft.rfftfreq(length, 1 / 8000)
    low, high = TELEPHONE_BAND
    gain = 1 / (1 + (low / np.maximum(hz, 1.0)) ** 8) / (1 + (hz / high) ** 24)
    narrow = to_int16(np.fft.irfft(np.fft.rfft(slow.astype(np.float64)) * gain, length))
    wide = resample(g711.decode(g711.encode(narrow, law), law), 8000)
    return np.pad(wide, (0, max(0, len(samples) - len(wide))))[: len(samples)]


def room(samples: Samples, rng: np.random.Generator, t60: float = 0.3, direct_db: float = 6.0) -> Samples:
    """In a room with reverberation time `t60` seconds; `direct_db`: direct sound against reverberation."""
    length = max(1, round(t60 * SAMPLE_RATE))
    tail = rng.standard_normal(length) * np.exp(-6.9 * np.arange(length) / length)
    tail *= 10 ** (-direct_db / 20) / np.sqrt(np.sum(tail * tail))
    tail[0] = 1.0
    size = len(samples) + length
    wet = np.fft.irfft(np.fft.rfft(samples, size) * np.fft.rfft(tail, size), size)
    return to_int16(wet[: len(samples)])


def lose_packets(samples: Samples, rng: np.random.Generator, share: float) -> Samples:
    """Each 20 ms packet is lost with probability `share`; the one before it is repeated at half its level, then silence."""
    out = samples.copy()
    lost_before = 0
    for start in range(0, len(out) - PACKET_SAMPLES + 1, PACKET_SAMPLES):
        if rng.random() >= share:
            lost_before = 0
            continue
        lost_before += 1
        previous = out[max(0, start - PACKET_SAMPLES) : start]
        concealed = (
            scale(previous, -6.0) if lost_before <= 2 and len(previous) == PACKET_SAMPLES else np.zeros(PACKET_SAMPLES, np.int16)
        )
        out[start : start + PACKET_SAMPLES] = concealed
    return out


def echo_path(far: Samples, attenuation_db: float, delay: float, rng: np.random.Generator) -> Samples:
    """The bot's voice as it leaks into the microphone: `delay` seconds late, `attenuation_db` down, through a small room."""
    late = np.concatenate([np.zeros(round(delay * SAMPLE_RATE), np.int16), far])[: len(far)]
    return scale(room(late, rng, t60=0.12, direct_db=9.0), -attenuation_db)
