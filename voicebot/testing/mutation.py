"""Do the scripts notice when something breaks? Every mutant is run against them.

A mutant counts only if it changes what the bot does, or which answer it gives, on the wordings at hand: those of the scripts, and
some examples of every question of the pack as the first words of a call. A mutant that counts and fails no script is unnoticed.
"""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from functools import lru_cache
from typing import Any, TypeAlias

from voicebot.engine import Engine, load_engine
from voicebot.errors import VoicebotError
from voicebot.events import Decided, PromptStarted, Record
from voicebot.metrics.intervals import rate
from voicebot.testing.batch import ScriptTask, loaded_script
from voicebot.testing.mutants import OPERATORS, Mutant, Pack, mutants
from voicebot.testing.outcome import Door, ScriptResult, Status
from voicebot.testing.running import run_script
from voicebot.typed import TypedCall
from voicebot.workers import Done, Failed, Report, run_tasks

EXAMPLES = 3
"""Examples of each question that are tried as first words."""

Trace: TypeAlias = tuple[tuple[str, ...], ...]
"""What the bot did, turn by turn: act, questions, state, and the answers it gave."""

Engines: TypeAlias = dict[Pack, Engine]


@dataclass(frozen=True, slots=True)
class Baseline:
    """A script as it runs on the whole pack."""

    trace: Trace
    cells: frozenset[tuple[str, str]]
    """Transitions it took."""
    questions: frozenset[str]
    pack: Pack


@dataclass(frozen=True, slots=True)
class Fate:
    """What became of a mutant."""

    mutant: Mutant
    noticed_by: str | None = None
    changed: str | None = None
    """The first script or wording on which the bot did something else, where no script failed."""

    @property
    def counts(self) -> bool:
        return self.noticed_by is not None or self.changed is not None


@dataclass(slots=True)
class Mutation:
    """Runs all mutants against the scripts of a batch (typed)."""

    tasks: Sequence[ScriptTask]
    jobs: int = 1
    fates: list[Fate] = field(default_factory=list)

    def run(self) -> Iterator[tuple[int, int]]:
        """(mutants done, of how many). Raises `VoicebotError` when a script fails on the whole pack."""
        _baselines(tuple(self.tasks))
        _openings(tuple(self.tasks))  # workers that are forked have them already
        found = list(mutants(_engines(tuple(self.tasks))))
        numbers = [(number, tuple(self.tasks)) for number in range(len(found))]
        fates: dict[int, Fate] = {}
        for happening in run_tasks(_try, numbers, self.jobs):
            match happening:
                case Done(number, (noticed, changed)):
                    fates[number] = Fate(found[number], noticed, changed)
                case Failed(number, error):
                    raise VoicebotError(f"mutant {found[number].what}: {error}")
            yield len(fates), len(found)
        self.fates = [fates[number] for number in sorted(fates)]

    def figures(self) -> dict[str, dict[str, Any]]:
        """Per operator: the rate of those noticed among those that count, and what was not noticed."""
        figures: dict[str, dict[str, Any]] = {}
        for operator in OPERATORS:
            own = [fate for fate in self.fates if fate.mutant.operator == operator]
            counting = [fate for fate in own if fate.counts]
            missed = [f"{fate.mutant.what} (changes {fate.changed})" for fate in counting if fate.noticed_by is None]
            figures[operator] = {
                **rate(len(counting) - len(missed), len(counting)),
                "without_effect": len(own) - len(counting),
                "unnoticed": missed,
            }
        return figures


# ---------------------------------------------------------------- in a worker


@lru_cache(1)
def _engines(tasks: tuple[ScriptTask, ...]) -> Engines:
    """The engine of every pack and language that the scripts use."""
    return {pack: load_engine(*pack, audio=False) for pack in sorted({_pack(task) for task in tasks})}


def _pack(task: ScriptTask) -> Pack:
    """What a script runs against."""
    script = loaded_script(task).script
    return task.settings.hotline or script.hotline, script.language


