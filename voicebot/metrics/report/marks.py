"""What is noted on a timeline beside what was said: decisions, locations, silences, transfers, the end."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass

from voicebot.events import (
    AnswerJudged,
    CallEnded,
    CallerSilentFor,
    Decided,
    Event,
    GuessAnswered,
    NothingMatched,
    QuestionConfirmed,
    QuestionLocated,
    Record,
    SlotFilled,
    SurveyAnswered,
    Transferred,
    TurnRejoined,
)
from voicebot.metrics.terms import ACTS, HOW_LOCATED, OUTCOMES, REASONS, Term, term

Titles = Callable[[str], str]
"""A question's name for people, from its id."""


@dataclass(frozen=True, slots=True)
class Mark:
    """A note at a time."""

    t: float
    kind: str
    """Names its colour: decided, located, confirmed, guess, silence, rejoined, slot, agent, judged, ended."""
    words: Term
    why: str = ""
    """What the decision rested on, as logged."""


def marks(records: Sequence[Record], title: Titles) -> list[Mark]:
    """The notes of a call, in order."""
    return [noted for record in records if (noted := mark(record, title)) is not None]


def mark(record: Record, title: Titles) -> Mark | None:
    """The note of one record, None where it leaves none."""
    noted = _note(record.event, title)
    if noted is None:
        return None
    return Mark(record.seconds, *noted, record.event.why if isinstance(record.event, Decided) else "")


def _note(event: Event, title: Titles) -> tuple[str, Term] | None:
    match event:
        case Decided():
            named = ", ".join(map(title, event.questions))
            chance = f" {event.probability:.2f}" if event.probability is not None and named else ""
            return "decided", _with(term(ACTS, event.act), f" {named}{chance}" if named else "")
        case QuestionLocated():
            how = term(HOW_LOCATED, event.how)
            named = title(event.question)
            return "located", (f"★ 定位：{named}（{how[0]}）", f"★ located: {named} ({how[1]})")
        case QuestionConfirmed():
            return "confirmed", (f"✓ 确认：{title(event.question)}", f"✓ confirmed: {title(event.question)}")
        case GuessAnswered():
            return "guess", ("猜对了", "guess right") if event.accepted else ("猜错了", "guess wrong")
        case AnswerJudged():
            return "judged", ("答案被接受", "answer accepted") if event.accepted else ("答案没解决", "answer disputed")
        case _:
            return _small_note(event)


def _small_note(event: Event) -> tuple[str, Term] | None:
    match event:
        case CallerSilentFor():
            return "silence", (f"没有声音（{event.count}）", f"silence ({event.count})")
        case NothingMatched():
            return "silence", (f"没听明白（{event.count}）", f"not understood ({event.count})")
        case TurnRejoined():
            return "rejoined", ("↩ 用户接着说，上一轮撤回", "↩ the caller goes on: turn withdrawn")
        case SlotFilled():
            return "slot", _with((event.slot, event.slot), f" = {event.value}")
        case SurveyAnswered():
            return "judged", (f"评分 {event.score}", f"score {event.score}")
        case Transferred():
            reason = term(REASONS, event.reason)
            return "agent", (f"☎ 转人工：{reason[0]} → {event.skill_group}", f"☎ to an agent: {reason[1]} → {event.skill_group}")
        case CallEnded():
            outcome, by = term(OUTCOMES, event.outcome), term(REASONS, event.by)
            return "ended", (f"■ {outcome[0]}（{by[0]}）", f"■ {outcome[1]} (by {by[1]})")
        case _:
            return None


def _with(words: Term, more: str) -> Term:
    return words[0] + more, words[1] + more
