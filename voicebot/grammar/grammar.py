"""A grammar with its imports looked up: `match`, `find`, `expand`, `words`."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from pathlib import Path

from voicebot.errors import PackError
from voicebot.grammar import expansion as listing
from voicebot.grammar.automaton import Automaton
from voicebot.grammar.nodes import Alternatives, Document, Expansion, Reference, Repeat, Rule, Tagged
from voicebot.grammar.nodes import Sequence as Series
from voicebot.grammar.parser import parse
from voicebot.grammar.tokens import Token, tokenise

EXPAND_LIMIT = 20_000
"""Phrases that `expand` lists at most; a recogniser takes about 23 ms to compile a thousand."""


@dataclass(frozen=True, slots=True)
class Match:
    """Where a rule matched and what it means."""

    start: int
    """Character offset in the text."""
    end: int
    text: str
    tags: tuple[str, ...]
    """The tags on the way, in the order they were spoken."""

    @property
    def tag(self) -> str | None:
        """The last tag: that of the outermost meaning."""
        return self.tags[-1] if self.tags else None


class Grammar:
    """The rules of one grammar and of those it imports. Rules are compiled when they are first used."""

    def __init__(self, document: Document, imported: "Iterable[tuple[str, Grammar, str]]" = ()) -> None:
        """`imported`: (name here, grammar, name there) of every imported rule."""
        self.name = document.name
        self.source = document.source
        self._rules: dict[str, Rule] = {rule.name: rule for rule in document.rules}
        self._imported = {name: (grammar, there) for name, grammar, there in imported}
        self._compiled: dict[str, Automaton] = {}
        _check_references(self)

    @classmethod
    def parse(cls, text: str, source: str = "grammar", folders: Sequence[Path] = ()) -> "Grammar":
        """The grammar in `text`; imports are looked for in `folders`. Raises `PackError`."""
        return _resolve(parse(text, source), tuple(folders), ())

    @classmethod
    def load(cls, path: Path, folders: Sequence[Path] = ()) -> "Grammar":
        """The grammar file at `path`; imports are looked for beside it, then in `folders`. Raises `PackError`."""
        return _load(path, (path.parent, *folders), ())

    @property
    def public(self) -> tuple[str, ...]:
        """Names of the public rules, as written."""
        return tuple(rule.name for rule in self._rules.values() if rule.public)

    def match(self, rule: str, text: str) -> Match | None:
        """What `text` as a whole means under `rule`."""
        tokens = tokenise(text)
        words = [token.text for token in tokens]
        automaton = self.automaton(rule)
        if not words or not automaton.accepts(words):
            return None
        return _match(text, tokens, automaton.tags(words))

    def find(self, rule: str, text: str) -> Match | None:
        """The longest match inside `text`; of equally long ones the first."""
        found = self.find_all(rule, text, overlapping=True)
        return max(found, key=lambda match: (len(tokenise(match.text)), -match.start), default=None)

    def find_all(self, rule: str, text: str, overlapping: bool = False) -> tuple[Match, ...]:
        """Matches from left to right, at each place the longest; the next begins after it, unless `overlapping`."""
        tokens = tokenise(text)
        words = [token.text for token in tokens]
        automaton = self.automaton(rule)
        found: list[Match] = []
        at = 0
        while at < len(words):
            end = automaton.longest(words, at)
            if end > at:
                found.append(_match(text, tokens[at:end], automaton.tags(words[at:end])))
            at = end if end > at and not overlapping else at + 1
        return tuple(found)

    def expand(self, rule: str, limit: int = EXPAND_LIMIT) -> tuple[str, ...]:
        """Every phrase of `rule`, likely ones first.

        Raises `PackError` when the rule repeats without end or holds more than `limit` phrases.
        """
        where = self._where(rule)
        listed: list[str] = []
        try:
            for phrase in listing.phrases(self.expansion(rule), self._look_up):
                if len(listed) == limit:
                    raise PackError(f"{where}: <{rule}> has more than {limit} phrases: split it into smaller rules")
                listed.append(phrase)
        except listing.Endless:
            raise PackError(f"{where}: <{rule}> repeats without end and cannot be listed: write `[x]` for `x*`") from None
        return tuple(listed)

    def words(self, rule: str) -> tuple[str, ...]:
        """Every word (Chinese: character) that `rule` can hold, sorted."""
        return tuple(sorted(listing.words(self.expansion(rule), self._look_up)))

    def automaton(self, rule: str) -> Automaton:
        """The compiled rule, for those who have tokens already. Raises `PackError` for an unknown rule."""
        if rule not in self._compiled:
            self._compiled[rule] = Automaton(self.expansion(rule), self._look_up)
        return self._compiled[rule]

    def expansion(self, rule: str) -> Expansion:
        """The rule's own expansion, its references pointing at rules of this grammar."""
        if rule in self._rules:
            return self._rules[rule].expansion
        if rule in self._imported:
            grammar, there = self._imported[rule]
            return grammar._absolute(there)
        names = ", ".join(f"<{name}>" for name in self.public)
        raise PackError(f"{self.source}: there is no rule <{rule}> in grammar {self.name}: it has {names or 'none'}")

    def _absolute(self, rule: str) -> Expansion:
        """An expansion that no longer depends on this grammar's names: references are written out."""
        return _written_out(self.expansion(rule), self)

    def _look_up(self, reference: Reference) -> Expansion:
        return self.expansion(reference.rule)

    def _where(self, rule: str) -> str:
        known = self._rules.get(rule)
        return f"{self.source}:{known.line}" if known else self.source


