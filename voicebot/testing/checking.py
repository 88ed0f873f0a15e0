"""Expectations held against what happened: each one holds, fails, or cannot be checked in a typed call.

An expectation that needs audio is never passed on the word of a typed call: it comes out as UNCHECKED.
"""

import re
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from enum import Enum
from itertools import pairwise
from typing import Any

from voicebot.events import BeliefChanged, Event, PromptStarted, PromptStopped, Record, Resumed, SlotFilled
from voicebot.metrics.call_record import CallRecord
from voicebot.testing.alike import nearest_part, nearest_whole, sentences_of
from voicebot.testing.bot_turns import BotTurn
from voicebot.testing.expectations import BotStep, Condition, Count, Ends, EventPattern, compare
from voicebot.types import FRAME_SECONDS


class Verdict(Enum):
    """How an expectation came out."""

    HOLDS = "holds"
    FAILS = "fails"
    UNCHECKED = "unchecked"
    """It needs audio, and the call was typed."""


@dataclass(frozen=True, slots=True)
class Remedy:
    """What to write for an expectation to hold."""

    key: tuple[str | int, ...]
    """Where in the step, as in the file: ("act",), ("slots", "card_tail")."""
    value: Any


@dataclass(frozen=True, slots=True)
class Finding:
    """One expectation and what became of it."""

    verdict: Verdict
    expected: str
    happened: str = ""
    remedy: Remedy | None = None
    """For one that fails and can be put right by writing down what happened."""


@dataclass(frozen=True, slots=True)
class Moment:
    """What a `bot:` step is held against."""

    records: Sequence[Record]
    """The whole log."""
    start: int
    """Index of the first record after the caller's last step began; 0 at the beginning."""
    end: int
    """Index after the last record before the caller's next step, or of the call."""
    turn: BotTurn
    typed: bool
    questions: frozenset[str]
    """The catalogue."""
    caller: tuple[int, int] = (0, 0)
    """Frames of the first and after the last sound of the caller's last step."""

    @property
    def belief(self) -> Mapping[str, float]:
        """The likeliest questions as they stood after the bot's turn; the log keeps five."""
        until = self.turn.end or self.end
        found = (r.event.top for r in reversed(self.records[:until]) if isinstance(r.event, BeliefChanged))
        return next(found, {})

    def slots(self) -> dict[str, str]:
        """Filled so far."""
        until = self.turn.end or self.end
        return {r.event.slot: r.event.value for r in self.records[:until] if isinstance(r.event, SlotFilled)}


# ---------------------------------------------------------------- one turn of the bot


def check_step(step: BotStep, moment: Moment) -> list[Finding]:
    """Every expectation of `step`, held against one turn of the bot."""
    turn = moment.turn
    found: list[Finding] = []
    if step.act is not None:
        acts = list(dict.fromkeys(turn.acts))
        found.append(_plain(("act",), step.act, step.act in acts, " + ".join(acts) or "nothing", next(iter(acts), None)))
    if step.state is not None:
        state = str(turn.decided.to) if turn.decided else None
        found.append(_plain(("state",), step.state, step.state == state, state or "unchanged", state))
    if step.question is not None:
        named = sorted(turn.named)
        one = named[0] if len(named) == 1 else None
        found.append(_plain(("question",), step.question, step.question in named, ", ".join(named) or "none", one))
    if step.questions is not None:
        same = set(step.questions) == set(turn.questions)
        expected = ", ".join(step.questions)
        found.append(_plain(("questions",), expected, same, ", ".join(turn.questions) or "none", turn.questions))
    if step.says is not None:
        near = nearest_whole(step.says, (*turn.texts, turn.text))
        found.append(_plain(("says",), step.says, step.says in (*turn.texts, turn.text), turn.text or "nothing", near))
    found += _check_parts(step.says_like, turn)
    found += _check_slots(step.slots, moment.slots())
    found += [_check_belief(text, moment) for text in step.belief]
    found += _check_events(step.events, moment.records[moment.start : moment.end], moment.typed)
    found += _check_timing(step, moment)
    if step.any_of:
        found.append(_any_of([check_step(inner, moment) for inner in step.any_of]))
    if step.unless is not None:
        found.append(_not(check_step(step.unless, moment)))
    return found


