"""Each KPI of docs/measures.md on calls made by hand."""

from pathlib import Path

import pytest

from tests.metrics.helpers import BYE, GONE, answer, certain, confirm, prompt, read, transfer, turn
from voicebot.events import AnswerJudged, CallEnded, GuessAnswered, SurveyAnswered
from voicebot.metrics.call_record import CallRecord
from voicebot.metrics.kpis import KPI_NAMES, kpis

DOCS = Path(__file__).parents[2] / "docs"


def count(calls: list[CallRecord], key: str) -> tuple[int, int]:
    """k and n of a rate."""
    figure = kpis(calls)[key]
    return figure["k"], figure["n"]


RIGHT = read(turn(), confirm("a"), answer("a", confirmed=True), turn(2), AnswerJudged("a", True), BYE, true_question="a")
WRONG = read(turn(), certain("b"), answer("b"), turn(2), BYE, true_question="a")
AGENT = read(turn(), turn(2), transfer(), true_question="a")
OUTSIDE = read(turn(), turn(2), turn(3), transfer(), true_question="other")
LEFT = read(GONE, true_question="a")


def test_coverage_counts_those_who_asked_for_an_agent() -> None:
    assert count([RIGHT, WRONG, AGENT, LEFT], "coverage") == (2, 4)


def test_coverage_leaves_out_questions_the_catalogue_lacks() -> None:
    assert count([RIGHT, OUTSIDE], "coverage") == (1, 1)


def test_coverage_of_unlabelled_recordings_needs_a_turn() -> None:
    silent, spoke = read(GONE), read(turn(), GONE)
    assert count([silent, spoke, read(turn(), certain("a"), answer("a"), BYE)], "coverage") == (1, 2)


def test_correct_coverage_is_of_labelled_calls_alone() -> None:
    unlabelled = read(turn(), certain("a"), answer("a"), BYE)
    assert count([RIGHT, WRONG, AGENT, unlabelled], "correct_coverage") == (1, 3)


def test_out_of_catalogue_right() -> None:
    answered = read(turn(), certain("b"), answer("b"), turn(2), transfer(), true_question="other")
    hung_up = read(turn(), GONE, true_question="other")
    also = read(turn(), certain("a"), answer("a"), turn(2), transfer(), true_question="other", also_asks=["a"])
    assert count([OUTSIDE, answered, hung_up, RIGHT], "out_of_catalogue_right") == (1, 3)
    assert count([also], "out_of_catalogue_right") == (1, 1)


def test_confirmed_share_has_the_denominator_of_coverage() -> None:
    assert count([RIGHT, WRONG, AGENT, LEFT, OUTSIDE], "confirmed_share") == (1, 4)


def test_average_turns_and_turns_in_the_whole_call() -> None:
    figures = kpis([RIGHT, WRONG, AGENT, OUTSIDE, LEFT])
    assert figures["average_turns"]["value"] == pytest.approx((1 + 1 + 2 + 3 + 0) / 5)
    assert figures["total_turns"]["value"] == pytest.approx((2 + 2 + 2 + 3 + 0) / 5)


def test_proactive_hit_counts_guesses_nobody_reacted_to_and_brier_does_not() -> None:
    guess = prompt("proactive_guess", "a")
    yes = read(guess, turn(), GuessAnswered("a", True, 0.8), GONE)
    no = read(guess, turn(), GuessAnswered("a", False, 0.6), GONE)
    figures = kpis([yes, no, read(guess, GONE), RIGHT])
    assert (figures["proactive_hit"]["k"], figures["proactive_hit"]["n"]) == (1, 3)
    assert (figures["proactive_brier"]["value"], figures["proactive_brier"]["n"]) == (pytest.approx((0.04 + 0.36) / 2), 2)


def test_wrong_certain() -> None:
    explicit = read(turn(), confirm("b"), answer("b", confirmed=True), BYE, true_question="a")
    second = read(turn(), certain("a"), answer("a"), turn(2), certain("b"), answer("b"), BYE, true_question="a")
    also = read(
        turn(), certain("a"), answer("a"), turn(2), certain("b"), answer("b"), BYE, true_question="a", also_asks=["b"]
    )  # fmt: skip
    unlabelled = read(turn(), certain("b"), answer("b"), BYE)
    assert count([RIGHT, WRONG, AGENT, explicit, also, unlabelled], "wrong_certain") == (1, 5)
    assert count([second], "wrong_certain") == (1, 1)
    assert count([read(turn(), certain("b"), answer("b"), BYE, true_question="other")], "wrong_certain") == (1, 1)


def test_self_service_agent_rate_and_abandoned_are_of_all_calls() -> None:
    hung_up = read(turn(), certain("a"), answer("a"), CallEnded("hung_up", "caller"))
    closed = read(turn(), CallEnded("closed", "bot"))
    calls = [RIGHT, WRONG, AGENT, OUTSIDE, LEFT, hung_up, closed]
    assert [count(calls, key) for key in ("self_service", "agent_rate", "abandoned")] == [(2, 7), (2, 7), (1, 7)]


def test_resolution_is_of_labelled_self_service_calls() -> None:
    disputed = read(turn(), certain("a"), answer("a"), AnswerJudged("a", False), BYE, true_question="a")
    unlabelled = read(turn(), certain("a"), answer("a"), AnswerJudged("a", True), BYE)
    not_judged = read(turn(), certain("a"), answer("a"), BYE, true_question="a")
    wrong_liked = read(turn(), certain("b"), answer("b"), AnswerJudged("b", True), BYE, true_question="a")
    assert count([RIGHT, disputed, unlabelled, not_judged, wrong_liked, AGENT], "resolution") == (1, 4)


def test_satisfaction_is_of_surveys_answered() -> None:
    happy, not_happy = (read(answer("a"), SurveyAnswered(score, score == 5), BYE) for score in (5, 4))
    assert count([happy, not_happy, RIGHT], "satisfaction") == (1, 2)


def test_means_and_medians_of_seconds() -> None:
    figures = kpis([read(*[turn()] * n, confirm("a"), answer("a", confirmed=True), BYE) for n in (1, 2, 9)])
    assert figures["located_s"]["value"] == pytest.approx((2 + 3 + 10) / 3)
    assert figures["located_s"]["median"] == pytest.approx(3)
    assert figures["aht_s"]["median"] == pytest.approx(8)


def test_no_calls_at_all() -> None:
    figures = kpis([])
    assert figures["calls"] == 0
    assert figures["coverage"]["rate"] is None
    assert figures["aht_s"]["median"] is None


@pytest.mark.parametrize("page", ["json.md", "measures.md"])
def test_the_documentation_names_every_key(page: str) -> None:
    text = (DOCS / page).read_text("utf8")
    missing = [key for key in kpis([RIGHT]) if f"`{key}`" not in text and key != "calls"]
    assert not missing


def test_every_figure_of_the_table_is_computed_and_named() -> None:
    assert set(kpis([RIGHT])) == {"calls", *KPI_NAMES}
