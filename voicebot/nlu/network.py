"""A network with one hidden layer over hashed features: trained with numpy on one core in seconds, and asked.

A linear model sees each feature alone; the hidden layer lets features that tell the same questions apart share what they
learnt. docs/nlu.md has the figures that chose every constant here.
"""

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from voicebot.nlu.features import GROUPS, Features, group_of
from voicebot.nlu.sparse import Indices, Matrix, SparseRows, Vector, columns_of

HIDDEN = 256
"""Units of the hidden layer; 128 lose half a point on BANKING77, 512 win nothing."""

KEPT = 0.6
"""Share of features, and of hidden units, that a step of training sees (dropout): words come and go between wordings."""

RATE = 0.05
"""First step of Adagrad (Duchi et al. 2011); it falls to nothing over the training."""

GAIN = 3.0
"""Rows have length one; their sums are scaled by this before they enter the hidden layer."""

BATCH = 64
EPOCHS = 15
"""Passes over a large training set."""

LEAST_STEPS = 300
"""Steps for a small one, however many passes that takes."""

LARGE = 3000
"""Examples from which a feature that occurs only once is left out."""

SEED = 95188
_FIRST_SQUARES = 1e-4


@dataclass(frozen=True)
class Network:
    """Scores of some classes for an utterance's features."""

    vocabulary: Features
    """Known features, sorted, shape (v,)."""
    worth: Vector
    """Inverse document frequency of each, times its group's weight, shape (v,)."""
    inner: NDArray[np.int8]
    """Shape (v, hidden), worth and gain multiplied in, in steps of `step`: a quarter of the size, and no answer changes."""
    step: Vector
    """Of each feature's weights, shape (v,)."""
    inner_bias: Vector
    outer: Matrix
    """Shape (hidden, classes)."""
    outer_bias: Vector
    weights: Vector
    """Of the groups, shape (GROUPS,)."""
    rarest: float
    """Inverse document frequency of a feature that training has not seen."""

    def scores(self, row: Features) -> Vector:
        """One score a class, shape (classes,), not yet calibrated."""
        columns = columns_of(row, self.vocabulary)
        if not len(columns):
            hidden = self.inner_bias
        else:
            norm = np.float32(np.sqrt(np.square(self.worth[columns]).sum()))
            hidden = self.step[columns] @ self.inner[columns].astype(np.float32) / norm + self.inner_bias
        scores: Vector = np.maximum(hidden, 0.0) @ self.outer + self.outer_bias
        return scores

    def known(self, row: Features) -> float:
        """Share of the features that training has seen, by weight: 1.0 all, 0.0 none."""
        columns = columns_of(row, self.vocabulary)
        seen = float(self.worth[columns].sum())
        weighed, found = self.weights[group_of(row)], self.weights[group_of(self.vocabulary[columns])]
        unseen = self.rarest * float(weighed.sum() - found.sum())
        return seen / (seen + unseen) if seen + unseen > 0 else 0.0


def train(rows: Sequence[Features], labels: NDArray[np.int64], classes: int, weights: Vector, seed: int = SEED) -> Network:
    """Softmax regression through a hidden layer, by Adagrad with dropout.

    `labels` has shape (n,), 0 … classes − 1; `weights` shape (GROUPS,), 0 for groups that are not looked at. The same rows
    in the same order give the same network.
    """
    assert weights.shape == (GROUPS,)
    vocabulary, counts = np.unique(np.concatenate(rows), return_counts=True)
    wanted = (weights[group_of(vocabulary)] > 0) & (counts >= (2 if len(rows) >= LARGE else 1))
    vocabulary, counts = vocabulary[wanted].astype(np.uint32), counts[wanted]
    rarity = np.log((1 + len(rows)) / (1 + counts)) + 1.0
    worth: Vector = (rarity * weights[group_of(vocabulary)]).astype(np.float32)
    trainer = _Trainer(SparseRows.of(rows, vocabulary, worth), labels, classes, seed)
    trainer.run(len(rows))
    rarest = float(np.log(1 + len(rows)) + 1.0)
    inner: Matrix = trainer.inner * (np.float32(GAIN) * worth)[:, None]
    step: Vector = np.maximum(np.abs(inner).max(axis=1, initial=0.0), np.float32(1e-12)) / np.float32(127)
    return Network(
        vocabulary,
        worth,
        np.rint(inner / step[:, None]).astype(np.int8),
        step,
        trainer.inner_bias,
        trainer.outer,
        trainer.outer_bias,
        weights,
        rarest,
    )


class _Trainer:
    def __init__(self, rows: SparseRows, labels: NDArray[np.int64], classes: int, seed: int) -> None:
        self._rows = rows
        self._labels = labels
        self._chance = np.random.default_rng(seed)
        self.inner: Matrix = self._chance.standard_normal((rows.width, HIDDEN), np.float32) / np.float32(HIDDEN**0.5)
        self.inner_bias: Vector = np.zeros(HIDDEN, np.float32)
        self.outer: Matrix = self._chance.standard_normal((HIDDEN, classes), np.float32) * np.float32((2 / HIDDEN) ** 0.5)
        self.outer_bias: Vector = np.zeros(classes, np.float32)
        self._inner_squares = np.full(rows.width, _FIRST_SQUARES, np.float32)
        """One a row, not one a weight: a fifth of the time, and as good."""
        self._squares = [np.full(array.shape, 1e-2, np.float32) for array in (self.inner_bias, self.outer, self.outer_bias)]

    def run(self, count: int) -> None:
        a_pass = -(-count // BATCH)
        epochs = max(EPOCHS, -(-LEAST_STEPS // a_pass))
        for epoch in range(epochs):
            for step, batch in enumerate(np.array_split(self._chance.permutation(count), a_pass)):
                self._step(batch, np.float32(RATE * (1.0 - (epoch * a_pass + step) / (epochs * a_pass))))

    def _step(self, batch: Indices, rate: np.float32) -> None:
        used, matrix = self._rows.dense(batch, KEPT, self._chance)
        hidden: Matrix = np.float32(GAIN) * (matrix @ self.inner[used]) + self.inner_bias
        mask = (self._chance.random(hidden.shape, dtype=np.float32) < KEPT) & (hidden > 0)
        open_units: Matrix = mask.astype(np.float32) / np.float32(KEPT)
        hidden *= open_units
        error: Matrix = hidden @ self.outer + self.outer_bias
        error -= error.max(axis=1, keepdims=True)
        np.exp(error, out=error)
        error /= error.sum(axis=1, keepdims=True)
        error[np.arange(len(batch)), self._labels[batch]] -= 1.0
        back: Matrix = (error @ self.outer.T) * open_units
        slopes = (back.sum(axis=0), hidden.T @ error, error.sum(axis=0))
        for array, squares, slope in zip((self.inner_bias, self.outer, self.outer_bias), self._squares, slopes, strict=True):
            squares += np.square(slope)
            array -= rate * slope / np.sqrt(squares)
        steep: Matrix = matrix.T @ (np.float32(GAIN) * back)
        self._descend(used, steep, rate)

    def _descend(self, used: Indices, slope: Matrix, rate: np.float32) -> None:
        squares = self._inner_squares[used] + np.einsum("ij,ij->i", slope, slope) / np.float32(HIDDEN)
        self._inner_squares[used] = squares
        self.inner[used] -= slope * (rate / np.sqrt(squares))[:, None]
