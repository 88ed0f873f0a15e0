"""The event logs below a folder: found, checked and read; what cannot be read is listed and does not stop the others."""

import os
from collections.abc import Iterator
from dataclasses import dataclass, fields, replace
from functools import cache
from pathlib import Path
from typing import Any, get_args, get_type_hints

from pydantic import BaseModel, ConfigDict, ValidationError, create_model

from voicebot.errors import VoicebotError
from voicebot.events import CallEnded, Event, Record, read_log
from voicebot.metrics.call_record import CallRecord, call_record
from voicebot.types import FRAMES_PER_SECOND

LOG_NAME = "events.jsonl"
AUDIO_NAME = "call.wav"

LONGEST_CALL_FRAMES = 24 * 3600 * FRAMES_PER_SECOND
"""A frame number beyond this is damage, not a call."""


@dataclass(frozen=True, slots=True)
class LoggedCall:
    """A call whose log was read."""

    log: Path
    record: CallRecord

    @property
    def audio(self) -> Path | None:
        """Its recording beside the log, if there is one."""
        path = self.log.with_name(AUDIO_NAME)
        return path if path.is_file() else None


@dataclass(frozen=True, slots=True)
class Unreadable:
    """A log that could not be used, and why."""

    log: Path
    error: str


def find_logs(folder: str | os.PathLike[str]) -> list[Path]:
    """Every events.jsonl at or below `folder`, in the order of their paths. Raises `VoicebotError` where there is none."""
    top = Path(folder)
    if not top.exists():
        raise VoicebotError(f"{top}: no such folder; give one that `voicebot replay --out` or a simulation wrote")
    if top.is_file():
        raise VoicebotError(f"{top}: is a file; give the folder it lies in")
    found = []
    for here, folders, files in os.walk(top, onerror=_unreadable_folder):
        folders.sort()
        if LOG_NAME in files and (Path(here) / LOG_NAME).is_file():
            found.append(Path(here) / LOG_NAME)
    if not found:
        raise VoicebotError(f"{top}: holds no {LOG_NAME}; give a folder that `voicebot replay --out` or a simulation wrote")
    return found


def _unreadable_folder(error: OSError) -> None:
    raise VoicebotError(f"{error.filename}: cannot be read ({error.strerror}); check its permissions")


def read_calls(logs: list[Path], top: Path) -> Iterator[LoggedCall | Unreadable]:
    """Each log as a call named by its folder below `top`, or what is wrong with it."""
    for path in logs:
        try:
            record = call_record(read_whole_log(path))
            yield LoggedCall(path, replace(record, name=_name(path, top)))
        except VoicebotError as error:
            yield Unreadable(path, " ".join(str(error).split("\n")))


def _name(path: Path, top: Path) -> str:
    folder = path.parent.relative_to(top).as_posix()
    return printable(top.resolve().name if folder == "." else folder)


def printable(text: str) -> str:
    """`text` as it can be written in UTF-8: halves of characters become `?`, control characters spaces."""
    whole = text.encode("utf8", "replace").decode("utf8")
    return "".join(" " if ord(char) < 0x20 and char not in "\t\n" or ord(char) == 0x7F else char for char in whole)


def read_whole_log(path: Path) -> list[Record]:
    """The checked records of a finished call. Raises `VoicebotError`: what is wrong, and in which line."""
    try:
        text = path.read_bytes().decode("utf8")
    except OSError as error:
        raise VoicebotError(f"{path}: cannot be read ({error.strerror}); check the file and its permissions") from None
    except UnicodeDecodeError:
        raise VoicebotError(f"{path}: not an event log: it is not UTF-8 text") from None
    if not text:
        raise VoicebotError(f"{path}: the file is empty")
    try:
        records = read_log(text, str(path))
    except (RecursionError, OverflowError):
        raise VoicebotError(f"{path}: holds numbers or lists that no event log holds; was it changed by hand?") from None
    last = 0
    for number, record in enumerate(records, 2):
        _check(record, f"{path}:{number}", last)
        last = record.frame
    if not records or not isinstance(records[-1].event, CallEnded):
        raise VoicebotError(f"{path}: ends before the call does (no CallEnded); was it cut short?")
    return records


def _check(record: Record, where: str, last: int) -> None:
    """Values of the declared types, probabilities that are some, in the order of time."""
    event = record.event
    try:
        _model(type(event).__name__).model_validate({f.name: getattr(event, f.name) for f in fields(event)})
    except ValidationError as error:
        first = error.errors(include_url=False, include_context=False)[0]
        field = ".".join(str(part) for part in first["loc"])
        raise VoicebotError(f"{where}: {type(event).__name__}.{field}: {first['msg']}; was the file changed by hand?") from None
    probability = getattr(event, "probability", None)
    if probability is not None and not 0.0 <= probability <= 1.0:
        raise VoicebotError(f"{where}: {type(event).__name__}.probability: {probability} is none; was the file changed by hand?")
    if not last <= record.frame <= LONGEST_CALL_FRAMES:
        raise VoicebotError(f"{where}: frame {record.frame} after frame {last}; was the file changed by hand?")


@cache
def _model(kind: str) -> type[BaseModel]:
    """A strict model of an event's fields: no text where a number belongs, no NaN."""
    hints = get_type_hints({event.__name__: event for event in get_args(Event)}[kind])
    definitions: dict[str, Any] = {name: (hint, ...) for name, hint in hints.items()}
    model: type[BaseModel] = create_model(kind, __config__=ConfigDict(strict=True, allow_inf_nan=False), **definitions)
    return model
