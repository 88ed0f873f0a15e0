"""The worker processes, seen from the server: who holds which call, who waits, and what happens when one dies."""

import asyncio
import base64
import logging
import math
import multiprocessing
import socket
import time
from collections.abc import Callable
from dataclasses import dataclass, field
from multiprocessing.process import BaseProcess

import numpy as np

from voicebot.errors import VoicebotError
from voicebot.live.console.limits import QUEUE
from voicebot.live.console.orders import Order
from voicebot.live.console.phone_line import HUNG_SECONDS, Line
from voicebot.live.console.wire import Kind, Message, as_json, receive
from voicebot.live.console.worker import Loaded, run_worker
from voicebot.types import Samples
from voicebot.workers import exit_cause

LOG = logging.getLogger("voicebot.serve")

WATCH_SECONDS = 1.0
LONGEST_PAUSE_SECONDS = 30.0
"""Between two starts of a worker that keeps dying."""

STEADY_SECONDS = 60.0
"""A worker that lived for so long may be started again at once."""

STOP_SECONDS = 8.0
"""How long workers get to end their calls in good order."""


@dataclass(slots=True)
class Worker:
    """One process and its socket."""

    process: BaseProcess
    writer: asyncio.StreamWriter
    reader: asyncio.StreamReader
    started: float = field(default_factory=time.monotonic)
    ready: bool = False
    lines: dict[int, Line] = field(default_factory=dict)

    def send(self, message: Message) -> None:
        if not self.writer.is_closing():
            self.writer.write(message.pack())


class Ticket:
    """A place in the queue. `line` is the call when it is there."""

    def __init__(self, order: Order, moved: Callable[[int], None]) -> None:
        self.order = order
        self.moved = moved
        """Told the position, 1 for the next, whenever it changes."""
        self.line: asyncio.Future[Line] = asyncio.get_running_loop().create_future()


class Full(VoicebotError):
    """The queue is full."""


