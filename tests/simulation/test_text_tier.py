"""Whole typed calls: they end, numbers and interruptions work, and the population speaks before prompts end."""

import pytest

from voicebot.events import CallEnded, CallerTurnTaken, KeyPressed, PromptStopped
from voicebot.metrics.call_record import call_record
from voicebot.simulation.channel import PerfectChannel
from voicebot.simulation.text_tier import TextCall
from voicebot.types import OTHER

CALLERS = 60


@pytest.fixture(scope="module")
def calls(typing_engine, cast):
    def held(system):
        for number in range(CALLERS):
            caller = cast.caller(21, number)
            yield caller, TextCall(typing_engine, caller, cast.mind(caller, system), cast.ear, PerfectChannel(), system).hold()

    return {system: list(held(system)) for system in ("full", "one-shot", "menu", "no-barge-in", "no-guess")}


def test_every_call_ends_and_can_be_read(calls):
    for system, held in calls.items():
        for caller, log in held:
            assert isinstance(log.records[-1].event, CallEnded)
            record = call_record(log.records)
            assert record.system == system
            assert record.true_question == caller.goal.question
            assert record.outcome != "unfinished"


def test_most_callers_with_a_question_of_the_catalogue_are_understood(calls):
    asking = [call_record(log.records) for caller, log in calls["full"] if caller.goal.question != OTHER]
    assert sum(record.located == record.true_question for record in asking) / len(asking) > 0.7


def test_a_fifth_speaks_before_the_first_prompt_ends(calls):
    cut = [
        next((r.event for r in log.records if isinstance(r.event, PromptStopped | CallerTurnTaken)), None)
        for _, log in calls["full"]
    ]
    early = [caller.persona.early for caller, _ in calls["full"]]
    assert sum(isinstance(event, PromptStopped) for event in cut) >= 0.8 * sum(early)


def test_nobody_interrupts_where_it_cannot_be_done(calls):
    assert not any(isinstance(r.event, PromptStopped) for _, log in calls["no-barge-in"] for r in log.records)


def test_menu_callers_press_keys_and_arrive(calls):
    for caller, log in calls["menu"]:
        assert any(isinstance(r.event, KeyPressed) for r in log.records)
        record = call_record(log.records)
        if caller.goal.question != OTHER and not caller.persona.agent_first:
            assert record.located == caller.goal.question
    waited = [r.event for _, log in calls["menu"] for r in log.records if isinstance(r.event, PromptStopped)]
    assert waited, "they press as soon as their option was named, not after the list"


def test_no_guess_never_guesses(calls):
    assert all(not call_record(log.records).guesses_made for _, log in calls["no-guess"])
    assert any(call_record(log.records).guesses_made for _, log in calls["full"])
