"""Sample-rate conversion by soxr: high quality for whole arrays and files, low latency for live streams.

soxr computes in floats and rounding is done here: where it rounds to int16 itself it adds dither, and the dither of the last
samples it flushes is seeded with an address in memory. The same audio would come out a little different from call to call.
"""

from typing import Any

import numpy as np
import soxr

from voicebot.types import SAMPLE_RATE, Samples


def resample(samples: Samples, rate: int, to: int = SAMPLE_RATE) -> Samples:
    """int16, shape (n,) or (n, channels), from `rate` to `to` Hz in high quality."""
    if rate == to or not len(samples):
        return samples
    return _rounded(soxr.resample(samples.astype(np.float32), rate, to, quality="HQ"))


class StreamResampler:
    """Converts blocks as they come. `live` trades quality (soxr LQ, 21 ms of lag) for latency; files use HQ."""

    def __init__(self, rate: int, to: int = SAMPLE_RATE, channels: int = 1, live: bool = False) -> None:
        self._same = rate == to
        self._stream = soxr.ResampleStream(rate, to, channels, dtype="float32", quality="LQ" if live else "HQ")

    def push(self, block: Samples, last: bool = False) -> Samples:
        """The converted samples that are ready after `block`; `last` flushes what is held back."""
        if self._same:
            return block
        return _rounded(self._stream.resample_chunk(block.astype(np.float32), last=last))


def _rounded(samples: Any) -> Samples:
    """The nearest int16; what overshoots full scale is clipped."""
    whole: Samples = np.clip(np.rint(samples), -32768, 32767).astype(np.int16)
    return whole
