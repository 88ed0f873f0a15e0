"""YAML files and where in them a mistake is: every complaint is `file:line: what is wrong and what to write instead`.

Files are read fast and plainly; only when something is wrong are they read again with positions.
"""

import difflib
import re
from collections.abc import Iterator, Sequence
from pathlib import Path
from typing import Any, TypeVar

from pydantic import BaseModel, ValidationError
from ruamel.yaml import YAML
from ruamel.yaml.constructor import DuplicateKeyError
from ruamel.yaml.error import MarkedYAMLError, YAMLError

from voicebot.errors import PackError

LARGEST_FILE = 4 * 1024 * 1024
"""Bytes: a pack of a thousand questions needs half of it."""

MOST_NODES = 300_000
"""Values in one file, aliases counted each time they are used."""

DEEPEST = 40

Model = TypeVar("Model", bound=BaseModel)
Location = Sequence[str | int]


class YamlSource:
    """One YAML file: its plain data, and the line of any place in it."""

    def __init__(self, path: Path) -> None:
        """Read `path`. Raises `PackError`."""
        self.path = path
        self.text = _read(path)
        try:
            self.data: Any = YAML(typ="safe", pure=False).load(self.text)
        except (
            YAMLError,
            ValueError,
            RecursionError,
            OverflowError,
            TypeError,
            AttributeError,
            KeyError,
            AssertionError,
        ) as error:
            raise PackError(_complaint(path, error)) from None
        if sum(1 for _ in _nodes(self.data, path)) > MOST_NODES:
            raise PackError(f"{path}:1: more than {MOST_NODES} values; split the file, and do not nest aliases")

    def mapping(self) -> dict[str, Any]:
        """The file's top-level mapping. Raises `PackError` when it is none."""
        if not isinstance(self.data, dict):
            kind = "empty" if self.data is None else f"a {_kind(self.data)}"
            raise PackError(f"{self.path}:1: the file is {kind}; write `key: value` lines")
        return self.data

    def line(self, location: Location) -> int:
        """Line of the key or item that `location` leads to, as near as the file has it; 1 for the file itself."""
        try:
            node: Any = YAML(typ="rt").load(self.text)
        except (YAMLError, ValueError, RecursionError):
            return 1
        line = 1
        for part in location:
            if isinstance(node, dict) and part in node:
                line = node.lc.key(part)[0] + 1
            elif isinstance(node, list) and isinstance(part, int) and part < len(node):
                line = node.lc.item(part)[0] + 1
            else:
                continue
            node = node[part]
        return int(line)

    def at(self, location: Location) -> str:
        """`file:line` of `location`."""
        return f"{self.path}:{self.line(location)}"


def load_model(model: type[Model], source: YamlSource, data: Any | None = None, at: Location = ()) -> Model:
    """`data` (default: the whole file) as a `model`; `at` is where in the file it stands.

    Raises `PackError` with every mistake, one a line.
    """
    try:
        return model.model_validate(source.mapping() if data is None else data)
    except ValidationError as error:
        raise PackError("\n".join(complaints(model, source, error, at))) from None
    except RecursionError:
        raise PackError(f"{source.at(at)}: nested too deeply") from None


def complaints(model: type[BaseModel], source: YamlSource, error: ValidationError, at: Location = ()) -> list[str]:
    """`file:line: what is wrong`, for each mistake of a pydantic error."""
    lines = []
    for mistake in error.errors(include_url=False):
        location = (*at, *mistake["loc"])
        lines.append(f"{source.at(location)}: {_say(model, mistake)}")
    return sorted(set(lines), key=lines.index)


def _say(model: type[BaseModel], mistake: Any) -> str:
    """One mistake in plain words."""
    *_, name = mistake["loc"] or ("",)
    message = str(mistake["msg"]).removeprefix("Value error, ")
    match mistake["type"]:
        case "missing":
            return f"`{name}:` is missing; add it"
        case "extra_forbidden":
            near = difflib.get_close_matches(str(name), sorted(_field_names(model)), 1)
            return f"`{name}:` is not known here" + (f"; did you mean `{near[0]}:`?" if near else "; take it out")
        case "string_type" | "string_sub_type":
            return f"`{name}:` must be text, not {_kind(mistake['input'])}; put it in quotes if it is meant as text"
        case kind if str(kind).endswith(("_type", "_parsing")):
            return f"`{name}:` {message[:1].lower()}{message[1:]}, not {_kind(mistake['input'])}"
    return f"`{name}:` {message[:1].lower()}{message[1:]}" if name != "" else message


def _field_names(model: type[BaseModel], seen: set[type] | None = None) -> set[str]:
    """Names of all fields of a model and of the models inside it."""
    seen = seen if seen is not None else set()
    if model in seen:
        return set()
    seen.add(model)
    names = set()
    for name, field in model.model_fields.items():
        names.add(field.alias or name)
        for inner in _models_in(field.annotation):
            names |= _field_names(inner, seen)
    return names


def _models_in(annotation: Any) -> Iterator[type[BaseModel]]:
    if isinstance(annotation, type) and issubclass(annotation, BaseModel):
        yield annotation
    for inner in getattr(annotation, "__args__", ()):
        yield from _models_in(inner)


def _kind(value: Any) -> str:
    names = {
        bool: "yes/no",
        int: "a number",
        float: "a number",
        str: "text",
        dict: "a mapping",
        list: "a list",
        type(None): "nothing",
    }
    return names.get(type(value), type(value).__name__)


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
    if found := re.search(r"[\x00-\x08\x0b\x0c\x0e-\x1f\x7f]", text):
        line = text.count("\n", 0, found.start()) + 1
        raise PackError(f"{path}:{line}: holds the control character {ord(found.group()):#04x}; take it out")
    return text


def _complaint(path: Path, error: Exception) -> str:
    if isinstance(error, DuplicateKeyError) and error.problem_mark is not None:
        key = re.search(r'duplicate key "?([^"\s]+)"?', str(error.problem))
        return f"{path}:{error.problem_mark.line + 1}: `{key[1] if key else '?'}:` is there twice; keep one"
    if isinstance(error, MarkedYAMLError) and error.problem_mark is not None:
        problem = str(error.problem or error.context or "cannot be read as YAML").splitlines()[0]
        hint = "; indent with spaces" if "\\t" in problem or "'\t'" in problem else ""
        return f"{path}:{error.problem_mark.line + 1}: not valid YAML: {problem}{hint}"
    first = (str(error).splitlines() or [type(error).__name__])[0]
    return f"{path}:1: cannot be read as YAML: {first[:120]}"


def _nodes(data: Any, path: Path) -> Iterator[Any]:
    """Every value, aliases each time they are used; stops just past `MOST_NODES`."""
    stack: list[tuple[Any, int]] = [(data, 0)]
    count = 0
    while stack:
        value, level = stack.pop()
        if level > DEEPEST:
            raise PackError(f"{path}:1: nested more than {DEEPEST} deep; a pack needs five levels")
        yield value
        count += 1
        if count > MOST_NODES:
            return
        if isinstance(value, dict):
            stack += [(inner, level + 1) for inner in value.values()]
        elif isinstance(value, list | tuple | set):
            stack += [(inner, level + 1) for inner in value]
