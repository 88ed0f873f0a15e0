"""Throats, noise and lines that come on while a network is trained: every epoch hears others say the same, through others.

Shards hold cepstra. Of forty from forty bands nothing was lost, so they turn back into the bands' powers, where a throat moves
what it resonates at (Jaitly and Hinton, 2013), noise adds, a line colours and a narrow one leaves bands out; then into cepstra
again. It costs a hundredth of mixing sound.
"""

import math
from pathlib import Path

import numpy as np
import soundfile
import torch
from augment import RATE, coloured
from features import HIGH_HZ, LOW_HZ, mfcc
from network import CEPSTRA
from scipy.signal import resample_poly
from torch import Tensor

LIFTER = 22
"""Kaldi's cepstral lifter: `--cepstral-lifter` of the features, as it is when not set."""

NOISY = 0.6
"""Share of the chunks that get noise on top of what their shard gave them."""

SNR_DB = (3.0, 25.0)
COLOURED_LINES = 0.7
COLOUR = 0.5
"""Standard deviation of the slowest ripple over the bands, in natural log power: about 2 dB; faster ones are weaker."""

RIPPLES = 5
LOUDNESS = 0.7
"""Standard deviation of the gain in natural log power: 3 dB."""

THROATS = 0.09
"""Standard deviation of the log of the length of throats, as drawn for every chunk."""

BENT_THROATS = 0.04
"""The same of how much more low resonances move than high ones: throats differ in shape."""

LONGEST_THROAT = 1.25

MASKED = 0.3
WIDEST_MASK = 6
COLOURED_SECONDS = 240


class Disturbance:
    """Draws anew for every batch; all of it from one seed."""

    def __init__(self, noises: list[Path], seed: int) -> None:
        """`noises`: sound files, beside coloured noise."""
        self._draw = torch.Generator().manual_seed(seed)
        bands = torch.arange(CEPSTRA) + 0.5
        self._tilt = torch.cos(math.pi / CEPSTRA * bands)
        low, high = _mel(torch.tensor(LOW_HZ)), _mel(torch.tensor(HIGH_HZ))
        self._lowest, self._distance = low, (high - low) / (CEPSTRA + 1)
        self._hertz = _hertz(low + self._distance * torch.arange(1, CEPSTRA + 1))
        waves = torch.cos(math.pi / CEPSTRA * bands[None] * torch.arange(CEPSTRA)[:, None]) * math.sqrt(2 / CEPSTRA)
        waves[0] = math.sqrt(1 / CEPSTRA)
        lifter = 1 + LIFTER / 2 * torch.sin(math.pi * torch.arange(CEPSTRA) / LIFTER)
        self._to_cepstra = waves.T * lifter
        self._to_bands = waves / lifter[:, None]
        self._ripples = torch.cos(math.pi / CEPSTRA * bands[None] * torch.arange(1, RIPPLES + 1)[:, None])
        chance = np.random.default_rng(seed)
        sounds = [_read(path) for path in noises]
        sounds += [coloured(RATE, chance) * 3000 / RATE**0.5 for _ in range(COLOURED_SECONDS)]
        powers = [self._powers(torch.from_numpy(mfcc(sound))) for sound in sounds if np.abs(sound).max() > 0]
        self._noise = torch.cat([power / power.mean().clamp_min(1e-6) for power in powers])

    def __call__(self, frames: Tensor) -> Tensor:
        """Cepstra (batch, frames, CEPSTRA) of speech, changed."""
        many, length, _ = frames.shape
        power = torch.exp(self._moved(frames @ self._to_bands))
        starts = torch.randint(0, len(self._noise) - length, (many,), generator=self._draw)
        noise = self._noise[starts[:, None] + torch.arange(length)]
        decibels = SNR_DB[0] + (SNR_DB[1] - SNR_DB[0]) * self._random(many)
        level = power.mean((1, 2)) / noise.mean((1, 2)).clamp_min(1e-3) * 10 ** (-decibels / 10) * (self._random(many) < NOISY)
        bands = torch.log(power + noise * level[:, None, None] + 1e-6)
        colour = torch.randn(many, RIPPLES, generator=self._draw) * COLOUR / torch.arange(1, RIPPLES + 1).sqrt()
        colour = colour * (self._random(many) < COLOURED_LINES)[:, None]
        bands = bands + (colour @ self._ripples + LOUDNESS * torch.randn(many, 1, generator=self._draw))[:, None]
        return self._masked(bands) @ self._to_cepstra

    def _moved(self, bands: Tensor) -> Tensor:
        """Log powers of speech as from throats of other lengths and shapes: bands take what others held."""
        drawn = torch.randn(len(bands), 2, generator=self._draw)
        longer = (THROATS * drawn[:, :1] + BENT_THROATS * drawn[:, 1:] * self._tilt).exp()
        held = self._hertz * longer.clamp(1 / LONGEST_THROAT, LONGEST_THROAT)
        place = ((_mel(held) - self._lowest) / self._distance - 1).clamp(0, CEPSTRA - 1)
        share = (1 - (place[:, :, None] - torch.arange(CEPSTRA)).abs()).clamp_min(0)
        return bands @ share.transpose(1, 2)

    def _masked(self, bands: Tensor) -> Tensor:
        """A few neighbouring bands of some chunks at the floor of the chunk."""
        many = len(bands)
        first = torch.randint(0, CEPSTRA - WIDEST_MASK, (many,), generator=self._draw)
        wide = torch.randint(1, WIDEST_MASK + 1, (many,), generator=self._draw) * (self._random(many) < MASKED)
        band = torch.arange(CEPSTRA)
        hidden = (band >= first[:, None]) & (band < (first + wide)[:, None])
        return torch.where(hidden[:, None], bands.amin((1, 2), keepdim=True), bands)

    def _powers(self, cepstra: Tensor) -> Tensor:
        return torch.exp(cepstra @ self._to_bands)

    def _random(self, many: int) -> Tensor:
        return torch.rand(many, generator=self._draw)


def _mel(hertz: Tensor) -> Tensor:
    return 1127 * torch.log1p(hertz / 700)


def _hertz(mel: Tensor) -> Tensor:
    return 700 * torch.expm1(mel / 1127)


def _read(path: Path) -> np.ndarray:
    data, rate = soundfile.read(path, dtype="float32", always_2d=True)
    return np.asarray(resample_poly(data.mean(axis=1), RATE // 100, rate // 100) * 3000, np.float32)
