"""Disturbances: what they leave alone, what they change, and that they are the same again from the same seed."""

import numpy as np
import pytest

from tests.train.conftest import SCRIPTS

assert SCRIPTS.is_dir()

torch = pytest.importorskip("torch")
pytest.importorskip("kaldi_native_fbank")
disturb = pytest.importorskip("disturb")
features = pytest.importorskip("features")


def speech() -> "torch.Tensor":
    """A tone that comes and goes, and silence: (1, frames, 40)."""
    time = np.arange(32000) / 16000
    sound = 3000 * np.sin(2 * np.pi * 440 * time) * (np.sin(2 * np.pi * 2 * time) > 0)
    return torch.from_numpy(features.mfcc(sound + np.random.default_rng(0).standard_normal(32000)))[None]


def test_nothing_is_lost_when_nothing_is_done(monkeypatch: pytest.MonkeyPatch) -> None:
    for name in ("NOISY", "COLOURED_LINES", "LOUDNESS", "MASKED"):
        monkeypatch.setattr(disturb, name, 0.0)
    before = speech()
    after = disturb.Disturbance([], 1)(before)
    assert torch.allclose(after, before, atol=0.05)


def test_noise_adds_as_much_power_as_the_ratio_says(monkeypatch: pytest.MonkeyPatch) -> None:
    for name, value in (("NOISY", 1.0), ("COLOURED_LINES", 0.0), ("LOUDNESS", 0.0), ("MASKED", 0.0), ("SNR_DB", (15.0, 15.0))):
        monkeypatch.setattr(disturb, name, value)
    before = speech()
    made = disturb.Disturbance([], 1)
    powers = made._powers(before), made._powers(made(before))
    added = float((powers[1] - powers[0]).mean() / powers[0].mean())
    assert added == pytest.approx(10**-1.5, rel=0.1)


def test_the_same_seed_draws_the_same() -> None:
    before = speech().repeat(4, 1, 1)
    first, second, other = (disturb.Disturbance([], seed)(before) for seed in (3, 3, 4))
    assert torch.equal(first, second)
    assert not torch.equal(first, other)
    assert torch.isfinite(first).all()
