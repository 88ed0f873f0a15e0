"""What happens to speech between a mouth and a recogniser: throats, rooms, noise, lines, levels and lost packets."""

from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path

import numpy as np
import soundfile
from numpy.typing import NDArray
from scipy.signal import butter, fftconvolve, lfilter, resample_poly, sosfilt

RATE = 16000
Audio = NDArray[np.float32]
Chance = np.random.Generator


@dataclass(frozen=True, slots=True)
class Segment:
    """A state of a phone, and when it sounds (seconds)."""

    phone: str
    state: int
    start: float
    end: float

    def moved(self, seconds: float, factor: float = 1.0) -> "Segment":
        return Segment(self.phone, self.state, self.start * factor + seconds, self.end * factor + seconds)


@dataclass(frozen=True, slots=True)
class Aligned:
    """Speech within ±1 at 16 kHz, and its states."""

    audio: Audio
    segments: tuple[Segment, ...]


def throat(speech: Aligned, percent: int) -> Aligned:
    """Resampled: pitch, formants and tempo move together. Above 100: a longer throat, slower."""
    if percent == 100:
        return speech
    audio = resample_poly(speech.audio, percent, 100).astype(np.float32)
    return Aligned(audio, tuple(segment.moved(0.0, percent / 100) for segment in speech.segments))


def tempo(speech: Aligned, factor: float) -> Aligned:
    """`factor` times as long at the same pitch, by overlapping similar pieces (WSOLA; Verhelst and Roelands, 1993)."""
    window, hop, search = 640, 320, 160
    if abs(factor - 1) < 0.03 or len(speech.audio) < 2000:
        return speech
    length = int(len(speech.audio) * factor)
    source = np.pad(speech.audio, (400, 1400))
    fade = np.hanning(window).astype(np.float32)
    out = np.zeros(length + 2 * window, np.float32)
    natural: Audio | None = None
    for place in range(0, length, hop):
        start = int(place / factor) + 400
        if natural is not None:
            around = source[start - search : start + search + window]
            if len(around) < window + 2 * search:
                break
            start += 2 * int(np.argmax(np.correlate(around[::2], natural[::2], "valid"))) - search
        out[place : place + window] += source[start : start + window] * fade
        natural = source[start + hop : start + hop + window]
    return Aligned(out[:length], tuple(segment.moved(0.0, factor) for segment in speech.segments))


class Line:
    """Rooms, noises and telephones, drawn at random."""

    def __init__(self, noises: list[Path], chance: Chance) -> None:
        """`noises`: sound files to mix in."""
        self._chance = chance
        self._noises = [sound for path in noises if (sound := _read(path)) is not None]
        self._babble: Audio | None = None

    def reseed(self, seed: int) -> None:
        """Begin anew, with the same noises."""
        self._chance = np.random.default_rng(seed)
        self._babble = None

    def __call__(self, speech: Aligned) -> tuple[NDArray[np.float32], tuple[Segment, ...]]:
        """Samples on the scale of int16, silence before and behind them, and the states moved with them."""
        chance = self._chance
        before, behind = (int(chance.uniform(low, high) * RATE) for low, high in ((0.05, 0.7), (0.2, 0.8)))
        sound = _unit(speech.audio)
        said = sound
        if chance.random() < 0.3:
            said = self._room(said)
        if chance.random() < 0.5:
            said = lfilter([1, -chance.uniform(-0.5, 0.6)], [1], said).astype(np.float32)
        line = _unit(np.concatenate([np.zeros(before, np.float32), said, np.zeros(behind, np.float32)]))
        if chance.random() < 0.7:
            line = _unit(self._noisy(line, float(np.mean(sound**2))))
        if chance.random() < 0.08:
            line = _unit(np.clip(line, -1, 1) if chance.random() < 0.2 else np.clip(line * chance.uniform(1.5, 4), -1, 1))
        if chance.random() < 0.5:
            line = _unit(self._telephone(line))
        if chance.random() < 0.08:
            line = self._lossy(line)
        if self._babble is None or chance.random() < 0.2:
            self._babble = np.resize(sound, 8 * RATE)
        level = 10 ** (chance.uniform(-30, -0.5) / 20)
        return np.round(line * level * 32767), tuple(segment.moved(before / RATE) for segment in speech.segments)

    def _room(self, sound: Audio) -> Audio:
        """Noise that dies away by 60 dB within 0.08 to 0.5 s, behind the direct sound."""
        length = int(self._chance.uniform(0.08, 0.5) * RATE)
        answer = self._chance.standard_normal(length) * np.exp(-6.9 * np.arange(length) / length)
        answer *= self._chance.uniform(0.02, 0.12)
        answer[0] = 1.0
        return fftconvolve(sound, answer).astype(np.float32)[: len(sound) + int(0.15 * RATE)]

    def _noisy(self, line: Audio, power: float) -> Audio:
        chance = self._chance
        ratio = chance.uniform(3, 32)
        kind = chance.random()
        if kind < 0.2 and self._babble is not None:
            noise, ratio = _stretch(self._babble, len(line), chance), max(ratio, 10.0)
        elif kind < 0.6 and self._noises:
            noise = _stretch(self._noises[int(chance.integers(len(self._noises)))], len(line), chance)
        else:
            noise = coloured(len(line), chance)
        return line + noise * np.float32(np.sqrt(power / (np.mean(noise**2) + 1e-9) / 10 ** (ratio / 10)))

    def _telephone(self, line: Audio) -> Audio:
        """8 kHz, a telephone's band, and G.711 (its continuous form: 255 steps of the companded value)."""
        chance = self._chance
        narrow = resample_poly(line * chance.uniform(0.05, 1.0), 1, 2)
        band = butter(4, [chance.uniform(150, 350) / 4000, chance.uniform(3200, 3800) / 4000], btype="band", output="sos")
        narrow = np.clip(sosfilt(band, narrow), -1, 1)
        compand, expand = (_mu_law, _mu_expand) if chance.random() < 0.5 else (_a_law, _a_expand)
        return resample_poly(expand(np.round(compand(narrow) * 127) / 127), 2, 1).astype(np.float32)

    def _lossy(self, line: Audio) -> Audio:
        """Packets of 20 ms, some lost: silence, or the last one once more."""
        line = line.copy()
        size, share, repeat = RATE // 50, self._chance.uniform(0.01, 0.06), self._chance.random() < 0.5
        for start in range(size, len(line) - size, size):
            if self._chance.random() < share:
                line[start : start + size] = line[start - size : start] * 0.7 if repeat else 0.0
        return line


