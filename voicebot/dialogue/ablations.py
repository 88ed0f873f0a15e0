"""`Conversation` with one ability taken away: what the ability is worth is what the calls lose."""

from collections.abc import Mapping
from dataclasses import replace
from typing import Any

from voicebot.dialogue.conversation import Conversation
from voicebot.dialogue.policy import Thresholds
from voicebot.events import EventLog
from voicebot.hotlines.schema import Hotline
from voicebot.types import Action, DialogueInput, Say

NEVER = 1e9
"""A cost that no saving outweighs, a belief that is never reached."""


class _Limited(Conversation):
    """With some thresholds of its own."""

    changed: Mapping[str, float]

    def __init__(self, hotline: Hotline, profile: Mapping[str, Any] | None, log: EventLog) -> None:
        super().__init__(hotline, profile, log, limits=replace(Thresholds.of(hotline.thresholds), **self.changed))


class WithoutGuess(_Limited):
    """Always asks openly."""

    changed = {"wrong_guess_turns": NEVER}


class WithoutClarify(_Limited):
    """Never names two or three questions to choose from."""

    changed = {"options": 1.0}


class WithoutConfirm(_Limited):
    """Never asks whether it is this one."""

    changed = {"confirm": NEVER, "last_offer": NEVER}


class WithoutBargeIn(Conversation):
    """Says every prompt to its end."""

    def on(self, event: DialogueInput, t: float) -> list[Action]:
        return [_to_the_end(action) for action in super().on(event, t)]


def _to_the_end(action: Action) -> Action:
    return Say(replace(action.prompt, bargein="off")) if isinstance(action, Say) else action
