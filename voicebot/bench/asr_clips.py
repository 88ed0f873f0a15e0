"""Labelled clips for the recognition benchmark: `NAME.wav` with `NAME.json {text, lang, speaker, grammar?}` beside it."""

import json
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from voicebot.audio.wav import open_recording
from voicebot.errors import VoicebotError
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
        """int16, 16 kHz. Raises `AudioError`."""
        return open_recording(self.path).caller_samples()


def load_asr_clips(folder: str | Path, language: Language | None = None) -> list[AsrClip]:
    """The clips of a folder, by name; of one language if it is named. Raises `VoicebotError` for none, and for bad labels."""
    folder = Path(folder)
    if not folder.is_dir():
        raise VoicebotError(f"{folder}: no such folder; give one that holds NAME.wav with NAME.json beside each")
    paths = [path for path in sorted(folder.rglob("*.json")) if path.with_suffix(".wav").exists()]
    clips = [_load(path, language) for path in paths]
    wanted = [clip for clip in clips if language is None or clip.language == language]
    if not wanted:
        of = f" in {language}" if language else ""
        raise VoicebotError(f"{folder}: holds no labelled clip{of}; a clip is NAME.wav with NAME.json beside it: {_EXAMPLE}")
    return wanted


def _load(path: Path, language: Language | None) -> AsrClip:
    try:
        label = json.loads(path.read_text(encoding="utf-8"))
    except (ValueError, OSError) as error:
        raise VoicebotError(f"{path}: cannot be read as JSON ({error}); a label looks like {_EXAMPLE}") from None
    if not isinstance(label, dict) or not isinstance(label.get("text"), str):
        raise VoicebotError(f"{path}: text: is missing or no text; a label looks like {_EXAMPLE}")
    spoken = label.get("lang", language)
    if spoken not in LANGUAGES:
        raise VoicebotError(f"{path}: lang: {spoken!r} is none of {', '.join(LANGUAGES)}")
    return AsrClip(path.with_suffix(".wav"), label["text"], spoken, str(label.get("speaker", "")), _grammar(path, label))


def _grammar(path: Path, label: dict[str, Any]) -> tuple[str, ...] | None:
    phrases = label.get("grammar")
    if phrases is None:
        return None
    if not isinstance(phrases, list) or not phrases or not all(isinstance(phrase, str) and phrase for phrase in phrases):
        raise VoicebotError(f"{path}: grammar: must be a list of phrases; a label looks like {_EXAMPLE}")
    return tuple(phrases)


def units(text: str, language: Language) -> tuple[str, ...]:
    """What errors are counted in: characters of Mandarin, words of English, punctuation dropped and figures spoken one by one."""
    written = normalise(text, language).replace(",", " ").replace(".", " ")
    spoken = "".join(f" {_DIGITS[language][int(sign)]} " if sign in "0123456789" else sign for sign in written)
    pieces = [sign for sign in spoken if not sign.isspace()] if language == "zh-CN" else spoken.split()
    return tuple(_ALIKE[language].get(piece, piece) for piece in pieces)
