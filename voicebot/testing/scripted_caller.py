"""The caller of a script, in audio: says what is written when it is due, relative to what the bot does."""

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np

from voicebot.events import Record
from voicebot.testing.caller import BotWatch, CallerFrame
from voicebot.testing.script import At, Expected, Hangup, Keys, Script, Silence, Sound, Step, Utterance
from voicebot.types import FRAME_SAMPLES, FRAMES_PER_SECOND, SILENCE, Frame, Samples

PATIENCE_SECONDS = 10.0
"""A caller speaks up after this long when the bot, whose turn it is, says nothing."""

BETWEEN_PROMPTS_SECONDS = 0.3
"""Quiet that is longer than the bot's breath between two prompts: its turn is over."""

FAREWELL_SECONDS = 3.0
"""A caller whose script is over hangs up this long after the bot's last words."""


@dataclass(frozen=True, slots=True)
class Spoken:
    """A step that was carried out."""

    step: int
    """Index in the script's turns."""
    start: int
    """Frame of its first sound."""
    end: int


class ScriptedCaller:
    """Speaks a script. `audio[i]` holds the samples of turn i (None where the turn has none)."""

    def __init__(self, script: Script, audio: Sequence[Samples | None], background: Samples | None = None) -> None:
        self._steps: list[tuple[int, Step]] = [(i, step) for i, step in enumerate(script.turns) if not isinstance(step, Expected)]
        self._audio = audio
        self._background = background if background is not None and len(background) else None
        self._watch = BotWatch()
        self._saying: Samples | None = None
        self._position = 0
        self._done_at = 0
        """Frame in which the previous step was done: prompts since then are the bot's answer to it."""
        self._silent_since: int | None = None
        self.spoken: list[Spoken] = []

    @property
    def unsaid(self) -> int:
        """Steps that the call ended too early for."""
        return len(self._steps)

    def next_frame(self, news: Sequence[Record]) -> CallerFrame:
        """The next 20 ms of the caller."""
        self._watch.notice(news)
        keys, hung_up = "", False
        if self._saying is None:
            keys, hung_up = self._next_step()
        frame = self._sound()
        self._watch.now += 1
        return CallerFrame(frame, keys, hung_up)

    def _pass_over(self) -> None:
        """Leave out answers to what the bot does not ask now, where what comes after them cuts into its prompt and is due."""
        for place, (_, step) in enumerate(self._steps):
            if isinstance(step, Utterance | Keys | Sound) and step.at.anchor == "prompt":
                if place and self._due(step.at):
                    del self._steps[:place]
                return
            if not isinstance(step, Utterance) or not step.conditional:
                return
            if any(step.fits(act, self._watch.last_questions) for act in (self._watch.decided, self._watch.last_act)):
                return

    def _next_step(self) -> tuple[str, bool]:
        """Begin the step that is due, if one is: its keys, and whether the caller hangs up."""
        self._pass_over()
        if not self._steps:
            return "", self._heard_since_last() and self._watch.quiet_for() >= FAREWELL_SECONDS
        index, step = self._steps[0]
        match step:
            case Utterance() if self._due(step.at):
                if not step.fits(self._watch.last_act, self._watch.last_questions):
                    self._steps.pop(0)
                    return self._next_step()
                self._begin(index)
                self._saying = self._audio[index]
                self._position = 0
            case Sound() if self._due(step.at):
                self._begin(index)
                self._saying = self._audio[index]
                self._position = 0
            case Keys() if self._due(step.at):
                self._begin(index)
                self._finish()
                return step.keys, False
            case Silence():
                since = self._silent_since  # what the bot does about the silence comes after its beginning
                if not self._silence_over(step):
                    return "", False
                self._begin(index, since)
                self._finish()
            case Hangup() if self._due(step.hangup):
                self._begin(index)
                self._finish()
                return "", True
        return "", False

    def _begin(self, index: int, since: int | None = None) -> None:
        self._steps.pop(0)
        self.spoken.append(Spoken(index, self._watch.now if since is None else since, self._watch.now))

    def _finish(self) -> None:
        """The step is done; what was being said ends with the frame at hand."""
        self._done_at = self._watch.now + (self._saying is not None)
        self._saying = None
        last = self.spoken[-1]
        self.spoken[-1] = Spoken(last.step, last.start, self._done_at)

    def _heard_since_last(self) -> bool:
        """The bot fell silent since the previous step was done (or it never says anything any more)."""
        if self._watch.last_end is not None and self._watch.last_end >= self._done_at and not self._watch.sounding:
            return True
        quiet = (self._watch.now - self._done_at) / FRAMES_PER_SECOND
        return not self._watch.sounding and quiet >= PATIENCE_SECONDS

    def _due(self, at: At) -> bool:
        now = self._watch.now
        if at.anchor == "caller":
            return (now - self._done_at) / FRAMES_PER_SECOND >= at.seconds
        if at.anchor == "prompt":
            start = self._watch.started_since(self._done_at)
            return start is not None and (now - start) / FRAMES_PER_SECOND >= at.seconds
        return self._heard_since_last() and self._watch.quiet_for() >= at.seconds

    def _silence_over(self, step: Silence) -> bool:
        """Silent for so long after the bot's turn, or until the bot speaks up again."""
        if self._silent_since is None:
            if self._heard_since_last() and self._watch.quiet_for() >= BETWEEN_PROMPTS_SECONDS:
                self._silent_since = self._watch.now
            return False
        over = self._watch.sounding or (self._watch.now - self._silent_since) / FRAMES_PER_SECOND >= step.silence
        if over:
            self._silent_since = None
        return over

    def _sound(self) -> Frame:
        frame = SILENCE if self._background is None else _loop(self._background, self._watch.now)
        if self._saying is None:
            return frame
        part = self._saying[self._position : self._position + FRAME_SAMPLES]
        self._position += FRAME_SAMPLES
        mixed = frame.astype(np.int32)
        mixed[: len(part)] += part
        if self._position >= len(self._saying):
            self._finish()
        return np.clip(mixed, -32768, 32767).astype(np.int16)


def _loop(background: Samples, frame: int) -> Frame:
    start = frame * FRAME_SAMPLES % len(background)
    part = background[start : start + FRAME_SAMPLES]
    while len(part) < FRAME_SAMPLES:
        part = np.concatenate([part, background[: FRAME_SAMPLES - len(part)]])
    return part
