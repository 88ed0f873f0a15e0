"""Labelled clips for the turn-taking benchmark: `NAME.wav` (the caller's leg) with `NAME.json` beside it (docs/measures.md)."""

import json
import re
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Literal, TypeAlias, get_args

from voicebot.audio.wav import open_recording
from voicebot.errors import VoicebotError
from voicebot.types import LANGUAGES, Expectation, Language, Samples

Kind: TypeAlias = Literal["utt", "dig", "pause", "bc", "noise"]

SPEECH_KINDS: tuple[Kind, ...] = ("utt", "dig", "pause")
"""Kinds that take the floor and end a turn."""

LISTENING_KINDS: tuple[Kind, ...] = ("bc", "noise")
"""Kinds that take no floor."""

_EXPECTS = re.compile(r"open|yesno|digits|phone|amount|digits:[1-9]\d?")


@dataclass(frozen=True, slots=True)
class Clip:
    """What is known of a clip; its samples are read when it is played."""

    path: Path
    kind: Kind
    language: Language
    segments: tuple[tuple[float, float], ...]
    """Where the caller sounds: (start, end) in seconds."""
    text: str = ""
    expects: str = "open"
    """open, yesno, digits, digits:N, phone or amount."""
    echo_db: float | None = None
    """The bot's voice leaks into the caller's leg, so many dB down (`echo_db` in the file); None: it does not."""
    echo_delay: float = 0.06
    """Seconds that the echo comes late."""

    @property
    def name(self) -> str:
        return self.path.stem

    @property
    def start(self) -> float:
        """Seconds at which the caller begins."""
        return self.segments[0][0]

    @property
    def end(self) -> float:
        """Seconds at which the caller has finished."""
        return self.segments[-1][1]

    def samples(self) -> Samples:
        """The caller's leg: int16, 16 kHz. Raises `AudioError`."""
        return open_recording(self.path).caller_samples()


def expectation(expects: str) -> Expectation:
    """What the bot expects where a clip says `expects`."""
    kind, _, length = expects.partition(":")
    return Expectation(kind=kind, length=int(length) if length else None)  # type: ignore[arg-type]  # checked on loading


def clip_folder(folder: str | Path) -> Path:
    """`folder`, if it is one. Raises `VoicebotError`."""
    folder = Path(folder)
    if not folder.is_dir():
        what = "is no folder" if folder.exists() else "no such folder"
        raise VoicebotError(f"{folder}: {what}; give one that holds NAME.wav with NAME.json beside each")
    return folder


def load_clips(folder: str | Path) -> list[Clip]:
    """All clips of a folder, by name. Raises `VoicebotError` for a folder without any, and for a label that makes no sense."""
    folder = clip_folder(folder)
    clips = [_load(path) for path in sorted(folder.glob("*.json")) if path.with_suffix(".wav").exists()]
    if not clips:
        raise VoicebotError(f"{folder}: holds no labelled clip; a clip is NAME.wav with NAME.json beside it")
    return clips


def _load(path: Path) -> Clip:
    try:
        label = json.loads(path.read_text(encoding="utf8"))
    except (ValueError, OSError) as error:
        raise VoicebotError(f"{path}: is not JSON ({error}); a label looks like {_EXAMPLE}") from None
    if not isinstance(label, dict):
        raise VoicebotError(f"{path}: a label is a JSON object like {_EXAMPLE}")
    kind = _one_of(path, label, "kind", get_args(Kind))
    expects = label.get("expects", "digits" if kind == "dig" else "open")
    if not isinstance(expects, str) or not _EXPECTS.fullmatch(expects):
        raise VoicebotError(f"{path}: expects: {expects!r} is none of open, yesno, digits, digits:N, phone, amount")
    return Clip(
        path=path.with_suffix(".wav"),
        kind=kind,
        language=_one_of(path, label, "lang", LANGUAGES),
        segments=_segments(path, label.get("segs")),
        text=str(label.get("text", "")),
        expects=expects,
        echo_db=_number(path, label, "echo_db", None),
        echo_delay=_number(path, label, "echo_delay", 0.06) or 0.0,
    )


_EXAMPLE = '{"kind": "utt", "text": "…", "lang": "zh-CN", "segs": [[0.21, 1.94]]}'


def _one_of(path: Path, label: dict[str, Any], key: str, allowed: tuple[str, ...]) -> Any:
    value = label.get(key)
    if value not in allowed:
        raise VoicebotError(f"{path}: {key}: {value!r} is none of {', '.join(allowed)}")
    return value


def _number(path: Path, label: dict[str, Any], key: str, default: float | None) -> float | None:
    value = label.get(key, default)
    if value is not None and (isinstance(value, bool) or not isinstance(value, int | float)):
        raise VoicebotError(f"{path}: {key}: {value!r} is no number")
    return value


def _segments(path: Path, value: Any) -> tuple[tuple[float, float], ...]:
    try:
        segments = tuple((float(start), float(end)) for start, end in value)
    except (TypeError, ValueError):
        segments = ()
    times = [time for segment in segments for time in segment]
    if not segments or any(before > after for before, after in zip([0.0, *times], times, strict=False)):
        raise VoicebotError(f"{path}: segs: {value!r} is no list of [start, end] in seconds, in order; for example [[0.2, 1.9]]")
    return segments
