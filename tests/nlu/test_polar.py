"""Yes and no by the sound of it."""

import pytest

from voicebot.nlu.polar import PolarReader, distance
from voicebot.types import DialogueAct

READER = PolarReader("zh-CN")


@pytest.mark.parametrize(
    ("heard", "act"),
    [
        ("退的没错", DialogueAct.AFFIRM),
        ("兴就这个", DialogueAct.AFFIRM),
        ("你说的退", DialogueAct.AFFIRM),
        ("是得", DialogueAct.AFFIRM),
        ("付不不", DialogueAct.DENY),
        ("才不是了", DialogueAct.DENY),
        ("明白啦", DialogueAct.UNDERSTOOD),
    ],
)
def test_misheard_answers_are_read_by_what_they_sound_like(heard: str, act: DialogueAct) -> None:
    assert READER.read(heard) is act


@pytest.mark.parametrize(
    "said", ["", "银行卡", "怎么还款", "我要退款", "转人工", "余额宝", "再说一遍", "花呗点了分期的那个怎么还", "一二三"]
)
def test_what_is_no_answer_stays_none(said: str) -> None:
    assert READER.read(said) is None


@pytest.mark.parametrize("heard", ["险补办了", "先不办了", "那 算 了 吧", "我不搬了", "先部用了", "那我再想想吧"])
def test_giving_up_is_known_by_all_of_its_sounds(heard: str) -> None:
    assert READER.gives_up(heard)


@pytest.mark.parametrize("said", ["", "蒜了", "先补办", "银行卡先不绑定了吗", "我要补办了", "现补办了卡", "三八六二", "先生您好"])
def test_what_only_resembles_giving_up_is_not(said: str) -> None:
    assert not READER.gives_up(said)


def test_a_language_of_words_has_no_sounds_to_compare() -> None:
    assert PolarReader("en-US").read("yes") is None
    assert not PolarReader("en-US").gives_up("never mind")


def test_like_sounds_are_nearer_than_others_and_lengths_count() -> None:
    assert distance(("dui",), ("dui",)) == 0.0
    assert 0.0 < distance(("tui",), ("dui",)) < distance(("gui",), ("dui",)) < distance(("ma",), ("dui",)) == 1.0
    assert distance(("dui",), ("dui", "de", "mei", "cuo")) == 1.0
