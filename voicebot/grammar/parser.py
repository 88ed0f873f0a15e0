"""JSGF text to a `Document`. Every mistake is a `PackError` that names file and line and says what to write."""

import re
from dataclasses import dataclass

from voicebot.errors import PackError
from voicebot.grammar.nodes import (
    NULL,
    Alternatives,
    Document,
    Expansion,
    Import,
    Reference,
    Repeat,
    Rule,
    Sequence,
    Tagged,
    Void,
    Words,
)
from voicebot.grammar.tokens import token_texts

_HEADER = re.compile(r"\ufeff?#JSGF\s+V1\.0[^;\n]*;")
_LEXEME = re.compile(
    r"""(?P<skip>\s+|//[^\n]*|/\*.*?\*/)
      |(?P<weight>/\s*[0-9.eE+-]+\s*/)
      |(?P<tag>\{(?:\\.|[^\\{}])*\})
      |(?P<name><[^<>\s=;|]+>)
      |(?P<string>"(?:\\.|[^"\\\n])*")
      |(?P<sign>[=;|()\[\]*+])
      |(?P<word>[^\s=;|()\[\]*+<>{}/"]+)""",
    re.VERBOSE | re.DOTALL,
)

_SPECIAL: dict[str, Expansion] = {"NULL": NULL, "VOID": Void()}


@dataclass(frozen=True, slots=True)
class _Lexeme:
    kind: str
    text: str
    line: int


def parse(text: str, source: str) -> Document:
    """Parse one grammar; `source` names it in messages. Raises `PackError`."""
    header = _HEADER.match(text)
    if header is None:
        raise PackError(f"{source}:1: a grammar begins with its header: write `#JSGF V1.0 UTF-8 zh;` as the first line")
    return _Parser(_lex(text, header.end(), source), source).document()


def _lex(text: str, position: int, source: str) -> list[_Lexeme]:
    lexemes: list[_Lexeme] = []
    line = text.count("\n", 0, position) + 1
    while position < len(text):
        found = _LEXEME.match(text, position)
        if found is None:
            raise PackError(f"{source}:{line}: {_why_unreadable(text[position])}")
        if found.lastgroup != "skip":
            lexemes.append(_Lexeme(found.lastgroup or "", found.group(), line))
        line += found.group().count("\n")
        position = found.end()
    lexemes.append(_Lexeme("end", "the end of the file", line))
    return lexemes


def _why_unreadable(character: str) -> str:
    closing = {"{": "}", "<": ">", '"': '"', "/": "/"}.get(character)
    if closing:
        return f"`{character}` is never closed: add `{closing}` (a rule name is <letters_or_digits>, a weight is /0.5/)"
    return f"`{character}` has no meaning here: remove it, or open the bracket it closes"


class _Parser:
    def __init__(self, lexemes: list[_Lexeme], source: str) -> None:
        self._lexemes = lexemes
        self._source = source
        self._at = 0

    def document(self) -> Document:
        self._keyword("grammar", "name the grammar after the header: `grammar yes_no;`")
        name = self._take("word", "the grammar's name").text
        self._sign(";")
        imports = []
        while self._now.text == "import":
            imports.append(self._import())
        rules: dict[str, Rule] = {}
        while self._now.kind != "end":
            rule = self._rule()
            if rule.name in rules:
                first = rules[rule.name].line
                raise self._error(rule.line, f"rule <{rule.name}> was already defined on line {first}: rename or merge one")
            rules[rule.name] = rule
        return Document(self._source, name, tuple(imports), tuple(rules.values()))

    def _import(self) -> Import:
        line = self._next().line
        name = self._take("name", "what to import, such as `<digits.*>`").text[1:-1]
        self._sign(";")
        grammar, dot, rule = name.rpartition(".")
        if not (grammar and dot and rule):
            raise self._error(line, f"<{name}> names no rule of another grammar: write `import <grammar.rule>;`")
        return Import(grammar, rule, line)

    def _rule(self) -> Rule:
        public = self._now.text == "public"
        if public:
            self._next()
        name = self._take("name", "a rule, such as `public <yes> = 是的 | 对;`")
        self._sign("=")
        expansion = self._alternatives()
        self._sign(";")
        return Rule(name.text[1:-1], public, expansion, name.line)

    def _alternatives(self) -> Expansion:
        options: list[tuple[float, Expansion]] = [self._option()]
        while self._now.text == "|":
            self._next()
            options.append(self._option())
        if len(options) == 1:
            return options[0][1]
        ranked = sorted(options, key=lambda option: -option[0])
        return Alternatives(tuple(option for _, option in ranked))

    def _option(self) -> tuple[float, Expansion]:
        weight = self._weight(self._next()) if self._now.kind == "weight" else 1.0
        parts: list[Expansion] = []
        while self._now.kind in ("word", "string", "name") or self._now.text in ("(", "["):
            parts.append(self._item())
        if not parts:
            raise self._error(self._now.line, f"something to say is missing before `{self._now.text}` (or write <NULL>)")
        return weight, parts[0] if len(parts) == 1 else Sequence(tuple(parts))

    def _item(self) -> Expansion:
        part = self._atom()
        while self._now.kind == "tag" or self._now.text in ("*", "+"):
            mark = self._next()
            if mark.kind == "tag":
                part = Tagged(part, re.sub(r"\\(.)", r"\1", mark.text[1:-1]).strip())
            else:
                part = Repeat(part, 0 if mark.text == "*" else 1, None)
        return part

    def _atom(self) -> Expansion:
        lexeme = self._next()
        if lexeme.text == "(":
            return self._closed(")", lexeme.line)
        if lexeme.text == "[":
            return Repeat(self._closed("]", lexeme.line), 0, 1)
        if lexeme.kind == "name":
            name = lexeme.text[1:-1]
            return _SPECIAL.get(name) or Reference(name, lexeme.line)
        tokens = token_texts(lexeme.text)
        if not tokens:
            raise self._error(lexeme.line, f"{lexeme.text} holds nothing that can be said: write words, or remove it")
        return Words(tokens)

    def _closed(self, bracket: str, opened: int) -> Expansion:
        inner = self._alternatives()
        if self._now.text != bracket:
            raise self._error(self._now.line, f"expected `{bracket}` for the bracket opened on line {opened}, not {self._seen()}")
        self._next()
        return inner

    def _weight(self, lexeme: _Lexeme) -> float:
        try:
            weight = float(lexeme.text[1:-1])
        except ValueError:
            weight = -1.0
        if not 0.0 <= weight < float("inf"):
            raise self._error(lexeme.line, f"{lexeme.text} is no weight: write a number from 0 up, such as /0.5/")
        return weight

    @property
    def _now(self) -> _Lexeme:
        return self._lexemes[self._at]

    def _next(self) -> _Lexeme:
        lexeme = self._now
        self._at = min(self._at + 1, len(self._lexemes) - 1)
        return lexeme

    def _take(self, kind: str, wanted: str) -> _Lexeme:
        if self._now.kind != kind:
            raise self._error(self._now.line, f"expected {wanted}, not {self._seen()}")
        return self._next()

    def _sign(self, sign: str) -> None:
        if self._now.text != sign:
            raise self._error(self._now.line, f"expected `{sign}`, not {self._seen()}")
        self._next()

    def _keyword(self, word: str, advice: str) -> None:
        if self._now.text != word:
            raise self._error(self._now.line, advice)
        self._next()

    def _seen(self) -> str:
        return self._now.text if self._now.kind == "end" else f"`{self._now.text}`"

    def _error(self, line: int, what: str) -> PackError:
        return PackError(f"{self._source}:{line}: {what}")
