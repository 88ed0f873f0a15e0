"""What every dialogue system does alike: take an input, work on a copy of the memory, keep and log the result.

`Conversation`, `OneShot` and `Menu` differ in `_respond` alone, so the three are compared on the same prompts, events and
withdrawals.
"""

from abc import ABC, abstractmethod
from collections.abc import Mapping
from typing import Any

from voicebot.dialogue.belief import Belief
from voicebot.dialogue.catalogue import Catalogue
from voicebot.dialogue.memory import Memory
from voicebot.dialogue.policy import Thresholds
from voicebot.dialogue.prompts import Phrasebook
from voicebot.dialogue.reading import Reading, read_keys, read_turn
from voicebot.dialogue.states import State, Trigger
from voicebot.dialogue.turn import Setting, Turn
from voicebot.events import BeliefChanged, CallerTurnTaken, EventLog
from voicebot.hotlines.prior import prior as prior_of
from voicebot.hotlines.schema import Hotline
from voicebot.types import (
    Action,
    CallerHungUp,
    CallerSilent,
    CallerTurn,
    CallStarted,
    DialogueInput,
    KeysEntered,
    PromptsPlayed,
)

VOLUNTEERED_KEPT = 8
"""Values said before they were asked for that are remembered."""


SHOWN = 5
"""Questions of a turn's understanding that are logged."""


class Dialogue(ABC):
    """One caller's dialogue with one hotline: turns in, actions out.

    `profile`: what is known of the caller. `log`: the dialogue's events are appended to it. `prior`: weights over the questions
    before anybody spoke, by default those of the pack for the profile; `limits`: thresholds, by default the pack's.
    """

    def __init__(
        self,
        hotline: Hotline,
        profile: Mapping[str, Any] | None,
        log: EventLog,
        *,
        prior: Mapping[str, float] | None = None,
        limits: Thresholds | None = None,
    ) -> None:
        catalogue = Catalogue(hotline)
        prior = prior_of(hotline, profile) if prior is None else prior
        limits = limits or Thresholds.of(hotline.thresholds)
        self._log = log
        self._setting = Setting(catalogue, Phrasebook(catalogue), limits, prior, profile or {})
        self._memory = Memory(Belief.of(prior))

    def on(self, event: DialogueInput, t: float) -> list[Action]:
        """Take what happened at `t` seconds of the call; what the bot does now, in order.

        Raises `IllegalTriggerError`, and changes and logs nothing, for what cannot happen (a second start of the call).
        """
        before = self._memory.floor.state
        turn = self._taken(event)
        trigger = self._respond(turn)
        turn.finish(before, trigger)
        self._memory = turn.memory
        for entry in turn.events:
            self._log.append(entry)
        return turn.actions

    @abstractmethod
    def _respond(self, turn: Turn) -> Trigger:
        """Decide what the input amounts to and carry it out on `turn`."""

    def snapshot(self) -> Memory:
        """The dialogue as it stands; O(1)."""
        return self._memory

    def restore(self, snapshot: Memory) -> None:
        """Put the dialogue back to where it was: a turn is withdrawn. The log keeps what was logged."""
        self._memory = snapshot

    @property
    def belief(self) -> Belief:
        """What the bot believes now: for consoles and chat."""
        return self._memory.belief

    @property
    def state(self) -> State:
        return self._memory.floor.state

    # ---------------------------------------------------------------- reading the input

    def _taken(self, event: DialogueInput) -> Turn:
        """A `Turn` for the input, with what it adds to memory and log whatever comes of it."""
        memory, limits = self._memory, self._setting.limits
        match event:
            case CallStarted():
                turn = self._turn(Reading((Trigger.OPENED,)))
                turn.log(BeliefChanged(memory.belief.top(), "prior"))
                return turn
            case CallerTurn(understanding, heard):
                titles = self._setting.catalogue.titles
                reading = read_turn(understanding, heard, memory.floor, titles, limits, memory.weighed)
                turn = self._turn(reading)
                self._note_turn(turn, event)
                return turn
            case KeysEntered():
                turn = self._turn(read_keys(event, memory.floor))
                self._note_turn(turn, event)
                return turn
            case CallerSilent():
                turn = self._turn(Reading((Trigger.NOINPUT,)))
                turn.change(inputs=memory.inputs + 1)
                return turn
            case PromptsPlayed():
                return self._turn(Reading((Trigger.PLAYED,)))
            case CallerHungUp():
                return self._turn(Reading((Trigger.HUNG_UP,)))

    def _turn(self, reading: Reading) -> Turn:
        return Turn(self._setting, self._memory, reading)

    def _note_turn(self, turn: Turn, event: CallerTurn | KeysEntered) -> None:
        """Count and log a caller turn, and keep the values in it for later."""
        memory = turn.memory
        said = event.understanding if isinstance(event, CallerTurn) else None
        text = said.text if said else event.keys if isinstance(event, KeysEntered) else ""
        turn.change(
            inputs=memory.inputs + 1,
            turns=memory.turns + 1,
            held=False,
            transcript=(*memory.transcript, ("caller", text)),
        )
        if said is not None and said.slots and turn.reading.slot is None:
            turn.change(
                volunteered=(*memory.volunteered, *said.slots)[-VOLUNTEERED_KEPT:],
                volunteered_confidence=said.confidence,
            )
        best = _likeliest(said.questions, SHOWN) if said else []
        turn.log(
            CallerTurnTaken(
                text=text,
                number=memory.turns + 1,
                acts={str(act): p for act, p in sorted(said.acts.items())} if said else {},
                questions=dict(best),
                slots=[{"kind": value.kind, "value": value.value, "valid": value.valid} for value in said.slots] if said else [],
                confidence=said.confidence if said else 1.0,
                keys=isinstance(event, KeysEntered),
                interrupted=event.interrupted.prompt.name if event.interrupted else None,
            )
        )


def _likeliest(shares: Mapping[str, float], count: int) -> list[tuple[str, float]]:
    """The `count` likeliest, best first, ties by name."""
    if len(shares) > count:
        least = sorted(shares.values(), reverse=True)[count - 1]
        shares = {name: share for name, share in shares.items() if share >= least}
    return sorted(shares.items(), key=lambda item: (-item[1], item[0]))[:count]
