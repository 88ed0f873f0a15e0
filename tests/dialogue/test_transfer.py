"""What an agent gets: who, what about, what was tried, and one paragraph in the call's language."""

import pytest

from voicebot.events import Transferred

from .helpers import AGENT, NO, NOTHING, about, digits, talk, vague


@pytest.mark.parametrize(
    ("language", "words"), [("zh-CN", ["3轮", "可能是", "转接原因"]), ("en-US", ["3 times", "perhaps", "Reason"])]
)
def test_a_best_guess_is_passed_on_as_a_guess(language, words):
    call = talk(language)
    call.say(about("huabei_repay", 0.6))
    call.say(AGENT)
    call.say(AGENT)
    event = call.event(Transferred)
    context = event.context
    assert event.question is None
    assert context["question"] is None
    assert context["guesses"][0]["question"] == "huabei_repay"
    assert event.skill_group == "credit_desk"
    assert "huabei" in str(context["guesses"]).lower()
    assert all(word in context["summary"] for word in words)


def test_what_was_tried_is_told():
    call = talk()
    call.say(vague("huabei_repay", "huabei_prepay"))
    call.say(NO)
    for _ in range(3):
        call.say(NOTHING)
    tried = call.event(Transferred).context["tried"]
    assert tried[0] == "ask"
    assert any(line.startswith("clarify: ") and "花呗还款失败" in line for line in tried)
    assert tried[-1].startswith("transfer")


def test_long_numbers_are_masked_in_the_transcript_and_slots():
    call = talk()
    call.say(about("card_unbind", 0.97))
    call.say(digits("6222020200112233445", "card"))
    call.say(AGENT)
    call.say(AGENT)
    assert "6222020200112233445" not in str(call.event(Transferred))
    assert "3445" in str(call.event(Transferred))
