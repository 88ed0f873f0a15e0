"""Intervals against known values and properties."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from voicebot.metrics.intervals import latency, mean, rate, wilson


@pytest.mark.parametrize(
    ("k", "n", "low", "high"),
    [(0, 10, 0.0, 0.2775), (5, 10, 0.2366, 0.7634), (81, 263, 0.2553, 0.3662), (10, 10, 0.7225, 1.0)],
)
def test_wilson_against_published_values(k: int, n: int, low: float, high: float) -> None:
    """81 of 263 is the worked example of R. G. Newcombe, Statistics in Medicine 17 (1998), table I."""
    assert wilson(k, n) == pytest.approx((low, high), abs=5e-5)


@given(st.integers(0, 500), st.integers(0, 500))
def test_the_interval_holds_the_rate(k: int, more: int) -> None:
    figure = rate(k, k + more)
    assert 0 <= figure["low"] <= figure["high"] <= 1
    if figure["n"]:
        assert figure["low"] - 1e-4 <= figure["rate"] <= figure["high"] + 1e-4


def test_nothing_observed() -> None:
    assert rate(0, 0) == {"k": 0, "n": 0, "rate": None, "low": 0.0, "high": 1.0}
    assert mean([])["value"] is None
    assert latency([])["n"] == 0


@given(st.lists(st.floats(0, 100), min_size=1, max_size=30))
def test_bootstrap_is_repeatable_and_holds_the_mean(values: list[float]) -> None:
    figure = mean(values)
    assert figure == mean(values)
    assert min(values) - 1e-3 <= figure["low"] <= figure["high"] <= max(values) + 1e-3
