"""Small ways to break a pack or the dialogue, each of which a good set of scripts should notice."""

from collections.abc import Callable, Iterator, Mapping
from contextlib import AbstractContextManager, contextmanager, nullcontext
from dataclasses import dataclass, field, fields, replace
from typing import TypeAlias

from voicebot.dialogue.policy import Thresholds
from voicebot.dialogue.states import TABLE, State, Trigger
from voicebot.engine import Engine
from voicebot.nlu import Nlu
from voicebot.testing.coverage import DO_NOTHING
from voicebot.types import Language

THRESHOLD_STEP = 0.2
"""How far a threshold is moved, up and down."""

OPERATORS = (
    "examples dropped",
    "answers swapped",
    "transition removed",
    "yes and no inverted",
    "threshold moved",
)


Pack: TypeAlias = tuple[str, Language]
"""A hotline, by name or folder, in one language."""


@dataclass(frozen=True, slots=True)
class Mutant:
    """One way to break it. Two mutants are the same when they are called the same."""

    operator: str
    what: str
    pack: Pack | None = None
    """The one it breaks; None for all."""
    questions: tuple[str, ...] = ()
    """The questions it is about: scripts on them are tried first."""
    cell: tuple[State, Trigger] | None = None
    """The transition it takes away: only scripts that took it can notice."""
    engine: Callable[[Engine], Engine] = field(default=lambda engine: engine, compare=False)
    table: Callable[[], AbstractContextManager[None]] = field(default=nullcontext, compare=False)


def mutants(engines: Mapping[Pack, Engine]) -> Iterator[Mutant]:
    """Every mutant of the packs, operator by operator."""
    for pack, engine in engines.items():
        yield from (_dropped(pack, question) for question in engine.hotline.questions)
    for pack, engine in engines.items():
        questions = list(engine.hotline.questions)
        yield from (_swapped(pack, one, other) for one, other in zip(questions, questions[1:], strict=False))
    for state, row in TABLE.items():
        yield from (_removed(state, trigger) for trigger, reaction in row.items() if reaction not in DO_NOTHING)
    yield from (_inverted(state) for state, row in TABLE.items() if {Trigger.AFFIRM, Trigger.DENY} <= row.keys())
    for threshold in fields(Thresholds):
        yield from (_moved(threshold.name, step) for step in (THRESHOLD_STEP, -THRESHOLD_STEP))


# ---------------------------------------------------------------- the pack


def _dropped(pack: Pack, question: str) -> Mutant:
    """The classifier without the question: its scores go, which is what training without its examples comes to (each class of
    a softmax keeps its odds against the others) in a thousandth of the time."""

    def change(engine: Engine) -> Engine:
        data = Nlu.data_of(engine.hotline)
        model = engine.nlu.model
        kept = [index for index, label in enumerate(model.labels) if label != question]
        networks = tuple(
            replace(network, outer=network.outer[:, kept], outer_bias=network.outer_bias[kept]) for network in model.networks
        )
        smaller = replace(model, labels=tuple(model.labels[index] for index in kept), networks=networks)
        titles = {name: title for name, title in data.titles.items() if name != question}
        return replace(engine, nlu=Nlu(replace(data, titles=titles), smaller))

    return Mutant("examples dropped", f"{pack[1]} {question}", pack, (question,), engine=change)


def _swapped(pack: Pack, one: str, other: str) -> Mutant:
    def change(engine: Engine) -> Engine:
        there = engine.hotline.questions
        answers = {one: there[other].answer, other: there[one].answer}
        questions = {
            name: question.model_copy(update={"answer": answers[name]}) if name in answers else question
            for name, question in there.items()
        }
        return replace(engine, hotline=engine.hotline.model_copy(update={"questions": questions}))

    return Mutant("answers swapped", f"{pack[1]} {one}, {other}", pack, (one, other), engine=change)


def _moved(name: str, step: float) -> Mutant:
    def change(engine: Engine) -> Engine:
        now = getattr(Thresholds.of(engine.hotline.thresholds), name)
        thresholds = {**engine.hotline.thresholds, name: now + step}
        return replace(engine, hotline=engine.hotline.model_copy(update={"thresholds": thresholds}))

    return Mutant("threshold moved", f"{name} {step:+g}", engine=change)


# ---------------------------------------------------------------- the table


@contextmanager
def _row(state: State, changed: Mapping[Trigger, str]) -> Iterator[None]:
    """The state's row of the table, for as long as the mutant lives."""
    before = dict(TABLE[state])
    TABLE[state].clear()
    TABLE[state].update(changed)
    try:
        yield
    finally:
        TABLE[state].clear()
        TABLE[state].update(before)


def _removed(state: State, trigger: Trigger) -> Mutant:
    def table() -> AbstractContextManager[None]:
        return _row(state, {name: reaction for name, reaction in TABLE[state].items() if name is not trigger})

    return Mutant("transition removed", f"{state} {trigger}", cell=(state, trigger), table=table)


def _inverted(state: State) -> Mutant:
    def table() -> AbstractContextManager[None]:
        row = TABLE[state]
        return _row(state, {**row, Trigger.AFFIRM: row[Trigger.DENY], Trigger.DENY: row[Trigger.AFFIRM]})

    return Mutant("yes and no inverted", str(state), table=table)
