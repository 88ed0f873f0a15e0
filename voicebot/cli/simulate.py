"""`voicebot simulate --calls N`"""

import argparse
import sys
from pathlib import Path
from typing import TYPE_CHECKING, Any

from voicebot.cli.common import json_argument, print_json
from voicebot.errors import VoicebotError
from voicebot.types import LANGUAGES

if TYPE_CHECKING:
    from voicebot.simulation.batch import Run
    from voicebot.simulation.settings import SimulationSettings

HELP = "simulated callers, in audio or text, to one or several systems; KPIs side by side"


def arguments(parser: argparse.ArgumentParser) -> None:
    parser.add_argument("--calls", type=int, default=100, metavar="N", help="callers; each calls every system once (default 100)")
    parser.add_argument("--only", metavar="N,N", help="these callers alone, by number: to look at single calls of a run again")
    parser.add_argument(
        "--tier", choices=("audio", "text"), default="audio", help="real audio, or a noise channel (default audio)"
    )
    parser.add_argument(
        "--system",
        action="append",
        default=[],
        metavar="NAME",
        help="full, one-shot, menu, or full without one ability: no-guess, no-barge-in, no-clarify, no-confirm; commas between",
    )
    parser.add_argument("--seed", type=int, default=0, help="whom to draw (default 0)")
    parser.add_argument("--out", metavar="DIR", help="write results, event logs and the report; needed for --resume and compare")
    parser.add_argument("--jobs", type=int, default=1, metavar="N", help="worker processes (default 1)")
    parser.add_argument(
        "--cluster", metavar="URL", help="hold the calls on a cluster: dask://HOST:PORT or ray://HOST:PORT (extras)"
    )
    parser.add_argument("--resume", action="store_true", help="go on with the run in --out")
    parser.add_argument("--hotline", default="hotline_95188", metavar="NAME|PATH", help="pack to call (default hotline_95188)")
    parser.add_argument("--lang", choices=LANGUAGES, default="zh-CN", help="language (default zh-CN)")
    parser.add_argument("--model", metavar="PATH", help="acoustic model (default: the best one found)")
    parser.add_argument("--population", metavar="FILE", help="YAML of who calls (docs/simulation.md)")
    parser.add_argument("--wordings", metavar="FILE", help="YAML of what callers say")
    parser.add_argument("--voices", metavar="FILE", help="YAML of the voices they have")
    parser.add_argument("--channel", metavar="FILE", help="noise channel of the text tier, by voicebot calibrate, or perfect")
    parser.add_argument("--keep-logs", type=int, metavar="N", help="callers whose event logs are kept (audio: all; text: 1000)")
    parser.add_argument("--record", type=int, default=0, metavar="N", help="callers whose calls are recorded (audio tier)")
    json_argument(parser)


def run(args: argparse.Namespace) -> int:
    from voicebot.simulation.batch import Run
    from voicebot.simulation.settings import SimulationSettings, check_settings, parse_numbers, parse_systems

    if args.jobs < 1:
        raise VoicebotError(f"--jobs {args.jobs}: give a number of worker processes from 1 up")
    if args.resume and args.out is None:
        raise VoicebotError("--resume: goes on with a run on disk; say where it is with --out DIR")
    settings = SimulationSettings(
        calls=args.calls,
        tier=args.tier,
        systems=parse_systems(args.system),
        seed=args.seed,
        hotline=args.hotline,
        language=args.lang,
        model=args.model,
        population=args.population,
        wordings=args.wordings,
        voices=args.voices,
        channel=args.channel,
        keep_logs=args.keep_logs,
        record=args.record,
        out=args.out,
        only=parse_numbers(args.only),
    )
    check_settings(settings)
    if args.cluster is not None and settings.record:
        raise VoicebotError("--record: recordings are made here; leave --cluster out, and name the callers with --only")
    return finish(Run(settings, resume=args.resume, cluster=args.cluster), args)


def finish(run: "Run", args: argparse.Namespace) -> int:
    """Hold the calls, show what came of them."""
    from voicebot.cli.simulate_screen import SimulationScreen, show_summary

    interrupted = False
    screen = SimulationScreen(run)
    try:
        for happening in run.hold(args.jobs):
            screen.happened(happening)
    except KeyboardInterrupt:
        interrupted = True
    finally:
        screen.close()
    document = _document(run, run.settings)
    if args.json:
        print_json(document)
    else:
        show_summary(document)
    for lost in run.lost:
        print(f"voicebot: {lost.system} caller {lost.number}: {lost.error}", file=sys.stderr)
    if interrupted:
        raise KeyboardInterrupt
    if run.lost and not run.finished:
        return 2
    return 1 if run.lost else 0


def _document(run: "Run", settings: "SimulationSettings") -> dict[str, Any]:
    from voicebot.simulation.page import PAGE_NAME, write_page
    from voicebot.simulation.results import by_system
    from voicebot.simulation.summary import summary

    document = summary(by_system(iter(run.finished.values())), settings.seed, run.lost)
    if settings.out is not None and run.finished:
        page = Path(settings.out) / PAGE_NAME
        write_page(document, page, settings)
        document["page"] = str(page)
    return document
