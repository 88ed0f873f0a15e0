"""An event loop whose clock jumps: minutes of a rival's real-time code pass as fast as it can compute.

Runs inside each rival's own environment; needs nothing but the standard library.
"""

import asyncio
import heapq
import time
from collections.abc import Callable, Coroutine
from concurrent.futures import Executor
from typing import Any

EPOCH = 1_700_000_000.0
"""What `time.time()` says when the virtual clock reads zero."""


class VirtualLoop(asyncio.SelectorEventLoop):
    """When nothing is ready, time passes to the next timer at once. Work for other threads is done on the spot, in no time."""

    def __init__(self) -> None:
        super().__init__()
        self._virtual_now = 0.0

    def time(self) -> float:
        return self._virtual_now

    def run_in_executor(self, executor: Executor | None, func: Callable[..., Any], *args: Any) -> asyncio.Future[Any]:  # type: ignore[override]
        future = self.create_future()
        try:
            future.set_result(func(*args))
        except Exception as error:  # whatever it is belongs to whoever awaits it
            future.set_exception(error)
        return future

    def _run_once(self) -> None:
        if not self._ready:  # type: ignore[attr-defined]
            while self._scheduled and self._scheduled[0]._cancelled:  # type: ignore[attr-defined]
                timer = heapq.heappop(self._scheduled)  # type: ignore[attr-defined]
                timer._scheduled = False
                self._timer_cancelled_count -= 1  # type: ignore[attr-defined]
            if self._scheduled:  # type: ignore[attr-defined]
                self._virtual_now = max(self._virtual_now, self._scheduled[0]._when)  # type: ignore[attr-defined]
        super()._run_once()  # type: ignore[misc]


def run(main: Callable[[], Coroutine[Any, Any, Any]]) -> Any:
    """Run `main()` on a fresh virtual clock, on which `time.time`, `monotonic` and `perf_counter` agree."""
    loop = VirtualLoop()
    clocks = time.time, time.monotonic, time.perf_counter
    time.time = lambda: EPOCH + loop.time()
    time.monotonic = time.perf_counter = loop.time  # type: ignore[assignment]
    asyncio.set_event_loop(loop)
    try:
        return loop.run_until_complete(main())
    finally:
        time.time, time.monotonic, time.perf_counter = clocks
        asyncio.set_event_loop(None)
        for task in asyncio.all_tasks(loop):
            task.cancel()
        loop.call_soon(loop.stop)
        loop.run_forever()
        loop.close()
