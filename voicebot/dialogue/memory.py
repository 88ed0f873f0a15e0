"""The whole state of a dialogue: one frozen value, replaced each turn.

So a turn can be withdrawn (the caller went on talking after it was handed over) by putting the earlier value back.
"""

from collections.abc import Mapping
from dataclasses import dataclass, field, fields
from typing import Any

from voicebot.dialogue.belief import Belief
from voicebot.dialogue.states import State
from voicebot.types import Expectation, SlotValue


@dataclass(frozen=True, slots=True)
class Line:
    """A template and what goes into it: can be said again in the next variant."""

    name: str
    act: str
    question: str | None = None
    values: tuple[tuple[str, str], ...] = ()
    """Placeholder → text."""
    spoken: tuple[tuple[str, str], ...] = ()
    """Placeholder → what the synthesiser gets instead, where it differs."""


@dataclass(frozen=True, slots=True)
class Floor:
    """What the bot asked last, and so how the caller's next words are read."""

    state: State = State.NEW
    options: tuple[str, ...] = ()
    """The questions named, in the order they were offered."""
    slot: str | None = None
    value: SlotValue | None = None
    """What was read back."""
    ask: tuple[Line, ...] = ()
    """What was said to get here; the last one asks."""
    expectation: Expectation = field(default_factory=Expectation)
    times_asked: int = 1


@dataclass(frozen=True, slots=True)
class Task:
    """A question of the caller on its way to its answer."""

    question: str
    how: str
    """confirmed, picked or certain: as `QuestionLocated` has it."""
    located: bool = False
    """`QuestionLocated` was logged."""
    refused: frozenset[str] = frozenset()
    """Slots that the caller could not or would not give."""
    why: str = ""
    """What the policy chose it by."""

    @property
    def explicit(self) -> bool:
        """The caller said so in answer to a prompt that named it."""
        return self.how in ("confirmed", "picked")


@dataclass(frozen=True, slots=True)
class Waiting:
    """A question that has to wait for the one in hand."""

    task: Task | None = None
    likelihoods: Mapping[str, float] = field(default_factory=dict)
    """Where it is not located yet: the words it came with."""
    returning: bool = False
    """It was interrupted by another one."""


@dataclass(frozen=True, slots=True)
class Step:
    """Where "go back" leads."""

    floor: Floor
    belief: Belief
    task: Task | None


@dataclass(frozen=True)
class Memory:
    """Everything the dialogue remembers."""

    belief: Belief
    floor: Floor = field(default_factory=Floor)
    behind: tuple[Step, ...] = ()
    task: Task | None = None
    waiting: tuple[Waiting, ...] = ()
    slots: Mapping[str, SlotValue] = field(default_factory=dict)
    """Filled slots by name."""
    volunteered: tuple[SlotValue, ...] = ()
    """Values said before they were asked for, latest last."""
    volunteered_confidence: float = 1.0

    inputs: int = 0
    """Caller turns, key entries and silences of the whole call."""
    turns: int = 0
    noinputs: int = 0
    nomatches: int = 0
    idle: int = 0
    """Turns in a row that made no headway."""
    asked: int = 0
    """Questions put to the caller since they came with the one in hand; `guided` of them asked to describe it."""
    guided: int = 0

    answered: tuple[str, ...] = ()
    disputes: int = 0
    agent_asked: bool = False
    briefings: int = 0
    weighed: tuple[str, ...] = ()
    """Words about the question in hand that the belief has taken in."""
    described: bool = False
    """The caller has said something about the question in hand."""
    slot_tries: int = 0
    """Askings for the slot in hand."""
    guess: tuple[str, float] | None = None
    """The proactive guess, until the caller reacts to it."""
    outcome: str | None = None
    """Set once the call is ending."""

    path: tuple[int, ...] = ()
    """Where in the key menu the caller is: the options chosen so far, counted from zero (`Menu` only)."""

    held: bool = False
    """The caller asked for a moment and has said nothing since."""
    rate: float = 1.0
    variants: Mapping[str, int] = field(default_factory=dict)
    """Template name → times used."""
    recent: tuple[str, ...] = ()
    """What the bot said in its last turns, the latest last."""
    transcript: tuple[tuple[str, str], ...] = ()
    """(bot or caller, text)"""
    tried: tuple[str, ...] = ()
    """Acts and what they named, for the agent."""


_NAMES = frozenset(field.name for field in fields(Memory))


def changed(memory: Memory, values: Mapping[str, Any]) -> Memory:
    """As `dataclasses.replace`, in a twentieth of its time: a turn replaces fields a dozen times.

    Raises `TypeError` for a field that a memory does not have.
    """
    if not values.keys() <= _NAMES:
        raise TypeError(f"a memory has no field {', '.join(sorted(values.keys() - _NAMES))}")
    fresh = object.__new__(Memory)
    fresh.__dict__.update(memory.__dict__)
    fresh.__dict__.update(values)
    return fresh
