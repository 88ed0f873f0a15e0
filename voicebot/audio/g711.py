"""ITU-T G.711: µ-law and A-law by table. 8 bit codes to int16 samples (16 bit scale) and back."""

import numpy as np
from numpy.typing import NDArray

from voicebot.types import Samples

Codes = NDArray[np.uint8]


def _mulaw_table() -> Samples:
    """G.711 table 2a: sign, three bits of segment, four of step, all inverted."""
    code = ~np.arange(256, dtype=np.int32) & 0xFF
    magnitude = (((code & 0x0F) << 3) + 0x84 << ((code & 0x70) >> 4)) - 0x84
    return np.where(code & 0x80, -magnitude, magnitude).astype(np.int16)


def _alaw_table() -> Samples:
    """G.711 table 1a: even bits inverted."""
    code = np.arange(256, dtype=np.int32) ^ 0x55
    segment, step = (code & 0x70) >> 4, (code & 0x0F) << 4
    magnitude = np.where(segment == 0, step + 8, (step + 0x108) << np.maximum(segment - 1, 0))
    return np.where(code & 0x80, magnitude, -magnitude).astype(np.int16)


def _encoder(decoded: Samples) -> Codes:
    """For each of the 65,536 samples, the code whose value is nearest; of two equally near, the one further from zero."""
    order = np.argsort(decoded, kind="stable")
    values = decoded[order].astype(np.int32)
    samples = np.arange(-32768, 32768, dtype=np.int32)
    above = np.clip(np.searchsorted(values, samples), 1, 255)
    low, high = values[above - 1], values[above]
    nearer_high = (high - samples < samples - low) | ((high - samples == samples - low) & (samples > 0))
    codes = order[np.where(nearer_high, above, above - 1)].astype(np.uint8)
    return np.roll(codes, 32768)  # indexed by the sample's two's complement


_DECODE = {"mulaw": _mulaw_table(), "alaw": _alaw_table()}
_ENCODE = {law: _encoder(table) for law, table in _DECODE.items()}


def decode(codes: Codes, law: str) -> Samples:
    """uint8 codes of any shape → int16 samples; `law` is mulaw or alaw."""
    return _DECODE[law][codes]


def encode(samples: Samples, law: str) -> Codes:
    """int16 samples of any shape → uint8 codes."""
    return _ENCODE[law][samples.view(np.uint16)]
