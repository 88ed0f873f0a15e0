"""Music on hold, as a caller's telephone plays it into a call: a tune over broken chords, from nothing but a generator."""

import numpy as np
from numpy.typing import NDArray

from voicebot.audio.levels import to_int16
from voicebot.types import SAMPLE_RATE, Samples

BEAT_SECONDS = 0.32
"""A beat at 94 quavers in half a minute: the pace of most tunes that exchanges ship with."""

LEVEL_DB = -26.0
"""dBFS, as all generated noises."""

_CHORDS = ((0, 4, 7), (9, 12, 16), (5, 9, 12), (7, 11, 14))
"""I vi IV V, in semitones over the key."""

_SCALE = (0, 2, 4, 5, 7, 9, 11, 12)
_KEY_HZ = 261.63
"""Middle C."""


def hold_music(length: int, rng: np.random.Generator) -> Samples:
    """`length` samples of it at −26 dBFS; another generator, another tune."""
    beats = length // round(BEAT_SECONDS * SAMPLE_RATE) + 1
    values = np.zeros(length)
    step = int(rng.integers(0, len(_SCALE)))
    for beat in range(beats):
        start = round(beat * BEAT_SECONDS * SAMPLE_RATE)
        chord = _CHORDS[beat // 4 % len(_CHORDS)]
        _play(values, start, chord[beat % 3] - 12, 0.5, 1.2)
        if beat % 2 == 0 or rng.random() < 0.4:
            step = int(np.clip(step + rng.integers(-2, 3), 0, len(_SCALE) - 1))
            _play(values, start, _SCALE[step] + 12, 1.0, 0.9)
    loudness = np.sqrt(np.sum(values * values) / max(1, length))
    return to_int16(values / max(loudness, 1e-9) * 32768 * 10 ** (LEVEL_DB / 20))


def _play(values: NDArray[np.float64], start: int, semitones: int, loudness: float, seconds: float) -> None:
    """A plucked note with five harmonics, added from `start` on."""
    size = min(len(values) - start, round(seconds * SAMPLE_RATE))
    if size <= 0:
        return
    t = np.arange(size) / SAMPLE_RATE
    hz = _KEY_HZ * 2 ** (semitones / 12)
    note = sum(np.sin(2 * np.pi * hz * k * t) / k**1.5 * np.exp(-t * (2.0 + k)) for k in range(1, 6))
    values[start : start + size] += loudness * note * np.minimum(1.0, t / 0.008)
