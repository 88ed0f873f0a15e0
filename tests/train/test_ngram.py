"""The language model: probabilities sum to one after any history, pruned or not, and what was read often is likely."""

import pytest

from tests.train.conftest import SCRIPTS

assert SCRIPTS.is_dir()

ngram = pytest.importorskip("ngram")

VOCABULARY = ["bill", "card", "my", "pay", "refund"]
SENTENCES = [(["pay", "my", "bill"], 80.0), (["my", "card"], 50.0), (["pay", "my", "card"], 2.0)]


def model(order: int = 2, worth: dict[int, float] | None = None):
    return ngram.estimate(SENTENCES, VOCABULARY, lambda word: 0.2, order, 0.25, worth)


@pytest.mark.parametrize("order", [2, 3])
@pytest.mark.parametrize("history", [(), ("my",), ("refund",), (ngram.START,), ("pay", "my"), ("refund", "my")])
def test_probabilities_sum_to_one(order: int, history: tuple[str, ...]) -> None:
    made = model(order)
    total = sum(made.probability(history[-(order - 1) :], word) for word in [*VOCABULARY, ngram.END])
    assert total == pytest.approx(1.0, abs=1e-6)


def test_what_was_read_is_likelier() -> None:
    made = model()
    assert made.probability(("my",), "bill") > made.probability(("my",), "refund") > 0.0
    assert made.perplexity([["pay", "my", "bill"]]) < made.perplexity([["refund", "refund", "pay"]])


def test_every_history_leaves_its_share_to_shorter_ones() -> None:
    made = model()
    read = sum(probability - ngram.LEAST_BACKOFF[1] * made.unigrams[word] for word, probability in made.after["my",].items())
    assert read <= 1.0 - ngram.LEAST_BACKOFF[1] + 1e-6


def test_three_words_are_looked_at_only_when_they_were_counted_often() -> None:
    made = model(3)
    assert "bill" in made.after["pay", "my"]
    assert "card" not in made.after["pay", "my"]
    assert made.probability(("pay", "my"), "bill") > made.probability(("my",), "bill")


@pytest.mark.parametrize("history", [(), ("my",), (ngram.START,), ("pay", "my"), ("refund", "my")])
def test_what_is_pruned_leaves_its_share_to_the_rest(history: tuple[str, ...]) -> None:
    whole, pruned = model(3), model(3, {1: 100.0, 2: 5.0})
    assert 0 < _size(pruned) < _size(whole)
    assert pruned.unigrams == whole.unigrams
    assert sum(pruned.probability(history, word) for word in [*VOCABULARY, ngram.END]) == pytest.approx(1.0, abs=1e-6)


def test_the_more_an_ngram_must_be_worth_the_fewer_are_kept() -> None:
    sizes = [_size(model(3, {1: worth, 2: worth})) for worth in (0.0, 30.0, 300.0, 1e9)]
    assert sizes == sorted(sizes, reverse=True)
    assert sizes[-1] == 0


def _size(made: "ngram.NGrams") -> int:
    return sum(map(len, made.after.values()))
