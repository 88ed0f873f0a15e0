"""Hashed features of an utterance: words and their pairs, or characters, their pairs and their sounds, and concepts.

English: words, neighbouring words, pairs of words wherever they stand, character n-grams inside words (spelling,
inflection) and across them. Chinese: characters, pairs of neighbours, and the same in toneless syllables, so that a recogniser's
homophones (花被 for 花呗) stay near. Both: the tags of the concept grammar, so that 注销 and 关掉 share one.

A feature is the CRC-32 of its name, its last four bits replaced by its group: a group has one weight for all of its features.
"""

import re
from functools import cache
from itertools import combinations, pairwise
from zlib import crc32

import numpy as np
from numpy.typing import NDArray

from voicebot.grammar import Automaton, house_grammar, token_texts
from voicebot.nlu.homophones import syllables
from voicebot.nlu.normalisation import fold_numbers
from voicebot.types import Language

Features = NDArray[np.uint32]
"""Distinct hashes, sorted."""

WORD, NEIGHBOURS, PAIR, SPELLING, STRETCH, CHARACTER, BIGRAM, SOUND, CONCEPT, CONCEPTS = range(10)
"""Groups: English words, neighbouring words, pairs, spellings and stretches; Chinese characters, their pairs and sounds;
one concept, two concepts."""

GROUPS = 16
"""The last four bits of a feature."""

WORD_NGRAMS = (3, 4)
"""Lengths of character n-grams inside English words."""

STRETCHES = (3, 4, 5)
"""Lengths of character n-grams across English words."""

PAIR_WORDS = 24
"""Distinct words of an utterance between which pairs are made; what comes after them makes none."""

_HAN = re.compile(r"[〇\u3400-\u9fff]+")
_WORD = re.compile(r"[a-z0-9']+")


def features(normalised: str) -> Features:
    """Of a normalised utterance in any language; empty when it has no words."""
    text = fold_numbers(normalised)
    hashed: set[int] = set()
    for run in _HAN.findall(text):
        _chinese(run, hashed)
    words = _WORD.findall(text)
    if words:
        _english(words, hashed)
    if hashed:
        _concepts(text, hashed)
    return np.array(sorted(hashed), dtype=np.uint32)


def group_of(row: Features) -> NDArray[np.uint32]:
    """The group of each feature."""
    groups: NDArray[np.uint32] = row & np.uint32(GROUPS - 1)
    return groups


def _hash(name: str, group: int) -> int:
    return crc32(name.encode()) & 0xFFFFFFF0 | group


def _english(words: list[str], hashed: set[int]) -> None:
    distinct = sorted(set(words))
    hashed.update([_hash(word, WORD) for word in distinct])
    hashed.update([_hash(f"{first} {second}", NEIGHBOURS) for first, second in pairwise(["^", *words, "$"])])
    paired = sorted(set(words[:PAIR_WORDS]))
    hashed.update([_hash(f"{first} {second}", PAIR) for first, second in combinations(paired, 2)])
    for word in distinct:
        hashed.update(_spellings(word))
    text = f" {' '.join(words)} "
    hashed.update([_hash(text[i : i + n], STRETCH) for n in STRETCHES for i in range(max(1, len(text) - n + 1))])


@cache
def _spellings(word: str) -> tuple[int, ...]:
    padded = f" {word} "
    return tuple(_hash(padded[i : i + n], SPELLING) for n in WORD_NGRAMS for i in range(max(1, len(padded) - n + 1)))


def _chinese(run: str, hashed: set[int]) -> None:
    hashed.update([_hash(character, CHARACTER) for character in run])
    hashed.update([_hash(first + second, BIGRAM) for first, second in pairwise(f" {run} ")])
    sounds = syllables(run)
    hashed.update([_hash(sound, SOUND) for sound in sounds])
    hashed.update([_hash(f"{first} {second}", SOUND) for first, second in pairwise(sounds)])


def _concepts(text: str, hashed: set[int]) -> None:
    language: Language = "zh-CN" if _HAN.search(text) else "en-US"
    automaton = _concept_automaton(language)
    words = token_texts(text)
    found: set[str] = set()
    at = 0
    while at < len(words):
        end = automaton.longest(words, at)
        if end > at:
            found.add(automaton.tags(words[at:end])[-1])
        at = max(end, at + 1)
    hashed.update([_hash(concept, CONCEPT) for concept in found])
    hashed.update([_hash(f"{first} {second}", CONCEPTS) for first, second in combinations(sorted(found), 2)])


@cache
def _concept_automaton(language: Language) -> Automaton:
    return house_grammar(language, "concepts").automaton("concept")
