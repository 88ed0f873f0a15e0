"""YAML files and where in them a mistake is: every complaint is `file:line: what is wrong and what to write instead`.

A file is parsed into nodes, which know their lines, and its plain data is built from them here: texts, numbers, yes/no, lists and
mappings, and nothing else that YAML can say (tags, dates, merge keys, keys that are lists). So a file cannot run code, blow up
through aliases, or mean something else than what stands in it.
"""

import re
from collections.abc import Sequence
from functools import lru_cache
from pathlib import Path
from typing import Any

from ruamel.yaml import YAML
from ruamel.yaml.error import MarkedYAMLError, StreamMark, YAMLError
from ruamel.yaml.nodes import MappingNode, Node, ScalarNode, SequenceNode

from voicebot.errors import PackError

LARGEST_FILE = 1024 * 1024
"""Bytes: three hundred questions; a pack may have many files."""

MOST_NODES = 300_000
"""Values in one file, aliases counted each time they are used."""

OPEN_BRACKETS = 100
"""Brackets opened and never closed: parsing thousands takes minutes."""

DEEPEST = 40
"""Levels of lists and mappings; a pack needs five."""

_FILES_REMEMBERED = 64
"""Files kept parsed: a pack loaded in its second language, or after one file was changed, is read in no time."""

Location = Sequence[str | int]

_TAG = "tag:yaml.org,2002:"
_TRUE = frozenset({"true", "True", "TRUE"})
_FALSE = frozenset({"false", "False", "FALSE"})
_CONTROL = re.compile(r"[\x00-\x08\x0b\x0c\x0e-\x1f\x7f]")
_PARSER_ERRORS = (YAMLError, ValueError, RecursionError, OverflowError, TypeError, AttributeError, KeyError, AssertionError)
"""What parsing damaged files was seen to raise."""


class YamlSource:
    """One YAML file: its plain data, and the line of any place in it."""

    def __init__(self, path: Path) -> None:
        """Read `path`. Raises `PackError`."""
        self.path = path
        self._root = _parse(path, _read(path))
        self.data: Any = _Builder(path).build(self._root) if self._root is not None else None

    def mapping(self) -> dict[str, Any]:
        """The file's top-level mapping. Raises `PackError` when it is none."""
        if not isinstance(self.data, dict):
            kind = "empty" if self.data is None else kind_of(self.data)
            raise PackError(f"{self.path}:1: the file is {kind}; write `key: value` lines")
        return self.data

    def line(self, location: Location) -> int:
        """Line of the key or item that `location` leads to, as near as the file has it; 1 for the file itself."""
        node, line = self._root, 1
        for part in location:
            if isinstance(node, MappingNode):
                found = next((pair for pair in node.value if pair[0].value == part), None)
                if found is not None:
                    line, node = found[0].start_mark.line + 1, found[1]
            elif isinstance(node, SequenceNode) and isinstance(part, int) and part < len(node.value):
                node = node.value[part]
                line = node.start_mark.line + 1
        return int(line)

    def at(self, location: Location) -> str:
        """`file:line` of `location`."""
        return f"{self.path}:{self.line(location)}"


class _Builder:
    """From nodes to plain data. Raises `PackError` at what a pack does not use."""

    def __init__(self, path: Path) -> None:
        self._path = path
        self._count = 0
        self._built: dict[int, tuple[Any, int]] = {}
        """What a list or mapping came to, and how many values it has: for its aliases."""

    def build(self, node: Node, level: int = 0) -> Any:
        known, size = self._built.get(id(node), (None, 0))
        self._count += max(1, size)
        if self._count > MOST_NODES:
            raise self._error(node, f"more than {MOST_NODES} values up to here; split the file, and do not nest aliases")
        if level > DEEPEST:
            raise self._error(node, f"nested more than {DEEPEST} deep; a pack needs five levels")
        if size:
            return known
        before = self._count
        if isinstance(node, MappingNode) and node.tag == _TAG + "map":
            value: Any = self._mapping(node, level)
        elif isinstance(node, SequenceNode) and node.tag == _TAG + "seq":
            value = [self.build(item, level + 1) for item in node.value]
        elif isinstance(node, ScalarNode):
            return self._scalar(node)
        else:
            raise self._error(node, f"the tag {_shown(node.tag)} is not used here; take it out")
        self._built[id(node)] = (value, self._count - before + 1)
        return value

    def _mapping(self, node: MappingNode, level: int) -> dict[str, Any]:
        values: dict[str, Any] = {}
        for key, value in node.value:
            if not isinstance(key, ScalarNode):
                raise self._error(key, "a key is a list or a mapping; write a word as key")
            if key.tag == _TAG + "merge":
                raise self._error(key, "merge keys (`<<:`) are not used here; write the lines out")
            if key.value in values:
                raise self._error(key, f"`{key.value[:60]}:` is there twice; keep one")
            values[key.value] = self.build(value, level + 1)
        return values

    def _scalar(self, node: ScalarNode) -> Any:
        text, tag = node.value, str(node.tag).removeprefix(_TAG)
        if tag in ("str", "timestamp"):
            return text
        if tag == "null":
            return None
        if tag == "bool" and text in _TRUE | _FALSE:
            return text in _TRUE
        if tag in ("int", "float"):
            return self._number(node, tag)
        raise self._error(node, f"the tag {_shown(node.tag)} is not used here; take it out, or put the text in quotes")

    def _number(self, node: ScalarNode, tag: str) -> int | float:
        plain = node.value.replace("_", "").lower()
        try:
            if tag == "int":
                return int(plain, 0) if re.match(r"[-+]?0[xob]", plain) else int(plain)
            return float({".inf": "inf", "+.inf": "inf", "-.inf": "-inf", ".nan": "nan"}.get(plain, plain))
        except ValueError:
            raise self._error(node, f"`{node.value[:40]}` is no number that can be read; write it with digits") from None

    def _error(self, node: Node, what: str) -> PackError:
        return PackError(f"{self._path}:{node.start_mark.line + 1}: {what}")


