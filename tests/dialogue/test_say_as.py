"""Values as people read them, and as a telephone voice speaks them."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from voicebot.dialogue.say_as import digits, marked, readable, spoken, written


@pytest.mark.parametrize(
    ("value", "language", "said"),
    [
        ("1234", "zh-CN", "幺二三四"),
        ("1234", "en-US", "1 2 3 4"),
        ("13800138000", "zh-CN", "幺三八，零零幺三，八零零零"),
        ("2025550123", "en-US", "2 0 2, 5 5 5, 0 1 2 3"),
        ("6222020200112233", "zh-CN", "六二二二，零二零二，零零幺幺，二二三三"),
    ],
)
def test_digits_are_spoken_one_by_one_in_groups(value, language, said):
    assert digits(value, language) == said


@pytest.mark.parametrize(
    ("kind", "value", "language", "text", "said"),
    [
        ("amount", "3500.00", "zh-CN", "3500元", "3500元"),
        ("amount", "12.50", "en-US", "$12.50", "12 dollars and 50 cents"),
        ("amount", "12", "en-US", "$12", "12 dollars"),
        ("amount", "12.50", "zh-CN", "12.5元", "12元5角"),
        ("amount", "12.05", "zh-CN", "12.05元", "12元零5分"),
        ("amount", "0.35", "zh-CN", "0.35元", "3角5分"),
        ("amount", "1.01", "en-US", "$1.01", "1 dollar and 1 cent"),
        ("date", "2026-03-05", "zh-CN", "2026年3月5日", "二零二六年3月5日"),
        ("date", "2026-03-05", "en-US", "March 5, 2026", "March 5, 2026"),
        ("date", "tomorrow", "en-US", "tomorrow", "tomorrow"),
        ("digits", "0042", "en-US", "0042", "0 0 4 2"),
    ],
)
def test_values_of_each_kind(kind, value, language, text, said):
    assert (written(kind, value, language), spoken(kind, value, language)) == (text, said)


@pytest.mark.parametrize(
    ("text", "language", "said"),
    [
        ("请拨打95188，尾号1234的卡。", "zh-CN", "请拨打九五幺八八，尾号幺二三四的卡。"),
        ("You have 30 days and 1234.56 dollars.", "en-US", "You have 30 days and 1234.56 dollars."),
        ("The card ending in 1234 is fine.", "en-US", "The card ending in 1 2 3 4 is fine."),
        ("最高3500元，7天内到账。", "zh-CN", "最高3500元，7天内到账。"),
    ],
)
def test_codes_in_a_text_are_spoken_digit_by_digit_and_numbers_are_not(text, language, said):
    assert readable(text, language) == said


@pytest.mark.parametrize(
    ("text", "language", "shown", "said"),
    [
        ("请拨{phone:110}，扣了{amount:12.50}。", "zh-CN", "请拨110，扣了12.5元。", "请拨幺幺零，扣了12元5角。"),
        ("{date:2026-03-05}起，尾号{digits:0042}。", "zh-CN", "2026年3月5日起，尾号0042。", "二零二六年3月5日起，尾号零零四二。"),
        ("Dial {phone:911} by {date:2026-03-05}.", "en-US", "Dial 911 by March 5, 2026.", "Dial 9 1 1 by March 5, 2026."),
    ],
)
def test_a_value_is_said_as_what_it_is_marked_as(text, language, shown, said):
    assert marked(text, language, written) == shown
    assert readable(marked(text, language, spoken), language) == said


@given(st.text("0123456789", min_size=1, max_size=20), st.sampled_from(["zh-CN", "en-US"]))
def test_no_digit_is_lost(value, language):
    back = {"零": "0", "幺": "1", "二": "2", "三": "3", "四": "4", "五": "5", "六": "6", "七": "7", "八": "8", "九": "9"}
    said = digits(value, language)
    assert "".join(back.get(sign, sign) for sign in said if sign not in "，, ") == value
