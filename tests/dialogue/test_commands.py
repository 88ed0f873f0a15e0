"""What works everywhere: silence, words not understood, universal commands, agents."""

import pytest

from voicebot.dialogue.commands import EMPTY_WORDS
from voicebot.dialogue.states import State
from voicebot.events import (
    AnswerJudged,
    QuestionAnswered,
    QuestionConfirmed,
    QuestionLocated,
    Transferred,
)
from voicebot.types import DialogueAct, SpeechRate, Understanding

from .helpers import (
    AGENT,
    CLEAR,
    NOTHING,
    QUESTIONS,
    WARM,
    YES,
    about,
    act,
    digits,
    talk,
    vague,
)

both = pytest.mark.parametrize("language", ["zh-CN", "en-US"])


# ---------------------------------------------------------------- silence and words not understood


@both
def test_silence_escalates_with_different_prompts_and_ends_in_a_transfer(language):
    call = talk(language)
    first, second = call.silence(), call.silence()
    assert {prompt.text for prompt in first}.isdisjoint(prompt.text for prompt in second)
    call.silence()
    assert call.event(Transferred).reason == "noinput"
    assert call.outcome == "agent"


@both
def test_words_not_understood_escalate_and_end_in_a_transfer(language):
    call = talk(language)
    first, second = call.say(NOTHING), call.say(NOTHING)
    assert {prompt.text for prompt in first}.isdisjoint(prompt.text for prompt in second)
    call.say(NOTHING)
    assert call.event(Transferred).reason == "nomatch"


def test_a_good_turn_resets_the_counts():
    call = talk()
    call.say(NOTHING)
    call.say(NOTHING)
    call.say(vague("huabei_repay", "huabei_prepay"))
    call.say(NOTHING)
    call.say(NOTHING)
    assert call.events(Transferred) == []


def test_silence_after_an_answer_ends_the_call_without_confirming():
    call = talk()
    call.say(about("huabei_repay", 0.97))
    call.silence()
    call.silence()
    assert call.outcome == "self_service"
    assert call.events(QuestionConfirmed) == []


def test_a_yes_to_the_second_asking_confirms_nothing():
    call = talk()
    call.say(about("huabei_repay", 0.97))
    call.say(NOTHING)
    call.say(CLEAR)
    assert call.event(AnswerJudged).accepted
    assert call.events(QuestionConfirmed) == []


# ---------------------------------------------------------------- commands


def test_repeat_says_the_answer_again():
    call = talk()
    call.say(about("huabei_repay", 0.97))
    answer = next(prompt.text for prompt in call.prompts if prompt.act == "answer")
    call.say(act(DialogueAct.REPEAT))
    assert answer in [prompt.text for prompt in call.turns[-1]]
    assert len(call.events(QuestionAnswered)) == 1


def test_slower_slows_the_voice_down():
    call = talk()
    call.say(act(DialogueAct.SLOWER))
    (rate,) = [action for action in call.actions if isinstance(action, SpeechRate)]
    assert rate.factor < 1.0


def test_back_leads_to_the_question_before():
    call = talk()
    call.say(vague("huabei_repay", "huabei_prepay"))
    call.say(act(DialogueAct.BACK))
    assert call.asks.act == "ask"
    assert call.conversation.state is State.OPEN


def test_start_over_forgets_what_was_said():
    call = talk()
    call.say(vague("huabei_repay", "huabei_prepay"))
    call.say(act(DialogueAct.START_OVER))
    assert call.asks.act == "ask"
    assert call.conversation.belief.p("huabei_repay") == pytest.approx(1 / 7)


def test_wait_keeps_the_question_on_the_floor_and_waits_longer():
    call = talk(prior=WARM)
    usual = call.expectation.timeouts.noinput
    call.say(act(DialogueAct.WAIT))
    assert call.acts == ["wait"]
    assert call.expectation.timeouts.noinput > usual
    call.say(YES)
    assert call.event(QuestionAnswered).question == "huabei_repay"


