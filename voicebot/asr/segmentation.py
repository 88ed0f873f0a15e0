"""Phrases cut into the words of a model's vocabulary.

Vosk drops a word it does not know from a grammar, with a warning on stderr and nothing else; so every phrase is cut into
known words first, and what the model cannot hear is kept as a gap.
"""

import re
import unicodedata
from collections.abc import Callable
from dataclasses import dataclass

_LONGEST_WORD = 8
"""Characters in the longest Chinese word looked for; the longest entries of usual vocabularies are shorter."""

_KNOWN_COST = 1.0
_GAP_COST = 10.0
"""One character the model cannot hear costs as much as ten words: gaps are only left where nothing fits."""

_LENGTH_BONUS = 0.001
"""Among cuts with as few words, the one with the longer words (by squares): 支付 宝贝 loses to 支付宝 贝."""

_HAN = r"\u3400-\u9fff\U00020000-\U0002ebef"
_CJK = re.compile(rf"[{_HAN}]")
_PIECE = re.compile(rf"[{_HAN}]+|[^\W_{_HAN}]+(?:'[^\W_{_HAN}]+)*")


@dataclass(frozen=True, slots=True)
class Token:
    """A word of a phrase."""

    text: str
    known: bool


def normalized(text: str) -> str:
    """`text` as vocabularies spell it: compatibility forms folded, lower case, a straight apostrophe."""
    return unicodedata.normalize("NFKC", text).replace("’", "'").lower()


def is_cjk(text: str) -> bool:
    """Whether `text` holds a Chinese character."""
    return _CJK.search(text) is not None


def segment(phrase: str, knows: Callable[[str], bool]) -> tuple[Token, ...]:
    """`phrase` as words that `knows` accepts; what none of them covers is a token with `known` False.

    Chinese runs are cut with the fewest words (spaces inside a run are kept as cuts only where the run was written so);
    other writing is cut at spaces and punctuation.
    """
    tokens: list[Token] = []
    for piece in _PIECE.findall(normalized(phrase)):
        if is_cjk(piece):
            tokens += _cut(piece, knows)
        else:
            tokens.append(Token(piece, knows(piece)))
    return tuple(tokens)


def _cut(run: str, knows: Callable[[str], bool]) -> list[Token]:
    """The cheapest cut of a run of Chinese characters, by dynamic programming from the left."""
    best: list[tuple[float, int, bool]] = [(0.0, 0, True)]
    for end in range(1, len(run) + 1):
        options = [(best[end - 1][0] + _GAP_COST, end - 1, False)]
        for start in range(max(0, end - _LONGEST_WORD), end):
            if knows(run[start:end]):
                length = end - start
                options.append((best[start][0] + _KNOWN_COST - _LENGTH_BONUS * length * length, start, True))
        best.append(min(options))
    tokens: list[Token] = []
    end = len(run)
    while end:
        _, start, known = best[end]
        tokens.append(Token(run[start:end], known))
        end = start
    return tokens[::-1]
