"""Scores of the classifier on files of utterances: what each figure counts, with and without rejection."""

import math
from pathlib import Path

import pytest

from voicebot.nlu.evaluation import Evaluation, detect_language, evaluate
from voicebot.nlu.labelled import LabelledFile, read_labelled

TOPICS = (
    "refund",
    "password",
    "limit",
    "delivery",
    "insurance",
    "balance",
    "invoice",
    "coupon",
    "address",
    "receipt",
    "loan",
    "visa",
)
WAYS = (
    "where is my {}",
    "i have a question about the {}",
    "my {} is wrong",
    "show me the {}",
    "what about my {}",
    "the {} again",
)
ASKED = ("please check the {} for me", "is there news on my {}")
STRANGE = (
    "tell me a joke",
    "will it rain tomorrow",
    "sing something nice",
    "who won yesterday's match",
    "cook pasta with tomatoes",
)
KEYS = {
    "accuracy",
    "macro_f1",
    "ece",
    "in_scope_accuracy",
    "oos_recall",
    "oos_auroc",
    "us_per_utterance",
    "train_s",
    "confusions",
}


def write(folder: Path, name: str, rows: list[tuple[str, str]]) -> LabelledFile:
    path = folder / f"{name}.csv"
    path.write_text("text,label\n" + "".join(f"{text},{label}\n" for text, label in rows), "utf-8")
    return read_labelled(path)


def rows(ways: tuple[str, ...]) -> list[tuple[str, str]]:
    return [(way.format(topic), topic) for topic in TOPICS for way in ways]


@pytest.fixture(scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return tmp_path_factory.mktemp("evaluation")


@pytest.fixture(scope="module")
def closed(folder: Path) -> Evaluation:
    return evaluate(write(folder, "train", rows(WAYS)), write(folder, "test", rows(ASKED)))


@pytest.fixture(scope="module")
def opened(folder: Path) -> Evaluation:
    validation = [*rows(ASKED[:1]), *((text, "oos") for text in STRANGE[:2])]
    test = [*rows(ASKED[1:]), *((text, "oos") for text in STRANGE[2:])]
    return evaluate(write(folder, "train", rows(WAYS)), write(folder, "test", test), write(folder, "validation", validation))


def test_without_out_of_scope_rows_nothing_is_rejected(closed: Evaluation) -> None:
    assert closed.threshold is None
    assert closed.oos_recall is None
    assert closed.oos_auroc is None
    assert closed.accuracy == closed.in_scope_accuracy == closed.open_accuracy > 0.9
    assert closed.macro_f1 > 0.9


def test_out_of_scope_rows_are_right_when_rejected(opened: Evaluation) -> None:
    assert opened.threshold is not None
    assert opened.oos_recall is not None
    assert opened.oos_auroc is not None
    assert opened.oos_auroc > 0.9
    assert opened.in_scope_accuracy <= opened.open_accuracy
    inside, outside = len(TOPICS), len(STRANGE) - 2
    right = opened.in_scope_accuracy * inside + opened.oos_recall * outside
    assert opened.accuracy == pytest.approx(right / (inside + outside))
    assert sum(pair.count for pair in opened.confusions) == inside + outside - round(right)


def test_the_document_has_exactly_its_keys(closed: Evaluation, opened: Evaluation) -> None:
    for found in (closed, opened):
        document = found.document()
        assert set(document) == KEYS
        assert all(set(pair) == {"label", "predicted", "count"} for pair in document["confusions"])
        for key in KEYS - {"confusions", "oos_recall", "oos_auroc"}:
            assert math.isfinite(document[key])
        assert document["train_s"] > 0
        assert document["us_per_utterance"] > 0
        assert 0.0 <= document["ece"] <= 1.0


def test_without_validation_a_stranger_is_rejected_at_even_odds(folder: Path) -> None:
    test = [*rows(ASKED), *((text, "oos") for text in STRANGE)]
    found = evaluate(write(folder, "train", rows(WAYS)), write(folder, "test", test))
    assert found.threshold == 0.5
    assert found.oos_auroc is not None
    assert found.oos_auroc > 0.8


def test_out_of_scope_rows_of_the_training_file_are_no_question(folder: Path) -> None:
    train = [*rows(WAYS), *((text, "oos") for text in STRANGE[:3])]
    test = [*rows(ASKED), *((text, "oos") for text in STRANGE[3:])]
    found = evaluate(write(folder, "train", train), write(folder, "test", test))
    assert found.open_accuracy > 0.9
    assert found.oos_recall is not None


def test_the_language_is_seen_from_the_texts() -> None:
    assert detect_language(["花呗怎么还款", "我的card丢了"]) == "zh-CN"
    assert detect_language(["how do i pay", "my 花呗 account was locked again"]) == "en-US"
    assert detect_language(["123"]) == "en-US"
