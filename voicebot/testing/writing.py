"""Scripts written as people write them: one turn a line where it fits."""

import io
from collections.abc import Mapping
from pathlib import Path
from typing import Any

from ruamel.yaml import YAML

from voicebot.errors import VoicebotError

WIDTH = 120
"""Columns of a line that is not broken."""

_WORDS_OF_YAML = frozenset({"true", "false", "yes", "no", "on", "off", "null"})
_SIGNS_OF_YAML = frozenset(":#,[]{}\"'\n&*!|>%@`$")


def script_yaml(script: Mapping[str, Any], comments: Mapping[int, str] | None = None) -> str:
    """A script as YAML. `comments`: lines to put before the turn of that index; −1 is before everything."""
    comments = comments or {}
    head = [line for name, value in script.items() if name not in ("turns", "ends") for line in _entry(name, value)]
    lines = [*_comment(comments.get(-1, "")), *head, "turns:"]
    for index, turn in enumerate(script["turns"]):
        (key, value), *more = turn.items()
        lines += [f"  {line}" for line in _comment(comments.get(index, ""))]
        lines.append(f"  - {key}: {flow(value)}")
        lines += [f"    {name}: {flow(inner)}" for name, inner in more]
    lines += [f"  {line}" for line in _comment(comments.get(len(script["turns"]), ""))]
    if script.get("ends"):
        lines.append(f"ends: {flow(script['ends'])}")
    return "\n".join(lines) + "\n"


def _entry(name: str, value: Any) -> list[str]:
    """A key with its value: on one line, unless that is too long."""
    line = f"{name}: {flow(value)}"
    if len(line) <= WIDTH:
        return [line]
    writer = YAML(typ="rt")
    writer.allow_unicode = True
    writer.width = WIDTH
    writer.indent(mapping=2, sequence=4, offset=2)
    buffer = io.StringIO()
    writer.dump({name: value}, buffer)
    return buffer.getvalue().rstrip().splitlines()


def flow(value: Any) -> str:
    """A value on one line."""
    if isinstance(value, Mapping):
        return "{" + ", ".join(f"{name}: {flow(inner)}" for name, inner in value.items()) + "}"
    if isinstance(value, list | tuple):
        return "[" + ", ".join(flow(inner) for inner in value) + "]"
    if isinstance(value, bool):
        return "true" if value else "false"
    return _quoted(value) if isinstance(value, str) else str(value)


def _quoted(text: str) -> str:
    """A text in quotes where YAML would read it as something else."""
    plain = text and (text[0].isalpha() or text[0] == "(") and not _SIGNS_OF_YAML & set(text)
    if plain and text.lower() not in _WORDS_OF_YAML and text == text.strip():
        return text
    escaped = text.replace("\\", "\\\\").replace('"', '\\"').replace("\n", "\\n").replace("\t", "\\t")
    return f'"{escaped}"'


def _comment(text: str) -> list[str]:
    return [f"# {line}" for line in text.splitlines()]


def write_file(path: str | Path, text: str) -> None:
    """A file that the user asked for. Raises `VoicebotError`."""
    try:
        Path(path).parent.mkdir(parents=True, exist_ok=True)
        Path(path).write_text(text, encoding="utf8", newline="\n")
    except OSError as error:
        raise VoicebotError(f"{path}: cannot be written ({error.strerror}); choose another place") from None
