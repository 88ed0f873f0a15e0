"""What the voice network is trained on: scenes of a caller's leg with speech, signs of listening and sounds, frame by frame.

Only the development half's wordings, espeak voices, speakers and noise recordings occur (see make_turn_taking_clips.py).
"""

import zlib
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

import numpy as np
from asr_material import VOICES
from soxr import resample
from turn_taking_sounds import Sounds, click, cough, music
from turn_taking_voices import DIGIT_NAMES, ESPEAK, Speaker, Voices
from turn_taking_wordings import WORDINGS

from voicebot.audio.effects import coloured_noise, room, set_level, telephone
from voicebot.audio.levels import to_int16
from voicebot.audio.tones import keys, progress
from voicebot.hotlines import load_hotline
from voicebot.turntaking.voice_net import WINDOW, features
from voicebot.types import FRAME_SAMPLES, LANGUAGES, SAMPLE_RATE, Samples

MORE_BACKCHANNELS = {
    "zh-CN": (
        "啊",
        "噢",
        "嗯嗯嗯",
        "好好",
        "好好好",
        "是啊",
        "对啊",
        "行行",
        "可以",
        "没错",
        "嗯好",
        "哎",
        "呃",
        "哈哈",
        "原来如此",
    ),
    "en-US": (
        "mhm",
        "uh",
        "hm",
        "hmm",
        "yes",
        "good",
        "great",
        "fine",
        "ah",
        "really",
        "exactly",
        "yeah yeah",
        "okay okay",
        "wow",
        "um",
    ),
}
"""Signs of listening that no clip holds."""

SCENE_FRAMES = 400
"""8 s."""

EDGE_DB = 32.0
"""A frame of clean speech is speech within so much of its loudest."""


@dataclass(slots=True)
class Stock:
    """Everything that can sound in a scene, cut to its sound, at any level."""

    utterances: list[Samples]
    backchannels: list[Samples]
    recorded: list[Samples]
    """Recorded noises."""