@lru_cache(1)
def _baselines(tasks: tuple[ScriptTask, ...]) -> dict[int, Baseline]:
    """Every script that can be typed, on the whole packs. Raises `VoicebotError` for one that fails there."""
    found: dict[int, Baseline] = {}
    for index, task in enumerate(tasks):
        pack = _pack(task)
        result = run_script(loaded_script(task), Door.TYPED, task.settings, engine=_engines(tasks)[pack])
        if result.status is Status.FAILED:
            raise VoicebotError(
                f"{result.where}: {result.name} fails as it is; mend that first, mutants can only be told from what passes"
            )
        if result.status is Status.PASSED:
            decisions = [r.event for r in result.records if isinstance(r.event, Decided)]
            cells = frozenset((str(decided.state), str(decided.trigger)) for decided in decisions)
            named = frozenset(question for decided in decisions for question in decided.questions)
            found[index] = Baseline(trace(result.records), cells, named, pack)
    return found


@lru_cache(1)
def _openings(tasks: tuple[ScriptTask, ...]) -> dict[tuple[Pack, str], Trace]:
    """(pack, wording) → what the bot does when a call begins with it."""
    return {
        (pack, words): _opening(engine, words)
        for pack, engine in _engines(tasks).items()
        for question in engine.hotline.questions.values()
        for words in question.examples[:EXAMPLES]
    }


def _opening(engine: Engine, words: str) -> Trace:
    call = TypedCall(engine)
    call.open()
    call.say(words)
    return trace(call.log.records)


def trace(records: Sequence[Record]) -> Trace:
    """What the bot did in a call."""
    done: list[tuple[str, ...]] = []
    for record in records:
        match record.event:
            case Decided(act=act, to=to, questions=questions):
                done.append((str(act), str(to), *questions))
            case PromptStarted(act="answer", text=text):
                done.append(("answer", text))
    return tuple(done)


def _try(task: tuple[int, tuple[ScriptTask, ...]], report: Report) -> tuple[str | None, str | None]:
    """(the script that noticed the mutant, else None; what changed although no script noticed, else None)."""
    number, tasks = task
    engines = _engines(tasks)
    mutant = list(mutants(engines))[number]
    baselines = _baselines(tasks)
    openings = _openings(tasks)  # all of these on the whole pack, before it is broken
    broken = {pack: mutant.engine(engine) if mutant.pack in (None, pack) else engine for pack, engine in engines.items()}
    changed: str | None = None
    with mutant.table():
        for index in _affected(mutant, baselines):
            known = baselines[index]
            result = _run(tasks[index], broken[known.pack])
            if result is None or result.status is Status.FAILED:
                return tasks[index].name, None
            if changed is None and trace(result.records) != known.trace:
                changed = tasks[index].name
        return None, changed or _changed_opening(mutant, broken, openings)


def _run(task: ScriptTask, engine: Engine) -> ScriptResult | None:
    """The script on the broken pack; None when the dialogue cannot even go through it."""
    try:
        return run_script(loaded_script(task), Door.TYPED, task.settings, engine=engine)
    except Exception:  # the code was broken on purpose: any way in which it falls over is noticed
        return None


def _affected(mutant: Mutant, baselines: dict[int, Baseline]) -> list[int]:
    """Scripts that can notice the mutant, the likeliest first."""
    found = [index for index, known in baselines.items() if mutant.pack in (None, known.pack)]
    if mutant.cell is not None:
        cell = (str(mutant.cell[0]), str(mutant.cell[1]))
        found = [index for index in found if cell in baselines[index].cells]
    if mutant.operator == "answers swapped":
        found = [index for index in found if baselines[index].questions & set(mutant.questions)]
    return sorted(found, key=lambda index: not baselines[index].questions & set(mutant.questions))


def _changed_opening(mutant: Mutant, broken: Engines, openings: dict[tuple[Pack, str], Trace]) -> str | None:
    """The first wording on which the broken pack does something else."""
    for (pack, words), known in openings.items():
        if mutant.pack not in (None, pack):
            continue
        try:
            if _opening(broken[pack], words) != known:
                return f"“{words}”"
        except Exception:  # as above
            return f"“{words}”"
    return None
