"""A script as it is put together from another framework's test, and what was lost on the way."""

import re
from dataclasses import dataclass, field
from typing import Any

from voicebot.testing.loading import SCRIPT_ENDING
from voicebot.testing.names import ACTS
from voicebot.testing.writing import script_yaml
from voicebot.types import Language

_STRANGE = re.compile(r"[^\w.-]+")


@dataclass(frozen=True, slots=True)
class Imported:
    """One script."""

    source: str
    """`file:line` of the test it was."""
    file_name: str
    text: str
    lost: tuple[str, ...]
    """`file:line: what could not be carried over`."""


@dataclass(slots=True)
class Draft:
    """Collects turns and losses in the order of the test."""

    name: str
    source: str
    turns: list[dict[str, Any]] = field(default_factory=list)
    lost: dict[int, list[tuple[int | None, str]]] = field(default_factory=dict)
    """Index of the turn it would have stood before → (line, what was lost there)."""

    def caller(self, text: str, **more: Any) -> None:
        """The caller says something."""
        self.turns.append({"caller": text, **more})

    def expect(self, **expected: Any) -> None:
        """The bot does something; what is expected of the same turn goes into one step."""
        known = {name.replace("says_like", "says~"): value for name, value in expected.items()}
        last = self.turns[-1].get("bot") if self.turns else None
        if last is not None and not known.keys() & last.keys():
            last.update(known)
        else:
            self.turns.append({"bot": known})

    def lose(self, what: str, line: int | None = None) -> None:
        """Something has no counterpart here; `line` of the test file, where it is not the test as a whole."""
        self.lost.setdefault(len(self.turns), []).append((line, what))

    def finished(self, language: Language, hotline: str) -> Imported:
        """The script, with its losses as comments."""
        path = self.source.rpartition(":")[0]
        comments = {
            index: "\n".join(f"not carried over: {f'line {line}: ' if line else ''}{what}" for line, what in lines)
            for index, lines in self.lost.items()
        }
        turns = self.turns or [{"bot": {"act": "ask"}}]
        script = {"name": self.name, "hotline": hotline, "language": language, "turns": turns}
        stem = _STRANGE.sub("-", self.name).strip("-") or "test"
        everything = (entry for index in sorted(self.lost) for entry in self.lost[index])
        lost = tuple(f"{path}:{line}: {what}" if line else f"{self.source}: {what}" for line, what in everything)
        return Imported(self.source, f"{stem[:80]}{SCRIPT_ENDING}", script_yaml(script, comments), lost)


def act_named(utterance: str) -> str | None:
    """The act of ours that an utterance of theirs is called after: `utter_greet` → greet."""
    plain = utterance.removeprefix("utter_").removeprefix("UTT_").removeprefix("ask_").lower()
    return plain if plain in ACTS else None


def readable(part: str) -> bool:
    """Whether a part of a wording can be looked for: anything but a /regular expression/ that is none."""
    if len(part) > 1 and part.startswith("/") and part.endswith("/"):
        try:
            re.compile(part[1:-1])
        except re.error:
            return False
    return bool(part)
