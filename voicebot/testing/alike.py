"""Which of several wordings is most like one that was expected."""

import re
from collections.abc import Iterable

_SENTENCE = re.compile(r"(?:[^。！？.!?]|[.!?](?=\w))+(?:[。！？]|[.!?](?!\w))*[”\"]?")
"""Up to a full stop that is no decimal point."""


def sentences_of(text: str) -> list[str]:
    """The sentences of what was said, with their stops."""
    return [sentence.strip() for sentence in _SENTENCE.findall(text) if sentence.strip()]


def nearest_part(wanted: str, texts: Iterable[str]) -> str:
    """The first of `texts` that has most of what was wanted; empty without any."""
    pairs = _pairs(wanted)
    return max(texts, key=lambda text: len(pairs & _pairs(text)), default="")


def nearest_whole(wanted: str, texts: Iterable[str]) -> str:
    """The one of `texts` that is most like what was wanted from end to end; empty without any."""
    pairs = _pairs(wanted)
    return max(texts, key=lambda text: len(pairs & _pairs(text)) / (len(pairs | _pairs(text)) or 1), default="")


def _pairs(text: str) -> set[str]:
    """Every two characters that stand side by side."""
    return {text[at : at + 2] for at in range(len(text) - 1)}
