"""From a run of the audio tier to a channel file, and whether the text tier then comes to the same figures."""

import json
from pathlib import Path
from typing import Any

from voicebot.errors import VoicebotError
from voicebot.hotlines import load_hotline
from voicebot.metrics.kpis import kpis
from voicebot.simulation.fitting import fit_channel
from voicebot.simulation.observations import Observation
from voicebot.simulation.results import by_system, read_results
from voicebot.simulation.settings import RUN_FILE
from voicebot.testing.files import write_text

AGREEING = ("coverage", "correct_coverage", "confirmed_share", "average_turns")
"""KPIs in which the tiers must agree."""


def read_run(folder: Path) -> dict[str, Any]:
    """The settings of a run. Raises `VoicebotError` where there is none."""
    try:
        found: dict[str, Any] = json.loads((folder / RUN_FILE).read_text("utf8"))
    except (OSError, ValueError):
        raise VoicebotError(f"{folder}: holds no {RUN_FILE}; give a folder that `voicebot simulate --out` wrote") from None
    return found


def calibrate(folder: Path, out: Path) -> dict[str, Any]:
    """Fit the channel on the run in `folder`, write it to `out`, and say what it was fitted on.

    Raises `VoicebotError` for a run of the text tier, or one with too few utterances.
    """
    run = read_run(folder)
    if run.get("tier") != "audio":
        raise VoicebotError(f"{folder}: is a run of the text tier; a channel is fitted on one of the audio tier")
    results = [result for own in by_system(read_results(folder)).values() for result in own.values()]
    seen = [Observation.of_document(document) for result in results for document in result.heard]
    source = {name: run[name] for name in ("voicebot", "seed", "systems", "hotline", "pack", "sha256")}
    hotline = load_hotline(run["hotline"], run["language"])
    fitted = fit_channel(seen, run["language"], {**source, "calls": len(results)}, hotline)
    write_text(out, _compact(fitted.model_dump(by_alias=True, exclude_defaults=True)))
    heard = [observation for observation in seen if observation.heard is not None]
    return {
        "channel": str(out),
        "calls": len(results),
        "utterances": len(seen),
        "lost": round(1 - len(heard) / max(1, len(seen)), 4),
        "error_rate": round(sum(len(o.errors) for o in heard) / max(1, sum(o.units for o in heard)), 4),
        "latency_s": fitted.latency_s,
    }


def _compact(document: dict[str, Any]) -> str:
    """JSON with a line for each top-level key: short, and changes show in a diff."""
    lines = (
        f"{json.dumps(key)}:{json.dumps(value, ensure_ascii=False, separators=(',', ':'))}" for key, value in document.items()
    )
    return "{" + ",\n".join(lines) + "}\n"


def agreement(audio: Path, text: Path) -> dict[str, Any]:
    """For each system in both runs: KPI → the two values and whether their 95 % intervals overlap."""
    found: dict[str, Any] = {}
    first, second = by_system(read_results(audio)), by_system(read_results(text))
    for system in first:
        if system not in second:
            continue
        a, b = (kpis([result.record for result in run[system].values()]) for run in (first, second))
        rows: dict[str, Any] = {}
        for key in AGREEING:
            one, other = a[key], b[key]
            if not (one["n"] and other["n"]):
                continue
            value = "rate" if "rate" in one else "value"
            agree = one["low"] <= other["high"] and other["low"] <= one["high"]
            rows[key] = {"audio": one[value], "text": other[value], "agree": agree, "audio_n": one["n"], "text_n": other["n"]}
        found[system] = rows
    return found
