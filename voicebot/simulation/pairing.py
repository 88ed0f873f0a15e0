"""Two sets of calls by the same callers, caller by caller: what a change moves, more sharply than two averages show it."""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from math import sqrt
from typing import Any, TypeAlias

from voicebot.metrics.call_record import CallRecord
from voicebot.metrics.intervals import Z95
from voicebot.metrics.kpis import came_with_question
from voicebot.simulation.results import CallResult
from voicebot.types import OTHER

Measure: TypeAlias = Callable[[CallRecord], float | None]
"""A call's part in a KPI; None for a call that is not in its denominator."""

Calls: TypeAlias = Mapping[int, CallResult]
"""By the caller's number."""


def _of_those_asking(holds: Callable[[CallRecord], bool]) -> Measure:
    return lambda call: float(holds(call)) if came_with_question(call) else None


def _wrong(call: CallRecord, questions: Sequence[str]) -> bool:
    wanted = {call.true_question, *call.labels.get("also_asks", [])}
    return any(question not in wanted for question in questions)


MEASURES: dict[str, Measure] = {
    "coverage": _of_those_asking(lambda call: call.located is not None),
    "correct_coverage": _of_those_asking(lambda call: call.located == call.true_question),
    "out_of_catalogue_right": lambda call: (
        float(call.transferred and not _wrong(call, call.answers)) if call.true_question == OTHER else None
    ),
    "confirmed_share": _of_those_asking(lambda call: call.confirmed),
    "average_turns": lambda call: float(call.turns),
    "total_turns": lambda call: float(call.total_turns),
    "wrong_certain": lambda call: float(_wrong(call, call.unconfirmed_answers)),
    "self_service": lambda call: float(call.outcome == "self_service"),
    "agent_rate": lambda call: float(call.transferred),
    "abandoned": lambda call: float(call.outcome == "abandoned"),
    "aht_s": lambda call: call.seconds,
    "located_s": lambda call: call.located_seconds,
}
"""KPI → a call's part in it, as `voicebot.metrics.kpis` counts it."""

CHANGE_WEIGHTS: dict[str, float] = {
    "correct_coverage": 3.0, "wrong_certain": 3.0, "out_of_catalogue_right": 2.0, "coverage": 1.0, "confirmed_share": 1.0,
    "self_service": 0.5, "agent_rate": 0.5, "abandoned": 1.0, "average_turns": 0.3,
}  # fmt: skip
"""What a difference counts when the calls that changed most are chosen: what went right or wrong before how long it took."""


@dataclass(frozen=True, slots=True)
class Difference:
    """The mean of the differences of one KPI: second less first."""

    value: float
    n: int
    """Callers that both have the KPI for."""
    low: float
    high: float
    better: int
    """Callers whose value went up."""
    worse: int
    """Callers whose value went down."""

    def document(self) -> dict[str, Any]:
        return {
            "value": round(self.value, 4),
            "n": self.n,
            "low": round(self.low, 4),
            "high": round(self.high, 4),
            "up": self.better,
            "down": self.worse,
        }


def differences(first: Calls, second: Calls) -> dict[str, Difference]:
    """KPI → paired difference, `second` less `first`, over callers in both; KPIs that no caller has are left out."""
    both = [(first[number].record, second[number].record) for number in first if number in second]
    found = {}
    for name, measure in MEASURES.items():
        pairs = [(measure(a), measure(b)) for a, b in both]
        moved = [b - a for a, b in pairs if a is not None and b is not None]
        if moved:
            found[name] = _difference(moved)
    return found


def _difference(moved: Sequence[float]) -> Difference:
    """Mean with its normal 95 % interval; where no caller moved, the rule of three bounds what might have (3 of n)."""
    n = len(moved)
    mean = sum(moved) / n
    spread = sqrt(sum((value - mean) ** 2 for value in moved) / max(1, n - 1) / n)
    half = Z95 * spread if any(moved) else 3.0 / n
    return Difference(mean, n, mean - half, mean + half, sum(value > 0 for value in moved), sum(value < 0 for value in moved))


@dataclass(frozen=True, slots=True)
class Changed:
    """A caller whose two calls went differently."""

    number: int
    size: float
    moved: dict[str, float]
    """KPI → second less first, those that moved."""


def most_changed(first: Calls, second: Calls, count: int = 10) -> list[Changed]:
    """The callers whose calls changed most, the most first."""
    found = []
    for number in first:
        if number not in second:
            continue
        moved = {}
        for name, measure in MEASURES.items():
            a, b = measure(first[number].record), measure(second[number].record)
            if a is not None and b is not None and a != b:
                moved[name] = round(b - a, 3)
        size = sum(CHANGE_WEIGHTS.get(name, 0.0) * abs(value) for name, value in moved.items())
        if size:
            found.append(Changed(number, size, moved))
    return sorted(found, key=lambda changed: (-changed.size, changed.number))[:count]
