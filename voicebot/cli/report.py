"""`voicebot report DIR`"""

import argparse
import sys
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import TYPE_CHECKING

from voicebot.cli.common import json_argument, print_json
from voicebot.errors import VoicebotError
from voicebot.types import LANGUAGES

if TYPE_CHECKING:
    from voicebot.metrics.report import Report

HELP = "the KPIs of finished calls and one HTML page with their timelines, from their event logs"


def arguments(parser: argparse.ArgumentParser) -> None:
    parser.add_argument("folder", metavar="DIR", help="folder that `voicebot replay --out` or a simulation wrote")
    parser.add_argument("--out", metavar="FILE.html", help="where the page goes (default: DIR/report.html)")
    parser.add_argument("--lang", choices=LANGUAGES, help="language the page opens in (default: that of most calls)")
    parser.add_argument("--hotline", metavar="NAME|PATH", help="pack to take names from (default: the one the logs name)")
    parser.add_argument("--timelines", type=int, default=None, metavar="N", help="calls laid out on the page (default 60)")
    json_argument(parser)


def run(args: argparse.Namespace) -> int:
    from voicebot.hotlines import find_hotline
    from voicebot.metrics.report import PAGE_NAME, TIMELINES, make_report, write_page

    if args.timelines is not None and args.timelines < 0:
        raise VoicebotError(f"--timelines {args.timelines}: give a number of calls from 0 up")
    if args.hotline is not None:
        find_hotline(args.hotline)
    with _progress() as on_read:
        report = make_report(args.folder, hotline=args.hotline, on_read=on_read)
    out = args.out or str(Path(args.folder) / PAGE_NAME)
    write_page(report, out, language=args.lang, timelines=TIMELINES if args.timelines is None else args.timelines)
    if args.json:
        print_json({**report.document, "page": out})
    else:
        _show(report, out)
    for lost in report.unreadable:
        print(f"voicebot: {lost.error}", file=sys.stderr)
    return 1 if report.unreadable else 0


@contextmanager
def _progress() -> Iterator[Callable[[int, int], None]]:
    """A bar while logs are read, where stderr is a terminal."""
    from rich.console import Console
    from rich.progress import Progress

    with Progress(console=Console(stderr=True), disable=not sys.stderr.isatty(), transient=True) as bar:
        task = bar.add_task("logs", total=None)
        yield lambda done, total: bar.update(task, completed=done, total=total)


def _show(report: "Report", out: str) -> None:
    from rich.console import Console
    from rich.text import Text

    from voicebot.cli.screen import kpi_table

    console = Console(highlight=False)
    systems = report.document["systems"]
    for system, figures in systems.items():
        if len(systems) > 1:
            console.print(Text(f"\n{system}", style="bold"))
        console.print(kpi_table(figures))
    console.print(Text(f"page: {out}"), soft_wrap=True)
