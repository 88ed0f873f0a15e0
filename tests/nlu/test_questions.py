"""The question classifier: what it learns, what its probabilities mean, and that it stays itself through a cache."""

import numpy as np
import pytest

from voicebot.errors import VoicebotError
from voicebot.nlu.features import features
from voicebot.nlu.normalisation import normalise
from voicebot.nlu.questions import QuestionModel
from voicebot.nlu.training import confusable_questions, train_questions
from voicebot.types import OTHER

THINGS = {
    "refund": ("退款", "退货的钱"),
    "limit": ("额度", "花呗额度"),
    "password": ("支付密码", "密码"),
    "card": ("银行卡", "储蓄卡"),
    "loan": ("借呗", "借款"),
    "bill": ("账单", "这个月账单"),
    "transfer": ("转账", "转的钱"),
    "fund": ("余额宝", "余额宝收益"),
    "insurance": ("保险", "医疗险"),
    "score": ("芝麻信用", "芝麻分"),
    "name": ("实名认证", "实名"),
    "phone": ("手机号", "绑定的手机"),
}
WAYS = (
    "{}怎么弄啊",
    "我想问一下{}的事",
    "{}为什么出错了",
    "帮我看看{}",
    "我的{}有问题",
    "{}在哪里看",
    "{}怎么回事",
    "那个{}弄不了",
)
EXAMPLES = {name: [way.format(things[i % 2]) for i, way in enumerate(WAYS)] for name, things in THINGS.items()}
ASKED = {name: f"喂你好{things[0]}怎么查啊" for name, things in THINGS.items()}


@pytest.fixture(scope="module")
def model() -> QuestionModel:
    return train_questions(EXAMPLES)


@pytest.mark.parametrize("question", EXAMPLES)
def test_new_wordings_find_their_question(model: QuestionModel, question: str) -> None:
    likelihoods = model.likelihoods(ASKED[question])
    assert max(likelihoods, key=lambda name: likelihoods[name]) == question
    assert set(likelihoods) == {*EXAMPLES, OTHER}
    assert sum(likelihoods.values()) == pytest.approx(1.0)
    assert all(0.0 <= p <= 1.0 for p in likelihoods.values())


def test_strangers_are_more_likely_something_else(model: QuestionModel) -> None:
    strange = [model.likelihoods(text)[OTHER] for text in ("今天天气真不错", "附近有什么好吃的饭店", "给我讲个笑话")]
    familiar = [model.likelihoods(text)[OTHER] for text in ASKED.values()]
    assert min(strange) > np.median(familiar)


def test_homophones_of_the_recogniser_change_nothing(model: QuestionModel) -> None:
    for said, question in (("余鹅宝怎么查啊", "fund"), ("借被怎么查啊", "loan"), ("只麻信用怎么查啊", "score")):
        likelihoods = model.likelihoods(said)
        assert max(likelihoods, key=lambda name: likelihoods[name]) == question


def test_words_that_say_nothing_are_no_evidence(model: QuestionModel) -> None:
    assert model.likelihoods("") == {}
    assert model.likelihoods("...") == {}
    unknown = model.likelihoods("xyzzy")
    assert sum(unknown.values()) == pytest.approx(1.0)


def test_the_same_examples_give_the_same_model_to_the_byte() -> None:
    few = {name: EXAMPLES[name][:3] for name in ("refund", "limit", "password")}
    assert train_questions(few).to_bytes() == train_questions(few).to_bytes()


def test_a_model_survives_its_bytes(model: QuestionModel) -> None:
    again = QuestionModel.from_bytes(model.to_bytes())
    for text in [*ASKED.values(), "今天天气真不错"]:
        assert again.likelihoods(text) == model.likelihoods(text)


def test_bytes_that_are_no_model_are_refused(model: QuestionModel) -> None:
    good = model.to_bytes()
    for bad in (b"", b"PK", good[:100], good[: len(good) // 2], b"\0" * 1000):
        with pytest.raises(ValueError):
            QuestionModel.from_bytes(bad)


def test_the_smallest_catalogues_can_be_trained() -> None:
    two = train_questions({"a": ["退款在哪"], "b": ["密码忘了"]})
    assert two.likelihoods("退款")["a"] > two.likelihoods("退款")["b"]
    one = train_questions({"a": ["退款在哪", "退款"]})
    assert one.likelihoods("退款")["a"] > 0.5


def test_examples_without_words_are_said() -> None:
    with pytest.raises(VoicebotError, match="no Chinese or English words"):
        train_questions({"a": ["..."], "b": ["!"]})


def test_held_out_strangers_teach_what_is_strange() -> None:
    held_out = [(text, name) for name, text in ASKED.items()] + [("今天天气真不错", OTHER), ("给我讲个笑话吧", OTHER)]
    taught = train_questions(EXAMPLES, held_out=held_out)
    assert taught.likelihoods("明天天气怎么样呢")[OTHER] > max(taught.likelihoods(text)[OTHER] for text in ASKED.values())


def test_questions_that_no_example_separates_are_named() -> None:
    twins = EXAMPLES | {"refund_again": [text.replace("怎么", "咋") for text in EXAMPLES["refund"]]}
    found = confusable_questions(twins)
    pairs = {frozenset(pair[:2]) for pair in found if pair[2] >= 0.25}
    assert frozenset({"refund", "refund_again"}) in pairs
    assert all(0.0 < share <= 1.0 for _, _, share in found)
    assert found == sorted(found, key=lambda entry: -entry[2])
    assert not [pair for pair in confusable_questions(EXAMPLES) if pair[2] >= 0.5]


def test_numbers_say_nothing_about_the_question() -> None:
    assert np.array_equal(features(normalise("退款三百五十", "zh-CN")), features(normalise("退款1200", "zh-CN")))


def test_features_are_sorted_and_distinct() -> None:
    for text in ("花呗还款失败怎么办", "how do i close my account", "我的card丢了", ""):
        row = features(text)
        assert np.array_equal(row, np.unique(row))
