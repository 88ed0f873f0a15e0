"""The command line: parses, calls one function, prints. Every command is a module of this package.

Exit codes: 0 good; 1 some calls or tests failed (they are listed); 2 nothing could be done, with one line that says why;
130 Ctrl-C (what was finished is kept).
"""

import argparse
import importlib
import os
import sys
from collections.abc import Sequence

from voicebot import __version__
from voicebot.errors import VoicebotError

os.environ.setdefault("OPENBLAS_NUM_THREADS", "1")  # one call uses one core; --jobs uses the others

COMMANDS = (
    "replay",
    "live",
    "serve",
    "chat",
    "simulate",
    "calibrate",
    "compare",
    "report",
    "test",
    "nlu",
    "bench",
    "models",
    "hotline",
    "doctor",
)
"""In the order of `voicebot --help`; each is `voicebot.cli.<name>` with HELP, arguments(parser) and run(args)."""


def parser() -> argparse.ArgumentParser:
    """The whole command line."""
    top = argparse.ArgumentParser(
        prog="voicebot",
        description="A telephone hotline's voice bot and its simulator, offline: talk to it, replay calls, test dialogues.",
    )
    top.add_argument("--version", action="version", version=f"voicebot {__version__}")
    commands = top.add_subparsers(dest="command", metavar="COMMAND", required=True)
    for name in COMMANDS:
        module = importlib.import_module(f"voicebot.cli.{name}")
        sub = commands.add_parser(name, help=module.HELP, description=module.HELP)
        module.arguments(sub)
        sub.set_defaults(run=module.run)
    return top


def main(argv: Sequence[str] | None = None) -> int:
    """Run the command line; the exit code."""
    try:
        args = parser().parse_args(argv)
        code: int = args.run(args)
        sys.stdout.flush()
        return code
    except VoicebotError as error:
        return _complain(str(error))
    except ImportError as error:
        package = (error.name or "").partition(".")[0]
        if package in ("", __package__.partition(".")[0]):
            raise
        return _complain(f"the Python package {package} is missing or broken ({error}): pip install --force-reinstall voicebot")
    except KeyboardInterrupt:
        print("voicebot: stopped by Ctrl-C; what was finished is kept", file=sys.stderr)
        return 130
    except BrokenPipeError:
        os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())  # so that the interpreter's last flush is quiet too
        return 0
    except OSError as error:
        where = f"{error.filename}: " if error.filename else ""
        return _complain(f"{where}{error.strerror or error}")


def _complain(line: str) -> int:
    first, *more = line.splitlines() or ["unknown error"]
    print(f"voicebot: {first}", file=sys.stderr)
    for extra in more:
        print(f"  {extra}", file=sys.stderr)
    return 2
