"""`voicebot live` as a person meets it: a process that talks, and what is said to it."""

import os
import queue
import subprocess
import sys
import threading
import time
from typing import Any

from tests.conftest import FIXTURES
from tests.live.headless import Headless
from voicebot.audio.wav import open_recording
from voicebot.types import Samples

PATIENCE_SECONDS = 60.0
BOT_DB = -50.0
"""The bot is heard when it is louder than this."""


def words(name: str) -> Samples:
    return open_recording(FIXTURES / name).caller_samples()


class Talk:
    """`voicebot live` in a process of its own, its transcript read as it forms."""

    def __init__(self, machine: Headless, *arguments: str) -> None:
        command = [sys.executable, "-m", "voicebot", "live", "--model", "bundled", *arguments]
        environ = {**machine.environ, "VOICEBOT_CACHE": os.environ["VOICEBOT_CACHE"], "PYTHONUNBUFFERED": "1"}
        self.process = subprocess.Popen(
            command, env=environ, stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True, encoding="utf8"
        )
        self._lines: queue.SimpleQueue[str] = queue.SimpleQueue()
        self.heard: list[str] = []
        self.said: list[str] = []
        """What went to standard error."""
        self._readers = [
            threading.Thread(target=self._read, args=(self.process.stdout, self._lines.put)),
            threading.Thread(target=self._read, args=(self.process.stderr, self.said.append)),
        ]
        for reader in self._readers:
            reader.start()

    def until(self, *words: str) -> str:
        """Wait for a transcript line that holds one of `words`."""
        deadline = time.monotonic() + PATIENCE_SECONDS
        while True:
            try:
                line = self._lines.get(timeout=max(0.0, deadline - time.monotonic()))
            except queue.Empty:
                raise AssertionError(f"never printed {words}; printed {self.heard}, and {self.said}") from None
            self.heard.append(line)
            if any(word in line for word in words):
                return line

    def end(self) -> int:
        """Wait for the end; the exit code."""
        code = self.process.wait(timeout=PATIENCE_SECONDS)
        for reader in self._readers:
            reader.join()
        for pipe in (self.process.stdout, self.process.stderr):
            assert pipe is not None
            pipe.close()
        while not self._lines.empty():
            self.heard.append(self._lines.get())
        return code

    def kill(self) -> None:
        if self.process.poll() is None:
            self.process.kill()
            self.end()

    @staticmethod
    def _read(pipe: Any, take: Any) -> None:
        for line in pipe:
            take(line.rstrip("\n"))
