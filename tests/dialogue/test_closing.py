"""After the answer: clear, disputed, interrupted, more, goodbye."""

import pytest

from voicebot.dialogue.steps import unheard
from voicebot.events import (
    AnswerJudged,
    QuestionAnswered,
    QuestionConfirmed,
    SurveyAnswered,
    Transferred,
)
from voicebot.types import DialogueAct, Prompt

from .helpers import (
    CLEAR,
    DONE,
    NO,
    NOTHING,
    TITLES,
    WARM,
    YES,
    Talk,
    about,
    act,
    digits,
    heard,
    pack,
    talk,
)

both = pytest.mark.parametrize("language", ["zh-CN", "en-US"])


# ---------------------------------------------------------------- after the answer


def test_a_disputed_answer_offers_the_close_rival_then_an_agent():
    call = talk(answer=0.55)
    call.say(about("huabei_repay", 0.6, also={"huabei_prepay": 0.3}))
    assert call.event(QuestionAnswered).question == "huabei_repay"
    call.say(act(DialogueAct.NOT_UNDERSTOOD))
    assert not call.event(AnswerJudged).accepted
    assert call.asks.act in ("confirm", "clarify")
    call.say(YES if call.asks.act == "confirm" else act(DialogueAct.CHOOSE_FIRST))
    assert call.events(QuestionAnswered)[-1].question == "huabei_prepay"


def test_a_confirmed_answer_that_did_not_help_offers_an_agent():
    call = talk(prior=WARM)
    call.say(YES)
    call.say(act(DialogueAct.NOT_UNDERSTOOD))
    assert call.asks.act == "offer_agent"
    call.say(YES)
    assert call.event(Transferred).reason == "offered"


def test_the_answer_to_the_wrong_question_is_corrected():
    call = talk()
    call.say(about("huabei_repay", 0.97))
    call.say(about("jiebei_repay", 0.95, DialogueAct.DENY))
    assert not call.event(AnswerJudged).accepted
    assert call.events(QuestionAnswered)[-1].question == "jiebei_repay"


def test_thanks_accept_the_answer_confirm_nothing_and_end_the_call():
    call = talk()
    call.say(about("huabei_repay", 0.97))
    call.say(act(DialogueAct.THANKS))
    assert call.event(AnswerJudged).accepted
    assert call.events(QuestionConfirmed) == []
    assert call.outcome == "self_service"


def test_clear_and_thanks_ends_early():
    call = talk()
    call.say(about("huabei_repay", 0.97))
    call.say(act(DialogueAct.UNDERSTOOD, DialogueAct.THANKS))
    assert call.event(QuestionConfirmed)
    assert call.outcome == "self_service"


def test_nothing_more_right_after_the_answer_confirms_nothing():
    call = talk()
    call.say(about("huabei_repay", 0.97))
    call.say(act(DialogueAct.DENY, DialogueAct.DONE, text="没有了"))
    assert call.events(QuestionConfirmed) == []
    assert call.outcome == "self_service"


def test_a_question_that_comes_to_mind_during_the_goodbye_is_heard():
    call = talk()
    call.say(about("huabei_repay", 0.97))
    call.say(act(DialogueAct.UNDERSTOOD, DialogueAct.THANKS))
    call.say(about("jiebei_repay", 0.97))
    assert call.outcome is None
    assert call.events(QuestionAnswered)[-1].question == "jiebei_repay"


def test_whatever_is_said_after_a_transfer_ends_the_call_all_the_same():
    call = talk()
    call.say(act(DialogueAct.RISK))
    call.say(YES)
    assert call.outcome == "agent"


def test_cancelling_drops_the_question():
    call = talk()
    call.say(about("card_unbind", 0.97))
    call.say(act(DialogueAct.CANCEL))
    assert call.asks.act == "anything_else"
    call.say(DONE)
    assert call.outcome == "closed"


@pytest.mark.parametrize(("before", "outcome"), [([], "abandoned"), ([about("huabei_repay", 0.97)], "hung_up")])
def test_hanging_up(before, outcome):
    call = talk()
    for said in before:
        call.say(said)
    call.hang_up()
    assert call.outcome == outcome


# ---------------------------------------------------------------- interrupted answers


def test_clear_into_the_answer_accepts_it_but_confirms_nothing():
    call = talk()
    call.say(about("huabei_repay", 0.97))
    answer = next(prompt for prompt in call.prompts if prompt.act == "answer")
    call.say(CLEAR, heard(answer, answer.text[:8]))
    assert call.events(QuestionConfirmed) == []
    assert call.event(AnswerJudged).accepted


