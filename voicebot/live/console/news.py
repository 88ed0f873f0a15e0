"""Events as the page gets them: the record itself, and beside it the words for what people should notice."""

from collections.abc import Sequence
from dataclasses import asdict
from typing import Any

from voicebot.events import Record
from voicebot.hotlines.schema import Hotline
from voicebot.metrics.call_record import CallRecord, Guess
from voicebot.metrics.report.marks import Titles, mark


def titles_of(hotline: Hotline) -> Titles:
    """Names of questions for people; an id that the pack does not have stands for itself."""
    return lambda question: hotline.questions[question].title if question in hotline.questions else question


def told(record: Record, titles: Titles) -> dict[str, Any]:
    """One record: `frame`, `event`, its fields, and `mark` where the report would note something."""
    body: dict[str, Any] = {"frame": record.frame, "event": type(record.event).__name__, **asdict(record.event)}
    noted = mark(record, titles)
    if noted is not None:
        body["mark"] = {"kind": noted.kind, "zh": noted.words[0], "en": noted.words[1], "why": noted.why}
    return body


def told_all(records: Sequence[Record], titles: Titles) -> list[dict[str, Any]]:
    """A whole log."""
    return [told(record, titles) for record in records]


def figures(record: CallRecord) -> dict[str, Any]:
    """A call's own figures, as docs/measures.md counts them."""
    return {
        "hotline": record.hotline,
        "language": record.language,
        "name": record.name,
        "outcome": record.outcome,
        "located": record.located,
        "located_seconds": record.located_seconds,
        "confirmed": record.confirmed,
        "true_question": record.true_question,
        "turns": record.turns,
        "total_turns": record.total_turns,
        "seconds": round(record.seconds, 2),
    }


def packed(record: CallRecord) -> dict[str, Any]:
    """A call record as JSON, for KPIs over many calls."""
    return {**asdict(record), "accepted_answers": sorted(record.accepted_answers)}


def unpacked(document: dict[str, Any]) -> CallRecord:
    """What `packed` made JSON of."""
    return CallRecord(
        **{
            **document,
            "answers": tuple(document["answers"]),
            "unconfirmed_answers": tuple(document["unconfirmed_answers"]),
            "accepted_answers": frozenset(document["accepted_answers"]),
            "guesses": tuple(Guess(**guess) for guess in document["guesses"]),
        }
    )
