"""A call laid out in time, from its event log: what each leg did when, what the dialogue decided, what it believed."""

from collections.abc import Sequence
from dataclasses import dataclass, field
from typing import Any

from voicebot.events import (
    BeliefChanged,
    CallEnded,
    CallerTurnTaken,
    Hushed,
    KeyPressed,
    PartialHeard,
    Paused,
    PromptFinished,
    PromptStarted,
    PromptStopped,
    Recognized,
    Record,
    Resumed,
    SpeechDiscarded,
    SpeechEnded,
    SpeechStarted,
    TurnRejoined,
)

TYPED_SECONDS = 0.5
"""A typed turn has no length; it is drawn this long."""


@dataclass(slots=True)
class Quiet:
    """A stretch of a prompt during which the bot held back."""

    kind: str
    """hush (turned down) or pause (silent)."""
    start: float
    end: float


@dataclass(slots=True)
class SpokenPrompt:
    """Something the bot said. Times in seconds of the call."""

    start: float
    end: float
    text: str
    act: str
    question: str | None
    quiet: list[Quiet] = field(default_factory=list)
    resumed: list[float] = field(default_factory=list)
    stopped: float | None = None
    """When it was cut off."""


@dataclass(slots=True)
class Utterance:
    """Something the caller said, from the start of its pre-roll to its end."""

    start: float
    end: float
    text: str = ""
    discarded: str | None = None
    """Why it was no turn."""
    words: list[tuple[str, float, float]] = field(default_factory=list)
    """Text, start and end in seconds of the call."""
    partials: list[tuple[float, str]] = field(default_factory=list)
    handed_over: list[float] = field(default_factory=list)
    """When it went to the dialogue; more than once where the turn was joined."""
    rejoined: list[float] = field(default_factory=list)


@dataclass(slots=True)
class Believed:
    """What was believed from `start` to `end`, likeliest first."""

    start: float
    end: float
    top: dict[str, float]
    because: str


@dataclass(slots=True)
class Timeline:
    """One call."""

    seconds: float
    prompts: list[SpokenPrompt] = field(default_factory=list)
    utterances: list[Utterance] = field(default_factory=list)
    keys: list[tuple[float, str]] = field(default_factory=list)
    beliefs: list[Believed] = field(default_factory=list)
    typed: bool = False


class _Layout:
    """Walks a log once."""

    def __init__(self, records: Sequence[Record]) -> None:
        self.timeline = Timeline(seconds=records[-1].seconds if records else 0.0)
        self._prompt: SpokenPrompt | None = None
        self._cut: SpokenPrompt | None = None
        """The prompt that was stopped last: can be taken up again."""
        self._utterance: Utterance | None = None
        self._last: Utterance | None = None
        """The utterance that ended last: can be joined."""
        self._before = 0.0
        for record in records:
            self._take(record.event, record.seconds)
            self._before = record.seconds
        self._close_prompt(self.timeline.seconds)
        if self._utterance is not None:
            self._utterance.end = self.timeline.seconds

    def _take(self, event: Any, t: float) -> None:
        match event:
            case PromptStarted() | PromptFinished() | PromptStopped() | Hushed() | Paused() | Resumed():
                self._bot(event, t)
            case SpeechStarted() | PartialHeard() | SpeechDiscarded() | SpeechEnded() | Recognized() | TurnRejoined():
                self._caller(event, t)
            case CallerTurnTaken():
                self._turn(event, t)
            case KeyPressed():
                self.timeline.keys.append((t, event.key))
            case BeliefChanged():
                self._believe(event, t)
            case CallEnded():
                self._believe(None, t)

    # ------------------------------------------------------------ the bot

    def _bot(self, event: Any, t: float) -> None:
        if isinstance(event, PromptStarted):
            self._close_prompt(t)
            self._cut = None
            self._prompt = SpokenPrompt(t, t, event.text, event.act, event.question)
            self.timeline.prompts.append(self._prompt)
            return
        if isinstance(event, Resumed) and self._cut is not None:
            self._take_up(self._cut)
        if self._prompt is None:
            return
        match event:
            case Hushed() | Paused():
                self._loud_again(t)
                self._prompt.quiet.append(Quiet("hush" if isinstance(event, Hushed) else "pause", t, -1.0))
            case Resumed():
                self._loud_again(t)
                self._prompt.resumed.append(t)
            case PromptStopped():
                self._prompt.stopped = t
                self._cut = self._prompt
                self._close_prompt(t)
            case PromptFinished():
                self._close_prompt(t)

    def _take_up(self, cut: SpokenPrompt) -> None:
        """It was stopped for nothing: a pause."""
        cut.quiet.append(Quiet("pause", cut.end, -1.0))
        cut.stopped = None
        self._prompt, self._cut = cut, None

    def _loud_again(self, t: float) -> None:
        if self._prompt is not None and self._prompt.quiet and self._prompt.quiet[-1].end < 0:
            self._prompt.quiet[-1].end = t

    def _close_prompt(self, t: float) -> None:
        if self._prompt is not None:
            self._loud_again(t)
            self._prompt.end = t
            self._prompt = None

    # ------------------------------------------------------------ the caller

    def _caller(self, event: Any, t: float) -> None:
        match event:
            case SpeechStarted():
                self._utterance = Utterance(max(0.0, t - event.preroll), t)
                self.timeline.utterances.append(self._utterance)
            case TurnRejoined() if self._last is not None:
                self._utterance = self._last
                self._utterance.rejoined.append(t)
            case PartialHeard() if self._utterance is not None:
                self._utterance.partials.append((t, event.text))
            case SpeechDiscarded() if self._utterance is not None:
                self._utterance.discarded, self._utterance.text = event.reason, event.text
                self._end(t)
            case SpeechEnded() if self._utterance is not None:
                self._utterance.handed_over.append(t)
                self._end(t)
            case Recognized() if self._last is not None:
                self._last.text = event.text
                self._last.words = _words(event.words, self._last.start)

    def _end(self, t: float) -> None:
        if self._utterance is not None:
            self._utterance.end = t
            self._last, self._utterance = self._utterance, None

    def _turn(self, event: CallerTurnTaken, t: float) -> None:
        """A turn's words as people write them; a typed one is an utterance of its own."""
        if self._last is not None and t in self._last.handed_over and not event.keys:
            self._last.text = event.text
        elif not event.keys:
            start = max(self._before, t - TYPED_SECONDS) if self._before < t else t - TYPED_SECONDS
            self.timeline.utterances.append(Utterance(max(0.0, start), t, event.text, handed_over=[t]))

    def _believe(self, event: BeliefChanged | None, t: float) -> None:
        if self.timeline.beliefs:
            self.timeline.beliefs[-1].end = t
        if event is not None:
            self.timeline.beliefs.append(Believed(t, self.timeline.seconds, dict(event.top), event.because))


def _words(listed: list[list[Any]], start: float) -> list[tuple[str, float, float]]:
    """[text, start_s, end_s] from the start of the utterance → times of the call; what is none of that is left out."""
    return [
        (word[0], start + word[1], start + word[2])
        for word in listed
        if len(word) == 3 and isinstance(word[0], str) and all(isinstance(value, int | float) for value in word[1:])
    ]


def timeline(records: Sequence[Record]) -> Timeline:
    """Lay a call's log out in time."""
    return _Layout(records).timeline
