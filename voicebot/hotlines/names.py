"""The names that a pack may use for things of the dialogue: prompt templates, thresholds, states with timeouts.

The dialogue itself lies above this room; a test compares these tables with its own.
"""

from collections.abc import Mapping
from typing import NamedTuple


class Blanks(NamedTuple):
    """What may and what must stand in curly brackets in a template's wordings."""

    may: frozenset[str]
    must: frozenset[str]


def _blanks(must: str = "", may: str = "") -> Blanks:
    return Blanks(frozenset(must.split()) | frozenset(may.split()), frozenset(must.split()))


_PLAIN = """
greet ask more more_silent goodbye transfer transfer_risk transfer_noinput transfer_nomatch transfer_exhausted offer_agent
brief repeat slower help back no_back start_over stop wait waited noinput_1 noinput_2 nomatch_1 nomatch_2 sorry acknowledge
go_on hello dropped no_agent unclear also one_by_one which continue menu menu_fixed menu_wrong menu_speech survey
survey_thanks
"""

TEMPLATES: Mapping[str, Blanks] = {name: _blanks() for name in _PLAIN.split()} | {
    "proactive_guess": _blanks("question"),
    "guide": _blanks("examples"),
    "clarify_2": _blanks("first second"),
    "clarify_3": _blanks("first second third"),
    "confirm": _blanks("question"),
    "supplement": _blanks("slot"),
    "choose_slot": _blanks("options", may="slot"),
    "choose_one": _blanks("value", may="slot"),
    "bad_slot": _blanks("slot"),
    "slot_missing": _blanks(may="slot"),
    "read_back": _blanks("value", may="slot"),
    "read_back_passing": _blanks("value", may="slot"),
    "answer": _blanks("answer question"),
    "answer_rest": _blanks("answer"),
    "clear": _blanks("question"),
    "transfer_named": _blanks("question"),
    "brief_confirm": _blanks("question"),
    "return_to": _blanks("question"),
    "first_then": _blanks("question"),
    "menu_option": _blanks("key title"),
    "menu_rest": _blanks("key"),
    "menu_clear": _blanks("question"),
}
"""Every prompt that a pack may word differently (docs/packs.md says when each is said)."""


class Range(NamedTuple):
    """What a threshold may be."""

    least: float
    most: float
    whole: bool = False


_SHARE, _TURNS = Range(0.0, 1.0), Range(0.0, 20.0)

THRESHOLDS: Mapping[str, Range] = {
    "answer": Range(0.05, 1.0),
    "answer_asked": Range(0.05, 1.01),
    "confirm": _SHARE,
    "option": _SHARE,
    "clarify_together": _SHARE,
    "options": Range(1, 3, whole=True),
    "outside_weight": _SHARE,
    "outside": _SHARE,
    "retry_turns": _TURNS,
    "option_turns": _TURNS,
    "guide_turns": _TURNS,
    "open_turns": _TURNS,
    "wrong_guess_turns": _TURNS,
    "act": _SHARE,
    "agent": _SHARE,
    "heard": _SHARE,
    "news": Range(0.0, 1.01),
    "name": _SHARE,
    "read_back": Range(0.0, 1.01),
    "last_offer": Range(0.0, 1.01),
    "no_offer": Range(0.0, 1.01),
    "patience": Range(1, 20, whole=True),
    "briefings": Range(0, 2, whole=True),
    "noinputs": Range(1, 10, whole=True),
    "nomatches": Range(1, 10, whole=True),
    "idle": Range(1, 50, whole=True),
    "turns": Range(5, 1000, whole=True),
}
"""The numbers that the dialogue decides by (docs/dialogue.md). `options`: there is no template for four. `read_back` above 1:
every value is read back as a question. `answer_asked` above 1: whoever was asked
once is asked until they confirm; `last_offer` above 1: none is made; `no_offer` above 1: always one."""

STATES = (
    "default", "guess", "open", "guide", "clarify", "confirm", "supplement", "read_back", "clear", "more", "offer", "brief",
    "survey",
)  # fmt: skip
"""States of the dialogue in which the caller may speak, and `default` for those that are not named."""