def test_noise_into_the_answer_goes_on_with_it():
    call = talk()
    call.say(about("huabei_repay", 0.97))
    answer = next(prompt for prompt in call.prompts if prompt.act == "answer")
    call.say(NOTHING, heard(answer, answer.text[:4]))
    assert answer.text in [prompt.text for prompt in call.turns[-1]]
    assert call.acts[-2:] == ["answer", "clear"]
    assert len(call.events(QuestionAnswered)) == 1


def test_a_yes_into_the_beginning_of_an_answer_is_a_sign_of_listening():
    call = talk()
    call.say(about("huabei_repay", 0.97))
    answer = next(prompt for prompt in call.prompts if prompt.act == "answer")
    call.say(YES, heard(answer, answer.text[:3]))
    assert call.events(AnswerJudged) == []
    assert call.acts == ["continue", "answer", "clear"]


def test_a_no_into_an_unconfirmed_answer_means_another_question():
    call = talk()
    call.say(about("huabei_repay", 0.97))
    answer = next(prompt for prompt in call.prompts if prompt.act == "answer")
    call.say(NO, heard(answer, answer.text[:8]))
    assert not call.event(AnswerJudged).accepted
    assert call.asks.act == "ask"
    assert call.conversation.belief.p("huabei_repay") == 0.0


def test_an_answer_goes_on_from_the_sentence_it_was_cut_off_in():
    prompt = Prompt("answer", "answer", "先打开应用。再点还款。最后确认。", "")
    assert unheard(heard(prompt, "先打开应用。再点")) == "再点还款。最后确认。"
    assert unheard(heard(prompt, "先打")) == prompt.text


def test_good_and_thanks_after_anything_else_is_goodbye():
    call = talk()
    call.say(about("huabei_repay", 0.97))
    call.say(CLEAR)
    call.say(act(DialogueAct.AFFIRM, DialogueAct.THANKS))
    assert call.acts == ["goodbye"]


def test_a_disputed_answer_offers_what_the_pack_says_is_meant_instead():
    hotline = pack()
    related = hotline.questions["huabei_repay"].model_copy(update={"related": ("huabei_limit", "jiebei_repay")})
    call = talk(hotline=hotline.model_copy(update={"questions": {**hotline.questions, "huabei_repay": related}}))
    call.say(about("huabei_repay", 0.99))
    call.say(act(DialogueAct.NOT_UNDERSTOOD))
    assert call.asks.act == "clarify"
    assert call.expectation.phrases == (TITLES["zh-CN"]["huabei_limit"], TITLES["zh-CN"]["jiebei_repay"])


def test_a_yes_to_anything_else_begins_with_the_prior_again():
    call = talk()
    call.say(about("huabei_repay", 0.97))
    call.say(CLEAR)
    call.say(YES)
    assert call.acts == ["ask"]
    call.say(about("jiebei_repay", 0.95))
    assert [event.question for event in call.events(QuestionAnswered)] == ["huabei_repay", "jiebei_repay"]


def test_what_was_answered_or_denied_before_is_not_answered_again_unasked():
    call = talk()
    call.say(about("huabei_repay", 0.6))
    call.say(NO)
    call.say(about("jiebei_repay", 0.99))
    call.say(YES if call.asks.act == "confirm" else CLEAR)
    call.say(CLEAR)
    for question in ("huabei_repay", "jiebei_repay"):
        call.say(about(question, 0.99))
        assert (call.asks.act, call.asks.question) == ("confirm", question)
        call.say(NO)
    assert len(call.events(QuestionAnswered)) == 1


# ---------------------------------------------------------------- survey


def surveyed() -> Talk:
    call = talk(hotline=pack(survey=True))
    call.say(about("huabei_repay", 0.97))
    call.say(act(DialogueAct.UNDERSTOOD, DialogueAct.THANKS))
    assert call.acts == ["survey"]
    return call


@pytest.mark.parametrize(("keys", "top"), [("5", True), ("3", False)])
def test_a_survey_is_answered_by_key(keys, top):
    call = surveyed()
    call.keys(keys)
    assert call.event(SurveyAnswered).score == int(keys)
    assert call.event(SurveyAnswered).top is top
    assert call.outcome == "self_service"


def test_a_survey_is_answered_in_words():
    call = surveyed()
    call.say(digits("4"))
    assert call.event(SurveyAnswered).score == 4


@pytest.mark.parametrize("said", [DONE, NOTHING, NO, None])
def test_a_survey_is_never_insisted_on(said):
    call = surveyed()
    call.silence() if said is None else call.say(said)
    assert call.events(SurveyAnswered) == []
    assert call.outcome == "self_service"


def test_a_question_instead_of_a_score_is_answered():
    call = surveyed()
    call.say(about("jiebei_repay", 0.97))
    assert call.events(QuestionAnswered)[-1].question == "jiebei_repay"
