"""Call records: located, confirmed and turns exactly as docs/measures.md defines them."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tests.metrics.helpers import BYE, GONE, answer, certain, confirm, log, prompt, read, transfer, turn
from voicebot.errors import VoicebotError
from voicebot.events import (
    AnswerJudged,
    CallEnded,
    CallerSilentFor,
    Event,
    GuessAnswered,
    PromptStopped,
    QuestionAnswered,
    QuestionConfirmed,
    QuestionLocated,
    SpeechDiscarded,
    SpeechEnded,
    SurveyAnswered,
    Transferred,
    TurnRejoined,
)
from voicebot.metrics.call_record import call_record

# ---------------------------------------------------------------- turns


def test_turns_count_up_to_the_first_answer() -> None:
    record = read(turn(1), turn(2), answer("a"), turn(3), BYE)
    assert (record.turns, record.total_turns) == (2, 3)


def test_turns_that_fill_slots_count() -> None:
    slots = [prompt("supplement"), turn(3, keys=True), prompt("read_back"), turn(4)]
    assert read(turn(1), turn(2), confirm("a"), slots, answer("a", confirmed=True), turn(5), BYE).turns == 4


def test_turns_count_up_to_the_transfer() -> None:
    record = read(turn(1), turn(2), transfer())
    assert (record.turns, record.transferred, record.outcome) == (2, True, "agent")


def test_a_transfer_after_the_answer_adds_no_turns() -> None:
    assert read(turn(1), answer("a"), turn(2), turn(3), transfer()).turns == 1


def test_a_call_never_located_counts_all_its_turns() -> None:
    record = read(turn(1), turn(2), turn(3), GONE)
    assert (record.turns, record.located) == (3, None)


def test_silence_noise_and_backchannels_are_no_turns() -> None:
    nothing: list[Event] = [CallerSilentFor(1), SpeechDiscarded("noise"), SpeechDiscarded("backchannel", "嗯")]
    assert read(nothing, turn(1), nothing, answer("a"), BYE).total_turns == 1


# ---------------------------------------------------------------- located


def test_the_last_location_before_the_answer_counts() -> None:
    record = read(
        turn(), confirm("a"), turn(2), confirm("b"), answer("b", confirmed=True), turn(3), certain("c"), answer("c")
    )  # fmt: skip
    assert (record.located, record.located_how, record.answers) == ("b", "confirmed", ("b", "c"))
    assert record.unconfirmed_answers == ("c",)


def test_certain_is_located_once_the_bot_answers() -> None:
    assert read(turn(), certain("a"), answer("a"), BYE).located == "a"
    assert read(turn(), certain("a"), GONE).located is None


def test_confirmed_is_located_without_an_answer() -> None:
    assert read(turn(), confirm("a"), prompt("supplement"), GONE).located == "a"
    assert read(turn(), confirm("a", "picked"), transfer("a")).located_how == "picked"


def test_a_transfer_locates_only_what_it_names() -> None:
    assert read(turn(), QuestionLocated("a", "transfer", 0.9), transfer("a")).located == "a"
    assert read(turn(), Transferred("agent", "g", None, {"guesses": [{"question": "a", "probability": 0.6}]})).located is None


def test_time_to_located() -> None:
    assert read(turn(), confirm("a"), answer("a", confirmed=True), BYE).located_seconds == 2.0


# ---------------------------------------------------------------- confirmed


@pytest.mark.parametrize("how", ["confirmed", "picked"])
def test_confirmed_before_the_answer(how: str) -> None:
    assert read(turn(), confirm("a", how), answer("a", confirmed=True), BYE).confirmed


def test_confirmed_before_a_transfer() -> None:
    assert read(turn(), confirm("a"), transfer("a")).confirmed


def test_confirmed_in_the_one_prompt_right_after_the_answer() -> None:
    asked = [turn(), certain("a"), *answer("a"), turn(2)]
    assert read(*asked, QuestionConfirmed("a"), BYE).confirmed
    assert not read(*asked, prompt("clear", "a"), turn(3), QuestionConfirmed("a"), BYE).confirmed, "asked a second time"
    assert not read(*asked, prompt("anything_else"), turn(3), QuestionConfirmed("a"), BYE).confirmed, "another prompt"


def test_a_yes_into_the_answer_itself_confirms_nothing() -> None:
    spoken_into = [QuestionAnswered("a", False, 0.9), prompt("answer", "a"), turn(2), QuestionConfirmed("a")]
    assert not read(turn(), certain("a"), *spoken_into, BYE).confirmed


def test_nothing_more_silence_and_hanging_up_confirm_nothing() -> None:
    asked = [turn(), certain("a"), *answer("a")]
    for after in ([turn(2), BYE], [CallerSilentFor(1), BYE], [CallEnded("hung_up", "caller")]):
        assert not read(*asked, *after).confirmed


def test_confirming_another_question_confirms_nothing() -> None:
    assert not read(turn(), certain("a"), QuestionConfirmed("b"), answer("a"), BYE).confirmed


def test_a_question_confirmed_and_then_corrected_is_not_the_one() -> None:
    record = read(turn(), confirm("a"), turn(2), certain("b"), answer("b"), BYE)
    assert (record.located, record.confirmed) == ("b", False)


def test_confirming_the_second_question_does_not_confirm_the_first() -> None:
    record = read(turn(), certain("a"), answer("a"), turn(2), confirm("b"), answer("b", confirmed=True), BYE)
    assert (record.located, record.confirmed) == ("a", False)


# ---------------------------------------------------------------- what was withdrawn or never came to be


def test_a_withdrawn_turn_never_happened() -> None:
    record = read(
        turn(), certain("a"), answer("a"), TurnRejoined(True), turn(), certain("b"), answer("b"), BYE
    )  # fmt: skip
    assert (record.located, record.answers, record.total_turns) == ("b", ("b",), 1)


def test_a_turn_withdrawn_twice() -> None:
    first: list[Event] = [SpeechEnded("complete", 1.0), turn(), certain("a"), *answer("a")]
    record = read(first, TurnRejoined(True), first, TurnRejoined(False), first, BYE)
    assert (record.answers, record.total_turns) == (("a",), 1)


def test_keys_after_a_spoken_turn_are_withdrawn_with_it() -> None:
    spoken: list[Event] = [SpeechEnded("incomplete", 1.0), turn(1)]
    record = read(spoken, turn(2, keys=True), TurnRejoined(False), spoken, answer("a"), BYE)
    assert record.total_turns == 1


def test_an_earlier_turn_stays_when_a_later_one_is_withdrawn() -> None:
    record = read(turn(1), confirm("a"), SpeechEnded("complete", 1.0), turn(2), TurnRejoined(False), GONE)
    assert (record.total_turns, record.located) == (1, "a")


def test_an_answer_that_never_began_is_none() -> None:
    """The caller hung up: what they were saying was still handed over, and the dialogue would have answered."""
    late = [SpeechEnded("hangup", 1.0), turn(), certain("a"), QuestionAnswered("a", False, 0.9)]
    record = read(*late, CallEnded("hung_up", "caller"))
    assert (record.outcome, record.answers, record.located, record.turns) == ("abandoned", (), None, 1)


def test_an_answer_flushed_before_it_began_counts_when_it_is_begun() -> None:
    flushed = [QuestionAnswered("a", False, 0.9), prompt("read_back"), PromptStopped("read_back", "read_back", "", 0.3, 2)]
    record = read(turn(), certain("a"), flushed, turn(2), answer("a"), BYE)
    assert (record.answers, record.turns, record.located) == (("a",), 2, "a")


# ---------------------------------------------------------------- the rest


def test_a_guess_said_twice_is_one_guess() -> None:
    guess = prompt("proactive_guess", "a")
    record = read(guess, CallerSilentFor(1), guess, turn(), GuessAnswered("a", True, 0.8), confirm("a"), GONE)
    assert (record.guesses_made, len(record.guesses)) == (1, 1)


def test_a_guess_that_the_caller_forestalled_was_never_made() -> None:
    record = read(prompt("greet"), turn(), GuessAnswered("a", False, 0.6), certain("b"), answer("b"), BYE)
    assert (record.guesses_made, record.guesses) == (0, ())


def test_the_last_word_on_an_answer_counts() -> None:
    assert read(answer("a"), AnswerJudged("a", True), BYE).accepted_answers == {"a"}
    assert not read(answer("a"), AnswerJudged("a", True), AnswerJudged("a", False), BYE).accepted_answers


def test_survey() -> None:
    assert read(answer("a"), SurveyAnswered(5, True), BYE).survey_top is True
    assert read(answer("a"), BYE).survey_top is None


def test_a_log_without_its_head_is_refused() -> None:
    with pytest.raises(VoicebotError, match="CallOpened"):
        call_record([])
    with pytest.raises(VoicebotError, match="CallOpened"):
        call_record(log(turn())[1:])


@pytest.mark.parametrize("labels", [{"true_question": ["a"]}, {"also_asks": "a"}, {"also_asks": [[]]}])
def test_labels_that_are_none_are_refused(labels: dict[str, object]) -> None:
    with pytest.raises(VoicebotError, match="label"):
        read(GONE, **labels)


_EVENTS = st.sampled_from([
    turn(), turn(keys=True), certain("a"), certain("b"), *confirm("a"), *answer("a"), *answer("b"), prompt("answer"),
    prompt("clear", "b"),
    TurnRejoined(True), SpeechEnded("complete", 1.0), *transfer("a"), AnswerJudged("a", True), prompt("proactive_guess", "a"),
    GuessAnswered("a", False, 0.4), BYE, GONE, CallEnded("hung_up", "caller"),
])  # fmt: skip


@given(st.lists(_EVENTS, max_size=14))
def test_records_of_any_log_are_consistent(events: list[Event]) -> None:
    record = read(*events)
    assert 0 <= record.turns <= record.total_turns
    assert record.located is not None or not record.confirmed
    assert len(record.unconfirmed_answers) <= len(record.answers)
    assert record.outcome not in ("self_service", "hung_up") or record.answers
    assert record.located_seconds is None or record.located_seconds <= record.seconds