def _mu_law(sound: Audio) -> Audio:
    return np.sign(sound) * np.log1p(255 * np.abs(sound)) / np.log(256)


def _mu_expand(sound: Audio) -> Audio:
    return np.sign(sound) * (256 ** np.abs(sound) - 1) / 255


_A = 87.6
"""Of G.711's A-law."""


def _a_law(sound: Audio) -> Audio:
    size = np.abs(sound)
    return np.sign(sound) * np.where(size < 1 / _A, _A * size, 1 + np.log(np.maximum(size, 1e-9) * _A)) / (1 + np.log(_A))


def _a_expand(sound: Audio) -> Audio:
    size = np.abs(sound) * (1 + np.log(_A))
    return np.sign(sound) * np.where(size < 1, size, np.exp(size - 1)) / _A


_COLOURS: tuple[Callable[[Audio, Chance], Audio], ...] = (
    lambda white, _: white,
    lambda white, _: lfilter([1], [1, -0.95], white),
    lambda white, _: lfilter([1], [1, -0.6], white),
    lambda white, chance: lfilter([1], [1, -0.9], white * _swell(len(white), chance)) + _hum(len(white)),
)


def coloured(length: int, chance: Chance) -> Audio:
    white = chance.standard_normal(length + 200).astype(np.float32)
    return _COLOURS[int(chance.integers(len(_COLOURS)))](white, chance)[200:].astype(np.float32)


def _swell(length: int, chance: Chance) -> Audio:
    return 0.3 + np.abs(np.sin(np.arange(length) / RATE * 2 * np.pi * chance.uniform(0.3, 3))).astype(np.float32)


def _hum(length: int) -> Audio:
    return 0.5 * np.sin(2 * np.pi * 50 * np.arange(length) / RATE).astype(np.float32)


def _stretch(sound: Audio, length: int, chance: Chance) -> Audio:
    sound = np.resize(sound, max(length, len(sound)))
    start = int(chance.integers(0, len(sound) - length + 1))
    return sound[start : start + length] + 1e-5 * chance.standard_normal(length).astype(np.float32)


def _unit(sound: Audio) -> Audio:
    return (sound / (np.abs(sound).max() + 1e-9)).astype(np.float32)


def _read(path: Path) -> Audio | None:
    """A sound at 16 kHz; None for one that is silent."""
    data, rate = soundfile.read(path, dtype="float32", always_2d=True)
    sound = resample_poly(data.mean(axis=1), RATE // 100, rate // 100).astype(np.float32)
    return sound if np.abs(sound).max() > 1e-3 else None
