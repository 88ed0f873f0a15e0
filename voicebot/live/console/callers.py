"""Who is on the line of a call in real time, and when each of their frames was due.

Somebody at a microphone sets the pace: a frame is due when it arrives. Everybody else (typed words, a script, a recording) is
paced by the clock.
"""

import threading
import time
from collections import deque
from collections.abc import Sequence
from typing import Protocol

import numpy as np

from voicebot.events import Record
from voicebot.testing.caller import Caller, CallerFrame
from voicebot.types import FRAME_SAMPLES, FRAME_SECONDS, SILENCE, Frame, Samples

WAITING_FRAMES = 250
"""Frames that may wait to be heard, 5 s; more are lost, and counted."""

GONE_SECONDS = 15.0
"""A microphone that sends nothing for so long has hung up: the page is closed, or asleep."""


class Source(Protocol):
    """A caller in real time."""

    lost: int

    def next(self, news: Sequence[Record]) -> tuple[CallerFrame, float]:
        """The caller's next 20 ms, waited for, and when it was due (`time.monotonic`)."""
        ...


class Hand:
    """What a person at the page does beside speaking: keys, typed words, hanging up. From any thread."""

    def __init__(self) -> None:
        self._keys: deque[str] = deque()
        self._speech: deque[Samples] = deque()
        self._left = np.zeros(0, np.int16)
        self.gone = threading.Event()

    def press(self, key: str) -> None:
        self._keys.append(key)

    def say(self, samples: Samples) -> None:
        """Words to speak into the call, after those already waiting."""
        self._speech.append(samples)

    def hang_up(self) -> None:
        self.gone.set()

    def apply(self, frame: Frame) -> CallerFrame:
        """`frame` with the keys that went down by now, and the next 20 ms of typed words mixed in."""
        keys = "".join(self._keys.popleft() for _ in range(len(self._keys)))
        return CallerFrame(self._mixed(frame), keys, self.gone.is_set())

    def _mixed(self, frame: Frame) -> Frame:
        if not len(self._left):
            if not self._speech:
                return frame
            self._left = self._speech.popleft()
        part, self._left = self._left[:FRAME_SAMPLES], self._left[FRAME_SAMPLES:]
        mixed = frame.astype(np.int32)
        mixed[: len(part)] += part
        return np.clip(mixed, -32768, 32767).astype(np.int16)


class Microphone:
    """Frames that arrive from a page: a bounded jitter buffer. `put` comes from the thread that reads the wire."""

    def __init__(self, hand: Hand) -> None:
        self.lost = 0
        self._hand = hand
        self._waiting: deque[tuple[Frame, float]] = deque()
        self._news = threading.Condition()

    def put(self, frame: Frame) -> None:
        """A frame came."""
        with self._news:
            if len(self._waiting) >= WAITING_FRAMES:
                self._waiting.popleft()
                self.lost += 1
            self._waiting.append((frame, time.monotonic()))
            self._news.notify()

    def wake(self) -> None:
        """The person hung up: do not wait for another frame."""
        with self._news:
            self._news.notify()

    def next(self, news: Sequence[Record]) -> tuple[CallerFrame, float]:
        with self._news:
            came = self._news.wait_for(lambda: self._waiting or self._hand.gone.is_set(), GONE_SECONDS)
            if not came or not self._waiting:
                return CallerFrame(hung_up=True), time.monotonic()
            frame, arrived = self._waiting.popleft()
        return self._hand.apply(frame), arrived


class Clocked:
    """A caller who needs no microphone, at the pace of the clock. With no `caller`, silence and what the hand does."""

    def __init__(self, hand: Hand, caller: Caller | None = None) -> None:
        self.lost = 0
        self._hand = hand
        self._caller = caller
        self._due = 0.0

    def next(self, news: Sequence[Record]) -> tuple[CallerFrame, float]:
        now = time.monotonic()
        self._due = self._due + FRAME_SECONDS if self._due else now
        if self._due > now:
            self._hand.gone.wait(self._due - now)
        if self._caller is None:
            return self._hand.apply(SILENCE), self._due
        if self._hand.gone.is_set():
            return CallerFrame(hung_up=True), self._due
        return self._caller.next_frame(news), self._due
