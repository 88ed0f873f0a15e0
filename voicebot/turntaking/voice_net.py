"""A small recurrent network that hears whether somebody speaks near by, and whether they mean to go on.

It is trained by scripts/train_voice_net.py on recorded and synthetic speech, signs of listening, coughs, dogs, music, tones and
babble, through telephones and noise. Here it runs frame by frame in numpy, about 60 µs a frame.
"""

import functools
from collections.abc import Mapping
from dataclasses import dataclass
from importlib.resources import files
from typing import Any

import numpy as np
from numpy.typing import NDArray

from voicebot.types import FRAME_SAMPLES, SAMPLE_RATE, Frame

WINDOW = 2 * FRAME_SAMPLES
"""Samples the network sees at once: the frame and the one before it."""

BANDS = 20
LOWEST_HZ, HIGHEST_HZ = 100.0, 3800.0
"""Telephone speech has nothing outside."""

PITCH_LAGS = slice(SAMPLE_RATE // 400, SAMPLE_RATE // 60 + 1)
"""Lags of 60–400 Hz."""

FEATURES = BANDS + 3
"""Bands, level, how periodic the window is, and its period."""

_FFT = 1024
_FLOOR = 1e-9
_LEAST_LOGIT = np.float32(-30.0)

Values = NDArray[np.float32]


def _mel_bands() -> Values:
    """Triangles evenly spread over the mel scale (O'Shaughnessy), shape (_FFT // 2 + 1, BANDS)."""
    edges = np.linspace(_mel(LOWEST_HZ), _mel(HIGHEST_HZ), BANDS + 2)
    at = _mel(np.arange(_FFT // 2 + 1) * SAMPLE_RATE / _FFT)[:, None]
    low, centre, high = edges[:-2], edges[1:-1], edges[2:]
    return np.maximum(0.0, np.minimum((at - low) / (centre - low), (high - at) / (high - centre))).astype(np.float32)


def _mel(hz: float | NDArray[np.float64]) -> NDArray[np.float64]:
    return np.asarray(1127.0 * np.log1p(np.asarray(hz) / 700.0))


_TAPER = np.hanning(WINDOW).astype(np.float32)
_TRIANGLES = _mel_bands()
_TAPER_SPECTRUM = np.abs(np.fft.rfft(_TAPER, _FFT)) ** 2
_TAPER_LIKENESS = np.fft.irfft(_TAPER_SPECTRUM)[PITCH_LAGS] / np.fft.irfft(_TAPER_SPECTRUM)[0]
"""How like itself the taper is at each lag: what a steady tone would lose by it."""


_PERIODS = np.log2(np.arange(PITCH_LAGS.start, PITCH_LAGS.stop) / PITCH_LAGS.start).astype(np.float32)
"""The feature of each lag: octaves above the shortest."""


def features(windows: Values) -> Values:
    """Features of windows at full scale 1.0, shape (n, WINDOW) → (n, FEATURES).

    Calls ask for one window a frame, where every numpy call counts: hence few of them, and none that is written in Python.
    """
    power = np.abs(np.fft.rfft(windows * _TAPER, _FFT, axis=1)) ** 2
    newest = windows[:, FRAME_SAMPLES:]
    likeness = np.fft.irfft(power, axis=1)
    periodic = likeness[:, PITCH_LAGS] / (likeness[:, :1] + _FLOOR) / _TAPER_LIKENESS
    found = np.empty((len(windows), FEATURES), np.float32)
    found[:, :BANDS] = np.log10(power @ _TRIANGLES + _FLOOR)
    found[:, BANDS] = np.log10((newest * newest).sum(axis=1) / FRAME_SAMPLES + _FLOOR)
    found[:, BANDS + 1] = periodic.max(axis=1)
    found[:, BANDS + 2] = _PERIODS[periodic.argmax(axis=1)]
    return found


@dataclass(frozen=True)
class RecurrentLayer:
    """One layer of gated recurrent units (Cho et al., 2014, with the reset after the product), h of them, behind i inputs."""

    inner: Values
    """Shape (i, 3 h): reset, update, candidate."""
    inner_bias: Values
    again: Values
    """Shape (h, 3 h)."""
    again_bias: Values

    @property
    def size(self) -> int:
        return len(self.again)

    def next(self, values: Values, state: Values) -> Values:
        """The state after `values`, shape (i,), came in; both states have shape (h,)."""
        size = self.size
        inner, again = values @ self.inner + self.inner_bias, state @ self.again + self.again_bias
        gates = _sigmoid(inner[: 2 * size] + again[: 2 * size])
        reset, update = gates[:size], gates[size:]
        candidate = np.tanh(inner[2 * size :] + reset * again[2 * size :])
        after: Values = update * state + (1.0 - update) * candidate
        return after


def _sigmoid(values: Values) -> Values:
    """1 / (1 + e^-x), as small as at −30 below that. It needs no bound above: in float32 it is 1 from 17 on."""
    odds_against: Values = np.exp(-np.maximum(values, _LEAST_LOGIT))
    return 1.0 / (1.0 + odds_against)


@dataclass(frozen=True)
class VoiceWeights:
    """The trained network, float32."""

    mean: Values
    scale: Values
    dense: Values
    """Shape (FEATURES, d): features to the first recurrent layer's input, through a rectifier."""
    dense_bias: Values
    layers: tuple[RecurrentLayer, ...]
    heads: Values
    """Shape (h, 2): speech, floor."""
    heads_bias: Values

    @classmethod
    def load(cls) -> "VoiceWeights":
        """The network that ships."""
        return _bundled()

    @classmethod
    def of(cls, arrays: Mapping[str, NDArray[Any]]) -> "VoiceWeights":
        """From arrays named after the fields, a layer's with its number behind: as scripts/train_voice_net.py saves them."""
        parts = {name: np.asarray(array, np.float32) for name, array in arrays.items()}
        layers = tuple(
            RecurrentLayer(*(parts.pop(f"{name}{number}") for name in ("inner", "inner_bias", "again", "again_bias")))
            for number in range(sum(name.startswith("inner_bias") for name in arrays))
        )
        return cls(layers=layers, **parts)


@functools.cache
def _bundled() -> VoiceWeights:
    with (files("voicebot") / "data" / "turntaking" / "voice.npz").open("rb") as file, np.load(file) as arrays:
        return VoiceWeights.of(arrays)


class VoiceNet:
    """Push frames in order (int16, shape (320,))."""

    def __init__(self, weights: VoiceWeights | None = None) -> None:
        self._weights = weights or VoiceWeights.load()
        self._window = np.zeros((1, WINDOW), np.float32)
        self._states = [np.zeros(layer.size, np.float32) for layer in self._weights.layers]

    def push(self, frame: Frame) -> tuple[float, float]:
        """P(somebody near by speaks in this frame), and, where something sounds, P(it is somebody who takes a turn)."""
        weights = self._weights
        self._window[0, :FRAME_SAMPLES] = self._window[0, FRAME_SAMPLES:]
        self._window[0, FRAME_SAMPLES:] = frame.astype(np.float32) / 32768.0
        seen = (features(self._window)[0] - weights.mean) * weights.scale
        values = np.maximum(seen @ weights.dense + weights.dense_bias, 0.0)
        for number, layer in enumerate(weights.layers):
            values = self._states[number] = layer.next(values, self._states[number])
        speech, floor = _sigmoid(values @ weights.heads + weights.heads_bias).tolist()
        return speech, floor
