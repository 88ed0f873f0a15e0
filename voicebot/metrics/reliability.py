"""How far probabilities can be trusted: Brier score, reliability bins, calibration error.

Works on any (probability, whether it came true) pairs: proactive guesses, a fitted prior, a recogniser's confidence.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np

from voicebot.metrics.intervals import wilson

BINS = 10
"""Bins of equal width over 0–1: the usual ten."""

Forecast = tuple[float, bool]
"""A probability, and whether what it was given for came true."""


@dataclass(frozen=True, slots=True)
class Bin:
    """The forecasts of one stretch of probability."""

    low: float
    high: float
    n: int
    mean: float
    """Mean probability that was given."""
    k: int
    """How many came true."""

    @property
    def share(self) -> float:
        return self.k / self.n

    @property
    def interval(self) -> tuple[float, float]:
        """95 % Wilson interval of `share`."""
        return wilson(self.k, self.n)


def squared_errors(forecasts: Sequence[Forecast]) -> list[float]:
    """The squared distance of each probability from what happened (0 or 1). Their mean is the Brier score (G. W. Brier, 1950)."""
    return [(probability - came_true) ** 2 for probability, came_true in forecasts]


def brier(forecasts: Sequence[Forecast]) -> float | None:
    """Brier score: 0 is perfect, 0.25 is what always saying 0.5 gets. None without forecasts."""
    return float(np.mean(squared_errors(forecasts))) if forecasts else None


def reliability_bins(forecasts: Sequence[Forecast], bins: int = BINS) -> list[Bin]:
    """The forecasts in `bins` stretches of equal width, those without any left out; 1.0 belongs to the last.

    Raises `ValueError` for a probability outside 0–1.
    """
    found: dict[int, list[Forecast]] = {}
    for probability, came_true in forecasts:
        if not 0.0 <= probability <= 1.0:
            raise ValueError(f"{probability} is no probability")
        found.setdefault(min(int(probability * bins), bins - 1), []).append((probability, came_true))
    return [
        Bin(
            low=number / bins,
            high=(number + 1) / bins,
            n=len(inside),
            mean=float(np.mean([probability for probability, _ in inside])),
            k=sum(bool(came_true) for _, came_true in inside),
        )
        for number, inside in sorted(found.items())
    ]


def calibration_error(forecasts: Sequence[Forecast], bins: int = BINS) -> float | None:
    """Expected calibration error: |share that came true − mean probability| over the bins, weighted by their counts."""
    if not forecasts:
        return None
    return sum(part.n * abs(part.share - part.mean) for part in reliability_bins(forecasts, bins)) / len(forecasts)


def reliability(forecasts: Sequence[Forecast], bins: int = BINS) -> dict[str, Any]:
    """As JSON: `{brier, ece, n, bins: [{low, high, n, mean, k, share}]}`."""
    score, error = brier(forecasts), calibration_error(forecasts, bins)
    return {
        "brier": None if score is None else round(score, 4),
        "ece": None if error is None else round(error, 4),
        "n": len(forecasts),
        "bins": [
            {"low": part.low, "high": part.high, "n": part.n, "mean": round(part.mean, 4), "k": part.k,
             "share": round(part.share, 4)}
            for part in reliability_bins(forecasts, bins)
        ],
    }  # fmt: skip
