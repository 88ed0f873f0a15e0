"""What a script sounds like: the caller's words as audio, and what is heard behind them."""

from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

import numpy as np

from voicebot.audio import effects
from voicebot.audio.hold_music import hold_music
from voicebot.audio.levels import active_level_db
from voicebot.audio.wav import open_recording
from voicebot.errors import VoicebotError
from voicebot.testing.script import Burst, Noise, Script, Sound, Utterance
from voicebot.types import SAMPLE_RATE, Language, Samples, Synthesizer

DEFAULT_VOICES: dict[Language, str] = {"zh-CN": "cmn+f4", "en-US": "en-us+f4"}
DEFAULT_RATES: dict[Language, int] = {"zh-CN": 170, "en-US": 165}

SPEECH_LEVEL_DB = -23.0
"""Active speech level of synthetic callers, dBFS; telephone speech lies around −20 to −26 (ITU-T P.56, G.100.1)."""

NOISE_SECONDS = 20
"""Length of a generated background before it repeats."""


@dataclass(frozen=True, slots=True)
class Scene:
    """All that a `ScriptedCaller` plays."""

    audio: tuple[Samples | None, ...]
    """One entry a turn of the script."""
    background: Samples | None
    telephone: bool


def scene(script: Script, folder: Path, synthesizer: Synthesizer) -> Scene:
    """Render `script`, whose files lie in `folder`. The same script and synthesizer give the same samples.

    Raises `VoicebotError` for a voice or a recording that cannot be used.
    """
    rng = np.random.default_rng(script.seed)
    audio: list[Samples | None] = []
    telephone = script.line == "telephone"
    for turn in script.turns:
        if isinstance(turn, Sound):
            burst = _burst(turn.noise, folder, rng)
            audio.append(effects.telephone(burst) if script.line == "telephone" else burst)
            continue
        if not isinstance(turn, Utterance):
            audio.append(None)
            continue
        samples, narrow = _words(turn, script, folder, synthesizer)
        telephone = telephone or narrow
        if turn.noise is not None:
            samples = effects.add_noise(samples, _noise(turn.noise, folder, len(samples), rng), turn.noise.snr)
        audio.append(effects.telephone(samples) if script.line == "telephone" and not narrow else samples)
    return Scene(tuple(audio), _background(script, folder, audio, rng), telephone)


def _words(turn: Utterance, script: Script, folder: Path, synthesizer: Synthesizer) -> tuple[Samples, bool]:
    """The samples of a turn, and whether they came over a telephone line."""
    if turn.audio is not None:
        recording = open_recording(folder / turn.audio)
        return recording.caller_samples(), recording.telephone
    voice = turn.voice or script.voice or DEFAULT_VOICES[script.language]
    rate = turn.rate or script.rate or DEFAULT_RATES[script.language]
    return effects.set_level(synthesizer.render(turn.caller, voice, rate).samples, SPEECH_LEVEL_DB), False


def _background(script: Script, folder: Path, audio: Sequence[Samples | None], rng: np.random.Generator) -> Samples | None:
    if script.noise is None:
        return None
    noise = _noise(script.noise, folder, NOISE_SECONDS * SAMPLE_RATE, rng)
    spoken = [part for part, turn in zip(audio, script.turns, strict=True) if part is not None and isinstance(turn, Utterance)]
    level = active_level_db(np.concatenate(spoken)) if spoken else SPEECH_LEVEL_DB
    noise = effects.set_level(noise, level - script.noise.snr)
    return effects.telephone(noise) if script.line == "telephone" else noise


def _burst(noise: Burst, folder: Path, rng: np.random.Generator) -> Samples:
    length = max(1, round(noise.seconds * SAMPLE_RATE))
    return effects.set_level(_noise(noise, folder, length, rng)[:length], SPEECH_LEVEL_DB - noise.snr)


def _noise(noise: Noise, folder: Path, length: int, rng: np.random.Generator) -> Samples:
    """At least `length` samples of the noise, at any level."""
    if noise.kind == "music":
        return hold_music(length, rng)
    if noise.kind is not None:
        return effects.coloured_noise(noise.kind, length, rng)
    assert noise.audio is not None
    recorded = open_recording(folder / noise.audio).caller_samples()
    if not len(recorded):
        raise VoicebotError(f"{folder / noise.audio}: holds no sound to use as noise")
    return np.resize(recorded, max(length, len(recorded)))
