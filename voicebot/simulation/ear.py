"""What a caller makes of the bot: its words, as far as they were heard, back to what it wants of them.

A caller knows no state and no act of the bot, only what was said. Prompts are wordings with blanks, so a sentence is understood
by finding the wording it could have come from, and the titles of questions in its blanks; of a sentence that was cut off, by
the wording that begins like it.
"""

import re
from collections.abc import Sequence
from dataclasses import dataclass
from functools import lru_cache
from typing import Literal, TypeAlias

from voicebot.dialogue.catalogue import Catalogue
from voicebot.dialogue.prompts import Phrasebook
from voicebot.dialogue.say_as import marked, written
from voicebot.dialogue.wording import WORDING
from voicebot.hotlines.schema import Hotline

Wants: TypeAlias = Literal[
    "is_it", "which", "describe", "value", "value_right", "choose_value", "answer", "clear", "more", "agent", "survey",
    "menu_option", "menu_rest", "menu_fixed", "menu_clear", "menu_other", "not_heard", "sorry", "end", "nothing",
]  # fmt: skip
"""What the bot wants of the caller with a sentence, or tells them."""

_WANTS: dict[str, Wants] = {
    "proactive_guess": "is_it", "confirm": "is_it", "brief_confirm": "is_it",
    "clarify_2": "which", "clarify_3": "which", "which": "which",
    "ask": "describe", "guide": "describe", "brief": "describe", "go_on": "describe", "stop": "describe", "waited": "describe",
    "hello": "nothing", "start_over": "nothing",
    "supplement": "value", "choose_slot": "choose_value", "choose_one": "value_right", "read_back": "value_right",
    "bad_slot": "not_heard",
    "answer": "answer", "clear": "clear", "more": "more", "more_silent": "more", "offer_agent": "agent", "survey": "survey",
    "menu_option": "menu_option", "menu_rest": "menu_rest", "menu_clear": "menu_clear", "menu_fixed": "menu_fixed",
    "menu": "menu_other", "menu_wrong": "not_heard", "menu_speech": "not_heard",
    "noinput_1": "not_heard", "noinput_2": "not_heard", "nomatch_1": "not_heard", "nomatch_2": "not_heard",
    "sorry": "sorry", "unclear": "sorry",
    "transfer": "end", "transfer_named": "end", "transfer_risk": "end", "transfer_noinput": "end", "transfer_nomatch": "end",
    "transfer_exhausted": "end", "goodbye": "end",
}  # fmt: skip
"""Template → what it wants; what is not listed wants nothing."""

_TITLED = frozenset({"question", "first", "second", "third"})
_BLANK = re.compile(r"\{([a-z][a-z0-9_]*)\}")
_REMEMBERED = 4096


@dataclass(frozen=True, slots=True)
class Understood:
    """One sentence of the bot, as a caller understands it."""

    wants: Wants
    questions: tuple[str, ...] = ()
    """Questions of the catalogue that were named, in order."""
    titles: tuple[str, ...] = ()
    """Their names as they were said."""
    slot: str = ""
    """What a value is asked for is called."""
    value: str = ""
    """A value that was read back, or the key of a menu option."""
    title: str = ""
    """The name of a menu option."""
    options: tuple[str, ...] = ()
    """What may be chosen for a slot."""
    whole: bool = True
    """Heard to its end."""


@dataclass(frozen=True, slots=True)
class _Wording:
    wants: Wants
    slot: str
    """Of a slot's own wordings."""
    pattern: re.Pattern[str]
    head: str
    """What it begins with, up to its first blank."""
    literal: int
    """Characters that are no blank: the wording with more of them explains a sentence better."""


