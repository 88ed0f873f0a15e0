"""A call in real time: an engine thread that takes frames from a line, pushes them into the call and sends the answers back.

The call itself knows nothing of it: the same frames and keys, replayed, give the same decisions.
"""

import threading
from collections import deque
from collections.abc import Iterator
from time import perf_counter
from typing import Protocol

import numpy as np

from voicebot.audio.levels import FLOOR_DB, level_db
from voicebot.call import Call
from voicebot.events import VoiceLate
from voicebot.live.keeping import CallKeeper
from voicebot.live.pump import SoundCounts
from voicebot.testing.driving import Timing
from voicebot.types import FRAME_SAMPLES, SILENCE, Frame, Samples

WAIT_SECONDS = 0.25
"""Longest wait for a frame before the thread looks whether the call was ended from outside."""


class Line(Protocol):
    """Where a caller is, in real time. Used by the call's thread alone."""

    counts: SoundCounts

    def receive(self, seconds: float) -> Frame | None:
        """The caller's next frame, None when there is none for so long."""
        ...

    def send(self, frame: Frame) -> None: ...

    def reconnect(self) -> None: ...

    def drain(self) -> None: ...


class LiveCall:
    """Runs `call` over `line` on a thread of its own. `press`, `hang_up` and `reconnect` may come from any thread."""

    def __init__(
        self,
        call: Call,
        line: Line,
        *,
        keeper: CallKeeper | None = None,
        announcement: Samples | None = None,
        limit_seconds: float | None = None,
    ) -> None:
        """`announcement` is played before the call begins, the caller unheard; at `limit_seconds` the call is hung up."""
        self.call = call
        self.timing = Timing()
        self.caller_db = FLOOR_DB
        self.bot_db = FLOOR_DB
        self._line = line
        self._keeper = keeper
        self._announcement = announcement
        self._limit = limit_seconds
        self._keys: deque[str] = deque()
        self._hung_up = threading.Event()
        self._reconnect = threading.Event()
        self._over = threading.Event()
        self._late = 0
        self._error: BaseException | None = None
        self._thread = threading.Thread(target=self._run, name="voicebot call")

    def start(self) -> None:
        """Begin; the line must be open."""
        self._thread.start()

    def press(self, key: str) -> None:
        """A key of the key pad, 0–9 * #."""
        self._keys.append(key)

    def hang_up(self) -> None:
        """The caller hangs up."""
        self._hung_up.set()

    def reconnect(self) -> None:
        """Leave the sound devices and look for them again."""
        self._reconnect.set()

    def wait(self, seconds: float | None = None) -> bool:
        """Wait for the end; whether it came. Raises what ended the thread, if that was an error."""
        # not Thread.join: interrupted by Ctrl-C, it takes the thread for ended although it runs (Python 3.11)
        if self._thread.ident is not None and not self._over.wait(seconds):
            return False
        if self._error is not None:
            raise self._error
        return True

    def _run(self) -> None:
        try:
            self._announce()
            while not self.call.ended:
                if self._hung_up.is_set() or self._too_long():
                    self._leave()
                    return
                if self._reconnect.is_set():
                    self._reconnect.clear()
                    self._line.reconnect()
                frame = self._line.receive(WAIT_SECONDS)
                if frame is not None:
                    self._line.send(self._push(frame))
            self._line.drain()
        except BaseException as error:  # whoever waits for the call gets it
            self._error = error
            self._leave()
        finally:
            self._over.set()

    def _push(self, frame: Frame) -> Frame:
        while self._keys:
            key = self._keys.popleft()
            self.call.key(key)
            if self._keeper is not None:
                self._keeper.press(key)
        if self._keeper is not None:
            self._keeper.frame(frame)
        before = perf_counter()
        out = self.call.push(frame)
        self.timing.pushes.append(perf_counter() - before)
        self._note_late()
        self.caller_db, self.bot_db = level_db(frame), level_db(out)
        return out

    def _note_late(self) -> None:
        late = self._line.counts.late
        if late > self._late:
            self.call.log.append(VoiceLate(frames=late - self._late))
            self._late = late

    def _announce(self) -> None:
        """Play the announcement: a frame for every frame that comes."""
        if self._announcement is None:
            return
        for frame in _frames(self._announcement):
            while not self._hung_up.is_set():
                if self._line.receive(WAIT_SECONDS) is not None:
                    self._line.send(frame)
                    break

    def _leave(self) -> None:
        if not self.timing.pushes:
            self._push(SILENCE)  # a call that ends before its first frame has no head in its log
        self.call.hang_up()

    def _too_long(self) -> bool:
        return self._limit is not None and self.call.seconds >= self._limit


def _frames(samples: Samples) -> Iterator[Frame]:
    padded = np.pad(samples, (0, -len(samples) % FRAME_SAMPLES))
    yield from padded.reshape(-1, FRAME_SAMPLES)
