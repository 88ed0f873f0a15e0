"""Script runs on a terminal: a mark a script, what failed as a timeline, the counts and the coverage at the end."""

import sys
from collections.abc import Mapping
from typing import TYPE_CHECKING, Any

from rich.console import Console
from rich.progress import BarColumn, MofNCompleteColumn, Progress, TextColumn, TimeRemainingColumn
from rich.table import Table
from rich.text import Text

if TYPE_CHECKING:
    from voicebot.testing.outcome import ScriptResult
    from voicebot.testing.suite import Suite

MISSING_SHOWN = 12
"""Names of what was not reached that a row of the coverage table may have room for; `--html` and `--json` have all."""

FAILURES_SHOWN = 10
"""Timelines printed; after these, one line a script."""


class SuiteScreen:
    """Shows results as they come. `silent`: nothing at all; `quiet`: only what failed, and the counts."""

    def __init__(self, *, total: int, silent: bool, quiet: bool) -> None:
        self._console = Console(highlight=False)
        self._silent = silent
        self._quiet = quiet
        self._shown: set[tuple[str, str]] = set()
        """(name, door) of what was printed: of repeats only the first."""
        self._failures = 0
        self._bar = _bar(total) if total > 1 and sys.stderr.isatty() else None

    def finished(self, result: "ScriptResult") -> None:
        """A script is done."""
        from voicebot.testing.outcome import Status
        from voicebot.testing.timeline import one_line, parts

        if self._bar is not None:
            self._bar.advance(self._bar.task_ids[0])
        known = (result.name, result.door) in self._shown
        self._shown.add((result.name, result.door))
        if self._silent or known:
            return
        if result.status not in (Status.FAILED, Status.CRASHED):
            if not self._quiet and self._bar is None:
                self._console.print(Text(one_line(result), style="green" if result.status is Status.PASSED else "dim"))
            return
        self._failures += 1
        if self._failures > FAILURES_SHOWN:
            self._console.print(Text(one_line(result), style="red"))
            return
        for part in parts(result):
            self._console.print(part)

    def close(self) -> None:
        """The bar goes."""
        if self._bar is not None:
            self._bar.stop()

    def summary(self, suite: "Suite", figures: Mapping[str, Mapping[str, Any]]) -> None:
        """Coverage and counts."""
        if not self._quiet:
            self._console.print(coverage_table(figures))
        counts = suite.counts()
        unchecked = sum(len(result.unchecked) for result in suite.results)
        wall = sum(result.wall_seconds for result in suite.results)
        turns = sum(result.turns for result in suite.results)
        line = f"{counts['passed']} passed, {counts['failed']} failed, {counts['skipped']} skipped"
        if unchecked:
            line += f"; {unchecked} expectations need audio and were not checked when typed"
        if suite.repeat > 1:
            line += f"; {suite.repeat} times over, {len(suite.flaky)} flaky"
        self._console.print(Text(line, style="bold red" if counts["failed"] or suite.flaky else "bold green"))
        self._console.print(Text(f"{turns} caller turns in {wall:.2f} s of computing", style="dim"))
        for name, times in suite.flaky.items():
            self._console.print(Text(f"flaky: {name} differed {times} times", style="red"))


def coverage_table(figures: Mapping[str, Mapping[str, Any]]) -> Table:
    """What was reached, and the first few of what was not."""
    table = Table(title="Coverage", title_justify="left", show_edge=False, pad_edge=False, expand=True)
    table.add_column("", no_wrap=True, min_width=max(map(len, figures)))
    table.add_column("reached", justify="right", no_wrap=True, min_width=9)
    table.add_column("%", justify="right", no_wrap=True, min_width=5)
    table.add_column("not reached", overflow="ellipsis", no_wrap=True, ratio=1)
    for name, figure in figures.items():
        missing = _short_names(list(figure.get("missing", ())))
        share = f"{100 * figure['rate']:.1f}" if figure["n"] else "–"
        table.add_row(name, f"{figure['k']}/{figure['n']}", share, "; ".join(missing[:MISSING_SHOWN]))
    return table


def _short_names(names: list[str]) -> list[str]:
    """Without the hotline and the language in front, where they are the same in all."""
    heads = {name.rpartition(" ")[0] for name in names}
    return [name.rpartition(" ")[2] for name in names] if len(heads) == 1 and len(names) > 1 else names


def mutation_table(figures: Mapping[str, Mapping[str, Any]]) -> None:
    """How many mutants of each operator were noticed, and all that were not."""
    console = Console(highlight=False)
    table = Table(title="Mutants", title_justify="left", show_edge=False, pad_edge=False)
    table.add_column("operator")
    for column in ("noticed", "%", "95 % interval", "without effect"):
        table.add_column(column, justify="right")
    for operator, figure in figures.items():
        share = f"{figure['rate']:.1%}" if figure["n"] else "–"
        interval = f"{figure['low']:.1%}–{figure['high']:.1%}" if figure["n"] else ""
        table.add_row(operator, f"{figure['k']}/{figure['n']}", share, interval, str(figure["without_effect"]))
    console.print(table)
    for operator, figure in figures.items():
        for what in figure["unnoticed"]:
            console.print(Text(f"unnoticed: {operator}: {what}", style="yellow"))


def _bar(total: int) -> Progress:
    bar = Progress(
        TextColumn("scripts"),
        BarColumn(),
        MofNCompleteColumn(),
        TimeRemainingColumn(),
        console=Console(stderr=True),
        transient=True,
    )
    bar.add_task("scripts", total=total)
    bar.start()
    return bar
