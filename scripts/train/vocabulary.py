"""Which words a language's model knows.

Mandarin: the 3,755 characters of GB 2312's first level, as words of their own, so that any phrase can be put into a grammar; the
commonest words of two to four characters (frequencies: wordfreq, CC BY-SA 4.0; words: jieba's dictionary, MIT); and everything
the packs and the shared grammars hold. English: the commonest words of the CMU Pronouncing Dictionary (BSD), letters, the packs'
and grammars' words, and those that callers' talk holds more than once.
"""

import re
from collections import Counter
from collections.abc import Iterable
from functools import cache
from pathlib import Path

import english
import wordfreq

COMMON_WORDS = {"zh-CN": 6000, "en-US": 4900}
"""Common words taken from the lists, a language."""

LEAST_SAID = 2
"""An English word that callers' talk alone holds is taken when so many sentences do."""

RAREST = 1e-8
"""Frequency of words that the list lacks."""

PRODUCTS = Path(__file__).parent / "sentences"
_HAN = re.compile(r"[\u4e00-\u9fff]+")
_ENGLISH = re.compile(r"[a-z]+(?:'[a-z]+)*")
_FIRST_LEVEL = range(16, 56)
"""Rows of GB 2312 that hold its first level."""


def common_characters() -> list[str]:
    """GB 2312, level one: 3,755 characters in the order of their pinyin."""
    cells = (bytes((0xA0 + row, 0xA0 + cell)) for row in _FIRST_LEVEL for cell in range(1, 95))
    return [character for cell in cells if (character := cell.decode("gb2312", errors="ignore"))]


def common_words(language: str, count: int) -> list[str]:
    """The `count` commonest words."""
    if language == "en-US":
        dictionary = english.dictionary()
        listed = (word for word in wordfreq.top_n_list("en", 4 * count) if _ENGLISH.fullmatch(word) and word in dictionary)
    else:
        known = _jieba_words()
        listed = (word for word in wordfreq.top_n_list("zh", 4 * count) if 2 <= len(word) <= 4 and word in known)
    return [word for word, _ in zip(listed, range(count), strict=False)]


def _jieba_words() -> set[str]:
    import jieba

    lines = jieba.get_dict_file().read().decode("utf-8").splitlines()
    return {line.split()[0] for line in lines if _HAN.fullmatch(line.split()[0])}


def own_words(language: str) -> list[str]:
    """Words of this trade that no list has: sentences/LANGUAGE.words.txt."""
    lines = (PRODUCTS / f"{language}.words.txt").read_text(encoding="utf-8").splitlines()
    return [word for line in lines if not line.startswith("#") for word in line.split()]


def vocabulary(language: str, texts: Iterable[str], talk: Iterable[str] = ()) -> list[str]:
    """All words, sorted: the lists', what `texts` need to be written in them; of `talk` all characters, or words said twice."""
    words = {*common_words(language, COMMON_WORDS[language]), *own_words(language)}
    if language == "zh-CN":
        words |= {*common_characters(), *(sign for text in (*texts, *talk) for run in _HAN.findall(text) for sign in run)}
    else:
        words |= {word for text in texts for word in english_words(text)}
        said = Counter(word for text in talk for word in set(english_words(text)))
        words |= {word for word, count in said.items() if count >= LEAST_SAID}
        words |= set("abcdefghijklmnopqrstuvwxyz")
    return sorted(words)


def english_words(text: str) -> list[str]:
    return _ENGLISH.findall(text.lower().replace("’", "'"))


@cache
def frequencies(language: str) -> dict[str, float]:
    """Shares of words in general text."""
    return dict(wordfreq.get_frequency_dict(language[:2]))


def frequency(language: str, word: str) -> float:
    """Share of `word` in general text; a word the list lacks counts as a rare one."""
    return frequencies(language).get(word, RAREST)