def said(part: str, text: str) -> bool:
    """Whether `part`, plain or a /regular expression/, occurs in `text`."""
    if len(part) > 1 and part.startswith("/") and part.endswith("/"):
        return re.search(part[1:-1], text) is not None
    return part in text


def _check_parts(parts: Sequence[str], turn: BotTurn) -> Iterator[Finding]:
    """Each part of a wording; what may stand for one that is gone is the sentence that is most like it, each of them once."""
    taken: set[str] = set()
    for index, part in enumerate(parts):
        key = ("says~", index) if len(parts) > 1 else ("says~",)
        holds = any(said(part, text) for text in (*turn.texts, turn.text))
        text = nearest_part(part, turn.texts)
        sentences = sentences_of(text)
        near = nearest_part(part, [sentence for sentence in sentences if sentence not in taken] or sentences)
        if not holds:
            taken.add(near)
        yield _plain(key, part, holds, text or "nothing", near)


def overall(found: Iterable[Finding]) -> Verdict:
    """FAILS if one fails, else UNCHECKED if one could not be checked, else HOLDS."""
    verdicts = {finding.verdict for finding in found}
    return next((verdict for verdict in (Verdict.FAILS, Verdict.UNCHECKED) if verdict in verdicts), Verdict.HOLDS)


def _plain(key: tuple[str | int, ...], expected: str, holds: bool, happened: str, value: Any = None) -> Finding:
    """`value`: what to write for it to hold, where there is such a thing."""
    what = " ".join(str(part) for part in key if isinstance(part, str))
    if holds:
        return Finding(Verdict.HOLDS, f"{what}: {expected}")
    remedy = Remedy(key, value) if value not in (None, "", []) else None
    return Finding(Verdict.FAILS, f"{what}: {expected}", f"{what}: {happened}", remedy)


def _check_slots(expected: Mapping[str, str], filled: Mapping[str, str]) -> list[Finding]:
    return [
        _plain(("slots", name), value, filled.get(name) == value, filled.get(name, "not filled"), filled.get(name))
        for name, value in expected.items()
    ]


def _check_belief(text: str, moment: Moment) -> Finding:
    condition, belief = Condition.parse(text), moment.belief
    left = _share(condition.question, belief, moment.questions)
    right = condition.number if condition.other is None else _share(condition.other, belief, moment.questions)
    holds = compare(left, condition.sign, right)
    happened = f"p({condition.question}) = {left:.3f}" + (
        "" if condition.other is None else f", p({condition.other}) = {right:.3f}"
    )
    return Finding(Verdict.HOLDS if holds else Verdict.FAILS, text, "" if holds else happened)


def _share(name: str, belief: Mapping[str, float], questions: frozenset[str]) -> float:
    """P of a question, or of all whose names begin so; what is not among the likeliest counts as 0."""
    if name in belief or name in questions:
        return belief.get(name, 0.0)
    return sum(p for question, p in belief.items() if question.startswith(f"{name}_"))


def _check_events(patterns: Sequence[EventPattern], records: Sequence[Record], typed: bool) -> list[Finding]:
    """Each pattern after the one before it."""
    found: list[Finding] = []
    at = 0
    for pattern in patterns:
        if typed and pattern.audio_only:
            found.append(Finding(Verdict.UNCHECKED, f"event {pattern}"))
            continue
        index = next((i for i in range(at, len(records)) if matches(pattern, records[i].event)), None)
        if index is None:
            found.append(Finding(Verdict.FAILS, f"event {pattern}", _nearest_event(pattern, records)))
        else:
            found.append(Finding(Verdict.HOLDS, f"event {pattern}"))
            at = index + 1
    return found


def matches(pattern: EventPattern, event: Any) -> bool:
    """Whether an event is of the pattern's kind and has its values."""
    return type(event).__name__ == pattern.name and all(
        _same(getattr(event, name, None), value) for name, value in pattern.fields.items()
    )


def _same(value: Any, wanted: Any) -> bool:
    if isinstance(value, bool) or isinstance(wanted, bool) or value is None or wanted is None:
        return value is wanted
    if isinstance(value, int | float) and isinstance(wanted, int | float):
        return abs(value - wanted) <= 0.0005  # the log keeps three decimals
    if isinstance(value, list | dict):
        return bool(value == wanted)
    return str(value) == str(wanted)


