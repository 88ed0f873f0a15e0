"""Everything that affects how the dialogue moves, in one place.

Rules of this file:

- A state says what is on the floor: what the bot asked last, and so how the caller's next words are read.
- A trigger is what one input amounts to. `reading.py` offers candidates, the best first; the first one that the table lists for
  the state is taken, and `NOMATCH` is listed wherever the caller may speak. The table alone decides what is legal.
- A trigger that the table does not list for the state is illegal: `react` raises, and nothing has changed.
- The table names a reaction. `LEADS` says where a reaction may lead, and a reaction that ends anywhere else is a defect
  (`arrive` raises). Which of them it is, the policy says, from the belief alone.
- The diagram in docs/dialogue.md is drawn from these two tables by diagram.py.

The theory: a caller and a bot share a floor. Whatever the bot asked, the caller may answer it, answer more than it, answer
something else, correct what was taken for granted, give a command, or say nothing. So every state lists the same kinds of
triggers, and the interesting part is small: what yes, no, picking and new words mean *here*. A question is only ever
answered from `solve`, which is reached through the policy (certain), a yes, or a pick; every path that makes no headway is
counted, and the counts lead to an agent; so no path is a loop.
"""

from enum import StrEnum


class State(StrEnum):
    """What is on the floor."""

    NEW = "new"
    """The line is open, nobody has spoken."""
    GUESS = "guess"
    """The greeting named one question before the caller spoke."""
    OPEN = "open"
    """What can I do for you?"""
    GUIDE = "guide"
    """Asked to describe it, with examples."""
    CLARIFY = "clarify"
    """Two or three questions named: which one?"""
    CONFIRM = "confirm"
    """One question named: is it this?"""
    SUPPLEMENT = "supplement"
    """Asked for a slot of the located question."""
    READ_BACK = "read_back"
    """A slot's value read back: right?"""
    CLEAR = "clear"
    """The answer was given, and named: is it clear?"""
    MORE = "more"
    """Anything else?"""
    OFFER = "offer"
    """Shall I connect you to an agent?"""
    BRIEF = "brief"
    """An agent was asked for: in one sentence, what about?"""
    SURVEY = "survey"
    """How was it?"""
    BYE = "bye"
    """Goodbye is being said: a caller who thinks of something else is heard."""
    ENDED = "ended"
    """Transferred or hung up: whatever comes is too late."""


class Trigger(StrEnum):
    """What an input amounts to."""

    OPENED = "opened"
    PLAYED = "played"
    HUNG_UP = "hung_up"
    NOINPUT = "noinput"
    NOMATCH = "nomatch"
    EXHAUSTED = "exhausted"
    """The call has gone on for too long, whatever was said."""

    REPEAT = "repeat"
    SLOWER = "slower"
    HELP = "help"
    BACK = "back"
    START_OVER = "start_over"
    AGENT = "agent"
    STOP = "stop"
    RISK = "risk"
    WAIT = "wait"

    AFFIRM = "affirm"
    AFFIRM_MORE = "affirm_more"
    """Yes, and new information in one breath."""
    DENY = "deny"
    CORRECT = "correct"
    """No, and what it is instead in one breath."""
    PICK = "pick"
    OTHER_ONE = "other_one"
    BOTH = "both"
    NEITHER = "neither"
    EVIDENCE = "evidence"
    """Words about a question."""
    SLOT = "slot"
    """A value of the kind that was asked for."""
    BAD_SLOT = "bad_slot"
    """Such a value, but its check failed."""
    SCORE = "score"
    """An answer to the survey."""
    DONT_KNOW = "dont_know"
    CANCEL = "cancel"
    DONE = "done"
    THANKS = "thanks"
    GREET = "greet"
    GOODBYE = "goodbye"
    UNDERSTOOD = "understood"
    NOT_UNDERSTOOD = "not_understood"


