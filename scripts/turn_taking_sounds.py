"""Sounds without speech for the turn-taking clips, and what lies behind a voice."""

import zlib
from pathlib import Path

import numpy as np
from soundfile import read
from soxr import resample

from voicebot.audio.effects import coloured_noise, set_level
from voicebot.audio.levels import to_int16
from voicebot.audio.tones import PROGRESS_TONES, progress
from voicebot.types import SAMPLE_RATE, Samples

STEADY = ("rain", "waves", "helicopter", "chainsaw", "fire")
"""Recorded sounds that may lie behind a voice."""


class Sounds:
    """The sounds of one half."""

    def __init__(self, half: str, speech: Path | None, chance: np.random.Generator) -> None:
        self._chance = chance
        found = sorted((speech / "noise").rglob("*.ogg")) if speech else []
        self.recordings = [path for path in found if zlib.crc32(_source(path).encode()) % 2 == (half == "test")]

    def sound(self, number: int) -> tuple[str, Samples]:
        """Of eleven: six recorded, two coughs, one tone of the line, one of music on hold, one click or hum."""
        sort = number % 11
        if sort < 6 and self.recordings:
            path = self.recordings[(number // 11 * 6 + sort) % len(self.recordings)]
            return path.stem.split("-")[0], set_level(stretch(_read(path), self._chance), self._chance.uniform(-38, -18))
        if sort < 8:
            return "cough", set_level(cough(self._chance), self._chance.uniform(-30, -16))
        if sort == 8:
            name = str(self._chance.choice(sorted(PROGRESS_TONES)))
            return name, progress(name, self._chance.uniform(1.0, 3.0), self._chance.uniform(-30, -14))
        if sort == 9:
            return "music", set_level(music(self._chance, self._chance.uniform(2.0, 4.0)), self._chance.uniform(-30, -18))
        kind = str(self._chance.choice(["hum", "pink", "white", "click", "babble"]))
        if kind == "click":
            return kind, click(self._chance)
        level = self._chance.uniform(-45, -38) if kind == "babble" else self._chance.uniform(-38, -20)
        return kind, set_level(coloured_noise(kind, round(self._chance.uniform(0.5, 3.0) * SAMPLE_RATE), self._chance), level)

    def background(self, length: int) -> Samples:
        """`length` samples of something steady."""
        steady = [path for path in self.recordings if path.stem.startswith(STEADY)]
        if steady and self._chance.random() < 0.5:
            sound = _read(steady[int(self._chance.integers(len(steady)))])
            return np.resize(sound, length)
        return coloured_noise(str(self._chance.choice(["pink", "babble", "brown", "white"])), length, self._chance)

    def line_noise(self, length: int) -> Samples:
        """The line's own noise, −75 to −60 dBFS."""
        level = 32768 * 10 ** (self._chance.uniform(-75, -60) / 20)
        return to_int16(self._chance.normal(0.0, level, length))


def stretch(sound: Samples, chance: np.random.Generator, shortest: float = 0.6) -> Samples:
    """Up to 3 s of a recording around its loudest moment."""
    length = round(chance.uniform(shortest, 3.0) * SAMPLE_RATE)
    step = SAMPLE_RATE // 10
    energy = np.convolve(sound.astype(np.float64) ** 2, np.ones(step), mode="same")
    start = int(np.clip(int(energy.argmax()) - chance.uniform(0.1, 0.6) * length, 0, max(0, len(sound) - length)))
    return sound[start : start + length]


def cough(chance: np.random.Generator) -> Samples:
    """One to three bursts of shaped noise: a sharp onset, a breathy tail, sometimes a voiced end."""
    parts = []
    for _ in range(int(chance.integers(1, 4))):
        length = round(chance.uniform(0.12, 0.35) * SAMPLE_RATE)
        t = np.arange(length) / SAMPLE_RATE
        burst = chance.standard_normal(length) * np.exp(-t / chance.uniform(0.03, 0.09)) * np.minimum(1.0, t / 0.006)
        voice = np.sin(2 * np.pi * chance.uniform(110, 260) * t) * np.exp(-(((t - 0.12) / 0.06) ** 2)) * chance.uniform(0, 0.25)
        shaped = np.convolve(burst + voice, np.hanning(int(chance.integers(3, 12))), mode="same")
        parts += [shaped, np.zeros(round(chance.uniform(0.03, 0.25) * SAMPLE_RATE))]
    values = np.concatenate(parts[:-1])
    return to_int16(values / np.abs(values).max() * 20000)


def music(chance: np.random.Generator, seconds: float) -> Samples:
    """Music on hold: chords of plucked harmonics, two or three notes at once."""
    out = np.zeros(round(seconds * SAMPLE_RATE))
    beat = round(chance.uniform(0.2, 0.5) * SAMPLE_RATE)
    for start in range(0, len(out) - beat // 2, beat):
        t = np.arange(min(2 * beat, len(out) - start)) / SAMPLE_RATE
        for _ in range(int(chance.integers(2, 4))):
            pitch = 220 * 2 ** (int(chance.integers(0, 25)) / 12)
            note = sum(np.sin(2 * np.pi * pitch * k * t) / k for k in range(1, 6))
            out[start : start + len(t)] += note * np.exp(-t * chance.uniform(2, 6))
    return to_int16(out / np.abs(out).max() * 20000)


def click(chance: np.random.Generator) -> Samples:
    """A knock on the receiver."""
    t = np.arange(round(0.05 * SAMPLE_RATE)) / SAMPLE_RATE
    return to_int16(chance.standard_normal(len(t)) * np.exp(-t / 0.008) * chance.uniform(3000, 20000))


def _source(path: Path) -> str:
    """The recording that a stretch of ESC-10 was cut from: CLASS-FOLD-SOURCE-TAKE."""
    return path.stem.split("-")[2] if path.stem.count("-") >= 2 else path.stem


def _read(path: Path) -> Samples:
    data, rate = read(path, dtype="float64", always_2d=True)
    return to_int16(resample(data.mean(axis=1), rate, SAMPLE_RATE) * 32768.0)
