"""What sounds in the voice network's training scenes: utterances, signs of listening, recorded noises and the bot's own voice.

Nothing of the test half of make_turn_taking_clips.py occurs: none of its wordings, espeak voices, speakers or noise recordings.
Of what is left a part is `held` out: every fifth espeak voice, speaker and noise recording, and every eighth wording. The network
is trained on the rest and judged on that part while it learns.
"""

import random
import zlib
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Literal, TypeAlias

import numpy as np
from asr_material import VOICES
from asr_wordings import words
from train.texts import sample
from turn_taking_sounds import Sounds
from turn_taking_voices import DIGIT_NAMES, ESPEAK, MURMURED_WORDS, Piece, Speaker, Voices, cut, read_16k
from turn_taking_wordings import WORDINGS

from voicebot.grammar import Grammar
from voicebot.hotlines import load_hotline
from voicebot.types import LANGUAGES, SAMPLE_RATE, Samples

Part: TypeAlias = Literal["train", "held"]

SENTENCES = Path(__file__).resolve().parent / "train" / "sentences"

MURMURS: dict[str, tuple[str, ...]] = {
    "zh-CN": words(
        "嗯 哦 啊 噢 唔 哎 呃 哈 诶 嗯哼 嗯嗯嗯 哦哦哦 啊啊 对 对对 对对对对 对啊 是 是是 是是是 是啊 好的 好好 好好好 好吧 好嘞 "
        "行行 行行行 行吧 可以 没错 没问题 嗯好 嗯对 哦好 哦这样 哦明白 明白 明白了 懂了 清楚 清楚了 原来如此 是吗 真的 "
        "当然 确实 就是 哈哈 好的好的 嗯好的 哦好的 对没错 有道理 这样子 收到"
    ),
    "en-US": (
        *words("mhm uh hm hmm yes good great fine ah really exactly wow um oh yeah right sure okay huh er cool perfect true"),
        *words("indeed nice correct absolutely understood agreed gotcha yup"),
        *("mm hm", "uh huh", "i see", "yeah yeah", "okay okay", "right right", "of course", "oh yeah", "oh right", "yes yes"),
        *("sounds good", "oh wow", "mm okay", "yeah sure", "i know", "very good", "fair enough", "that's right", "makes sense"),
    ),
}
"""Signs of listening; those that the test half says are taken out."""

HELD_EVERY = 5
HELD_WORDING = 8