COMMANDS: dict[Trigger, str] = {
    Trigger.REPEAT: "repeat",
    Trigger.SLOWER: "slower",
    Trigger.HELP: "help",
    Trigger.BACK: "go_back",
    Trigger.START_OVER: "start_over",
    Trigger.AGENT: "ask_for_agent",
    Trigger.STOP: "fall_silent",
    Trigger.RISK: "transfer_risk",
    Trigger.WAIT: "hold",
}
"""Universal commands: the same in every state in which the caller may speak."""

ALWAYS: dict[Trigger, str] = COMMANDS | {
    Trigger.PLAYED: "listen",
    Trigger.HUNG_UP: "hung_up",
    Trigger.NOINPUT: "silent",
    Trigger.NOMATCH: "unmatched",
    Trigger.EXHAUSTED: "transfer_exhausted",
    Trigger.GREET: "greet_back",
    Trigger.GOODBYE: "say_goodbye",
}

TABLE: dict[State, dict[Trigger, str]] = {
    State.NEW: {
        Trigger.OPENED: "greet",
        Trigger.HUNG_UP: "hung_up",
    },
    State.GUESS: ALWAYS
    | {
        Trigger.AFFIRM: "accept",
        Trigger.AFFIRM_MORE: "accept_and_more",
        Trigger.DENY: "reject",
        Trigger.CORRECT: "correct",
        Trigger.EVIDENCE: "weigh",
        Trigger.DONT_KNOW: "guide",
        Trigger.THANKS: "ask_openly",
        Trigger.CANCEL: "ask_openly",
        Trigger.DONE: "nothing_more",
    },
    State.OPEN: ALWAYS
    | {
        Trigger.EVIDENCE: "weigh",
        Trigger.AFFIRM: "go_on",
        Trigger.DENY: "go_on",
        Trigger.THANKS: "go_on",
        Trigger.DONT_KNOW: "guide",
        Trigger.CANCEL: "nothing_more",
        Trigger.DONE: "nothing_more",
    },
    State.GUIDE: ALWAYS
    | {
        Trigger.EVIDENCE: "weigh",
        Trigger.AFFIRM: "go_on",
        Trigger.DENY: "offer_agent",
        Trigger.THANKS: "go_on",
        Trigger.DONT_KNOW: "offer_agent",
        Trigger.CANCEL: "drop",
        Trigger.DONE: "nothing_more",
    },
    State.CLARIFY: ALWAYS
    | {
        Trigger.PICK: "pick",
        Trigger.OTHER_ONE: "pick_other",
        Trigger.BOTH: "pick_both",
        Trigger.NEITHER: "pick_neither",
        Trigger.AFFIRM: "affirm_list",
        Trigger.AFFIRM_MORE: "weigh",
        Trigger.DENY: "deny_list",
        Trigger.CORRECT: "correct",
        Trigger.EVIDENCE: "weigh",
        Trigger.DONT_KNOW: "guide",
        Trigger.CANCEL: "drop",
        Trigger.DONE: "nothing_more",
    },
    State.CONFIRM: ALWAYS
    | {
        Trigger.AFFIRM: "accept",
        Trigger.AFFIRM_MORE: "accept_and_more",
        Trigger.DENY: "reject",
        Trigger.CORRECT: "correct",
        Trigger.OTHER_ONE: "reject",
        Trigger.NEITHER: "reject",
        Trigger.EVIDENCE: "weigh",
        Trigger.DONT_KNOW: "guide",
        Trigger.CANCEL: "drop",
        Trigger.DONE: "nothing_more",
    },
    State.SUPPLEMENT: ALWAYS
    | {
        Trigger.SLOT: "fill",
        Trigger.BAD_SLOT: "fill_again",
        Trigger.AFFIRM: "go_on",
        Trigger.DENY: "lacks_slot",
        Trigger.CORRECT: "correct",
        Trigger.EVIDENCE: "digress",
        Trigger.DONT_KNOW: "lacks_slot",
        Trigger.CANCEL: "drop",
        Trigger.DONE: "nothing_more",
    },
    State.READ_BACK: ALWAYS
    | {
        Trigger.AFFIRM: "accept_value",
        Trigger.AFFIRM_MORE: "accept_value",
        Trigger.DENY: "reject_value",
        Trigger.CORRECT: "reject_value",
        Trigger.SLOT: "fill",
        Trigger.BAD_SLOT: "fill_again",
        Trigger.EVIDENCE: "digress",
        Trigger.DONT_KNOW: "reject_value",
        Trigger.CANCEL: "drop",
        Trigger.DONE: "nothing_more",
    },
    State.CLEAR: ALWAYS
    | {
        Trigger.AFFIRM: "judged_clear",
        Trigger.AFFIRM_MORE: "clear_and_next",
        Trigger.DENY: "judged_unclear",
        Trigger.NOT_UNDERSTOOD: "judged_unclear",
        Trigger.DONT_KNOW: "judged_unclear",
        Trigger.CORRECT: "judged_wrong",
        Trigger.EVIDENCE: "next_question",
        Trigger.THANKS: "thanked",
        Trigger.CANCEL: "done_with_answer",
        Trigger.DONE: "done_with_answer",
    },
    State.MORE: ALWAYS
    | {
        Trigger.AFFIRM: "ask_openly",
        Trigger.AFFIRM_MORE: "next_question",
        Trigger.DENY: "nothing_more",
        Trigger.CORRECT: "next_question",
        Trigger.EVIDENCE: "next_question",
        Trigger.DONT_KNOW: "judged_unclear",
        Trigger.NOT_UNDERSTOOD: "judged_unclear",
        Trigger.UNDERSTOOD: "nothing_more",
        Trigger.THANKS: "nothing_more",
        Trigger.CANCEL: "nothing_more",
        Trigger.DONE: "nothing_more",
    },
    State.OFFER: ALWAYS
    | {
        Trigger.AFFIRM: "transfer_offered",
        Trigger.AFFIRM_MORE: "transfer_offered",
        Trigger.AGENT: "transfer_offered",
        Trigger.DENY: "decline_agent",
        Trigger.CORRECT: "weigh",
        Trigger.EVIDENCE: "weigh",
        Trigger.DONT_KNOW: "transfer_offered",
        Trigger.NOT_UNDERSTOOD: "transfer_offered",
        Trigger.UNDERSTOOD: "decline_agent",
        Trigger.THANKS: "decline_agent",
        Trigger.CANCEL: "decline_agent",
        Trigger.DONE: "nothing_more",
    },
    State.BRIEF: ALWAYS
    | {
        Trigger.NOINPUT: "transfer_asked",
        Trigger.NOMATCH: "transfer_asked",
        Trigger.AGENT: "transfer_asked",
        Trigger.EVIDENCE: "briefed",
        Trigger.CORRECT: "briefed",
        Trigger.AFFIRM: "brief_affirmed",
        Trigger.AFFIRM_MORE: "brief_affirmed",
        Trigger.DENY: "transfer_asked",
        Trigger.DONT_KNOW: "transfer_asked",
        Trigger.CANCEL: "decline_agent",
        Trigger.DONE: "nothing_more",
    },
    State.SURVEY: ALWAYS
    | {
        Trigger.SCORE: "scored",
        Trigger.NOINPUT: "end_survey",
        Trigger.NOMATCH: "end_survey",
        Trigger.EVIDENCE: "next_question",
        Trigger.AFFIRM: "end_survey",
        Trigger.DENY: "end_survey",
        Trigger.THANKS: "end_survey",
        Trigger.CANCEL: "end_survey",
        Trigger.DONE: "end_survey",
    },
    State.BYE: dict.fromkeys(ALWAYS, "ignore")
    | {
        Trigger.EVIDENCE: "next_question",
        Trigger.CORRECT: "next_question",
        Trigger.AFFIRM_MORE: "next_question",
        Trigger.WAIT: "ask_openly",
        Trigger.AGENT: "ask_for_agent",
        Trigger.RISK: "transfer_risk",
        Trigger.NOT_UNDERSTOOD: "judged_unclear",
        Trigger.HUNG_UP: "ignore",
    },
    State.ENDED: dict.fromkeys(ALWAYS, "ignore"),
}