def _nearest_event(pattern: EventPattern, records: Sequence[Record]) -> str:
    same = [record.event for record in records if type(record.event).__name__ == pattern.name]
    if not same:
        return f"no {pattern.name}"
    values = ", ".join(f"{name}: {getattr(same[-1], name, None)}" for name in pattern.fields)
    return f"{pattern.name}({values})" if values else f"no further {pattern.name}"


def _check_timing(step: BotStep, moment: Moment) -> list[Finding]:
    """From the caller's first sound to the bot's silence, and from their last to its first."""
    first, last = moment.caller
    timings = (("stopped_within", step.stopped_within, PromptStopped, first), ("within", step.within, PromptStarted, last))
    found: list[Finding] = []
    for name, limit, kind, since in timings:
        if limit is None:
            continue
        if moment.typed:
            found.append(Finding(Verdict.UNCHECKED, f"{name}: {limit:g}s"))
            continue
        here = moment.records[moment.start : moment.end]
        frame = next((at for at in _frames(here, kind) if at >= since), None)
        seconds = None if frame is None else (frame - since) * FRAME_SECONDS
        happened = "never" if seconds is None else f"{seconds:.2f}s"
        found.append(_plain((name,), f"{limit:g}s", seconds is not None and seconds <= limit, happened))
    return found


def _frames(records: Sequence[Record], kind: type) -> Iterator[int]:
    """Frames of the events of a kind; a stop that was taken up again was none."""
    voice = [record for record in records if isinstance(record.event, PromptStarted | PromptStopped | Resumed)]
    taken_up = {id(stop) for stop, after in pairwise(voice) if _takes_up(stop.event, after.event)}
    return (record.frame for record in records if isinstance(record.event, kind) and id(record) not in taken_up)


def _takes_up(stop: Event, after: Event) -> bool:
    return isinstance(stop, PromptStopped) and isinstance(after, Resumed) and stop.name == after.name


# ---------------------------------------------------------------- combinations


def _any_of(options: Sequence[Sequence[Finding]]) -> Finding:
    verdicts = [overall(option) for option in options]
    expected = "any of: " + " | ".join(_line(option) for option in options)
    if Verdict.HOLDS in verdicts:
        return Finding(Verdict.HOLDS, expected)
    if Verdict.UNCHECKED in verdicts:
        return Finding(Verdict.UNCHECKED, expected)
    return Finding(
        Verdict.FAILS, expected, "; ".join(dict.fromkeys(f.happened for option in options for f in option if f.happened))
    )


def _not(found: Sequence[Finding]) -> Finding:
    expected = f"not: {_line(found)}"
    match overall(found):
        case Verdict.HOLDS:
            return Finding(Verdict.FAILS, expected, _line(found))
        case Verdict.UNCHECKED:
            return Finding(Verdict.UNCHECKED, expected)
    return Finding(Verdict.HOLDS, expected)


def _line(found: Sequence[Finding]) -> str:
    return ", ".join(finding.expected for finding in found)


# ---------------------------------------------------------------- the whole call


def check_ends(ends: Ends, record: CallRecord, records: Sequence[Record], typed: bool) -> list[Finding]:
    """Every expectation of `ends`, held against the call."""
    found: list[Finding] = []
    for name in ("outcome", "located", "confirmed"):
        wanted, happened = getattr(ends, name), getattr(record, name)
        if wanted is not None:
            found.append(_plain((name,), str(wanted), wanted == happened, str(happened), happened))
    for name in ("turns", "total_turns"):
        wanted, count = getattr(ends, name), getattr(record, name)
        if wanted is not None:
            found.append(_plain((name,), str(wanted), Count.parse(wanted).holds(count), str(count), count))
    if ends.within is not None:
        limit = f"{ends.within:g}s"
        held = record.seconds <= ends.within
        found.append(
            Finding(Verdict.UNCHECKED, f"within: {limit}")
            if typed
            else _plain(("within",), limit, held, f"{record.seconds:.1f}s")
        )
    found += _check_slots(ends.slots, {r.event.slot: r.event.value for r in records if isinstance(r.event, SlotFilled)})
    found += _check_events(ends.events, records, typed)
    if ends.any_of:
        found.append(_any_of([check_ends(inner, record, records, typed) for inner in ends.any_of]))
    if ends.unless is not None:
        found.append(_not(check_ends(ends.unless, record, records, typed)))
    return found
