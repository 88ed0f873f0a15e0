"""Event logs made by hand, in the order in which a call logs them."""

from typing import Any

from voicebot.events import (
    CallEnded,
    CallerTurnTaken,
    CallOpened,
    Event,
    EventLog,
    PromptStarted,
    QuestionAnswered,
    QuestionConfirmed,
    QuestionLocated,
    Record,
    Transferred,
)
from voicebot.metrics.call_record import CallRecord, call_record

A_SECOND = 50
"""Frames between two events of a hand-made log."""


def log(*events: Event | list[Event], system: str = "full", seed: int = 0, hotline: str = "h", **labels: Any) -> list[Record]:
    """A log of `events` (lists are flattened), a second apart."""
    made = EventLog()
    made.append(CallOpened(hotline, "zh-CN", system=system, seed=seed, labels=labels))
    for event in events:
        for single in event if isinstance(event, list) else [event]:
            made.frame += A_SECOND
            made.append(single)
    return made.records


def read(*events: Event | list[Event], **labels: Any) -> CallRecord:
    return call_record(log(*events, **labels))


def turn(number: int = 1, *, keys: bool = False) -> CallerTurnTaken:
    return CallerTurnTaken("1" if keys else "话", number, keys=keys)


def prompt(act: str, question: str | None = None) -> PromptStarted:
    return PromptStarted(act, act, "…", question)


def certain(question: str) -> QuestionLocated:
    return QuestionLocated(question, "certain", 0.9)


def confirm(question: str, how: str = "confirmed") -> list[Event]:
    """The caller says that it is this."""
    return [QuestionLocated(question, how, 0.97), QuestionConfirmed(question)]


def answer(question: str, *, confirmed: bool = False) -> list[Event]:
    """The answer, and the question whether it is clear."""
    return [QuestionAnswered(question, confirmed, 0.9), prompt("answer", question), prompt("clear", question)]


def transfer(question: str | None = None, reason: str = "agent") -> list[Event]:
    return [Transferred(reason, "general", question), CallEnded("agent", "bot")]


BYE = CallEnded("self_service", "bot")
GONE = CallEnded("abandoned", "caller")
