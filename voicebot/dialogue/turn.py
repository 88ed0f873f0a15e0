"""One input being worked on: the memory as it changes, what is to be said, what is to be logged.

A reaction is a function of a `Turn`. Nothing of it reaches the conversation until the whole reaction went through.
"""

from collections.abc import Mapping
from dataclasses import dataclass, replace
from typing import Any

from voicebot.dialogue.belief import Belief
from voicebot.dialogue.catalogue import Catalogue
from voicebot.dialogue.memory import Floor, Line, Memory, Step, changed
from voicebot.dialogue.policy import Decision, Thresholds
from voicebot.dialogue.prompts import Phrasebook
from voicebot.dialogue.reading import Reading
from voicebot.dialogue.states import State, Trigger
from voicebot.events import BeliefChanged, Decided, Event
from voicebot.types import Action, Expect, Expectation, HangUp, Prompt, Say

STEPS_KEPT = 6
"""How far "go back" can lead."""

RECENT_TURNS = 2
"""Bot turns in a row that may be worded alike."""

_NO_WAY_BACK = (State.NEW, State.CLEAR, State.MORE, State.BRIEF, State.OFFER, State.SURVEY, State.BYE)
"""States that "go back" does not lead to: what they ask is done with."""

AGAIN = 0.8
"""Power of the likelihoods of a further description: what was misunderstood once is said in like words, and misunderstood alike.
Fitted on callers of development seeds."""

SAID_AGAIN = 0.3
"""The same of words that were said before: what they are mistaken for they are mistaken for again. On callers of development
seeds 0.3 and 0.8 come out alike; 0.3 hands a few more over who want nothing of the catalogue."""

LINES_KEPT = 200
"""Lines of the transcript that an agent is given at most."""


@dataclass(frozen=True)
class Setting:
    """What does not change in a call."""

    catalogue: Catalogue
    phrasebook: Phrasebook
    limits: Thresholds
    prior: Mapping[str, float]
    profile: Mapping[str, Any]


