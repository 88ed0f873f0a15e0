"""Whether a caller says again what they had said before: word for word, or nearly, as misheard words make it."""

from collections.abc import Iterable
from difflib import SequenceMatcher

from voicebot.grammar import token_texts

LEAST_WORDS = 4
"""Words (Chinese: characters) below which saying the same twice means nothing: "yes, yes", "that one"."""

ALIKE = 0.6
"""Share of two descriptions' words that stand in both, in the same order, from which one is the other said again."""


def says_again(text: str, before: Iterable[str]) -> bool:
    """Whether `text` is nearly one of the texts in `before`."""
    words = token_texts(text)
    return len(words) >= LEAST_WORDS and any(_alike(words, token_texts(other)) for other in before)


def _alike(these: tuple[str, ...], those: tuple[str, ...]) -> bool:
    matcher = SequenceMatcher(None, these, those, autojunk=False)
    return matcher.real_quick_ratio() >= ALIKE and matcher.ratio() >= ALIKE
