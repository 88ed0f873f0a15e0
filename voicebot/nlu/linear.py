"""A linear softmax over hashed features: trained, asked, and turned to bytes."""

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from voicebot.nlu.features import Features
from voicebot.nlu.optimiser import minimise
from voicebot.nlu.sparse import Matrix, SparseRows, columns_of

PENALTY = 1.0
"""Weight of the squared weights against the summed loss, at a hundred features a row."""

ITERATIONS = 60


@dataclass(frozen=True)
class LinearModel:
    """Scores of `classes` classes for an utterance's features."""

    vocabulary: Features
    """Known features, sorted, shape (v,)."""
    rarity: NDArray[np.float32]
    """Inverse document frequency of each, shape (v,)."""
    weights: Matrix
    """Shape (v, classes), rarity multiplied in."""
    bias: NDArray[np.float32]

    @property
    def classes(self) -> int:
        return len(self.bias)

    def scores(self, row: Features) -> NDArray[np.float32]:
        """One score a class, shape (classes,), not yet calibrated."""
        columns = columns_of(row, self.vocabulary)
        if not len(columns):
            return self.bias
        norm = np.sqrt(np.square(self.rarity[columns]).sum() + self._unknown(len(row) - len(columns)))
        summed: NDArray[np.float32] = self.weights[columns].sum(axis=0) / norm + self.bias
        return summed

    def _unknown(self, count: int) -> float:
        return 0.0

    def known(self, row: Features) -> float:
        """Share of the features that training has seen, by rarity: 1.0 all, 0.0 none."""
        if not len(row):
            return 0.0
        columns = columns_of(row, self.vocabulary)
        seen = float(self.rarity[columns].sum())
        unseen = (len(row) - len(columns)) * float(self.rarity.max(initial=1.0))
        return seen / (seen + unseen) if seen + unseen > 0 else 0.0


def train(rows: Sequence[Features], labels: NDArray[np.int64], classes: int, penalty: float = PENALTY) -> LinearModel:
    """Multinomial logistic regression with an L2 penalty. `labels` shape (n,), 0 … classes − 1."""
    vocabulary, counts = np.unique(np.concatenate(rows), return_counts=True) if rows else (np.zeros(0, np.uint32), np.zeros(0))
    rarity = (np.log((1 + len(rows)) / (1 + counts)) + 1.0).astype(np.float32)
    sparse = SparseRows.of(rows, vocabulary)
    turned = sparse.transposed()
    norms = np.sqrt(sparse.times(np.square(rarity)[:, None])[:, 0])
    scale = (1.0 / np.maximum(norms, 1e-6)).astype(np.float32)[:, None]
    wanted = np.zeros((len(rows), classes), np.float32)
    wanted[np.arange(len(rows)), labels] = 1.0

    def objective(point: Matrix) -> tuple[float, Matrix]:
        weights, bias = point[:-1], point[-1]
        logits = scale * sparse.times(rarity[:, None] * weights) + bias
        logits -= logits.max(axis=1, keepdims=True)
        raised = np.exp(logits)
        total = raised.sum(axis=1, keepdims=True)
        loss = float((np.log(total[:, 0]) - (logits * wanted).sum(axis=1)).sum())
        loss += 0.5 * penalty * float(np.vdot(weights, weights))
        error = raised / total - wanted
        gradient = np.empty_like(point)
        gradient[:-1] = rarity[:, None] * turned.times(scale * error) + np.float32(penalty) * weights
        gradient[-1] = error.sum(axis=0)
        return loss, gradient

    start = np.zeros((len(vocabulary) + 1, classes), np.float32)
    point = minimise(objective, start, ITERATIONS)
    return LinearModel(vocabulary.astype(np.uint32), rarity, rarity[:, None] * point[:-1], point[-1])
