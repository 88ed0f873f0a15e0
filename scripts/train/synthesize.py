"""Stage 1: synthetic speech with its alignments, in shards.

python scripts/train/synthesize.py zh-CN WORK [--shards 120] [--noise DIR]
"""

import argparse
import random
import time
from collections.abc import Callable
from functools import cache
from pathlib import Path

import mandarin
import numpy as np
import texts
import voices
from arguments import command
from augment import Aligned, Line, throat
from build_graph import default_packs
from espeak import Espeak, Voice
from inventory import Inventory
from shards import Shard, make_all
from speak import (
    ACCENTS,
    FLITE_VOICES,
    PAUSE,
    MandarinSpeaker,
    Syllable,
    english_by_espeak,
    english_by_flite,
    random_variant,
)
from vocabulary import common_characters, common_words, frequency, own_words

from voicebot.asr.segmentation import segment

UTTERANCES = 240
"""A shard; each is heard twice, over two lines."""

LINES = 2
DEBIAN_EVERY = 3
"""Every third shard is spoken by Debian's build."""

THROATS = (86, 90, 94, 100, 100, 100, 106, 110, 115)
COMMON = 12000

Words = list[str]


class Script:
    """What is said: sentences of the language model, words by their frequency, and anything at all."""

    def __init__(self, language: str, chance: random.Random) -> None:
        self._chance = chance
        material = _gathered(language)
        self._sentences = [text for text, _ in material.weighted]
        self._likely = [min(weight, 20.0) for _, weight in material.weighted]
        words = [*common_words(language, COMMON), *own_words(language)]
        self._words = words + (common_characters() if language == "zh-CN" else [])
        self._shares = [max(frequency(language, word), 1e-7) ** 0.4 for word in self._words]
        self.knows = frozenset(self._words).__contains__

    def sentence(self) -> str:
        return self._chance.choices(self._sentences, self._likely)[0]

    def words(self, count: int) -> Words:
        return self._chance.choices(self._words, self._shares, k=count)


@cache
def _gathered(language: str) -> texts.Texts:
    """Once for all shards: they are made in forks of this process."""
    return texts.gather(language, default_packs())


def mandarin_syllables(script: Script, every: list[str], chance: random.Random) -> list[Syllable]:
    """Four in ten a sentence or two, four in ten words, the rest syllables at random."""
    kind = chance.random()
    said: list[Syllable] = []
    if kind < 0.4:
        for _ in range(chance.choice((1, 1, 2))):
            for token in segment(script.sentence(), script.knows):
                said += _read(token.text, chance)
            said.append(Syllable(PAUSE, True))
    elif kind < 0.8:
        for word in script.words(chance.randint(2, 7)):
            said += _read(word, chance)
            if chance.random() < 0.12:
                said.append(Syllable(PAUSE, True))
    else:
        said = [Syllable(chance.choice(every), chance.random() < 0.5) for _ in range(chance.randint(3, 11))]
    while said and said[-1].text == PAUSE:
        said.pop()
    return said


def _read(word: str, chance: random.Random) -> list[Syllable]:
    ways = sorted(mandarin.readings(word))
    way = mandarin.syllables(word) if chance.random() < 0.6 else chance.choice(ways)
    return [Syllable(text, index == 0) for index, text in enumerate(way)]


def english_text(script: Script, chance: random.Random) -> str:
    """Half sentences, half words."""
    if chance.random() < 0.5:
        return ", ".join(script.sentence() for _ in range(chance.choice((1, 1, 2))))
    return " ".join(script.words(chance.randint(3, 9)))


def random_voice(language: str, variants: list[str], chance: random.Random) -> Voice:
    tongue = "cmn-latn-pinyin" if language == "zh-CN" else chance.choices(list(ACCENTS), list(ACCENTS.values()))[0]
    speed = chance.uniform(120, 330) if language == "zh-CN" else chance.uniform(115, 270)
    pitch = min(95, max(5, int(chance.gauss(50, 18))))
    return Voice(f"{tongue}+{random_variant(chance, variants, voices.INVENTED)}", int(speed), pitch, chance.randint(20, 85))


def speakers(language: str, work: Path, seed: int, chance: random.Random) -> Callable[[], Aligned | None]:
    """Says one random utterance a call; None when it did not align."""
    inventory = Inventory.load(language)
    builds = voices.libraries()
    build = "debian" if seed % DEBIAN_EVERY == 0 and "debian" in builds else "pypi"
    library, data, variants = voices.prepared(work, build)
    espeak = Espeak(library, data)
    script = Script(language, chance)
    if language == "zh-CN":
        speaker = MandarinSpeaker(espeak, inventory)
        every = sorted({syllable for character in common_characters() for syllable in mandarin.syllables(character)})

        def mandarin_utterance() -> Aligned | None:
            said = mandarin_syllables(script, every, chance)
            return speaker.say(said, chance.random() < 0.3, random_voice(language, variants, chance)) if said else None

        return mandarin_utterance
    file = work / f"flite-{seed}.wav"

    def english_utterance() -> Aligned | None:
        text = english_text(script, chance)
        if chance.random() < 0.75:
            return english_by_espeak(espeak, text, random_voice(language, variants, chance), inventory)
        pitch = None if chance.random() < 0.3 else chance.uniform(80, 220)
        return english_by_flite(text, chance.choice(FLITE_VOICES), chance.uniform(0.75, 1.35), pitch, file, inventory)

    return english_utterance


def make_shard(language: str, work: Path, line: Line, path: Path) -> None:
    """One file; its number is its seed."""
    started = time.monotonic()
    seed = int(path.stem.rpartition("_")[2])
    chance = random.Random(f"{language} {seed}")
    line.reseed(seed)
    say = speakers(language, work, seed, chance)
    shard = Shard(Inventory.load(language))
    lost = 0
    for _ in range(UTTERANCES):
        spoken = say()
        if spoken is None or not spoken.segments:
            lost += 1
            continue
        spoken = throat(spoken, chance.choice(THROATS))
        for _ in range(LINES):
            shard.add(*line(spoken))
    print(f"{path.stem}: {shard.save(path):.2f} h, {lost} lost, {time.monotonic() - started:.0f} s", flush=True)


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("language", choices=("zh-CN", "en-US"))
    parser.add_argument("work", type=Path, help="folder for everything that is made")
    parser.add_argument("--shards", type=int, default=120)
    parser.add_argument("--first", type=int, default=0)
    parser.add_argument("--noise", type=Path, help="folder of sounds to mix in")
    parser.add_argument("--processes", type=int, default=1)
    arguments = parser.parse_args()
    noises = sorted(arguments.noise.rglob("*.ogg"))[::2] if arguments.noise else []
    folder = arguments.work / arguments.language / "synthetic"
    folder.mkdir(parents=True, exist_ok=True)
    for build in voices.libraries():
        voices.prepared(arguments.work, build)
    line = Line(noises, np.random.default_rng(0))
    _gathered(arguments.language)
    paths = [folder / f"synthetic_{seed}.npz" for seed in range(arguments.first, arguments.first + arguments.shards)]
    make_all(paths, lambda path: make_shard(arguments.language, arguments.work, line, path), arguments.processes)


if __name__ == "__main__":
    command(main)
