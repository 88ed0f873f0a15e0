"""Sample-rate conversion by soxr: high quality for whole arrays and files, low latency for live streams."""

import numpy as np
import soxr

from voicebot.types import SAMPLE_RATE, Samples


def resample(samples: Samples, rate: int, to: int = SAMPLE_RATE) -> Samples:
    """int16, shape (n,) or (n, channels), from `rate` to `to` Hz in high quality."""
    if rate == to or not len(samples):
        return samples
    return np.asarray(soxr.resample(samples, rate, to, quality="HQ"), dtype=np.int16)


class StreamResampler:
    """Converts blocks as they come. `live` trades quality (soxr LQ, 21 ms of lag) for latency; files use HQ."""

    def __init__(self, rate: int, to: int = SAMPLE_RATE, channels: int = 1, live: bool = False) -> None:
        self._same = rate == to
        self._stream = soxr.ResampleStream(rate, to, channels, dtype="int16", quality="LQ" if live else "HQ")

    def push(self, block: Samples, last: bool = False) -> Samples:
        """The converted samples that are ready after `block`; `last` flushes what is held back."""
        if self._same:
            return block
        return np.asarray(self._stream.resample_chunk(block, last=last), dtype=np.int16)