class Pool:
    """Keeps `processes` workers alive and gives calls to them, at most `calls` at once."""

    def __init__(self, loaded: Loaded, processes: int, calls: int) -> None:
        self.calls = calls
        self.crashes = 0
        self.failure: str | None = None
        """Why no worker can work, when that is so."""
        self.apologies: dict[str, Samples] = {}
        """Language → what to play to callers whose worker died."""
        self.begun = asyncio.Event()
        """The first worker is ready, or failed."""
        self._loaded = loaded
        self._processes = processes
        self._each = math.ceil(calls / processes)
        self._workers: list[Worker] = []
        self._waiting: list[Ticket] = []
        self._number = 0
        self._tasks: list[asyncio.Task[None]] = []
        self._stopping = False

    # ------------------------------------------------------------ calls

    @property
    def running(self) -> int:
        return sum(len(worker.lines) for worker in self._workers)

    @property
    def waiting(self) -> int:
        return len(self._waiting)

    @property
    def ready(self) -> int:
        """Workers that take calls."""
        return sum(worker.ready for worker in self._workers)

    @property
    def pids(self) -> list[int]:
        """Process ids of the workers that take calls."""
        return [worker.process.pid for worker in self._workers if worker.ready and worker.process.pid is not None]

    def ask(self, order: Order, moved: Callable[[int], None]) -> Ticket:
        """Ask for a call. Raises `Full` when too many wait already."""
        if len(self._waiting) >= QUEUE:
            raise Full("every line is busy and the queue is full; please try again in a few minutes")
        ticket = Ticket(order, moved)
        self._waiting.append(ticket)
        self._admit()
        return ticket

    def withdraw(self, ticket: Ticket) -> None:
        """The page went away before its turn."""
        if ticket in self._waiting:
            self._waiting.remove(ticket)
            self._tell_positions()

    def _admit(self) -> None:
        """Give calls to the workers with the fewest, while there is room."""
        while self._waiting and self.running < self.calls:
            free = [worker for worker in self._workers if worker.ready and len(worker.lines) < self._each]
            if not free:
                break
            ticket = self._waiting.pop(0)
            worker = min(free, key=lambda each: len(each.lines))
            self._number += 1
            line = Line(self._number, worker, ticket.order)
            worker.lines[line.number] = line
            worker.send(Message(Kind.OPEN, line.number, as_json(ticket.order.document())))
            ticket.line.set_result(line)
        self._tell_positions()

    def _tell_positions(self) -> None:
        for position, ticket in enumerate(self._waiting, 1):
            ticket.moved(position)

    # ------------------------------------------------------------ processes

    async def start(self) -> None:
        """Begin to start the workers; `begun` tells when the first is ready."""
        self._tasks = [asyncio.create_task(self._keep_alive(), name=f"worker {index}") for index in range(self._processes)]
        self._tasks.append(asyncio.create_task(self._watch(), name="watch over workers"))

    async def stop(self) -> None:
        """End all calls and workers; calls in progress are hung up, so that what is kept is written."""
        self._stopping = True
        self._tasks[-1].cancel()
        for worker in self._workers:
            for line in list(worker.lines.values()):
                line.send(Kind.CLOSE)
        until = time.monotonic() + STOP_SECONDS
        while self.running and time.monotonic() < until:
            await asyncio.sleep(0.05)
        for worker in list(self._workers):
            worker.writer.close()
        await asyncio.wait(self._tasks, timeout=STOP_SECONDS)
        for worker in list(self._workers):
            worker.process.kill()
        for task in self._tasks:
            task.cancel()
        await asyncio.gather(*self._tasks, return_exceptions=True)

    async def _keep_alive(self) -> None:
        """One worker after the other."""
        pause = 0.5
        while not self._stopping:
            worker = await self._spawn()
            await self._serve(worker)
            await asyncio.to_thread(worker.process.join)
            self._bury(worker)
            lived = time.monotonic() - worker.started
            pause = 0.5 if lived > STEADY_SECONDS else min(LONGEST_PAUSE_SECONDS, 2 * pause)
            if not self._stopping:
                await asyncio.sleep(pause)

    async def _spawn(self) -> Worker:
        ours, theirs = socket.socketpair()
        context = multiprocessing.get_context("spawn")
        process = context.Process(target=run_worker, args=(theirs, self._loaded), daemon=False)
        await asyncio.to_thread(process.start)
        theirs.close()
        ours.setblocking(False)
        reader, writer = await asyncio.open_connection(sock=ours)
        worker = Worker(process, writer, reader)
        self._workers.append(worker)
        return worker

    async def _serve(self, worker: Worker) -> None:
        while (message := await receive(worker.reader)) is not None:
            if message.kind is Kind.READY:
                self._greet(worker, message)
                continue
            line = worker.lines.get(message.call)
            if line is not None:
                line.take(message)
                if line.over:
                    del worker.lines[message.call]
                    self._admit()
        worker.writer.close()
        if not self._stopping:
            worker.process.kill()  # its socket is closed: whatever it still does, it does for nobody

    def _greet(self, worker: Worker, message: Message) -> None:
        said = message.json()
        self.failure = said.get("error")
        if self.failure is None:
            worker.ready = True
            for language, samples in said["apologies"].items():
                self.apologies[language] = np.frombuffer(base64.b64decode(samples), "<i2").astype(np.int16)
        else:
            LOG.error("a worker cannot start: %s", self.failure)
        self.begun.set()
        self._admit()

    def _bury(self, worker: Worker) -> None:
        self._workers.remove(worker)
        lines = list(worker.lines.values())
        if not self._stopping:
            self.crashes += 1
            LOG.error("worker %s died (%s) with %d calls", worker.process.pid, exit_cause(worker.process.exitcode), len(lines))
            if not worker.ready and self.failure is None:
                self.failure = f"the process that holds calls died while loading ({exit_cause(worker.process.exitcode)})"
                self.begun.set()
        for line in lines:
            line.die()
        worker.process.close()
        self._admit()

    async def _watch(self) -> None:
        while True:
            await asyncio.sleep(WATCH_SECONDS)
            now = time.monotonic()
            for worker in self._workers:
                if any(line.hung(now) for line in worker.lines.values()):
                    LOG.error("worker %s has not answered for %.0f s: ending it", worker.process.pid, HUNG_SECONDS)
                    worker.process.kill()
