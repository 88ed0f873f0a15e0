"""The caller's mind: an agenda (the question, the next one, the numbers at hand) and a temper, one for both tiers.

After each turn of the bot it gets what was heard of it and says what the caller does. It never sees the bot's state, only its
words (`ear`), and it decides in virtual time: how long after the bot's turn, or how far into the next one. In the tradition of
agenda-based user simulation (Schatzmann et al. 2007).
"""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Literal, TypeAlias

from voicebot.hotlines.schema import Hotline, Slot
from voicebot.simulation.callers import SimulatedCaller
from voicebot.simulation.ear import Understood, Wants
from voicebot.simulation.keypad import KEY_SECONDS, KeyPad
from voicebot.simulation.phrasing import Phrasing, Utterance
from voicebot.simulation.population import Population
from voicebot.simulation.values import Value, number_name, value_of
from voicebot.types import OTHER

Does: TypeAlias = Literal["say", "press", "wait", "hang_up"]

ANNOYING: dict[Wants, float] = {"not_heard": 1.0, "sorry": 0.5, "menu_other": 0.15}
"""What the bot's sentences add to a caller's annoyance. Assumed."""

WRONG_NAME, WRONG_ANSWER, TOLD_BEFORE = 0.6, 1.2, 0.6
"""The same for naming another question, answering it, and asking to describe it once more. Assumed."""

SLOT_PATIENCE = 3
"""Times a caller gives the same number."""

WAIT_SECONDS = (3.0, 8.0)
"""How long somebody takes who asked for a moment. Assumed."""

SATISFIED_SCORES, DISSATISFIED_SCORES = {5: 0.6, 4: 0.3, 3: 0.1}, {1: 0.4, 2: 0.3, 3: 0.3}
"""Points given at the end. Assumed."""


@dataclass(frozen=True, slots=True)
class Reaction:
    """What the caller does."""

    does: Does
    after_s: float
    """Seconds from the end of the bot's turn (or from the interruption: 0) to it."""
    utterance: Utterance | None = None
    keys: str = ""


