"""One call, read off its event log: what the KPIs need and nothing more.

The definitions are those of docs/measures.md. A turn that was withdrawn (`TurnRejoined`) is taken out again together with
everything the dialogue made of it, as it was for the caller. An answer that was decided on but never began, because the caller
hung up or spoke first, is no answer.
"""

from collections.abc import Sequence
from dataclasses import dataclass, field
from typing import Any

from voicebot.errors import VoicebotError
from voicebot.events import (
    AnswerJudged,
    CallEnded,
    CallerTurnTaken,
    CallOpened,
    GuessAnswered,
    PromptStarted,
    QuestionAnswered,
    QuestionConfirmed,
    QuestionLocated,
    Record,
    SpeechEnded,
    SurveyAnswered,
    Transferred,
    TurnRejoined,
)

ANSWER_ACT = "answer"
GUESS_ACT = "proactive_guess"

SAID_BY_THE_CALLER = frozenset({"confirmed", "picked"})
"""Ways of locating that stand by themselves; the others need the answer or the transfer that names the question."""


@dataclass(frozen=True, slots=True)
class Guess:
    """A proactive guess that the caller reacted to."""

    question: str
    accepted: bool
    probability: float


@dataclass(frozen=True, slots=True)
class CallRecord:
    """What happened in one call, in the words of docs/measures.md."""

    hotline: str
    language: str
    system: str
    seed: int
    name: str
    outcome: str
    """As `CallEnded` has it, put right where the answer that it counts on never began; `unfinished` without `CallEnded`."""
    true_question: str | None
    """The caller's question; `other` when the catalogue lacks it; None for an unlabelled recording."""
    located: str | None
    located_how: str | None
    confirmed: bool
    first_answered: str | None
    answers: tuple[str, ...]
    """Questions whose answer began, in order."""
    unconfirmed_answers: tuple[str, ...]
    """Answers that began without an explicit confirmation before them."""
    accepted_answers: frozenset[str]
    """Questions whose answer the caller accepted, by their last word on it."""
    transferred: bool
    turns: int
    """Caller turns up to and including the one after which the first answer or the transfer began, or the call ended."""
    total_turns: int
    seconds: float
    located_seconds: float | None
    guesses: tuple[Guess, ...] = ()
    guesses_made: int = 0
    survey_top: bool | None = None
    labels: dict[str, Any] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class _Answer:
    """An answer that began."""

    at: int
    """Index of the `PromptStarted` with which it did."""
    question: str
    confirmed: bool


def standing(records: Sequence[Record]) -> list[Record]:
    """`records` without the dialogue of turns that were withdrawn.

    From the hand-over of a spoken turn to the `TurnRejoined` that withdraws it, everything but the join itself is dropped: for
    the dialogue it never happened. (What the caller heard of a withdrawn answer stays counted as a cut-in by the turn-taking
    measures, which read the whole log.)
    """
    kept: list[Record] = []
    handed_over: int | None = None
    in_hand = False
    for record in records:
        event = record.event
        if isinstance(event, SpeechEnded):
            handed_over, in_hand = len(kept), True
        elif isinstance(event, CallerTurnTaken) and not event.keys:
            handed_over = handed_over if in_hand else len(kept)
            in_hand = False
        elif isinstance(event, TurnRejoined) and handed_over is not None:
            del kept[handed_over:]
            handed_over, in_hand = None, False
        kept.append(record)
    return kept


def call_record(records: Sequence[Record]) -> CallRecord:
    """Read a `CallRecord` off an event log. Raises `VoicebotError` on a log without its head or with labels that are none."""
    if not records or not isinstance(records[0].event, CallOpened):
        raise VoicebotError("event log: it does not begin with CallOpened; was its head cut off?")
    head = records[0].event
    _check_labels(head.labels)
    kept = standing(records)
    answers = _answers(kept)
    first = answers[0] if answers else None
    transfer_at = next((index for index, r in enumerate(kept) if isinstance(r.event, Transferred)), None)
    first_end = min((at for at in (first.at if first else None, transfer_at) if at is not None), default=len(kept))
    located = _located(kept, first)
    turns = [index for index, r in enumerate(kept) if isinstance(r.event, CallerTurnTaken)]
    surveys = [r.event for r in kept if isinstance(r.event, SurveyAnswered)]
    return CallRecord(
        hotline=head.hotline,
        language=head.language,
        system=head.system,
        seed=head.seed,
        name=str(head.labels.get("name", "")),
        outcome=_outcome(kept, answered=bool(answers)),
        true_question=head.labels.get("true_question"),
        located=located[1].question if located else None,
        located_how=located[1].how if located else None,
        confirmed=located is not None and _confirmed(kept, located[1].question, answers),
        first_answered=first.question if first else None,
        answers=tuple(answer.question for answer in answers),
        unconfirmed_answers=tuple(answer.question for answer in answers if not answer.confirmed),
        accepted_answers=_accepted(kept),
        transferred=transfer_at is not None,
        turns=sum(index < first_end for index in turns),
        total_turns=len(turns),
        seconds=records[-1].seconds,
        located_seconds=located[0] if located else None,
        guesses=_guesses(kept),
        guesses_made=len(_guessed(kept)),
        survey_top=surveys[-1].top if surveys else None,
        labels=dict(head.labels),
    )


