"""The pack as the dialogue sees it: the only file of this room that knows the pack's schema."""

from collections.abc import Mapping
from dataclasses import dataclass
from decimal import Decimal, InvalidOperation
from typing import Any

from voicebot.hotlines.schema import Hotline, Slot
from voicebot.types import Expectation, ExpectationKind, Language, SlotValue, Timeouts

OPTIONS_OFFERED = 3
"""Of the caller's own cards or orders, that are named at once."""

OPTIONS_A_LEVEL = 9
"""Keys 1 to 9 of the key menu; where there are more options, the last key leads to the rest."""


@dataclass(frozen=True, slots=True)
class MenuNode:
    """A level of the key menu, or a question at the end of one."""

    title: str
    """Empty at the root and for "more options"."""
    question: str | None = None
    options: tuple["MenuNode", ...] = ()


@dataclass(frozen=True, slots=True)
class Option:
    """Something that may be chosen for a slot."""

    title: str
    """As it is offered."""
    value: str
    """What the slot holds when it is chosen."""


class Catalogue:
    """Questions, their titles, answers, slots and skill groups."""

    def __init__(self, hotline: Hotline) -> None:
        self._hotline = hotline
        self.language: Language = hotline.language
        self.titles: Mapping[str, str] = {name: question.title for name, question in hotline.questions.items()}
        """Question → the short name it is offered by."""
        self._slot_prompts = {
            f"{kind}_{slot.name}": tuple(wording.text for wording in wordings)
            for question in hotline.questions.values()
            for slot in question.slots
            for kind, wordings in (("ask", slot.ask), ("offer", slot.offer), ("again", slot.again))
            if wordings
        }

    def title(self, question: str) -> str:
        return self.titles[question]

    def answer(self, question: str) -> str:
        """The template of its answer; `{slot name}` where a slot's value goes."""
        return self._hotline.questions[question].answer

    def example(self, question: str) -> str:
        """What a caller may say for it."""
        return self._hotline.questions[question].examples[0]

    def slots(self, question: str) -> tuple[Slot, ...]:
        """What its answer needs, in the order it is asked for."""
        return self._hotline.questions[question].slots

    def options(self, slot: Slot, profile: Mapping[str, Any]) -> tuple[Option, ...]:
        """What may be chosen for a slot: what it lists, or up to three of the caller's own; empty where there is nothing."""
        if slot.options is not None:
            return tuple(Option(title, title) for title in slot.options)
        items = [item for item in profile.get(slot.choose_from or "", ()) if len(str(item["number"])) >= (slot.length or 0)]
        own = [self._own(slot, item) for item in items[:OPTIONS_OFFERED]]
        return tuple(own) if len({option.title for option in own}) == len({option.value for option in own}) == len(own) else ()

    @staticmethod
    def _own(slot: Slot, item: Mapping[str, Any]) -> Option:
        tail = str(item["number"])[-(slot.length or 0) :]
        return Option(slot.option.replace("{title}", str(item["title"])).replace("{tail}", tail), tail)

    def settled(self, slot: Slot, given: SlotValue, profile: Mapping[str, Any]) -> SlotValue | None:
        """What a slot holds after the caller said `given`; None where that fails the slot's check."""
        options = self.options(slot, profile)
        chosen = next((option for option in options if option.title == given.value), None)
        if chosen is not None:
            return SlotValue(slot.kind, chosen.value, given.text)
        own = [str(item["number"]) for item in profile.get(slot.choose_from or "", ())]
        right = {"phone": profile.get("phone"), "id_tail": profile.get("id_tail")}.get(slot.matches or "")
        fits = (
            given.valid
            and slot.kind != "choice"
            and (not own or any(number.endswith(given.value) for number in own))
            and (right is None or str(right).endswith(given.value))
            and _within(given.value, slot)
        )
        return given if fits else None

    def related(self, question: str) -> tuple[str, ...]:
        """Questions that callers mean instead."""
        return self._hotline.questions[question].related

    def agent_only(self, question: str) -> bool:
        """Whether an agent has to answer it."""
        return self._hotline.questions[question].agent_only

    def skill_group(self, question: str | None, *, risk: bool = False) -> str:
        """Who deals with it: those for emergencies, those for the question, or the hotline's general group."""
        if risk:
            return self._hotline.risk_group
        return self._hotline.questions[question].skill_group if question is not None else self._hotline.skill_group

    @property
    def survey(self) -> bool:
        """Whether callers are asked for a rating at the end."""
        return self._hotline.survey

    def menu(self) -> MenuNode:
        """The key menu: businesses, their questions, and "more options" where a level has more than nine."""
        businesses = []
        for name, business in self._hotline.businesses.items():
            own = [q for q in self._hotline.questions.values() if q.business == name]
            if own:
                leaves = [MenuNode(question.title, question.id) for question in own]
                businesses.append(MenuNode(business.title[self.language], options=_pages(leaves)))
        return MenuNode("", options=_pages(businesses))

    def prompt(self, name: str) -> tuple[str, ...]:
        """The pack's own wordings of a template; empty where it has none. `ask_NAME`, `offer_NAME`, `again_NAME`: of a slot."""
        return self._hotline.prompts.get(name) or self._slot_prompts.get(name, ())

    def recording(self, text: str) -> str | None:
        """The key of the recording of a wording or an answer, where the pack has one."""
        return self._hotline.recorded.get(text)

    def timeouts(self, state: str) -> Timeouts:
        """The pack's timeouts for a state, else its default ones, else the house's."""
        given = self._hotline.timeouts
        return given.get(state) or given.get("default") or Timeouts()

    def expectation(self, kind: ExpectationKind, state: str, *, phrases: tuple[str, ...] = ()) -> Expectation:
        """What is expected in a state that asks for no slot."""
        return Expectation(kind=kind, phrases=phrases, timeouts=self.timeouts(state))


def _within(value: str, slot: Slot) -> bool:
    """Whether an amount lies in the slot's range; anything else does."""
    if slot.least is None and slot.most is None:
        return True
    try:
        amount = Decimal(value)
    except InvalidOperation:
        return False
    least, most = slot.least if slot.least is not None else amount, slot.most if slot.most is not None else amount
    return least <= amount <= most


def _pages(nodes: list[MenuNode]) -> tuple[MenuNode, ...]:
    """At most nine options; the ninth leads to those that are left."""
    if len(nodes) <= OPTIONS_A_LEVEL:
        return tuple(nodes)
    first, rest = nodes[: OPTIONS_A_LEVEL - 1], nodes[OPTIONS_A_LEVEL - 1 :]
    return (*first, MenuNode("", options=_pages(rest)))
