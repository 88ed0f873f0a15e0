"""What a recogniser made of an utterance in the audio tier: pairs of said and heard, from which the noise channel is fitted."""

import re
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from voicebot.events import PromptStarted, Recognized, Record, TurnRejoined
from voicebot.masking import mask
from voicebot.types import FRAME_SECONDS, Language

Pair = tuple[str, str]
"""A unit said and the unit heard; empty on one side for what was left out or put in."""

_ENGLISH_WORD = re.compile(r"[\w']+")

GROUPS = {"digits": "number", "phone": "number", "card": "number", "amount": "open", "date": "open"}
"""Kinds of expectation that are heard alike; the others stand for themselves."""


@dataclass(frozen=True, slots=True)
class Observation:
    """One utterance."""

    said: str
    """Units joined; empty where it holds a number that must not be written down."""
    heard: str | None
    """The same of what was recognised; None where it was taken for noise."""
    units: int
    """Number of units said."""
    errors: tuple[Pair, ...]
    kind: str
    """What was expected, as `GROUPS` has it."""
    phrase: bool
    """Recognised as a whole phrase of a grammar."""
    confidence: float
    snr_db: float
    wait_s: float | None
    """From the first sound of the utterance to the bot's answer."""

    def document(self) -> list[Any]:
        """As it stands in results.jsonl; `of_document` reads it."""
        wait = None if self.wait_s is None else round(self.wait_s, 2)
        errors = [list(pair) for pair in self.errors]
        sure, snr = round(self.confidence, 3), round(self.snr_db, 1)
        return [self.said, self.heard, self.units, errors, self.kind, self.phrase, sure, snr, wait]

    @classmethod
    def of_document(cls, document: Sequence[Any]) -> "Observation":
        said, heard, units, errors, kind, phrase, confidence, snr_db, wait = document
        pairs = tuple((str(a), str(b)) for a, b in errors)
        return cls(said, heard, units, pairs, kind, phrase, confidence, snr_db, wait)


def units_of(text: str, language: Language) -> tuple[str, ...]:
    """Characters of Chinese, lower-case words of English; punctuation is none."""
    if language == "zh-CN":
        return tuple(sign for sign in text.lower() if sign.isalnum())
    return tuple(_ENGLISH_WORD.findall(text.lower()))


def joined(units: Sequence[str], language: Language) -> str:
    """Units as one text."""
    return ("" if language == "zh-CN" else " ").join(units)


def observe(
    records: Sequence[Record],
    said: Sequence[tuple[int, str]],
    expected: Sequence[tuple[int, str]],
    snr_db: float,
    language: Language,
) -> list[Observation]:
    """What became of each utterance. `said`: frame and text of each; `expected`: from which frame on which kind was expected."""
    found = []
    for index, (frame, text) in enumerate(said):
        until = said[index + 1][0] if index + 1 < len(said) else records[-1].frame + 1
        between = [record for record in records if frame < record.frame <= until]
        kind = next((kind for since, kind in reversed(expected) if since <= frame), "open")
        found.append(_one(text, frame, between, GROUPS.get(kind, kind), snr_db, language))
    return found


def _one(text: str, start: int, records: Sequence[Record], kind: str, snr_db: float, language: Language) -> Observation:
    said = units_of(text, language)
    recognized: list[Record] = []
    for record in records:
        if isinstance(record.event, TurnRejoined):
            recognized.clear()  # what comes next holds all of it
        elif isinstance(record.event, Recognized):
            recognized.append(record)
    if not recognized:
        return Observation(_shown(text, said, language), None, len(said), (), kind, False, 0.0, snr_db, None)
    events = [record.event for record in recognized if isinstance(record.event, Recognized)]
    got = units_of(" ".join(event.text or event.open_text for event in events), language)
    answer = next((r.frame for r in records if r.frame >= recognized[-1].frame and isinstance(r.event, PromptStarted)), None)
    errors = [pair for pair in align(said, got) if pair[0] != pair[1]]
    shown = _shown(text, said, language)
    return Observation(
        said=shown,
        heard=joined(got, language) if shown else "",
        units=len(said),
        errors=tuple(errors if shown else sorted(errors)),
        kind=kind,
        phrase=events[0].grammar and bool(events[0].text),
        confidence=events[-1].confidence,
        snr_db=snr_db,
        wait_s=None if answer is None else (answer - start) * FRAME_SECONDS,
    )


def _shown(text: str, units: Sequence[str], language: Language) -> str:
    return joined(units, language) if mask(text) == text else ""


def align(said: Sequence[str], heard: Sequence[str]) -> list[Pair]:
    """The two side by side with as few differences as possible (Levenshtein)."""
    rows = [list(range(len(heard) + 1))]
    for i, unit in enumerate(said, 1):
        row = [i]
        for j, other in enumerate(heard, 1):
            row.append(min(rows[-1][j - 1] + (unit != other), rows[-1][j] + 1, row[-1] + 1))
        rows.append(row)
    pairs: list[Pair] = []
    i, j = len(said), len(heard)
    while i or j:
        if i and j and rows[i][j] == rows[i - 1][j - 1] + (said[i - 1] != heard[j - 1]):
            pairs.append((said[i - 1], heard[j - 1]))
            i, j = i - 1, j - 1
        elif i and rows[i][j] == rows[i - 1][j] + 1:
            pairs.append((said[i - 1], ""))
            i -= 1
        else:
            pairs.append(("", heard[j - 1]))
            j -= 1
    return pairs[::-1]
