"""Slots: what callers say for numbers, sums and days, and the checks."""

from datetime import date, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from voicebot.nlu.normalisation import normalise
from voicebot.nlu.slots import SlotReader, luhn
from voicebot.types import Expectation, ExpectationKind, Language, SlotValue

from .tables import table

TODAY = date(2026, 11, 23)
"""A Monday."""

READERS: dict[Language, SlotReader] = {"zh-CN": SlotReader("zh-CN"), "en-US": SlotReader("en-US")}


def read(
    text: str, kind: ExpectationKind = "open", language: Language = "zh-CN", length: int | None = None
) -> tuple[SlotValue, ...]:
    return READERS[language].read(normalise(text, language), Expectation(kind=kind, length=length), TODAY)


def values(text: str, kind: ExpectationKind = "open", language: Language = "zh-CN") -> list[tuple[str, str]]:
    return [(slot.kind, slot.value) for slot in read(text, kind, language)]


@pytest.mark.parametrize(
    ("said", "amount"),
    table("""
        三千五 → 3500; 一万二 → 12000; 两块五 → 2.50; 三百六十块 → 360
        十二块三毛五 → 12.35; 五十 → 50; 两千零五 → 2005; 两千零五十 → 2050
        一万五千三 → 15300; 二十三万五 → 235000; 半块 → 0.50; 一百二 → 120
        一百零二 → 102; 十块 → 10; 三毛 → 0.30; 八分 → 0.08; 一万零三百 → 10300
        三点五块 → 3.50; 3500元 → 3500; 12.5元 → 12.50; 大概五百左右 → 500
        两百五十块钱 → 250; 一万块钱 → 10000; 三百块五毛 → 300.50; 两万 → 20000
        三块半 → 3.50; 一千一百一十一 → 1111; 1,200元 → 1200
    """),
)
def test_sums_in_chinese(said: str, amount: str) -> None:
    assert values(said, "amount") == [("amount", amount)]


@pytest.mark.parametrize(
    ("said", "amount"),
    table("""
        thirty five dollars fifty → 35.50; thirty five dollars and fifty cents → 35.50; a hundred and twenty → 120
        two grand → 2000; twelve ninety nine → 12.99; fifty cents → 0.50; one thousand two hundred dollars → 1200
        twenty five hundred dollars → 2500; $35.50 → 35.50; three and a half dollars → 3.50; fifty → 50
        two hundred fifty thousand → 250000; about eighty bucks → 80; 3500 dollars → 3500; a dollar → 1
        one point five dollars → 1.50; one million two hundred thousand → 1200000
    """),
)
def test_sums_in_english(said: str, amount: str) -> None:
    assert values(said, "amount", "en-US") == [("amount", amount)]


@pytest.mark.parametrize(
    ("said", "day"),
    table("""
        上个月十五号 → 2026-10-15; 前天 → 2026-11-21; 昨天晚上 → 2026-11-22; 三月五号 → 2026-03-05; 十二月三号 → 2025-12-03
        去年十二月三十一号 → 2025-12-31; 上周五 → 2026-11-20
        三天前 → 2026-11-20; 二零二五年三月五号 → 2025-03-05; 十五号 → 2026-11-15
        二十八号 → 2026-10-28; 周一 → 2026-11-23; 星期天 → 2026-11-22; 20250305 → 2025-03-05; 两周前 → 2026-11-09
        下周三 → 2026-12-02; 大前天 → 2026-11-20; 3月5日 → 2026-03-05
    """),
)
def test_days_in_chinese(said: str, day: str) -> None:
    assert [(slot.kind, slot.value, slot.valid) for slot in read(said, "date")] == [("date", day, True)]


@pytest.mark.parametrize(
    ("said", "day"),
    table("""
        the fifth of march → 2026-03-05; march fifth → 2026-03-05; last friday → 2026-11-20; yesterday → 2026-11-22
        the day before yesterday → 2026-11-21; two days ago → 2026-11-21; a week ago → 2026-11-16
        the twenty eighth → 2026-10-28; december third → 2025-12-03; the fifteenth of last month → 2026-10-15
        march 5th 2025 → 2025-03-05; january twenty first twenty twenty five → 2025-01-21; on monday → 2026-11-23
    """),
)
def test_days_in_english(said: str, day: str) -> None:
    assert [(slot.kind, slot.value) for slot in read(said, "date", "en-US")] == [("date", day)]


