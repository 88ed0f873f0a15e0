"""Difficulty curves: how coverage falls with noise, vagueness and a prior that misleads."""

from collections.abc import Callable, Mapping, Sequence
from typing import Any

from voicebot.metrics.call_record import CallRecord
from voicebot.metrics.intervals import mean, rate
from voicebot.metrics.kpis import came_with_question

SNR_LIMITS = (5.0, 10.0, 15.0, 20.0)
"""Limits of the bands, dB."""


def _snr_band(call: CallRecord) -> str | None:
    snr = call.labels.get("snr_db")
    if not isinstance(snr, int | float):
        return None
    index = sum(snr > limit for limit in SNR_LIMITS)
    if index == 0:
        return f"≤ {SNR_LIMITS[0]:g} dB"
    return f"> {SNR_LIMITS[-1]:g} dB" if index == len(SNR_LIMITS) else f"{SNR_LIMITS[index - 1]:g}–{SNR_LIMITS[index]:g} dB"


def _yes_no(label: str) -> Callable[[CallRecord], str | None]:
    def of(call: CallRecord) -> str | None:
        value = call.labels.get(label)
        return None if value is None else "yes" if value else "no"

    return of


def _label(label: str) -> Callable[[CallRecord], str | None]:
    return lambda call: str(call.labels[label]) if label in call.labels else None


AXES: Mapping[str, tuple[Callable[[CallRecord], str | None], tuple[str, ...]]] = {
    "snr": (_snr_band, ("≤ 5 dB", "5–10 dB", "10–15 dB", "15–20 dB", "> 20 dB")),
    "profile": (_label("profile_kind"), ("informative", "neutral", "misleading")),
    "vague": (_yes_no("vague"), ("no", "yes")),
    "agent_first": (_yes_no("agent_first"), ("no", "yes")),
    "noise": (_label("noise"), ("babble", "pink", "brown", "white", "hum")),
}
"""Axis → where a call lies on it, and its places from easy to hard or in their own order."""


def curves(calls: Sequence[CallRecord]) -> dict[str, dict[str, dict[str, Any]]]:
    """Axis → place → `{n, coverage, correct_coverage, average_turns}` over callers with a question of the catalogue."""
    asking = [call for call in calls if came_with_question(call)]
    found: dict[str, dict[str, dict[str, Any]]] = {}
    for axis, (place_of, places) in AXES.items():
        grouped: dict[str, list[CallRecord]] = {place: [] for place in places}
        for call in asking:
            place = place_of(call)
            if place in grouped:
                grouped[place].append(call)
        found[axis] = {place: _point(own) for place, own in grouped.items() if own}
    return found


def _point(calls: Sequence[CallRecord]) -> dict[str, Any]:
    return {
        "n": len(calls),
        "coverage": rate(sum(call.located is not None for call in calls), len(calls)),
        "correct_coverage": rate(sum(call.located == call.true_question for call in calls), len(calls)),
        "average_turns": mean([call.turns for call in calls]),
    }
