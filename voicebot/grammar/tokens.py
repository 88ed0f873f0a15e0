"""Text to tokens, the same way for a grammar's words and for what a caller said.

A token is one Chinese character, one ASCII digit or one English word in lower case ("don't" is one). Spaces and
punctuation separate and are dropped, so it does not matter where a recogniser put spaces into Chinese.
"""

import re
from collections.abc import Iterable
from dataclasses import dataclass
from functools import lru_cache

_TOKEN = re.compile(r"[0-9]|[a-z]+(?:'[a-z]+)*|[〇\u3400-\u9fff]")
_WORD = re.compile(r"[a-z]")
_TYPOGRAPHIC = str.maketrans({"’": "'", "‘": "'", "`": "'"})


@dataclass(frozen=True, slots=True)
class Token:
    text: str
    start: int
    """Character offset in the text it came from."""
    end: int


@lru_cache(1024)
def tokenise(text: str) -> tuple[Token, ...]:
    """The tokens of `text` with their places in it."""
    folded = _fold(text)
    return tuple(Token(found.group(), found.start(), found.end()) for found in _TOKEN.finditer(folded))


def token_texts(text: str) -> tuple[str, ...]:
    """Only the words of `tokenise`."""
    return tuple(_TOKEN.findall(_fold(text)))


def join(tokens: Iterable[str]) -> str:
    """Tokens as people write them: English words apart, Chinese characters and digits together."""
    written: list[str] = []
    previous_is_word = False
    for token in tokens:
        is_word = bool(_WORD.match(token))
        if written and (is_word or previous_is_word):
            written.append(" ")
        written.append(token)
        previous_is_word = is_word
    return "".join(written)


def _fold(text: str) -> str:
    """Lower case and plain apostrophes, every character in its place (some capitals grow when lowered)."""
    lowered = text.translate(_TYPOGRAPHIC)
    return lowered.lower() if lowered.isascii() else "".join(_lower(character) for character in lowered)


def _lower(character: str) -> str:
    lowered = character.lower()
    return lowered if len(lowered) == 1 else character
