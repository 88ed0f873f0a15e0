"""Every hotline KPI of docs/measures.md from call records, each with its count and interval."""

from collections.abc import Callable, Iterable, Sequence
from typing import Any

import numpy as np

from voicebot.metrics.call_record import CallRecord
from voicebot.metrics.intervals import mean, rate
from voicebot.metrics.reliability import squared_errors
from voicebot.types import OTHER

KPI_NAMES: dict[str, tuple[str, str]] = {
    "coverage": ("coverage", "问题识别覆盖率"),
    "correct_coverage": ("correct coverage", "正确识别率"),
    "out_of_catalogue_right": ("outside the catalogue, right", "目录外正确转接"),
    "confirmed_share": ("confirmed share", "用户确认问题占比"),
    "average_turns": ("average turns", "用户平均交互轮数"),
    "total_turns": ("turns in the whole call", "全程轮数"),
    "proactive_hit": ("proactive hit rate", "未问先答命中率"),
    "proactive_brier": ("Brier score of the guesses", "猜测的布里尔分"),
    "wrong_certain": ("wrong answers given as certain", "误答率"),
    "self_service": ("self-service share", "自助占比"),
    "agent_rate": ("agent rate", "自助人工率"),
    "abandoned": ("abandoned", "放弃率"),
    "resolution": ("first-call resolution", "自助解决率"),
    "satisfaction": ("satisfaction", "自助满意度"),
    "aht_s": ("handling time, s", "通话时长（秒）"),
    "located_s": ("time to located, s", "定位用时（秒）"),
}
"""JSON key → (English name, Chinese name), in the order of the table."""


def came_with_question(call: CallRecord) -> bool:
    """In the denominator of coverage: a question of the catalogue, or, unlabelled, at least one caller turn."""
    if call.true_question is None:
        return call.total_turns > 0
    return call.true_question != OTHER


def kpis(calls: Sequence[CallRecord]) -> dict[str, Any]:
    """KPIs of a set of calls: rates as `{k, n, rate, low, high}`, means as `{value, n, low, high}`."""
    asking = [call for call in calls if came_with_question(call)]
    labelled = [call for call in asking if call.true_question is not None]
    outside = [call for call in calls if call.true_question == OTHER]
    guesses = [guess for call in calls for guess in call.guesses]
    surveyed = [call for call in calls if call.survey_top is not None]
    ended_well = [call for call in calls if call.outcome == "self_service" and call.true_question is not None]
    return {
        "calls": len(calls),
        "coverage": _share(asking, lambda call: call.located is not None),
        "correct_coverage": _share(labelled, lambda call: call.located == call.true_question),
        "out_of_catalogue_right": _share(outside, lambda call: call.transferred and not _wrong(call, call.answers)),
        "confirmed_share": _share(asking, lambda call: call.confirmed),
        "average_turns": mean([call.turns for call in calls]),
        "total_turns": mean([call.total_turns for call in calls]),
        "proactive_hit": rate(sum(guess.accepted for guess in guesses), sum(call.guesses_made for call in calls)),
        "proactive_brier": mean(squared_errors([(guess.probability, guess.accepted) for guess in guesses])),
        "wrong_certain": _share([call for call in calls if call.true_question is not None], _wrong_certain),
        "self_service": _share(calls, lambda call: call.outcome == "self_service"),
        "agent_rate": _share(calls, lambda call: call.transferred),
        "abandoned": _share(calls, lambda call: call.outcome == "abandoned"),
        "resolution": _share(ended_well, _resolved),
        "satisfaction": rate(sum(call.survey_top is True for call in surveyed), len(surveyed)),
        "aht_s": _seconds([call.seconds for call in calls]),
        "located_s": _seconds([call.located_seconds for call in calls if call.located_seconds is not None]),
    }


def _share(calls: Sequence[CallRecord], holds: Callable[[CallRecord], bool]) -> dict[str, Any]:
    return rate(sum(holds(call) for call in calls), len(calls))


def _wrong(call: CallRecord, questions: Iterable[str]) -> bool:
    """Whether one of `questions` was not the caller's."""
    wanted = {call.true_question, *call.labels.get("also_asks", [])}
    return any(question not in wanted for question in questions)


def _wrong_certain(call: CallRecord) -> bool:
    return _wrong(call, call.unconfirmed_answers)


def _resolved(call: CallRecord) -> bool:
    return call.true_question in call.answers and call.true_question in call.accepted_answers


def _seconds(values: list[float]) -> dict[str, Any]:
    return {**mean(values), "median": round(float(np.median(values)), 2) if values else None}
