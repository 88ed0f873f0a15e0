"""A linear softmax over hashed features: trained, asked, and turned to bytes."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from voicebot.nlu.features import Features, group_weights
from voicebot.nlu.sparse import Matrix, SparseRows, columns_of

RATE = 0.8
"""First step of Adagrad; falls to nothing over the training. Rows have length one, so it does not depend on their size."""

DROPOUT = 0.3
"""Share of an utterance's features that is hidden in each step: words come and go between wordings of the same question.
Chosen by cross-validation inside BANKING77's training part (0, 0.3 and 0.5 were tried)."""

BATCH = 64
EPOCHS = 6
"""Passes over a large training set: accuracy on held-out examples no longer rises after it."""

LEAST_STEPS = 800
"""Steps for a small one, however few passes that would be."""

SEED = 95188


@dataclass(frozen=True)
class LinearModel:
    """Scores of some classes for an utterance's features."""

    vocabulary: Features
    """Known features, sorted, shape (v,)."""
    rarity: NDArray[np.float32]
    """Inverse document frequency of each, times its group's weight, shape (v,)."""
    weights: Matrix
    """Shape (v, classes), rarity multiplied in."""
    bias: NDArray[np.float32]

    def scores(self, row: Features) -> NDArray[np.float32]:
        """One score a class, shape (classes,), not yet calibrated."""
        columns = columns_of(row, self.vocabulary)
        if not len(columns):
            return self.bias
        norm = np.sqrt(np.square(self.rarity[columns]).sum())
        summed: NDArray[np.float32] = self.weights[columns].sum(axis=0) / norm + self.bias
        return summed

    def known(self, row: Features) -> float:
        """Share of the features that training has seen, by weight: 1.0 all, 0.0 none."""
        if not len(row):
            return 0.0
        columns = columns_of(row, self.vocabulary)
        seen = float(self.rarity[columns].sum())
        rarest = float(self.rarity.max(initial=1.0))
        unseen = rarest * (float(group_weights(row).sum()) - float(group_weights(self.vocabulary[columns]).sum()))
        return seen / (seen + unseen) if seen + unseen > 0 else 0.0


def train(rows: Sequence[Features], labels: NDArray[np.int64], classes: int) -> LinearModel:
    """Multinomial logistic regression by Adagrad (Duchi et al. 2011) with dropout on the features.

    `labels` has shape (n,), 0 … classes − 1. The same rows in the same order give the same model.
    """
    vocabulary, counts = np.unique(np.concatenate(rows), return_counts=True)
    rarity = (np.log((1 + len(rows)) / (1 + counts)) + 1.0) * group_weights(vocabulary)
    rarity = rarity.astype(np.float32)
    sparse = SparseRows.of(rows, vocabulary)
    trainer = _Trainer(sparse, rarity, labels, classes)
    epochs = max(EPOCHS, -(-LEAST_STEPS * BATCH // max(1, len(rows))))
    batches = list(_batches(len(rows), epochs))
    for step, batch in enumerate(batches):
        trainer.step(batch, RATE * (1.0 - step / len(batches)))
    return LinearModel(vocabulary.astype(np.uint32), rarity, rarity[:, None] * trainer.weights, trainer.bias)


def _batches(count: int, epochs: int) -> Iterator[NDArray[np.int64]]:
    chance = np.random.default_rng(SEED)
    for _ in range(epochs):
        order = chance.permutation(count)
        yield from (order[start : start + BATCH] for start in range(0, count, BATCH))


class _Trainer:
    def __init__(self, rows: SparseRows, rarity: NDArray[np.float32], labels: NDArray[np.int64], classes: int) -> None:
        self._rows = rows
        self._labels = labels
        self._values = rarity[rows.columns]
        norms = np.sqrt(np.add.reduceat(np.square(self._values), rows.pointers[:-1])) if len(self._values) else np.ones(1)
        self._values /= np.repeat(np.maximum(norms, 1e-6), np.diff(rows.pointers)).astype(np.float32)
        self._chance = np.random.default_rng(SEED)
        self.weights = np.zeros((rows.width, classes), np.float32)
        self._squares = np.full((rows.width, classes), 1e-2, np.float32)
        self.bias = np.zeros(classes, np.float32)
        self._bias_squares = np.full(classes, 1e-2, np.float32)

    def step(self, batch: NDArray[np.int64], rate: float) -> None:
        """One batch: shape (b,), row numbers."""
        columns, values, owner = self._drawn(batch)
        starts = np.searchsorted(owner, np.arange(len(batch)))
        filled = np.flatnonzero(np.diff(np.append(starts, len(owner))))
        if not len(filled):
            return
        logits = np.tile(self.bias, (len(batch), 1))
        logits[filled] += np.add.reduceat(self.weights[columns] * values[:, None], starts[filled], axis=0)
        logits -= logits.max(axis=1, keepdims=True)
        error = np.exp(logits)
        error /= error.sum(axis=1, keepdims=True)
        error[np.arange(len(batch)), self._labels[batch]] -= 1.0
        self._descend(columns, values, error[owner], rate)
        slope = error.sum(axis=0)
        self._bias_squares += np.square(slope)
        self.bias -= np.float32(rate) * slope / np.sqrt(self._bias_squares)

    def _drawn(self, batch: NDArray[np.int64]) -> tuple[NDArray[np.int64], NDArray[np.float32], NDArray[np.int64]]:
        """Columns, values and place in the batch of the features that dropout leaves."""
        pointers = self._rows.pointers
        counts = pointers[batch + 1] - pointers[batch]
        owner = np.repeat(np.arange(len(batch)), counts)
        begins = np.cumsum(counts) - counts
        places = np.arange(int(counts.sum())) - np.repeat(begins - pointers[batch], counts)
        kept = self._chance.random(len(places), dtype=np.float32) >= DROPOUT
        values = self._values[places[kept]] / np.float32(np.sqrt(1.0 - DROPOUT))
        return self._rows.columns[places[kept]], values, owner[kept]

    def _descend(self, columns: NDArray[np.int64], values: NDArray[np.float32], error: Matrix, rate: float) -> None:
        order = np.argsort(columns, kind="stable")
        ordered = columns[order]
        first = np.flatnonzero(np.concatenate([[True], ordered[1:] != ordered[:-1]]))
        touched = ordered[first]
        slopes = np.add.reduceat(error[order] * values[order][:, None], first, axis=0)
        squares = self._squares[touched] + np.square(slopes)
        self._squares[touched] = squares
        self.weights[touched] -= np.float32(rate) * slopes / np.sqrt(squares)
