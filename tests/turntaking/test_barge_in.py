"""The floor's table: every entry follows the rules of who may speak, and the docs show it as it is."""

import re
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from voicebot.turntaking.barge_in import LISTENING, TABLE, Floor, FloorEvent, FloorState, IllegalFloorEvent, diagram
from voicebot.types import TurnAction

DOCS = Path(__file__).parents[2] / "docs" / "turn-taking.md"
ENTRIES = [(state, event) for state, events in TABLE.items() for event in events]


def test_every_state_is_in_the_table_and_can_be_reached() -> None:
    reached = {FloorState.QUIET}
    while more := {to for state in reached for to, _ in TABLE[state].values()} - reached:
        reached |= more
    assert reached == set(FloorState) == set(TABLE)


@pytest.mark.parametrize(("state", "event"), ENTRIES)
def test_what_begins_is_begun_and_what_ends_is_ended(state: FloorState, event: FloorEvent) -> None:
    to, actions = TABLE[state][event]
    begins = TurnAction.BEGIN in actions or TurnAction.REJOIN in actions
    ends = TurnAction.END in actions or TurnAction.DISCARD in actions
    assert begins == (state not in LISTENING and to in LISTENING), "an utterance begins exactly when listening begins"
    assert ends == (state in LISTENING and to not in LISTENING), "and is handed over or discarded exactly when it ends"


@pytest.mark.parametrize(("state", "event"), ENTRIES)
def test_the_caller_gets_the_floor_only_when_the_bot_is_silent(state: FloorState, event: FloorEvent) -> None:
    to, actions = TABLE[state][event]
    sounding = {FloorState.BOT, FloorState.HUSHED, FloorState.PAUSED, FloorState.UNDER}
    if to in (FloorState.CALLER, FloorState.QUIET) and state in sounding:
        assert TurnAction.STOP in actions or event is FloorEvent.PROMPTS_FINISHED


@pytest.mark.parametrize(("state", "event"), ENTRIES)
def test_a_bot_turned_down_comes_back_before_it_speaks_on(state: FloorState, event: FloorEvent) -> None:
    to, actions = TABLE[state][event]
    if state in (FloorState.HUSHED, FloorState.PAUSED) and to is FloorState.BOT:
        assert TurnAction.RESUME in actions


@pytest.mark.parametrize("state", list(FloorState))
def test_every_utterance_can_end_and_a_key_works_everywhere(state: FloorState) -> None:
    assert FloorEvent.KEY in TABLE[state]
    assert FloorEvent.PROMPT_STARTED in TABLE[state]
    if state in LISTENING:
        assert {FloorEvent.OVER, FloorEvent.FADED} <= TABLE[state].keys()


@given(st.lists(st.sampled_from(list(FloorEvent)), max_size=60))
def test_an_illegal_event_raises_and_changes_nothing(events: list[FloorEvent]) -> None:
    floor = Floor()
    for event in events:
        before = floor.state
        if event in TABLE[before]:
            assert floor.on(event) == TABLE[before][event][1]
            assert floor.state is TABLE[before][event][0]
        else:
            with pytest.raises(IllegalFloorEvent, match=f"{event.value}.*{before.value}"):
                floor.on(event)
            assert floor.state is before


def test_the_docs_show_the_table_as_it_is() -> None:
    drawn = re.search(r"```mermaid\n(.*?)\n```", DOCS.read_text(encoding="utf8"), re.DOTALL)
    assert drawn is not None
    assert drawn.group(1) == diagram(), "run `python -m voicebot.turntaking.barge_in` and paste what it prints into the docs"
