"""The dialogue: belief, policy, one transition table, and the conversation that joins them (docs/dialogue.md)."""

from voicebot.dialogue.conversation import Conversation
from voicebot.dialogue.one_shot import OneShot

__all__ = ["Conversation", "OneShot"]
