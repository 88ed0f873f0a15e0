"""The floor: who is speaking, and what happens when the other one does.

Rules of this file: everything that affects who has the floor is in `TABLE`; a `Floor` is a state and nothing else; an event that
the table does not have in a state raises `IllegalFloorEvent` and changes nothing. `diagram()` draws the table for the docs.

Theory. A caller who begins to speak while the bot speaks either wants the floor, or gives a sign of listening, or it was noise;
in the first 200 ms nobody can tell. So the bot turns itself down at once (HUSHED), which costs nothing if it was nothing; it
falls silent for a moment (PAUSED) when it looks likely, and stops when it is sure. Even then it may have been a sign of
listening that was slow to be recognised: until the caller is done, what was cut off is kept (TAKEN), and taken up again if it
was nothing. A prompt that must be heard to its end (`bargein: off`, or `hotword` until the word is said) goes on, and what is
said meanwhile is heard UNDER it.
"""

from enum import StrEnum

from voicebot.types import TurnAction

HUSH, STOP, RESUME, PAUSE = TurnAction.HUSH, TurnAction.STOP, TurnAction.RESUME, TurnAction.PAUSE
BEGIN, END, DISCARD, REJOIN = TurnAction.BEGIN, TurnAction.END, TurnAction.DISCARD, TurnAction.REJOIN
TAKE_UP = TurnAction.TAKE_UP


class FloorState(StrEnum):
    QUIET = "quiet"
    """Nobody speaks."""
    BOT = "bot"
    """The bot speaks at full level."""
    HUSHED = "hushed"
    """The bot speaks low: the caller made a sound."""
    PAUSED = "paused"
    """The bot is silent and keeps its place: it looks as if the caller wants the floor."""
    UNDER = "under"
    """The caller speaks under a prompt that may not be interrupted (by this)."""
    TAKEN = "taken"
    """The caller has taken the floor from a prompt, which is kept until it is known that they meant to."""
    CALLER = "caller"
    """The caller has the floor."""


class FloorEvent(StrEnum):
    PROMPT_STARTED = "prompt started"
    PROMPTS_FINISHED = "prompts finished"
    SOUND = "sound"
    """The caller begins to make a sound, and the prompt may be interrupted."""
    SOUND_UNDER = "sound under"
    """The caller begins to make a sound under a protected prompt."""
    LIKELY = "likely"
    """It goes on: probably the caller wants the floor."""
    UNSURE = "unsure"
    """That was some time ago, and nothing has confirmed it."""
    CONFIRMED = "confirmed"
    """The caller wants the floor."""
    FADED = "faded"
    """It was noise or a backchannel."""
    OVER = "over"
    """The caller's turn is complete."""
    WENT_ON = "went on"
    """The turn that was just handed over goes on."""
    KEY = "key"


S, E = FloorState, FloorEvent

TABLE: dict[FloorState, dict[FloorEvent, tuple[FloorState, tuple[TurnAction, ...]]]] = {
    S.QUIET: {
        E.PROMPT_STARTED: (S.BOT, ()),
        E.PROMPTS_FINISHED: (S.QUIET, ()),
        E.SOUND: (S.CALLER, (BEGIN,)),
        E.SOUND_UNDER: (S.CALLER, (BEGIN,)),
        E.WENT_ON: (S.CALLER, (REJOIN,)),
        E.KEY: (S.QUIET, ()),
    },
    S.BOT: {
        E.PROMPT_STARTED: (S.BOT, ()),
        E.PROMPTS_FINISHED: (S.QUIET, ()),
        E.SOUND: (S.HUSHED, (HUSH, BEGIN)),
        E.SOUND_UNDER: (S.UNDER, (BEGIN,)),
        E.WENT_ON: (S.CALLER, (STOP, REJOIN)),
        E.KEY: (S.QUIET, (STOP,)),
    },
    S.HUSHED: {
        E.PROMPT_STARTED: (S.HUSHED, (HUSH,)),
        E.PROMPTS_FINISHED: (S.CALLER, ()),
        E.LIKELY: (S.PAUSED, (PAUSE,)),
        E.CONFIRMED: (S.TAKEN, (STOP,)),
        E.FADED: (S.BOT, (RESUME, DISCARD)),
        E.OVER: (S.QUIET, (STOP, END)),
        E.KEY: (S.QUIET, (STOP, DISCARD)),
    },
    S.PAUSED: {
        E.PROMPT_STARTED: (S.PAUSED, (PAUSE,)),
        E.PROMPTS_FINISHED: (S.CALLER, ()),
        E.UNSURE: (S.HUSHED, (HUSH,)),
        E.CONFIRMED: (S.TAKEN, (STOP,)),
        E.FADED: (S.BOT, (RESUME, DISCARD)),
        E.OVER: (S.QUIET, (STOP, END)),
        E.KEY: (S.QUIET, (STOP, DISCARD)),
    },
    S.UNDER: {
        E.PROMPT_STARTED: (S.UNDER, ()),
        E.PROMPTS_FINISHED: (S.CALLER, ()),
        E.CONFIRMED: (S.TAKEN, (STOP,)),
        E.FADED: (S.BOT, (DISCARD,)),
        E.OVER: (S.BOT, (END,)),
        E.KEY: (S.QUIET, (STOP, DISCARD)),
    },
    S.TAKEN: {
        E.PROMPT_STARTED: (S.HUSHED, (HUSH,)),
        E.PROMPTS_FINISHED: (S.TAKEN, ()),
        E.UNSURE: (S.CALLER, ()),
        E.FADED: (S.BOT, (TAKE_UP, DISCARD)),
        E.OVER: (S.QUIET, (END,)),
        E.KEY: (S.QUIET, (DISCARD,)),
    },
    S.CALLER: {
        E.PROMPT_STARTED: (S.HUSHED, (HUSH,)),
        E.PROMPTS_FINISHED: (S.CALLER, ()),
        E.FADED: (S.QUIET, (DISCARD,)),
        E.OVER: (S.QUIET, (END,)),
        E.KEY: (S.QUIET, (DISCARD,)),
    },
}
"""State → event → (next state, what to do, in order)."""

LISTENING = frozenset({S.HUSHED, S.PAUSED, S.UNDER, S.TAKEN, S.CALLER})
"""States in which an utterance of the caller is under way."""


class IllegalFloorEvent(RuntimeError):
    """An event that cannot happen in this state: a defect of whoever drives the floor."""


class Floor:
    """Who has the floor."""

    def __init__(self) -> None:
        self.state = FloorState.QUIET

    def on(self, event: FloorEvent) -> tuple[TurnAction, ...]:
        """Follow the table. Raises `IllegalFloorEvent`, and changes nothing, where it has no entry."""
        entry = TABLE[self.state].get(event)
        if entry is None:
            raise IllegalFloorEvent(f"{event.value!r} cannot happen while the floor is {self.state.value!r}")
        self.state, actions = entry
        return actions

    @property
    def listening(self) -> bool:
        """An utterance of the caller is under way."""
        return self.state in LISTENING


def diagram() -> str:
    """The table as a Mermaid state diagram."""
    lines = ["stateDiagram-v2", f"    [*] --> {FloorState.QUIET.value}"]
    for state, events in TABLE.items():
        for event, (to, actions) in events.items():
            does = f" / {', '.join(action.value for action in actions)}" if actions else ""
            lines.append(f"    {state.value} --> {to.value}: {event.value}{does}")
    return "\n".join(lines)


if __name__ == "__main__":
    print(diagram())