@pytest.mark.parametrize("said", ["二月三十号", "去年二月二十九号", "四月三十一号"])
def test_impossible_days_are_found_and_marked(said: str) -> None:
    (slot,) = read(said, "date")
    assert not slot.valid


def test_without_a_today_relative_days_stay_relative() -> None:
    reader = READERS["zh-CN"]
    assert [slot.value for slot in reader.read("前天", Expectation(kind="date"), None)] == ["-P2D"]
    assert [slot.value for slot in reader.read("三月五号", Expectation(kind="date"), None)] == ["--03-05"]


@given(st.dates(min_value=date(2001, 1, 1), max_value=date(2099, 12, 31)), st.integers(0, 3))
def test_relative_days_count_from_the_day_that_is_passed_in(today: date, back: int) -> None:
    said = ("今天", "昨天", "前天", "大前天")[back]
    (slot,) = READERS["zh-CN"].read(said, Expectation(kind="date"), today)
    assert slot.value == (today - timedelta(days=back)).isoformat()
    assert slot.valid


@pytest.mark.parametrize(
    ("said", "language", "digits"),
    table("""
        幺三八，零零幺三，八零零零 → zh-CN → 13800138000
        一三八零零一三八双零零 → zh-CN → 13800138000; 138 0013 8000 → zh-CN → 13800138000
        我的手机号是幺三八零零幺三八零零零 → zh-CN → 13800138000
        two one two five five five oh one double three → en-US → 2125550133
        212-555-0133 → en-US → 2125550133
    """),
)
def test_telephone_numbers_as_they_are_read_out(said: str, language: Language, digits: str) -> None:
    assert [(slot.value, slot.valid) for slot in read(said, "phone", language)] == [(digits, True)]


def test_numbers_that_cannot_be_right_are_marked() -> None:
    assert [slot.valid for slot in read("幺三八零零", "phone")] == [False]
    assert [slot.valid for slot in read("二二八零零一三八零零零", "phone")] == [False]
    assert [slot.valid for slot in read("4111 1111 1111 1111", "card")] == [True]
    assert [slot.valid for slot in read("4111 1111 1111 1112", "card")] == [False]
    assert [slot.valid for slot in read("一二三", "digits", length=4)] == [False]
    assert [slot.valid for slot in read("一二三四", "digits", length=4)] == [True]


def test_numbers_nobody_asked_for_are_found_by_what_they_are() -> None:
    assert values("我的手机号是幺三八零零幺三八零零零") == [("phone", "13800138000")]
    assert values("卡号四一一一一一一一一一一一一一一一") == [("card", "4111111111111111")]
    assert values("工行卡尾号一二三四") == [("bank", "icbc"), ("digits", "1234")]
    assert values("my chase card ending in one two three four", language="en-US")[0] == ("bank", "chase")
    assert ("digits", "1234") in values("my chase card ending in one two three four", language="en-US")
    assert values("等一下") == []


def test_one_in_a_word_of_politeness_is_no_digit() -> None:
    reader = SlotReader("zh-CN")
    expected = Expectation("digits", length=4)
    assert reader.read("我先问一下", expected, None) == ()
    assert [slot.value for slot in reader.read("你记一下三八六一", expected, None)] == ["3861"]


def test_several_values_in_one_breath_do_not_overlap() -> None:
    assert values("上个月十五号从余额宝转了三千五") == [("date", "2026-10-15"), ("product", "yuebao"), ("amount", "3500")]
    assert values("我等了三百天") == []
    assert values("百分之三百") == []


@given(st.text(alphabet="0123456789", min_size=12, max_size=18))
def test_luhn_accepts_exactly_one_check_digit(body: str) -> None:
    assert sum(luhn(body + digit) for digit in "0123456789") == 1


@given(st.integers(1, 9999))
def test_any_number_below_ten_thousand_is_read_as_it_is_spoken(number: int) -> None:
    assert values(spoken(number) + "块", "amount") == [("amount", str(number))]


def spoken(number: int) -> str:
    """Mandarin, written out in full: 2005 → 两千零五."""
    names = "零一二三四五六七八九"
    text, pending_zero = "", False
    for unit, name in ((1000, "千"), (100, "百"), (10, "十"), (1, "")):
        digit = number // unit % 10
        if digit == 0:
            pending_zero = bool(text)
            continue
        text += ("零" if pending_zero else "") + names[digit] + name
        pending_zero = False
    return text