def kind_of(value: Any) -> str:
    """What a value is, to somebody who writes YAML."""
    names = {bool: "yes/no", int: "a number", float: "a number", str: "text", dict: "a mapping", list: "a list"}
    return "nothing" if value is None else names.get(type(value), type(value).__name__)


def _read(path: Path) -> str:
    try:
        if path.stat().st_size > LARGEST_FILE:
            raise PackError(f"{path}:1: {path.stat().st_size} bytes; a file may have {LARGEST_FILE}: split it")
        raw = path.read_bytes()
    except OSError as error:
        raise PackError(f"{path}: cannot be read ({error.strerror}); check the name and its permissions") from None
    try:
        text = raw.decode("utf-8-sig")
    except UnicodeDecodeError as error:
        line = raw[: error.start].count(b"\n") + 1
        raise PackError(f"{path}:{line}: not UTF-8 text; save the file as UTF-8") from None
    if found := _CONTROL.search(text):
        line = text.count("\n", 0, found.start()) + 1
        raise PackError(f"{path}:{line}: holds the control character {ord(found.group()):#04x}; take it out")
    return text


def _parse(path: Path, text: str) -> Node | None:
    if text.count("[") + text.count("{") - text.count("]") - text.count("}") > OPEN_BRACKETS:
        raise PackError(f"{path}:1: more than {OPEN_BRACKETS} brackets are opened and not closed; close them")
    try:
        return _composed(text)
    except _PARSER_ERRORS as error:
        raise PackError(_complaint(path, error)) from None


@lru_cache(_FILES_REMEMBERED)
def _composed(text: str) -> Node | None:
    """The file's nodes, which nobody changes. Pure Python: libyaml dies of deep nesting, and its complaints say less."""
    root: Node | None = YAML(typ="safe", pure=True).compose(text)
    if root is not None:
        _keep_lines(root)
    return root


def _keep_lines(root: Node) -> None:
    """Throw away what marks hold beside the line, which is all that is ever asked of them: a third of what nodes take."""
    lines: dict[int, StreamMark] = {}
    left = [root]
    while left:
        node = left.pop()
        if node.end_mark is None:
            continue  # an alias, seen before
        line = node.start_mark.line
        node.start_mark, node.end_mark = lines.setdefault(line, StreamMark("", 0, line, 0)), None
        if isinstance(node, MappingNode):
            left.extend(part for pair in node.value for part in pair)
        elif isinstance(node, SequenceNode):
            left.extend(node.value)


def _complaint(path: Path, error: Exception) -> str:
    if isinstance(error, RecursionError):
        return f"{path}:1: nested too deeply to be read; a pack needs five levels"
    if isinstance(error, MarkedYAMLError) and error.problem_mark is not None:
        problem = str(error.problem or error.context or "cannot be read as YAML").splitlines()[0]
        hint = "; indent with spaces" if "\\t" in problem or "'\t'" in problem else ""
        if problem.endswith("got ':'") or problem.startswith("mapping values are not allowed"):
            hint = "; put a text that holds a colon in quotes"
        elif problem.startswith("expected <block end>"):
            hint = "; indent this line as the one above that it continues, or close the [ or the quotes before it"
        elif problem.startswith("could not find expected ':'"):
            hint = "; on this line or the one above `name: value` lacks its colon and space (a wide ： is none)"
        return f"{path}:{error.problem_mark.line + 1}: not valid YAML: {problem}{hint}"
    first = (str(error).splitlines() or [type(error).__name__])[0]
    return f"{path}:1: cannot be read as YAML: {first[:120]}"


def _shown(tag: str | None) -> str:
    return str(tag).replace(_TAG, "!!")[:60]
