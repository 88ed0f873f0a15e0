"""A line whose caller is a row of frames, as fast as the call takes them."""

from collections.abc import Callable, Iterable

import numpy as np

from voicebot.call import NOTHING
from voicebot.live.pump import SoundCounts
from voicebot.types import FRAME_SAMPLES, SILENCE, Frame, Samples


class SoftLine:
    """Gives `frames`, then nothing; keeps what it is sent. `before` is called with the number of each frame it gives."""

    def __init__(self, frames: Iterable[Frame], before: Callable[[int], None] = lambda number: None) -> None:
        self.counts = SoundCounts()
        self.sent: list[Frame] = []
        self.given = 0
        self.reconnects = 0
        self.drained = False
        self.played = NOTHING
        """As of a speaker that is one frame behind; `NOTHING` before the first."""
        self._frames = iter(frames)
        self._before = before

    def receive(self, seconds: float) -> Frame | None:
        frame = next(self._frames, None)
        if frame is not None:
            self._before(self.given)
            self.given += 1
        return frame

    def send(self, frame: Frame, number: int = NOTHING) -> None:
        self.sent.append(frame)
        self.played = number

    def reconnect(self) -> None:
        self.reconnects += 1

    def drain(self) -> None:
        self.drained = True


def silence(seconds: float) -> list[Frame]:
    return [SILENCE] * round(50 * seconds)


def frames(samples: Samples) -> list[Frame]:
    return list(np.pad(samples, (0, -len(samples) % FRAME_SAMPLES)).reshape(-1, FRAME_SAMPLES))
