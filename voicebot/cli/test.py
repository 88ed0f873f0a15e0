"""`voicebot test PATH…`"""

import argparse
import sys
from typing import TYPE_CHECKING

from voicebot.cli.common import json_argument, print_json
from voicebot.errors import VoicebotError

if TYPE_CHECKING:
    from voicebot.testing.batch import Batch
    from voicebot.testing.suite import Suite

HELP = "run dialogue scripts as regression tests, typed or spoken; record, update, mutate and import them"


def arguments(parser: argparse.ArgumentParser) -> None:
    parser.add_argument("paths", nargs="*", metavar="PATH", help="a *.call.yaml, or a folder of them")
    run = parser.add_argument_group("running")
    run.add_argument("--spoken", action="store_true", help="speak the scripts, through the whole engine, instead of typing them")
    run.add_argument("--both", action="store_true", help="type them and speak them")
    run.add_argument("-k", dest="keyword", metavar="EXPR", help="only scripts whose name or path fits: 'barge and not survey'")
    run.add_argument("-x", dest="first", action="store_true", help="stop at the first failure")
    run.add_argument("--jobs", type=int, default=1, metavar="N", help="worker processes (default 1)")
    run.add_argument("--repeat", type=int, default=1, metavar="N", help="run everything N times; a run that differs is flaky")
    run.add_argument("--hotline", metavar="NAME|PATH", help="pack to answer with (default: what the script says)")
    run.add_argument("--model", metavar="PATH", help="acoustic model for --spoken (default: the best one found)")
    run.add_argument(
        "--out",
        metavar="DIR",
        help="keep the log, and the audio of spoken ones, of every failed script; with --record and --import: where scripts go",
    )
    report = parser.add_argument_group("reporting")
    report.add_argument("--junit", metavar="FILE", help="write the results as JUnit XML")
    report.add_argument("--html", metavar="FILE", help="write the coverage as an HTML page")
    report.add_argument(
        "--fail-under",
        type=float,
        metavar="P",
        help="fail when the total coverage is below P per cent; with --mutate: when fewer are noticed",
    )
    report.add_argument("--quiet", action="store_true", help="only what failed, and the counts")
    other = parser.add_argument_group("instead of running")
    other.add_argument(
        "--record",
        action="store_true",
        help="write the scripts of calls that happened: PATH is a WAV, an events.jsonl, or a folder of kept calls",
    )
    other.add_argument("--update", action="store_true", help="accept new behaviour turn by turn, showing what changed")
    other.add_argument("--yes", action="store_true", help="with --update: accept everything without asking")
    other.add_argument("--mutate", action="store_true", help="break the pack in small ways and list what no script notices")
    other.add_argument(
        "--import",
        dest="imported",
        metavar="FILE",
        action="append",
        help="write scripts from rasa end-to-end tests or a botium convo (text)",
    )
    other.add_argument("--lang", choices=("zh-CN", "en-US"), help="with --record and --import: the language (default zh-CN)")
    json_argument(parser)


def run(args: argparse.Namespace) -> int:
    from voicebot.cli import test_tools

    _check(args)
    if args.imported:
        return test_tools.import_tests(args)
    if args.record:
        return test_tools.record(args)
    if args.update:
        return test_tools.update(args, _collect(args))
    if args.mutate:
        return test_tools.mutate(args, _collect(args))
    return _test(args)


def _check(args: argparse.Namespace) -> None:
    if not args.paths and not args.imported:
        raise VoicebotError("no PATH: give a *.call.yaml or a folder of them; those that ship lie in the packs' scripts/ folders")
    for name in ("jobs", "repeat"):
        if getattr(args, name) < 1:
            raise VoicebotError(f"--{name} {getattr(args, name)}: give a number from 1 up")
    chosen = [f"--{name}" for name in ("record", "update", "mutate") if getattr(args, name)] + (
        ["--import"] if args.imported else []
    )
    if len(chosen) > 1:
        raise VoicebotError(f"{' and '.join(chosen)} cannot go together; choose one")
    if args.fail_under is not None and not 0 <= args.fail_under <= 100:
        raise VoicebotError(f"--fail-under {args.fail_under:g}: give per cent, 0 to 100")


def _collect(args: argparse.Namespace) -> "Batch":
    from voicebot.testing.batch import collect
    from voicebot.testing.outcome import Door
    from voicebot.testing.running import RunSettings

    doors = list(Door) if args.both else [Door.SPOKEN if args.spoken else Door.TYPED]
    return collect(args.paths, doors, RunSettings(args.hotline, args.model, args.out), args.keyword)


# ---------------------------------------------------------------- running


def _test(args: argparse.Namespace) -> int:
    from voicebot.cli.test_screen import SuiteScreen
    from voicebot.testing.suite import Suite

    batch = _collect(args)
    screen = SuiteScreen(total=len(batch.tasks) * args.repeat, silent=args.json, quiet=args.quiet)
    suite = Suite(batch, repeat=args.repeat, jobs=args.jobs, stop_at_first=args.first)
    try:
        for result in suite.run():
            screen.finished(result)
    finally:
        screen.close()
        _write(args, suite)
    figures = suite.coverage.figures()
    under = args.fail_under is not None and 100 * (figures["total"]["rate"] or 0.0) < args.fail_under
    if args.json:
        print_json(suite.document(figures))
    else:
        screen.summary(suite, figures)
    for line in batch.broken:
        print(f"voicebot: {line}", file=sys.stderr)
    if under:
        share = 100 * (figures["total"]["rate"] or 0.0)
        print(f"voicebot: coverage {share:.1f} % is below --fail-under {args.fail_under:g} %", file=sys.stderr)
    if not batch.tasks:
        return 2
    return 1 if suite.failed or batch.broken or suite.flaky or under else 0


def _write(args: argparse.Namespace, suite: "Suite") -> None:
    """The files that were asked for, of what was run until now."""
    from voicebot.testing.writing import write_file

    if args.junit:
        from voicebot.testing.junit import junit

        write_file(args.junit, junit(suite.results, suite.batch.broken))
    if args.html:
        from voicebot.testing.coverage_page import coverage_page

        write_file(args.html, coverage_page(suite.coverage.figures(), len(suite.results)))
