"""Slots: asked for, read back, corrected, said too early, not known."""

import pytest

from voicebot.events import (
    QuestionAnswered,
    SlotFilled,
)
from voicebot.types import DialogueAct

from .helpers import (
    NO,
    about,
    act,
    digits,
    talk,
    unsure,
)

both = pytest.mark.parametrize("language", ["zh-CN", "en-US"])


@both
def test_a_slot_is_asked_for_read_back_and_filled(language):
    call = talk(language)
    call.say(about("card_unbind", 0.97))
    assert call.expectation.kind == "digits"
    assert call.expectation.length == 4
    assert call.expectation.slot == "card_tail"
    call.say(digits("1234"))
    assert call.event(SlotFilled).value == "1234"
    assert "read_back" in call.acts
    assert call.acts[-2:] == ["answer", "clear"]
    spoken = next(prompt.spoken for prompt in call.turns[-1] if prompt.act == "read_back")
    assert ("幺二三四" if language == "zh-CN" else "1 2 3 4") in spoken


def test_a_value_said_before_it_was_asked_for_is_used():
    call = talk()
    told = about("card_unbind", 0.97)
    call.say(type(told)(told.text, questions=told.questions, slots=digits("1234").slots, residue=told.residue))
    assert call.event(SlotFilled).value == "1234"
    assert call.event(QuestionAnswered).question == "card_unbind"


def test_a_value_half_heard_is_asked_back():
    call = talk()
    call.say(about("card_unbind", 0.97))
    call.say(unsure(digits("1234"), 0.6))
    assert call.asks.act == "read_back"
    assert call.events(SlotFilled) == []
    call.say(NO)
    assert call.asks.act == "supplement"
    call.say(digits("5678"))
    assert call.event(SlotFilled).value == "5678"


def test_a_corrected_value_in_one_breath():
    call = talk()
    call.say(about("card_unbind", 0.97))
    call.say(unsure(digits("1234"), 0.6))
    call.say(act(DialogueAct.DENY, slots=digits("5678").slots))
    assert call.event(SlotFilled).value == "5678"


def test_keys_fill_a_slot_and_too_few_do_not():
    call = talk()
    call.say(about("card_unbind", 0.97))
    call.keys("12")
    assert call.events(SlotFilled) == []
    assert call.asks.act == "supplement"
    call.keys("1234")
    assert call.event(SlotFilled).value == "1234"


def test_who_does_not_know_the_value_gets_the_answer_without_it():
    call = talk()
    call.say(about("card_unbind", 0.97))
    call.say(act(DialogueAct.DONT_KNOW))
    assert call.event(QuestionAnswered).question == "card_unbind"
