"""The figures of a report, as `voicebot report --json` prints them (docs/json.md)."""

from collections.abc import Sequence
from typing import Any

from voicebot.metrics.call_record import CallRecord
from voicebot.metrics.intervals import rate
from voicebot.metrics.kpis import came_with_question, kpis
from voicebot.metrics.reliability import Forecast, reliability
from voicebot.metrics.report.names import Names
from voicebot.metrics.terms import SYSTEMS, Term


def by_system(calls: Sequence[CallRecord]) -> dict[str, list[CallRecord]]:
    """The calls of each system: full, one-shot, menu, then others by name."""
    order = list(SYSTEMS)
    present = sorted({call.system for call in calls}, key=lambda name: (order.index(name) if name in order else len(order), name))
    return {name: [call for call in calls if call.system == name] for name in present}


def by_group(calls: Sequence[CallRecord], names: Names) -> dict[Term, list[CallRecord]]:
    """The calls in the denominator of coverage by business, the largest first."""
    groups: dict[Term, list[CallRecord]] = {}
    for call in calls:
        if came_with_question(call):
            groups.setdefault(names.group(call), []).append(call)
    return dict(sorted(groups.items(), key=lambda item: (-len(item[1]), item[0])))


def forecasts(calls: Sequence[CallRecord]) -> list[Forecast]:
    """Proactive guesses that the caller reacted to, as forecasts."""
    return [(guess.probability, guess.accepted) for call in calls for guess in call.guesses]


def coverage(calls: Sequence[CallRecord]) -> dict[str, dict[str, Any]]:
    """Coverage and correct coverage of calls that are all in the denominator."""
    labelled = [call for call in calls if call.true_question is not None]
    return {
        "coverage": rate(sum(call.located is not None for call in calls), len(calls)),
        "correct_coverage": rate(sum(call.located == call.true_question for call in labelled), len(labelled)),
    }


def report_document(calls: Sequence[CallRecord], names: Names | None = None) -> dict[str, Any]:
    """`{systems, calls, seed, businesses, guesses}`; the KPIs of each system are those of `kpis`."""
    names = names or Names()
    systems = by_system(calls)
    seeds = {call.seed for call in calls}
    return {
        "systems": {name: kpis(own) for name, own in systems.items()},
        "calls": len(calls),
        "seed": seeds.pop() if len(seeds) == 1 else None,
        "businesses": {
            name: {group[1]: coverage(own) for group, own in by_group(members, names).items()}
            for name, members in systems.items()
        },
        "guesses": {name: reliability(forecasts(own)) for name, own in systems.items()},
    }
