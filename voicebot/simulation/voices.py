"""Whose voices callers have, from a YAML: espeak-ng voices for each language, how fast they speak, and how high."""

from dataclasses import dataclass
from importlib.resources import as_file, files
from pathlib import Path
from typing import Annotated

from pydantic import Field

from voicebot.errors import PackError
from voicebot.hotlines.complaints import load_model
from voicebot.hotlines.fields import PackModel, Voice
from voicebot.hotlines.yaml_source import YamlSource
from voicebot.simulation.chance import Chance
from voicebot.simulation.population import LogNormal, Normal
from voicebot.types import Language


@dataclass(frozen=True, slots=True)
class CallerVoice:
    """One caller's voice."""

    name: str
    """espeak-ng's name of it."""
    rate: int
    """Words a minute."""
    pitch: float
    """What the rendered sound is played faster by: higher and shorter above 1."""


class LanguageVoices(PackModel):
    voices: Annotated[tuple[Voice, ...], Field(min_length=1, max_length=200)]
    rate: Normal
    """Words a minute."""
    pitch: LogNormal
    """Factor on every frequency; the rate is kept."""

    def draw(self, chance: Chance) -> CallerVoice:
        pitch = self.pitch.draw(chance, "pitch")
        rate = min(430, max(90, round(self.rate.draw(chance, "rate") / pitch)))
        return CallerVoice(chance.pick(self.voices, "voice"), rate, pitch)


class Voices(PackModel):
    """The whole file."""

    languages: Annotated[dict[Language, LanguageVoices], Field(min_length=1)]


def load_voices(language: Language, path: Path | None = None) -> LanguageVoices:
    """The voices for a language. Raises `PackError` with every mistake and its line."""
    if path is not None:
        source = YamlSource(path)
    else:
        with as_file(files(__package__) / "voices.yaml") as shipped:
            source = YamlSource(shipped)
    found = load_model(Voices, source).languages
    if language not in found:
        raise PackError(f"{source.at(('languages',))}: no voices for {language}; add them")
    return found[language]
