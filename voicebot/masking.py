"""Card, phone and identity numbers, hidden before anything is written down.

A run of seven or more digits, however it is written (0–9, full width, 〇一二…九 with 幺 and 两, or English digit words,
with spaces, dots or hyphens between), keeps its last four digits; the others become `*`. Amounts ("三千五百") hold no such
run, because 十百千万 end one; an ISO date is none either.
"""

import re
from functools import lru_cache
from typing import Any

SHORTEST = 7
"""Digits in the shortest run that is hidden: a local phone number."""

KEPT = 4
"""Digits left readable at the end: what a caller calls 尾号."""

_DIGIT = r"[0-90-9〇零一二三四五六七八九幺两]|\b(?:zero|oh|one|two|three|four|five|six|seven|eight|nine)\b"
_RUN = re.compile(rf"(?:{_DIGIT})(?:[\s\-.·,,]{{0,2}}(?:{_DIGIT}|\*)){{{SHORTEST - 1},}}[xX]?", re.IGNORECASE)
_DATE = re.compile(r"\d{4}-\d{2}-\d{2}(?!\d)")
_ONE = re.compile(_DIGIT + r"|[xX]$", re.IGNORECASE)


@lru_cache(4096)
def mask(text: str) -> str:
    """`text` with every long digit run hidden but for its last four digits."""
    if len(text) < SHORTEST:
        return text
    return _RUN.sub(_hide, text)


def mask_words(words: list[list[Any]], sentence: str) -> list[list[Any]]:
    """`[text, start_s, end_s]` of every word of `sentence`, digit words hidden where the sentence hides any."""
    if mask(sentence) == sentence:
        return words
    return [["*" if _ONE.fullmatch(text) or len(_ONE.findall(text)) > 1 else text, *times] for text, *times in words]


def _hide(run: re.Match[str]) -> str:
    if _DATE.fullmatch(run.group()):
        return run.group()
    found = list(_ONE.finditer(run.group()))
    keep_from = found[-KEPT].start()
    return _ONE.sub("*", run.group()[:keep_from]) + run.group()[keep_from:]
