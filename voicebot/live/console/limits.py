"""What one page may ask of the server."""

import time

TEXT_BYTES = 8_192
"""Longest message in text: an order with a profile."""

WORDS = 500
"""Characters of typed words."""

START_SECONDS = 10.0
"""A connection that has not said by then what it wants is closed."""

QUEUE = 50
"""Callers that may wait; the next is told to come back."""

BEHIND_MESSAGES = 500
"""Messages that may wait for a slow page, 10 s of sound: then the line is dropped, for the sake of the others' memory."""

CONNECTIONS_AN_ADDRESS = 30
"""Connections at once from one address."""


class Bucket:
    """A rate with room for bursts: `take` says whether one more is in order."""

    def __init__(self, a_second: float, burst: float) -> None:
        self._rate, self._burst = a_second, burst
        self._left, self._at = burst, time.monotonic()

    def take(self) -> bool:
        now = time.monotonic()
        self._left = min(self._burst, self._left + (now - self._at) * self._rate)
        self._at = now
        if self._left < 1:
            return False
        self._left -= 1
        return True


def frames() -> Bucket:
    """50 frames a second; a network that stalled delivers up to ten seconds at once, and clocks differ a little."""
    return Bucket(52.0, 500.0)


def words() -> Bucket:
    """Typed words and keys: as fast as fingers go."""
    return Bucket(10.0, 40.0)


def guesses() -> Bucket:
    """Wrong tokens, over all addresses."""
    return Bucket(0.2, 10.0)
