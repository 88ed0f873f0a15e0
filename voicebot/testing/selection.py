"""`-k EXPR`: names with and, or, not and brackets, as pytest has it. A name matches where it occurs in what is chosen from."""

import re
from collections.abc import Callable, Iterator
from typing import TypeAlias

from voicebot.errors import VoicebotError

Chosen: TypeAlias = Callable[[str], bool]

_TOKEN = re.compile(r"\s*(\(|\)|[^\s()]+)")


def selection(expression: str) -> Chosen:
    """Whether a text is chosen by `expression`. Raises `VoicebotError` for what cannot be read."""
    tokens = _TOKEN.findall(expression)
    if not tokens:
        raise VoicebotError("-k: the expression is empty; write a part of a name, as in -k 'barge and not survey'")
    reader = _Reader(iter([*tokens, ""]), expression)
    chosen = reader.any()
    if reader.token:
        raise reader.trouble()
    return chosen


class _Reader:
    """Recursive descent over: any = all (or all)*; all = one (and one)*; one = not one | ( any ) | name."""

    def __init__(self, tokens: Iterator[str], expression: str) -> None:
        self._tokens = tokens
        self._expression = expression
        self.token = next(tokens)

    def trouble(self) -> VoicebotError:
        at = f"at {self.token!r}" if self.token else "at its end"
        return VoicebotError(f"-k {self._expression!r}: cannot be read {at}; write names with and, or, not and brackets")

    def any(self) -> Chosen:
        options = [self._all()]
        while self.token == "or":
            self._next()
            options.append(self._all())
        return options[0] if len(options) == 1 else lambda text: any(option(text) for option in options)

    def _all(self) -> Chosen:
        parts = [self._one()]
        while self.token == "and":
            self._next()
            parts.append(self._one())
        return parts[0] if len(parts) == 1 else lambda text: all(part(text) for part in parts)

    def _one(self) -> Chosen:
        token = self.token
        if token == "not":
            self._next()
            inner = self._one()
            return lambda text: not inner(text)
        if token == "(":
            self._next()
            inner = self.any()
            if self.token != ")":
                raise self.trouble()
            self._next()
            return inner
        if token in ("", ")", "and", "or"):
            raise self.trouble()
        self._next()
        return lambda text: token.lower() in text.lower()

    def _next(self) -> None:
        self.token = next(self._tokens, "")
