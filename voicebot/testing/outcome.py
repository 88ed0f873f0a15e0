"""How a script came out: what held, what failed and where, and what happened in the call."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from enum import StrEnum

from voicebot.events import Record
from voicebot.testing.checking import Finding, Remedy


class Door(StrEnum):
    """The two ways to run a script."""

    TYPED = "typed"
    SPOKEN = "spoken"


class Status(StrEnum):
    PASSED = "passed"
    FAILED = "failed"
    SKIPPED = "skipped"
    CRASHED = "crashed"
    """The process that ran it died."""


@dataclass(frozen=True, slots=True)
class Failure:
    """One expectation that did not hold."""

    expected: str
    happened: str
    path: str
    line: int
    step: int | None
    """Index of the turn in the script; None for `ends:`."""
    frame: int
    """When, in frames of the call."""
    after: int
    """How many records the log held by then."""
    belief: Mapping[str, float] = field(default_factory=dict)
    """The five likeliest questions at that moment."""
    remedy: Remedy | None = None
    place: tuple[str | int, ...] = ()
    """Where in the file the remedy's key is looked for."""
    row: tuple[str | int, ...] = ()
    """Where in the file the row stands whose variables were filled in there; empty where there is none."""


@dataclass(frozen=True, slots=True)
class StepSpan:
    """When a step of the script was carried out, and what the log held by then."""

    step: int
    start: int
    """Frame of its first sound."""
    end: int
    """Frame after its last."""
    record: int
    """Index of the first record after it began."""


@dataclass(frozen=True, slots=True)
class ScriptResult:
    """A script, run once."""

    name: str
    path: str
    line: int
    door: Door
    status: Status
    hotline: str = ""
    """Name or folder of the pack it ran against."""
    reason: str = ""
    """Why it was skipped or crashed."""
    failures: tuple[Failure, ...] = ()
    unchecked: tuple[Finding, ...] = ()
    """Expectations that need audio, in a typed run."""
    records: tuple[Record, ...] = ()
    spans: tuple[StepSpan, ...] = ()
    turns: int = 0
    """Caller turns."""
    seconds: float = 0.0
    """Of the call, in virtual time."""
    wall_seconds: float = 0.0
    audio: str = ""
    """Folder in which the call was kept."""

    @property
    def where(self) -> str:
        """`file:line`."""
        return f"{self.path}:{self.line}"
