"""Signalling tones: key tones (ITU-T Q.23) and call progress (ITU-T E.180)."""

from collections.abc import Sequence

import numpy as np

from voicebot.audio.levels import to_int16
from voicebot.types import SAMPLE_RATE, Samples

ROWS = (697, 770, 852, 941)
COLUMNS = (1209, 1336, 1477, 1633)
KEYPAD = ("123A", "456B", "789C", "*0#D")
KEY_TONES: dict[str, tuple[int, int]] = {
    key: (row, column) for row, keys in zip(ROWS, KEYPAD, strict=True) for column, key in zip(COLUMNS, keys, strict=True)
}
"""Key → its two frequencies in Hz."""

PROGRESS_TONES: dict[str, tuple[tuple[int, ...], tuple[float, ...]]] = {
    "ringback_cn": ((450,), (1.0, 4.0)),
    "ringback_us": ((440, 480), (2.0, 4.0)),
    "busy_cn": ((450,), (0.35, 0.35)),
    "busy_us": ((480, 620), (0.5, 0.5)),
    "dial_cn": ((450,), (1.0, 0.0)),
    "dial_us": ((350, 440), (1.0, 0.0)),
}
"""Name → (frequencies in Hz, (seconds on, seconds off))."""

_RAMP = round(0.004 * SAMPLE_RATE)


def tone(frequencies: Sequence[float], seconds: float, level_dbfs: float = -13.0) -> Samples:
    """Sines of equal strength together at `level_dbfs` RMS, faded in and out over 4 ms."""
    count = round(seconds * SAMPLE_RATE)
    t = np.arange(count) / SAMPLE_RATE
    values = np.sum([np.sin(2 * np.pi * hz * t) for hz in frequencies], axis=0)
    values *= 32768 * 10 ** (level_dbfs / 20) / np.sqrt(len(frequencies) / 2)
    edge = np.minimum(1.0, np.minimum(np.arange(count), np.arange(count)[::-1]) / _RAMP)
    return to_int16(values * edge)


def keys(digits: str, on: float = 0.08, off: float = 0.08, level_dbfs: float = -13.0) -> Samples:
    """Key tones one after the other, `on` seconds each with `off` seconds of silence behind it."""
    pause = np.zeros(round(off * SAMPLE_RATE), np.int16)
    parts = [part for key in digits for part in (tone(KEY_TONES[key], on, level_dbfs), pause)]
    return np.concatenate(parts) if parts else pause[:0]


def progress(name: str, seconds: float, level_dbfs: float = -16.0) -> Samples:
    """A call-progress tone with its cadence."""
    frequencies, (on, off) = PROGRESS_TONES[name]
    period = [tone(frequencies, on, level_dbfs), np.zeros(round(off * SAMPLE_RATE), np.int16)]
    cycles = int(seconds / (on + off)) + 1
    return np.concatenate(period * cycles)[: round(seconds * SAMPLE_RATE)]
