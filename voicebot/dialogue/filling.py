"""Reactions while a slot is asked for (补充) or read back."""

from voicebot.dialogue.memory import Waiting
from voicebot.dialogue.reactions import reaction
from voicebot.dialogue.states import State
from voicebot.dialogue.steps import (
    go_without,
    keep_value,
    new_question,
    slot_in_hand,
    supplement,
    take_value,
    wait_in_line,
)
from voicebot.dialogue.turn import Turn
from voicebot.hotlines.schema import Slot


@reaction
def fill(turn: Turn) -> None:
    """A value for the slot: check it, read it back and go on."""
    given, slot = turn.reading.slot, slot_in_hand(turn)
    assert given is not None, "SLOT is only read with a value"
    value = turn.catalogue.settled(slot, given, turn.setting.profile)
    if value is None:
        _wrong_value(turn, slot)
    else:
        chosen = given.value if given.kind == "choice" != slot.kind else None
        take_value(turn, slot, value, turn.reading.confidence, chosen)


@reaction
def fill_again(turn: Turn) -> None:
    """A value that failed its check."""
    _wrong_value(turn, slot_in_hand(turn))


@reaction
def accept_value(turn: Turn) -> None:
    """The value read back is right."""
    value = turn.memory.floor.value
    assert value is not None, "READ_BACK is only entered with a value"
    keep_value(turn, slot_in_hand(turn), value)


@reaction
def reject_value(turn: Turn) -> None:
    """The value read back is wrong."""
    turn.say("sorry")
    _ask_slot_again(turn)


@reaction
def lacks_slot(turn: Turn) -> None:
    """None of those that were named: the caller may give another. They cannot give any: the answer as far as it goes without."""
    slot = slot_in_hand(turn)
    if turn.memory.floor.expectation.kind == "choice" and slot.kind != "choice":
        supplement(turn, slot)
    else:
        go_without(turn)


@reaction
def digress(turn: Turn) -> None:
    """Another question while a slot of this one was asked for: that one first, then back."""
    if turn.memory.task is not None:
        wait_in_line(turn, Waiting(task=turn.memory.task, returning=True))
    new_question(turn, turn.reading.likelihoods)


def _wrong_value(turn: Turn, slot: Slot) -> None:
    turn.say(turn.line(f"again_{slot.name}" if slot.again else "bad_slot", "bad_slot", slot=slot.title))
    _ask_slot_again(turn)


def _ask_slot_again(turn: Turn) -> None:
    slot = slot_in_hand(turn)
    if turn.memory.slot_tries >= slot.tries:
        go_without(turn)
    elif turn.state is State.SUPPLEMENT:
        turn.change(slot_tries=turn.memory.slot_tries + 1)
        turn.decided("supplement", turn.memory.floor.options)
        turn.ask_again()
    else:
        supplement(turn, slot)
