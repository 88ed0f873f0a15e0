"""A run of simulated calls on a terminal: a bar with rate and running KPIs, and the tables at the end."""

import sys
from collections.abc import Mapping
from time import monotonic
from typing import TYPE_CHECKING, Any

from rich.console import Console
from rich.progress import BarColumn, MofNCompleteColumn, Progress, TextColumn, TimeRemainingColumn
from rich.table import Table
from rich.text import Text

from voicebot.metrics.kpis import KPI_NAMES

if TYPE_CHECKING:
    from voicebot.simulation.batch import Happening, Run

REFRESH_SECONDS = 0.1
"""Between two looks of the bar."""

SHOWN_CURVES = ("snr", "profile", "vague")


class SimulationScreen:
    """The bar on stderr, where that is a terminal."""

    def __init__(self, run: "Run") -> None:
        total = len(run.settings.numbers) * len(run.settings.systems)
        self._shown_at = 0.0
        self._asking = self._right = self._turns = self._calls = 0
        self._first = run.settings.systems[0]
        self._bar: Progress | None = None
        if sys.stderr.isatty():
            columns = (
                TextColumn("{task.description}"),
                BarColumn(),
                MofNCompleteColumn(),
                TextColumn("{task.fields[rate]}"),
                TimeRemainingColumn(),
                TextColumn("{task.fields[figures]}"),
            )
            # no thread of its own: workers are forked
            self._bar = Progress(*columns, console=Console(stderr=True), auto_refresh=False)
            self._bar.add_task("calls", total=total, completed=len(run.finished), rate="", figures="")
            self._bar.start()

    def happened(self, happening: "Happening") -> None:
        """A call is over, or lost."""
        from voicebot.metrics.kpis import came_with_question
        from voicebot.simulation.results import CallResult

        if self._bar is None:
            return
        if isinstance(happening, CallResult) and happening.system == self._first:
            record = happening.record
            self._calls += 1
            self._turns += record.turns
            if came_with_question(record):
                self._asking += 1
                self._right += record.located == record.true_question
        task = self._bar.tasks[0]
        rate = f"{task.speed:.1f}/s" if task.speed else ""
        figures = f"right {self._right / self._asking:.1%}, {self._turns / self._calls:.2f} turns" if self._asking else ""
        now = monotonic()
        shown = now - self._shown_at >= REFRESH_SECONDS or task.completed + 1 == task.total
        self._shown_at = now if shown else self._shown_at
        self._bar.update(task.id, advance=1, rate=rate, figures=figures, refresh=shown)

    def close(self) -> None:
        """Leave the terminal as it was."""
        if self._bar is not None:
            self._bar.stop()


def show_summary(document: Mapping[str, Any]) -> None:
    """KPIs side by side, paired differences, difficulty curves."""
    console = Console(highlight=False)
    systems = document["systems"]
    if not document["calls"]:
        return
    console.print(_kpi_table(systems, document["callers"]))
    for name, found in document["differences"].items():
        console.print(differences_table(found, f"\n{name} less {next(iter(systems))}, paired by caller"))
    for name, axes in document["curves"].items():
        console.print(_curve_table(name, axes))
    for name, speed in document["speed"].items():
        console.print(Text(f"{name}: {speed['calls_a_second']} calls and {speed['times_real_time']} × real time a CPU second"))
    if "page" in document:
        console.print(Text(f"page: {document['page']}"), soft_wrap=True)


def _kpi_table(systems: Mapping[str, Any], callers: int) -> Table:
    table = _table(f"KPIs of {callers} callers, the same for every system", ("", "指标"), tuple(systems))
    for key, (english, chinese) in KPI_NAMES.items():
        table.add_row(english, chinese, *(figure(own[key]) for own in systems.values()))
    return table


def figure(found: Mapping[str, Any]) -> str:
    """A rate or mean with its interval."""
    if not found["n"]:
        return "–"
    if "rate" in found:
        return f"{found['rate']:.1%} ({found['low']:.1%}–{found['high']:.1%})"
    median = f" med {found['median']:.2f}" if found.get("median") is not None else ""
    return f"{found['value']:.2f} ({found['low']:.2f}–{found['high']:.2f}){median}"


def differences_table(found: Mapping[str, Mapping[str, Any]], title: str) -> Table:
    """KPI → difference with its interval, and how many callers went up and down."""
    table = _table(title, ("", "指标"), ("difference", "95 % interval", "up", "down", "n"))
    for key, moved in found.items():
        english, chinese = KPI_NAMES[key]
        interval = f"{moved['low']:+.4f} … {moved['high']:+.4f}"
        table.add_row(english, chinese, f"{moved['value']:+.4f}", interval, str(moved["up"]), str(moved["down"]), str(moved["n"]))
    return table


def _curve_table(name: str, axes: Mapping[str, Mapping[str, Any]]) -> Table:
    table = _table(f"\n{name}: what makes it hard", ("", ""), ("n", "coverage", "correct", "turns"))
    for axis in SHOWN_CURVES:
        for place, point in axes.get(axis, {}).items():
            correct, turns = point["correct_coverage"], point["average_turns"]["value"]
            table.add_row(
                axis, place, str(point["n"]), f"{point['coverage']['rate']:.1%}", f"{correct['rate']:.1%}", f"{turns:.2f}"
            )
    return table


def _table(title: str, left: tuple[str, ...], right: tuple[str, ...]) -> Table:
    table = Table(title=title, title_justify="left", show_edge=False, pad_edge=False)
    for column in left:
        table.add_column(column)
    for column in right:
        table.add_column(column, justify="right")
    return table