class Turn:
    """Carried through a reaction; `memory`, `actions` and `events` are what comes of it."""

    def __init__(self, setting: Setting, memory: Memory, reading: Reading) -> None:
        self.setting = setting
        self.catalogue = setting.catalogue
        self.limits = setting.limits
        self.memory = memory
        self.reading = reading
        self.reaction = ""
        self.actions: list[Action] = []
        self.events: list[Event] = []
        self._prompts: list[Prompt] = []
        self._decision = Decision(act="")
        self._yields = False
        self._expectation: Expectation | None = None
        self._task_of_floor = memory.task
        """The task that the floor belongs to, also where the turn has dropped it since."""

    # ---------------------------------------------------------------- memory and log

    @property
    def state(self) -> State:
        return self.memory.floor.state

    def change(self, **values: Any) -> None:
        """Replace fields of the memory."""
        self.memory = changed(self.memory, values)

    def believe(self, belief: Belief, because: str) -> None:
        """A new belief, logged when it differs."""
        if belief is not self.memory.belief:
            self.change(belief=belief)
            self.log(BeliefChanged(belief.top(), because))

    def weigh(self) -> None:
        """Multiply in what the words say about the question."""
        said = self.take_evidence()
        if said:
            self.believe(self.memory.belief.update(said), "evidence")

    def take_evidence(self) -> Mapping[str, float]:
        """The likelihoods of the words, as far as they are news, and remember them; the very same words a second time say
        nothing."""
        text, weighed, said = self.reading.text, self.memory.weighed, self.reading.likelihoods
        if not said or text in weighed:
            return {}
        self.change(described=True, weighed=(*weighed, text))
        power = SAID_AGAIN if self.reading.again else AGAIN if weighed else 1.0
        return {name: p**power for name, p in said.items()}

    def log(self, event: Event) -> None:
        self.events.append(event)

    def saw(self, *triggers: Trigger) -> bool:
        """Whether the input could also be read as one of `triggers`."""
        return any(trigger in self.reading.candidates for trigger in triggers)

    def decided(self, act: str, questions: tuple[str, ...] = (), probability: float | None = None, why: str = "") -> None:
        """What this turn comes to, for the log and for the agent; the last word counts. `probability`: of any of `questions`."""
        if probability is None:
            probability = sum(self.memory.belief.p(question) for question in questions)
        self._decision = Decision(act, questions, probability, why)
        named = ", ".join(self.catalogue.title(question) for question in questions)
        self.change(tried=(*self.memory.tried, f"{act}: {named}" if named else act))

    # ---------------------------------------------------------------- speaking

    def line(self, name: str, act: str | None = None, question: str | None = None, **values: str) -> Line:
        """A template to be said; `question` also fills `{question}`."""
        if question is not None:
            values = {"question": self.catalogue.title(question), **values}
        return Line(name, act or name, question, tuple(sorted(values.items())))

    def say(self, *lines: Line | str) -> None:
        """Say templates, each in the variant that is due; a plain name is a template without values."""
        for item in lines:
            line = self.line(item) if isinstance(item, str) else item
            used = self.memory.variants.get(line.name, 0)
            prompt = self.setting.phrasebook.render(line, used)
            self.change(variants={**self.memory.variants, line.name: used + 1})
            if prompt.text:
                self._prompts.append(prompt)

    def ask(self, floor: Floor) -> None:
        """Put a new question on the floor and say it."""
        if self.state not in _NO_WAY_BACK:
            step = Step(self.memory.floor, self.memory.belief, self._task_of_floor)
            self.change(behind=(*self.memory.behind, step)[-STEPS_KEPT:])
        self.take_floor(floor)

    def take_floor(self, floor: Floor) -> None:
        """As `ask`, without a way back to what was on the floor before."""
        self.change(floor=floor)
        self._task_of_floor = self.memory.task
        self.say(*floor.ask)
        self._yields = True

    def ask_again(self, *, whole: bool = False) -> None:
        """Say what is on the floor once more, in its next wording: the part that asks, or the whole of it."""
        floor = self.memory.floor
        self.change(floor=replace(floor, times_asked=floor.times_asked + 1))
        self.say(*(floor.ask if whole else floor.ask[-1:]))
        self._yields = True

    def listen(self, expectation: Expectation) -> None:
        """Leave the floor to the caller without asking again, for once expecting this."""
        self._expectation = expectation
        self._yields = True

    def end(self, outcome: str, state: State = State.ENDED) -> None:
        """The call is over when what was said has been played."""
        self.change(floor=Floor(state=state), outcome=outcome)

    # ---------------------------------------------------------------- the end of it

    def finish(self, before: State, trigger: Trigger) -> None:
        """Turn what was said into actions, and log the decision."""
        self._vary()
        said = tuple(("bot", prompt.text) for prompt in self._prompts)
        self.change(transcript=(*self.memory.transcript, *said)[-LINES_KEPT:])
        self.actions += [Say(prompt) for prompt in self._prompts]
        if self.memory.outcome is not None:
            self.actions.append(HangUp(self.memory.outcome))
        elif self._yields:
            self.actions.append(Expect(self._expectation or self.memory.floor.expectation))
        if self._prompts or self.state is not before:
            choice = self._decision
            self.log(
                Decided(
                    state=before,
                    trigger=trigger,
                    act=choice.act or self.reaction,
                    to=self.state,
                    questions=list(choice.questions),
                    probability=choice.probability if choice.questions else None,
                    why=choice.why,
                )
            )

    def _vary(self) -> None:
        """Never the same words three turns running: a word of acknowledgement goes before them."""
        words = " ".join(prompt.text for prompt in self._prompts)
        if not words:
            return
        if self.memory.recent == (words,) * RECENT_TURNS:
            said, self._prompts = self._prompts, []
            self.say("acknowledge")
            self._prompts += said
            words = " ".join(prompt.text for prompt in self._prompts)
        self.change(recent=(*self.memory.recent, words)[-RECENT_TURNS:])