def _match(text: str, tokens: Sequence[Token], tags: tuple[str, ...]) -> Match:
    start, end = tokens[0].start, tokens[-1].end
    return Match(start, end, text[start:end], tags)


def _written_out(part: Expansion, grammar: Grammar) -> Expansion:
    match part:
        case Reference(rule):
            return _written_out(grammar.expansion(rule), grammar)
        case Series(parts):
            return Series(tuple(_written_out(inner, grammar) for inner in parts))
        case Alternatives(options):
            return Alternatives(tuple(_written_out(inner, grammar) for inner in options))
        case Repeat(inner, least, most):
            return Repeat(_written_out(inner, grammar), least, most)
        case Tagged(inner, tag):
            return Tagged(_written_out(inner, grammar), tag)
        case _:
            return part


def _check_references(grammar: Grammar) -> None:
    """Every reference leads to a rule, and no rule leads back to itself."""
    checked: set[str] = set()
    for rule in grammar._rules.values():
        _check_rule(grammar, rule, (), checked)


def _check_rule(grammar: Grammar, rule: Rule, above: tuple[str, ...], checked: set[str]) -> None:
    if rule.name in checked:
        return
    path = (*above, rule.name)
    for reference in _references(rule.expansion):
        where = f"{grammar.source}:{reference.line}"
        if reference.rule in path:
            circle = " → ".join(f"<{name}>" for name in (*path[path.index(reference.rule) :], reference.rule))
            raise PackError(f"{where}: {circle} goes in a circle: write `*` or `+` instead of a rule that holds itself")
        if reference.rule in grammar._rules:
            _check_rule(grammar, grammar._rules[reference.rule], path, checked)
        elif reference.rule not in grammar._imported:
            raise PackError(f"{where}: <{reference.rule}> is defined nowhere: define it, or import it from another grammar")
    checked.add(rule.name)


def _references(part: Expansion) -> list[Reference]:
    match part:
        case Reference():
            return [part]
        case Series(parts) | Alternatives(parts):
            return [reference for inner in parts for reference in _references(inner)]
        case Repeat(inner) | Tagged(inner):
            return _references(inner)
        case _:
            return []


def _load(path: Path, folders: tuple[Path, ...], above: tuple[Path, ...]) -> Grammar:
    try:
        text = path.read_text("utf-8")
    except OSError as error:
        raise PackError(f"{path}: cannot be read ({error.strerror}): check the name and that the file is there") from error
    except UnicodeDecodeError as error:
        raise PackError(f"{path}: is not UTF-8 text (byte {error.start}): save it as UTF-8") from error
    return _resolve(parse(text, path.name), folders, (*above, path.resolve()))


def _resolve(document: Document, folders: tuple[Path, ...], above: tuple[Path, ...]) -> Grammar:
    imported: list[tuple[str, Grammar, str]] = []
    for entry in document.imports:
        where = f"{document.source}:{entry.line}"
        candidates = (folder / f"{entry.grammar}.jsgf" for folder in folders)
        path = next((candidate for candidate in candidates if candidate.is_file()), None)
        if path is None:
            raise PackError(f"{where}: there is no grammar {entry.grammar}.jsgf to import: check the name")
        if path.resolve() in above:
            raise PackError(f"{where}: {entry.grammar} imports this grammar itself: move what both need into a third")
        grammar = _load(path, folders, above)
        if entry.rule != "*" and entry.rule not in grammar.public:
            names = ", ".join(f"<{name}>" for name in grammar.public)
            raise PackError(f"{where}: {entry.grammar} has no public rule <{entry.rule}>: it has {names}")
        for rule in grammar.public if entry.rule == "*" else (entry.rule,):
            imported += [(rule, grammar, rule), (f"{entry.grammar}.{rule}", grammar, rule)]
    return Grammar(document, imported)