class Ear:
    """Understands one hotline's sentences. Shared by callers; remembers what it has understood."""

    def __init__(self, hotline: Hotline) -> None:
        catalogue = Catalogue(hotline)
        self._questions = {title.lower(): question for question, title in catalogue.titles.items()}
        self._by_length = sorted(self._questions, key=len, reverse=True)
        self._separator = re.compile(r"，|还是|、" if hotline.language == "zh-CN" else r", or |, | or ")
        self._wordings = sorted(_wordings(hotline, catalogue), key=lambda wording: -wording.literal)
        self.understand = lru_cache(_REMEMBERED)(self._understand)

    def _understand(self, text: str, whole: bool) -> Understood:
        """What is wanted with a sentence, of which `text` was heard; `whole`: to its end."""
        return self._of_whole(text) if whole else self._of_part(text)

    def _of_whole(self, text: str) -> Understood:
        for wording in self._wordings:
            found = wording.pattern.fullmatch(text)
            if found is not None and (understood := self._filled(wording, found.groupdict())) is not None:
                return understood
        named = self.named(text)
        return Understood(_by_count(text, named), named, self._titles_of(named))

    def _filled(self, wording: _Wording, blanks: dict[str, str]) -> Understood | None:
        """The wording with what stands in its blanks; None where a blank for a title holds none."""
        titles = tuple(text for name, text in blanks.items() if name in _TITLED)
        questions = tuple(self._questions.get(title.lower(), "") for title in titles)
        if "" in questions:
            return None
        return Understood(
            wants=wording.wants,
            questions=questions,
            titles=titles,
            slot=wording.slot or blanks.get("slot", ""),
            value=blanks.get("value", "") or blanks.get("key", ""),
            title=blanks.get("title", ""),
            options=tuple(part for part in self._separator.split(blanks.get("options", "")) if part),
        )

    def _of_part(self, text: str) -> Understood:
        named = self.named(text)
        alike = [(_common(wording.head, text.lower()), wording) for wording in self._wordings if wording.head]
        length, best = max(alike, key=lambda pair: pair[0], default=(0, None))
        wants: Wants = "nothing"
        if best is not None and length and length == min(len(best.head), len(text)):
            wants = best.wants
        elif named:
            wants = "is_it" if len(named) == 1 else "which"
        return Understood(wants, named, self._titles_of(named), whole=False)

    def named(self, text: str) -> tuple[str, ...]:
        """Questions whose names occur in `text`, in order; of overlapping names the longer one."""
        rest = text.lower()
        found: list[tuple[int, str]] = []
        for title in self._by_length:
            at = rest.find(title)
            if at >= 0:
                found.append((at, self._questions[title]))
                rest = rest.replace(title, "\0" * len(title))
        return tuple(question for _, question in sorted(found))

    def _titles_of(self, questions: Sequence[str]) -> tuple[str, ...]:
        spoken = {question: title for title, question in self._questions.items()}
        return tuple(spoken[question] for question in questions)


def _by_count(text: str, named: Sequence[str]) -> Wants:
    """A sentence in nobody's wording: a question that names things asks about them."""
    if not text.rstrip().endswith(("？", "?")):
        return "nothing"
    if not named:
        return "describe"
    return "is_it" if len(named) == 1 else "which"


def _wordings(hotline: Hotline, catalogue: Catalogue) -> list[_Wording]:
    phrasebook = Phrasebook(catalogue)
    found = [
        _wording(text, _WANTS.get(name, "nothing"), "", hotline)
        for name in WORDING[hotline.language]
        if name != "answer_rest"  # nothing but a blank: it fits every sentence
        for text in phrasebook.variants(name)
    ]
    kinds: tuple[tuple[str, Wants], ...] = (("ask", "value"), ("offer", "choose_value"), ("again", "not_heard"))
    for question in hotline.questions.values():
        for slot in question.slots:
            for kind, wants in kinds:
                own: Wants = "choose_value" if kind == "ask" and slot.kind == "choice" else wants
                found += [_wording(wording.text, own, slot.title, hotline) for wording in getattr(slot, kind) or ()]
    return found


def _wording(template: str, wants: Wants, slot: str, hotline: Hotline) -> _Wording:
    text = marked(template, hotline.language, written)
    parts = _BLANK.split(text)  # literal, name, literal, name, …
    pattern, seen = "", set[str]()
    for index, part in enumerate(parts):
        if index % 2 == 0:
            pattern += re.escape(part)
        else:
            pattern += f"(?P={part})" if part in seen else f"(?P<{part}>.+?)"
            seen.add(part)
    literal = sum(len(part) for part in parts[::2])
    return _Wording(wants, slot, re.compile(pattern, re.IGNORECASE | re.DOTALL), parts[0].lower(), literal)


def _common(one: str, other: str) -> int:
    length = 0
    for a, b in zip(one, other, strict=False):
        if a != b:
            break
        length += 1
    return length