def test_the_silence_that_was_asked_for_is_no_silence():
    call = talk(prior=WARM)
    call.say(YES)
    call.say(act(DialogueAct.WAIT))
    call.silence()
    assert call.acts == ["waited", "clear"]
    call.silence()
    assert call.acts == ["anything_else"], "the next one is"


def test_star_repeats_and_zero_asks_for_an_agent():
    call = talk()
    call.keys("*")
    assert call.acts == ["repeat", "ask"]
    call.keys("0")
    assert call.conversation.state is State.BRIEF
    call.keys("0")
    assert call.event(Transferred).reason == "agent"


# ---------------------------------------------------------------- agents


def test_who_asks_for_an_agent_is_asked_once_what_it_is_about():
    call = talk()
    call.say(AGENT)
    assert call.acts == ["brief"]
    call.say(about("huabei_repay", 0.97))
    assert call.event(Transferred).question == "huabei_repay"
    assert call.event(QuestionLocated).how == "transfer"
    assert call.outcome == "agent"


def test_who_answers_the_offer_of_an_agent_by_asking_for_one_is_asked_nothing():
    call = talk()
    for _ in range(EMPTY_WORDS):
        call.say(YES)
    assert call.conversation.state is State.OFFER
    call.say(AGENT)
    assert call.event(Transferred).reason == "offered"


@pytest.mark.parametrize(("briefings", "asked"), [(0, []), (1, ["brief"]), (2, ["brief", "confirm"])])
def test_a_pack_says_how_often_who_asks_for_an_agent_is_asked(briefings, asked):
    call = talk(briefings=briefings)
    acts = []
    call.say(AGENT)
    while call.outcome is None:
        acts += call.acts
        call.say(about("huabei_repay", 0.6))
    assert acts == asked


def test_who_asks_again_goes_at_once_and_nothing_is_located():
    call = talk()
    call.say(AGENT)
    call.say(AGENT)
    assert call.event(Transferred).question is None
    assert call.events(QuestionLocated) == []


def test_a_likely_question_is_confirmed_before_the_transfer():
    call = talk()
    call.say(about("huabei_repay", 0.7, DialogueAct.AGENT))
    assert call.acts == ["confirm"]
    call.say(YES)
    assert call.event(QuestionLocated).how == "confirmed"
    assert call.event(Transferred).skill_group == "credit_desk"


def test_risk_goes_to_an_agent_at_once():
    call = talk(prior=WARM)
    call.say(act(DialogueAct.RISK, text="我的卡被盗刷了"))
    assert call.acts == ["transfer"]
    assert call.event(Transferred).reason == "risk"
    assert call.event(Transferred).skill_group == "security"


def test_a_question_for_agents_is_handed_over_and_named():
    call = talk()
    call.say(about("card_lost", 0.97))
    assert call.event(Transferred).question == "card_lost"
    assert call.event(QuestionLocated).question == "card_lost"


def test_a_transfer_carries_what_is_known():
    call = talk()
    call.say(about("card_unbind", 0.97))
    call.say(digits("1234"))
    call.say(AGENT)
    context = call.event(Transferred).context
    assert context["question"] == "card_unbind"
    assert context["slots"] == {"card_tail": "1234"}
    assert context["profile"] == {"name": "张三"}
    assert [line["leg"] for line in context["transcript"]][:3] == ["bot", "bot", "caller"]
    assert "解绑银行卡" in context["summary"]
    assert "1234" in context["summary"]


def test_words_about_nothing_in_the_catalogue_are_asked_about_once_then_handed_over():
    call = talk()
    call.say(about("other", 0.95))
    assert call.asks.act == "guide"
    call.say(about("other", 0.95))
    assert call.event(Transferred).question is None
    assert call.events(QuestionAnswered) == []


def test_a_command_goes_before_the_no_it_comes_with():
    call = talk()
    call.say(vague(*QUESTIONS[:2]))
    call.say(Understanding(text="不对，重新开始", acts={DialogueAct.DENY: 0.9, DialogueAct.START_OVER: 0.9}))
    assert call.conversation.state is State.OPEN


def test_who_says_yes_to_everything_is_offered_an_agent():
    call = talk()
    for _ in range(3):
        call.say(YES)
    assert call.conversation.state is State.OFFER
