"""The one-shot system: one open question, then an answer or an agent. What `Conversation` is compared with.

It has the same recogniser, classifier, prompts and endpointing, and a threshold of its own; it does not guess, clarify, confirm
or ask for slots, and does not know who calls.
"""

from collections.abc import Mapping
from dataclasses import replace
from typing import Any

from voicebot.dialogue.base import Dialogue
from voicebot.dialogue.closing import end_survey, scored
from voicebot.dialogue.memory import Task
from voicebot.dialogue.policy import Act, Thresholds
from voicebot.dialogue.states import IllegalTriggerError, State, Trigger
from voicebot.dialogue.steps import answer, ask_openly, goodbye, transfer
from voicebot.dialogue.turn import Turn
from voicebot.events import AnswerJudged, CallerSilentFor, EventLog, NothingMatched, QuestionConfirmed
from voicebot.hotlines.prior import prior as prior_of
from voicebot.hotlines.schema import Hotline

ANSWER = 0.55
"""Default of its threshold: where wrong answers cost as much as needless transfers."""

MISSES = 2
"""Silences or turns not understood before an agent takes over."""


class OneShot(Dialogue):
    """Asks once. `answer`: belief from which it answers; below it, it transfers."""

    def __init__(
        self,
        hotline: Hotline,
        profile: Mapping[str, Any] | None,
        log: EventLog,
        *,
        prior: Mapping[str, float] | None = None,
        limits: Thresholds | None = None,
        answer: float = ANSWER,
    ) -> None:
        limits = replace(limits or Thresholds.of(hotline.thresholds), answer=answer)
        super().__init__(hotline, profile, log, prior=prior_of(hotline, None) if prior is None else prior, limits=limits)

    def _respond(self, turn: Turn) -> Trigger:
        trigger, state = turn.reading.candidates[0], turn.state
        if (trigger is Trigger.OPENED) != (state is State.NEW) and trigger is not Trigger.HUNG_UP:
            raise IllegalTriggerError(f"{trigger} is not legal in state {state}")
        turn.reaction = "one_shot"
        if trigger is Trigger.HUNG_UP and turn.memory.outcome is None:
            turn.end("hung_up" if turn.memory.answered else "abandoned")
        elif trigger is Trigger.OPENED:
            turn.say("greet")
            ask_openly(turn)
        elif state is State.OPEN:
            self._hear(turn, trigger)
        elif state is State.CLEAR and trigger is not Trigger.PLAYED:
            self._close(turn)
        elif state is State.SURVEY and trigger is not Trigger.PLAYED:
            (scored if turn.reading.score is not None else end_survey)(turn)
        return trigger

    def _hear(self, turn: Turn, trigger: Trigger) -> None:
        """The one turn that counts."""
        if trigger is Trigger.PLAYED:
            return
        if trigger in (Trigger.NOINPUT, Trigger.NOMATCH) or not (turn.reading.likelihoods or self._wants_agent(turn)):
            self._miss(turn, trigger)
            return
        turn.weigh()
        question, p = next(iter(turn.memory.belief.questions()), (None, 0.0))
        if self._wants_agent(turn):
            transfer(turn, "risk" if turn.saw(Trigger.RISK) else "agent")
        elif question is None or p < turn.limits.answer:
            transfer(turn, "exhausted")
        elif turn.catalogue.agent_only(question):
            transfer(turn, "question")
        else:
            turn.decided(Act.ANSWER, (question,), p, f"answer {turn.limits.answer:g} reached")
            answer(turn, Task(question, "certain"))

    @staticmethod
    def _wants_agent(turn: Turn) -> bool:
        return turn.saw(Trigger.AGENT, Trigger.RISK)

    def _miss(self, turn: Turn, trigger: Trigger) -> None:
        """Ask once more, then hand over."""
        count = turn.memory.nomatches + 1
        silent = trigger is Trigger.NOINPUT
        turn.change(nomatches=count)
        turn.log(CallerSilentFor(count) if silent else NothingMatched(count, turn.reading.text))
        if count >= MISSES:
            transfer(turn, "noinput" if silent else "nomatch")
        else:
            turn.decided("noinput" if silent else "nomatch")
            turn.say(turn.line("noinput_1", "noinput") if silent else turn.line("nomatch_1", "nomatch"))
            turn.ask_again()

    def _close(self, turn: Turn) -> None:
        """Whatever is said after the answer ends the call; a dispute goes to an agent."""
        question = turn.memory.floor.options[0]
        if turn.saw(Trigger.DENY, Trigger.NOT_UNDERSTOOD, Trigger.AGENT, Trigger.RISK) and not turn.saw(Trigger.DONE):
            turn.log(AnswerJudged(question, accepted=False))
            transfer(turn, "disputed")
            return
        if turn.saw(Trigger.AFFIRM, Trigger.UNDERSTOOD, Trigger.THANKS):
            turn.log(AnswerJudged(question, accepted=True))
        if turn.saw(Trigger.AFFIRM, Trigger.UNDERSTOOD) and turn.reading.heard is None:
            turn.log(QuestionConfirmed(question))
        goodbye(turn)
