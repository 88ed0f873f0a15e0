"""`voicebot calibrate RUN`"""

import argparse
from pathlib import Path

from voicebot.cli.common import json_argument, print_json
from voicebot.errors import VoicebotError

HELP = "fit the text tier's noise channel on a run of the audio tier"


def arguments(parser: argparse.ArgumentParser) -> None:
    parser.add_argument("folder", metavar="RUN", help="folder that `voicebot simulate --tier audio --out` wrote")
    parser.add_argument("--out", metavar="FILE", help="where the channel goes (default: RUN/channel.json)")
    parser.add_argument("--check", metavar="RUN2", help="a run of the text tier with the same callers: do the tiers agree?")
    json_argument(parser)


def run(args: argparse.Namespace) -> int:
    if args.check is not None and not Path(args.check).is_dir():
        raise VoicebotError(f"--check {args.check}: no such folder; give one that `voicebot simulate --tier text --out` wrote")
    from voicebot.simulation.calibration import agreement, calibrate

    folder = Path(args.folder)
    out = Path(args.out) if args.out else folder / "channel.json"
    figures = calibrate(folder, out)
    if args.check is not None:
        figures["agreement"] = agreement(folder, Path(args.check))
    if args.json:
        print_json(figures)
        return 0
    print(f"channel: {out}")
    print(
        f"  {figures['utterances']} utterances, {figures['error_rate']:.1%} of units wrong, {figures['lost']:.1%} taken for noise"
    )
    for system, rows in figures.get("agreement", {}).items():
        print(f"{system}: audio tier, text tier")
        for key, row in rows.items():
            print(f"  {key:20} {row['audio']:8.3f} {row['text']:8.3f}  {'agree' if row['agree'] else 'differ'}")
    return 0
