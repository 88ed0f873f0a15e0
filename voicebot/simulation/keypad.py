"""A caller before a key menu: presses as soon as their option was named (docs/measures.md), and knows which one it is."""

from collections.abc import Sequence

from voicebot.dialogue.catalogue import Catalogue, MenuNode
from voicebot.hotlines.schema import Hotline
from voicebot.simulation.callers import SimulatedCaller
from voicebot.simulation.ear import Understood
from voicebot.simulation.population import Population
from voicebot.types import OTHER

KEY_SECONDS = 0.4
"""From the end of an option's name to the key. Assumed."""

AGENT_KEY, BACK_KEY, CLEAR_KEY, UNCLEAR_KEY = "0", "#", "1", "2"


class KeyPad:
    """Which key, given what was named."""

    def __init__(self, caller: SimulatedCaller, hotline: Hotline, population: Population) -> None:
        self._caller = caller
        self._accepts = population.temper.accepts
        self._tree = Catalogue(hotline).menu()
        goal = caller.goal
        self._wanted = [question for question in (goal.question, goal.second) if question is not None and question != OTHER]
        if caller.persona.agent_first:
            self._wanted.clear()
        self._way = self._names()
        self._answered = ""

    def at_once(self, sentence: Understood) -> str | None:
        """The key that is pressed as soon as `sentence` was heard, if there is one."""
        match sentence.wants:
            case "menu_option" if sentence.title in self._way:
                return sentence.value
            case "menu_rest" if self._wanted:
                return sentence.value
            case "menu_fixed":
                return AGENT_KEY
        return None

    def key(self, sentences: Sequence[Understood]) -> str:
        """The key after the bot's turn."""
        self._answered = next((s.questions[0] for s in sentences if s.wants == "answer" and s.questions), self._answered)
        if any(sentence.wants == "menu_clear" for sentence in sentences):
            return self._after_answer()
        return next((key for sentence in sentences if (key := self.at_once(sentence)) is not None), AGENT_KEY)

    def _after_answer(self) -> str:
        if self._answered not in self._wanted or not self._accepts.happens(self._caller.chance, f"accepts {self._answered}"):
            return UNCLEAR_KEY
        self._wanted.remove(self._answered)
        self._way = self._names()
        return BACK_KEY if self._wanted else CLEAR_KEY

    def _names(self) -> frozenset[str]:
        """Titles on the way down to the question in hand."""
        return frozenset(_way(self._tree, self._wanted[0])) if self._wanted else frozenset()


def _way(node: MenuNode, question: str) -> list[str]:
    for option in node.options:
        if option.question == question:
            return [option.title]
        if below := _way(option, question):
            return [*([option.title] if option.title else []), *below]
    return []
