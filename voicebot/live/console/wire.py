"""What the server and a worker process say to each other: messages over a pair of sockets, each with the number of its call.

A message is its length (4 bytes), the call's number (4), its kind (1), and a body. The worker's end is read and written by
threads, the server's by asyncio.
"""

import asyncio
import json
import socket
import struct
import threading
from dataclasses import dataclass
from enum import IntEnum
from typing import Any

from voicebot.types import FRAME_SAMPLES, Frame

FRAME_BYTES = 2 * FRAME_SAMPLES
"""A leg's 20 ms: int16, little endian."""

LARGEST = 8 * 1024 * 1024
"""Bytes of a body; more is no message of ours."""

_HEAD = struct.Struct("<IIB")
_SOUND = struct.Struct("<iBBH")

CALLER_LEG = 1
"""Flag of a sound message: the caller's leg follows the bot's."""


class Kind(IntEnum):
    """What a message is about."""

    OPEN = 1
    """To the worker: begin a call; the body is an order as JSON."""
    FRAME = 2
    """To the worker: the caller's 20 ms."""
    KEY = 3
    SAY = 4
    """To the worker: typed words, as UTF-8."""
    CLOSE = 5
    """To the worker: the caller is gone."""
    READY = 6
    """From the worker: it can take calls."""
    SOUND = 7
    """From the worker: a frame of the call, as `sound` packs it."""
    NEWS = 8
    """From the worker: JSON for the page."""
    OVER = 9
    """From the worker: the last message of a call, JSON for the page."""


@dataclass(frozen=True, slots=True)
class Message:
    """One message, either way."""

    kind: Kind
    call: int
    body: bytes = b""

    def json(self) -> Any:
        """The body as JSON."""
        return json.loads(self.body)

    def pack(self) -> bytes:
        """As it goes over the wire."""
        return _HEAD.pack(len(self.body), self.call, self.kind) + self.body


def as_json(document: Any) -> bytes:
    """JSON as a body."""
    return json.dumps(document, ensure_ascii=False, separators=(",", ":")).encode()


def sound(number: int, bot: Frame, caller: Frame, *, both: bool) -> bytes:
    """A frame for the page: its number (int32; negative before the call begins), the peaks of caller and bot (0–255), flags, the
    bot's 320 samples, and with `both` the caller's too."""
    head = _SOUND.pack(number, peak(caller), peak(bot), CALLER_LEG if both else 0)
    return head + bot.astype("<i2").tobytes() + (caller.astype("<i2").tobytes() if both else b"")


def peak(frame: Frame) -> int:
    """Largest sample of a frame, 0–255 of full scale."""
    return max(int(frame.max()), -int(frame.min())) * 255 // 32768


class WorkerEnd:
    """The worker's end: one thread receives, any may send."""

    def __init__(self, link: socket.socket) -> None:
        self._link = link
        self._link.setblocking(True)
        self._lock = threading.Lock()
        self._file = link.makefile("rb")

    def receive(self) -> Message | None:
        """The next message; None when the server is gone."""
        try:
            head = self._file.read(_HEAD.size)
            if len(head) < _HEAD.size:
                return None
            length, call, kind = _HEAD.unpack(head)
            body = self._file.read(length)
        except OSError:
            return None
        return Message(Kind(kind), call, body) if len(body) == length else None

    def send(self, kind: Kind, call: int, body: bytes = b"") -> None:
        """Send; silently nothing when the server is gone, for then the worker is about to end."""
        try:
            with self._lock:
                self._link.sendall(Message(kind, call, body).pack())
        except OSError:
            return


async def receive(reader: asyncio.StreamReader) -> Message | None:
    """The server's end: the next message; None when the worker is gone."""
    try:
        length, call, kind = _HEAD.unpack(await reader.readexactly(_HEAD.size))
        if length > LARGEST:
            return None
        return Message(Kind(kind), call, await reader.readexactly(length))
    except (asyncio.IncompleteReadError, OSError, ValueError):
        return None
