"""What to simulate, checked before any call is held, and written down beside the results so that a run can go on."""

import hashlib
import json
from collections.abc import Sequence
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import Any

from voicebot import __version__
from voicebot.asr import find_model
from voicebot.dialogue import SYSTEMS
from voicebot.errors import PackError, SpeechSynthesisError, VoicebotError
from voicebot.hotlines import load_hotline
from voicebot.hotlines.complaints import nearest
from voicebot.simulation.cast import Cast
from voicebot.simulation.channel import load_channel
from voicebot.tts import Renderer
from voicebot.types import Language

TIERS = ("audio", "text")

MOST_CALLS = 10_000_000
"""Beyond which a number of calls is a slip."""

RUN_FILE = "run.json"
DEFAULT_HOTLINE = "hotline_95188"

LOGS_OF_TEXT = 1000
"""Callers whose event logs are kept in the text tier, unless told otherwise: logs take longer to write than calls to hold."""

_IN_PROGRESS = frozenset({"calls", "keep_logs", "record", "systems", "only"})
"""Settings that may differ when a run goes on: more callers, more systems."""


@dataclass(frozen=True, slots=True)
class SimulationSettings:
    """A run. Files are given by path; None takes what ships."""

    calls: int
    tier: str = "audio"
    systems: tuple[str, ...] = ("full",)
    seed: int = 0
    hotline: str = DEFAULT_HOTLINE
    language: Language = "zh-CN"
    model: str | None = None
    population: str | None = None
    wordings: str | None = None
    voices: str | None = None
    channel: str | None = None
    """Of the text tier: a file of `voicebot calibrate`, or `perfect`."""
    keep_logs: int | None = None
    """Callers whose event logs are written; None: all in the audio tier, `LOGS_OF_TEXT` in the text tier."""
    record: int = 0
    """Callers whose calls are recorded as WAV; audio tier only."""
    out: str | None = None
    only: tuple[int, ...] = ()
    """These callers alone, all of them logged and, where anything is recorded, recorded."""

    @property
    def numbers(self) -> Sequence[int]:
        """The callers, by number."""
        return self.only or range(self.calls)

    def keeps_log(self, number: int) -> bool:
        """Whether the event logs of a caller are written."""
        return self.out is not None and (bool(self.only) or number < self.logged)

    def records(self, number: int) -> bool:
        """Whether a caller's calls are recorded."""
        return self.out is not None and (number in self.only[: self.record] if self.only else number < self.record)

    @property
    def audio(self) -> bool:
        return self.tier == "audio"

    @property
    def logged(self) -> int:
        """Callers whose logs are written."""
        if self.keep_logs is not None:
            return self.keep_logs
        return self.calls if self.audio else LOGS_OF_TEXT

    def cast(self, hotline: Any = None) -> Cast:
        """The callers' cast. Raises `PackError`."""
        pack = hotline if hotline is not None else load_hotline(self.hotline, self.language)
        return Cast.load(pack, _path(self.population), _path(self.wordings), _path(self.voices))


def _path(given: str | None) -> Path | None:
    return Path(given) if given is not None else None


def parse_systems(given: Sequence[str]) -> tuple[str, ...]:
    """`full,one-shot` or repeated options → names, each once, in the order given. Raises `VoicebotError` for an unknown one."""
    names = [name.strip() for text in given for name in text.split(",") if name.strip()]
    for name in names:
        if name not in SYSTEMS:
            raise VoicebotError(f"--system {name}: not known{nearest(name, SYSTEMS)}")
    return tuple(dict.fromkeys(names)) or ("full",)


def parse_numbers(given: str | None) -> tuple[int, ...]:
    """`17,40` → numbers, each once. Raises `VoicebotError` for what is none."""
    try:
        return tuple(dict.fromkeys(int(part) for part in (given or "").split(",") if part.strip()))
    except ValueError:
        raise VoicebotError(f"--only {given}: give numbers of callers with commas between them") from None


def check_settings(settings: SimulationSettings) -> Cast:
    """Find out what is wrong before any call is held; the cast. Raises `VoicebotError`."""
    if not 1 <= settings.calls <= MOST_CALLS:
        raise VoicebotError(f"--calls {settings.calls}: give a number from 1 to {MOST_CALLS}")
    if any(number < 0 for number in settings.only):
        raise VoicebotError("--only: callers are numbered from 0")
    if settings.tier not in TIERS:
        raise VoicebotError(f"--tier {settings.tier}: choose one of {', '.join(TIERS)}")
    if settings.record and not settings.audio:
        raise VoicebotError("--record: the text tier has no sound; use --tier audio")
    if settings.record and settings.out is None:
        raise VoicebotError("--record: recordings need a place; give --out DIR")
    cast = settings.cast()
    if settings.audio:
        find_model(settings.language, settings.model)
        if settings.voices is not None:
            _check_voices(settings.voices, cast)
    else:
        load_channel(settings.language, settings.channel)
    return cast


def _check_voices(file: str, cast: Cast) -> None:
    """Let every voice say something. Raises `PackError` for one that cannot."""
    renderer = Renderer()
    try:
        for name in cast.voices.voices:
            renderer.render(cast.bank.affirm[0], name, round(cast.voices.rate.mean))
    except SpeechSynthesisError as error:
        raise PackError(f"{file}: voice `{name}` cannot speak: {error}") from None
    finally:
        renderer.close()


def describe(settings: SimulationSettings, cast: Cast) -> dict[str, Any]:
    """`run.json`: the settings, and hashes of what callers were made from."""
    found = {name: value for name, value in asdict(settings).items() if name != "out"}
    found["systems"] = list(settings.systems)
    parts = {"population": cast.population, "wordings": cast.bank, "voices": cast.voices}
    hashes = {name: hashlib.sha256(part.model_dump_json().encode()).hexdigest() for name, part in parts.items()}
    return {"voicebot": __version__, **found, "pack": cast.hotline.sha256, "sha256": hashes}


def check_same_run(folder: Path, now: dict[str, Any]) -> None:
    """Raises `VoicebotError` when the run in `folder` was another one than that which is to go on."""
    try:
        before = json.loads((folder / RUN_FILE).read_text("utf8"))
    except (OSError, ValueError):
        raise VoicebotError(f"{folder}: holds no run to go on with; leave --resume out") from None
    for name, value in now.items():
        if name not in _IN_PROGRESS and before.get(name) != value:
            shown = f"{before.get(name)!r}, now {value!r}" if not isinstance(value, dict) else "other files than now"
            raise VoicebotError(f"{folder}: was begun with {name} {shown}; use the same, or another --out")
