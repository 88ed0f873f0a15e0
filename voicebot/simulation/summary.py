"""The figures of a run: KPIs of each system, paired differences from the first one, difficulty curves, speed."""

from collections.abc import Mapping, Sequence
from typing import Any

from voicebot.metrics.kpis import kpis
from voicebot.metrics.terms import SYSTEMS
from voicebot.simulation.batch import Lost
from voicebot.simulation.curves import curves
from voicebot.simulation.pairing import Calls, differences


def summary(systems: Mapping[str, Calls], seed: int, lost: Sequence[Lost] = ()) -> dict[str, Any]:
    """`{systems, calls, callers, seed, differences, curves, speed, failed}`, the document of `voicebot simulate --json`.

    `differences`: system → KPI → that system less the first one, paired by caller.
    """
    order = [*(name for name in SYSTEMS if name in systems), *(name for name in systems if name not in SYSTEMS)]
    records = {name: [result.record for result in systems[name].values()] for name in order}
    return {
        "systems": {name: kpis(own) for name, own in records.items()},
        "calls": sum(len(own) for own in records.values()),
        "callers": len({number for own in systems.values() for number in own}),
        "seed": seed,
        "differences": {
            name: {key: found.document() for key, found in differences(systems[order[0]], systems[name]).items()}
            for name in order[1:]
        },
        "curves": {name: curves(own) for name, own in records.items()},
        "speed": {name: _speed(systems[name]) for name in order},
        "failed": [{"system": call.system, "number": call.number, "error": call.error} for call in lost],
    }


def _speed(calls: Calls) -> dict[str, Any]:
    """Calls and seconds of call a second of CPU, caller and all."""
    spent = sum(result.compute_s for result in calls.values())
    held = sum(result.record.seconds for result in calls.values())
    return {
        "cpu_s": round(spent, 1),
        "calls_a_second": round(len(calls) / spent, 2) if spent else None,
        "times_real_time": round(held / spent, 1) if spent else None,
    }
