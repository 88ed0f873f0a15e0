"""Somebody else's call, to be watched: who calls, and what is known of them."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from voicebot.engine import Engine
from voicebot.errors import VoicebotError
from voicebot.hotlines import load_profile
from voicebot.live.console.orders import Order
from voicebot.replay import make_caller
from voicebot.testing.caller import Caller
from voicebot.testing.loading import SCRIPT_SUFFIXES, LoadedScript, load_scripts
from voicebot.testing.running import with_settings
from voicebot.testing.script import Script


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


def watched(order: Order, engine: Engine) -> Watched:
    """Who `order` says is calling. Raises `VoicebotError` for a source that cannot be used."""
    source = order.source
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


def _profile(script: Script, folder: Path, engine: Engine) -> dict[str, Any]:
    given = script.profile
    if given is None:
        return {}
    if isinstance(given, str):
        return load_profile(str(folder / given), engine.hotline)
    return load_profile(given, engine.hotline, where=str(folder))
