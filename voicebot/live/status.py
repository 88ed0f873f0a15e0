"""What is going on in a call right now, folded from its event log: for screens, which read nothing else."""

from collections import deque
from dataclasses import dataclass, field
from enum import StrEnum
from typing import Any

from voicebot.events import (
    BeliefChanged,
    CallEnded,
    CallerTurnTaken,
    CallOpened,
    Decided,
    Hushed,
    PartialHeard,
    Paused,
    PromptFinished,
    PromptStarted,
    PromptStopped,
    QuestionConfirmed,
    QuestionLocated,
    Record,
    Resumed,
    SpeechDiscarded,
    SpeechEnded,
    SpeechStarted,
    VoiceLate,
)
from voicebot.grammar.tokens import join
from voicebot.metrics.transcript import transcript_line

LINES = 200
"""Transcript lines kept for the screen."""


class Bot(StrEnum):
    """What the bot's voice is doing."""

    SILENT = "silent"
    SPEAKING = "speaking"
    HUSHED = "hushed"
    PAUSED = "paused"


@dataclass(slots=True)
class CallStatus:
    """Feed it the records of one call in order."""

    hotline: str = ""
    language: str = ""
    seconds: float = 0.0
    """When the last thing happened."""
    bot: Bot = Bot.SILENT
    caller_speaks: bool = False
    prompt: str = ""
    """What the bot says, or said last."""
    partial: str = ""
    """The caller's words so far."""
    belief: dict[str, float] = field(default_factory=dict)
    state: str = "new"
    turns: int = 0
    interruptions: int = 0
    cut: int = 0
    """What the last stop counted as: taken back where the prompt is taken up again."""
    late: int = 0
    located: str | None = None
    confirmed: bool = False
    outcome: str | None = None
    lines: deque[dict[str, Any]] = field(default_factory=lambda: deque(maxlen=LINES))

    @property
    def floor(self) -> str:
        """Who has the floor: bot, caller, both or nobody."""
        bot = self.bot in (Bot.SPEAKING, Bot.HUSHED)
        if bot and self.caller_speaks:
            return "both"
        return "bot" if bot else "caller" if self.caller_speaks else "nobody"

    def take(self, record: Record) -> None:
        """One more thing happened."""
        self.seconds = record.seconds
        line = transcript_line(record)
        if line is not None:
            self.lines.append(line)
        self._voice(record)
        self._ear(record)
        self._dialogue(record)

    def _voice(self, record: Record) -> None:
        match record.event:
            case PromptStarted(text=text):
                self.bot, self.prompt = Bot.SPEAKING, text
            case PromptFinished():
                self.bot = Bot.SILENT
            case PromptStopped(fraction=fraction):
                self.cut = int(fraction > 0)
                self.interruptions += self.cut
                self.bot = Bot.SILENT
            case Hushed():
                self.bot = Bot.HUSHED
            case Paused():
                self.bot = Bot.PAUSED
            case Resumed():
                self.interruptions -= self.cut if self.bot is Bot.SILENT else 0
                self.bot = Bot.SPEAKING
            case VoiceLate(frames=frames):
                self.late += frames

    def _ear(self, record: Record) -> None:
        match record.event:
            case SpeechStarted():
                self.caller_speaks, self.partial = True, ""
            case PartialHeard(text=text):
                self.partial = join(text.split())
            case SpeechEnded() | SpeechDiscarded():
                self.caller_speaks = False
            case CallerTurnTaken(text=text, number=number):
                self.partial, self.turns = text, number

    def _dialogue(self, record: Record) -> None:
        match record.event:
            case CallOpened(hotline=hotline, language=language):
                self.hotline, self.language = hotline, language
            case BeliefChanged(top=top):
                self.belief = dict(top)
            case Decided(to=to):
                self.state = str(to)
            case QuestionLocated(question=question):
                self.located = question
            case QuestionConfirmed():
                self.confirmed = True
            case CallEnded(outcome=outcome):
                self.outcome, self.bot, self.caller_speaks = outcome, Bot.SILENT, False
