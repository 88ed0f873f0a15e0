"""Rates and means with their intervals, and latencies as percentiles, in the JSON shapes that every command prints."""

from collections.abc import Sequence
from typing import Any

import numpy as np

Z95 = 1.959963984540054
"""Normal quantile of a two-sided 95 % interval."""

RESAMPLES = 1000
"""Bootstrap resamples: the 2.5 % and 97.5 % points are then good to about a tenth of the interval's width."""


def wilson(k: int, n: int) -> tuple[float, float]:
    """95 % score interval of a rate `k`/`n` (E. B. Wilson, 1927). Without observations: (0, 1)."""
    if n == 0:
        return 0.0, 1.0
    share, z2 = k / n, Z95 * Z95
    centre = (share + z2 / (2 * n)) / (1 + z2 / n)
    half = Z95 * (share * (1 - share) / n + z2 / (4 * n * n)) ** 0.5 / (1 + z2 / n)
    return max(0.0, centre - half), min(1.0, centre + half)


def rate(k: int, n: int) -> dict[str, Any]:
    """`{k, n, rate, low, high}`; `rate` is None without observations."""
    low, high = wilson(k, n)
    return {"k": k, "n": n, "rate": round(k / n, 4) if n else None, "low": round(low, 4), "high": round(high, 4)}


def mean(values: Sequence[float], seed: int = 0) -> dict[str, Any]:
    """`{value, n, low, high}` with a 95 % percentile bootstrap interval, drawn from a fixed seed."""
    if not values:
        return {"value": None, "n": 0, "low": None, "high": None}
    data = np.asarray(values, dtype=float)
    chance = np.random.default_rng(seed)
    means = [data[chance.integers(0, len(data), size=len(data))].mean() for _ in range(RESAMPLES)]  # one at a time: little memory
    low, high = np.percentile(means, [2.5, 97.5])
    return {"value": round(float(data.mean()), 4), "n": len(data), "low": round(float(low), 4), "high": round(float(high), 4)}


def latency(values_ms: Sequence[float]) -> dict[str, Any]:
    """`{p50, p95, n}` in milliseconds."""
    if not values_ms:
        return {"p50": None, "p95": None, "n": 0}
    p50, p95 = np.percentile(np.asarray(values_ms, dtype=float), [50, 95])
    return {"p50": round(float(p50), 1), "p95": round(float(p95), 1), "n": len(values_ms)}
