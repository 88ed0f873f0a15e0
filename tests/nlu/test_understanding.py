"""From what was heard to what was meant: answers in and off the grammar, n-best lists, doubt, pauses, slots."""

from datetime import date

import pytest

from voicebot.nlu import Nlu, NluData
from voicebot.nlu.understanding import ANSWER_HOLDS
from voicebot.types import OTHER, DialogueAct, Expectation, Hypothesis, Recognition, Understanding, Word

DATA = NluData(
    "zh-CN",
    {
        "repay_failed": ("花呗还款失败了", "我的花呗还不进去", "花呗还钱一直不成功", "还花呗的时候报错", "花呗为什么还不上"),
        "repay_early": ("花呗想提前还", "没到期可以先还花呗吗", "花呗能不能一次还清", "提前把花呗还掉", "怎么提前还款"),
        "limit": ("我的花呗额度降了", "额度怎么变少了", "额度突然低了好多", "为什么给我降额度", "怎么提高额度"),
        "refund": ("退款没到账", "退的钱去哪了", "商家退款了我没收到", "退货的钱还没回来", "退款要几天"),
    },
    titles={"repay_failed": "花呗还款失败", "repay_early": "花呗提前还款", "limit": "花呗额度降低", "refund": "退款查询"},
)
YESNO = Expectation("yesno")
OPEN = Expectation("open")


@pytest.fixture(scope="module")
def nlu() -> Nlu:
    return Nlu(DATA, today=date(2026, 11, 23))


def heard(*texts: str, confidence: float = 1.0, scores: tuple[float, ...] = ()) -> Recognition:
    scores = scores or tuple(-2.0 * index for index in range(len(texts)))
    return Recognition(tuple(Hypothesis(text, score) for text, score in zip(texts, scores, strict=True)), confidence=confidence)


def answer(phrase: str | None, said: str, confidence: float) -> Recognition:
    """A yes or no was expected; `said` is what the open model makes of the same audio."""
    phrases = (Hypothesis(phrase),) if phrase is not None else ()
    return Recognition(phrases, (Hypothesis(said),), grammar=True, confidence=confidence)


def likeliest(found: Understanding) -> str:
    return max(found.questions, key=lambda name: found.questions[name])


def test_nothing_heard_is_a_nomatch(nlu: Nlu) -> None:
    assert nlu.understand(Recognition(()), OPEN).empty
    assert nlu.understand(Recognition((), (), grammar=True), YESNO).empty


def test_an_answer_in_the_grammar_is_an_answer(nlu: Nlu) -> None:
    found = nlu.understand(answer("是的", "是 的", 0.98), YESNO)
    assert found.acts[DialogueAct.AFFIRM] > 0.9
    assert not found.questions


def test_an_answer_off_the_grammar_is_neither_forced_nor_lost(nlu: Nlu) -> None:
    forced = nlu.understand(answer("是的", "花呗 怎么 提前 还款", 0.04), YESNO)
    assert forced.acts.get(DialogueAct.AFFIRM, 0.0) < 0.1
    assert likeliest(forced) == "repay_early"
    unmatched = nlu.understand(answer(None, "退款 没 到账", 0.9), YESNO)
    assert likeliest(unmatched) == "refund"
    assert DialogueAct.AFFIRM not in unmatched.acts
    assert DialogueAct.DENY not in unmatched.acts


def test_between_a_phrase_and_the_open_words_belief_is_shared(nlu: Nlu) -> None:
    found = nlu.understand(answer("不是", "不是 我 想 问 额度 降了", 0.4), YESNO)
    assert found.acts[DialogueAct.DENY] > 0.85
    assert likeliest(found) == "limit"


def test_new_information_beside_a_yes_is_kept(nlu: Nlu) -> None:
    found = nlu.understand(heard("对，还有我的额度也降了"), YESNO)
    assert found.acts[DialogueAct.AFFIRM] > 0.85
    assert found.residue.endswith("我的额度也降了")
    assert likeliest(found) == "limit"


def test_a_correction_denies_one_and_names_the_other(nlu: Nlu) -> None:
    found = nlu.understand(heard("不是还款失败，是额度降了"), YESNO)
    assert found.acts[DialogueAct.DENY] > 0.85
    assert likeliest(found) == "limit"


def test_hypotheses_are_weighed_by_their_scores(nlu: Nlu) -> None:
    clear = nlu.understand(heard("花呗还款失败了", "花呗提前还款", scores=(0.0, -6.0)), OPEN)
    torn = nlu.understand(heard("花呗还款失败了", "花呗提前还款", scores=(0.0, -0.1)), OPEN)
    assert likeliest(clear) == likeliest(torn) == "repay_failed"
    assert torn.questions["repay_early"] > 5 * clear.questions["repay_early"]


