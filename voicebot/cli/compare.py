"""`voicebot compare A B`"""

import argparse
from collections.abc import Mapping
from pathlib import Path
from typing import Any

from voicebot.cli.common import json_argument, print_json
from voicebot.errors import VoicebotError

HELP = "two simulated runs by the same callers: paired differences, and the calls that changed most"


def arguments(parser: argparse.ArgumentParser) -> None:
    parser.add_argument("first", metavar="A", help="folder that `voicebot simulate --out` wrote")
    parser.add_argument("second", metavar="B", help="another, with the same seed and files")
    parser.add_argument("--system", metavar="NAME[,NAME]", help="system of both, or one of A and one of B (default: all in both)")
    parser.add_argument(
        "--fail-if",
        action="append",
        default=[],
        metavar="EXPR",
        help='exit 1 when a difference is so: "correct_coverage < -0.01", "average_turns.low > 0"; may be repeated',
    )
    json_argument(parser)


def run(args: argparse.Namespace) -> int:
    from voicebot.simulation.comparison import Condition, compare

    conditions = [Condition.parse(text) for text in args.fail_if]
    names = [name.strip() for name in (args.system or "").split(",") if name.strip()]
    if len(names) > 2:
        raise VoicebotError(f"--system {args.system}: give one system, or one of A and one of B")
    systems = (names[0], names[-1]) if names else None
    document = compare(Path(args.first), Path(args.second), conditions, systems)
    if args.json:
        print_json(document)
    else:
        _show(document, args)
    return 1 if document["failed"] else 0


def _show(document: Mapping[str, Any], args: argparse.Namespace) -> None:
    from rich.console import Console
    from rich.text import Text

    from voicebot.cli.simulate_screen import differences_table
    from voicebot.simulation.calibration import read_run
    from voicebot.simulation.comparison import listen_command

    console = Console(highlight=False)
    for name, found in document["systems"].items():
        title = f"{name}: {args.second} less {args.first}, {found['callers']} callers, paired"
        console.print(differences_table(found["differences"], title))
        if found["changed"]:
            console.print(Text(f"\n{name}: the calls that changed most", style="bold"))
        for changed in found["changed"]:
            console.print(Text(_line(changed)), soft_wrap=True)
        silent = [changed["number"] for changed in found["changed"] if None in changed["recordings"]]
        run = read_run(Path(args.second))
        if silent and run["tier"] == "audio":
            systems = name.split(" less ")
            console.print(Text(f"to listen: {listen_command(run, silent, systems)}"), soft_wrap=True)
    for failure in document["failed"]:
        console.print(Text(f"failed: {failure}", style="bold red"))


def _line(changed: Mapping[str, Any]) -> str:
    moved = ", ".join(f"{key} {value:+g}" for key, value in changed["moved"].items())
    before, after = (
        f"{outcome}, {located or 'nothing'} located, {turns} turns"
        for outcome, located, turns in zip(changed["outcomes"], changed["located"], changed["turns"], strict=True)
    )
    places = [place for place in (*changed["recordings"], *changed["logs"]) if place is not None]
    return f"  caller {changed['number']} ({changed['true_question']}): {before} → {after}\n    {moved}\n    {'  '.join(places)}"