def stock(speech: Path, chance: np.random.Generator, synthetic: int) -> Stock:
    """`synthetic`: espeak utterances a language; signs of listening are half as many."""
    voices = Voices("dev", speech, chance)
    utterances: list[Samples] = []
    backchannels: list[Samples] = []
    for language in LANGUAGES:
        texts = _texts(language)
        murmurs = (*WORDINGS[language]["dev"].backchannels, *MORE_BACKCHANNELS[language])
        for number in range(synthetic):
            utterances.append(voices.say(str(chance.choice(texts)), language, _speaker(language, chance)).samples)
            if number % 2:
                backchannels.append(voices.say(str(chance.choice(murmurs)), language, _speaker(language, chance)).samples)
            if number % 3 == 0:
                people = voices.sentence(language)
                if people is not None:
                    utterances.append(people.samples)
        for _ in range(synthetic // 5):
            spoken = voices.digits(
                "".join(map(str, chance.integers(0, 10, int(chance.integers(3, 9))))), language, synthetic=False
            )
            gap = np.zeros(round(chance.uniform(0.02, 0.1) * SAMPLE_RATE), np.int16)
            utterances.append(np.concatenate([part for piece in spoken for part in (piece.samples, gap)]))
    for _ in range(synthetic // 2):
        piece = voices.murmur("zh-CN")
        if piece is not None:
            backchannels.append(piece.samples)
    return Stock(utterances, backchannels, _recorded(speech, chance))


def _speaker(language: str, chance: np.random.Generator) -> Speaker:
    voice = f"{chance.choice(ESPEAK[language])}+{chance.choice(VOICES['fit'])}"
    return Speaker(voice, int(chance.integers(120, 260)), int(chance.integers(20, 80)))


def _texts(language: str) -> list[str]:
    """What callers of the shipped hotline say, yes and no, sums; nothing of the test half."""
    hotline = load_hotline("hotline_95188", language)  # type: ignore[arg-type]
    banned = set(WORDINGS[language]["test"].utterances)
    examples = [text for question in hotline.questions.values() for text in question.examples if text not in banned]
    dev = WORDINGS[language]["dev"]
    digits = ["".join(DIGIT_NAMES[language][n] for n in (1, 3, 9, 0)), " ".join(DIGIT_NAMES[language][n] for n in (4, 0, 7))]
    return [
        *examples,
        *dev.utterances * 3,
        *dev.yesno * 5,
        *dev.amounts * 5,
        *(piece for line in dev.hesitations for piece in line),
        *digits,
    ]


def _recorded(speech: Path, chance: np.random.Generator) -> list[Samples]:
    sounds = Sounds("dev", speech, chance)
    return [sounds.sound(number)[1] for number in range(11 * 100) if number % 11 < 6]


class Scenes:
    """Draws scenes from a stock."""

    def __init__(self, stock: Stock, speech: Path, chance: np.random.Generator) -> None:
        self._stock = stock
        self._sounds = Sounds("dev", speech, chance)
        self._chance = chance

    def draw(self) -> tuple[np.ndarray, np.ndarray, np.ndarray, np.ndarray]:
        """Features (SCENE_FRAMES, f), speech, floor and the floor's weight, each (SCENE_FRAMES,)."""
        length = SCENE_FRAMES * FRAME_SAMPLES
        line, clean = np.zeros(length), np.zeros(length)
        floor, weight = np.zeros(SCENE_FRAMES, np.float32), np.zeros(SCENE_FRAMES, np.float32)
        at = round(self._chance.uniform(0.2, 1.2) * SAMPLE_RATE)
        while at < length - SAMPLE_RATE // 2:
            kind, sound = self._event()
            sound = sound[: length - at]
            line[at : at + len(sound)] += sound
            first, last = at // FRAME_SAMPLES, (at + len(sound)) // FRAME_SAMPLES
            floor[first:last] = kind == "utt"
            weight[first:last] = 0.25
            weight[first + 4 : min(last, first + 40)] = 1.0
            if kind != "noise":
                clean[at : at + len(sound)] += sound
            at += len(sound) + round(self._chance.uniform(0.25, 1.6) * SAMPLE_RATE)
        heard = self._channel(to_int16(line + self._background(length)))
        return self._features(heard), _speech(clean), floor, weight

    def _event(self) -> tuple[str, Samples]:
        share = self._chance.random()
        if share < 0.45:
            sound = self._voice(self._one(self._stock.utterances))
            return "utt", set_level(sound, self._chance.uniform(-34, -12))
        if share < 0.70:
            return "bc", set_level(self._voice(self._one(self._stock.backchannels)), self._chance.uniform(-36, -14))
        return "noise", self._noise()

    def _noise(self) -> Samples:
        chance = self._chance
        kind = int(chance.integers(12))
        if kind < 5 and self._stock.recorded:
            return set_level(self._one(self._stock.recorded), chance.uniform(-40, -14))
        if kind < 8:
            return set_level(cough(chance), chance.uniform(-32, -14))
        if kind == 8:
            return set_level(music(chance, chance.uniform(0.5, 3.0)), chance.uniform(-36, -14))
        if kind == 9:
            name = str(chance.choice(["ringback_cn", "ringback_us", "busy_cn", "busy_us", "dial_us"]))
            return progress(name, chance.uniform(0.5, 2.0), chance.uniform(-34, -12))
        if kind == 10:
            return keys(str(chance.integers(0, 10)), chance.uniform(0.05, 0.3), 0.05, chance.uniform(-28, -8))
        if chance.random() < 0.3:
            return click(chance)
        sort = str(chance.choice(["hum", "pink", "white", "brown", "babble"]))
        level = chance.uniform(-48, -36) if sort == "babble" else chance.uniform(-40, -18)
        return set_level(coloured_noise(sort, round(chance.uniform(0.3, 2.5) * SAMPLE_RATE), chance), level)

    def _voice(self, sound: Samples) -> Samples:
        """Another throat: pitch and formants together."""
        bent = resample(sound.astype(np.float64), SAMPLE_RATE, SAMPLE_RATE * self._chance.uniform(0.88, 1.14))
        return to_int16(bent)

    def _one(self, sounds: list[Samples]) -> Samples:
        return sounds[int(self._chance.integers(len(sounds)))]

    def _background(self, length: int) -> np.ndarray:
        quiet = self._sounds.line_noise(length).astype(np.float64) * (self._chance.random() < 0.8)
        if self._chance.random() < 0.5:
            return quiet
        noise = set_level(self._sounds.background(length), self._chance.uniform(-62, -26)).astype(np.float64)
        start = 0 if self._chance.random() < 0.6 else int(self._chance.integers(length // 2))
        noise[:start] = 0.0
        return quiet + noise

    def _channel(self, line: Samples) -> Samples:
        share = self._chance.random()
        if share < 0.4:
            return telephone(line, str(self._chance.choice(["alaw", "mulaw"])))
        return room(line, self._chance, self._chance.uniform(0.1, 0.4), self._chance.uniform(3, 12)) if share < 0.55 else line

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


def scenes(
    speech: Path, count: int, synthetic: int, seed: int
) -> Iterator[tuple[np.ndarray, np.ndarray, np.ndarray, np.ndarray]]:
    """`count` scenes."""
    chance = np.random.default_rng(zlib.crc32(f"voice net {seed}".encode()))
    drawn = Scenes(stock(speech, chance, synthetic), speech, chance)
    for _ in range(count):
        yield drawn.draw()