def test_an_answer_to_a_yes_or_no_counts_though_it_was_not_heard_surely(nlu: Nlu) -> None:
    assert nlu.understand(heard("是 的", confidence=0.1), YESNO).confidence == pytest.approx(
        ANSWER_HOLDS + 0.1 * (1 - ANSWER_HOLDS)
    )
    assert nlu.understand(heard("是 的", confidence=0.1), OPEN).confidence == 0.1
    assert nlu.understand(heard("花呗 想 提前 还", confidence=0.1), YESNO).confidence == 0.1
    assert nlu.understand(heard("不是 花呗 想 提前 还", confidence=0.1), YESNO).confidence == 0.1


def test_doubt_flattens_the_evidence(nlu: Nlu) -> None:
    sure = nlu.understand(heard("退款没到账", confidence=1.0), OPEN)
    unsure = nlu.understand(heard("退款没到账", confidence=0.3), OPEN)
    assert unsure.questions["refund"] < sure.questions["refund"]
    assert unsure.questions["limit"] > sure.questions["limit"]
    for found in (sure, unsure):
        assert sum(found.questions.values()) == pytest.approx(1.0)
        assert OTHER in found.questions


def test_the_very_title_of_a_question_is_nearly_certain(nlu: Nlu) -> None:
    for question, title in DATA.titles.items():
        assert nlu.understand(heard(title), OPEN).questions[question] > 0.9


def test_a_pause_parts_an_answer_from_what_follows(nlu: Nlu) -> None:
    words = (Word("不", 0.0, 0.2), Word("退款", 0.8, 1.2), Word("没", 1.2, 1.3), Word("到账", 1.3, 1.7))
    paused = Recognition((Hypothesis("不 退款 没 到账", 0.0, words),))
    found = nlu.understand(paused, YESNO)
    assert found.text == "不,退款没到账"
    assert found.acts[DialogueAct.DENY] > 0.85
    assert likeliest(found) == "refund"


def test_slots_come_with_the_turn(nlu: Nlu) -> None:
    found = nlu.understand(heard("前天退的三百块没到账"), OPEN)
    assert {(slot.kind, slot.value) for slot in found.slots} == {("date", "2026-11-21"), ("amount", "300")}
    later = nlu.understand(heard("前天"), Expectation("date"), today=date(2026, 1, 1))
    assert [slot.value for slot in later.slots] == ["2025-12-30"]


def test_options_are_named_by_what_only_they_have(nlu: Nlu) -> None:
    two = Expectation("choice", phrases=("花呗还款失败", "花呗提前还款"))
    assert nlu.understand(heard("提前还款那个"), two).acts[DialogueAct.CHOOSE_SECOND] > 0.7
    assert nlu.understand(heard("失败的"), two).acts[DialogueAct.CHOOSE_FIRST] > 0.7
    assert not nlu.understand(heard("花呗"), two).acts.keys() & {DialogueAct.CHOOSE_FIRST, DialogueAct.CHOOSE_SECOND}


def test_an_option_misheard_by_sound_is_still_named(nlu: Nlu) -> None:
    two = Expectation("choice", phrases=("花呗还款失败", "退款查询"))
    assert nlu.understand(heard("花被还款失败"), two).acts[DialogueAct.CHOOSE_FIRST] > 0.7


def test_wrong_words_of_the_recogniser_do_not_lose_the_question(nlu: Nlu) -> None:
    for said, question in (("花被还款失败了", "repay_failed"), ("推款没到帐", "refund"), ("我的花杯额度降了", "limit")):
        assert likeliest(nlu.understand(heard(said), OPEN)) == question


def test_the_same_words_mean_the_same(nlu: Nlu) -> None:
    assert nlu.understand(heard("花呗还不上了"), OPEN) == nlu.understand(heard("花呗还不上了"), OPEN)


def test_grammars_are_for_answers_only(nlu: Nlu) -> None:
    assert nlu.grammar_phrases(OPEN) is None
    assert nlu.grammar_phrases(Expectation("amount")) is None
    phrases = nlu.grammar_phrases(Expectation("choice", phrases=("花呗还款失败", "退款查询")))
    assert phrases is not None
    assert {"花呗还款失败", "退款查询", "第一个", "转人工"} <= set(phrases)
    assert len(phrases) == len(set(phrases))


def test_what_most_of_the_weight_does_is_what_was_said(nlu: Nlu) -> None:
    digits = Expectation("digits", length=4)
    open_words = (Hypothesis("算了 不弄了", -1.0), Hypothesis("算了 不 弄 了", -1.1), Hypothesis("算了 不要了", -1.2))
    found = nlu.understand(Recognition((Hypothesis("三 二"),), open_words, grammar=True, confidence=0.3), digits)
    assert found.acts[DialogueAct.CANCEL] > 0.6
    assert found.text.startswith("算了")
    assert not found.slots
    heard_surely = nlu.understand(Recognition((Hypothesis("三 二 八 六"),), open_words, grammar=True, confidence=0.8), digits)
    assert [slot.value for slot in heard_surely.slots] == ["3286"]
