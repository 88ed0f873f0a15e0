"""Reactions to words about a question: evidence, yes and no, corrections, picking from a list."""

from voicebot.dialogue.memory import Task, Waiting
from voicebot.dialogue.reactions import reaction
from voicebot.dialogue.reading import speaks_of_another
from voicebot.dialogue.states import State
from voicebot.dialogue.steps import (
    anything_else,
    forget_question,
    locate,
    proceed,
    set_aside,
    solve,
    transfer,
    wait_in_line,
)
from voicebot.dialogue.steps import (
    ask_openly as open_question,
)
from voicebot.dialogue.steps import (
    guide as ask_to_describe,
)
from voicebot.dialogue.steps import (
    offer_agent as propose_agent,
)
from voicebot.dialogue.turn import Turn
from voicebot.events import GuessAnswered, QuestionConfirmed


def _guess_answered(turn: Turn, accepted: bool) -> None:
    """The first reaction to the proactive guess is logged, once."""
    guess = turn.memory.guess
    if guess is not None and turn.state is State.GUESS:
        turn.log(GuessAnswered(guess[0], accepted, guess[1]))
        turn.change(guess=None)


# ---------------------------------------------------------------- evidence


@reaction
def weigh(turn: Turn) -> None:
    """The caller described it."""
    if turn.reading.named is not None and turn.reading.named not in turn.memory.floor.options:
        _guess_answered(turn, accepted=False)
    set_aside(turn)
    _evade(turn)
    turn.weigh()
    proceed(turn)


def _evade(turn: Turn) -> None:
    """Asked whether it is this, the caller spoke of the matter and said no yes. In the words of before: that is a no."""
    asked = turn.memory.floor.options
    if turn.state not in (State.GUESS, State.CONFIRM, State.CLARIFY):
        return
    if turn.reading.again:
        turn.believe(turn.memory.belief.deny(asked), "said_again")
        turn.say("sorry")
    elif turn.state is not State.CLARIFY:
        turn.believe(turn.memory.belief.evade(asked, turn.reading.confidence), "evaded")


@reaction
def guide(turn: Turn) -> None:
    """The caller does not know what to say."""
    turn.change(described=True)
    if turn.memory.guided >= 2 or turn.memory.asked >= turn.limits.patience:
        propose_agent(turn)
        return
    turn.decided("guide")
    ask_to_describe(turn)


@reaction
def ask_openly(turn: Turn) -> None:
    if turn.state in (State.MORE, State.BYE):
        turn.believe(forget_question(turn), "second_question")
        open_question(turn)
        return
    turn.change(asked=turn.memory.asked + 1, outcome=None)
    if turn.memory.asked > turn.limits.patience:
        transfer(turn, "exhausted")
        return
    open_question(turn)


@reaction
def offer_agent(turn: Turn) -> None:
    propose_agent(turn)


@reaction
def drop(turn: Turn) -> None:
    """The caller gives up the question in hand."""
    turn.change(task=None, asked=0, guided=0)
    turn.say("dropped")
    anything_else(turn)


# ---------------------------------------------------------------- yes and no to one question


@reaction
def accept(turn: Turn) -> None:
    """Yes, that question."""
    _guess_answered(turn, accepted=True)
    locate(turn, turn.memory.floor.options[0], "confirmed")
    solve(turn)


@reaction
def accept_and_more(turn: Turn) -> None:
    """Yes, and another question in the same breath: first things first."""
    _guess_answered(turn, accepted=True)
    question = turn.memory.floor.options[0]
    locate(turn, question, "confirmed")
    wait_in_line(turn, Waiting(likelihoods=turn.reading.likelihoods))
    turn.say(turn.line("first_then", question=question))
    solve(turn)


@reaction
def reject(turn: Turn) -> None:
    """No, not that one; what else there was to hear comes with the next turn."""
    _guess_answered(turn, accepted=False)
    turn.believe(turn.memory.belief.deny(turn.memory.floor.options), "deny")
    turn.say("sorry")
    proceed(turn)


@reaction
def correct(turn: Turn) -> None:
    """Not this, but that."""
    _guess_answered(turn, accepted=False)
    wrong = turn.reading.rejected
    turn.change(described=True, task=None)
    turn.believe(turn.memory.belief.correct(wrong, turn.take_evidence()), "correct")
    turn.say("sorry")
    set_aside(turn)
    proceed(turn)


# ---------------------------------------------------------------- picking from a list


@reaction
def pick(turn: Turn) -> None:
    """One of the options; a question that came in the same breath ("第一个，还有…") waits."""
    if speaks_of_another(turn.reading, turn.memory.floor.options):
        wait_in_line(turn, Waiting(likelihoods=turn.reading.likelihoods))
    _pick(turn, turn.reading.picked[0])


@reaction
def pick_other(turn: Turn) -> None:
    """The other one: of two, the one not just named."""
    _pick_remaining(turn, turn.reading.rejected)


@reaction
def pick_both(turn: Turn) -> None:
    """One after the other, in the order they were named."""
    first, *rest = turn.reading.picked
    for question in rest:
        turn.believe(turn.memory.belief.affirm(question, turn.reading.confidence), "affirm")
        wait_in_line(turn, _picked_too(turn, question))
    locate(turn, first, "picked")
    turn.say(turn.line("first_then", question=first))
    solve(turn)


@reaction
def pick_neither(turn: Turn) -> None:
    turn.believe(turn.memory.belief.deny(turn.memory.floor.options), "deny")
    turn.say("sorry")
    proceed(turn)


@reaction
def affirm_list(turn: Turn) -> None:
    """Yes into a list means the option just heard; after the whole list it picks none."""
    if turn.reading.picked:
        _pick(turn, turn.reading.picked[0])
        return
    turn.change(asked=turn.memory.asked + 1)
    if turn.memory.asked > turn.limits.patience:
        transfer(turn, "exhausted")
        return
    turn.decided("clarify", turn.memory.floor.options)
    turn.say("which")
    turn.ask_again()


@reaction
def deny_list(turn: Turn) -> None:
    """No to those that had been named; a "not the first one" of two that were both heard picks the other."""
    options, rejected = turn.memory.floor.options, turn.reading.rejected
    if len(rejected) == len(options) - 1 and turn.reading.heard is None:
        _pick_remaining(turn, rejected)
        return
    turn.believe(turn.memory.belief.deny(rejected), "deny")
    turn.say("sorry")
    proceed(turn)


def _pick(turn: Turn, question: str) -> None:
    locate(turn, question, "picked")
    solve(turn)


def _pick_remaining(turn: Turn, rejected: tuple[str, ...]) -> None:
    left = [option for option in turn.memory.floor.options if option not in rejected]
    turn.believe(turn.memory.belief.deny(rejected), "deny")
    if len(left) == 1:
        _pick(turn, left[0])
    else:
        proceed(turn)


def _picked_too(turn: Turn, question: str) -> Waiting:
    """Picked in the same breath as the one that is answered first."""
    turn.log(QuestionConfirmed(question))
    return Waiting(task=Task(question, "picked"))
