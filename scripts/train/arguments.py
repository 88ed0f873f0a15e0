"""What the scripts' command lines share: the option `--share`, a quick run on a part of everything, and how errors are told."""

import argparse
import math
import sys
from collections.abc import Callable

from voicebot.errors import VoicebotError

LEAST_SHARE = 0.05
"""With less, some part of the recordings has too few to make an utterance of."""


def share(text: str) -> float:
    """Of the recordings, or of everything a language's model is made from."""
    try:
        value = float(text)
    except ValueError:
        value = 0.0
    if not LEAST_SHARE <= value <= 1:
        raise argparse.ArgumentTypeError(f"{text} is no share; give a number from {LEAST_SHARE} to 1")
    return value


def positive(text: str) -> float:
    """A finite number above 0."""
    try:
        value = float(text)
    except ValueError:
        value = 0.0
    if not 0 < value < math.inf:
        raise argparse.ArgumentTypeError(f"{text}: give a number above 0")
    return value


def count(part: float, whole: int) -> int:
    """So large a part of a number, one at least."""
    return math.ceil(part * whole)


def command(main: Callable[[], None]) -> None:
    """Run a script: what its user can mend is one line, and exit code 2."""
    try:
        main()
    except VoicebotError as error:
        message = str(error)
    except OSError as error:
        if error.filename is None:
            raise
        message = f"{error.filename}: {error.strerror}"
    else:
        return
    print(f"{sys.argv[0].rpartition('/')[2]}: {message}", file=sys.stderr)
    raise SystemExit(2)
