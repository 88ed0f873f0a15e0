"""`voicebot replay PATH…`"""

import argparse
import sys
from pathlib import Path
from typing import TYPE_CHECKING, Any

from voicebot.cli.common import call_arguments, hotline_arguments, json_argument, print_json
from voicebot.errors import VoicebotError

if TYPE_CHECKING:
    from voicebot.replay import ReplayResult, ReplayTask

HELP = "replay recorded calls through the real pipeline and show what came of them"


def arguments(parser: argparse.ArgumentParser) -> None:
    parser.add_argument(
        "paths", nargs="+", metavar="PATH", help="a WAV recording, a fixture (folder with call.yaml), or a folder of them"
    )
    parser.add_argument(
        "--out", metavar="DIR", help="write stereo audio, event log, timing and result of every call, and a report"
    )
    parser.add_argument("--jobs", type=int, default=1, metavar="N", help="worker processes (default 1)")
    parser.add_argument(
        "--echo", action="store_true", help="cancel the bot's own echo in the caller's leg (speakerphone recordings)"
    )
    parser.add_argument("--quiet", action="store_true", help="no transcripts, only the tables")
    hotline_arguments(parser)
    call_arguments(parser)
    json_argument(parser)


def run(args: argparse.Namespace) -> int:
    from voicebot.replay import ReplayResult, ReplaySettings, check_settings, find_recordings

    if args.jobs < 1:
        raise VoicebotError(f"--jobs {args.jobs}: give a number of worker processes from 1 up")
    settings = ReplaySettings(
        hotline=args.hotline,
        language=args.lang,
        model=args.model,
        profile=args.profile,
        seed=args.seed,
        out=args.out,
        unmasked=args.unmasked,
        echo=args.echo,
    )
    check_settings(settings)
    tasks = find_recordings(args.paths, settings)
    result = ReplayResult()
    interrupted = False
    try:
        _replay(tasks, args, result)
    except KeyboardInterrupt:
        interrupted = True
    _show(result, args)
    if interrupted:
        raise KeyboardInterrupt
    if args.out is not None and result.calls:
        _write_report(args)
    if result.failed and not result.calls:
        return 2
    return 1 if result.failed else 0


def _replay(tasks: "list[ReplayTask]", args: argparse.Namespace, result: "ReplayResult") -> None:
    """Fill `result` as calls finish, in the order of the tasks."""
    from voicebot.cli.screen import CallScreen
    from voicebot.events import Record
    from voicebot.replay import ReplayedCall, replay

    screen = CallScreen(total=len(tasks), live=args.jobs == 1, show_calls=not (args.json or args.quiet), language=args.lang)
    finished: dict[str, ReplayedCall] = {}
    try:
        for task, happening in replay(tasks, args.jobs):
            if isinstance(happening, Record):
                screen.record(task.name, happening)
            elif isinstance(happening, ReplayedCall):
                finished[task.name] = happening
                screen.finished(happening)
            else:
                result.failed.append({"path": task.path, "error": happening.error})
                screen.failed(task.path, happening.error)
    finally:
        screen.close()
        result.calls += [finished[task.name] for task in tasks if task.name in finished]


def _write_report(args: argparse.Namespace) -> None:
    """The page of everything below --out, calls of earlier runs included."""
    from voicebot.metrics.report import PAGE_NAME, make_report, write_page

    page = Path(args.out) / PAGE_NAME
    write_page(make_report(args.out, hotline=args.hotline), page, language=args.lang)
    if not args.json:
        print(f"page: {page}")


def _show(result: "ReplayResult", args: argparse.Namespace) -> None:
    from voicebot.metrics.kpis import kpis

    figures: dict[str, Any] = kpis([call.record for call in result.calls])
    if args.json:
        print_json({"calls": [call.document() for call in result.calls], "failed": result.failed, "kpis": figures})
        for failure in result.failed:
            print(f"voicebot: {failure['error']}", file=sys.stderr)
        return
    from voicebot.cli.screen import print_outcomes

    print_outcomes(result, figures)
