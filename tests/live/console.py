"""A running browser console to test against: the real command, in a process of its own, on a free port of this machine."""

import importlib.util
import json
import os
import re
import signal
import subprocess
import sys
import threading
import time
import urllib.request
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import numpy as np

from voicebot.types import FRAME_SECONDS, SILENCE, Frame

PACKAGES = ("starlette", "uvicorn", "websockets")
START_SECONDS = 120.0
PATIENCE_SECONDS = 60.0
"""Longest wait for anything that must come."""

HOTLINE = "hotline_95188"


def missing_console() -> str:
    """Why the console cannot be tested here, in one line; empty when it can."""
    absent = [name for name in PACKAGES if importlib.util.find_spec(name) is None]
    return f"{', '.join(absent)} missing; for the console: pip install 'voicebot[serve]'" if absent else ""


@dataclass
class Console:
    """The server: where it is, and what it says on stderr."""

    address: str
    process: "subprocess.Popen[str]"
    said: list[str]

    @property
    def origin(self) -> str:
        return self.address.rstrip("/")

    def get(self, path: str, **headers: str) -> Any:
        """A JSON document."""
        request = urllib.request.Request(self.origin + path, headers=headers)
        with urllib.request.urlopen(request, timeout=PATIENCE_SECONDS) as answer:
            return json.loads(answer.read())

    def wait_for(self, holds: Callable[[dict[str, Any]], bool]) -> dict[str, Any]:
        """The state of the server once `holds`."""
        until = time.monotonic() + PATIENCE_SECONDS
        while not holds(state := self.get("/api/state")):
            assert time.monotonic() < until, state
            time.sleep(0.05)
        return state


@contextmanager
def serving(*arguments: str) -> Iterator[Console]:
    """`voicebot serve` with these arguments."""
    command = [sys.executable, "-m", "voicebot", "serve", "--port", "0", *arguments]
    process = subprocess.Popen(command, stderr=subprocess.PIPE, text=True, encoding="utf8")
    said: list[str] = []
    found = threading.Event()

    def read() -> None:
        assert process.stderr is not None
        for line in process.stderr:
            said.append(line)
            if "console at " in line:
                found.set()
        found.set()

    reader = threading.Thread(target=read, daemon=True)
    reader.start()
    try:
        assert found.wait(START_SECONDS), "the console did not start"
        (address,) = re.findall(r"console at (\S+)", "".join(said)) or [None]
        assert address is not None, said
        yield Console(address, process, said)
    finally:
        process.send_signal(signal.SIGINT)
        process.wait(timeout=30)
        reader.join(5)
        assert process.stderr is not None
        process.stderr.close()


@dataclass
class Page:
    """A page's end of a call, without a browser."""

    socket: Any
    told: list[dict[str, Any]] = field(default_factory=list)
    sounds: list[bytes] = field(default_factory=list)

    def send(self, **message: Any) -> None:
        self.socket.send(json.dumps(message))

    def next(self) -> dict[str, Any] | None:
        """The next message that is no sound; None when the connection is closed."""
        from websockets.exceptions import ConnectionClosed

        while True:
            try:
                message = self.socket.recv(timeout=PATIENCE_SECONDS)
            except ConnectionClosed:
                return None
            if isinstance(message, bytes):
                self.sounds.append(message)
                continue
            self.told.append(json.loads(message))
            return self.told[-1]

    def until(self, holds: Callable[[dict[str, Any]], bool]) -> dict[str, Any]:
        """The next message for which `holds`."""
        while (message := self.next()) is not None:
            if holds(message):
                return message
        raise AssertionError(f"closed before it came: {self.told[-3:]}")

    def until_type(self, kind: str) -> dict[str, Any]:
        return self.until(lambda message: message["type"] == kind)

    def until_event(self, name: str, **fields: Any) -> dict[str, Any]:
        """The next event of that name with those fields."""

        def matches(event: dict[str, Any]) -> bool:
            return event["event"] == name and all(event[key] == value for key, value in fields.items())

        message = self.until(lambda message: any(map(matches, message.get("events", []))))
        return next(event for event in message["events"] if matches(event))

    @property
    def events(self) -> list[dict[str, Any]]:
        return [event for message in self.told for event in message.get("events", [])]


@contextmanager
def page(console: Console, **start: Any) -> Iterator[Page]:
    """A connection; with `start`, one that has asked for a call."""
    from websockets.sync.client import connect

    address = console.origin.replace("http", "ws") + "/ws"
    with connect(address, origin=console.origin, compression=None, open_timeout=PATIENCE_SECONDS) as socket:
        end = Page(socket)
        if start:
            end.send(type="start", **{"hotline": HOTLINE, "language": "zh-CN", **start})
        yield end


def speak(end: Page, frames: Sequence[Frame], stop: threading.Event) -> threading.Thread:
    """Send `frames` in real time, then silence until `stop`, as a microphone does."""
    from websockets.exceptions import ConnectionClosed

    def run() -> None:
        began, index = time.monotonic(), 0
        while not stop.is_set():
            frame = frames[index] if index < len(frames) else SILENCE
            try:
                end.socket.send(frame.astype("<i2").tobytes())
            except ConnectionClosed:
                return
            index += 1
            time.sleep(max(0.0, began + index * FRAME_SECONDS - time.monotonic()))

    thread = threading.Thread(target=run, daemon=True)
    thread.start()
    return thread


def loudness(sound: bytes) -> int:
    """Largest sample of the bot's leg of a sound message."""
    return int(np.abs(np.frombuffer(sound[8:648], "<i2").astype(np.int32)).max())


def kill(pid: int) -> None:
    """As a native library that crashes would."""
    os.kill(pid, signal.SIGSEGV)


def freeze(pid: int) -> None:
    """As a native library that hangs would."""
    os.kill(pid, signal.SIGSTOP)


def checkout() -> Path:
    return Path(__file__).resolve().parent.parent.parent
