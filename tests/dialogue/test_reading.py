"""The same words mean different things on different floors."""

import pytest

from voicebot.dialogue.memory import Floor
from voicebot.dialogue.policy import Thresholds
from voicebot.dialogue.reading import read_keys, read_turn, same_kind
from voicebot.dialogue.states import State, Trigger, first_legal
from voicebot.types import DialogueAct, Expectation, Heard, KeysEntered, Prompt, Understanding

from .helpers import DONE, NO, NOTHING, TITLES, YES, about, act, digits, unsure

TWO = ("huabei_repay", "huabei_prepay")
FLOORS = {
    "guess": Floor(State.GUESS, TWO[:1], expectation=Expectation("yesno")),
    "confirm": Floor(State.CONFIRM, TWO[:1], expectation=Expectation("yesno")),
    "clarify": Floor(State.CLARIFY, TWO, expectation=Expectation("choice")),
    "open": Floor(State.OPEN, expectation=Expectation("open")),
    "slot": Floor(State.SUPPLEMENT, ("card_unbind",), "card_tail", expectation=Expectation("digits", 4, "card_tail")),
    "clear": Floor(State.CLEAR, TWO[:1], expectation=Expectation("yesno")),
    "more": Floor(State.MORE, expectation=Expectation("yesno")),
}


def trigger(said: Understanding, floor: str, heard: Heard | None = None) -> Trigger:
    reading = read_turn(said, heard, FLOORS[floor], TITLES["zh-CN"], Thresholds())
    return first_legal(FLOORS[floor].state, list(reading.candidates))


@pytest.mark.parametrize(
    ("said", "floor", "meant"),
    [
        (YES, "confirm", Trigger.AFFIRM),
        (NO, "confirm", Trigger.DENY),
        (about("huabei_repay"), "confirm", Trigger.AFFIRM),
        (about("jiebei_repay"), "confirm", Trigger.EVIDENCE),
        (about("jiebei_repay", 0.9, DialogueAct.DENY), "guess", Trigger.CORRECT),
        (about("huabei_limit", 0.9, DialogueAct.AFFIRM), "guess", Trigger.AFFIRM_MORE),
        (about("huabei_repay", 0.9, DialogueAct.AFFIRM), "guess", Trigger.AFFIRM),
        (about("huabei_repay", 0.9, DialogueAct.DENY, DialogueAct.MEANT), "guess", Trigger.AFFIRM),
        (about("jiebei_repay", 0.9, DialogueAct.DENY, DialogueAct.MEANT), "guess", Trigger.CORRECT),
        (about("huabei_prepay", 0.9, DialogueAct.DENY, DialogueAct.MEANT), "clarify", Trigger.PICK),
        (about("jiebei_repay", 0.9, DialogueAct.DENY, DialogueAct.MEANT), "clarify", Trigger.CORRECT),
        (about("huabei_repay", 0.9, DialogueAct.DENY, DialogueAct.MEANT), "clear", Trigger.DENY),
        (about("jiebei_repay", 0.9, DialogueAct.DENY), "open", Trigger.EVIDENCE),
        (act(DialogueAct.CHOOSE_NEITHER), "guess", Trigger.DENY),
        (act(DialogueAct.CHOOSE_NEITHER), "confirm", Trigger.NEITHER),
        (about("jiebei_repay", 0.9, DialogueAct.CHOOSE_NEITHER), "guess", Trigger.CORRECT),
        (act(DialogueAct.CHOOSE_FIRST), "clarify", Trigger.PICK),
        (act(DialogueAct.CHOOSE_THIRD), "clarify", Trigger.NOMATCH),
        (act(DialogueAct.CHOOSE_FIRST, DialogueAct.CHOOSE_SECOND), "clarify", Trigger.BOTH),
        (about("huabei_prepay", 0.8), "clarify", Trigger.PICK),
        (about("jiebei_repay", 0.9), "clarify", Trigger.EVIDENCE),
        (about("jiebei_repay", 0.9, DialogueAct.DENY), "clarify", Trigger.CORRECT),
        (digits("1234"), "slot", Trigger.SLOT),
        (digits("123"), "slot", Trigger.BAD_SLOT),
        (digits("1234"), "open", Trigger.NOMATCH),
        (about("huabei_limit", 0.9), "slot", Trigger.EVIDENCE),
        (about("huabei_limit", 0.4), "slot", Trigger.NOMATCH),
        (act(DialogueAct.UNDERSTOOD), "clear", Trigger.UNDERSTOOD),
        (act(DialogueAct.NOT_UNDERSTOOD, DialogueAct.DENY), "clear", Trigger.NOT_UNDERSTOOD),
        (act(DialogueAct.DENY, DialogueAct.DONE), "clear", Trigger.DONE),
        (NO, "clear", Trigger.DENY),
        (NO, "more", Trigger.DENY),
        (DONE, "more", Trigger.DONE),
        (about("jiebei_repay", 0.9, DialogueAct.GREET), "open", Trigger.EVIDENCE),
        (about("jiebei_repay", 0.9, DialogueAct.WAIT), "open", Trigger.EVIDENCE),
        (about("jiebei_repay", 0.9, DialogueAct.AGENT), "open", Trigger.AGENT),
        (act(DialogueAct.RISK, DialogueAct.AGENT), "more", Trigger.RISK),
        (NOTHING, "open", Trigger.NOMATCH),
        (unsure(YES, 0.04), "confirm", Trigger.NOMATCH),
        (Understanding("嗯", acts={DialogueAct.AFFIRM: 0.2}), "confirm", Trigger.NOMATCH),
    ],
)
def test_what_words_mean_on_a_floor(said, floor, meant):
    got = trigger(said, floor)
    assert got is meant or (got is Trigger.AFFIRM and meant is Trigger.UNDERSTOOD)


