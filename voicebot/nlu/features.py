"""Hashed features of an utterance: words and pairs of words, or characters, their pairs and their syllables.

English: words, unordered pairs of words (order carries little in a sentence said to a hotline) and character n-grams inside
words (spelling, inflection). Chinese: character n-grams, pairs of characters near each other, and the same n-grams in
toneless syllables, so that a recogniser's homophones (花被 for 花呗) stay near. A feature is the CRC-32 of its name.
"""

import re
from zlib import crc32

import numpy as np
from numpy.typing import NDArray

from voicebot.nlu.homophones import syllables
from voicebot.nlu.normalisation import fold_numbers

Features = NDArray[np.uint32]
"""Distinct hashes, sorted."""

WORD_NGRAMS = (2, 3, 4, 5)
"""Lengths of character n-grams inside English words."""

PAIR_WORDS = 24
"""Distinct words of an utterance between which pairs are made; what comes after them makes none."""

_HAN = re.compile(r"[〇\u3400-\u9fff]+")
_WORD = re.compile(r"[a-z0-9']+")


def features(normalised: str) -> Features:
    """Of a normalised utterance in any language; empty when it has no words."""
    text = fold_numbers(normalised)
    names: set[str] = set()
    for run in _HAN.findall(text):
        _chinese(run, names)
    words = _WORD.findall(text)
    if words:
        _english(words, names)
    return np.unique(np.fromiter((crc32(name.encode()) for name in names), dtype=np.uint32, count=len(names)))


def _english(words: list[str], names: set[str]) -> None:
    distinct = sorted(set(words))
    names.update(f"w {word}" for word in distinct)
    paired = sorted(set(words[:PAIR_WORDS]))
    names.update(f"p {first} {second}" for i, first in enumerate(paired) for second in paired[i + 1 :])
    for word in distinct:
        padded = f" {word} "
        for n in WORD_NGRAMS:
            names.update([f"c{padded[i : i + n]}" for i in range(max(1, len(padded) - n + 1))])


def _chinese(run: str, names: set[str]) -> None:
    padded = f" {run} "
    names.update(f"h {character}" for character in run)
    for n in (2, 3):
        names.update([f"h {padded[i : i + n]}" for i in range(len(padded) - n + 1)])
    sounds = syllables(run)
    for n in (1, 2, 3):
        names.update(["s " + " ".join(sounds[i : i + n]) for i in range(len(sounds) - n + 1)])
