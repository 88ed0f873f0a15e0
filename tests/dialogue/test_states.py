"""The table: complete, carried out, and the same as in the docs."""

from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from voicebot.dialogue.conversation import MODULES
from voicebot.dialogue.diagram import diagram
from voicebot.dialogue.reactions import REACTIONS, reaction
from voicebot.dialogue.states import (
    COMMANDS,
    LEADS,
    TABLE,
    WAYS,
    IllegalTriggerError,
    State,
    Trigger,
    arrive,
    first_legal,
    react,
)

DOCS = Path(__file__).parents[2] / "docs" / "dialogue.md"
SPEAKING = [state for state in State if state not in (State.NEW, State.ENDED, State.BYE)]


def test_every_state_has_a_row_and_every_reaction_a_function_and_a_place_to_lead():
    named = {name for row in TABLE.values() for name in row.values()}
    assert set(TABLE) == set(State)
    assert named == set(LEADS) == set(REACTIONS)
    assert len(MODULES) == 4


@pytest.mark.parametrize("state", SPEAKING)
@pytest.mark.parametrize("trigger", [*COMMANDS, Trigger.NOINPUT, Trigger.NOMATCH, Trigger.HUNG_UP])
def test_universal_commands_silence_and_words_not_understood_are_legal_everywhere(state, trigger):
    assert react(state, trigger)


@pytest.mark.parametrize("state", SPEAKING)
@pytest.mark.parametrize("trigger", [Trigger.RISK, Trigger.EXHAUSTED])
def test_risk_and_exhaustion_lead_to_an_agent_from_everywhere(state, trigger):
    assert LEADS[react(state, trigger)] == (State.ENDED,)


def test_an_illegal_trigger_raises_and_names_what_is_legal():
    with pytest.raises(IllegalTriggerError, match="opened is not legal in state open; legal: .*evidence"):
        react(State.OPEN, Trigger.OPENED)


@given(state=st.sampled_from(State), trigger=st.sampled_from(Trigger))
def test_react_answers_or_raises_and_never_guesses(state, trigger):
    if trigger in TABLE[state]:
        assert react(state, trigger) == TABLE[state][trigger]
    else:
        with pytest.raises(IllegalTriggerError):
            react(state, trigger)


def test_a_reaction_leads_only_where_the_table_says():
    assert arrive(State.CONFIRM, "accept", State.CLEAR) is State.CLEAR
    assert arrive(State.CONFIRM, "repeat", State.CONFIRM) is State.CONFIRM
    assert arrive(State.CONFIRM, "accept", State.ENDED) is State.ENDED
    with pytest.raises(IllegalTriggerError, match="accept leads from confirm to guess"):
        arrive(State.CONFIRM, "accept", State.GUESS)


def test_the_first_legal_candidate_is_taken_and_nomatch_when_there_is_none():
    assert first_legal(State.OPEN, [Trigger.PICK, Trigger.EVIDENCE, Trigger.DONE]) is Trigger.EVIDENCE
    assert first_legal(State.OPEN, [Trigger.PICK]) is Trigger.NOMATCH


def test_every_state_can_be_reached_and_every_speaking_state_can_end():
    reached = {State.NEW}
    while True:
        ways = {way for state in reached for name in TABLE[state].values() for way in LEADS[name]}
        new = reached.union(*(WAYS[way] if way in WAYS else {State(way)} for way in ways))
        if new == reached:
            break
        reached = new
    assert reached == set(State)


def test_two_reactions_of_one_name_are_refused():
    def repeat(turn):
        return None

    with pytest.raises(ValueError, match="repeat"):
        reaction(repeat)


def test_the_diagram_in_the_docs_is_the_table():
    assert diagram() in DOCS.read_text(encoding="utf-8"), (
        "docs/dialogue.md is out of step: paste what python -m voicebot.dialogue.diagram prints"
    )
