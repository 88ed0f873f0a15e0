"""The dialogue: turns in, actions out, in virtual time.

`Conversation.on(event, t)` reads what the caller did (reading.py), finds the reaction in the table (states.py), carries it out
on a copy of the memory (commands.py, choosing.py, filling.py, closing.py), and only then keeps the result. It does no IO,
reads no clock, and draws no random number: the same inputs give the same actions and the same log.
"""

from voicebot.dialogue import choosing, closing, commands, filling
from voicebot.dialogue.base import Dialogue
from voicebot.dialogue.reactions import REACTIONS
from voicebot.dialogue.states import IllegalTriggerError, State, Trigger, arrive, first_legal, react
from voicebot.dialogue.turn import Turn

MODULES = (choosing, closing, commands, filling)
"""Where the reactions are; importing them registers them."""

_IDLE = frozenset(
    {
        Trigger.NOINPUT,
        Trigger.NOMATCH,
        Trigger.REPEAT,
        Trigger.SLOWER,
        Trigger.HELP,
        Trigger.BACK,
        Trigger.START_OVER,
        Trigger.STOP,
        Trigger.WAIT,
        Trigger.GREET,
        Trigger.PLAYED,
    }
)
"""Triggers that are no headway: they do not reset the counts."""

_IDLE_REACTIONS = frozenset({"go_on", "ignore", "listen"})


class Conversation(Dialogue):
    """The full dialogue: belief first, by the table of states.py."""

    def _respond(self, turn: Turn) -> Trigger:
        before = turn.state
        trigger = self._trigger(turn, before)
        turn.reaction = react(before, trigger)
        self._count(turn, trigger)
        REACTIONS[turn.reaction](turn)
        arrive(before, turn.reaction, turn.state)
        return trigger

    def _trigger(self, turn: Turn, state: State) -> Trigger:
        """What the input amounts to; a call that has gone on too long is handed over whatever it is."""
        candidates = list(turn.reading.candidates)
        if turn.memory.inputs > self._setting.limits.turns and Trigger.HUNG_UP not in candidates:
            candidates.insert(0, Trigger.EXHAUSTED)
        if state is State.NEW and candidates[0] not in (Trigger.OPENED, Trigger.HUNG_UP):
            raise IllegalTriggerError(f"{candidates[0]} is not legal in state {state}: the call has not started")
        return first_legal(state, candidates) if Trigger.OPENED not in candidates else Trigger.OPENED

    @staticmethod
    def _count(turn: Turn, trigger: Trigger) -> None:
        """A good turn resets the counts that lead to an agent."""
        if trigger not in _IDLE and turn.reaction not in _IDLE_REACTIONS:
            turn.change(noinputs=0, nomatches=0, idle=0)
        elif trigger not in (Trigger.NOINPUT, Trigger.PLAYED, Trigger.NOMATCH):
            turn.change(noinputs=0, nomatches=0)
