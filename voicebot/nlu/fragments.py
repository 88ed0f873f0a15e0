"""Words that several questions share word for word ("花呗", "提前还款"): what they say, and no more than that.

A classifier is sure of itself on a bare product's name, because something has to be likeliest. But words that stand, as they
are, in the examples of several questions tell them apart only as far as some use them more often: that is what they are worth.
"""

import re
from collections.abc import Mapping, Sequence

from voicebot.types import OTHER, OTHER_SHARE, Language

SHARED = 3
"""Questions whose examples hold the words, from which they count as shared; of one or two the classifier knows more."""

WHOLE = 4.0
"""An example that is these words and nothing else counts as so many that hold them."""

OWN = 0.2
"""Share that the classifier keeps: callers also name one thing and mean another."""

_BARE = {
    "zh-CN": re.compile(r"(?:关于|有关|就是|那个|这个|我的?)*(.+?)(?:的?(?:事情?|问题|业务)|这个|那个|方面|的)?"),
    "en-US": re.compile(r"(?:(?:it's|is|this is|that's|about|regarding|concerning|my|the|a|an|our) )*(.+?)"),
}
"""The words without what may stand around a thing that is only named."""


class Fragments:
    """The examples of a catalogue, to look words up in."""

    def __init__(self, examples: Mapping[str, Sequence[str]], language: Language) -> None:
        """`examples`: normalised, of each question."""
        self._language = language
        self._examples = {question: tuple(self._padded(text) for text in texts) for question, texts in examples.items()}
        self._together = {question: "\n".join(texts) for question, texts in self._examples.items()}
        """The examples in one text, which says at once that none of them holds some words."""
        self._everything = "\n".join(self._together.values())

    def spread(self, normalised: str, questions: dict[str, float]) -> dict[str, float]:
        """`questions` (shares of all questions and `OTHER`, by the classifier) unless the words are shared by several: then how
        often each of those uses them."""
        found = _BARE[self._language].fullmatch(normalised)
        if found is None:
            return questions
        words = self._padded(found.group(1))
        if words not in self._everything:
            return questions
        together = self._together
        uses = {name: _uses(words, texts) if words in together[name] else 0.0 for name, texts in self._examples.items()}
        if sum(use > 0.0 for use in uses.values()) < SHARED:
            return questions
        total = sum(uses.values())
        other = min(questions.get(OTHER, OTHER_SHARE), OTHER_SHARE)
        inside = max(1e-9, 1.0 - questions.get(OTHER, 0.0))
        return {
            question: (1.0 - other) * ((1.0 - OWN) * use / total + OWN * questions[question] / inside)
            for question, use in uses.items()
        } | {OTHER: other}

    def _padded(self, text: str) -> str:
        """English words count whole."""
        return text if self._language == "zh-CN" else f" {text} "


def _uses(words: str, texts: Sequence[str]) -> float:
    """Share of `texts` (at least one) that hold `words`; 0 to `WHOLE`."""
    held = sum(words in text for text in texts)
    return (held + (WHOLE - 1.0) * (words in texts)) / len(texts)
