"""From a reaction's name in the table to the function that carries it out."""

from collections.abc import Callable
from typing import TypeAlias

from voicebot.dialogue.turn import Turn

Reaction: TypeAlias = Callable[[Turn], None]

REACTIONS: dict[str, Reaction] = {}
"""Filled by `reaction` as the modules that hold them are imported."""


def reaction(function: Reaction) -> Reaction:
    """Register `function` under its own name. Raises `ValueError` when the name is taken."""
    if function.__name__ in REACTIONS:
        raise ValueError(f"two reactions are called {function.__name__}")
    REACTIONS[function.__name__] = function
    return function
