"""The one-shot system: one question, an answer or an agent."""

import pytest

from voicebot.dialogue.one_shot import MISSES, OneShot
from voicebot.dialogue.states import IllegalTriggerError
from voicebot.events import CallerTurnTaken, QuestionAnswered, QuestionConfirmed, QuestionLocated, Transferred
from voicebot.types import CallStarted

from .helpers import AGENT, CLEAR, DONE, NO, NOTHING, WARM, Talk, about, talk, vague


def one_shot(language: str = "zh-CN") -> Talk:
    return talk(language, system=OneShot)


@pytest.mark.parametrize("language", ["zh-CN", "en-US"])
def test_a_clear_question_is_answered_and_confirmed_after_it(language):
    call = one_shot(language)
    assert call.acts == ["greet", "ask"]
    call.say(about("huabei_repay", 0.9))
    assert call.acts == ["answer", "clear"]
    assert call.event(QuestionLocated).how == "certain"
    assert not call.event(QuestionAnswered).confirmed
    call.say(CLEAR)
    assert call.event(QuestionConfirmed)
    assert call.outcome == "self_service"


def test_a_vague_turn_is_transferred_without_a_question():
    call = one_shot()
    call.say(vague("huabei_repay", "huabei_prepay"))
    assert call.event(Transferred).question is None
    assert call.events(QuestionAnswered) == []


def test_it_never_guesses():
    assert talk(prior=WARM, system=OneShot).acts == ["greet", "ask"]


@pytest.mark.parametrize("said", [NOTHING, None])
def test_misses_end_in_a_transfer(said):
    call = one_shot()
    for _ in range(MISSES):
        call.silence() if said is None else call.say(said)
    assert call.outcome == "agent"


def test_an_agent_is_reached_at_once():
    call = one_shot()
    call.say(AGENT)
    assert call.event(Transferred).reason == "agent"


def test_a_disputed_answer_goes_to_an_agent_and_nothing_more_confirms_nothing():
    disputed, done = one_shot(), one_shot()
    for call in (disputed, done):
        call.say(about("huabei_repay", 0.9))
    disputed.say(NO)
    done.say(DONE)
    assert (disputed.outcome, done.outcome) == ("agent", "self_service")
    assert done.events(QuestionConfirmed) == []


def test_a_turn_can_be_withdrawn_and_a_second_start_is_refused():
    call = one_shot()
    before = call.conversation.snapshot()
    call.say(vague("huabei_repay", "huabei_prepay"))
    call.conversation.restore(before)
    call.say(about("huabei_repay", 0.9))
    assert call.event(QuestionAnswered)
    assert [event.number for event in call.events(CallerTurnTaken)] == [1, 1]
    with pytest.raises(IllegalTriggerError):
        call.conversation.on(CallStarted(), 1.0)
