"""Worker processes for batches of calls: a worker that dies costs only the call it held.

Native libraries can kill a process (docs/architecture.md, rule 2), so calls never run in the process that drives the batch.
A task whose worker died is tried once more, alone in a fresh worker; when that dies too, the task is reported as crashed,
with the signal, and the batch goes on. Results come as they are done; memory holds one task a worker.

`work` must be importable by name (it is sent to the workers); what it needs loaded is loaded on first use and kept there.
"""

import ctypes
import multiprocessing
import signal
import sys
import threading
from collections import deque
from collections.abc import Callable, Iterable, Iterator
from contextlib import suppress
from dataclasses import dataclass
from multiprocessing.connection import Connection, wait
from multiprocessing.process import BaseProcess
from typing import Any, TypeAlias

from voicebot.errors import StorageError, VoicebotError

LARGE_BLOCK = 1024 * 1024
"""Bytes from which on a block of memory is mapped on its own: backgrounds and models, nothing that is made in each frame."""

_M_MMAP_THRESHOLD = -3
"""The option's number in glibc's malloc.h."""

Report: TypeAlias = Callable[[Any], None]
"""Sends a message from inside `work` to whoever drives the batch, at once."""

Work: TypeAlias = Callable[[Any, Report], Any]


@dataclass(frozen=True, slots=True)
class Message:
    """Something `work` reported while it was under way."""

    index: int
    body: Any


@dataclass(frozen=True, slots=True)
class Done:
    """A task's result."""

    index: int
    result: Any


@dataclass(frozen=True, slots=True)
class Failed:
    """A task that ended in an error, or whose workers died twice."""

    index: int
    error: str
    """One line for the user."""
    crashed: bool = False
    """The process died; otherwise the task raised."""


@dataclass(slots=True)
class _Worker:
    process: BaseProcess
    pipe: Connection
    index: int | None = None
    alone: bool = False


def run_tasks(work: Work, tasks: Iterable[Any], jobs: int = 1) -> Iterator[Message | Done | Failed]:
    """Run `work(task, report)` for every task on `jobs` processes; yields what happens, in the order it happens.

    A task that raises `StorageError` ends the batch with it: where one result cannot be written, none can.
    Closing the iterator (or an exception such as KeyboardInterrupt) stops the workers; what was yielded stays valid.
    """
    if jobs < 1:
        raise VoicebotError(f"--jobs {jobs}: give a number of worker processes from 1 up")
    batch = _Batch(work, iter(tasks), jobs)
    try:
        yield from batch.run()
    finally:
        batch.stop()


class _Batch:
    def __init__(self, work: Work, tasks: Iterator[Any], jobs: int) -> None:
        self._work = work
        self._tasks = enumerate(tasks)
        self._jobs = jobs
        self._workers: list[_Worker] = []
        self._held: dict[int, Any] = {}
        self._second_try: deque[int] = deque()

    def run(self) -> Iterator[Message | Done | Failed]:
        exhausted = False
        while True:
            while not exhausted and len(self._busy()) < self._jobs:
                task = next(self._tasks, None)
                if task is None:
                    exhausted = True
                    break
                self._held[task[0]] = task[1]
                self._give(self._idle() or self._start(), task[0])
            if exhausted and self._second_try and not self._busy():
                self._give(self._start(), self._second_try.popleft(), alone=True)
            if not self._busy():
                return
            yield from self._listen()

    def stop(self) -> None:
        for worker in self._workers:
            worker.pipe.close()
            worker.process.terminate()
        for worker in self._workers:
            worker.process.join(5)
            if worker.process.is_alive():
                worker.process.kill()
        self._workers.clear()

    def _busy(self) -> list[_Worker]:
        return [worker for worker in self._workers if worker.index is not None]

    def _idle(self) -> _Worker | None:
        return next((worker for worker in self._workers if worker.index is None), None)

    def _start(self) -> _Worker:
        context = multiprocessing.get_context(_start_method())
        ours, theirs = context.Pipe()
        process = context.Process(target=_serve, args=(theirs, self._work), daemon=False)  # type: ignore[attr-defined]
        process.start()
        theirs.close()
        worker = _Worker(process, ours)
        self._workers.append(worker)
        return worker

    def _give(self, worker: _Worker, index: int, alone: bool = False) -> None:
        worker.index, worker.alone = index, alone
        with suppress(OSError):  # it died while idle: _listen finds its pipe closed and gives the task to another
            worker.pipe.send((index, self._held[index]))

    def _listen(self) -> Iterator[Message | Done | Failed]:
        ready = wait([worker.pipe for worker in self._busy()])
        for worker in [worker for worker in self._busy() if worker.pipe in ready]:
            try:
                kind, body = worker.pipe.recv()
            except (EOFError, OSError):
                yield from self._bury(worker)
                continue
            assert worker.index is not None
            if kind == "message":
                yield Message(worker.index, body)
                continue
            if kind == "full":
                raise StorageError(body)
            index, worker.index = worker.index, None
            del self._held[index]
            yield Done(index, body) if kind == "done" else Failed(index, body)

    def _bury(self, worker: _Worker) -> Iterator[Failed]:
        worker.process.join()
        self._workers.remove(worker)
        assert worker.index is not None
        if not worker.alone:
            self._second_try.append(worker.index)
            return
        del self._held[worker.index]
        yield Failed(
            worker.index, f"the process that held this call died twice ({exit_cause(worker.process.exitcode)})", crashed=True
        )


