"""Two questions in one breath are cut apart; words that go on with one are not."""

import pytest

from voicebot.nlu.breath import Both, cut
from voicebot.types import OTHER

SIGNS = {"花呗": "pay", "卡": "card", "额度": "limit", "payment": "pay", "card": "card", "limit": "limit"}
"""A stand-in for the classifier: what it is sure of, and nothing else."""


def read(text: str) -> dict[str, float]:
    named = [question for sign, question in SIGNS.items() if sign in text]
    share = 0.99 if "sure" in text else 0.9
    return {named[0]: share, OTHER: 1.0 - share} if named else {OTHER: 0.9, "pay": 0.1}


@pytest.mark.parametrize(
    ("text", "language"),
    [
        ("花呗还不上了, 还有我的卡丢了", "zh-CN"),
        ("花呗还不上了还有我的卡丢了", "zh-CN"),
        ("花呗怎么还款, 另外想问一下我的卡丢了怎么办", "zh-CN"),
        ("花呗还不上然后我想问卡丢了怎么办", "zh-CN"),
        ("my payment failed, and i also lost my card", "en-US"),
        ("my payment failed also how do i add a card", "en-US"),
        ("my payment failed and how do i add a card", "en-US"),
        ("my sure payment fails and my sure card is lost", "en-US"),
        ("my payment has failed, oh and another thing, i lost my card", "en-US"),
    ],
)
def test_cut(text: str, language: str) -> None:
    both = cut(text, language, read)  # type: ignore[arg-type]
    assert isinstance(both, Both)
    assert (max(both.first, key=both.first.__getitem__), max(both.second, key=both.second.__getitem__)) == ("pay", "card")


@pytest.mark.parametrize(
    ("text", "language"),
    [
        ("花呗还有多少额度", "zh-CN"),
        ("它说我还有花呗没还, 卡不让解", "zh-CN"),
        ("花呗还不上了, 还有花呗的利息", "zh-CN"),
        ("还有我的卡丢了", "zh-CN"),
        ("花呗还不上了, 还有别的事", "zh-CN"),
        ("i got a new card and the payment failed", "en-US"),
        ("my payment failed, and also it said declined", "en-US"),
        ("also my card", "en-US"),
    ],
)
def test_left_whole(text: str, language: str) -> None:
    assert cut(text, language, read) is None  # type: ignore[arg-type]
