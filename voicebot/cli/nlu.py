"""`voicebot nlu`"""

import argparse
from pathlib import Path
from typing import TYPE_CHECKING

from voicebot.cli.common import json_argument, print_json
from voicebot.types import LANGUAGES

if TYPE_CHECKING:
    from voicebot.nlu.evaluation import Evaluation

HELP = "score the question classifier on labelled utterances"


def arguments(parser: argparse.ArgumentParser) -> None:
    actions = parser.add_subparsers(dest="action", metavar="ACTION", required=True)
    evaluate = actions.add_parser("evaluate", help="train on a file of utterances, score on another")
    evaluate.add_argument("--train", metavar="CSV", type=Path, required=True, help="columns text,label; label oos: out of scope")
    evaluate.add_argument(
        "--test", metavar="CSV", type=Path, required=True, help="the same; its labels must occur in --train, or be oos"
    )
    evaluate.add_argument(
        "--validation", metavar="CSV", type=Path, help="rows to calibrate on and to choose the rejection threshold"
    )
    evaluate.add_argument("--lang", choices=LANGUAGES, help="language of the texts (default: seen from them)")
    json_argument(evaluate)


def run(args: argparse.Namespace) -> int:
    from voicebot.nlu.evaluation import evaluate
    from voicebot.nlu.labelled import read_labelled

    train, test = read_labelled(args.train), read_labelled(args.test)
    validation = read_labelled(args.validation) if args.validation else None
    found = evaluate(train, test, validation, args.lang)
    if args.json:
        print_json(found.document())
    else:
        _show(found, len(test.rows))
    return 0


def _show(found: "Evaluation", count: int) -> None:
    print(f"{count} utterances; trained in {found.train_s:.1f} s, {found.us_per_utterance:.0f} µs an utterance")
    print(f"accuracy           {found.accuracy:.2%}   macro F1 {found.macro_f1:.2%}   calibration error {found.ece:.3f}")
    if found.threshold is not None:
        print(f"in scope           {found.in_scope_accuracy:.2%}   with nothing rejected {found.open_accuracy:.2%}")
        print(f"rejected from      P(other) ≥ {found.threshold:.3f}")
    if found.oos_recall is not None:
        print(
            f"out of scope       {found.oos_recall:.2%} rejected" + (f"   AUROC {found.oos_auroc:.3f}" if found.oos_auroc else "")
        )
    for pair in found.confusions[:10]:
        print(f"  {pair.count:4d}  {pair.label} → {pair.predicted}")
