"""Fits the weights of a prior to past calls: multinomial logistic regression with a ridge.

The model is that of `voicebot.hotlines.prior`: one weight for each question, each (event, question) and each (product, question),
and one for "something else". The ridge draws towards the weights that are there already, so few calls change little of what the
hotline's author knew, and many calls overrule it.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray

from voicebot.hotlines.prior import FADING
from voicebot.hotlines.schema import Hotline, PriorWeights
from voicebot.types import OTHER

Matrix = NDArray[np.float64]
Call = tuple[Mapping[str, Any], str]
"""(profile, the question it turned out to be, or `OTHER`)."""

RIDGES = (1.0, 3.0, 10.0, 30.0, 100.0)
"""Strengths of the ridge that are tried: calls' worth of trust in each weight that is there."""

SCALES = (0.8, 0.9, 1.0, 1.15)
"""Factors on all weights that are there, that are tried with each ridge: hand-set weights are often too sure, or too shy."""

STEPS = 200
"""Of accelerated gradient descent; the loss no longer moves in its fourth decimal."""

FOLDS = 5
"""Of the judgement."""

INNER_FOLDS = 3
"""Of choosing scale and ridge, inside of each."""

SMALLEST = 0.05
"""Fitted weights nearer to zero are left out of the file: 5 % of odds."""

LARGEST = 8.0
"""Fitted weights are cut at e^8 to one."""


@dataclass(frozen=True)
class Shape:
    """What a hotline's prior has weights for."""

    classes: tuple[str, ...]
    """Questions, then `OTHER`."""
    events: tuple[str, ...]
    products: tuple[str, ...]

    @classmethod
    def of(cls, hotline: Hotline) -> "Shape":
        return cls((*hotline.questions, OTHER), tuple(hotline.events), tuple(hotline.products))

    def features(self, profiles: Sequence[Mapping[str, Any]]) -> Matrix:
        """Shape (profiles, 1 + events + products): a one, faded events, products held."""
        rows = np.zeros((len(profiles), 1 + len(self.events) + len(self.products)))
        rows[:, 0] = 1.0
        for row, profile in zip(rows, profiles, strict=True):
            for rank, event in enumerate(profile.get("events", ())):
                if event in self.events:
                    row[1 + self.events.index(event)] += FADING**rank
            for product in profile.get("products", ()):
                if product in self.products:
                    row[1 + len(self.events) + self.products.index(product)] += 1.0
        return rows

    def matrix(self, weights: PriorWeights) -> Matrix:
        """Weights as an array of shape (classes, features)."""
        found = np.zeros((len(self.classes), 1 + len(self.events) + len(self.products)))
        for k, question in enumerate(self.classes[:-1]):
            found[k, 0] = weights.base.get(question, 0.0)
            for table, names, first in (
                (weights.events, self.events, 1),
                (weights.products, self.products, 1 + len(self.events)),
            ):
                for n, name in enumerate(names):
                    found[k, first + n] = table.get(name, {}).get(question, 0.0)
        found[-1, 0] = weights.other
        return found

    def weights(self, matrix: Matrix) -> PriorWeights:
        """An array as weights, rounded; the mean of the base weights is zero, as nothing depends on it."""
        cut = np.clip(matrix, -LARGEST, LARGEST)

        def table(column: int) -> dict[str, float]:
            return {
                question: round(float(cut[k, column]), 2)
                for k, question in enumerate(self.classes[:-1])
                if abs(cut[k, column]) >= SMALLEST
            }

        events = {name: table(1 + n) for n, name in enumerate(self.events)}
        products = {name: table(1 + len(self.events) + n) for n, name in enumerate(self.products)}
        return PriorWeights(
            base=table(0),
            events={name: given for name, given in events.items() if given},
            products={name: given for name, given in products.items() if given},
            other=round(float(cut[-1, 0]), 2),
        )


@dataclass(frozen=True)
class Fitted:
    """What came of fitting."""

    weights: PriorWeights
    ridge: float
    scale: float
    fitted: Matrix
    """P of every class for every call, from weights fitted without that call: shape (calls, classes)."""
    before: Matrix
    """The same from the weights that were there."""
    truth: NDArray[np.int64]
    """Index of each call's class."""
    shape: Shape


def fit_prior(hotline: Hotline, calls: Sequence[Call]) -> Fitted:
    """Weights from all `calls`, and what weights fitted without each fifth of them say of it. At least thirty calls."""
    shape = Shape.of(hotline)
    rows = shape.features([profile for profile, _ in calls])
    truth = np.array([shape.classes.index(question) for _, question in calls], np.int64)
    centre = shape.matrix(hotline.prior)
    fold = np.arange(len(calls)) % FOLDS
    held_out = np.zeros((len(calls), len(shape.classes)))
    for number in range(FOLDS):
        seen = fold != number
        scale, ridge = _best_trust(rows[seen], truth[seen], centre)
        held_out[~seen] = probabilities(rows[~seen], _fit(rows[seen], truth[seen], scale * centre, ridge))
    scale, ridge = _best_trust(rows, truth, centre)
    weights = shape.weights(_fit(rows, truth, scale * centre, ridge))
    return Fitted(weights, ridge, scale, held_out, probabilities(rows, centre), truth, shape)


def probabilities(rows: Matrix, weights: Matrix) -> Matrix:
    """P of every class: shape (rows, classes)."""
    scores = rows @ weights.T
    scores -= scores.max(axis=1, keepdims=True)
    np.exp(scores, out=scores)
    chances: Matrix = scores / scores.sum(axis=1, keepdims=True)
    return chances


def log_loss(given: Matrix, truth: NDArray[np.int64]) -> float:
    """Mean −ln P(what it was), in nats; 1e-12 at least is taken for P."""
    return float(-np.log(np.maximum(given[np.arange(len(truth)), truth], 1e-12)).mean())


def _best_trust(rows: Matrix, truth: NDArray[np.int64], centre: Matrix) -> tuple[float, float]:
    """(scale, ridge) with the least loss on calls held out."""
    fold = (np.arange(len(truth)) // FOLDS) % INNER_FOLDS
    losses = {}
    for scale in SCALES:
        for ridge in RIDGES:
            given = np.zeros((len(truth), len(centre)))
            for number in range(INNER_FOLDS):
                seen = fold != number
                given[~seen] = probabilities(rows[~seen], _fit(rows[seen], truth[seen], scale * centre, ridge))
            losses[scale, ridge] = log_loss(given, truth)
    return min(losses, key=lambda trust: losses[trust])


def _fit(rows: Matrix, truth: NDArray[np.int64], centre: Matrix, ridge: float) -> Matrix:
    """The weights of least loss plus ridge (Nesterov's method; the softmax's curvature is at most half the rows' own)."""
    free = np.ones_like(centre)
    free[-1, 1:] = 0.0  # "something else" has one weight
    wanted = np.eye(len(centre))[truth]
    step = 1.0 / (0.5 * float(np.linalg.eigvalsh(rows.T @ rows)[-1]) + ridge)
    weights, ahead, pace = centre.copy(), centre.copy(), 1.0
    for _ in range(STEPS):
        slope = (probabilities(rows, ahead) - wanted).T @ rows + ridge * (ahead - centre)
        further = ahead - step * free * slope
        faster = (1.0 + np.sqrt(1.0 + 4.0 * pace * pace)) / 2.0
        ahead = further + (pace - 1.0) / faster * (further - weights)
        weights, pace = further, faster
    return weights
