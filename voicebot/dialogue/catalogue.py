"""The pack as the dialogue sees it: the only file of this room that knows the pack's schema."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from voicebot.types import Expectation, ExpectationKind, Language, Timeouts


@dataclass(frozen=True, slots=True)
class SlotNeed:
    """A value that an answer needs."""

    name: str
    title: str
    """What it is called to the caller: 卡号后四位."""
    kind: ExpectationKind
    length: int | None = None
    always_read_back: bool = False
    """Ask whether it is right even when it was heard well."""


class Catalogue:
    """Questions, their titles, answers, slots and skill groups."""

    def __init__(self, hotline: Any) -> None:
        self._hotline = hotline
        self.language: Language = hotline.language
        self._questions: dict[str, Any] = {question.id: question for question in hotline.questions}

    def __contains__(self, question: str) -> bool:
        return question in self._questions

    @property
    def titles(self) -> Mapping[str, str]:
        """Question → the short name it is offered by."""
        return {name: question.title for name, question in self._questions.items()}

    def title(self, question: str) -> str:
        return str(self._questions[question].title)

    def answer(self, question: str) -> str:
        """The template of its answer; `{slot name}` where a slot's value goes."""
        return str(self._questions[question].answer)

    def example(self, question: str) -> str:
        """What a caller may say for it."""
        return str(self._questions[question].examples[0])

    def slots(self, question: str) -> tuple[SlotNeed, ...]:
        return tuple(SlotNeed(slot.name, slot.title, slot.kind, slot.length) for slot in self._questions[question].slots)

    def agent_only(self, question: str) -> bool:
        """Whether an agent has to answer it."""
        return bool(getattr(self._questions[question], "agent_only", False))

    def skill_group(self, question: str | None, *, risk: bool = False) -> str:
        """Who deals with it: those for emergencies, those for the question, or the hotline's general group."""
        if risk:
            return str(getattr(self._hotline, "risk_group", "security"))
        if question is not None and question in self._questions:
            return str(self._questions[question].skill_group)
        return str(getattr(self._hotline, "skill_group", "general"))

    @property
    def survey(self) -> bool:
        """Whether callers are asked for a rating at the end."""
        return bool(getattr(self._hotline, "survey", False))

    def prompt(self, name: str) -> tuple[str, ...]:
        """The pack's own variants of a template; empty where it has none."""
        own = self._hotline.prompts.get(name, ())
        return (own,) if isinstance(own, str) else tuple(own)

    def timeouts(self, state: str) -> Timeouts:
        """The pack's timeouts for a state."""
        return getattr(self._hotline, "timeouts", {}).get(state) or Timeouts()

    def expectation(self, kind: ExpectationKind, state: str, *, phrases: tuple[str, ...] = ()) -> Expectation:
        """What is expected in a state that asks for no slot."""
        return Expectation(kind=kind, phrases=phrases, timeouts=self.timeouts(state))
