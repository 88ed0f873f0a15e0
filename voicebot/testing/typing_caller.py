"""The caller of a script, typing: what is written, in order; what only audio can do is left out."""

from voicebot.dialogue.states import IllegalTriggerError
from voicebot.events import Decided, PromptStarted
from voicebot.testing.caller import questions_named
from voicebot.testing.outcome import StepSpan
from voicebot.testing.script import At, Expected, Hangup, Keys, Script, Silence, Sound, Step, Utterance
from voicebot.typed import TypedCall


class TypingCaller:
    """Types a script into a call. Backchannels and noises are left out; words that follow the caller's own without waiting
    for the bot (`at: caller+0.6s`) go on with the same turn."""

    def __init__(self, script: Script, call: TypedCall) -> None:
        self._steps = [(i, step) for i, step in enumerate(script.turns) if _typed(step)]
        self._call = call
        self.spans: list[StepSpan] = []

    def run(self) -> str:
        """Hold the whole call; where the dialogue itself broke, or an empty text."""
        try:
            if not self._leaves_at_once():
                self._await_step()
                self._call.open()
            while self._steps and not self._call.ended:
                self._step()
            if not self._call.ended:
                self._call.hang_up()
        except IllegalTriggerError as error:
            return str(error)
        return ""

    def _leaves_at_once(self) -> bool:
        """Whether the caller is gone before the bot says a word."""
        first = self._steps[0][1] if self._steps else None
        return isinstance(first, Hangup) and first.hangup.anchor == "caller"

    def _step(self) -> None:
        index, step = self._steps.pop(0)
        if isinstance(step, Utterance) and not step.fits(self._last_act(), self._last_questions()):
            return
        self._begin(index)
        match step:
            case Utterance():
                text = step.caller + self._goes_on()
                self._await_step()
                self._call.say(text)
            case Keys():
                self._await_step()
                self._call.keys(step.keys)
            case Silence(silence=seconds):
                self._await_step()
                if seconds >= self._call.expectation.timeouts.noinput:
                    self._call.silence()
                else:
                    self._call.pass_time(seconds)
            case Hangup():
                self._call.hang_up()

    def _begin(self, index: int) -> None:
        frame = self._call.log.frame
        self.spans.append(StepSpan(index, frame, frame, len(self._call.log)))

    def _goes_on(self) -> str:
        """Words right after the caller's own."""
        more = ""
        while self._steps and isinstance(step := self._steps[0][1], Utterance) and step.at.anchor == "caller":
            self._begin(self._steps.pop(0)[0])
            more += f"，{step.caller}"
        return more

    def _await_step(self) -> None:
        """Tell the call when the next step cuts into what the bot is about to say."""
        asked: set[str] = set()
        """What the bot may ask first, and is answered after all of it was heard."""
        for _, step in self._steps:
            at = _moment(step)
            if at is not None and at.anchor == "prompt":
                self._call.cut_in(at.seconds, asked)
                return
            if not isinstance(step, Utterance) or not step.when:
                return
            asked |= set(step.when)

    def _last_act(self) -> str | None:
        return next((r.event.act for r in reversed(self._call.log.records) if isinstance(r.event, PromptStarted)), None)

    def _last_questions(self) -> tuple[str, ...]:
        events = (record.event for record in reversed(self._call.log.records))
        named = (questions_named(event) for event in events if isinstance(event, Decided | PromptStarted))
        return next((questions for questions in named if questions), ())


def _typed(step: Step) -> bool:
    return not isinstance(step, Expected | Sound) and not (isinstance(step, Utterance) and step.backchannel)


def _moment(step: Step) -> At | None:
    match step:
        case Utterance() | Keys():
            return step.at
        case Hangup():
            return step.hangup
    return None
