"""Many scripts: find them, run them on worker processes or here, in any order with one result."""

from collections import Counter
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, field, replace
from functools import lru_cache

from voicebot.errors import PackError, VoicebotError
from voicebot.events import Record
from voicebot.testing.loading import LoadedScript, find_scripts, load_scripts
from voicebot.testing.outcome import Door, ScriptResult, Status
from voicebot.testing.running import RunSettings, run_script
from voicebot.testing.selection import selection
from voicebot.workers import Done, Failed, Report, run_tasks

CHUNK = 16
"""Typed scripts that a worker is given at once: each takes milliseconds, handing it over half of one."""


@dataclass(frozen=True, slots=True)
class ScriptTask:
    """One script of a batch."""

    path: str
    index: int
    """Which of the file's scripts."""
    name: str
    line: int
    door: Door
    settings: RunSettings = RunSettings()

    @property
    def blank(self) -> ScriptResult:
        return ScriptResult(self.name, self.path, self.line, self.door, Status.CRASHED)


@dataclass(slots=True)
class Batch:
    """Tasks, and the files that could not be read."""

    tasks: list[ScriptTask] = field(default_factory=list)
    broken: list[str] = field(default_factory=list)
    """`file:line: what is wrong`, a mistake a line."""


def collect(paths: Iterable[str], doors: Sequence[Door], settings: RunSettings, keyword: str | None = None) -> Batch:
    """The scripts in `paths` whose names or paths `keyword` chooses, once for each door.

    Raises `VoicebotError` for a path that does not exist, and when nothing is left.
    """
    chosen = selection(keyword) if keyword is not None else lambda _: True
    batch = Batch()
    _loaded.cache_clear()  # a file may have been written anew since
    for path in dict.fromkeys(find_scripts(paths)):
        try:
            loaded = _loaded(str(path))
        except PackError as error:
            batch.broken += str(error).splitlines()
            continue
        for index, script in enumerate(loaded):
            if chosen(f"{path} {script.name}"):
                batch.tasks += [ScriptTask(str(path), index, script.name, script.origin.line, door, settings) for door in doors]
    if not batch.tasks and not batch.broken:
        raise VoicebotError(f"-k {keyword!r} chooses none of the scripts; see their names with `voicebot test PATH`")
    return batch


def run_batch(tasks: Sequence[ScriptTask], jobs: int = 1) -> Iterator[tuple[int, ScriptResult]]:
    """(index of the task, its result) as they are done. Typed scripts with one job run in this process; all others in
    workers, of which one that dies costs only its script."""
    if jobs == 1 and all(task.door is Door.TYPED for task in tasks):
        for index, task in enumerate(tasks):
            yield index, run_task(task)
        return
    chunks = list(_chunks(tasks))
    for happening in run_tasks(_run_chunk, [[tasks[index] for index in chunk] for chunk in chunks], jobs):
        chunk = chunks[happening.index]
        match happening:
            case Done(_, results):
                yield from zip(chunk, results, strict=True)
            case Failed(_, error):
                for index in chunk:
                    if len(chunk) > 1:  # which of them it was, each tells alone
                        yield from ((index, result) for _, result in _run_alone(tasks[index]))
                    else:
                        yield index, replace(tasks[index].blank, reason=error)


def _run_alone(task: ScriptTask) -> Iterator[tuple[int, ScriptResult]]:
    """One script in a process of its own."""
    for happening in run_tasks(_run_chunk, [[task]], 1):
        if isinstance(happening, Done):
            yield 0, happening.result[0]
        elif isinstance(happening, Failed):
            yield 0, replace(task.blank, reason=happening.error)


def _chunks(tasks: Sequence[ScriptTask]) -> Iterator[list[int]]:
    """Indices of the tasks that go to a worker together: typed ones in chunks, spoken ones alone."""
    typed = [index for index, task in enumerate(tasks) if task.door is Door.TYPED]
    yield from (typed[start : start + CHUNK] for start in range(0, len(typed), CHUNK))
    yield from ([index] for index, task in enumerate(tasks) if task.door is Door.SPOKEN)


def _run_chunk(tasks: Sequence[ScriptTask], report: Report) -> list[ScriptResult]:
    return [run_task(task) for task in tasks]


def run_task(task: ScriptTask) -> ScriptResult:
    """Run one script in this process; what is wrong with it is its result."""
    try:
        return run_script(loaded_script(task), task.door, task.settings)
    except VoicebotError as error:
        return replace(task.blank, status=Status.FAILED, reason=str(error))


def loaded_script(task: ScriptTask) -> LoadedScript:
    """The script of a task."""
    return _loaded(task.path)[task.index]


@lru_cache(512)
def _loaded(path: str) -> tuple[LoadedScript, ...]:
    return tuple(load_scripts(path))


# ---------------------------------------------------------------- the same again


@dataclass(slots=True)
class Repeats:
    """Whether a script gives the same every time."""

    first: dict[ScriptTask, tuple[Record, ...]] = field(default_factory=dict)
    flaky: Counter[str] = field(default_factory=Counter)
    """Name → runs that differed from the first."""

    def note(self, task: ScriptTask, result: ScriptResult) -> None:
        """Compare a run with the first one, event by event."""
        known = self.first.setdefault(task, result.records)
        if known != result.records:
            self.flaky[f"{task.name} ({task.door})"] += 1
