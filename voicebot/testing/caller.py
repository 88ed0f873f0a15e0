"""Whoever is on the other end of the line: the protocol, what they notice of the bot, and a recording played back."""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Protocol

from voicebot.call import following
from voicebot.events import CallEnded, Decided, PromptFinished, PromptStarted, PromptStopped, Record, Resumed
from voicebot.types import FRAMES_PER_SECOND, SILENCE, Frame


@dataclass(frozen=True, slots=True)
class CallerFrame:
    """20 ms of the caller."""

    frame: Frame = field(default_factory=lambda: SILENCE)
    keys: str = ""
    """Keys that go down in this frame."""
    hung_up: bool = False
    played: int | None = None
    """Number of the bot's frame that sounded meanwhile, as `Call.push` takes it."""


class Caller(Protocol):
    """A caller in virtual time, one frame at a time."""

    def next_frame(self, news: Sequence[Record]) -> CallerFrame:
        """The next 20 ms, given what was logged since the last."""
        ...


class BotWatch:
    """What a caller notices of the bot: whether it sounds, since when, and when it last fell silent. Counts frames itself."""

    def __init__(self) -> None:
        self.now = 0
        self.sounding = False
        self.ended = False
        self.last_end: int | None = None
        """Frame in which the bot last fell silent."""
        self.last_act: str | None = None
        """What the bot's last prompt did."""
        self.decided: str | None = None
        """What the bot last decided to do, known before the prompt that does it."""
        self.last_questions: tuple[str, ...] = ()
        """The questions that the bot named last: the one it asked about, or those it offered."""
        self._starts: list[int] = []

    def notice(self, news: Sequence[Record]) -> None:
        """Take in what was logged; call once a frame, before deciding what to do in it."""
        for record in news:
            if isinstance(record.event, Decided | PromptStarted):
                self.last_questions = questions_named(record.event) or self.last_questions
            match record.event:
                case Decided(act=act):
                    self.decided = str(act)
                case PromptStarted(act=act):
                    self.sounding = True
                    self.last_act = act
                    self._starts.append(self.now)
                case Resumed():
                    self.sounding = True
                case PromptFinished() | PromptStopped():
                    self.sounding = False
                    self.last_end = self.now
                case CallEnded():
                    self.ended = True

    def started_since(self, frame: int) -> int | None:
        """When the first prompt after `frame` began to sound."""
        return next((start for start in self._starts if start >= frame), None)

    def quiet_for(self) -> float:
        """Seconds since the bot fell silent; 0 while it sounds."""
        if self.sounding or self.last_end is None:
            return 0.0
        return (self.now - self.last_end) / FRAMES_PER_SECOND


def questions_named(event: Decided | PromptStarted) -> tuple[str, ...]:
    """The questions that a decision or a prompt names; empty where it names none."""
    if isinstance(event, Decided):
        return tuple(event.questions)
    return (event.question,) if event.question is not None else ()


AFTERWARDS_SECONDS = 1.5
"""Quiet after a recording has ended and the bot has said its last, before the line is closed."""

LONGEST_WAIT_SECONDS = 30.0
"""Silence sent after a recording has ended, at most."""


class RecordedCaller:
    """A recording, played as it is; the line closes when the bot has said its last after it."""

    def __init__(
        self,
        frames: Iterator[Frame],
        keys: Mapping[int, str] | None = None,
        hangs_up: bool = False,
        played: Mapping[int, int] | None = None,
    ) -> None:
        """`keys`: frame → keys that go down in it. `hangs_up`: the caller is gone with the last frame. `played`: frame → the
        bot's frame that sounded meanwhile; from there on it is the next one each time, until the mapping says otherwise."""
        self._frames = frames
        self._keys = dict(keys or {})
        self._hangs_up = hangs_up
        self._jumps = dict(played or {})
        self._played: int | None = None
        self._watch = BotWatch()
        self._over_since: int | None = None

    def next_frame(self, news: Sequence[Record]) -> CallerFrame:
        self._watch.notice(news)
        frame = next(self._frames, None) if self._over_since is None else None
        if frame is None and self._over_since is None:
            self._over_since = self._watch.now
        keys = self._keys.pop(self._watch.now, "")
        self._played = self._jumps.pop(self._watch.now, following(self._played))
        self._watch.now += 1
        if frame is not None:
            return CallerFrame(frame, keys, played=self._played)
        return CallerFrame(hung_up=self._done(), played=self._played)

    def _done(self) -> bool:
        assert self._over_since is not None
        if self._hangs_up:
            return True
        waited = (self._watch.now - self._over_since) / FRAMES_PER_SECOND
        return (waited >= AFTERWARDS_SECONDS and self._watch.quiet_for() >= AFTERWARDS_SECONDS) or waited >= LONGEST_WAIT_SECONDS
