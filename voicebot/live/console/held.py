"""A call held by a worker, on a thread of its own, everything that happens told to the server."""

import logging
import threading
from abc import ABC, abstractmethod
from collections.abc import Callable
from typing import Any

from voicebot.engine import Engine
from voicebot.errors import VoicebotError
from voicebot.events import EventLog, Record
from voicebot.live.console.news import titles_of, told
from voicebot.live.console.orders import Order
from voicebot.live.console.wire import Kind, as_json
from voicebot.metrics.report.marks import Titles

LOG = logging.getLogger("voicebot.serve")


Send = Callable[[Kind, bytes], None]
"""Sends a message about this call."""


class HeldCall(ABC):
    """One call. `start` begins it; the others may come from any thread."""

    def __init__(self, order: Order, send: Send, done: Callable[[], None]) -> None:
        """`done` is called when the last message has been sent."""
        self._order = order
        self._send = send
        self._done = done
        self._thread = threading.Thread(target=self._live, name="voicebot call", daemon=True)
        self._untold: list[Record] = []
        self._titles: Titles = str

    def start(self) -> None:
        self._thread.start()

    def join(self, seconds: float) -> None:
        self._thread.join(seconds)

    def frame(self, body: bytes) -> None:
        """The caller's 20 ms; ignored where nobody is at a microphone."""
        return

    @abstractmethod
    def press(self, key: str) -> None: ...

    @abstractmethod
    def say(self, text: str) -> None: ...

    @abstractmethod
    def hang_up(self) -> None: ...

    @abstractmethod
    def _run(self) -> dict[str, Any]:
        """Hold the call to its end; what to tell of it."""

    def _live(self) -> None:
        try:
            told_last = self._run()
        except VoicebotError as error:
            told_last = {"type": "failed", "error": str(error).partition("\n")[0]}
        except Exception as error:  # a defect ends this call alone
            LOG.exception("internal error, please report it")
            told_last = {"type": "failed", "error": f"internal error: {type(error).__name__}: {error}"}
        self._send(Kind.OVER, as_json(told_last))
        self._done()

    def _log(self, engine: Engine) -> EventLog:
        self._titles = titles_of(engine.hotline)
        return EventLog(on_record=self._untold.append)

    def _tell(self) -> None:
        """Send what was logged since the last time."""
        if self._untold:
            events = [told(record, self._titles) for record in self._untold]
            self._untold.clear()
            self._send(Kind.NEWS, as_json({"type": "events", "events": events}))
