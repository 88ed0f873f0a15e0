"""What scripts reached of the dialogue and the pack: states, transitions, questions, prompts, grammar rules, slots.

States and transitions are the dialogue's, whatever the language; the rest is counted for every hotline and language that was
tested. A transition is a cell of the table in `voicebot.dialogue.states`. Cells whose reaction does nothing (`listen` to what was
said anyway, `ignore` what comes too late) leave no trace in a log and are not counted.
"""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from functools import cache
from typing import Any

from voicebot.dialogue.states import TABLE, State
from voicebot.dialogue.wording import WORDING
from voicebot.events import (
    CallerTurnTaken,
    CallOpened,
    Decided,
    PromptStarted,
    QuestionAnswered,
    QuestionLocated,
    Record,
    SlotFilled,
    Transferred,
)
from voicebot.grammar import Grammar, house_folder, house_grammar
from voicebot.hotlines import load_hotline
from voicebot.hotlines.schema import Hotline
from voicebot.metrics.intervals import rate
from voicebot.nlu.normalisation import normalise
from voicebot.types import Language

DIMENSIONS = ("states", "transitions", "questions", "prompts", "rules", "slots")

DO_NOTHING = frozenset({"listen", "ignore"})
"""Reactions that neither say nor change anything."""

OTHER_SYSTEM = "menu"
"""Prompts whose names begin so belong to the key menu, which scripts do not test."""


def transitions() -> list[str]:
    """Every cell of the table that does something: `state trigger`."""
    return [
        f"{state} {trigger}" for state, row in TABLE.items() for trigger, reaction in row.items() if reaction not in DO_NOTHING
    ]


def prompts(pack: Hotline) -> list[str]:
    """Every prompt that a call with the pack may hold: the house's, without those that each of its slots words for itself, and
    the slots' own."""
    slots = [slot for question in pack.questions.values() for slot in question.slots]
    chosen = [slot for slot in slots if slot.options is not None or slot.choose_from is not None]
    unworded = {
        "supplement": any(not slot.ask for slot in slots),
        "bad_slot": any(not slot.again for slot in slots),
        "choose_one": bool(chosen),
        "choose_slot": any(not (slot.offer if slot.choose_from else slot.ask) for slot in chosen),
    }
    house = {name for name in (*WORDING[pack.language], *pack.prompts) if unworded.get(name, True)}
    own = {f"{kind}_{slot.name}" for slot in slots for kind in ("ask", "offer", "again") if getattr(slot, kind)}
    return sorted(name for name in house | own if not name.startswith(OTHER_SYSTEM))


@dataclass(slots=True)
class Coverage:
    """Counts as scripts are added."""

    _reached: dict[str, set[str]] = field(default_factory=lambda: {name: set() for name in DIMENSIONS})
    _packs: dict[tuple[str, Language], Hotline] = field(default_factory=dict)
    _words: dict[Language, set[str]] = field(default_factory=dict)
    """What callers said, for the grammar rules."""

    def add(self, records: Sequence[Record], hotline: str) -> None:
        """Count what a call with `hotline` (a pack's name or folder) reached."""
        if not records or not isinstance(head := records[0].event, CallOpened):
            return
        language: Language = "zh-CN" if head.language == "zh-CN" else "en-US"
        key = head.hotline, language
        if key not in self._packs:
            self._packs[key] = load_hotline(hotline, language)
        said = self._words.setdefault(language, set())
        where = f"{head.hotline} {language} "
        reached = self._reached
        for record in records:
            match record.event:
                case Decided(state=state, trigger=trigger, to=to):
                    reached["states"] |= {str(state), str(to)}
                    reached["transitions"].add(f"{state} {trigger}")
                case QuestionAnswered(question=question) | QuestionLocated(question=question):
                    reached["questions"].add(where + question)
                case Transferred(question=str(question)):
                    reached["questions"].add(where + question)
                case PromptStarted(name=name):
                    reached["prompts"].add(where + name)
                case SlotFilled(slot=slot):
                    reached["slots"].add(where + slot)
                case CallerTurnTaken(text=text, keys=False):
                    said.add(text)

    def figures(self) -> dict[str, dict[str, Any]]:
        """Each dimension as a rate with what is `missing`, and `total` over all of them."""
        possible = self._possible()
        reached = {**self._reached, "rules": self._rules_reached()}
        figures: dict[str, dict[str, Any]] = {}
        hits = sizes = 0
        for name in DIMENSIONS:
            there = possible[name]
            missing = [item for item in there if item not in reached[name]]
            figures[name] = {**rate(len(there) - len(missing), len(there)), "missing": missing}
            hits, sizes = hits + len(there) - len(missing), sizes + len(there)
        return {"total": rate(hits, sizes), **figures}

    def _possible(self) -> Mapping[str, list[str]]:
        found: dict[str, list[str]] = {name: [] for name in DIMENSIONS}
        found["states"] = [str(state) for state in State]
        found["transitions"] = transitions()
        for (name, language), pack in self._packs.items():
            where = f"{name} {language} "
            found["questions"] += [where + question for question in pack.questions]
            found["prompts"] += [where + prompt for prompt in prompts(pack)]
            slots = sorted({slot.name for question in pack.questions.values() for slot in question.slots})
            found["slots"] += [where + slot for slot in slots]
        for language in self._words:
            found["rules"] += [f"{language} {grammar.name} <{rule}>" for grammar, rule in _rules(language)]
        return found

    def _rules_reached(self) -> set[str]:
        """Rules under which some of a caller's words, or all of them, mean something."""
        return {
            f"{language} {grammar.name} <{rule}>"
            for language, texts in self._words.items()
            for grammar, rule in _rules(language)
            if _said(grammar, rule, (normalise(text, language) for text in texts))
        }


@cache
def _rules(language: Language) -> tuple[tuple[Grammar, str], ...]:
    """Every public rule of the shared grammars, each in the grammar that defines it."""
    names = sorted(path.stem for path in house_folder(language).glob("*.jsgf"))
    grammars = [house_grammar(language, name) for name in names]
    return tuple((grammar, rule) for grammar in grammars for rule in grammar.public)


def _said(grammar: Grammar, rule: str, texts: Iterable[str]) -> bool:
    return any(grammar.find_all(rule, text) for text in texts)
