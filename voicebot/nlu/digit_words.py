"""English words that sound like digits, read as digits among digits: "nine for two four" is nine four two four."""

from functools import cache

from voicebot.grammar import house_grammar
from voicebot.types import Language

_ALIKE = {"for": "four", "to": "two", "too": "two", "won": "one", "ate": "eight"}

LEAST = 3
"""True digits a run must have, and begin and end with: "one to two days" holds no number of three digits."""


def digits_by_sound(text: str, language: Language) -> str:
    """Normalised `text` with such words written as the digits they sound like."""
    if language != "en-US" or not any(word in _ALIKE for word in text.split()):
        return text
    words, digits = text.split(" "), _digits()
    start = 0
    while start < len(words):
        end = start
        while end < len(words) and (words[end] in digits or words[end] in _ALIKE):
            end += 1
        true = [index for index in range(start, end) if words[index] in digits]
        if len(true) >= LEAST:
            for index in range(true[0], true[-1]):
                words[index] = _ALIKE.get(words[index], words[index])
        start = end + 1
    return " ".join(words)


@cache
def _digits() -> frozenset[str]:
    return frozenset(house_grammar("en-US", "digits").words("digit"))
