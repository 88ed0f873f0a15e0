"""From a script file to the scripts it stands for: variables, fragments and rows written out.

`vars:` are names for `${name}` in any text of the script; a text that is nothing but `${name}` becomes the value itself, of
whatever kind. `fragments:` are lists of turns under a name, in the file or in others beside it; `- include: name` puts them in
place, and `with:` gives them variables of their own. `rows:` makes one script of each row, with the row's values as variables.

Every turn remembers where it was written, so that mistakes and failures name its file and line.
"""

import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from voicebot.errors import PackError
from voicebot.hotlines.complaints import joined, nearest
from voicebot.hotlines.yaml_source import Location, YamlSource

DEEPEST_INCLUDE = 8
"""Fragments inside fragments; more is a circle."""

MOST_ROWS = 2000

_VARIABLE = re.compile(r"\$\{([A-Za-z_][A-Za-z0-9_]*)\}")
_NAME = re.compile(r"[A-Za-z_][A-Za-z0-9_]*")


@dataclass(frozen=True, slots=True)
class Origin:
    """Where something was written."""

    source: YamlSource
    at: Location

    def __str__(self) -> str:
        return self.source.at(self.at)

    @property
    def line(self) -> int:
        return self.source.line(self.at)


@dataclass(frozen=True, slots=True)
class Case:
    """One script of a file, written out: plain data, not checked yet."""

    data: dict[str, Any]
    turns: tuple[tuple[Any, Origin], ...]
    """Each turn and where it was written."""
    label: str = ""
    """What tells this row from the others; empty where there are no rows."""
    origin: Origin | None = None
    """The row, or the file."""


@dataclass(slots=True)
class _Expansion:
    source: YamlSource
    fragments: dict[str, Origin] = field(default_factory=dict)
    mistakes: list[str] = field(default_factory=list)


def expand(source: YamlSource) -> list[Case]:
    """Every script that the file stands for. Raises `PackError` for names that are not there."""
    body = dict(source.mapping())
    work = _Expansion(source)
    variables = body.pop("vars", None) or {}
    rows = body.pop("rows", None)
    turns = body.pop("turns", None)
    _collect_fragments(work, body.pop("fragments", None) or {})
    if not isinstance(variables, dict):
        raise PackError(f"{source.at(('vars',))}: `vars:` must be a mapping; write `name: value` lines")
    if turns is not None and not isinstance(turns, list):
        raise PackError(f"{source.at(('turns',))}: `turns:` must be a list; write `- bot: …` and `- caller: …` lines")
    cases = [
        _case(work, body, turns or [], {**variables, **row}, label, Origin(source, at))
        for row, label, at in _rows(source, rows, variables)
    ]
    if work.mistakes:
        raise PackError(joined(work.mistakes))
    return cases


def _rows(source: YamlSource, rows: Any, variables: Mapping[str, Any]) -> Iterator[tuple[dict[str, Any], str, Location]]:
    """Values, label and place of each row; one empty row where the file has none."""
    if rows is None:
        yield {}, "", ()
        return
    if not isinstance(rows, list) or not rows or len(rows) > MOST_ROWS:
        raise PackError(
            f"{source.at(('rows',))}: `rows:` must be a list of 1 to {MOST_ROWS} mappings; write `- {{name: value}}` lines"
        )
    seen: set[str] = set()
    for index, row in enumerate(rows):
        where = source.at(("rows", index))
        if not isinstance(row, dict) or not row:
            raise PackError(f"{where}: a row must be a mapping of variables; write `- {{name: value, …}}`")
        for name in (*row, *variables):
            if not _NAME.fullmatch(name):
                raise PackError(f"{where}: {name!r} cannot be a variable; use letters, digits and _")
        label = str(row.get("id", next(iter(row.values()))))
        if label in seen:
            label = f"{label} #{index + 1}"
        seen.add(label)
        yield row, label, ("rows", index)


def _case(
    work: _Expansion, body: dict[str, Any], turns: list[Any], variables: Mapping[str, Any], label: str, origin: Origin
) -> Case:
    known = _settled(work, variables)
    data = {name: _filled(work, value, known, Origin(work.source, (name,))) for name, value in body.items()}
    written = tuple(_turns(work, turns, known, Origin(work.source, ("turns",)), 0))
    return Case(data, written, label, origin)


