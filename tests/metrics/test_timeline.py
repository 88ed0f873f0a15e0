"""A call laid out in time."""

import pytest

from tests.metrics.helpers import BYE, log, turn
from voicebot.events import (
    BeliefChanged,
    CallEnded,
    Hushed,
    KeyPressed,
    PartialHeard,
    Paused,
    PromptFinished,
    PromptStarted,
    PromptStopped,
    Recognized,
    Resumed,
    SpeechDiscarded,
    SpeechEnded,
    SpeechStarted,
    TurnRejoined,
)
from voicebot.metrics.timeline import timeline

# events of these logs are a second apart, the first one second after the call opened
SAY = PromptStarted("ask", "ask", "您好")


def test_a_prompt_lasts_until_it_is_finished() -> None:
    (prompt,) = timeline(log(SAY, PromptFinished("ask", "ask"), BYE)).prompts
    assert (prompt.start, prompt.end, prompt.stopped) == (1.0, 2.0, None)


def test_hush_pause_resume_and_stop() -> None:
    events = [SAY, Hushed("ask"), Resumed("ask", "您"), Hushed("ask"), Paused("ask"), PromptStopped("ask", "ask", "您", 0.5)]
    (prompt,) = timeline(log(*events, BYE)).prompts
    assert [(quiet.kind, quiet.start, quiet.end) for quiet in prompt.quiet] == [("hush", 2, 3), ("hush", 4, 5), ("pause", 5, 6)]
    assert (prompt.resumed, prompt.stopped, prompt.end) == ([3.0], 6.0, 6.0)


def test_a_stop_that_was_taken_up_was_a_pause() -> None:
    events = [SAY, PromptStopped("ask", "ask", "您", 0.5), Resumed("ask", ""), PromptFinished("ask", "ask")]
    (prompt,) = timeline(log(*events, BYE)).prompts
    assert [(quiet.kind, quiet.start, quiet.end) for quiet in prompt.quiet] == [("pause", 2, 3)]
    assert (prompt.resumed, prompt.stopped, prompt.end) == ([3.0], None, 4.0)


def test_what_is_still_going_on_ends_with_the_call() -> None:
    line_up = timeline(log(SAY, Hushed("ask"), SpeechStarted(0.3), CallEnded("abandoned", "caller")))
    assert (line_up.prompts[0].end, line_up.prompts[0].quiet[0].end, line_up.utterances[0].end) == (4.0, 4.0, 4.0)


def test_an_utterance_begins_with_its_preroll_and_its_words_are_placed_in_the_call() -> None:
    heard = [
        SpeechStarted(0.3),
        PartialHeard("花呗"),
        SpeechEnded("complete", 1.0),
        Recognized("花 呗", words=[["花", 0.4, 0.6], ["呗"], []]),
    ]
    (utterance,) = timeline(log(*heard, BYE)).utterances
    assert (utterance.start, utterance.end, utterance.partials) == (pytest.approx(0.7), 3.0, [(2.0, "花呗")])
    assert utterance.words == [("花", pytest.approx(1.1), pytest.approx(1.3))]


def test_noise_is_an_utterance_that_was_discarded() -> None:
    (utterance,) = timeline(log(SpeechStarted(0.3), SpeechDiscarded("noise", "啊"), BYE)).utterances
    assert (utterance.discarded, utterance.text, utterance.handed_over) == ("noise", "啊", [])


def test_a_joined_turn_is_one_utterance() -> None:
    first = [SpeechStarted(0.2), SpeechEnded("complete", 1.0), Recognized("我 想")]
    (utterance,) = timeline(
        log(*first, TurnRejoined(False), SpeechEnded("complete", 4.0), Recognized("我 想 问"), BYE)
    ).utterances
    assert (utterance.handed_over, utterance.rejoined, utterance.end) == ([2.0, 5.0], [4.0], 5.0)
    assert utterance.text == "我 想 问"


def test_a_typed_turn_is_an_utterance_of_its_own() -> None:
    (utterance,) = timeline(log(turn(), BYE)).utterances
    assert (utterance.text, utterance.handed_over, utterance.start < utterance.end) == ("话", [1.0], True)


def test_keys_are_no_utterance() -> None:
    line_up = timeline(log(KeyPressed("1"), turn(keys=True), BYE))
    assert (line_up.keys, line_up.utterances) == ([(1.0, "1")], [])


def test_a_belief_holds_until_the_next_one() -> None:
    line_up = timeline(log(BeliefChanged({"a": 0.5}, "prior"), turn(), BeliefChanged({"a": 0.9}, "evidence"), BYE))
    assert [(belief.start, belief.end, belief.top["a"]) for belief in line_up.beliefs] == [(1.0, 3.0, 0.5), (3.0, 4.0, 0.9)]


def test_strange_orders_do_no_harm() -> None:
    events = [
        PromptFinished("x", "x"),
        Resumed("x", ""),
        Hushed("x"),
        SpeechEnded("x", 1.0),
        SpeechDiscarded("x"),
        TurnRejoined(True),
        Recognized("x"),
        PartialHeard("x"),
        PromptStopped("x", "x", "", 0.0),
    ]
    line_up = timeline(log(*events, *reversed(events)))
    assert (line_up.prompts, line_up.utterances) == ([], [])
    assert timeline([]).seconds == 0.0
