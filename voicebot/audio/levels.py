"""Levels in dBFS (0 dB: the RMS of a full-scale square wave)."""

import numpy as np

from voicebot.types import FRAME_SAMPLES, Samples

FLOOR_DB = -96.0
"""Level of digital silence."""

_FULL_SCALE = 32768.0


def level_db(samples: Samples) -> float:
    """RMS level of `samples` (int16, any length), not below `FLOOR_DB`."""
    if not len(samples):
        return FLOOR_DB
    values = samples.astype(np.float32)
    power = float(values @ values) / len(values) / (_FULL_SCALE * _FULL_SCALE)
    return max(FLOOR_DB, 10.0 * float(np.log10(power))) if power > 0 else FLOOR_DB


def frame_levels_db(samples: Samples) -> np.ndarray:
    """Level of each whole frame of `samples`: shape (n // 320,)."""
    frames = samples[: len(samples) // FRAME_SAMPLES * FRAME_SAMPLES].reshape(-1, FRAME_SAMPLES).astype(np.float64)
    power = np.mean(frames * frames, axis=1) / (_FULL_SCALE * _FULL_SCALE) if len(frames) else np.zeros(0)
    return np.maximum(FLOOR_DB, 10.0 * np.log10(np.maximum(power, 1e-12)))


def active_level_db(samples: Samples) -> float:
    """RMS level over the frames within 20 dB of the loudest: speech without its pauses (after ITU-T P.56's margin)."""
    levels = frame_levels_db(samples)
    if not len(levels):
        return level_db(samples)
    active = levels[levels >= levels.max() - 20.0]
    return float(10.0 * np.log10(np.mean(10.0 ** (active / 10.0))))


def scale(samples: Samples, gain_db: float) -> Samples:
    """`samples` louder by `gain_db`, saturating."""
    return to_int16(samples.astype(np.float64) * 10.0 ** (gain_db / 20.0))


def to_int16(values: np.ndarray) -> Samples:
    """Samples on the int16 scale → int16, rounded and saturating. NaN becomes 0."""
    if values.dtype.kind != "f":
        return saturated(values)
    whole = np.nan_to_num(values, nan=0.0, posinf=32767, neginf=-32768)  # a copy, and rounded in it
    return saturated(np.rint(whole, out=whole))


def mix(first: Samples, second: Samples) -> Samples:
    """Sum of two equally long signals, saturating."""
    return saturated(first.astype(np.int32) + second)


def saturated(values: np.ndarray) -> Samples:
    """Whole numbers, integers or floats, on the int16 scale → int16, saturating."""
    clipped: Samples = np.clip(values, -32768, 32767).astype(np.int16)
    return clipped
