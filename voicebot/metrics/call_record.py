"""One call, read off its event log: what the KPIs need and nothing more.

The definitions are those of docs/measures.md. A turn that was withdrawn (`TurnRejoined`) is taken out again together with
everything the dialogue made of it, as it was for the caller.
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
    SurveyAnswered,
    Transferred,
    TurnRejoined,
)

CONFIRMING_PROMPTS = 1
"""Prompts that name the question after the answer in which a confirmation still counts."""


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
    true_question: str | None
    """The caller's question; `other` when the catalogue lacks it; None for an unlabelled recording."""
    located: str | None
    located_how: str | None
    confirmed: bool
    first_answered: str | None
    answers: tuple[str, ...]
    unconfirmed_answers: tuple[str, ...]
    """Answers that began without an explicit confirmation before them."""
    accepted_answers: frozenset[str]
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


def standing(records: Sequence[Record]) -> list[Record]:
    """`records` without the dialogue of turns that were withdrawn.

    From a `CallerTurnTaken` to the `TurnRejoined` that withdraws it, everything but the join itself is dropped: for the
    dialogue it never happened. (What the caller heard of a withdrawn answer stays counted as a cut-in by the turn-taking
    measures, which read the whole log.)
    """
    kept: list[Record] = []
    turn_began: int | None = None
    for record in records:
        if isinstance(record.event, CallerTurnTaken):
            turn_began = len(kept)
        if isinstance(record.event, TurnRejoined) and turn_began is not None:
            del kept[turn_began:]
            turn_began = None
        kept.append(record)
    return kept


def call_record(records: Sequence[Record]) -> CallRecord:
    """Read a `CallRecord` off an event log. Raises `VoicebotError` on a log without its head."""
    if not records or not isinstance(records[0].event, CallOpened):
        raise VoicebotError("event log: it does not begin with CallOpened; was its head cut off?")
    head = records[0].event
    kept = standing(records)
    answer_at = _first(kept, QuestionAnswered)
    first_end = _first(kept, QuestionAnswered, Transferred)
    located = _located(kept, answer_at)
    answers = [r.event for r in kept if isinstance(r.event, QuestionAnswered)]
    ended = next((r.event for r in reversed(kept) if isinstance(r.event, CallEnded)), None)
    surveys = [r.event for r in kept if isinstance(r.event, SurveyAnswered)]
    turn_events = [index for index, r in enumerate(kept) if isinstance(r.event, CallerTurnTaken)]
    return CallRecord(
        hotline=head.hotline,
        language=head.language,
        system=head.system,
        seed=head.seed,
        name=str(head.labels.get("name", "")),
        outcome=ended.outcome if ended else "unfinished",
        true_question=head.labels.get("true_question"),
        located=located.event.question if located else None,  # type: ignore[union-attr]
        located_how=located.event.how if located else None,  # type: ignore[union-attr]
        confirmed=_confirmed(kept, located, answer_at),
        first_answered=answers[0].question if answers else None,
        answers=tuple(answer.question for answer in answers),
        unconfirmed_answers=tuple(answer.question for answer in answers if not answer.confirmed),
        accepted_answers=frozenset(r.event.question for r in kept if isinstance(r.event, AnswerJudged) and r.event.accepted),
        transferred=any(isinstance(r.event, Transferred) for r in kept),
        turns=sum(index < first_end for index in turn_events) if first_end is not None else len(turn_events),
        total_turns=len(turn_events),
        seconds=records[-1].seconds,
        located_seconds=located.seconds if located else None,
        guesses=tuple(
            Guess(r.event.question, r.event.accepted, r.event.probability) for r in kept if isinstance(r.event, GuessAnswered)
        ),
        guesses_made=sum(isinstance(r.event, PromptStarted) and r.event.act == "proactive_guess" for r in kept),
        survey_top=surveys[-1].top if surveys else None,
        labels=dict(head.labels),
    )


def _first(records: Sequence[Record], *kinds: type) -> int | None:
    return next((index for index, record in enumerate(records) if isinstance(record.event, kinds)), None)


def _located(records: Sequence[Record], answer_at: int | None) -> Record | None:
    """The last `QuestionLocated` up to the first answer; without an answer, the last of all."""
    end = len(records) if answer_at is None else answer_at + 1
    return next((r for r in reversed(records[:end]) if isinstance(r.event, QuestionLocated)), None)


def _confirmed(records: Sequence[Record], located: Record | None, answer_at: int | None) -> bool:
    """The located question was confirmed before its answer, or in the one prompt right after it that names it."""
    if located is None:
        return False
    question = located.event.question  # type: ignore[union-attr]
    naming_after = 0
    answered = False
    for index, record in enumerate(records):
        event = record.event
        if answer_at is not None and index == answer_at:
            answered = True
        if isinstance(event, QuestionAnswered) and answer_at is not None and index > answer_at:
            return False
        if isinstance(event, PromptStarted) and answered and event.question == question and event.act != "answer":
            naming_after += 1
        if isinstance(event, QuestionConfirmed) and event.question == question:
            return not answered or naming_after <= CONFIRMING_PROMPTS
    return False
