"""Somebody else's call, to be watched: who calls, and what is known of them."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from voicebot.engine import Engine
from voicebot.errors import VoicebotError
from voicebot.hotlines import load_profile
from voicebot.hotlines.schema import Hotline
from voicebot.live.console.orders import Order
from voicebot.replay import make_caller
from voicebot.simulation.cast import Cast
from voicebot.simulation.spoken_caller import SpokenCaller
from voicebot.testing.caller import Caller
from voicebot.testing.loading import SCRIPT_SUFFIXES, LoadedScript, load_scripts
from voicebot.testing.running import with_settings
from voicebot.testing.script import Script
from voicebot.types import Frame


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


def watched(order: Order, engine: Engine) -> Watched:
    """Who `order` says is calling. Raises `VoicebotError` for a source that cannot be used."""
    source = order.source
    if source["kind"] == "simulated":
        return _simulated(engine, order.seed)
    path = Path(source["path"])
    if path.suffix not in SCRIPT_SUFFIXES:
        caller, telephone = make_caller(str(path), None, engine)
        return Watched(caller, engine, labels={"name": path.stem}, telephone=telephone)
    scripts = load_scripts(path)
    row = int(source.get("row", 0))
    if row >= len(scripts):
        raise VoicebotError(f"{path}: has no row {row} any more; reload the page")
    return _scripted(scripts[row], with_settings(engine, scripts[row].script))


def _scripted(loaded: LoadedScript, engine: Engine) -> Watched:
    script = loaded.script
    caller, telephone = make_caller(str(loaded.path), script, engine)
    labels: dict[str, Any] = {"name": loaded.name}
    if script.true_question is not None:
        labels["true_question"] = script.true_question
    return Watched(caller, engine, _profile(script, loaded.folder, engine), script.seed, labels, telephone, script.echo)


def _simulated(engine: Engine, number: int) -> Watched:
    """Caller `number` of the population that ships, as `voicebot simulate` draws them with seed 0."""
    cast = _cast(engine.hotline)
    caller = cast.caller(0, number)
    spoken = SpokenCaller(caller, cast.mind(caller, "full"), cast.ear, cast.population, cast.phrasing(caller), engine.renderer)
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
