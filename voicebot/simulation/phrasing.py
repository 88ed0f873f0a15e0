"""How callers put things: wordings of the bank, with what people add, break off and stumble over."""

import re
from collections.abc import Sequence
from dataclasses import dataclass

from voicebot.simulation.callers import SimulatedCaller
from voicebot.simulation.population import Population
from voicebot.simulation.wordings import Wordings
from voicebot.types import OTHER

BROKEN_OFF = 4
"""Characters (zh) or words (en) said before somebody begins again."""

_COMMA = re.compile(r"[，,]\s*")


@dataclass(frozen=True, slots=True)
class Utterance:
    """What a caller says in one breath, or with long pauses between its parts."""

    parts: tuple[str, ...]
    pause_s: float = 0.0
    """Between the parts."""

    @property
    def text(self) -> str:
        joint = "，" if any(sign >= "\u4e00" for part in self.parts for sign in part) else ", "
        return joint.join(self.parts)


class Phrasing:
    """The wordings of one caller; the same topic and count give the same words in every system."""

    def __init__(self, caller: SimulatedCaller, bank: Wordings, population: Population) -> None:
        self._chance = caller.chance
        self._bank = bank
        self._manner = population.manner
        self._comma = "，" if bank.language == "zh-CN" else ", "
        self._counts: dict[str, int] = {}

    def any_of(self, topic: str) -> Utterance:
        """A wording of one of the bank's flat lists."""
        return self._plain(self._chance.pick(getattr(self._bank, topic), topic, self._next(topic)))

    def has(self, topic: str) -> bool:
        """Whether the bank has words for it; some lists may be left out."""
        return bool(getattr(self._bank, topic))

    def put(self, question: str, *, vague: bool = False, first: bool = False) -> Utterance:
        """A question in the caller's words; talkative the first time."""
        count = self._next("put")
        text = self._stumbling(self._wording(question, vague), count)
        if first and self._manner.opening.happens(self._chance, "opening"):
            text = self._join(self._chance.pick(self._bank.openings, "opening words"), text)
        if self._manner.elaboration.happens(self._chance, "elaboration", count):
            text = self._join(text, self._chance.pick(self._bank.elaborations, "elaboration words", count))
        return self._plain(text)

    def correct(self, question: str) -> Utterance:
        """Not that, but this."""
        template = self._chance.pick(self._bank.corrections, "correction", self._next("correction"))
        return self._plain(template.replace("{question}", self._wording(question, vague=False)))

    def ask_second(self, question: str) -> Utterance:
        template = self._chance.pick(self._bank.second_questions, "second words", self._next("second"))
        return self._plain(template.replace("{question}", self._wording(question, vague=False)))

    def affirm_with(self, question: str) -> Utterance:
        """Yes, and the question in own words."""
        yes = self._chance.pick(self._bank.affirm, "affirm", self._next("affirm"))
        return self._plain(self._join(yes, self._wording(question, vague=False)))

    def pick_title(self, title: str) -> Utterance:
        """By the name that the bot has just said."""
        return self._plain(self._chance.pick(self._bank.picks, "picks", self._next("picks")).replace("{title}", title))

    def pick_place(self, place: int, count: int) -> Utterance:
        """By place in a list: 0, 1, 2 of `count`."""
        lists: Sequence[Sequence[str]] = (self._bank.first, self._bank.second, self._bank.third or self._bank.second)
        return self._plain(self._chance.pick(lists[min(place, 2)], f"place {place} of {count}", self._next("place")))

    def give(self, parts: Sequence[str], pause_s: float) -> Utterance:
        """A number; `pause_s` between its groups, 0 for those who say it in one go."""
        template = self._chance.pick(self._bank.gives_value, "gives value", self._next("gives value"))
        before, after = template.split("{value}")
        joint = "" if self._bank.language == "zh-CN" else " "
        pieces = list(parts) if pause_s else [joint.join(parts)]
        pieces[0], pieces[-1] = before + pieces[0], pieces[-1] + after if len(pieces) > 1 else before + pieces[0] + after
        return Utterance(tuple(pieces), pause_s)

    def _wording(self, question: str, vague: bool) -> str:
        if question == OTHER:
            # somebody has one question: whatever it is called for, the same few wordings come
            return self._chance.pick(self._bank.outside, "outside question")
        wordings = self._bank.questions[question]
        kind = "vague" if vague and wordings.vague else "clear"
        texts = wordings.vague if kind == "vague" else wordings.clear
        return self._chance.pick(texts, f"{kind} {question}", self._next(f"{kind} {question}"))

    def _stumbling(self, text: str, count: int) -> str:
        """With a filler before it or at a comma, or broken off and begun again."""
        if self._manner.hesitation.happens(self._chance, "hesitation", count):
            filler = self._chance.pick(self._bank.hesitations, "hesitation words", count)
            clauses = _COMMA.split(text)
            at = self._chance.integer(0, len(clauses) - 1, "hesitation place", count)
            clauses.insert(at, filler)
            text = self._comma.join(clauses)
        if self._manner.repair.happens(self._chance, "repair", count):
            chinese = self._bank.language == "zh-CN"
            start = text[:BROKEN_OFF] if chinese else " ".join(text.split()[:BROKEN_OFF])
            text = self._join(start, self._chance.pick(self._bank.repairs, "repair words", count), text)
        return text

    def _join(self, *parts: str) -> str:
        return self._comma.join(part.rstrip("，,") for part in parts)

    def _plain(self, text: str) -> Utterance:
        return Utterance((text,))

    def _next(self, topic: str) -> int:
        count = self._counts.get(topic, 0)
        self._counts[topic] = count + 1
        return count
