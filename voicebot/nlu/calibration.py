"""Probabilities that mean what they say: fitting a temperature and a logistic curve, and measuring how well they fit."""

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

Vector = NDArray[np.float64]

BINS = 15
"""Equal-width bins of the expected calibration error, as in Guo et al. 2017, "On Calibration of Modern Neural Networks"."""


def softmax(scores: NDArray[np.floating]) -> Vector:
    """Over the last axis."""
    shifted = scores.astype(np.float64) - scores.max(axis=-1, keepdims=True)
    raised = np.exp(shifted)
    result: Vector = raised / raised.sum(axis=-1, keepdims=True)
    return result


def fit_temperature(scores: NDArray[np.floating], labels: NDArray[np.int64]) -> float:
    """The T in softmax(scores / T) under which `labels` are likeliest (golden-section search over log T)."""
    ratio = (5**0.5 - 1) / 2
    low, high = np.log(0.02), np.log(20.0)

    def loss(log_t: float) -> float:
        probabilities = softmax(scores / np.exp(log_t))
        return float(-np.log(np.maximum(probabilities[np.arange(len(labels)), labels], 1e-12)).mean())

    left, right = high - ratio * (high - low), low + ratio * (high - low)
    at_left, at_right = loss(left), loss(right)
    while high - low > 1e-3:
        if at_left < at_right:
            high, right, at_right = right, left, at_left
            left = high - ratio * (high - low)
            at_left = loss(left)
        else:
            low, left, at_left = left, right, at_right
            right = low + ratio * (high - low)
            at_right = loss(right)
    return float(np.exp((low + high) / 2))


@dataclass(frozen=True)
class Logistic:
    """P(yes | x) = 1 / (1 + exp(−(offset + slopes · (x − mean) / spread)))."""

    offset: float
    slopes: Vector
    mean: Vector
    spread: Vector

    def probability(self, x: NDArray[np.floating]) -> Vector:
        """Shape (n, features) → (n,), or (features,) → ()."""
        z = self.offset + ((x - self.mean) / self.spread) @ self.slopes
        result: Vector = 1.0 / (1.0 + np.exp(-np.clip(z, -40.0, 40.0)))
        return result


def fit_logistic(x: NDArray[np.floating], yes: NDArray[np.bool_], prior: float, penalty: float = 1.0) -> Logistic:
    """Platt's logistic curve by Newton's method, both classes reweighted so that P(yes) is `prior` over all."""
    mean, spread = x.mean(axis=0), np.maximum(x.std(axis=0), 1e-6)
    design = np.hstack([np.ones((len(x), 1)), (x - mean) / spread])
    wanted = yes.astype(np.float64)
    weight = np.where(yes, prior / max(yes.mean(), 1e-9), (1 - prior) / max(1 - yes.mean(), 1e-9))
    ridge = penalty * np.eye(design.shape[1])
    ridge[0, 0] = 1e-6
    theta = np.zeros(design.shape[1])
    for _ in range(50):
        p = 1.0 / (1.0 + np.exp(-np.clip(design @ theta, -40.0, 40.0)))
        gradient = design.T @ (weight * (p - wanted)) + ridge @ theta
        curvature = (design * (weight * p * (1 - p))[:, None]).T @ design + ridge
        step = np.linalg.solve(curvature, gradient)
        theta -= step
        if float(np.abs(step).max()) < 1e-8:
            break
    return Logistic(float(theta[0]), theta[1:], mean, spread)


@dataclass(frozen=True)
class ReliabilityBin:
    low: float
    high: float
    count: int
    confidence: float
    """Mean predicted probability of what falls into the bin."""
    accuracy: float


def reliability(confidence: NDArray[np.floating], right: NDArray[np.bool_], bins: int = BINS) -> tuple[ReliabilityBin, ...]:
    """Predicted against seen, in `bins` equal bins of the prediction; empty bins are left out."""
    place = np.minimum((confidence * bins).astype(int), bins - 1)
    found = []
    for index in range(bins):
        inside = place == index
        if inside.any():
            mean, share = float(confidence[inside].mean()), float(right[inside].mean())
            found.append(ReliabilityBin(index / bins, (index + 1) / bins, int(inside.sum()), mean, share))
    return tuple(found)


def expected_calibration_error(confidence: NDArray[np.floating], right: NDArray[np.bool_], bins: int = BINS) -> float:
    """Mean distance of confidence and accuracy over `reliability`'s bins, weighted by their counts; 0.0 for no data."""
    total = len(confidence)
    return sum(bin.count * abs(bin.confidence - bin.accuracy) for bin in reliability(confidence, right, bins)) / max(1, total)


def brier_score(probabilities: NDArray[np.floating], labels: NDArray[np.int64]) -> float:
    """Mean squared distance from the truth, summed over classes (Brier 1950): 0.0 perfect, 2.0 at worst."""
    wanted = np.zeros_like(probabilities)
    wanted[np.arange(len(labels)), labels] = 1.0
    return float(np.square(probabilities - wanted).sum(axis=1).mean())


def auroc(scores: NDArray[np.floating], positive: NDArray[np.bool_]) -> float:
    """Probability that a positive scores above a negative (ties count half); nan without both kinds."""
    count = int(positive.sum())
    if count in (0, len(scores)):
        return float("nan")
    _, place, sizes = np.unique(scores, return_inverse=True, return_counts=True)
    ranks = (np.cumsum(sizes) - (sizes - 1) / 2)[place]
    return float((ranks[positive].sum() - count * (count + 1) / 2) / (count * (len(scores) - count)))
