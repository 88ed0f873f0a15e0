"""Callers understand the bot from its words alone."""

import pytest

from voicebot.dialogue.catalogue import Catalogue
from voicebot.dialogue.prompts import Phrasebook
from voicebot.hotlines import load_hotline
from voicebot.simulation.ear import Ear
from voicebot.types import LANGUAGES

SAID = [
    ("zh-CN", "您是想问花呗还款失败的问题吗？", "is_it", ("huabei_repayment_failed",)),
    ("zh-CN", "是借呗还款，还是花呗提前还款？", "which", ("jiebei_repayment", "huabei_early_repayment")),
    ("zh-CN", "第一，忘记密码；第二，更换手机号。是哪一个？", "which", ("password_reset", "phone_number_change")),
    ("zh-CN", "关于花呗分期：在账单里点分期。", "answer", ("huabei_installments",)),
    ("zh-CN", "花呗分期的问题，这样清楚了吗？", "clear", ("huabei_installments",)),
    ("zh-CN", "请问还有其他问题吗？", "more", ()),
    ("zh-CN", "请说一下卡号后四位。", "value", ()),
    ("zh-CN", "我记下的卡号后四位是1234，对吗？", "value_right", ()),
    ("zh-CN", "是3500元，对吗？", "value_right", ()),
    ("zh-CN", "不好意思，我没听清。", "not_heard", ()),
    ("zh-CN", "花呗借呗，请按1。", "menu_option", ()),
    ("zh-CN", "好的，这就为您转接人工客服，请稍等。", "end", ()),
    ("en-US", "How can I help you?", "describe", ()),
    ("en-US", "Is there anything else I can help you with?", "more", ()),
    ("en-US", "Shall I connect you to an agent?", "agent", ()),
]


@pytest.fixture(scope="module")
def ears():
    return {language: Ear(load_hotline("hotline_95188", language)) for language in LANGUAGES}


@pytest.mark.parametrize(("language", "text", "wants", "questions"), SAID)
def test_sentences(ears, language, text, wants, questions):
    understood = ears[language].understand(text, True)
    assert understood.wants == wants
    assert understood.questions == questions


@pytest.mark.parametrize("language", LANGUAGES)
def test_every_wording_names_what_it_was_filled_with(ears, language):
    """Whatever the dialogue can say to name a question, a caller finds the question in it."""
    hotline = load_hotline("hotline_95188", language)
    catalogue, phrasebook = Catalogue(hotline), Phrasebook(Catalogue(hotline))
    for template in ("proactive_guess", "confirm", "clear", "brief_confirm"):
        for wording in phrasebook.variants(template):
            for question in hotline.questions:
                text = wording.replace("{question}", catalogue.title(question))
                understood = ears[language].understand(text[:1].upper() + text[1:], True)
                assert understood.questions == (question,), text
                assert understood.wants == ("clear" if template == "clear" else "is_it"), text


def test_values_and_slots_are_heard(ears):
    heard = ears["zh-CN"].understand("我记下的卡号后四位是1234，对吗？", True)
    assert (heard.slot, heard.value) == ("卡号后四位", "1234")
    option = ears["zh-CN"].understand("花呗借呗，请按1。", True)
    assert (option.title, option.value) == ("花呗借呗", "1")


def test_of_a_sentence_that_was_cut_off_only_what_was_heard_counts(ears):
    ear = ears["zh-CN"]
    assert ear.understand("您是想问花呗还款失", False).questions == ()
    assert ear.understand("关于花呗分期：在账单", False).questions == ("huabei_installments",)
    assert ear.understand("关于花呗分期：在账单", False).wants == "answer"
    assert not ear.understand("请问有什么可", False).whole


def test_longer_names_win(ears):
    assert ears["zh-CN"].named("花呗提前还款和借呗还款") == ("huabei_early_repayment", "jiebei_repayment")
