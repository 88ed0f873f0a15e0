"""`voicebot chat`"""

import argparse
import sys
from typing import TYPE_CHECKING

from voicebot.cli.common import call_arguments, hotline_arguments

if TYPE_CHECKING:
    from rich.console import Console

    from voicebot.typed import TypedCall

HELP = "talk to the hotline by typing, its belief shown"

_HOW_TO = "type what the caller says; #123 presses keys, empty line: says nothing, Ctrl-D hangs up"


def arguments(parser: argparse.ArgumentParser) -> None:
    hotline_arguments(parser)
    call_arguments(parser)


def run(args: argparse.Namespace) -> int:
    from rich.console import Console

    from voicebot.engine import load_engine
    from voicebot.events import EventLog
    from voicebot.hotlines import load_profile
    from voicebot.typed import TypedCall

    engine = load_engine(args.hotline or "hotline_95188", args.lang or "zh-CN", model=args.model, audio=False)
    profile = load_profile(args.profile, engine.hotline) if args.profile else {}
    log = EventLog(unmasked=args.unmasked)
    call = TypedCall(engine, profile=profile, seed=args.seed, log=log)
    console = Console(highlight=False)
    console.print(_HOW_TO, style="dim")
    call.open()
    shown = _show(console, call, 0)
    while not call.ended:
        line = _ask()
        if line is None:
            call.hang_up()
        elif line.startswith("#") and line[1:].strip("0123456789*#") == "" and len(line) > 1:
            call.keys(line[1:])
        elif not line.strip():
            call.silence()
        else:
            call.say(line)
        shown = _show(console, call, shown)
    return 0


def _ask() -> str | None:
    try:
        return input("> " if sys.stdin.isatty() else "")
    except EOFError:
        return None
    except UnicodeDecodeError:
        return ""


def _show(console: "Console", call: "TypedCall", shown: int) -> int:
    """Print what was logged since `shown` records; how many there are now."""
    from rich.text import Text

    from voicebot.cli.screen import sentence, style
    from voicebot.events import BeliefChanged
    from voicebot.metrics.transcript import transcript_line

    for record in call.log.records[shown:]:
        if isinstance(record.event, BeliefChanged):
            bars = "  ".join(f"{question} {_bar(p)} {p:.2f}" for question, p in list(record.event.top.items())[:3])
            console.print(Text(f"        {bars}", style="magenta"))
            continue
        line = transcript_line(record)
        if line is not None and line["leg"] != "caller" and (text := sentence(line)) is not None:
            console.print(Text(text, style=style(line)))
    return len(call.log.records)


def _bar(probability: float) -> str:
    full = round(probability * 8)
    return "█" * full + "·" * (8 - full)
