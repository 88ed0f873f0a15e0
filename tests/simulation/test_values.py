"""Numbers as people say them, and whether a number that is read back is theirs."""

import pytest

from voicebot.engine import load_engine
from voicebot.hotlines.schema import Slot
from voicebot.simulation.chance import Chance
from voicebot.simulation.values import number_name, spoken_digits, value_of
from voicebot.types import Expectation, Recognition


@pytest.mark.parametrize(
    ("number", "chinese", "english"),
    [
        (0, "零", "zero"), (7, "七", "seven"), (10, "十", "ten"), (12, "十二", "twelve"), (20, "二十", "twenty"),
        (50, "五十", "fifty"), (105, "一百零五", "one hundred five"), (110, "一百一十", "one hundred ten"),
        (350, "三百五十", "three hundred fifty"), (3500, "三千五百", "three thousand five hundred"),
        (8000, "八千", "eight thousand"), (1001, "一千零一", "one thousand one"),
    ],
)  # fmt: skip
def test_numbers_in_words(number, chinese, english):
    assert number_name(number, "zh-CN") == chinese
    assert number_name(number, "en-US") == english


def test_digits_are_said_in_groups():
    assert spoken_digits("13812345678", "zh-CN") == ("幺三八", "幺二三四", "五六七八")
    assert spoken_digits("1234", "zh-CN") == ("幺二三四",)
    assert spoken_digits("123456", "en-US") == ("one two three four", "five six")


SLOTS = [
    Slot(name="a", title="尾号", kind="digits", length=4),
    Slot(name="b", title="手机号", kind="phone"),
    Slot(name="c", title="卡号", kind="card"),
    Slot(name="d", title="金额", kind="amount", least=1, most=10000),
    Slot(name="e", title="日期", kind="date"),
]


@pytest.mark.parametrize("slot", SLOTS, ids=lambda slot: slot.kind)
@pytest.mark.parametrize("language", ["zh-CN", "en-US"])
def test_what_callers_say_is_a_valid_value_to_the_bot(slot, language):
    nlu = load_engine("hotline_95188", language, audio=False).nlu
    for number in range(6):
        profile = {"phone": "13812345678" if language == "zh-CN" else "2125550123"}
        value = value_of(slot, profile, language, Chance(1, number))
        text = "，".join(value.parts) if language == "zh-CN" else ", ".join(value.parts)
        expected = Expectation(slot.kind, length=slot.length, slot=slot.name)
        read = nlu.understand(Recognition.of_text(text), expected).slots
        assert read, text
        assert read[0].valid, text
        assert read[0].kind == slot.kind
        if value.digits:
            assert read[0].value == value.digits


def test_read_back():
    digits = value_of(SLOTS[0], {}, "zh-CN", Chance(0, 0))
    assert digits.is_read_back(digits.digits)
    assert digits.is_read_back("**" + digits.digits[2:])
    assert not digits.is_read_back(str((int(digits.digits) + 1) % 10000).zfill(4))
    amount = value_of(SLOTS[3], {}, "zh-CN", Chance(0, 0))
    assert amount.is_read_back(f"{amount.numbers[0]}元")
    assert not amount.is_read_back("1元")


def test_the_profile_knows_the_callers_numbers():
    tail = Slot(name="id_tail", title="证件", kind="digits", length=4, matches="id_tail")
    card = Slot(name="card_tail", title="卡", kind="digits", length=4, choose_from="cards")
    profile = {"id_tail": "4321", "cards": [{"title": "工商银行", "number": "622200001234"}], "phone": "13912345678"}
    assert value_of(tail, profile, "zh-CN", Chance(0, 0)).digits == "4321"
    assert value_of(card, profile, "zh-CN", Chance(0, 0)).digits == "1234"
    assert value_of(SLOTS[1], profile, "zh-CN", Chance(0, 0)).digits == "13912345678"
