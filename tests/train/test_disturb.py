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
    for name in ("NOISY", "COLOURED_LINES", "LOUDNESS", "MASKED", "THROATS", "BENT_THROATS"):
        monkeypatch.setattr(disturb, name, 0.0)
    before = speech()
    after = disturb.Disturbance([], 1)(before)
    assert torch.allclose(after, before, atol=0.05)


def test_noise_adds_as_much_power_as_the_ratio_says(monkeypatch: pytest.MonkeyPatch) -> None:
    for name, value in (("NOISY", 1.0), ("COLOURED_LINES", 0.0), ("LOUDNESS", 0.0), ("MASKED", 0.0), ("SNR_DB", (15.0, 15.0))):
        monkeypatch.setattr(disturb, name, value)
    for name in ("THROATS", "BENT_THROATS"):
        monkeypatch.setattr(disturb, name, 0.0)
    before = speech()
    made = disturb.Disturbance([], 1)
    powers = made._powers(before), made._powers(made(before))
    added = float((powers[1] - powers[0]).mean() / powers[0].mean())
    assert added == pytest.approx(10**-1.5, rel=0.1)


def test_a_longer_throat_resonates_lower(monkeypatch: pytest.MonkeyPatch) -> None:
    """So long that every draw is at one of the limits: a fifth longer or shorter."""
    for name, value in (("NOISY", 0.0), ("COLOURED_LINES", 0.0), ("LOUDNESS", 0.0), ("MASKED", 0.0), ("BENT_THROATS", 0.0)):
        monkeypatch.setattr(disturb, name, value)
    monkeypatch.setattr(disturb, "THROATS", 100.0)
    monkeypatch.setattr(disturb, "LONGEST_THROAT", 1.2)
    made = disturb.Disturbance([], 1)

    def loudest(hertz: float) -> "torch.Tensor":
        tone = 3000 * np.sin(2 * np.pi * hertz * np.arange(16000) / 16000)
        return torch.from_numpy(features.mfcc(tone))[None]

    after = made(loudest(1000).repeat(64, 1, 1))
    bands = made._powers(after).mean(1).argmax(1)
    expected = {int(made._powers(loudest(hertz)).mean(1).argmax()) for hertz in (1000 / 1.2, 1000 * 1.2)}
    assert set(bands.tolist()) == expected


def test_the_same_seed_draws_the_same() -> None:
    before = speech().repeat(4, 1, 1)
    first, second, other = (disturb.Disturbance([], seed)(before) for seed in (3, 3, 4))
    assert torch.equal(first, second)
    assert not torch.equal(first, other)
    assert torch.isfinite(first).all()
