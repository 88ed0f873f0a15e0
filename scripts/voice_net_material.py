"""What the voice network is trained on: scenes of a caller's leg with speech, signs of listening and sounds, frame by frame."""

import zlib
from collections.abc import Iterator
from pathlib import Path
from typing import Literal, TypeAlias

import numpy as np
from soxr import resample
from turn_taking_sounds import click, cough, music, stretch
from voice_net_stock import Part, Stock, Talkers

from voicebot.audio.echo import EchoCanceller
from voicebot.audio.effects import coloured_noise, echo_path, lose_packets, room, set_level, telephone
from voicebot.audio.levels import mix, to_int16
from voicebot.audio.tones import PROGRESS_TONES, keys, progress
from voicebot.turntaking.voice_net import WINDOW, features
from voicebot.types import FRAME_SAMPLES, SAMPLE_RATE, Samples

EventKind: TypeAlias = Literal["turn", "sign", "noise"]
KINDS: tuple[EventKind, ...] = ("turn", "sign", "noise")

SCENE_FRAMES = 400
"""8 s."""

MOST_EVENTS = 8

EDGE_DB = 32.0
"""A frame of clean speech is speech within so much of its loudest."""

UNHEARD_FRAMES = 3
"""Frames of a sound in which nobody can tell what it will be: they do not count in the floor's loss."""

EARLY_FRAMES = 45
"""Frames of a sound in which the floor is decided: they count in full, later ones by a quarter."""

SHORTEST_NOISE = 0.3
"""Seconds of a recorded noise, at least."""

ECHO_SHARE = 0.15
"""Share of the scenes in which the bot speaks and its echo was cancelled."""


