"""What a rule can say, listed: phrases for a recogniser, words for a vocabulary."""

from collections.abc import Iterator

from voicebot.grammar.automaton import LookUp
from voicebot.grammar.nodes import Alternatives, Expansion, Reference, Repeat, Sequence, Tagged, Void, Words
from voicebot.grammar.tokens import join


class Endless(Exception):
    """The rule holds `*` or `+`: what it can say cannot be listed."""


def phrases(expansion: Expansion, look_up: LookUp) -> Iterator[str]:
    """Every phrase once, likely alternatives first. Raises `Endless` when it comes to `*` or `+`."""
    seen: set[tuple[str, ...]] = {()}
    for tokens in _sayings(expansion, look_up):
        if tokens not in seen:
            seen.add(tokens)
            yield join(tokens)


def words(expansion: Expansion, look_up: LookUp) -> set[str]:
    """Every token that may occur."""
    match expansion:
        case Words(tokens):
            return set(tokens)
        case Reference():
            return words(look_up(expansion), look_up)
        case Sequence(parts) | Alternatives(parts):
            return set().union(*(words(part, look_up) for part in parts))
        case Repeat(part) | Tagged(part):
            return words(part, look_up)
        case Void():
            return set()


def _sayings(expansion: Expansion, look_up: LookUp) -> Iterator[tuple[str, ...]]:
    match expansion:
        case Words(tokens):
            yield tokens
        case Reference():
            yield from _sayings(look_up(expansion), look_up)
        case Sequence(parts):
            yield from _series(parts, look_up)
        case Alternatives(options):
            for option in options:
                yield from _sayings(option, look_up)
        case Repeat(_, _, None):
            raise Endless
        case Repeat(part, least, _):
            if least == 0:
                yield ()
            yield from _sayings(part, look_up)
        case Tagged(part):
            yield from _sayings(part, look_up)
        case Void():
            return


def _series(parts: tuple[Expansion, ...], look_up: LookUp) -> Iterator[tuple[str, ...]]:
    if not parts:
        yield ()
        return
    for first in _sayings(parts[0], look_up):
        for rest in _series(parts[1:], look_up):
            yield first + rest
