"""Somebody else's call, to be watched: who calls, and what is known of them."""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from pathlib import Path
from typing import Any

from voicebot.audio.echo_way import EchoWay
from voicebot.audio.levels import mix
from voicebot.engine import Engine
from voicebot.errors import VoicebotError
from voicebot.events import Record
from voicebot.hotlines import load_profile
from voicebot.hotlines.schema import Hotline
from voicebot.live.console.orders import Order
from voicebot.simulation.cast import Cast
from voicebot.simulation.spoken_caller import SpokenCaller
from voicebot.testing.caller import Caller, CallerFrame
from voicebot.testing.casting import caller_of, echo_way
from voicebot.testing.loading import LoadedScript, load_scripts
from voicebot.testing.running import with_settings
from voicebot.testing.script import Script
from voicebot.types import SILENCE, Frame, Synthesizer


@dataclass(frozen=True, slots=True)
class Watched:
    """A caller and their circumstances."""

    caller: Caller
    engine: Engine
    profile: Mapping[str, Any] = field(default_factory=dict)
    seed: int = 0
    labels: Mapping[str, Any] = field(default_factory=dict)
    telephone: bool = False
    echo: bool = False
    hear_bot: Callable[[Frame], None] | None = None
    """Wants the bot's frames: for the echo in the caller's room."""


def watched(order: Order, engine: Engine, voice: Synthesizer) -> Watched:
    """Who `order` says is calling; `voice` speaks for them. Raises `VoicebotError` for a source that cannot be used."""
    source = order.source
    if source["kind"] == "simulated":
        return _simulated(engine, order.seed, voice)
    path = Path(source["path"])
    scripts = load_scripts(path)
    row = int(source.get("row", 0))
    if row >= len(scripts):
        raise VoicebotError(f"{path}: has no row {row} any more; reload the page")
    return _scripted(scripts[row], with_settings(engine, scripts[row].script), voice)


class _Leaking:
    """A caller in whose leg the bot's voice comes back."""

    def __init__(self, caller: Caller, way: EchoWay) -> None:
        self._caller, self._way = caller, way
        self._bot: Frame = SILENCE

    def next_frame(self, news: Sequence[Record]) -> CallerFrame:
        turn = self._caller.next_frame(news)
        return replace(turn, frame=mix(turn.frame, self._way.push(self._bot)))

    def hear_bot(self, frame: Frame) -> None:
        self._bot = frame


def _scripted(loaded: LoadedScript, engine: Engine, voice: Synthesizer) -> Watched:
    script = loaded.script
    caller, telephone = caller_of(script, loaded.folder, voice)
    labels: dict[str, Any] = {"name": loaded.name}
    if script.true_question is not None:
        labels["true_question"] = script.true_question
    profile = _profile(script, loaded.folder, engine)
    way = echo_way(script)
    leaking = _Leaking(caller, way) if way is not None else None
    hear_bot = leaking.hear_bot if leaking is not None else None
    return Watched(leaking or caller, engine, profile, script.seed, labels, telephone, script.echo, hear_bot)


def _simulated(engine: Engine, number: int, voice: Synthesizer) -> Watched:
    """Caller `number` of the population that ships, as `voicebot simulate` draws them with seed 0."""
    cast = _cast(engine.hotline)
    caller = cast.caller(0, number)
    spoken = SpokenCaller(caller, cast.mind(caller, "full"), cast.ear, cast.population, cast.phrasing(caller), voice)
    echo = caller.line.echo_attenuation_db is not None
    return Watched(
        spoken, engine, caller.profile, caller.seed, caller.labels, telephone=True, echo=echo, hear_bot=spoken.hear_bot
    )


_CASTS: dict[tuple[str, str], Cast] = {}
"""Pack (its sha256) and language → its callers' cast: reading one takes a second."""


def _cast(hotline: Hotline) -> Cast:
    key = hotline.sha256, hotline.language
    if key not in _CASTS:
        _CASTS[key] = Cast.load(hotline)
    return _CASTS[key]


def _profile(script: Script, folder: Path, engine: Engine) -> dict[str, Any]:
    given = script.profile
    if given is None:
        return {}
    if isinstance(given, str):
        return load_profile(str(folder / given), engine.hotline)
    return load_profile(given, engine.hotline, where=str(folder))
