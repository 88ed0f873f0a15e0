"""Who speaks in the turn-taking clips: espeak voices and people, split between the halves by voice and speaker."""

from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path

import numpy as np
from asr_material import HELD_OUT, VOICES, say
from soundfile import read
from soxr import resample

from voicebot.audio.effects import set_level
from voicebot.audio.levels import to_int16
from voicebot.types import SAMPLE_RATE, Samples

ESPEAK = {"zh-CN": ("cmn",), "en-US": ("en-us", "en-gb-x-rp", "en-gb-scotland")}
DIGIT_NAMES = {
    "zh-CN": tuple("零一二三四五六七八九"),
    "en-US": ("zero", "one", "two", "three", "four", "five", "six", "seven", "eight", "nine"),
}
SYLLABLES = ("ling2", "yi1", "er4", "san1", "si4", "wu3", "liu4", "qi1", "ba1", "jiu3")
"""The digits in zh-syllables."""

MURMURED_SYLLABLES = {
    "嗯": ("en1",), "嗯嗯": ("en1", "en1"), "哦": ("o4",), "啊": ("a1",), "对": ("dui4",), "对对": ("dui4", "dui4"),
    "好": ("hao3",), "好好": ("hao3", "hao3"), "是": ("shi4",), "是是": ("shi4", "shi4"), "行": ("xing2",),
}  # fmt: skip
MURMURED_WORDS = ("嗯", "哦", "对", "好", "是", "行", "啊", "明白", "知道", "了解")
"""Signs of listening in zh-words."""

EDGE_DB = 32.0
"""Speech begins and ends where it comes within so much of its loudest 10 ms."""


@dataclass(frozen=True, slots=True)
class Piece:
    """Something said without a break, cut to its sound."""

    samples: Samples
    text: str
    voice: str


@dataclass(frozen=True, slots=True)
class Speaker:
    """One throat of espeak."""

    voice: str
    rate: int
    pitch: int


