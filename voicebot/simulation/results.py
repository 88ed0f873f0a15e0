"""Results of simulated calls: one line of JSON each, appended as calls finish, so that nothing finished is ever lost."""

import json
import os
from collections.abc import Iterator
from contextlib import suppress
from dataclasses import asdict, dataclass, field, fields
from pathlib import Path
from typing import Any, TextIO, TypeAlias

from voicebot.errors import StorageError, VoicebotError
from voicebot.metrics.call_record import CallRecord, Guess

RESULTS_FILE = "results.jsonl"

Key: TypeAlias = tuple[str, int]
"""(system, caller's number)."""


@dataclass(frozen=True)
class CallResult:
    """One call."""

    number: int
    record: CallRecord
    compute_s: float
    """CPU seconds that the call took, caller and all."""
    heard: list[Any] = field(default_factory=list)
    """Observations of the recogniser (`Observation.document`); audio tier only."""

    @property
    def system(self) -> str:
        return self.record.system

    @property
    def key(self) -> Key:
        return self.system, self.number

    def line(self) -> str:
        """As it stands in the file, without the newline."""
        record = asdict(self.record) | {"accepted_answers": sorted(self.record.accepted_answers)}
        body = {"number": self.number, "compute_s": round(self.compute_s, 4), "record": record, "heard": self.heard}
        return json.dumps(body, ensure_ascii=False, separators=(",", ":"))

    @classmethod
    def of_line(cls, line: str) -> "CallResult":
        """Raises ValueError, KeyError or TypeError for a line that was cut short or changed by hand."""
        body = json.loads(line)
        record: dict[str, Any] = body["record"]
        known = {f.name for f in fields(CallRecord)}
        record = {name: value for name, value in record.items() if name in known}
        record["guesses"] = tuple(Guess(**guess) for guess in record["guesses"])
        record["answers"] = tuple(record["answers"])
        record["unconfirmed_answers"] = tuple(record["unconfirmed_answers"])
        record["accepted_answers"] = frozenset(record["accepted_answers"])
        return cls(int(body["number"]), CallRecord(**record), float(body["compute_s"]), list(body.get("heard", [])))


class ResultsFile:
    """Appends results; each is on disk before the next call's comes."""

    def __init__(self, folder: Path) -> None:
        self.path = folder / RESULTS_FILE
        self._file: TextIO | None = None

    def open(self) -> None:
        """For appending; a last line that was cut short is closed off first."""
        try:
            torn = self.path.exists() and self.path.stat().st_size > 0 and not _ends_whole(self.path)
            self._file = self.path.open("a", encoding="utf8", newline="\n")
            if torn:
                self._file.write("\n")
        except OSError as error:
            raise VoicebotError(f"{self.path}: cannot be written ({error.strerror}); choose another --out") from None

    def append(self, result: CallResult) -> None:
        """Raises `StorageError` when the disk is full: what was appended before stays."""
        assert self._file is not None, "the file was opened"
        try:
            self._file.write(result.line() + "\n")
            self._file.flush()
        except OSError as error:
            raise StorageError(f"{self.path}: cannot be written ({error.strerror})") from None

    def close(self) -> None:
        if self._file is not None:
            with suppress(OSError):  # what could not be written on a full disk; that has been said
                self._file.close()
            self._file = None


def _ends_whole(path: Path) -> bool:
    with path.open("rb") as file:
        file.seek(-1, os.SEEK_END)
        return file.read(1) == b"\n"


def read_results(folder: Path) -> Iterator[CallResult]:
    """Results of a run in the order they were written; lines that were cut short are left out.

    Raises `VoicebotError` where there is no results file.
    """
    path = folder / RESULTS_FILE
    try:
        file = path.open(encoding="utf8", errors="replace")
    except OSError:
        raise VoicebotError(f"{folder}: holds no {RESULTS_FILE}; give a folder that `voicebot simulate --out` wrote") from None
    with file:
        for line in file:
            try:
                yield CallResult.of_line(line)
            except (ValueError, KeyError, TypeError):
                continue


def by_system(results: Iterator[CallResult]) -> dict[str, dict[int, CallResult]]:
    """System → caller's number → result, in the order of the numbers; of a call that was held twice the last."""
    found: dict[str, dict[int, CallResult]] = {}
    for result in results:
        found.setdefault(result.system, {})[result.number] = result
    return {system: dict(sorted(own.items())) for system, own in found.items()}
