"""What calls share: pack, NLU, acoustic model and voice. Loaded once a process, never changed by a call."""

import platform
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any, Protocol

from voicebot import __version__
from voicebot.asr import AcousticModel, VoskRecognizer
from voicebot.dialogue import Conversation
from voicebot.events import EventLog
from voicebot.hotlines import Hotline
from voicebot.nlu import Nlu
from voicebot.types import Action, DialogueInput, Recognizer, Speech, Synthesizer

_LIBRARIES = ("vosk", "pyttsx3", "espeakng-loader", "webrtcvad-wheels", "numpy", "soxr")
"""Libraries that shape a call's decisions; their versions stand in the head of every log."""


class Dialogue(Protocol):
    """What a call needs of a dialogue; `Conversation` and the systems it is compared with have it."""

    def on(self, event: DialogueInput, t: float) -> list[Action]: ...

    def snapshot(self) -> Any: ...

    def restore(self, snapshot: Any) -> None: ...


@dataclass(frozen=True)
class Engine:
    """Everything a `Call` or a `TypedCall` is made from."""

    hotline: Hotline
    nlu: Nlu
    model: AcousticModel | None
    """None for an engine that only types."""
    synthesizer: Synthesizer
    recordings: Mapping[str, Speech] = field(default_factory=dict)

    def recognizer(self) -> Recognizer:
        """A recogniser for one call."""
        assert self.model is not None, "this engine was loaded for typed calls only"
        return VoskRecognizer(self.model)

    def conversation(self, log: EventLog, *, profile: Mapping[str, Any] | None, system: str, seed: int) -> Dialogue:
        """A dialogue for one call."""
        return Conversation(self.hotline, profile, log)

    def versions(self) -> dict[str, str]:
        """For the head of the log."""
        return {"voicebot": __version__, "python": platform.python_version(), **_library_versions(), "pack": self.hotline.sha256,
                "model": self.model.sha256 if self.model else ""}  # fmt: skip