class Voices:
    """The voices of one half."""

    def __init__(self, half: str, speech: Path | None, chance: np.random.Generator) -> None:
        self._chance = chance
        self._variants = sorted(HELD_OUT) if half == "test" else sorted({voice for part in VOICES.values() for voice in part})
        self._dev = half == "dev"
        self._speech = speech
        self._words = sorted((speech / "zh-words").rglob("cmn-*.mp3")) if speech else []
        self._syllables = (
            {path.stem.removeprefix("cmn-"): path for path in (speech / "zh-syllables").rglob("*.mp3")} if speech else {}
        )
        self._spoken_digits = self._by_speaker("en-fsdd-train", "*_*_*.wav", lambda path: path.stem.split("_")[1])
        self._sentences = self._by_speaker("en-speechocean762-train", "*.ogg", lambda path: path.stem[:5])
        self._texts = _texts(speech)

    def _by_speaker(self, corpus: str, pattern: str, speaker_of: Callable[[Path], str]) -> dict[str, list[Path]]:
        """Recordings of this half's speakers."""
        found: dict[str, list[Path]] = {}
        for path in sorted((self._speech / corpus).rglob(pattern)) if self._speech else []:
            found.setdefault(speaker_of(path), []).append(path)
        names = sorted(found)
        return {name: found[name] for name in (names[0::2] if self._dev else names[1::2])}

    def speaker(self, language: str) -> Speaker:
        voice = f"{self._chance.choice(ESPEAK[language])}+{self._chance.choice(self._variants)}"
        return Speaker(voice, int(self._chance.integers(140, 230)), int(self._chance.integers(30, 70)))

    def say(self, text: str, language: str, speaker: Speaker | None = None) -> Piece:
        speaker = speaker or self.speaker(language)
        audio = say(text, speaker.voice, speaker.rate, speaker.pitch)
        return Piece(cut(to_int16(audio * 32768.0)), text, speaker.voice)

    def sentence(self, language: str) -> Piece | None:
        """A person: a sentence of read English, or a Mandarin word of four syllables and more (dev only)."""
        if language == "en-US" and self._sentences:
            speaker = str(self._chance.choice(sorted(self._sentences)))
            paths = [
                path for path in self._sentences[speaker] if not set(self._texts[path.stem].split()) <= set(DIGIT_NAMES[language])
            ]
            path = paths[int(self._chance.integers(len(paths)))]
            return Piece(cut(read_16k(path)), self._texts[path.stem], f"person:{speaker}")
        if language == "zh-CN" and self._dev and self._words:
            long = [path for path in self._words if len(path.stem.removeprefix("cmn-")) >= 4]
            path = long[int(self._chance.integers(len(long)))]
            return Piece(cut(read_16k(path)), path.stem.removeprefix("cmn-"), "person:zh-words")
        return None

    def murmur(self, language: str) -> Piece | None:
        """A person's sign of listening; None where there is no recording of one."""
        if language != "zh-CN" or self._speech is None:
            return None
        if self._dev:
            paths = {path.stem.removeprefix("cmn-"): path for path in self._words}
            word = str(self._chance.choice([word for word in MURMURED_WORDS if word in paths]))
            return Piece(cut(read_16k(paths[word])), word, "person:zh-words")
        word = str(self._chance.choice(sorted(MURMURED_SYLLABLES)))
        parts = [cut(read_16k(self._syllables[name])) for name in MURMURED_SYLLABLES[word]]
        return Piece(np.concatenate([_quickened(part, self._chance) for part in parts]), word, "person:zh-syllables")

    def digits(self, digits: str, language: str, synthetic: bool) -> list[Piece]:
        """One throat says the digits one by one."""
        if synthetic or self._speech is None:
            speaker = self.speaker(language)
            return [self.say(DIGIT_NAMES[language][int(digit)], language, speaker) for digit in digits]
        if language == "en-US":
            speaker_name = str(self._chance.choice(sorted(self._spoken_digits)))
            takes = self._spoken_digits[speaker_name]
            return [self._digit_of(takes, digit, speaker_name) for digit in digits]
        if self._dev:
            paths = {path.stem.removeprefix("cmn-"): path for path in self._words}
            names = [DIGIT_NAMES[language][int(digit)] for digit in digits.replace("5", "6")]
            return [Piece(_quickened(cut(read_16k(paths[name])), self._chance), name, "person:zh-words") for name in names]
        recordings = [self._syllables[SYLLABLES[int(digit)]] for digit in digits]
        return [Piece(_quickened(cut(read_16k(path)), self._chance), path.stem, "person:zh-syllables") for path in recordings]

    def _digit_of(self, takes: list[Path], digit: str, speaker: str) -> Piece:
        mine = [path for path in takes if path.stem.startswith(digit)]
        return Piece(cut(read_16k(mine[int(self._chance.integers(len(mine)))])), digit, f"person:{speaker}")


def _texts(speech: Path | None) -> dict[str, str]:
    texts: dict[str, str] = {}
    for path in (speech / "en-speechocean762-train").rglob("text") if speech else []:
        for line in path.read_text(encoding="utf8").splitlines():
            name, _, words = line.partition("\t") if "\t" in line else line.partition(" ")
            texts[name] = words.strip().lower()
    return texts


def read_16k(path: Path) -> Samples:
    data, rate = read(path, dtype="float64", always_2d=True)
    return set_level(to_int16(resample(data.mean(axis=1), rate, SAMPLE_RATE) * 32768.0), -20.0)


def _quickened(samples: Samples, chance: np.random.Generator) -> Samples:
    """Syllables read one by one are slow: spoken up to a third faster, with the pitch going up a little as it does then."""
    return to_int16(resample(samples.astype(np.float64), SAMPLE_RATE, SAMPLE_RATE / chance.uniform(1.05, 1.35)))


def cut(samples: Samples) -> Samples:
    """From the first to the last 10 ms within `EDGE_DB` of the loudest."""
    step = SAMPLE_RATE // 100
    whole = samples[: len(samples) // step * step].astype(np.float64).reshape(-1, step)
    levels = 10 * np.log10(np.mean(whole * whole, axis=1) + 1e-3)
    loud = np.flatnonzero(levels > levels.max() - EDGE_DB)
    return samples[loud[0] * step : (loud[-1] + 1) * step]
