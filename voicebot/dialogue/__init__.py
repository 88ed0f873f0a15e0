"""The dialogue: belief, policy, one transition table, and the conversation that joins them (docs/dialogue.md)."""

from voicebot.dialogue.ablations import WithoutBargeIn, WithoutClarify, WithoutConfirm, WithoutGuess
from voicebot.dialogue.base import Dialogue
from voicebot.dialogue.conversation import Conversation
from voicebot.dialogue.menu import Menu
from voicebot.dialogue.one_shot import OneShot
from voicebot.dialogue.prompts import fixed_prompts

__all__ = ["SYSTEMS", "Conversation", "Dialogue", "Menu", "OneShot", "fixed_prompts"]

SYSTEMS: dict[str, type[Dialogue]] = {
    "full": Conversation,
    "one-shot": OneShot,
    "menu": Menu,
    "no-guess": WithoutGuess,
    "no-barge-in": WithoutBargeIn,
    "no-clarify": WithoutClarify,
    "no-confirm": WithoutConfirm,
}
"""The three systems that are compared, and `full` without one of its abilities, by the name the command line has for them."""
