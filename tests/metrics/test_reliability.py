"""Brier score, bins and calibration error against values worked out by hand."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from voicebot.metrics.reliability import Forecast, brier, calibration_error, reliability, reliability_bins

FORECASTS: list[Forecast] = [(0.8, True), (0.85, False), (0.2, False), (1.0, True)]


def test_brier() -> None:
    assert brier(FORECASTS) == pytest.approx((0.04 + 0.7225 + 0.04 + 0.0) / 4)
    assert brier([(1.0, True), (0.0, False)]) == 0.0
    assert brier([]) is None


def test_bins_hold_what_falls_in_them() -> None:
    low, high, last = reliability_bins(FORECASTS)
    assert (low.low, low.n, low.k) == (pytest.approx(0.2), 1, 0)
    assert (high.n, high.k, high.mean, high.share) == (2, 1, pytest.approx(0.825), 0.5)
    assert (last.high, last.n, last.k) == (1.0, 1, 1)


def test_a_bin_has_a_wilson_interval() -> None:
    assert reliability_bins([(0.5, True)] * 5 + [(0.5, False)] * 5)[0].interval == pytest.approx((0.2366, 0.7634), abs=5e-5)


def test_calibration_error_weighs_bins_by_their_counts() -> None:
    assert calibration_error(FORECASTS) == pytest.approx((0.2 * 1 + 0.325 * 2 + 0.0) / 4)
    assert calibration_error([]) is None


@pytest.mark.parametrize("probability", [-0.1, 1.1, float("nan")])
def test_what_is_no_probability_is_refused(probability: float) -> None:
    with pytest.raises(ValueError, match="no probability"):
        reliability_bins([(probability, True)])


def test_as_json() -> None:
    found = reliability(FORECASTS, bins=2)
    assert (found["brier"], found["n"], [part["n"] for part in found["bins"]]) == (0.2006, 4, [1, 3])
    assert reliability([]) == {"brier": None, "ece": None, "n": 0, "bins": []}


@given(st.lists(st.tuples(st.floats(0, 1), st.booleans()), min_size=1), st.integers(1, 20))
def test_every_forecast_is_in_one_bin(forecasts: list[Forecast], bins: int) -> None:
    found = reliability_bins(forecasts, bins)
    assert sum(part.n for part in found) == len(forecasts)
    assert sum(part.k for part in found) == sum(came_true for _, came_true in forecasts)
    assert 0 <= (brier(forecasts) or 0) <= 1
    assert 0 <= (calibration_error(forecasts, bins) or 0) <= 1
