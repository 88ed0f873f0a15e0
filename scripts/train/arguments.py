"""The option `--share` of the scripts: a quick run on a part of everything."""

import argparse
import math

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


def count(part: float, whole: int) -> int:
    """So large a part of a number, one at least."""
    return math.ceil(part * whole)
