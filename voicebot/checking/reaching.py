"""Which states of the dialogue a pack's calls can reach, found by holding conversations in which nothing is misheard."""

from collections.abc import Mapping
from dataclasses import dataclass
from itertools import pairwise

from voicebot.dialogue.conversation import Conversation
from voicebot.dialogue.states import State
from voicebot.events import EventLog
from voicebot.hotlines import Hotline
from voicebot.types import (
    OTHER,
    CallerSilent,
    CallerTurn,
    CallStarted,
    DialogueAct,
    DialogueInput,
    SlotValue,
    Understanding,
)

EXPECTED = (State.OPEN, State.GUIDE, State.CLARIFY, State.CONFIRM, State.CLEAR, State.MORE, State.OFFER, State.BRIEF)
"""States that every hotline should be able to come to."""

_WHY = {
    State.CLARIFY: "`options`, `option` or `clarify_together` let no list of questions be named",
    State.CONFIRM: "`confirm` is not below `answer`, or asking again seems cheaper (`guide_turns`, `retry_turns`)",
    State.GUIDE: "`patience` is used up before, or `outside` is never reached",
    State.OFFER: "nothing leads to the offer of an agent",
    State.GUESS: "no event makes one question likely enough",
    State.SUPPLEMENT: "no question has a slot",
    State.READ_BACK: "no slot is ever read back as a question",
    State.SURVEY: "the pack has no survey",
}

PAIRS = 40
"""Pairs of questions that are confused with each other in turn."""


@dataclass(frozen=True)
class Reached:
    """What was reached."""

    states: frozenset[State]
    expected: frozenset[State]
    """Those of the states that every hotline should come to."""

    @property
    def missing(self) -> Mapping[State, str]:
        """States in which the caller may speak that nothing led to, and why."""
        silent = {State.NEW, State.BYE, State.ENDED}
        return {state: _WHY.get(state, "nothing leads to it") for state in State if state not in self.states | silent}


def reached_states(hotline: Hotline) -> Reached:
    """Hold conversations about every question: sure, unsure, confused, outside the catalogue, with values and without."""
    states: set[State] = set()
    names = list(hotline.questions)
    for name in names:
        states |= _talk(hotline, _about({name: 0.99}, names), *_values(hotline, name))
    for shares in ((0.5, 0.45), (0.34, 0.33, 0.32), (0.7, 0.05), (0.6,), (0.45,), (0.4, 0.3)):
        for group in list(zip(*(names[n:] for n in range(len(shares))), strict=False))[:PAIRS]:
            states |= _talk(hotline, _about(dict(zip(group, shares, strict=True)), names), _act(DialogueAct.AFFIRM))
    states |= _talk(hotline, _about({OTHER: 0.98}, names), _act(DialogueAct.DONT_KNOW), _act(DialogueAct.DENY))
    states |= _talk(hotline, _act(DialogueAct.DONT_KNOW), _act(DialogueAct.DONT_KNOW), _act(DialogueAct.DONT_KNOW))
    states |= _talk(hotline, _act(DialogueAct.AGENT))
    for first, second in list(pairwise(names))[:PAIRS]:
        dispute = _about({first: 0.5, second: 0.45}, names)
        states |= _talk(hotline, dispute, _act(DialogueAct.CHOOSE_FIRST), _act(DialogueAct.NOT_UNDERSTOOD))
    for event in hotline.events:
        states |= _talk(hotline, _act(DialogueAct.AFFIRM), profile={"events": [event]})
    return Reached(frozenset(states), frozenset(EXPECTED))


def _talk(hotline: Hotline, *said: Understanding, profile: Mapping[str, list[str]] | None = None) -> set[State]:
    """The states that a call goes through in which this is said, then nothing to the end."""
    conversation = Conversation(hotline, profile, EventLog())
    inputs: list[DialogueInput] = [CallStarted(), *(CallerTurn(words) for words in said)]
    inputs += [CallerTurn(_act(DialogueAct.UNDERSTOOD)), CallerTurn(_act(DialogueAct.DONE)), CallerSilent()]
    states: set[State] = set()
    for number, event in enumerate(inputs):
        if conversation.state is State.ENDED:
            break
        conversation.on(event, float(number))
        states.add(conversation.state)
    return states


def _about(shares: Mapping[str, float], names: list[str]) -> Understanding:
    rest = max(0.0, 1.0 - sum(shares.values())) / (len(names) + 1)
    return Understanding("words", questions=dict.fromkeys([*names, OTHER], rest) | dict(shares), residue="words")


def _act(act: DialogueAct) -> Understanding:
    return Understanding("word", acts={act: 0.97})


def _values(hotline: Hotline, name: str) -> list[Understanding]:
    """What answers a question's slots, the first one heard badly."""
    said = []
    for index, slot in enumerate(hotline.questions[name].slots):
        value = {"phone": "13800138000", "amount": f"{slot.least or 20:g}", "date": "2026-03-05"}.get(
            slot.kind, "1" * (slot.length or 8)
        )
        given = Understanding(value, slots=(SlotValue(slot.kind, value, value),), confidence=0.6 if index == 0 else 1.0)
        said += [_act(DialogueAct.CHOOSE_FIRST) if slot.kind == "choice" else given, _act(DialogueAct.AFFIRM)]
    return said
