"""Reactions to an answer, to the offer of an agent, and at the end of a call."""

from voicebot.dialogue.belief import Belief
from voicebot.dialogue.policy import close_rivals
from voicebot.dialogue.reactions import reaction
from voicebot.dialogue.states import State, Trigger
from voicebot.dialogue.steps import (
    anything_else,
    ask_openly,
    brief,
    carry_on,
    clarify,
    confirm,
    goodbye,
    into_answer,
    locate,
    new_question,
    next_or_more,
    offer_agent,
    proceed,
    resume_waiting,
    set_aside,
    transfer,
)
from voicebot.dialogue.turn import Turn
from voicebot.events import AnswerJudged, QuestionConfirmed, SurveyAnswered

DISPUTES = 2
"""Disputed answers after which the call goes to an agent."""

HALF = 0.5

TOP_SCORE = 5
"""Of five: what counts as a top answer."""

# ---------------------------------------------------------------- the answer was given


@reaction
def judged_clear(turn: Turn) -> None:
    """The answer is accepted: a "yes" to the one prompt right after it, which named the question, confirms the question too.

    A mere "yes" into its first half is a sign of listening: the answer goes on.
    """
    heard = turn.reading.heard
    if heard is not None and into_answer(turn) and heard.fraction < HALF and not turn.saw(Trigger.UNDERSTOOD):
        carry_on(turn)
        return
    _accept_answer(turn)
    if turn.saw(Trigger.THANKS, Trigger.GOODBYE, Trigger.DONE) and not turn.memory.waiting:
        goodbye(turn)
    else:
        next_or_more(turn)


@reaction
def clear_and_next(turn: Turn) -> None:
    """Clear, and another question in the same breath."""
    _accept_answer(turn)
    turn.say("acknowledge")
    new_question(turn, turn.reading.likelihoods)


@reaction
def thanked(turn: Turn) -> None:
    """Thanks accept the answer and confirm nothing."""
    turn.log(AnswerJudged(turn.memory.floor.options[0], accepted=True))
    if turn.memory.waiting:
        resume_waiting(turn)
    else:
        goodbye(turn)


def _accept_answer(turn: Turn) -> None:
    floor = turn.memory.floor
    turn.log(AnswerJudged(floor.options[0], accepted=True))
    if floor.times_asked == 1 and _was_named(turn):
        turn.believe(turn.memory.belief.affirm(floor.options[0], turn.reading.confidence), "affirm")
        turn.log(QuestionConfirmed(floor.options[0]))


def _was_named(turn: Turn) -> bool:
    """Whether the caller had heard the question named by the prompt that asks if it is clear."""
    heard = turn.reading.heard
    return heard is None or (heard.prompt.act == "clear" and turn.catalogue.title(turn.memory.floor.options[0]) in heard.text)


@reaction
def judged_unclear(turn: Turn) -> None:
    """The answer did not help: perhaps it was the wrong question; else an agent."""
    dispute(turn)


@reaction
def judged_wrong(turn: Turn) -> None:
    """The answer was to the wrong question, and the caller says which it is."""
    wrong = turn.memory.floor.options
    turn.log(AnswerJudged(wrong[0], accepted=False))
    turn.change(task=None, described=True, disputes=turn.memory.disputes + 1)
    turn.believe(turn.memory.belief.correct(wrong, turn.reading.likelihoods), "correct")
    if turn.memory.disputes > DISPUTES:
        transfer(turn, "disputed")
        return
    turn.say("sorry")
    set_aside(turn)
    proceed(turn)


@reaction
def next_question(turn: Turn) -> None:
    """A second question; the words of the first one again mean that its answer was no answer."""
    if turn.state is State.CLEAR and turn.reading.named in turn.memory.floor.options:
        dispute(turn)
    else:
        new_question(turn, turn.reading.likelihoods)


def dispute(turn: Turn) -> None:
    """Offer the close rivals of a question that was answered unconfirmed; an agent otherwise, and the second time at once."""
    memory = turn.memory
    if not memory.answered:
        offer_agent(turn)
        return
    question = memory.answered[-1]
    turn.log(AnswerJudged(question, accepted=False))
    turn.change(disputes=memory.disputes + 1, outcome=None)
    if turn.memory.disputes >= DISPUTES:
        transfer(turn, "disputed")
        return
    explicit = memory.task is not None and memory.task.explicit
    without = memory.belief.deny(question)
    if not explicit and into_answer(turn) and not turn.saw(Trigger.NOT_UNDERSTOOD):
        _wrong_question(turn, without)
        return
    turn.say("unclear")
    rivals = () if explicit else close_rivals(memory.belief, question, turn.limits) or _related(turn, question)
    if not rivals:
        offer_agent(turn)
        return
    turn.believe(without, "deny")
    turn.change(task=None)
    turn.decided("clarify" if len(rivals) > 1 else "confirm", rivals)
    if len(rivals) > 1:
        clarify(turn, rivals)
    else:
        confirm(turn, rivals[0])


def _related(turn: Turn, question: str) -> tuple[str, ...]:
    """What the pack says callers mean instead, less what was answered or denied already."""
    memory = turn.memory
    fresh = [
        name for name in turn.catalogue.related(question) if name not in memory.answered and name not in memory.belief.denied
    ]
    return tuple(fresh[: int(turn.limits.options)])


def _wrong_question(turn: Turn, without: Belief) -> None:
    """A "no" into an answer that nobody had confirmed: not that question. Which one, the caller has not said yet."""
    turn.believe(without, "deny")
    turn.change(task=None, described=False, weighed=())
    turn.say("sorry")
    proceed(turn)


@reaction
def done_with_answer(turn: Turn) -> None:
    """The caller is done; a question they asked in passing is not forgotten."""
    waiting = [item for item in turn.memory.waiting if not item.returning]
    if waiting:
        turn.change(waiting=tuple(waiting))
        resume_waiting(turn)
    else:
        goodbye(turn)


@reaction
def nothing_more(turn: Turn) -> None:
    goodbye(turn)


# ---------------------------------------------------------------- agents


@reaction
def transfer_offered(turn: Turn) -> None:
    transfer(turn, "offered")


@reaction
def transfer_asked(turn: Turn) -> None:
    transfer(turn, "agent")


@reaction
def briefed(turn: Turn) -> None:
    """What it is about, before the transfer; a likely question is confirmed where the pack allows a second asking."""
    turn.weigh()
    question, p = next(iter(turn.memory.belief.questions()), (None, 0.0))
    if turn.limits.confirm <= p < turn.limits.answer and turn.memory.briefings < turn.limits.briefings:
        brief(turn, question)
    else:
        transfer(turn, "agent")


@reaction
def brief_affirmed(turn: Turn) -> None:
    options = turn.memory.floor.options
    if options:
        locate(turn, options[0], "confirmed")
    transfer(turn, "agent")


@reaction
def decline_agent(turn: Turn) -> None:
    turn.say("no_agent")
    if turn.memory.answered:
        anything_else(turn)
    else:
        ask_openly(turn)


# ---------------------------------------------------------------- survey


@reaction
def scored(turn: Turn) -> None:
    score = turn.reading.score
    assert score is not None, "SCORE is only read with a score"
    turn.log(SurveyAnswered(score, top=score >= TOP_SCORE))
    turn.say("survey_thanks")
    goodbye(turn)


@reaction
def end_survey(turn: Turn) -> None:
    goodbye(turn)
