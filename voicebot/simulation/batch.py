"""A whole run: tasks for the workers, results streamed to disk, what failed listed, what was begun gone on with."""

import json
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from itertools import islice
from pathlib import Path
from typing import TypeAlias

from voicebot.errors import StorageError, VoicebotError
from voicebot.simulation.cluster import run_on_cluster
from voicebot.simulation.holding import Task, keep_log, work
from voicebot.simulation.results import CallResult, Key, ResultsFile, read_results
from voicebot.simulation.settings import RUN_FILE, SimulationSettings, check_same_run, describe
from voicebot.testing.files import write_text
from voicebot.workers import Done, Failed, Message, run_tasks

TEXT_CHUNK = 20
"""Callers a task in the text tier: a tenth of a second's worth, so that handing tasks over costs little."""


@dataclass(frozen=True, slots=True)
class Lost:
    """A call that could not be held, not even the second time."""

    system: str
    number: int
    error: str
    """One line."""


Happening: TypeAlias = CallResult | Lost


class Run:
    """A run and the folder it writes to."""

    def __init__(self, settings: SimulationSettings, *, resume: bool = False, cluster: str | None = None) -> None:
        """`cluster`: address of a dask or ray cluster that holds the calls in place of workers here.

        Raises `VoicebotError` for a folder that cannot be used, or that holds another run.
        """
        self.settings = settings
        self._cluster = cluster
        self.finished: dict[Key, CallResult] = {}
        """What is done, by earlier runs too."""
        self.lost: list[Lost] = []
        self._file: ResultsFile | None = None
        if settings.out is not None:
            self._prepare(Path(settings.out), resume)

    def _prepare(self, folder: Path, resume: bool) -> None:
        now = json.loads(json.dumps(describe(self.settings, self.settings.cast())))
        self._file = ResultsFile(folder)
        if resume:
            check_same_run(folder, now)
            wanted = set(self.keys())
            self.finished = {result.key: result for result in read_results(folder) if result.key in wanted}
        elif self._file.path.exists():
            raise VoicebotError(f"{folder}: holds a run already; go on with it by --resume, or choose another --out")
        try:
            folder.mkdir(parents=True, exist_ok=True)
        except OSError as error:
            raise VoicebotError(f"{folder}: cannot be made ({error.strerror}); choose another --out") from None
        write_text(folder / RUN_FILE, json.dumps(now, ensure_ascii=False, indent=2) + "\n")

    def keys(self) -> Iterator[Key]:
        """Every call of the run, caller by caller."""
        return ((system, number) for number in self.settings.numbers for system in self.settings.systems)

    def hold(self, jobs: int) -> Iterator[Happening]:
        """Hold what is not done yet on `jobs` processes; yields calls as they finish, in any order.

        However it is left, what was yielded is on disk. Raises `VoicebotError` when the disk is full: the calls that were held
        are kept, none is lost, and the run can be gone on with.
        """
        if self._file is not None:
            self._file.open()
        try:
            done = frozenset(self.finished)
            tasks: Iterator[Task] | None = self._tasks(key for key in self.keys() if key not in done)
            while tasks is not None:
                again: list[Key] = []
                yield from self._round(tasks, jobs, again)
                tasks = iter([Task(self.settings, (key,)) for key in again]) if again else None
        except StorageError as error:
            kept = f"{len(self.finished)} finished calls are kept"
            raise VoicebotError(f"{str(error).partition(';')[0]}; {kept}: free some space, then go on with --resume") from None
        finally:
            if self._file is not None:
                self._file.close()

    def _tasks(self, keys: Iterable[Key]) -> Iterator[Task]:
        """Tasks of whole callers: what one says to several systems is rendered once."""
        systems = len(self.settings.systems)
        size = systems * (1 if self.settings.audio else TEXT_CHUNK)
        return _chunked(self.settings, iter(keys), size)

    def _round(self, tasks: Iterator[Task], jobs: int, again: list[Key]) -> Iterator[Happening]:
        """One go through `tasks`. Of a task that died twice the call it died of is lost; those behind it are put into `again`."""
        held: dict[int, Task] = {}
        noted = _noted(tasks, held)
        for happening in run_on_cluster(self._cluster, noted) if self._cluster else run_tasks(work, noted, jobs):
            match happening:
                case Message(_, result):
                    yield from self._finish(result)
                case Done(index, calls):
                    del held[index]
                    for call in calls or ():  # those that came over the wire
                        keep_log(call, self.settings)
                        yield from self._finish(call.result)
                case Failed(index, error):
                    left = [key for key in held.pop(index).keys if key not in self.finished]
                    if left:
                        lost = Lost(*left[0], error)
                        self.lost.append(lost)
                        again += left[1:]
                        yield lost

    def _finish(self, result: CallResult) -> Iterator[CallResult]:
        """Keep a result, unless it came twice: a task that was tried again."""
        if result.key in self.finished:
            return
        self.finished[result.key] = result
        if self._file is not None:
            self._file.append(result)
        yield result


def _chunked(settings: SimulationSettings, keys: Iterator[Key], size: int) -> Iterator[Task]:
    while chunk := tuple(islice(keys, size)):
        yield Task(settings, chunk)


def _noted(tasks: Iterator[Task], held: dict[int, Task]) -> Iterator[Task]:
    for index, task in enumerate(tasks):
        held[index] = task
        yield task