@pytest.mark.parametrize("floor", [FLOORS["slot"], Floor(State.SURVEY, expectation=Expectation("digits"))])
def test_a_command_that_holds_a_numeral_is_no_value(floor):
    """再说一遍 has a 一 in it: asked for a card number, or for a rating, it is still a command."""
    again = Understanding("再说一遍", acts={DialogueAct.REPEAT: 0.97}, slots=digits("1").slots)
    reading = read_turn(again, None, floor, TITLES["zh-CN"], Thresholds())
    assert first_legal(floor.state, list(reading.candidates)) is Trigger.REPEAT
    assert reading.slot is None
    assert reading.score is None


def clarify_prompt() -> Prompt:
    return Prompt("clarify_2", "clarify", "您是想问花呗还款失败，还是花呗提前还款？", "")


def test_a_yes_into_a_list_means_the_option_just_heard():
    heard = Heard(clarify_prompt(), 0.5, "您是想问花呗还款失败，")
    reading = read_turn(YES, heard, FLOORS["clarify"], TITLES["zh-CN"], Thresholds())
    assert reading.picked == ("huabei_repay",)


def test_a_no_into_a_list_rejects_what_was_heard():
    heard = Heard(clarify_prompt(), 0.5, "您是想问花呗还款失败，")
    reading = read_turn(NO, heard, FLOORS["clarify"], TITLES["zh-CN"], Thresholds())
    assert reading.rejected == ("huabei_repay",)


def test_a_no_after_the_whole_list_rejects_all():
    assert read_turn(NO, None, FLOORS["clarify"], TITLES["zh-CN"], Thresholds()).rejected == TWO


@pytest.mark.parametrize(
    ("keys", "floor", "meant"),
    [
        ("0", "open", Trigger.AGENT),
        ("*", "clear", Trigger.REPEAT),
        ("#", "open", Trigger.HELP),
        ("1", "confirm", Trigger.AFFIRM),
        ("2", "confirm", Trigger.DENY),
        ("3", "confirm", Trigger.NOMATCH),
        ("2", "clarify", Trigger.PICK),
        ("3", "clarify", Trigger.NOMATCH),
        ("1", "open", Trigger.NOMATCH),
        ("1234", "slot", Trigger.SLOT),
        ("12", "slot", Trigger.BAD_SLOT),
        ("0", "slot", Trigger.AGENT),
    ],
)
def test_what_keys_mean_on_a_floor(keys, floor, meant):
    reading = read_keys(KeysEntered(keys), FLOORS[floor])
    assert first_legal(FLOORS[floor].state, list(reading.candidates)) is meant


def test_any_digit_string_may_be_a_number_of_digits():
    assert same_kind("phone", "digits")
    assert same_kind("digits", "card")
    assert not same_kind("amount", "digits")
    assert same_kind("date", "date")
