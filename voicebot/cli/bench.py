"""`voicebot bench turn-taking DIR`, `voicebot bench asr DIR`"""

import argparse
import sys
from typing import Any

from voicebot.cli.common import json_argument, print_json
from voicebot.errors import VoicebotError
from voicebot.types import LANGUAGES

HELP = "score labelled clips: turn taking, or speech recognition"


def arguments(parser: argparse.ArgumentParser) -> None:
    benches = parser.add_subparsers(dest="bench", metavar="WHAT", required=True)
    turns = benches.add_parser("turn-taking", help="who takes the floor when: hush, stop, end of turn, cut-ins, false stops")
    _clip_arguments(turns)
    turns.add_argument("--hotline", metavar="NAME|PATH", default="hotline_95188", help="pack whose NLU listens")
    turns.add_argument("--vad", choices=("house", "silero"), default="house", help="what tells speech (silero: an extra)")
    turns.add_argument("--jobs", type=int, default=1, metavar="N", help="worker processes (default 1)")
    asr = benches.add_parser("asr", help="error rates, grammar exactness, false accepts, speed")
    _clip_arguments(asr)
    asr.add_argument("--lang", choices=LANGUAGES, help="language (default: what the clips say)")


def _clip_arguments(parser: argparse.ArgumentParser) -> None:
    parser.add_argument("folder", metavar="DIR", help="NAME.wav with NAME.json beside each (docs/measures.md)")
    parser.add_argument("--model", metavar="PATH", help="acoustic model (default: the best one found)")
    json_argument(parser)


def run(args: argparse.Namespace) -> int:
    return _turn_taking(args) if args.bench == "turn-taking" else _asr(args)


def _asr(args: argparse.Namespace) -> int:
    from voicebot.bench.asr import bench_asr

    document = bench_asr(args.folder, model=args.model, language=args.lang)
    if args.json:
        print_json(document)
    else:
        from voicebot.cli.bench_tables import print_asr

        print_asr(document)
    return _reported(document["failed"])


def _turn_taking(args: argparse.Namespace) -> int:
    from voicebot.bench.turn_taking_figures import figures

    if args.jobs < 1:
        raise VoicebotError(f"--jobs {args.jobs}: give a number of worker processes from 1 up")
    scored, failed = _score(args)
    if failed and not scored:
        raise VoicebotError(f"no clip could be scored; the first: {failed[0]}")
    document: dict[str, Any] = {**figures(scored), "failed": failed}
    if args.json:
        print_json(document)
    else:
        from voicebot.cli.bench_tables import print_turn_taking

        print_turn_taking(document)
    return _reported(failed)


def _reported(failed: list[str]) -> int:
    """A line for each clip that could not be scored; the exit code."""
    for error in failed:
        print(f"voicebot: {error}", file=sys.stderr)
    return 1 if failed else 0


def _score(args: argparse.Namespace) -> tuple[list[Any], list[str]]:
    """Scored clips by name, and one line for each that could not be scored; a progress bar where somebody looks."""
    from rich.console import Console
    from rich.progress import MofNCompleteColumn, Progress, TimeRemainingColumn

    from voicebot.bench.turn_taking import ScoredClip, bench_turn_taking

    scored: list[ScoredClip] = []
    failed: list[str] = []
    console = Console(stderr=True)
    columns = (*Progress.get_default_columns()[:2], MofNCompleteColumn(), TimeRemainingColumn())
    with Progress(*columns, console=console, disable=not console.is_terminal, transient=True) as progress:
        bar = progress.add_task("clips")
        for happening in bench_turn_taking(args.folder, hotline=args.hotline, model=args.model, vad=args.vad, jobs=args.jobs):
            if isinstance(happening, int):
                progress.update(bar, total=happening)
                continue
            if isinstance(happening, ScoredClip):
                scored.append(happening)
            else:
                failed.append(happening.error)
            progress.advance(bar)
    return sorted(scored, key=lambda clip: clip.name), failed
