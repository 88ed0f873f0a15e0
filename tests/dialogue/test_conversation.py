"""Whole talks: what a caller does on the left, what must come of it on the right."""

from dataclasses import replace

import pytest

from voicebot.dialogue.states import IllegalTriggerError
from voicebot.events import (
    AnswerJudged,
    CallerTurnTaken,
    Decided,
    GuessAnswered,
    QuestionAnswered,
    QuestionConfirmed,
    QuestionLocated,
)
from voicebot.types import OTHER, CallStarted, DialogueAct, Expect, Understanding

from .helpers import (
    CLEAR,
    DONE,
    NO,
    TITLES,
    WARM,
    YES,
    about,
    act,
    digits,
    talk,
    unsure,
    vague,
)

both = pytest.mark.parametrize("language", ["zh-CN", "en-US"])


# ---------------------------------------------------------------- the straight ways


@both
def test_a_clear_question_is_answered_after_one_turn_and_confirmed_in_the_prompt_after_it(language):
    call = talk(language)
    assert call.acts == ["greet", "ask"]
    call.say(about("huabei_repay", 0.97))
    assert call.acts == ["answer", "clear"]
    assert call.asks.question == "huabei_repay"
    assert TITLES[language]["huabei_repay"] in call.asks.text
    assert call.event(QuestionLocated).how == "certain"
    assert not call.event(QuestionAnswered).confirmed
    assert call.events(QuestionConfirmed) == []
    call.say(CLEAR)
    assert call.event(QuestionConfirmed).question == "huabei_repay"
    assert call.event(AnswerJudged).accepted
    assert call.acts == ["anything_else"]
    call.say(DONE)
    assert call.acts == ["goodbye"]
    assert call.outcome == "self_service"


@both
def test_a_guess_that_is_right_answers_after_one_yes(language):
    call = talk(language, WARM)
    assert call.acts == ["greet", "proactive_guess"]
    assert call.asks.question == "huabei_repay"
    assert call.expectation.kind == "yesno"
    call.say(YES)
    assert call.acts == ["answer", "clear"]
    assert call.event(GuessAnswered).accepted
    assert call.event(QuestionLocated).how == "confirmed"
    assert call.event(QuestionAnswered).confirmed
    assert len(call.events(CallerTurnTaken)) == 1


def test_a_wrong_guess_is_withdrawn_and_the_question_asked_openly():
    call = talk(prior=WARM)
    call.say(NO)
    assert not call.event(GuessAnswered).accepted
    assert call.asks.act == "ask"
    assert call.conversation.belief.p("huabei_repay") == 0.0
    call.say(about("jiebei_repay", 0.97))
    assert call.event(QuestionAnswered).question == "jiebei_repay"


def test_a_correction_in_one_breath_is_answered_at_once():
    call = talk(prior=WARM)
    call.say(about("jiebei_repay", 0.9, DialogueAct.DENY, also={"huabei_repay": 0.08}))
    assert not call.event(GuessAnswered).accepted
    assert call.event(QuestionAnswered).question == "jiebei_repay"


def test_naming_the_guessed_question_accepts_the_guess():
    call = talk(prior=WARM)
    call.say(about("huabei_repay", 0.9))
    assert call.event(GuessAnswered).accepted
    assert call.event(QuestionLocated).how == "confirmed"


def test_a_likely_question_is_confirmed_before_it_is_answered():
    call = talk()
    call.say(about("huabei_repay", 0.8))
    assert call.asks.act == "confirm"
    assert call.events(QuestionAnswered) == []
    call.say(YES)
    assert call.event(QuestionAnswered).confirmed


def test_who_cannot_be_understood_is_offered_the_nearest_questions_once_before_an_agent():
    outside = about("huabei_repay", 0.02, also={OTHER: 0.93, "jiebei_repay": 0.02})
    call = talk()
    for _ in range(2):
        call.say(outside)
    assert call.acts == ["clarify"]
    assert {"huabei_repay", "jiebei_repay"} <= set(call.events(Decided)[-1].questions)
    call.say(NO)
    assert call.outcome == "agent"


def test_misheard_thanks_after_an_answer_are_no_new_question():
    call = talk()
    call.say(about("huabei_repay", 0.97))
    before = len(call.turns)
    call.say(about("card_lost", 0.3, confidence=0.3))
    assert len(call.turns) == before + 1
    assert call.asks.act == "clear"
    call.say(about("card_lost", 0.3, confidence=0.9))
    assert call.asks.act == "clear"


def test_longer_words_after_an_answer_that_name_no_question_are_a_new_one():
    call = talk()
    call.say(about("huabei_repay", 0.97))
    call.say(replace(about("card_lost", 0.3, confidence=0.9), text="我还想问问上个月在外地丢的那个东西"))
    assert call.asks.act in ("guide", "clarify", "confirm")


def test_going_back_into_a_slot_finds_the_question_it_belongs_to():
    call = talk()
    call.say(about("card_unbind", 0.97))
    assert call.acts == ["supplement"]
    call.say(about("huabei_limit", 0.8))
    assert call.acts == ["confirm"]
    call.say(act(DialogueAct.BACK))
    assert "supplement" in call.acts
    call.say(digits("1234"))
    assert "answer" in call.acts


def test_words_half_heard_are_no_turn_to_act_on():
    call = talk()
    call.say(unsure(about("huabei_repay", 0.98), 0.04))
    assert call.acts == ["nomatch", "ask"]
    assert call.conversation.belief.p("huabei_repay") == pytest.approx(1 / 7)


def test_giving_up_is_no_mere_no():
    call = talk()
    call.say(about("huabei_repay", 0.8))
    call.say(Understanding("算了", acts={DialogueAct.CANCEL: 0.97, DialogueAct.DENY: 0.75}))
    assert call.asks.act == "anything_else"
    assert call.expectation.slot == "anything_else"


# ---------------------------------------------------------------- the machine


def test_an_illegal_input_raises_and_changes_nothing():
    call = talk()
    before, logged = call.conversation.snapshot(), len(call.log)
    with pytest.raises(IllegalTriggerError):
        call.conversation.on(CallStarted(), 1.0)
    assert call.conversation.snapshot() is before
    assert len(call.log) == logged


def test_nothing_is_heard_before_the_call_starts():
    call = talk(opened=False)
    with pytest.raises(IllegalTriggerError):
        call.say(YES)


def test_a_withdrawn_turn_leaves_no_trace_in_the_dialogue():
    call = talk()
    before = call.conversation.snapshot()
    call.say(vague("huabei_repay", "huabei_prepay"))
    call.conversation.restore(before)
    call.say(about("jiebei_repay", 0.97))
    assert call.event(QuestionAnswered).question == "jiebei_repay"
    assert [event.number for event in call.events(CallerTurnTaken)] == [1, 1]


def test_played_prompts_leave_the_floor_as_it_is():
    call = talk()
    assert call.played() == []
    assert not any(isinstance(action, Expect) for action in call.actions)
