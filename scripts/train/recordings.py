"""The recordings of people: their samples, who speaks, and how what they say may be pronounced."""

import re
import zlib
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from pathlib import Path

import english
import mandarin
import numpy as np
import soundfile
import soxr
from augment import RATE, Segment
from inventory import Inventory
from numpy.typing import NDArray

from voicebot.errors import VoicebotError

DIGITS = ("zero", "one", "two", "three", "four", "five", "six", "seven", "eight", "nine")

_HAN = re.compile(r"[\u4e00-\u9fff]+")
_SYLLABLE = re.compile(r"[a-z]+[1-5]")
_ERHUA = frozenset(("女儿", "少儿", "幼儿", "婴儿", "孤儿"))
"""Words in which 儿 is a syllable; in others it colours the final before it, which the inventory has no state for."""

_ADULT = 18

PEAK = 16000
"""Every recording is brought to this peak, on the scale of int16."""


@dataclass(frozen=True, slots=True)
class Recording:
    speaker: str
    """`tan` and `wang` (Mandarin words, syllables), `digits:NAME`, or `sentences:NUMBER`."""
    name: str
    text: str
    samples: NDArray[np.int16]
    grown_up: bool
    pronunciations: tuple[tuple[tuple[str, ...], ...], ...]
    """Each a way to say it: phones, word by word."""


@dataclass(frozen=True, slots=True)
class AlignedRecording:
    recording: Recording
    segments: tuple[Segment, ...]
    score: float
    """Mean log likelihood ratio of its states."""


def recordings(language: str, speech: Path, inventory: Inventory, share: float = 1.0) -> Iterator[Recording]:
    """Everything in `speech` (the unpacked tars) for `language`, or a fixed random share of it."""
    if language == "zh-CN":
        yield from _words(speech / "zh-words", inventory, share)
        yield from _syllables(speech / "zh-syllables", inventory, share)
    else:
        yield from _digits(speech / "en-fsdd-train", share)
        yield from _sentences(speech / "en-speechocean762-train", inventory, share)


def read(path: Path) -> NDArray[np.int16]:
    """A file as 16 kHz samples at `PEAK`."""
    data, rate = soundfile.read(path, dtype="float32", always_2d=True)
    sound = soxr.resample(data.mean(axis=1), rate, RATE)
    return np.asarray(sound / (np.abs(sound).max() + 1e-6) * PEAK, np.int16)


def _words(folder: Path, inventory: Inventory, share: float) -> Iterator[Recording]:
    for path in _some(folder.rglob("cmn-*.mp3"), share):
        word = path.stem.removeprefix("cmn-")
        if not _HAN.fullmatch(word) or (len(word) > 1 and word.endswith("儿") and word not in _ERHUA):
            continue
        ways = spoken_ways(mandarin.syllables(word), inventory)
        if ways:
            yield Recording("tan", path.stem, word, read(path), True, tuple((way,) for way in ways))


def _syllables(folder: Path, inventory: Inventory, share: float) -> Iterator[Recording]:
    for path in _some(folder.rglob("cmn-*.mp3"), share):
        syllable = path.stem.removeprefix("cmn-")
        phones = mandarin.phones((syllable,), inventory) if _SYLLABLE.fullmatch(syllable) else None
        if phones:
            yield Recording("wang", path.stem, syllable, read(path), True, ((phones,),))


def spoken_ways(syllables: tuple[str, ...], inventory: Inventory) -> list[tuple[str, ...]]:
    """A word's reading and what people make of it: third-tone sandhi, a neutral tone later on, 一 and 不 in other tones."""
    said = [_sandhi(syllables), syllables]
    said += [(*syllables[:index], syllables[index][:-1] + "5", *syllables[index + 1 :]) for index in range(1, len(syllables))]
    for index, syllable in enumerate(syllables[:-1]):
        if syllable[:-1] in ("bu", "yi"):
            said += [(*syllables[:index], syllable[:-1] + tone, *syllables[index + 1 :]) for tone in "124"]
    ways = (mandarin.phones(way, inventory) for way in said)
    return list(dict.fromkeys(way for way in ways if way))


def _sandhi(syllables: tuple[str, ...]) -> tuple[str, ...]:
    said = list(syllables)
    for index in range(len(said) - 1):
        if said[index][-1] == said[index + 1][-1] == "3":
            said[index] = said[index][:-1] + "2"
    return tuple(said)


def _digits(folder: Path, share: float) -> Iterator[Recording]:
    ways = {word: [english.arpabet(symbols) for symbols in english.dictionary()[word]] for word in DIGITS}
    for path in _some(folder.rglob("*_*_*.wav"), share):
        digit, speaker, _ = path.stem.split("_")
        word = DIGITS[int(digit)]
        yield Recording(f"digits:{speaker}", path.stem, word, read(path), True, tuple((way,) for way in ways[word]))


def _sentences(folder: Path, inventory: Inventory, share: float) -> Iterator[Recording]:
    """With the phones their annotators heard."""
    folder = _folder(folder, "text-phone")
    heard: dict[str, dict[int, tuple[str, ...]]] = {}
    for line in (folder / "text-phone").read_text(encoding="utf-8").splitlines():
        key, *symbols = line.split()
        name, _, index = key.partition(".")
        heard.setdefault(name, {})[int(index)] = english.arpabet([symbol.partition("_")[0] for symbol in symbols])
    texts = dict(line.split(maxsplit=1) for line in (folder / "text").read_text(encoding="utf-8").splitlines())
    speakers = dict(line.split() for line in (folder / "utt2spk").read_text(encoding="utf-8").splitlines())
    ages = dict(line.split() for line in (folder / "spk2age").read_text(encoding="utf-8").splitlines())
    for path in _some((folder / f"{name}.ogg" for name in heard if name in texts), share):
        name, words = path.stem, heard[path.stem]
        phones = tuple(words[index] for index in sorted(words))
        if all(phone in inventory.lengths for word in phones for phone in word):
            text = texts[name].lower()
            grown_up = int(ages[speakers[name]]) >= _ADULT
            yield Recording(f"sentences:{speakers[name]}", name, text, read(path), grown_up, (phones,))


def _some(paths: Iterable[Path], share: float) -> list[Path]:
    return [path for path in sorted(paths) if zlib.crc32(path.stem.encode()) % 1000 < 1000 * share]


def _folder(folder: Path, name: str) -> Path:
    found = next(iter(sorted(folder.rglob(name))), None)
    if found is None:
        raise VoicebotError(f"{folder}: has no {name}; unpack the recordings there")
    return found.parent
