"""A call by typing: turns in, what the bot says in the log, virtual time."""

import threading
from collections import deque
from collections.abc import Callable
from typing import Any

from voicebot.engine import Engine
from voicebot.live.console.held import HeldCall, Send
from voicebot.live.console.news import figures, packed
from voicebot.live.console.orders import Order
from voicebot.metrics.call_record import call_record
from voicebot.typed import TypedCall

LONGEST_QUIET_CHAT_SECONDS = 600.0
"""A chat in which nothing is typed for so long is over."""


class ChatCall(HeldCall):
    """A call by typing: turns in, what the bot says in the log, virtual time."""

    def __init__(self, order: Order, engine: Engine, send: Send, done: Callable[[], None]) -> None:
        super().__init__(order, send, done)
        self._call = TypedCall(engine, profile=order.profile, seed=order.seed, log=self._log(engine))
        self._typed: deque[tuple[str, str]] = deque()
        self._news = threading.Condition()

    def press(self, key: str) -> None:
        """A whole key entry: in a chat keys are typed together."""
        self._put("keys", key)

    def say(self, text: str) -> None:
        self._put("say", text)

    def hang_up(self) -> None:
        self._put("gone", "")

    def _put(self, what: str, text: str) -> None:
        with self._news:
            self._typed.append((what, text))
            self._news.notify()

    def _run(self) -> dict[str, Any]:
        self._call.open()
        while not self._call.ended:
            self._tell()
            what, text = self._next()
            if what == "gone":
                self._call.hang_up()
            elif what == "keys":
                self._call.keys(text)
            elif text.strip():
                self._call.say(text)
            else:
                self._call.silence()
        self._tell()
        record = call_record(self._call.log.records)
        return {"type": "ended", "call": figures(record), "record": packed(record), "saved": None}

    def _next(self) -> tuple[str, str]:
        with self._news:
            self._news.wait_for(lambda: self._typed, LONGEST_QUIET_CHAT_SECONDS)
            return self._typed.popleft() if self._typed else ("gone", "")
