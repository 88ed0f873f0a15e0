"""What the scripts' options may be, with one line for what they may not."""

import argparse

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


def count(text: str) -> int:
    """One or more."""
    if not text.isdecimal() or int(text) < 1:
        raise argparse.ArgumentTypeError(f"{text} is no count; give a whole number from 1")
    return int(text)