WAYS: dict[str, frozenset[State]] = {
    "policy": frozenset({
        State.OPEN, State.GUIDE, State.CLARIFY, State.CONFIRM, State.OFFER, State.SUPPLEMENT, State.READ_BACK, State.CLEAR,
    }),
    "solve": frozenset({State.SUPPLEMENT, State.READ_BACK, State.CLEAR}),
    "close": frozenset({State.SURVEY, State.BYE}),
}  # fmt: skip
"""Places where the belief, or what is known, decides between states: asking the policy, answering a question, ending."""

LEADS: dict[str, tuple[State | str, ...]] = {
    "greet": (State.GUESS, State.OPEN),
    "listen": (),
    "ignore": (),
    "hung_up": (State.ENDED,),
    "silent": (State.MORE, "close"),
    "unmatched": ("solve",),
    "greet_back": (),
    "say_goodbye": ("close",),
    "repeat": (),
    "slower": (),
    "help": (),
    "go_back": ("policy", State.GUESS, State.MORE),
    "start_over": (State.OPEN,),
    "ask_for_agent": (State.BRIEF, State.ENDED),
    "fall_silent": (),
    "transfer_risk": (State.ENDED,),
    "transfer_exhausted": (State.ENDED,),
    "hold": (),
    "accept": ("solve",),
    "accept_and_more": ("policy",),
    "reject": ("policy",),
    "correct": ("policy",),
    "weigh": ("policy",),
    "pick": ("solve",),
    "pick_other": ("policy",),
    "pick_both": ("policy",),
    "pick_neither": ("policy",),
    "affirm_list": ("solve",),
    "deny_list": ("policy",),
    "guide": (State.GUIDE, State.OFFER),
    "ask_openly": (State.OPEN,),
    "go_on": (State.OFFER,),
    "offer_agent": (State.OFFER,),
    "drop": (State.MORE,),
    "fill": ("solve",),
    "fill_again": ("solve",),
    "lacks_slot": ("solve",),
    "digress": ("policy",),
    "accept_value": ("solve",),
    "reject_value": ("solve",),
    "judged_clear": (State.MORE, "close", "policy"),
    "clear_and_next": ("policy",),
    "judged_unclear": ("policy",),
    "judged_wrong": ("policy",),
    "next_question": ("policy",),
    "thanked": ("close", "policy"),
    "done_with_answer": ("close", "policy"),
    "nothing_more": ("close",),
    "transfer_offered": (State.ENDED,),
    "transfer_asked": (State.ENDED,),
    "decline_agent": (State.MORE, State.OPEN),
    "briefed": (State.ENDED,),
    "brief_affirmed": (State.ENDED,),
    "scored": ("close",),
    "end_survey": ("close",),
}
"""Where a reaction may lead, beside the state it began in and `ENDED`: wherever patience runs out, an agent takes over."""


class IllegalTriggerError(Exception):
    """A trigger that the table does not list for the state, or a reaction that leads where `LEADS` does not: a defect."""


def react(state: State, trigger: Trigger) -> str:
    """The reaction to `trigger` in `state`. Raises `IllegalTriggerError`; nothing is changed by asking."""
    try:
        return TABLE[state][trigger]
    except KeyError:
        legal = ", ".join(sorted(TABLE[state]))
        raise IllegalTriggerError(f"{trigger} is not legal in state {state}; legal: {legal}") from None


def arrive(state: State, reaction: str, to: State) -> State:
    """`to`, checked: raises `IllegalTriggerError` when `reaction` may not lead there from `state`."""
    allowed = {state, State.ENDED}.union(*(WAYS[way] if way in WAYS else {State(way)} for way in LEADS[reaction]))
    if to not in allowed:
        raise IllegalTriggerError(f"reaction {reaction} leads from {state} to {to}, which LEADS does not list")
    return to


def first_legal(state: State, candidates: list[Trigger]) -> Trigger:
    """The first of `candidates` that the table lists for `state`, else `NOMATCH`."""
    return next((trigger for trigger in candidates if trigger in TABLE[state]), Trigger.NOMATCH)
