"""Key presses gathered into entries: type-ahead, terminator, known length and inter-digit timeout.

A key that answers a choice or a yes/no is an entry of its own. Digits asked for (a slot) end with `#`, at the known length, or
when no key came for `interdigit` seconds. Keys pressed ahead of a prompt wait until something is expected that takes them. While
a key is held down no entry is over: the bot would answer into its tone.
"""

from collections import deque

from voicebot.types import Expectation

KEYS = "0123456789*#ABCD"
SINGLE_KEY_KINDS = frozenset({"open", "yesno", "choice", "statement"})
"""Expectations where one key is a whole entry."""

LONGEST = 64
"""Keys held at most; more are dropped: nobody types ahead that far."""


class KeyEntry:
    """The key pad's buffer. `press` adds a key, `step` passes time and hands out finished entries."""

    def __init__(self) -> None:
        self._ahead: deque[str] = deque(maxlen=LONGEST)
        self._expectation = Expectation()
        self._quiet = 0.0

    @property
    def pending(self) -> bool:
        """Whether keys are held that no entry has taken."""
        return bool(self._ahead)

    def expect(self, expectation: Expectation) -> None:
        """What the next keys answer."""
        self._expectation = expectation
        self._quiet = 0.0

    def press(self, key: str) -> None:
        """One key went down. Raises ValueError for anything but 0–9, *, #, A–D."""
        if key not in KEYS or len(key) != 1:
            raise ValueError(f"{key!r} is not a key of the key pad; keys are {KEYS}")
        self._ahead.append(key)
        self._quiet = 0.0

    def step(self, seconds: float, key_down: bool = False) -> str | None:
        """Let `seconds` pass; the finished entry, if there is one now (without its `#`). `key_down`: a key is still held."""
        if not self._ahead or key_down:
            return None
        self._quiet += seconds
        if self._expectation.kind in SINGLE_KEY_KINDS:
            return self._ahead.popleft()
        return self._digits()

    def _digits(self) -> str | None:
        held = "".join(self._ahead)
        length = self._expectation.length
        if "#" in held:
            return self._take(held.index("#"), terminator=1)
        if held[0] == "*":
            return self._take(1)
        if length is not None and len(held) >= length:
            return self._take(length)
        if self._quiet >= self._expectation.timeouts.interdigit:
            return self._take(len(held))
        return None

    def _take(self, count: int, terminator: int = 0) -> str:
        entry = "".join(self._ahead.popleft() for _ in range(count))
        for _ in range(terminator):
            self._ahead.popleft()
        return entry or "#"
