"""Arguments and output that several commands share."""

import argparse
import json
import sys
from typing import Any

from voicebot.types import LANGUAGES


def hotline_arguments(parser: argparse.ArgumentParser) -> None:
    """--hotline, --lang."""
    parser.add_argument(
        "--hotline", metavar="NAME|PATH", help="pack to answer with (default: hotline_95188, or what the script says)"
    )
    parser.add_argument("--lang", choices=LANGUAGES, help="language (default: what the script says, else zh-CN)")


def call_arguments(parser: argparse.ArgumentParser) -> None:
    """--model, --profile, --seed, --unmasked."""
    parser.add_argument("--model", metavar="PATH", help="acoustic model (default: the best one found)")
    parser.add_argument("--profile", metavar="FILE", help="YAML of who is calling and what just happened to them")
    parser.add_argument("--seed", type=int, default=0, help="where chance plays (default 0)")
    parser.add_argument("--unmasked", action="store_true", help="write card, phone and identity numbers in full")


def json_argument(parser: argparse.ArgumentParser) -> None:
    """--json."""
    parser.add_argument("--json", action="store_true", help="one JSON document on stdout at the end, nothing else there")


def print_json(document: Any) -> None:
    """The one JSON document of a command."""
    json.dump(document, sys.stdout, ensure_ascii=False, indent=2)
    sys.stdout.write("\n")
