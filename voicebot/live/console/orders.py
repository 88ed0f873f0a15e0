"""What a worker is asked to do: one order a call."""

from dataclasses import asdict, dataclass, field
from typing import Any, Literal

from voicebot.types import Language

Doing = Literal["talk", "keyboard", "chat", "watch"]
"""talk: by microphone; keyboard: typed words are spoken by a synthetic voice; chat: typed turns, no sound; watch: somebody else
calls."""


@dataclass(frozen=True, slots=True)
class Order:
    """A call to hold. What it names was checked by the server: a page never names a file."""

    doing: Doing
    hotline: str
    language: Language
    profile: dict[str, Any] = field(default_factory=dict)
    seed: int = 0
    keep: str | None = None
    """Folder to keep the call in."""
    source: dict[str, Any] = field(default_factory=dict)
    """Who calls, when it is watched: `{kind: script, path, row}`, or `{kind: simulated}`, whose number is the seed."""

    def document(self) -> dict[str, Any]:
        """As JSON."""
        return asdict(self)

    @classmethod
    def of(cls, document: dict[str, Any]) -> "Order":
        """From JSON."""
        return cls(**document)
