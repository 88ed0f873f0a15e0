"""A run on a cluster: the same tasks on a dask or ray cluster that is there already (the extras `dask` and `ray`).

Nodes need voicebot, its models, and the files of the run under the same paths; each loads them once. They need not share a disk
with the driver: results and event logs come back over the wire. A task whose node dies is tried once more on another.
"""

from collections import deque
from collections.abc import Callable, Iterator
from importlib import import_module
from typing import Any
from urllib.parse import urlsplit

from voicebot.errors import VoicebotError
from voicebot.simulation.holding import Held, Task, work_afar
from voicebot.workers import Done, Failed

AHEAD = 2
"""Tasks a worker that are handed out before one is back: enough that no worker waits for the wire."""

CONNECT_SECONDS = 20

SCHEMES = ("dask", "ray")


def run_on_cluster(address: str, tasks: Iterator[Task]) -> Iterator[Done | Failed]:
    """Results of the tasks, each a list of `Held`, as they come. Raises `VoicebotError` for a cluster that cannot be reached."""
    scheme = urlsplit(address).scheme
    if scheme == "dask":
        return _on_dask(address.removeprefix("dask://"), tasks)
    if scheme == "ray":
        return _on_ray(address, tasks)
    raise VoicebotError(f"--cluster {address}: write dask://HOST:PORT of a scheduler, or ray://HOST:PORT")


def _on_dask(address: str, tasks: Iterator[Task]) -> Iterator[Done | Failed]:
    distributed = _library("distributed", "dask")
    try:
        client = distributed.Client(f"tcp://{address}", timeout=CONNECT_SECONDS, set_as_default=False)
    except (OSError, ValueError) as error:
        raise VoicebotError(f"--cluster dask://{address}: no scheduler answers there ({_why(error)})") from None
    with client:
        room = AHEAD * max(1, sum(client.nthreads().values()))
        done = distributed.as_completed(raise_errors=False)
        indices: dict[Any, int] = {}

        def submit(index: int, task: Task) -> None:
            future = client.submit(work_afar, task, pure=False, key=f"voicebot-{index}-{task.keys[0][0]}-{task.keys[0][1]}")
            indices[future] = index
            done.add(future)

        waiting = enumerate(tasks)
        for index, task in _take(waiting, room):
            submit(index, task)
        for future in done:
            yield _outcome(indices.pop(future), future.exception(), future.result)
            for index, task in _take(waiting, 1):
                submit(index, task)


def _on_ray(address: str, tasks: Iterator[Task]) -> Iterator[Done | Failed]:
    ray = _library("ray", "ray")
    try:
        ray.init(address)
    except (OSError, ValueError, RuntimeError) as error:
        raise VoicebotError(f"--cluster {address}: no cluster answers there ({_why(error)})") from None
    try:
        remote = ray.remote(max_retries=1)(work_afar)
        room = AHEAD * max(1, int(ray.cluster_resources().get("CPU", 1)))
        waiting = enumerate(tasks)
        running = {remote.remote(task): index for index, task in _take(waiting, room)}
        while running:
            (ready,), _ = ray.wait(list(running), num_returns=1)
            index = running.pop(ready)
            try:
                yield Done(index, ray.get(ready))
            except ray.exceptions.RayError as error:
                yield _failed(index, error)
            running.update({remote.remote(task): more for more, task in _take(waiting, 1)})
    finally:
        ray.shutdown()


def _library(module: str, extra: str) -> Any:
    """A library of an extra. Raises `VoicebotError` where it is not installed."""
    try:
        return import_module(module)
    except ImportError:
        raise VoicebotError(f"--cluster {extra}://…: needs {extra}; install voicebot[{extra}]") from None


def _why(error: BaseException) -> str:
    return " ".join(f"{type(error).__name__}: {error}".split())[:200]


def _take(waiting: Iterator[tuple[int, Task]], count: int) -> Iterator[tuple[int, Task]]:
    """Up to `count` more."""
    taken = deque[tuple[int, Task]]()
    while len(taken) < count and (item := next(waiting, None)) is not None:
        taken.append(item)
    return iter(taken)


def _outcome(index: int, error: BaseException | None, result: Callable[[], list[Held]]) -> Done | Failed:
    return Done(index, result()) if error is None else _failed(index, error)


def _failed(index: int, error: BaseException) -> Failed:
    first = next(iter(str(error).splitlines()), "")
    if isinstance(error, VoicebotError):
        return Failed(index, first)
    crashed = type(error).__name__ in ("KilledWorker", "WorkerCrashedError", "NodeDiedError")
    cause = "the worker that held this call died" if crashed else "internal error, please report it"
    return Failed(index, f"{cause}: {type(error).__name__}: {first[:200]}", crashed=crashed)
