"""A rule as a finite automaton: matching in one dictionary look-up a token.

A rule without recursion describes a regular language, so it is compiled once to a nondeterministic automaton
(Thompson's construction) that is made deterministic state by state as texts are read (Rabin and Scott's subset
construction, done lazily). Tags are found afterwards, only for the span that matched.
"""

from collections.abc import Callable, Sequence
from threading import Lock

from voicebot.grammar.nodes import Alternatives, Expansion, Reference, Repeat, Tagged, Void, Words
from voicebot.grammar.nodes import Sequence as Series

DEAD = -1
_REMEMBERED = 4096
"""Spans whose tags are kept: callers say the same short things again and again."""

LookUp = Callable[[Reference], Expansion]


class Automaton:
    """One compiled rule, safe to share between threads: the table grows under a lock and is read without one."""

    def __init__(self, expansion: Expansion, look_up: LookUp) -> None:
        self._lock = Lock()
        self._look_up = look_up
        self._moves: list[tuple[tuple[str, int], ...]] = []
        self._silent: list[tuple[tuple[int, str | None], ...]] = []
        self._start = self._state()
        self._final = self._state()
        self._compile(expansion, self._start, self._final)
        self._tags: dict[tuple[str, ...], tuple[str, ...]] = {}
        self._numbers: dict[frozenset[int], int] = {}
        self._members: list[frozenset[int]] = []
        self._accepts: list[bool] = []
        self._table: list[dict[str, int]] = []
        self._arcs: list[dict[str, set[int]] | None] = []
        self._number(self._closure({self._start}))
        self._first = self._arcs_from(0)
        self._heads: list[dict[str, list[int]] | None] = [None] * len(self._moves)

    def longest(self, tokens: Sequence[str], start: int = 0) -> int:
        """Index after the longest match that begins at `start`, or −1. An empty match counts for nothing."""
        if start < len(tokens) and tokens[start] not in self._first:
            return -1
        state, best = 0, -1
        for position in range(start, len(tokens)):
            state = self._step(state, tokens[position])
            if state == DEAD:
                break
            if self._accepts[state]:
                best = position + 1
        return best

    def ends(self, tokens: Sequence[str], start: int = 0) -> list[int]:
        """Indices after every match that begins at `start`, shortest first."""
        state, found = 0, []
        for position in range(start, len(tokens)):
            state = self._step(state, tokens[position])
            if state == DEAD:
                break
            if self._accepts[state]:
                found.append(position + 1)
        return found

    def accepts(self, tokens: Sequence[str]) -> bool:
        """Whether the whole of `tokens` can be said."""
        state = self._walk(tokens)
        return state != DEAD and self._accepts[state]

    def continues(self, tokens: Sequence[str]) -> bool:
        """Whether at least one more token could follow `tokens`."""
        state = self._walk(tokens)
        return state != DEAD and any(self._moves[inner] for inner in self._members[state])

    def tags(self, tokens: Sequence[str]) -> tuple[str, ...]:
        """Tags along the first path through all of `tokens`: earlier alternatives, then longer repeats, first."""
        key = tuple(tokens)
        known = self._tags.get(key)
        if known is None:
            known = self._find_tags(key)
            if len(self._tags) < _REMEMBERED:
                self._tags[key] = known
        return known

    def _find_tags(self, tokens: tuple[str, ...]) -> tuple[str, ...]:
        end = len(tokens)
        seen: set[tuple[int, int]] = {(self._start, 0)}
        trail: list[tuple[int, int, str | None]] = [(self._start, 0, None)]
        ways = [iter(self._ways(self._start, 0, tokens))]
        while ways:
            step = next(ways[-1], None)
            if step is None:
                ways.pop()
                trail.pop()
                continue
            state, position, tag = step
            if (state, position) in seen:
                continue
            seen.add((state, position))
            trail.append(step)
            if state == self._final and position == end:
                return tuple(tag for _, _, tag in trail if tag is not None)
            ways.append(iter(self._ways(state, position, tokens)))
        return ()

    def _ways(self, state: int, position: int, tokens: Sequence[str]) -> list[tuple[int, int, str | None]]:
        ways: list[tuple[int, int, str | None]] = [(to, position, tag) for to, tag in self._silent[state]]
        if position < len(tokens) and self._moves[state]:
            ways += [(to, position + 1, None) for to in self._heads_of(state).get(tokens[position], ())]
        return ways

    def _heads_of(self, state: int) -> dict[str, list[int]]:
        """Token → where it leads from an inner state, in the order of the rule."""
        heads = self._heads[state]
        if heads is None:
            heads = {}
            for token, to in self._moves[state]:
                heads.setdefault(token, []).append(to)
            self._heads[state] = heads
        return heads

    def _walk(self, tokens: Sequence[str]) -> int:
        state = 0
        for token in tokens:
            state = self._step(state, token)
            if state == DEAD:
                break
        return state

    def _step(self, state: int, token: str) -> int:
        table = self._table[state]
        to = table.get(token)
        if to is None:
            arcs = self._arcs[state]
            if arcs is not None and token not in arcs:
                return DEAD
            to = self._make_step(state, token)
            if to != DEAD:
                table[token] = to
        return to

    def _make_step(self, state: int, token: str) -> int:
        reached = self._arcs_from(state).get(token)
        if reached is None:
            return DEAD
        with self._lock:
            return self._number(self._closure(reached))

    def _arcs_from(self, state: int) -> dict[str, set[int]]:
        """Token → where it leads from `state`; collected once, so that most tokens, which lead nowhere, cost one look-up."""
        arcs = self._arcs[state]
        if arcs is None:
            arcs = {}
            for inner in self._members[state]:
                for word, to in self._moves[inner]:
                    arcs.setdefault(word, set()).add(to)
            self._arcs[state] = arcs
        return arcs

    def _number(self, members: frozenset[int]) -> int:
        number = self._numbers.get(members)
        if number is None:
            number = len(self._members)
            self._members.append(members)
            self._accepts.append(self._final in members)
            self._table.append({})
            self._arcs.append(None)
            self._numbers[members] = number
        return number

    def _closure(self, states: set[int]) -> frozenset[int]:
        reached, waiting = set(states), list(states)
        while waiting:
            for to, _ in self._silent[waiting.pop()]:
                if to not in reached:
                    reached.add(to)
                    waiting.append(to)
        return frozenset(reached)

    def _state(self) -> int:
        self._moves.append(())
        self._silent.append(())
        return len(self._moves) - 1

    def _compile(self, part: Expansion, start: int, end: int) -> None:
        """Lay ways from `start` to `end` that say `part`."""
        match part:
            case Words(tokens):
                self._say(tokens, start, end)
            case Reference():
                self._compile(self._look_up(part), start, end)
            case Series(parts):
                for inner in parts[:-1]:
                    middle = self._state()
                    self._compile(inner, start, middle)
                    start = middle
                self._compile(parts[-1], start, end)
            case Alternatives(options) if all(isinstance(option, Words) for option in options):
                for option in options:
                    self._compile(option, start, end)
            case Alternatives(options):
                for option in options:  # each behind a silent way of its own: ways are tried in this order
                    opening = self._state()
                    self._be_silent(start, opening)
                    self._compile(option, opening, end)
            case Repeat(inner, least, most):
                self._repeat(inner, least, most, start, end)
            case Tagged(inner, tag):
                closing = self._state()
                self._compile(inner, start, closing)
                self._be_silent(closing, end, tag)
            case Void():
                pass

    def _say(self, tokens: tuple[str, ...], start: int, end: int) -> None:
        if not tokens:
            self._be_silent(start, end)
        for index, token in enumerate(tokens):
            to = end if index == len(tokens) - 1 else self._state()
            self._moves[start] = (*self._moves[start], (token, to))
            start = to

    def _repeat(self, inner: Expansion, least: int, most: int | None, start: int, end: int) -> None:
        opening = self._state()
        self._be_silent(start, opening)
        if most is None:
            closing = self._state()
            self._compile(inner, opening, closing)
            self._be_silent(closing, opening)
            self._be_silent(closing, end)
        else:
            self._compile(inner, opening, end)
        if least == 0:
            self._be_silent(start, end)

    def _be_silent(self, start: int, end: int, tag: str | None = None) -> None:
        self._silent[start] = (*self._silent[start], (end, tag))
