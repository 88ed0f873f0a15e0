"""One call, seen from the server: what it is told, what it says, and whether it still answers."""

import asyncio
import time
from typing import Protocol

from voicebot.live.console.limits import BEHIND_MESSAGES
from voicebot.live.console.orders import Order
from voicebot.live.console.wire import Kind, Message
from voicebot.types import Language

HUNG_SECONDS = 10.0
"""A worker that has not answered a frame for so long is stuck in a native library, and is ended."""


class Holder(Protocol):
    """The worker that holds the call."""

    def send(self, message: Message) -> None: ...


class Line:
    """One call, seen from the server. `crashed` is set when its worker died."""

    def __init__(self, number: int, worker: Holder, order: Order) -> None:
        self.number = number
        self.language: Language = order.language
        self.crashed = False
        self.slow = False
        """The page fell too far behind and the line was dropped."""
        self.news: asyncio.Queue[Message | None] = asyncio.Queue()
        """What the call says; None is the end."""
        self._worker = worker
        self._paced = order.doing in ("keyboard", "watch")
        """The worker's clock drives it: every frame is followed by another."""
        self._asked: float | None = None
        """Since when a frame is due."""
        self.over = False

    def send(self, kind: Kind, body: bytes = b"") -> None:
        """Tell the call something."""
        if self.over:
            return
        if kind is Kind.FRAME and self._asked is None:
            self._asked = time.monotonic()
        self._worker.send(Message(kind, self.number, body))

    def take(self, message: Message) -> None:
        """Something came from the call."""
        if message.kind is Kind.SOUND:
            self._asked = time.monotonic() if self._paced else None
        if message.kind is Kind.OVER:
            self.over = True
        if self.slow:
            return
        if self.news.qsize() >= BEHIND_MESSAGES and message.kind is not Kind.OVER:
            self.slow = True
            self.send(Kind.CLOSE)
            self.news.put_nowait(None)
            return
        self.news.put_nowait(message)
        if self.over:
            self.news.put_nowait(None)

    def die(self) -> None:
        """The worker is gone."""
        self.over = self.crashed = True
        self.news.put_nowait(None)

    def hung(self, now: float) -> bool:
        return self._asked is not None and not self.over and now - self._asked > HUNG_SECONDS
