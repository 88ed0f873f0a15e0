"""What a rule expansion is made of, as JSGF 1.0 has it (W3C note of 5 June 2000)."""

from dataclasses import dataclass
from typing import TypeAlias


@dataclass(frozen=True, slots=True)
class Words:
    """Tokens said one after another."""

    tokens: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Reference:
    """`<rule>`."""

    rule: str
    line: int


@dataclass(frozen=True, slots=True)
class Sequence:
    parts: "tuple[Expansion, ...]"


@dataclass(frozen=True, slots=True)
class Alternatives:
    options: "tuple[Expansion, ...]"
    """Most likely first: by weight, then as written."""


@dataclass(frozen=True, slots=True)
class Repeat:
    """`[x]` is (0, 1), `x*` (0, None), `x+` (1, None)."""

    part: "Expansion"
    least: int
    most: int | None


@dataclass(frozen=True, slots=True)
class Tagged:
    """`x {tag}`: the tag is put out after the words of x."""

    part: "Expansion"
    tag: str


@dataclass(frozen=True, slots=True)
class Void:
    """`<VOID>`: can never be said."""


Expansion: TypeAlias = Words | Reference | Sequence | Alternatives | Repeat | Tagged | Void

NULL = Words(())
"""`<NULL>`: said by saying nothing."""


@dataclass(frozen=True, slots=True)
class Rule:
    name: str
    public: bool
    expansion: Expansion
    line: int


@dataclass(frozen=True, slots=True)
class Import:
    """`import <grammar.rule>;` or `import <grammar.*>;`"""

    grammar: str
    rule: str
    line: int


@dataclass(frozen=True, slots=True)
class Document:
    """One JSGF file as it stands, references not yet looked up."""

    source: str
    """The file, for messages."""
    name: str
    imports: tuple[Import, ...]
    rules: tuple[Rule, ...]
