"""Words that several questions share say as much as their shares, and no more; all others are left to the classifier."""

import pytest

from voicebot.nlu.fragments import Fragments
from voicebot.types import OTHER, OTHER_SHARE

CHINESE = {
    "huabei_close": ["关掉花呗", "花呗不用了", "花呗怎么关", "不想要它了"],
    "huabei_limit": ["花呗额度", "花呗额度降了", "额度少了", "能用的少了"],
    "huabei_repay": ["花呗怎么还", "还花呗", "花呗还不上", "还花呗的钱"],
    "transfer": ["转账", "转错了", "钱转给别人了"],
}
ENGLISH = {
    "fee": ["the fee for a card", "what does a card cost", "card fee"],
    "lost": ["i lost my card", "my card is gone"],
    "bind": ["add a card", "discard this"],
    "fund": ["a fund"],
}


def sure_of(question: str, names: object) -> dict[str, float]:
    """A classifier that is sure."""
    others = [name for name in [*names, OTHER] if name != question]  # type: ignore[misc, attr-defined]
    return {**dict.fromkeys(others, 0.1 / len(others)), question: 0.9}


@pytest.mark.parametrize("said", ["花呗", "我的花呗", "关于花呗的事", "花呗的问题", "那个花呗"])
def test_a_bare_product_is_spread_over_what_it_may_be_about(said: str) -> None:
    spread = Fragments(CHINESE, "zh-CN").spread(said, sure_of("huabei_close", CHINESE))
    assert sum(spread.values()) == pytest.approx(1.0)
    assert spread["huabei_repay"] > spread["huabei_limit"] > 5 * spread["transfer"], "four, two and none of four use the word"
    assert max(spread.values()) < 0.5
    assert spread[OTHER] <= OTHER_SHARE


@pytest.mark.parametrize("said", ["花呗还不上", "转账", "额度", "完全别的话"])
def test_what_one_or_two_questions_use_is_left_to_the_classifier(said: str) -> None:
    given = sure_of("transfer", CHINESE)
    assert Fragments(CHINESE, "zh-CN").spread(said, given) is given


def test_english_words_count_whole() -> None:
    spread = Fragments(ENGLISH, "en-US").spread("it's about my card", sure_of("fund", ENGLISH))
    assert spread["fee"] == pytest.approx(spread["lost"])
    assert spread["bind"] == pytest.approx(spread["lost"] / 2, rel=0.2), "`discard` is no card"


def test_an_example_that_is_the_words_counts_more() -> None:
    examples = {"one": ["提前还款", "早点还"], "two": ["提前还款多少钱", "早还"], "three": ["想提前还款", "还早点"]}
    spread = Fragments(examples, "zh-CN").spread("提前还款", sure_of("three", examples))
    assert max(spread, key=lambda question: spread[question]) == "one"
