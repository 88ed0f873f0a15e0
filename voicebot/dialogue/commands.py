"""Reactions that work the same everywhere: universal commands, silence, words not understood, politeness."""

from dataclasses import replace

from voicebot.dialogue.memory import Floor
from voicebot.dialogue.policy import Act
from voicebot.dialogue.policy import greet as decide_greeting
from voicebot.dialogue.reactions import reaction
from voicebot.dialogue.states import State, Trigger
from voicebot.dialogue.steps import (
    anything_else,
    ask_openly,
    brief,
    carry_on,
    go_without,
    goodbye,
    into_answer,
    offer_agent,
    slot_in_hand,
    transfer,
)
from voicebot.dialogue.turn import Turn
from voicebot.events import CallerSilentFor, NothingMatched
from voicebot.types import SpeechRate

SLOWER = 0.85
"""Factor of the voice's rate for each "slower"."""

SLOWEST = 0.6

EMPTY_WORDS = 3
"""Times in a row that "yes" is said to an open question before an agent is offered."""

SLOT_MISSES = 2
"""Turns in a row that were not understood, after which an answer that goes without the slot does."""

HELD_SECONDS = 20.0
"""Noinput timeout after "one moment, please"."""


@reaction
def greet(turn: Turn) -> None:
    """Open the call: with a guess when the prior warrants it, else with the open question."""
    turn.say("greet")
    choice = decide_greeting(turn.memory.belief, turn.limits)
    if choice.act == Act.ASK:
        ask_openly(turn)
        turn.decided(choice.act, why=choice.why)
        return
    question = choice.questions[0]
    turn.change(guess=(question, choice.probability))
    expectation = turn.catalogue.expectation("yesno", State.GUESS)
    turn.ask(Floor(State.GUESS, (question,), ask=(turn.line("proactive_guess", question=question),), expectation=expectation))
    turn.decided(choice.act, choice.questions, choice.probability, choice.why)


@reaction
def listen(turn: Turn) -> None:
    """Everything was said; the floor is the caller's already."""


@reaction
def ignore(turn: Turn) -> None:
    """Too late: the call is ending."""


@reaction
def hung_up(turn: Turn) -> None:
    turn.end("hung_up" if turn.memory.answered else "abandoned")


# ---------------------------------------------------------------- silence and words not understood


@reaction
def silent(turn: Turn) -> None:
    """Ask again in other words, louder, then hand over; after an answer, take silence for an end, but not the silence that was
    asked for ("等一下")."""
    memory = turn.memory
    count = memory.noinputs + 1
    turn.change(noinputs=count)
    turn.log(CallerSilentFor(count))
    if memory.held:
        turn.change(held=False)
        turn.decided("waited")
        turn.say("waited")
        turn.ask_again()
    elif turn.state is State.CLEAR:
        anything_else(turn, "more_silent")
    elif turn.state in (State.MORE, State.SURVEY):
        goodbye(turn)
    elif count >= turn.limits.noinputs or count + memory.nomatches > turn.limits.noinputs:
        transfer(turn, "noinput")
    else:
        turn.decided("noinput")
        turn.say(turn.line(f"noinput_{min(count, 2)}", "noinput"))
        turn.ask_again()


@reaction
def unmatched(turn: Turn) -> None:
    """Say so, each time otherwise, then hand over, or go on without what was asked for where that can be done. A sound into an
    answer only interrupts it: go on."""
    memory = turn.memory
    count = memory.nomatches + 1
    turn.change(nomatches=count)
    turn.log(NothingMatched(count, turn.reading.text))
    if count >= SLOT_MISSES and turn.state in (State.SUPPLEMENT, State.READ_BACK) and not slot_in_hand(turn).required:
        go_without(turn)
    elif count >= turn.limits.nomatches or count + memory.noinputs > turn.limits.nomatches:
        transfer(turn, "nomatch")
    elif turn.state is State.CLEAR and into_answer(turn):
        carry_on(turn)
    else:
        turn.decided("nomatch")
        turn.say(turn.line(f"nomatch_{min(count, 2)}", "nomatch"))
        turn.ask_again()