class Mind:
    """One caller in one call."""

    def __init__(
        self, caller: SimulatedCaller, hotline: Hotline, population: Population, phrasing: Phrasing, *, keys_only: bool = False
    ) -> None:
        """`keys_only`: the caller knows that this line takes keys alone."""
        self._caller, self._hotline, self._population = caller, hotline, population
        self._chance, self._persona = caller.chance, caller.persona
        self._manner, self._temper = population.manner, population.temper
        self._phrasing = phrasing
        self.keypad = KeyPad(caller, hotline, population) if keys_only else None
        self._question = caller.goal.question
        self._next = caller.goal.second
        self._solved = False
        """The question in hand has been answered, well or not."""
        self._content = False
        self._turn = 0
        self._told = 0
        """Times the question was put."""
        self._annoyance = 0.0
        self._agent_asked = 0
        self._asked_slots: dict[str, int] = {}
        self._last_slot = ""
        self._offered: tuple[str, ...] = ()
        self._answered = ""
        """The question that the bot answered last."""
        self._handlers: dict[Wants, Callable[[Understood], Reaction]] = {
            "describe": self._describe, "is_it": self._is_it, "which": self._which, "value": self._value,
            "choose_value": self._choose_value, "value_right": self._value_right, "answer": self._into_answer,
            "clear": self._clear, "more": self._more, "agent": self._agent, "survey": self._survey,
        }  # fmt: skip

    # ------------------------------------------------------------ what the tiers ask

    def cut_in(self) -> float | None:
        """Seconds into the bot's next turn at which the caller speaks up if it still talks; None: hears it out."""
        if self.keypad is not None:
            return None
        early = self._persona.early if self._turn == 0 else self._manner.cut_in.happens(self._chance, "cut in", self._turn)
        return self._population.timing.cut_in_s.draw(self._chance, "cut in at", self._turn) if early else None

    def reaction_s(self) -> float:
        """Seconds from the end of the bot's turn until the caller reacts to it, at least."""
        if self.keypad is not None:
            return KEY_SECONDS
        return self._population.timing.reaction_s.draw(self._chance, "reaction", self._turn)

    def react(self, sentences: Sequence[Understood], *, interrupting: bool = False) -> Reaction:
        """What the caller does about the bot's turn, of which they heard `sentences`."""
        delay = self.reaction_s()
        self._turn += 1
        self._feel(sentences)
        if any(sentence.wants == "end" for sentence in sentences):
            return Reaction("wait", 0.0)
        reaction = self._decided(sentences)
        after = 0.0 if interrupting else max(reaction.after_s, delay)
        return Reaction(reaction.does, after, reaction.utterance, reaction.keys)

    def again(self) -> Reaction:
        """The bot does nothing: the caller speaks up again."""
        self._turn += 1
        self._annoyance += 1.0
        if self._annoyance >= self._persona.patience:
            return self._give_up()
        return Reaction("press", 0.0, keys="0") if self.keypad is not None else self._describe(Understood("describe"))

    # ------------------------------------------------------------ deciding

    def _decided(self, sentences: Sequence[Understood]) -> Reaction:
        if self._annoyance >= self._persona.patience:
            return self._give_up()
        if self.keypad is not None:
            return self._press(self.keypad.key(sentences))
        if (aside := self._aside()) is not None:
            return aside
        for sentence in sentences:
            if sentence.wants == "answer" and sentence.questions:
                self._answered = sentence.questions[0]
        asked = next((s for s in reversed(sentences) if s.wants in self._handlers), None)
        if self._persona.agent_first and not self._agent_asked:
            return self._ask_for_agent()
        return self._handlers[asked.wants](asked) if asked is not None else self._describe(Understood("describe"))

    def _feel(self, sentences: Sequence[Understood]) -> None:
        self._annoyance += sum(ANNOYING.get(sentence.wants, 0.0) for sentence in sentences)
        if any(sentence.wants == "describe" for sentence in sentences) and self._told and not self._solved:
            self._annoyance += TOLD_BEFORE

    def _give_up(self) -> Reaction:
        if self._persona.wants_agent and self._agent_asked < 2:
            self._annoyance -= 1.0
            return self._press("0") if self.keypad is not None else self._ask_for_agent()
        return Reaction("hang_up", 0.0)

    def _ask_for_agent(self) -> Reaction:
        self._agent_asked += 1
        return self._say(self._phrasing.any_of("agent"))

    def _aside(self) -> Reaction | None:
        """Now and then people do something else than what was asked of them."""
        manner, turn = self._manner, self._turn
        if manner.silent.happens(self._chance, "silent", turn):
            return Reaction("wait", 0.0)
        if turn == 1:
            return None
        asides = ("beside_the_point", "repeat", "slower", "wait")
        for topic, share in zip(asides, (manner.beside_the_point, manner.repeat, manner.slower, manner.wait), strict=True):
            if share.happens(self._chance, topic, turn) and self._phrasing.has(topic):
                return self._say(self._phrasing.any_of(topic))
        return None

    # ------------------------------------------------------------ the question

    def _describe(self, asked: Understood) -> Reaction:
        if self._solved:
            return self._more(asked)
        vague = self._persona.vague and (
            self._told == 0 or self._manner.vague_again.happens(self._chance, "vague again", self._told)
        )
        self._told += 1
        after = 0.0
        if asked.wants == "nothing" and self._told > 1:
            after = self._chance.between(*WAIT_SECONDS, "wait for", self._turn)
        return self._say(self._phrasing.put(self._question, vague=vague, first=self._told == 1), after)

    def _is_it(self, asked: Understood) -> Reaction:
        if not asked.questions:  # cut off before the name came
            return self._describe(asked)
        named = asked.questions[-1]
        if named == self._next:
            self._question, self._next = named, self._question if not self._solved else None
            self._solved = False
        if named == self._question:
            if self._manner.volunteers.happens(self._chance, "volunteers", self._turn):
                return self._say(self._phrasing.affirm_with(named))
            return self._say(self._phrasing.any_of("affirm"))
        self._annoyance += WRONG_NAME if self._turn > 1 else 0.0
        if self._solved and self._next is None:
            return self._say(self._phrasing.any_of("deny"))
        return self._not_that()

    def _not_that(self) -> Reaction:
        """No, with or without what it is instead; somebody who is vague does not say it the first time."""
        if self._solved and self._next is not None:
            self._turn_to_next()
        if not (self._persona.vague and self._told == 0) and self._manner.corrects.happens(self._chance, "corrects", self._turn):
            self._told += 1
            return self._say(self._phrasing.correct(self._question))
        return self._say(self._phrasing.any_of("deny"))

    def _which(self, asked: Understood) -> Reaction:
        self._offered = asked.questions or self._offered
        wanted = self._question if self._question in self._offered else self._next
        if wanted is None or wanted not in self._offered:
            self._annoyance += WRONG_NAME
            if self._manner.corrects.happens(self._chance, "corrects", self._turn):
                self._told += 1
                return self._say(self._phrasing.put(self._question))
            return self._say(self._phrasing.any_of("neither"))
        if wanted == self._next:
            self._question, self._next, self._solved = wanted, self._question if not self._solved else None, False
        place = self._offered.index(wanted)
        drawn = self._chance.unit("way of picking", self._turn)
        if drawn < self._manner.picks_by_place.share and asked.whole:
            return self._say(self._phrasing.pick_place(place, len(self._offered)))
        if drawn < self._manner.picks_by_place.share + self._manner.picks_by_name.share:
            return self._say(self._phrasing.pick_title(self._title(wanted)))
        self._told += 1
        return self._say(self._phrasing.put(wanted))

    # ------------------------------------------------------------ numbers

    def _value(self, asked: Understood) -> Reaction:
        self._last_slot = asked.slot or self._last_slot
        slot = self._slot(self._last_slot)
        if slot is None:  # for another question than the caller's
            return self._not_that() if not self._solved else self._say(self._phrasing.any_of("dont_know"))
        count = self._asked_slots.get(slot.name, 0)
        self._asked_slots[slot.name] = count + 1
        if count >= SLOT_PATIENCE or self._manner.lacks_value.happens(self._chance, f"lacks {slot.name}"):
            return self._say(self._phrasing.any_of("lacks_value"))
        value = self._worth(slot)
        if self._persona.keys and value.keys:
            return Reaction("press", 0.0, keys=value.keys + ("#" if slot.length is None else ""))
        pause = 0.0
        if self._persona.pauses_in_numbers and len(value.parts) > 1:
            pause = self._population.timing.number_pause_s.draw(self._chance, "number pause", count)
        return self._say(self._phrasing.give(value.parts, pause))

    def _choose_value(self, asked: Understood) -> Reaction:
        self._last_slot = asked.slot or self._last_slot
        slot = self._slot(self._last_slot)
        if slot is None or not asked.options:
            return self._value(asked)
        value = self._worth(slot)
        right = [option for option in asked.options if value.is_read_back(option)]
        return self._say(self._phrasing.pick_title((right or asked.options)[0]))

    def _value_right(self, asked: Understood) -> Reaction:
        slot = self._slot(asked.slot or self._last_slot)
        if slot is None:
            return self._not_that()
        right = self._worth(slot).is_read_back(asked.value)
        self._annoyance += 0.0 if right else WRONG_NAME
        return self._say(self._phrasing.any_of("affirm" if right else "deny"))

    def _slot(self, title: str) -> Slot | None:
        """What of the caller's question is called so."""
        names = [name for name in (self._question, self._next) if name is not None and name != OTHER]
        slots = [slot for name in names for slot in self._hotline.questions[name].slots]
        return next((slot for slot in slots if slot.title.lower() == title.lower()), None)

    def _worth(self, slot: Slot) -> Value:
        return value_of(slot, self._caller.profile, self._hotline.language, self._chance)

    # ------------------------------------------------------------ the answer, and after it

    def _into_answer(self, asked: Understood) -> Reaction:
        """The caller speaks into an answer."""
        if not asked.questions:
            return self._describe(asked)
        if asked.questions[0] not in (self._question, self._next):
            self._annoyance += WRONG_ANSWER
            return self._not_that()
        return self._judge(asked.questions[0], "understood")

    def _clear(self, asked: Understood) -> Reaction:
        """Is it clear?"""
        answered = asked.questions[-1] if asked.questions else self._answered
        if answered in (self._question, self._next):
            return self._judge(answered, "affirm" if self._chance.happens(0.4, "yes or understood", self._turn) else "understood")
        if self._solved and not self._next:
            return self._say(self._phrasing.any_of("done"))
        self._annoyance += WRONG_ANSWER
        if not self._temper.disputes_wrong.happens(self._chance, "disputes wrong", self._turn):
            return self._say(self._phrasing.any_of("understood"))
        if self._chance.happens(0.5, "how it is disputed", self._turn):
            return self._say(self._phrasing.any_of("not_understood"))
        return self._not_that()

    def _judge(self, answered: str, accepting: str) -> Reaction:
        """The right question was answered: well enough?"""
        if answered == self._next:
            self._question, self._next = answered, self._question if not self._solved else None
        self._solved = True
        self._content = self._temper.accepts.happens(self._chance, f"accepts {answered}")
        if not self._content:
            self._annoyance += 1.0
            return self._say(self._phrasing.any_of("not_understood"))
        if self._next is None and self._manner.thanks.happens(self._chance, "thanks", self._turn):
            return self._say(self._phrasing.any_of("thanks"))
        return self._say(self._phrasing.any_of(accepting))

    def _more(self, asked: Understood) -> Reaction:
        """Anything else?"""
        if not self._solved:
            self._told += 1
            return self._say(self._phrasing.put(self._question))
        if self._next is None:
            return self._say(self._phrasing.any_of("done"))
        if asked.wants == "more" and not self._temper.corrects_second.happens(self._chance, "names second"):
            return self._say(self._phrasing.any_of("more"))
        self._turn_to_next()
        self._told += 1
        return self._say(self._phrasing.ask_second(self._question))

    def _turn_to_next(self) -> None:
        assert self._next is not None, "there is a second question"
        self._question, self._next, self._solved, self._told = self._next, None, False, 0

    def _agent(self, asked: Understood) -> Reaction:
        """Shall it be a person?"""
        unsolved = not (self._solved and self._content)
        if unsolved and self._temper.accepts_agent.happens(self._chance, "accepts agent", self._turn):
            return self._say(self._phrasing.any_of("affirm"))
        return self._say(self._phrasing.any_of("no_agent"))

    def _survey(self, asked: Understood) -> Reaction:
        score = self._chance.weighted(SATISFIED_SCORES if self._content else DISSATISFIED_SCORES, "score")
        if self._persona.keys:
            return Reaction("press", 0.0, keys=str(score))
        language = self._hotline.language
        return self._say(Utterance((number_name(score, language) + ("分" if language == "zh-CN" else ""),)))

    # ------------------------------------------------------------ small things

    def _title(self, question: str) -> str:
        return self._hotline.questions[question].title

    def _press(self, keys: str) -> Reaction:
        return Reaction("press", KEY_SECONDS, keys=keys)

    def _say(self, utterance: Utterance, after: float = 0.0) -> Reaction:
        return Reaction("say", after, utterance)
