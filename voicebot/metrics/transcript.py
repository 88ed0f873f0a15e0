"""What was said in a call, line by line, from its event log."""

from collections.abc import Sequence
from typing import Any

from voicebot.events import (
    CallEnded,
    CallerSilentFor,
    CallerTurnTaken,
    Decided,
    Event,
    NothingMatched,
    PromptStarted,
    PromptStopped,
    QuestionLocated,
    Record,
    Resumed,
    SpeechDiscarded,
    Transferred,
    TurnRejoined,
)


def transcript(records: Sequence[Record]) -> list[dict[str, Any]]:
    """One dict a line: `t` in seconds, `leg` (bot, caller or note), `text`, and what belongs to the line."""
    return [line for record in records if (line := transcript_line(record)) is not None]


def transcript_line(record: Record) -> dict[str, Any] | None:
    """The line of one record, None where it says nothing to a reader of the transcript."""
    body = _body(record.event)
    return {"t": round(record.seconds, 2), **body} if body is not None else None


def _body(event: Event) -> dict[str, Any] | None:
    match event:
        case PromptStarted():
            return {"leg": "bot", "text": event.text, "act": event.act, "question": event.question}
        case CallerTurnTaken():
            best = max(event.questions.items(), key=lambda item: item[1], default=(None, 0.0))
            return {
                "leg": "caller",
                "text": event.text,
                "keys": event.keys,
                "acts": sorted(event.acts, key=lambda act: -event.acts[act]),
                "question": best[0],
                "probability": best[1],
                "interrupted": event.interrupted,
            }
        case PromptStopped():
            return {"leg": "note", "kind": "stopped", "text": event.heard, "fraction": event.fraction}
        case Resumed():
            return {"leg": "note", "kind": "resumed", "text": event.heard}
        case SpeechDiscarded():
            return {"leg": "note", "kind": "discarded", "text": event.text, "reason": event.reason}
        case TurnRejoined():
            return {"leg": "note", "kind": "rejoined", "text": ""}
        case CallerSilentFor():
            return {"leg": "note", "kind": "noinput", "text": "", "count": event.count}
        case NothingMatched():
            return {"leg": "note", "kind": "nomatch", "text": event.text, "count": event.count}
        case Decided():
            return {
                "leg": "note",
                "kind": "decided",
                "text": event.why,
                "act": event.act,
                "questions": event.questions,
                "probability": event.probability,
            }
        case QuestionLocated():
            return {"leg": "note", "kind": "located", "text": event.question, "how": event.how}
        case Transferred():
            return {"leg": "note", "kind": "transferred", "text": event.reason, "skill_group": event.skill_group}
        case CallEnded():
            return {"leg": "note", "kind": "ended", "text": event.outcome, "by": event.by}
    return None