def of_part(things: Sequence[str], part: Part, every: int = HELD_EVERY) -> list[str]:
    """Those of `things` that belong to `part`, by their bytes alone."""
    return [thing for thing in things if (zlib.crc32(thing.encode()) // 7 % every == 0) == (part == "held")]


@dataclass(slots=True)
class Stock:
    """Everything that can sound in a scene, cut to its sound, at any level."""

    utterances: list[Samples]
    murmurs: list[Samples]
    noises: list[Samples]
    """Recorded noises, whole."""
    prompts: list[Samples]
    """The bot's voice."""


class Talkers:
    """The voices and wordings of one part."""

    def __init__(self, part: Part, speech: Path, chance: np.random.Generator) -> None:
        self._part: Part = part
        self._chance = chance
        self._speech = speech
        self._voices = Voices("dev", speech, chance)
        self._variants = of_part(sorted({voice for part in VOICES.values() for voice in part}), part)
        words = sorted((speech / "zh-words").rglob("cmn-*.mp3"))
        mine = set(of_part([path.stem for path in words], part))
        self._words = [path for path in words if path.stem in mine]
        banned = WORDINGS["zh-CN"]["test"].backchannels
        self._murmured = [
            path for path in words if path.stem.removeprefix("cmn-") in MURMURED_WORDS and path.stem[4:] not in banned
        ]

    def stock(self, synthetic: int) -> Stock:
        """`synthetic`: espeak utterances a language; there are as many signs of listening."""
        utterances: list[Samples] = []
        murmurs: list[Samples] = []
        for language in LANGUAGES:
            texts, signs = self._texts(language), self._signs(language)
            utterances += [self._say(texts[self._index(texts)], language).samples for _ in range(synthetic)]
            murmurs += [self._say(signs[self._index(signs)], language).samples for _ in range(synthetic)]
            utterances += [self._digits(language) for _ in range(synthetic // 4)]
        utterances += [cut(read_16k(path)) for path in self._english()]
        utterances += [self._mandarin() for _ in range(synthetic // 2)]
        murmurs += [cut(read_16k(path)) for path in self._murmured for _ in range(synthetic // 60)]
        return Stock(utterances, murmurs, self._noises(), self._prompts())

    def _index(self, things: Sequence[object]) -> int:
        return int(self._chance.integers(len(things)))

    def _say(self, text: str, language: str) -> Piece:
        voice = f"{self._chance.choice(ESPEAK[language])}+{self._chance.choice(self._variants)}"
        speaker = Speaker(voice, int(self._chance.integers(120, 260)), int(self._chance.integers(20, 80)))
        return self._voices.say(text, language, speaker)

    def _texts(self, language: str) -> list[str]:
        """A third what callers of the shipped hotline say, a third telephone talk in general, the rest answers and sums."""
        dev, test = WORDINGS[language]["dev"], WORDINGS[language]["test"]
        banned = {*test.utterances, *test.yesno, *test.amounts, *test.backchannels, *("".join(line) for line in test.hesitations)}
        banned |= {" ".join(line) for line in test.hesitations} | {piece for line in test.hesitations for piece in line}
        hotline = load_hotline("hotline_95188", language)  # type: ignore[arg-type]
        examples = [text for question in hotline.questions.values() for text in question.examples]
        grammar, chance = Grammar.load(SENTENCES / f"{language}.jsgf"), random.Random(self._index(range(1 << 30)))
        listening = {*MURMURS[language], *dev.backchannels, *test.backchannels}
        talk = [text for _ in range(2000) if (text := sample(grammar, "sentence", chance)) not in listening]
        short = [*dev.utterances * 6, *dev.yesno * 8, *dev.amounts * 8, *(piece for line in dev.hesitations for piece in line)]
        kept = of_part([text for text in (*examples, *talk) if text not in banned], self._part, HELD_WORDING)
        return [*kept, *short]

    def _signs(self, language: str) -> list[str]:
        test = WORDINGS[language]["test"].backchannels
        words = sorted({*MURMURS[language], *WORDINGS[language]["dev"].backchannels} - set(test))
        return of_part(words, self._part, HELD_WORDING)

    def _digits(self, language: str) -> Samples:
        """Three to eight digits in a row, of people two times in three."""
        digits = "".join(map(str, self._chance.integers(0, 10, int(self._chance.integers(3, 9)))))
        if self._chance.random() < 0.33:
            names = DIGIT_NAMES[language]
            return self._say(("" if language == "zh-CN" else " ").join(names[int(digit)] for digit in digits), language).samples
        parts: list[Samples] = []
        for piece in self._voices.digits(digits, language, synthetic=False):
            parts += [piece.samples, np.zeros(round(self._chance.uniform(0.02, 0.12) * SAMPLE_RATE), np.int16)]
        return np.concatenate(parts[:-1])

    def _english(self) -> list[Path]:
        """Sentences of the development half's speakers."""
        paths = sorted((self._speech / "en-speechocean762-train").rglob("*.ogg"))
        speakers = sorted({path.stem[:5] for path in paths})[0::2]
        mine = set(of_part(speakers, self._part))
        return [path for path in paths if path.stem[:5] in mine]

    def _mandarin(self) -> Samples:
        """One to three recorded words of two syllables and more in a row: there are no recorded sentences."""
        long = [path for path in self._words if len(path.stem) >= 6]
        parts = [cut(read_16k(long[self._index(long)])) for _ in range(int(self._chance.integers(1, 4)))]
        return np.concatenate(parts)

    def _noises(self) -> list[Samples]:
        sounds = Sounds("dev", self._speech, self._chance)
        mine = set(of_part([path.stem.split("-")[2] for path in sounds.recordings], self._part))
        return [read_16k(path) for path in sounds.recordings if path.stem.split("-")[2] in mine]

    def _prompts(self) -> list[Samples]:
        """The bot's answers to the shipped hotline's questions."""
        out: list[Samples] = []
        for language in LANGUAGES:
            hotline = load_hotline("hotline_95188", language)
            speaker = Speaker(hotline.voice, hotline.rate, 50)
            answers = [question.answer for question in hotline.questions.values()]
            picked = [answers[int(index)] for index in self._chance.choice(len(answers), 24, replace=False)]
            out += [self._voices.say(answer, language, speaker).samples for answer in picked]
        return out
