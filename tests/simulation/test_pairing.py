"""Paired differences: they count as the KPIs do, and find the calls that changed."""

from dataclasses import replace

import pytest

from voicebot.errors import VoicebotError
from voicebot.metrics.call_record import CallRecord
from voicebot.metrics.kpis import kpis
from voicebot.simulation.comparison import Condition
from voicebot.simulation.pairing import MEASURES, differences, most_changed
from voicebot.simulation.results import CallResult

RIGHT = CallRecord(
    hotline="h", language="zh-CN", system="full", seed=0, name="0", outcome="self_service", true_question="a", located="a",
    located_how="confirmed", confirmed=True, first_answered="a", answers=("a",), unconfirmed_answers=(),
    accepted_answers=frozenset({"a"}), transferred=False, turns=2, total_turns=4, seconds=40.0, located_seconds=10.0,
)  # fmt: skip
WRONG = replace(RIGHT, located="b", confirmed=False, answers=("b",), unconfirmed_answers=("b",), turns=3)
LOST = replace(RIGHT, located=None, located_seconds=None, confirmed=False, answers=(), outcome="agent", transferred=True, turns=5)


def _run(*records):
    return {number: CallResult(number, record, 0.1) for number, record in enumerate(records)}


def test_differences_are_those_of_the_kpis():
    first, second = _run(RIGHT, RIGHT, WRONG, LOST, RIGHT), _run(RIGHT, LOST, RIGHT, RIGHT, WRONG)
    moved = differences(first, second)
    before, after = (kpis([result.record for result in run.values()]) for run in (first, second))
    for name in (
        "coverage",
        "correct_coverage",
        "confirmed_share",
        "wrong_certain",
        "agent_rate",
        "self_service",
        "average_turns",
    ):
        part = "rate" if "rate" in before[name] else "value"
        assert moved[name].value == pytest.approx(after[name][part] - before[name][part], abs=1e-4), name
        assert moved[name].low <= moved[name].value <= moved[name].high
    assert (moved["correct_coverage"].better, moved["correct_coverage"].worse) == (2, 2)
    assert moved["located_s"].n == 3


def test_pairing_is_sharper_than_two_averages():
    first = _run(*[RIGHT if number % 2 else LOST for number in range(200)])
    second = _run(*[RIGHT if number % 2 or number == 0 else LOST for number in range(200)])
    moved = differences(first, second)["coverage"]
    assert moved.value == pytest.approx(0.005)
    assert moved.high - moved.low < 0.03
    still = differences(first, first)["coverage"]
    assert still.value == 0.0
    assert 0.0 < still.high < 0.02


def test_only_callers_in_both_count():
    assert differences(_run(RIGHT, RIGHT, RIGHT), _run(LOST))["coverage"].n == 1
    assert differences({}, {}) == {}


def test_the_calls_that_changed_most_come_first():
    changed = most_changed(_run(RIGHT, RIGHT, RIGHT, RIGHT), _run(RIGHT, LOST, WRONG, replace(RIGHT, turns=3)))
    assert [change.number for change in changed][:1] == [2]
    assert {change.number for change in changed} == {1, 2, 3}
    assert changed[0].moved["correct_coverage"] == -1.0
    assert len(most_changed(_run(*[RIGHT] * 30), _run(*[LOST] * 30))) == 10


@pytest.mark.parametrize(
    ("text", "holds"),
    [
        ("correct_coverage < -0.01", True), ("correct_coverage<-0.9", False), ("average_turns >= 1", True),
        ("coverage.high < 0", False), ("aht_s > 0", False), ("out_of_catalogue_right < 0", False),
    ],
)  # fmt: skip
def test_conditions(text, holds):
    moved = differences(_run(RIGHT, RIGHT), _run(RIGHT, LOST))
    assert Condition.parse(text).holds(moved) is holds


@pytest.mark.parametrize("text", ["", "coverage", "coverage < x", "covrage < 1", "coverage == 1", "__import__('os') < 1"])
def test_what_is_no_condition(text):
    with pytest.raises(VoicebotError, match="--fail-if"):
        Condition.parse(text)


def test_every_measure_is_a_kpi():
    from voicebot.metrics.kpis import KPI_NAMES

    assert set(MEASURES) <= set(KPI_NAMES)