class Scenes:
    """Draws scenes from a stock."""

    def __init__(self, stock: Stock, chance: np.random.Generator) -> None:
        self._stock = stock
        self._chance = chance

    def draw(self) -> tuple[np.ndarray, ...]:
        """Features (SCENE_FRAMES, f), speech, floor and the floor's weight, each (SCENE_FRAMES,), and events (MOST_EVENTS, 3).

        An event is its first frame, the frame after its last, and its place in `KINDS`; rows of −1 fill up.
        """
        length = SCENE_FRAMES * FRAME_SAMPLES
        line, clean = np.zeros(length), np.zeros(length)
        floor, weight = np.zeros(SCENE_FRAMES, np.float32), np.zeros(SCENE_FRAMES, np.float32)
        events = np.full((MOST_EVENTS, 3), -1, np.int16)
        at = round(self._chance.uniform(0.2, 1.2) * SAMPLE_RATE)
        for number in range(MOST_EVENTS):
            if at >= length - SAMPLE_RATE // 2:
                break
            kind, sound = self._event()
            sound = sound[: length - at]
            line[at : at + len(sound)] += sound
            first, last = at // FRAME_SAMPLES, min(SCENE_FRAMES, -(-(at + len(sound)) // FRAME_SAMPLES))
            events[number] = first, last, KINDS.index(kind)
            floor[first:last] = kind == "turn"
            weight[first + UNHEARD_FRAMES : last] = 0.25
            weight[first + UNHEARD_FRAMES : min(last, first + EARLY_FRAMES)] = 1.0
            if kind != "noise":
                clean[at : at + len(sound)] += sound
            at += len(sound) + round(self._chance.uniform(0.25, 1.6) * SAMPLE_RATE)
        heard = self._channel(to_int16(line + self._background(length)))
        return self._features(heard), _speech(clean), floor, weight, events

    # ------------------------------------------------------------ what sounds

    def _event(self) -> tuple[EventKind, Samples]:
        share = self._chance.random()
        if share < 0.42:
            sound = self._voice(self._one(self._stock.utterances))
            return "turn", set_level(sound, self._chance.uniform(-34, -12))
        if share < 0.72:
            return "sign", set_level(self._voice(self._one(self._stock.murmurs)), self._chance.uniform(-36, -14))
        return "noise", self._noise()

    def _noise(self) -> Samples:
        chance = self._chance
        kind = int(chance.integers(12))
        if kind < 6:
            return set_level(stretch(self._one(self._stock.noises), chance, SHORTEST_NOISE), chance.uniform(-40, -14))
        if kind < 8:
            return set_level(cough(chance), chance.uniform(-32, -14))
        if kind == 8:
            return set_level(music(chance, chance.uniform(0.5, 3.0)), chance.uniform(-36, -14))
        if kind == 9:
            name = str(chance.choice(sorted(PROGRESS_TONES)))
            return progress(name, chance.uniform(0.5, 2.0), chance.uniform(-34, -12))
        if kind == 10:
            return keys(str(chance.integers(0, 10)), chance.uniform(0.05, 0.3), 0.05, chance.uniform(-28, -8))
        if chance.random() < 0.3:
            return click(chance)
        sort = str(chance.choice(["hum", "pink", "white", "brown", "babble", "far talk"]))
        length = round(chance.uniform(0.3, 2.5) * SAMPLE_RATE)
        if sort == "far talk":
            return set_level(self._talk(length, 1), chance.uniform(-58, -46))
        level = chance.uniform(-48, -36) if sort == "babble" else chance.uniform(-40, -18)
        return set_level(coloured_noise(sort, length, chance), level)

    def _voice(self, sound: Samples) -> Samples:
        """Another throat: pitch and formants together."""
        bent = resample(sound.astype(np.float64), SAMPLE_RATE, SAMPLE_RATE * self._chance.uniform(0.88, 1.14))
        return to_int16(bent)

    def _one(self, sounds: list[Samples]) -> Samples:
        return sounds[int(self._chance.integers(len(sounds)))]

    def _talk(self, length: int, voices: int) -> Samples:
        """People talking at once, none of them to the bot."""
        total = np.zeros(length)
        for _ in range(voices):
            spoken = np.concatenate([self._one(self._stock.utterances) for _ in range(1 + length // SAMPLE_RATE // 2)])
            total += np.resize(spoken, length)
        return to_int16(room(to_int16(total / voices), self._chance, 0.4, 0.0))

    # ------------------------------------------------------------ what lies behind it, and the line

    def _background(self, length: int) -> np.ndarray:
        level = 32768 * 10 ** (self._chance.uniform(-78, -58) / 20)
        quiet = self._chance.normal(0.0, level, length) * (self._chance.random() < 0.8)
        if self._chance.random() < 0.45:
            return quiet
        sort = int(self._chance.integers(6))
        if sort < 2:
            noise = set_level(np.resize(self._one(self._stock.noises), length), self._chance.uniform(-62, -30))
        elif sort == 2:
            noise = set_level(self._talk(length, int(self._chance.integers(1, 6))), self._chance.uniform(-64, -46))
        else:
            sort_of = str(self._chance.choice(["pink", "babble", "brown", "white"]))
            noise = set_level(coloured_noise(sort_of, length, self._chance), self._chance.uniform(-62, -26))
        start = 0 if self._chance.random() < 0.6 else int(self._chance.integers(length // 2))
        values = noise.astype(np.float64)
        values[:start] = 0.0
        return quiet + values

    def _channel(self, line: Samples) -> Samples:
        if self._chance.random() < ECHO_SHARE:
            return self._cancelled(line)
        share = self._chance.random()
        if share < 0.35:
            return telephone(line, str(self._chance.choice(["alaw", "mulaw"])))
        if share < 0.50:
            return room(line, self._chance, self._chance.uniform(0.1, 0.4), self._chance.uniform(3, 12))
        return lose_packets(line, self._chance, self._chance.uniform(0.01, 0.05)) if share < 0.55 else line

    def _cancelled(self, line: Samples) -> Samples:
        """With the bot's own voice leaking in, and the canceller behind it."""
        prompts = [self._one(self._stock.prompts) for _ in range(3)]
        far = np.resize(np.concatenate(prompts), len(line))
        far[: int(self._chance.integers(SAMPLE_RATE))] = 0
        near = mix(line, echo_path(far, self._chance.uniform(6, 26), self._chance.uniform(0.02, 0.2), self._chance))
        canceller = EchoCanceller()
        frames = zip(near.reshape(-1, FRAME_SAMPLES), far.reshape(-1, FRAME_SAMPLES), strict=True)
        return np.concatenate([canceller.push(mine, bots) for mine, bots in frames])

    @staticmethod
    def _features(line: Samples) -> np.ndarray:
        padded = np.concatenate([np.zeros(FRAME_SAMPLES, np.float32), line.astype(np.float32) / 32768.0])
        windows = np.lib.stride_tricks.sliding_window_view(padded, WINDOW)[::FRAME_SAMPLES]
        return features(np.ascontiguousarray(windows))


def _speech(clean: np.ndarray) -> np.ndarray:
    """1 where the clean voices sound; gaps of up to 60 ms inside a word are filled."""
    frames = clean.reshape(-1, FRAME_SAMPLES)
    levels = 10 * np.log10(np.mean(frames * frames, axis=1) + 1e-3)
    loudest = np.array([levels[max(0, at - 75) : at + 75].max() for at in range(len(levels))])
    sounding = (levels > loudest - EDGE_DB) & (levels > 10)
    for at in range(1, len(sounding) - 3):
        if sounding[at - 1] and not sounding[at] and sounding[at + 1 : at + 4].any():
            sounding[at] = True
    return sounding.astype(np.float32)


def scenes(speech: Path, part: Part, count: int, synthetic: int, seed: int) -> Iterator[tuple[np.ndarray, ...]]:
    """`count` scenes of `part`; `synthetic` as for `Talkers.stock`."""
    chance = np.random.default_rng(zlib.crc32(f"voice net {part} {seed}".encode()))
    drawn = Scenes(Talkers(part, speech, chance).stock(synthetic), chance)
    for _ in range(count):
        yield drawn.draw()
