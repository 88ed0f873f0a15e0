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
from voicebot.call import NOTHING, Call
from voicebot.events import VoiceLate
from voicebot.live.keeping import CallKeeper
from voicebot.live.pump import SoundCounts
from voicebot.testing.driving import Timing
from voicebot.types import FRAME_SAMPLES, SILENCE, Frame, Samples

LAST_WORDS_FRAMES = 250
"""Longest wait for the end of the announcement to be played: an echo of it would be taken for the caller."""

WAIT_SECONDS = 0.25
"""Longest wait for a frame before the thread looks whether the call was ended from outside."""


class Line(Protocol):
    """Where a caller is, in real time. Used by the call's thread alone."""

    counts: SoundCounts

    @property
    def played(self) -> int:
        """Number of the bot's frame that sounded while the frame received last was recorded; NOTHING: none of them."""
        ...

    def receive(self, seconds: float) -> Frame | None:
        """The caller's next frame, None when there is none for so long."""
        ...

    def send(self, frame: Frame, number: int = NOTHING) -> None:
        """Play the bot's frame with this number."""
        ...

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
                    number = len(self.timing.pushes)
                    played = self._line.played
                    self._line.send(self._push(frame, played if played < number else NOTHING), number)
            self._line.drain()
        except BaseException as error:  # whoever waits for the call gets it
            self._error = error
            self._leave()
        finally:
            self._over.set()

    def _push(self, frame: Frame, played: int = NOTHING) -> Frame:
        while self._keys:
            key = self._keys.popleft()
            self.call.key(key)
            if self._keeper is not None:
                self._keeper.press(key)
        if self._keeper is not None:
            self._keeper.frame(frame, played)
        before = perf_counter()
        out = self.call.push(frame, played)
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
        """Play the announcement: a frame for every frame that comes, until the last has sounded."""
        if self._announcement is None:
            return
        frames = list(_frames(self._announcement))
        last = max((number for number, frame in enumerate(frames) if frame.any()), default=NOTHING)
        for number in range(len(frames) + LAST_WORDS_FRAMES):
            while not self._hung_up.is_set() and self._line.receive(WAIT_SECONDS) is None:
                pass
            if self._hung_up.is_set() or (number >= len(frames) and self._line.played >= last):
                return
            if number < len(frames):
                self._line.send(frames[number], number)
            else:
                self._line.send(SILENCE)

    def _leave(self) -> None:
        if not self.timing.pushes:
            self._push(SILENCE)  # a call that ends before its first frame has no head in its log
        self.call.hang_up()

    def _too_long(self) -> bool:
        return self._limit is not None and self.call.seconds >= self._limit


def _frames(samples: Samples) -> Iterator[Frame]:
    padded = np.pad(samples, (0, -len(samples) % FRAME_SAMPLES))
    yield from padded.reshape(-1, FRAME_SAMPLES)