def _settled(work: _Expansion, variables: Mapping[str, Any]) -> dict[str, Any]:
    """Variables with the ones before them filled in."""
    known: dict[str, Any] = {}
    for name, value in variables.items():
        known[name] = _filled(work, value, known, Origin(work.source, ("vars", name)))
    return known


# ---------------------------------------------------------------- fragments


def _collect_fragments(work: _Expansion, given: Any) -> None:
    """Fragments of the file itself, or of files beside it."""
    source = work.source
    if isinstance(given, dict):
        work.fragments |= {name: Origin(source, ("fragments", name)) for name in given}
        return
    names = [given] if isinstance(given, str) else given
    if not isinstance(names, list) or not all(isinstance(name, str) for name in names):
        raise PackError(f"{source.at(('fragments',))}: `fragments:` must be a mapping of turns by name, or files that hold some")
    for name in names:
        path = Path(name)
        if path.is_absolute() or ".." in path.parts:
            raise PackError(f"{source.at(('fragments',))}: {name} leads out of the script's folder; give a path inside it")
        if not (source.path.parent / path).is_file():
            raise PackError(f"{source.at(('fragments',))}: fragments: {name} is not there; give a file beside the script")
        other = YamlSource(source.path.parent / path)
        work.fragments |= {fragment: Origin(other, (fragment,)) for fragment in other.mapping()}


def _turns(work: _Expansion, turns: Any, known: Mapping[str, Any], origin: Origin, depth: int) -> Iterator[tuple[Any, Origin]]:
    """Turns written out, each with its place."""
    if not isinstance(turns, list):
        work.mistakes.append(f"{origin}: a fragment must be a list of turns; write `- bot: …` and `- caller: …` lines")
        return
    for index, turn in enumerate(turns):
        here = Origin(origin.source, (*origin.at, index))
        if isinstance(turn, dict) and "include" in turn:
            yield from _included(work, turn, known, here, depth)
        else:
            yield _filled(work, turn, known, here), here


def _included(
    work: _Expansion, turn: Mapping[str, Any], known: Mapping[str, Any], here: Origin, depth: int
) -> Iterator[tuple[Any, Origin]]:
    name, own = str(_filled(work, turn["include"], known, here)), turn.get("with") or {}
    extra = sorted(set(turn) - {"include", "with"})
    if extra or not isinstance(own, dict):
        work.mistakes.append(f"{here}: an include is `- include: name`, with variables in `with: {{name: value}}`")
        return
    if name not in work.fragments:
        work.mistakes.append(f"{here}: there is no fragment `{name}`{nearest(name, work.fragments)}")
        return
    if depth >= DEEPEST_INCLUDE:
        work.mistakes.append(f"{here}: fragment `{name}` includes itself, or is {DEEPEST_INCLUDE} deep; write its turns out")
        return
    fragment = work.fragments[name]
    body = fragment.source.mapping()
    for part in fragment.at:
        body = body[str(part)]
    filled = {variable: _filled(work, value, known, here) for variable, value in own.items()}
    yield from _turns(work, body, {**known, **filled}, fragment, depth + 1)


# ---------------------------------------------------------------- variables


def _filled(work: _Expansion, value: Any, known: Mapping[str, Any], origin: Origin) -> Any:
    """`value` with every `${name}` in it replaced."""
    if isinstance(value, str):
        return _filled_text(work, value, known, origin) if "${" in value else value
    if isinstance(value, list):
        return [_filled(work, item, known, Origin(origin.source, (*origin.at, index))) for index, item in enumerate(value)]
    if isinstance(value, dict):
        return {
            _filled_text(work, name, known, origin): _filled(work, item, known, Origin(origin.source, (*origin.at, name)))
            for name, item in value.items()
        }
    return value


def _filled_text(work: _Expansion, text: str, known: Mapping[str, Any], origin: Origin) -> Any:
    whole = _VARIABLE.fullmatch(text)
    for name in _VARIABLE.findall(text):
        if name not in known:
            work.mistakes.append(f"{origin}: `${{{name}}}` is not defined{nearest(name, known)}")
            return text
    if whole is not None:
        return known[whole[1]]
    return _VARIABLE.sub(lambda found: str(known[found[1]]), text)