@reaction
def transfer_exhausted(turn: Turn) -> None:
    transfer(turn, "exhausted")


# ---------------------------------------------------------------- universal commands


def _made_no_headway(turn: Turn) -> bool:
    """Count it; True when there was too much of it and the call was handed over."""
    turn.change(idle=turn.memory.idle + 1)
    if turn.memory.idle < turn.limits.idle:
        return False
    transfer(turn, "exhausted")
    return True


def _once_more(turn: Turn, lead: str, *, whole: bool = False) -> None:
    if not _made_no_headway(turn):
        turn.decided(lead)
        turn.say(lead)
        turn.ask_again(whole=whole)


@reaction
def repeat(turn: Turn) -> None:
    _once_more(turn, "repeat", whole=True)


@reaction
def slower(turn: Turn) -> None:
    factor = max(SLOWEST, round(turn.memory.rate * SLOWER, 2))
    turn.change(rate=factor)
    turn.actions.append(SpeechRate(factor))
    _once_more(turn, "slower", whole=True)


@reaction
def help(turn: Turn) -> None:
    _once_more(turn, "help")


@reaction
def greet_back(turn: Turn) -> None:
    _once_more(turn, "hello")


@reaction
def go_on(turn: Turn) -> None:
    """A word that answers nothing: the caller may go on; who says yes to whatever is asked is offered an agent."""
    if turn.saw(Trigger.AFFIRM) and turn.memory.idle + 1 >= EMPTY_WORDS:
        turn.change(idle=turn.memory.idle + 1)
        offer_agent(turn)
    else:
        _once_more(turn, "go_on")


@reaction
def go_back(turn: Turn) -> None:
    """To what was asked before, with the belief of then."""
    if not turn.memory.behind:
        _once_more(turn, "no_back")
        return
    if _made_no_headway(turn):
        return
    *behind, step = turn.memory.behind
    turn.change(behind=tuple(behind), task=step.task)
    turn.believe(step.belief, "back")
    turn.decided("back", step.floor.options)
    turn.say("back")
    turn.take_floor(replace(step.floor, times_asked=step.floor.times_asked + 1))


@reaction
def start_over(turn: Turn) -> None:
    """All forgotten but what was answered."""
    if _made_no_headway(turn):
        return
    fresh = turn.memory.belief.renew(turn.setting.prior, turn.memory.answered)
    turn.change(task=None, waiting=(), slots={}, volunteered=(), described=False, weighed=(), asked=0, guided=0, guess=None)
    turn.believe(fresh, "start_over")
    turn.say("start_over")
    ask_openly(turn)


@reaction
def fall_silent(turn: Turn) -> None:
    """Stop talking: what is on the floor stays there."""
    _leave_floor(turn, "stop")


@reaction
def hold(turn: Turn) -> None:
    """The caller wants a moment."""
    _leave_floor(turn, "wait")
    turn.change(held=True)


def _leave_floor(turn: Turn, lead: str) -> None:
    if _made_no_headway(turn):
        return
    turn.decided(lead)
    turn.say(lead)
    patient = turn.memory.floor.expectation
    turn.listen(replace(patient, timeouts=replace(patient.timeouts, noinput=HELD_SECONDS)))


@reaction
def ask_for_agent(turn: Turn) -> None:
    """Hand over at once when the question is known; else ask once (`briefings`), so that it goes to the right desk."""
    turn.weigh()
    ranked = turn.memory.belief.questions()
    question, p = ranked[0] if ranked else (None, 0.0)
    known = turn.memory.task is not None or (turn.memory.described and p >= turn.limits.answer)
    if turn.memory.agent_asked or known or not turn.limits.briefings:
        transfer(turn, "agent")
    else:
        brief(turn, question if p >= turn.limits.confirm else None)


@reaction
def transfer_risk(turn: Turn) -> None:
    """Money or an account is in danger: no questions."""
    turn.weigh()
    transfer(turn, "risk")


@reaction
def say_goodbye(turn: Turn) -> None:
    goodbye(turn)