def exit_cause(exitcode: int | None) -> str:
    """What a process ended of: a signal's name, or its exit code."""
    if exitcode is not None and exitcode < 0:
        try:
            return signal.Signals(-exitcode).name
        except ValueError:
            return f"signal {-exitcode}"
    return f"exit code {exitcode}"


def _start_method() -> str:
    """Fork where it is safe (Linux, no threads): a worker then starts in milliseconds; else a fresh interpreter."""
    return "fork" if sys.platform == "linux" and threading.active_count() == 1 else "spawn"


def _serve(pipe: Connection, work: Work) -> None:
    """The life of a worker: take a task, answer, until the pipe closes."""
    signal.signal(signal.SIGINT, signal.SIG_IGN)  # Ctrl-C is for the driver, which stops the workers in good order
    _map_large_blocks()
    while True:
        try:
            _, task = pipe.recv()
        except (EOFError, OSError):
            return
        try:
            answer = ("done", work(task, lambda body: pipe.send(("message", body))))
        except StorageError as error:
            answer = ("full", str(error))
        except VoicebotError as error:
            answer = ("failed", str(error))
        except MemoryError:
            answer = ("failed", "not enough memory for this call; use fewer --jobs")
        except Exception as error:  # a defect must not stop the batch: it is reported with its place
            answer = ("failed", f"internal error, please report it: {_place(error)}{type(error).__name__}: {error}")
        try:
            pipe.send(answer)
        except OSError:
            return
        _give_back()


def _map_large_blocks() -> None:
    """Have large blocks go back to the system as soon as they are freed, where the C library can.

    It begins so, but learns to keep blocks of any size that was freed once: what making a call's noise took would then stand
    beside all that the call itself needs.
    """
    set_option = _of_c_library("mallopt")
    if set_option is not None:
        set_option(_M_MMAP_THRESHOLD, LARGE_BLOCK)


def _give_back() -> None:
    """Return freed memory to the system where the C library can: what a noisy call needed would stand beside the next one's."""
    trim = _of_c_library("malloc_trim")
    if trim is not None:
        trim(0)


def _of_c_library(name: str) -> Callable[..., int] | None:
    """A function of Linux's C library, if it is one that has it."""
    return getattr(ctypes.CDLL(None), name, None) if sys.platform == "linux" else None


def _place(error: Exception) -> str:
    trace = error.__traceback__
    while trace is not None and trace.tb_next is not None:
        trace = trace.tb_next
    return f"{trace.tb_frame.f_code.co_filename.rpartition('/')[2]}:{trace.tb_lineno}: " if trace else ""
