"""A failed script as a page: the call in two columns, bot and caller, and in it what was expected and what happened."""

import io
from collections.abc import Iterator, Mapping, Sequence
from itertools import groupby
from pathlib import Path

from rich.console import Console, RenderableType
from rich.table import Table
from rich.text import Text

from voicebot.events import (
    CallEnded,
    CallerSilentFor,
    CallerTurnTaken,
    Decided,
    Event,
    PromptStarted,
    PromptStopped,
    Record,
    Resumed,
    SpeechDiscarded,
    Transferred,
    TurnRejoined,
)
from voicebot.testing.outcome import Failure, ScriptResult, Status
from voicebot.types import FRAMES_PER_SECOND

WIDTH = 110
"""Columns where there is no terminal to ask."""

LEAST_BELIEF = 0.01
"""Questions below this are left out of the belief that is shown with a failure, except for the likeliest."""

_Row = tuple[str, RenderableType, RenderableType]


def page(result: ScriptResult, width: int = WIDTH) -> str:
    """The failed script as plain text."""
    console = Console(file=io.StringIO(), width=width, color_system=None, highlight=False)
    for part in parts(result):
        console.print(part)
    assert isinstance(console.file, io.StringIO)
    return "\n".join(line.rstrip() for line in console.file.getvalue().rstrip().splitlines())


def parts(result: ScriptResult) -> Iterator[RenderableType]:
    """The failed script for a rich console: title, timeline, where the audio is."""
    yield Text(f"✗ {result.name}", style="bold red") + Text(f"  {result.door}, {_short(result.path)}:{result.line}", style="dim")
    if result.reason:
        yield Text("\n".join(f"  {line}" for line in result.reason.splitlines()), style="red")
    if result.records:
        yield _timeline(result)
    if result.audio:
        yield Text(f"  the call is kept in {result.audio}", style="dim")


def one_line(result: ScriptResult) -> str:
    """A script in a line, for lists."""
    first = result.failures[0] if result.failures else None
    why = f": expected {first.expected}; {first.happened}" if first else f": {result.reason}" if result.reason else ""
    mark = {Status.PASSED: "✓", Status.FAILED: "✗", Status.SKIPPED: "–", Status.CRASHED: "!"}[result.status]
    return f"{mark} {result.name}{why.splitlines()[0] if why else ''}"


def _timeline(result: ScriptResult) -> Table:
    table = Table(box=None, pad_edge=False, padding=(0, 1), expand=True, show_header=True, header_style="dim")
    table.add_column("s", justify="right", no_wrap=True, style="dim")
    table.add_column("bot", ratio=3, overflow="fold")
    table.add_column("caller", ratio=2, overflow="fold")
    due = [list(group) for _, group in groupby(sorted(result.failures, key=_place), key=_place)]
    shown: Mapping[str, float] | None = None
    for index in range(len(result.records) + 1):
        while due and (due[0][0].after <= index or index == len(result.records)):
            failures = due.pop(0)
            belief = failures[0].belief if failures[0].belief != shown else {}
            _add_failures(table, failures, belief, Path(result.path).parent)
            shown = failures[0].belief
        if index < len(result.records) and (row := _row(result.records[index])) is not None:
            table.add_row(*row)
    return table


def _place(failure: Failure) -> tuple[int, str, int]:
    return failure.after, failure.path, failure.line


def _add_failures(table: Table, failures: Sequence[Failure], belief: Mapping[str, float], folder: Path) -> None:
    """What one step expected in vain, and the belief at that moment, unless it is the one shown last.

    A file that does not lie below here is named as seen from the script's `folder`, which the title names: the whole path would
    not fit in a line of the column, and be broken before the line's number.
    """
    first = failures[0]
    path = _short(first.path)
    text = Text(f"{_below(folder, path) if Path(path).is_absolute() else path}:{first.line}", style="bold red")
    for failure in failures:
        text.append(f"\nexpected  {failure.expected}\nhappened  {failure.happened}", style="red")
    table.add_row("✗", text, _belief(belief))


def _short(path: str) -> str:
    """The path as seen from here, where it lies below."""
    return _below(Path.cwd(), path)


def _below(folder: Path, path: str) -> str:
    return str(Path(path).relative_to(folder)) if Path(path).is_relative_to(folder) else path


def _belief(belief: Mapping[str, float]) -> Text:
    if not belief:
        return Text("")
    ranked = list(belief.items())[:4]
    lines = [f"{p:.3f} {question}" for question, p in ranked if p >= LEAST_BELIEF or question == ranked[0][0]]
    return Text("belief\n" + "\n".join(lines), style="magenta")


def _row(record: Record) -> _Row | None:
    time = f"{record.frame / FRAMES_PER_SECOND:.1f}"
    bot, caller = _bot(record.event), _caller(record.event)
    return (time, bot or Text(""), caller or Text("")) if bot or caller else None


def _bot(event: Event) -> Text | None:
    match event:
        case PromptStarted():
            return Text(event.text, style="cyan")
        case PromptStopped():
            return Text(f"⏹ cut off after “{event.heard}”", style="dim")
        case Resumed():
            return Text("▶ goes on", style="dim")
        case Decided():
            named = ", ".join(event.questions)
            chance = f" p={event.probability:.2f}" if event.probability is not None else ""
            return Text(f"→ {event.act}{' ' + named if named else ''}{chance}  ({event.state} → {event.to})", style="dim")
        case Transferred():
            return Text(f"☎ to an agent: {event.reason} → {event.skill_group}", style="dim")
        case CallEnded():
            return Text(f"■ {event.outcome} (by {event.by})", style="dim")
    return None


def _caller(event: Event) -> Text | None:
    match event:
        case CallerTurnTaken():
            said = f"[{event.text}]" if event.keys else event.text or "(nothing understood)"
            return Text(said, style="green") + Text(_meaning(event), style="dim")
        case CallerSilentFor():
            return Text(f"… silence ({event.count})", style="dim")
        case SpeechDiscarded():
            return Text(f"({event.text or 'a sound'}: no turn)", style="dim")
        case TurnRejoined():
            return Text("↩ goes on: turn withdrawn", style="dim")
    return None


def _meaning(turn: CallerTurnTaken) -> str:
    acts = sorted(turn.acts, key=lambda act: -turn.acts[act])[:2]
    best = max(turn.questions.items(), key=lambda item: item[1], default=None)
    named = [f"{best[0]} {best[1]:.2f}"] if best is not None and best[1] >= 0.3 else []
    return f"  ‹{', '.join([*acts, *named])}›" if acts or named else ""
