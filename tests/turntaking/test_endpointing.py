"""The endpointer: seconds and flags in, reasons out."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from voicebot.turntaking.endpointing import BLIP_SECONDS, DIGITS_FACTOR, NUMBER_FACTOR, Endpointer
from voicebot.types import FRAME_SECONDS, Completion, Expectation, Timeouts


def seconds_until_over(endpointer: Endpointer, completion: Completion, limit: float = 60.0) -> tuple[float, str | None]:
    passed = 0.0
    while passed < limit:
        passed += FRAME_SECONDS
        reason = endpointer.process(FRAME_SECONDS, is_speech=False, completion=completion)
        if reason is not None:
            return passed, reason
    return passed, None


def after_speech(expectation: Expectation | None = None, seconds: float = 1.0) -> Endpointer:
    endpointer = Endpointer(expectation)
    endpointer.start()
    for _ in range(round(seconds / FRAME_SECONDS)):
        assert endpointer.process(FRAME_SECONDS, is_speech=True, completion=Completion.INCOMPLETE) is None
    return endpointer


def test_a_complete_answer_is_over_after_completetimeout() -> None:
    passed, reason = seconds_until_over(after_speech(), Completion.COMPLETE)
    assert reason == "complete"
    assert passed == pytest.approx(Timeouts().completetimeout, abs=FRAME_SECONDS)


def test_an_incomplete_one_waits_for_incompletetimeout() -> None:
    passed, reason = seconds_until_over(after_speech(), Completion.INCOMPLETE)
    assert reason == "incomplete"
    assert passed == pytest.approx(Timeouts().incompletetimeout, abs=FRAME_SECONDS)


def test_words_that_could_go_either_way_wait_in_between() -> None:
    passed, _ = seconds_until_over(after_speech(), Completion.UNKNOWN)
    assert Timeouts().completetimeout < passed < Timeouts().incompletetimeout


def test_digits_that_may_go_on_wait_longest() -> None:
    passed, _ = seconds_until_over(after_speech(Expectation(kind="digits")), Completion.DIGITS)
    assert passed == pytest.approx(Timeouts().incompletetimeout * DIGITS_FACTOR, abs=FRAME_SECONDS)
    assert passed > 1.2, "people pause up to 1.2 s between the groups of a number"


def test_a_number_of_the_right_length_waits_a_little_longer_than_another_answer() -> None:
    passed, reason = seconds_until_over(after_speech(Expectation(kind="phone")), Completion.COMPLETE)
    assert reason == "complete"
    assert passed == pytest.approx(Timeouts().completetimeout * NUMBER_FACTOR, abs=FRAME_SECONDS)


def test_the_packs_timeouts_are_used() -> None:
    expectation = Expectation(timeouts=Timeouts(completetimeout=0.5, incompletetimeout=2.0))
    assert seconds_until_over(after_speech(expectation), Completion.COMPLETE)[0] == pytest.approx(0.5, abs=FRAME_SECONDS)
    assert seconds_until_over(after_speech(expectation), Completion.INCOMPLETE)[0] == pytest.approx(2.0, abs=FRAME_SECONDS)


def test_words_that_become_complete_in_the_silence_end_it_at_once() -> None:
    endpointer = after_speech()
    for _ in range(20):
        assert endpointer.process(FRAME_SECONDS, is_speech=False, completion=Completion.INCOMPLETE) is None
    assert endpointer.process(FRAME_SECONDS, is_speech=False, completion=Completion.COMPLETE) == "complete"


def test_a_blip_in_the_silence_does_not_break_it() -> None:
    endpointer = after_speech()
    for _ in range(10):
        endpointer.process(FRAME_SECONDS, is_speech=False, completion=Completion.INCOMPLETE)
    endpointer.process(FRAME_SECONDS, is_speech=True, completion=Completion.INCOMPLETE)
    passed, _ = seconds_until_over(endpointer, Completion.INCOMPLETE)
    assert passed < Timeouts().incompletetimeout - 0.15


def test_a_word_in_the_silence_breaks_it() -> None:
    endpointer = after_speech()
    for _ in range(10):
        endpointer.process(FRAME_SECONDS, is_speech=False, completion=Completion.INCOMPLETE)
    for _ in range(round(BLIP_SECONDS / FRAME_SECONDS) + 1):
        endpointer.process(FRAME_SECONDS, is_speech=True, completion=Completion.INCOMPLETE)
    passed, _ = seconds_until_over(endpointer, Completion.INCOMPLETE)
    assert passed == pytest.approx(Timeouts().incompletetimeout, abs=FRAME_SECONDS)


def test_nobody_speaks_longer_than_maxspeechtimeout() -> None:
    endpointer = Endpointer(Expectation(timeouts=Timeouts(maxspeechtimeout=3.0)))
    endpointer.start()
    reasons = [endpointer.process(FRAME_SECONDS, is_speech=True, completion=Completion.UNKNOWN) for _ in range(151)]
    assert reasons.index("maxspeech") == pytest.approx(150, abs=1)


def test_a_new_utterance_starts_afresh() -> None:
    endpointer = after_speech()
    seconds_until_over(endpointer, Completion.COMPLETE)
    endpointer.start(voiced=0.06)
    assert endpointer.silence == 0.0
    assert endpointer.voiced == pytest.approx(0.06)


@given(st.lists(st.tuples(st.booleans(), st.sampled_from(list(Completion))), max_size=200))
def test_silence_always_ends_a_turn_and_never_before_completetimeout(frames: list[tuple[bool, Completion]]) -> None:
    endpointer = Endpointer()
    endpointer.start()
    quiet = 0.0
    for speech, completion in frames:
        quiet = 0.0 if speech else quiet + FRAME_SECONDS
        reason = endpointer.process(FRAME_SECONDS, speech, completion)
        if reason in ("complete", "incomplete"):
            assert endpointer.silence >= Timeouts().completetimeout - 1e-6
    assert seconds_until_over(endpointer, Completion.DIGITS)[1] is not None
