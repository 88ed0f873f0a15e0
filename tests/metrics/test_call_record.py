"""Call records: located, confirmed and turns exactly as docs/measures.md defines them."""

from typing import Any

import pytest

from voicebot.errors import VoicebotError
from voicebot.events import (
    CallEnded,
    CallerTurnTaken,
    CallOpened,
    EventLog,
    GuessAnswered,
    PromptStarted,
    QuestionAnswered,
    QuestionConfirmed,
    QuestionLocated,
    Transferred,
    TurnRejoined,
)
from voicebot.metrics.call_record import CallRecord, call_record
from voicebot.metrics.kpis import kpis


def read(*events: Any, **labels: Any) -> CallRecord:
    log = EventLog()
    log.append(CallOpened("h", "zh-CN", labels=labels))
    for event in events:
        log.frame += 50
        log.append(event)
    return call_record(log.records)


def turn(number: int = 1) -> CallerTurnTaken:
    return CallerTurnTaken("话", number)


def prompt(act: str, question: str | None = None) -> PromptStarted:
    return PromptStarted(act, act, "…", question)


def test_turns_count_up_to_the_first_answer() -> None:
    record = read(turn(1), turn(2), QuestionAnswered("a", False, 0.9), turn(3), CallEnded("self_service", "bot"))
    assert (record.turns, record.total_turns) == (2, 3)


def test_turns_count_up_to_the_transfer() -> None:
    record = read(turn(1), turn(2), Transferred("asked", "general", None), CallEnded("agent", "bot"))
    assert (record.turns, record.transferred, record.outcome) == (2, True, "agent")


def test_a_call_never_located_counts_all_its_turns() -> None:
    record = read(turn(1), turn(2), turn(3), CallEnded("abandoned", "caller"))
    assert (record.turns, record.located) == (3, None)


def test_the_last_location_before_the_answer_counts() -> None:
    record = read(
        turn(), QuestionLocated("a", "certain", 0.9), turn(2), QuestionLocated("b", "confirmed", 0.95),
        QuestionAnswered("b", True, 0.95), turn(3), QuestionLocated("c", "certain", 0.9), QuestionAnswered("c", False, 0.9),
    )  # fmt: skip
    assert (record.located, record.located_how, record.answers) == ("b", "confirmed", ("b", "c"))
    assert record.unconfirmed_answers == ("c",)


def test_confirmed_before_the_answer() -> None:
    assert read(
        turn(), QuestionLocated("a", "confirmed", 1.0), QuestionConfirmed("a"), QuestionAnswered("a", True, 1.0)
    ).confirmed


def test_confirmed_in_the_one_prompt_right_after_the_answer() -> None:
    asked = (
        turn(),
        QuestionLocated("a", "certain", 1.0),
        QuestionAnswered("a", False, 1.0),
        prompt("answer", "a"),
        prompt("clear", "a"),
    )
    assert read(*asked, turn(2), QuestionConfirmed("a")).confirmed
    assert not read(*asked, turn(2), prompt("clear", "a"), turn(3), QuestionConfirmed("a")).confirmed


def test_confirming_another_question_confirms_nothing() -> None:
    assert not read(
        turn(), QuestionLocated("a", "certain", 1.0), QuestionConfirmed("b"), QuestionAnswered("a", False, 1.0)
    ).confirmed


def test_a_withdrawn_turn_never_happened() -> None:
    record = read(
        turn(), QuestionLocated("a", "certain", 0.9), QuestionAnswered("a", False, 0.9), TurnRejoined(True),
        turn(), QuestionLocated("b", "certain", 0.9), QuestionAnswered("b", False, 0.9),
    )  # fmt: skip
    assert (record.located, record.answers, record.total_turns) == ("b", ("b",), 1)


def test_a_log_without_its_head_is_refused() -> None:
    with pytest.raises(VoicebotError, match="CallOpened"):
        call_record([])


def test_kpis_of_a_few_calls() -> None:
    calls = [
        read(turn(), QuestionLocated("a", "certain", 0.9), QuestionAnswered("a", False, 0.9), QuestionConfirmed("a"),
             CallEnded("self_service", "bot"), true_question="a"),
        read(turn(), QuestionLocated("b", "certain", 0.9), QuestionAnswered("b", False, 0.9), CallEnded("self_service", "bot"),
             true_question="a"),
        read(turn(), turn(2), Transferred("asked", "g", None), CallEnded("agent", "bot"), true_question="a"),
        read(turn(), Transferred("unknown", "g", None), CallEnded("agent", "bot"), true_question="other"),
        read(GuessAnswered("a", True, 0.8), CallEnded("abandoned", "caller")),
    ]  # fmt: skip
    figures = kpis(calls)
    assert figures["calls"] == 5
    assert [figures[key]["k"] for key in ("coverage", "correct_coverage", "confirmed_share", "wrong_certain")] == [2, 1, 1, 1]
    assert [figures[key]["n"] for key in ("coverage", "correct_coverage", "confirmed_share", "wrong_certain")] == [3, 3, 3, 4]
    assert (figures["out_of_catalogue_right"]["k"], figures["out_of_catalogue_right"]["n"]) == (1, 1)
    assert figures["average_turns"]["value"] == pytest.approx((1 + 1 + 2 + 1 + 0) / 5)
    assert (figures["agent_rate"]["k"], figures["abandoned"]["k"], figures["self_service"]["k"]) == (2, 1, 2)