def _check_labels(labels: dict[str, Any]) -> None:
    true_question, also = labels.get("true_question"), labels.get("also_asks", [])
    if true_question is not None and not isinstance(true_question, str):
        raise VoicebotError(f"event log: its label true_question is {true_question!r}; expected the name of a question")
    if not isinstance(also, list) or not all(isinstance(question, str) for question in also):
        raise VoicebotError(f"event log: its label also_asks is {also!r}; expected a list of names of questions")


def _answers(kept: Sequence[Record]) -> list[_Answer]:
    """Answers that began: each `QuestionAnswered` whose prompt started before the next one was decided on."""
    begun: list[_Answer] = []
    decided: QuestionAnswered | None = None
    for index, record in enumerate(kept):
        event = record.event
        if isinstance(event, QuestionAnswered):
            decided = event
        elif decided is not None and isinstance(event, PromptStarted) and _answers_it(event, decided.question):
            begun.append(_Answer(index, decided.question, decided.confirmed))
            decided = None
    return begun


def _answers_it(prompt: PromptStarted, question: str) -> bool:
    return prompt.act == ANSWER_ACT and prompt.question in (None, question)


def _outcome(kept: Sequence[Record], *, answered: bool) -> str:
    """How the call ended; a hang-up or goodbye "after an answer" that never began came before one."""
    ended = next((r.event for r in reversed(kept) if isinstance(r.event, CallEnded)), None)
    if ended is None:
        return "unfinished"
    if not answered:
        return {"hung_up": "abandoned", "self_service": "closed"}.get(ended.outcome, ended.outcome)
    return ended.outcome


def _located(kept: Sequence[Record], first: _Answer | None) -> tuple[float, QuestionLocated] | None:
    """Seconds and event of the last location up to the first answer; without an answer, of the last one of all."""
    backed = {r.event.question for r in kept if isinstance(r.event, Transferred)}
    if first is not None:
        backed.add(first.question)
    for record in reversed(kept[: first.at] if first is not None else kept):
        event = record.event
        if isinstance(event, QuestionLocated) and (event.how in SAID_BY_THE_CALLER or event.question in backed):
            return record.seconds, event
    return None


def _confirmed(kept: Sequence[Record], question: str, answers: Sequence[_Answer]) -> bool:
    """`question` was confirmed before the first answer, or in reply to the one prompt right after it that names it."""
    begins = answers[0].at if answers else len(kept)
    if any(isinstance(r.event, QuestionConfirmed) and r.event.question == question for r in kept[:begins]):
        return True
    naming, last_names = 0, False
    for record in kept[begins + 1 : answers[1].at if len(answers) > 1 else None]:
        event = record.event
        if isinstance(event, PromptStarted):
            last_names = event.question == question and event.act != ANSWER_ACT
            naming += last_names
        elif isinstance(event, QuestionConfirmed) and event.question == question:
            return naming == 1 and last_names
    return False


def _guessed(kept: Sequence[Record]) -> set[str]:
    """Questions that a guess named, however often it was said."""
    return {
        r.event.question for r in kept if isinstance(r.event, PromptStarted) and r.event.act == GUESS_ACT and r.event.question
    }


def _guesses(kept: Sequence[Record]) -> tuple[Guess, ...]:
    """Reactions to guesses that were said; one that the caller forestalled, speaking into the greeting, was never made."""
    return tuple(
        Guess(record.event.question, record.event.accepted, record.event.probability)
        for index, record in enumerate(kept)
        if isinstance(record.event, GuessAnswered) and record.event.question in _guessed(kept[:index])
    )


def _accepted(kept: Sequence[Record]) -> frozenset[str]:
    judged = {r.event.question: r.event.accepted for r in kept if isinstance(r.event, AnswerJudged)}
    return frozenset(question for question, accepted in judged.items() if accepted)
