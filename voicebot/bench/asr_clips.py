"""Labelled clips for the recognition benchmark: `NAME.wav` with `NAME.json {text, lang, speaker, grammar?}` beside it."""

import json
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from voicebot.audio.wav import open_recording
from voicebot.bench.clips import clip_folder
from voicebot.errors import AudioError, VoicebotError
from voicebot.nlu.normalisation import normalise
from voicebot.types import LANGUAGES, Language, Samples

_DIGITS: Mapping[Language, tuple[str, ...]] = {
    "zh-CN": tuple("零一二三四五六七八九"),
    "en-US": ("zero", "one", "two", "three", "four", "five", "six", "seven", "eight", "nine"),
}

_ALIKE: Mapping[Language, Mapping[str, str]] = {
    "zh-CN": {"幺": "一", "〇": "零"},
    "en-US": {"oh": "zero", "ok": "okay"},
}
"""Spellings of one thing: counted as the same."""

_EXAMPLE = '{"text": "我要转人工", "lang": "zh-CN", "speaker": "anna", "grammar": ["转人工", "返回"]}'


@dataclass(frozen=True, slots=True)
class AsrClip:
    """What is said in a clip; its samples are read when they are wanted."""

    path: Path
    text: str
    """Empty: nothing is said."""
    language: Language
    speaker: str
    grammar: tuple[str, ...] | None
    """Phrases offered to the recogniser; `text` may be outside them."""

    def samples(self) -> Samples:
        """int16, 16 kHz. Raises `AudioError`, also for a recording that was cut off: half a clip is not what its label says."""
        recording = open_recording(self.path)
        if recording.truncated:
            raise AudioError(f"{self.path}: ends before its header says; copy it again")
        return recording.caller_samples()


def load_asr_clips(folder: str | Path, language: Language | None = None) -> list[AsrClip]:
    """The clips of a folder, by name; of one language if it is named. Raises `VoicebotError` for none, and for bad labels."""
    folder = clip_folder(folder)
    clips = [_load(sound, language) for sound in _sounds(folder) if sound.with_suffix(".json").exists()]
    wanted = [clip for clip in clips if language is None or clip.language == language]
    if not wanted:
        of = f" in {language}" if language else ""
        raise VoicebotError(f"{folder}: holds no labelled clip{of}; a clip is NAME.wav with NAME.json beside it: {_EXAMPLE}")
    return wanted


def without_partner(folder: Path) -> list[str]:
    """A line for each WAV file without a label, and each label without a WAV file: they are not scored."""
    sounds = _sounds(folder)
    named = {sound.with_suffix("") for sound in sounds}
    lonely = [
        f"{sound}: has no label; put {sound.stem}.json beside it" for sound in sounds if not sound.with_suffix(".json").exists()
    ]
    labels = [path for path in sorted(folder.rglob("*.json")) if path.with_suffix("") not in named]
    return lonely + [f"{path}: has no {path.stem}.wav beside it" for path in labels if _is_label(path)]


def _sounds(folder: Path) -> list[Path]:
    return [path for path in sorted(folder.rglob("*")) if path.suffix.lower() == ".wav"]


def _is_label(path: Path) -> bool:
    """Other documents may lie there."""
    try:
        body = json.loads(path.read_text(encoding="utf-8"))
    except (ValueError, OSError, RecursionError):
        return False
    return isinstance(body, dict) and "text" in body


def _load(sound: Path, language: Language | None) -> AsrClip:
    path = sound.with_suffix(".json")
    try:
        label = json.loads(path.read_text(encoding="utf-8"))
    except (ValueError, OSError, RecursionError) as error:
        raise VoicebotError(f"{path}: cannot be read as JSON ({error}); a label looks like {_EXAMPLE}") from None
    if not isinstance(label, dict) or not isinstance(label.get("text"), str):
        raise VoicebotError(f"{path}: text: is missing or no text; a label looks like {_EXAMPLE}")
    spoken = label.get("lang", language)
    if spoken not in LANGUAGES:
        raise VoicebotError(f"{path}: lang: {spoken!r} is none of {', '.join(LANGUAGES)}")
    return AsrClip(sound, label["text"], spoken, str(label.get("speaker", "")), _grammar(path, label))


def _grammar(path: Path, label: dict[str, Any]) -> tuple[str, ...] | None:
    phrases = label.get("grammar")
    if phrases is None:
        return None
    if not isinstance(phrases, list) or not phrases or not all(isinstance(phrase, str) and phrase.strip() for phrase in phrases):
        raise VoicebotError(f"{path}: grammar: must be a list of phrases; a label looks like {_EXAMPLE}")
    return tuple(phrases)


def units(text: str, language: Language) -> tuple[str, ...]:
    """What errors are counted in: characters of Mandarin, words of English, punctuation dropped and figures spoken one by one."""
    written = normalise(text, language).replace(",", " ").replace(".", " ")
    spoken = "".join(f" {_DIGITS[language][int(sign)]} " if sign in "0123456789" else sign for sign in written)
    pieces = [sign for sign in spoken if not sign.isspace()] if language == "zh-CN" else spoken.split()
    return tuple(_ALIKE[language].get(piece, piece) for piece in pieces)
