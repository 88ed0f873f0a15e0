"""Long digit runs are hidden, short ones and amounts stay."""

import re

import pytest
from hypothesis import given
from hypothesis import strategies as st

from voicebot.masking import KEPT, mask, mask_words


@pytest.mark.parametrize(
    ("text", "masked"),
    [
        ("我的手机号是13800138000", "我的手机号是*******8000"),
        ("幺三八零零幺三八零零零", "*******八零零零"),
        ("一 三 八 零 零 一 三 八 零 零 零", "* * * * * * * 八 零 零 零"),
        ("it is four one one one two two three", "it is * * * one two two three"),
        ("card 6222 0200 1234 5678", "card **** **** **** 5678"),
        ("身份证11010119900307765X", "身份证**************765X"),
        ("尾号是三八六二", "尾号是三八六二"),
        ("转三千五百块", "转三千五百块"),
        ("on 2026-11-23", "on 2026-11-23"),
        ("", ""),
    ],
)
def test_mask(text: str, masked: str) -> None:
    assert mask(text) == masked


@given(st.text(alphabet="0123456789 -", min_size=7, max_size=40))
def test_no_long_run_survives(text: str) -> None:
    for run in re.findall(r"\d(?:[\s\-]{0,2}\d)*", mask(text)):
        assert len(re.sub(r"\D", "", run)) < 9 or re.fullmatch(r"\d{4}-\d{2}-\d{2}", run)


@given(st.text(max_size=60))
def test_masking_twice_changes_nothing_more(text: str) -> None:
    assert mask(mask(text)) == mask(text)


def test_words_of_a_masked_sentence_are_hidden() -> None:
    words = [["我", 0.0, 0.1], ["三", 0.1, 0.2], ["八", 0.2, 0.3]]
    assert mask_words(words, "我 三 八") == words
    assert mask_words(words, "我 三 八 三 八 三 八 三 八")[1:] == [["*", 0.1, 0.2], ["*", 0.2, 0.3]]
    assert KEPT == 4
