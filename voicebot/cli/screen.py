"""Calls on a terminal: the transcript as it forms, one line a call when there are many, and the tables at the end."""

import sys
from typing import TYPE_CHECKING, Any

from rich.console import Console
from rich.progress import BarColumn, MofNCompleteColumn, Progress, TextColumn, TimeRemainingColumn
from rich.table import Table
from rich.text import Text

from voicebot.events import Record
from voicebot.metrics.kpis import KPI_NAMES
from voicebot.metrics.transcript import transcript_line

if TYPE_CHECKING:
    from voicebot.replay import ReplayedCall, ReplayResult

_STYLES = {"bot": "cyan", "caller": "bold green", "note": "dim"}


class CallScreen:
    """Shows calls while they run. `live`: line by line as it happens; otherwise a finished call at a time, and a bar."""

    def __init__(self, *, total: int, live: bool, show_calls: bool, language: str | None = None) -> None:
        self._console = Console(highlight=False, soft_wrap=True)
        self._live = live
        self._many = total > 1
        self._show = show_calls
        self._shown: str | None = None
        self._bar = _progress_bar(total) if total > 1 and sys.stderr.isatty() and not (live and show_calls) else None
        self._failed = 0

    def record(self, name: str, record: Record) -> None:
        """Something happened in the call `name`."""
        if not (self._show and self._live):
            return
        line = transcript_line(record)
        if line is None:
            return
        if name != self._shown:
            self._title(name)
        self._line(line)

    def finished(self, call: "ReplayedCall") -> None:
        """A call is over."""
        if self._show and not self._live:
            self._title(call.name)
            for line in call.transcript:
                self._line(line)
        if self._show:
            self._console.print(_verdict(call))
        if call.note:
            print(f"voicebot: {call.note}", file=sys.stderr)
        self._advance()

    def failed(self, path: str, error: str) -> None:
        """A call could not be replayed."""
        self._failed += 1
        if self._show and self._many:
            first, *more = error.splitlines() or [""]
            line = first if path in first else f"{path}: {first}"
            self._console.print(Text(f"✗ {line}" + (f" (and {len(more)} more)" if more else ""), style="bold red"))
        self._advance()

    def close(self) -> None:
        """Leave the terminal as it was."""
        if self._bar is not None:
            self._bar.stop()

    def _advance(self) -> None:
        if self._bar is not None:
            self._bar.update(self._bar.task_ids[0], advance=1, refresh=True)

    def _title(self, name: str) -> None:
        self._shown = name
        self._console.print(Text(f"\n━━ {name}", style="bold"))

    def _line(self, line: dict[str, Any]) -> None:
        text = sentence(line)
        if text is not None:
            clock = Text(f"{line['t']:7.2f}  ", style="dim")
            self._console.print(clock + Text(text, style=style(line)))


def _progress_bar(total: int) -> Progress:
    columns = (TextColumn("{task.description}"), BarColumn(), MofNCompleteColumn(), TimeRemainingColumn())
    bar = Progress(*columns, console=Console(stderr=True), auto_refresh=False)
    bar.add_task("calls", total=total)
    bar.start()
    return bar


def style(line: dict[str, Any]) -> str:
    """The rich style of a transcript line."""
    return _STYLES[line["leg"]]


def sentence(line: dict[str, Any]) -> str | None:
    """A transcript line as people read it; None for what only the log needs."""
    if line["leg"] == "bot":
        return f"bot     {line['text']}"
    if line["leg"] == "caller":
        said = f"[{line['text']}]" if line["keys"] else line["text"] or "(nothing recognised)"
        understood = line["question"] if line["question"] and line["probability"] >= 0.3 else None
        meaning = ", ".join([*line["acts"][:2], *([f"{understood} {line['probability']:.2f}"] if understood else [])])
        return f"caller  {said}" + (f"   ‹{meaning}›" if meaning else "")
    match line["kind"]:
        case "stopped":
            return f"        ⏹ interrupted after “{line['text']}” ({line['fraction']:.0%})"
        case "resumed":
            return "        ▶ goes on"
        case "noinput":
            return f"        … silence ({line['count']})"
        case "rejoined":
            return "        ↩ the caller goes on: turn withdrawn"
        case "decided":
            named = ", ".join(line["questions"])
            chance = f" p={line['probability']:.2f}" if line["probability"] is not None else ""
            reason = f" ({line['text']})" if line["text"] else ""
            return f"        → {line['act']}{f' {named}' if named else ''}{chance}{reason}"
        case "located":
            return f"        ★ located: {line['text']} ({line['how']})"
        case "transferred":
            return f"        ☎ to an agent: {line['text']} → {line['skill_group']}"
        case "ended":
            return f"        ■ {line['text']} (ended by {line['by']})"
    return None


def _verdict(call: "ReplayedCall") -> Text:
    record = call.record
    right = record.true_question is None or (record.located or "other") == record.true_question or record.true_question == "other"
    mark, style = ("✓", "bold green") if right else ("✗", "bold yellow")
    located = f"located {record.located}" if record.located else "no question located"
    wanted = "" if record.true_question is None or right else f" (true: {record.true_question})"
    confirmed = ", confirmed" if record.confirmed else ""
    speed = call.audio_seconds / call.compute_seconds if call.compute_seconds else 0.0
    return Text(
        f"{mark} {record.outcome}: {located}{wanted}{confirmed}; {record.turns} turns, {record.seconds:.1f} s of call "
        f"in {call.compute_seconds:.2f} s ({speed:.0f}× real time)",
        style=style,
    )


def print_outcomes(result: "ReplayResult", figures: dict[str, Any]) -> None:
    """The table of calls, the failures, and the KPIs."""
    console = Console(highlight=False)
    if len(result.calls) > 1:
        console.print(_calls_table(result))
    if result.calls:
        console.print(kpi_table(figures))
    for failure in result.failed:
        path, error = failure["path"], failure["error"]
        print(f"voicebot: {error if path in error else f'{path}: {error}'}", file=sys.stderr)


def _calls_table(result: "ReplayResult") -> Table:
    table = Table(title="Calls", title_justify="left", show_edge=False, pad_edge=False)
    for column in ("call", "outcome", "located", "true question"):
        table.add_column(column, overflow="fold")
    for column in ("turns", "s"):
        table.add_column(column, justify="right")
    for call in result.calls:
        record = call.record
        row = (
            call.name,
            record.outcome,
            record.located or "–",
            record.true_question or "–",
            str(record.turns),
            f"{record.seconds:.1f}",
        )
        table.add_row(*row)
    return table


def kpi_table(figures: dict[str, Any]) -> Table:
    """Every KPI with its count and interval."""
    table = Table(title=f"KPIs of {figures['calls']} calls", title_justify="left", show_edge=False, pad_edge=False)
    table.add_column("")
    table.add_column("指标")
    table.add_column("value", justify="right")
    table.add_column("95 % interval", justify="right")
    table.add_column("n", justify="right")
    for key, (english, chinese) in KPI_NAMES.items():
        figure = figures[key]
        table.add_row(english, chinese, *_figure(figure))
    return table


def _figure(figure: dict[str, Any]) -> tuple[str, str, str]:
    if not figure["n"]:
        return "–", "", "0"
    if "rate" in figure:
        return f"{figure['rate']:.1%}", f"{figure['low']:.1%}–{figure['high']:.1%}", f"{figure['k']}/{figure['n']}"
    return f"{figure['value']:.2f}", f"{figure['low']:.2f}–{figure['high']:.2f}", str(figure["n"])
