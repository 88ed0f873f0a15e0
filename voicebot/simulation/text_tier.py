"""The text tier: a caller and a `TypedCall`, a noise channel in place of the recogniser. No audio."""

from collections.abc import Sequence

from voicebot.engine import Engine
from voicebot.events import EventLog
from voicebot.simulation.callers import SimulatedCaller
from voicebot.simulation.channel import Channel
from voicebot.simulation.ear import Ear, Understood
from voicebot.simulation.keypad import KEY_SECONDS
from voicebot.simulation.mind import Mind, Reaction
from voicebot.typed import REACTION_SECONDS, TypedCall
from voicebot.types import Prompt

LONGEST_CALL_REACTIONS = 80
"""A caller hangs up after so many: the bot hands over long before."""


class TextCall:
    """One call of one caller."""

    def __init__(self, engine: Engine, caller: SimulatedCaller, mind: Mind, ear: Ear, channel: Channel, system: str) -> None:
        self.log = EventLog()
        self._mind, self._ear, self._channel = mind, ear, channel
        self._caller = caller
        self._utterances = 0
        self._call = TypedCall(
            engine, profile=caller.profile, seed=caller.seed, system=system, labels=caller.labels, log=self.log
        )

    def hold(self) -> EventLog:
        """The whole call; its log."""
        call, mind = self._call, self._mind
        self._listen()
        prompts = call.open()
        for _ in range(LONGEST_CALL_REACTIONS):
            if call.ended:
                break
            interrupting = call.cut_off is not None
            reaction = mind.react(self._heard(prompts), interrupting=interrupting)
            self._listen()
            prompts = self._carry_out(reaction, interrupting)
        if not call.ended:
            call.hang_up()
        return self.log

    def _listen(self) -> None:
        """Tell the call how much of the bot's next turn will be listened to."""
        keypad = self._mind.keypad
        if keypad is not None:
            self._call.cut_in_after(lambda prompt: keypad.at_once(self._understood(prompt)) is not None, KEY_SECONDS)
        elif (seconds := self._mind.cut_in()) is not None:
            self._call.cut_in(seconds)

    def _heard(self, prompts: Sequence[Prompt]) -> list[Understood]:
        """The bot's turn up to where it was cut off."""
        cut = self._call.cut_off
        if cut is None:
            return [self._understood(prompt) for prompt in prompts]
        whole = prompts[: next((i for i, prompt in enumerate(prompts) if prompt is cut.prompt), len(prompts))]
        return [*(self._understood(prompt) for prompt in whole), self._ear.understand(cut.text, False)]

    def _understood(self, prompt: Prompt) -> Understood:
        return self._ear.understand(prompt.text, True)

    def _carry_out(self, reaction: Reaction, interrupting: bool) -> list[Prompt]:
        call = self._call
        if not interrupting:
            call.pass_time(reaction.after_s - REACTION_SECONDS)
        match reaction.does:
            case "say":
                assert reaction.utterance is not None, "who speaks says something"
                self._utterances += 1
                heard = self._channel.hear(
                    reaction.utterance, call.expectation, self._caller.line.snr_db, self._caller.chance, self._utterances
                )
                return call.silence() if heard is None else call.hear(heard)
            case "press":
                return call.keys(reaction.keys)
            case "hang_up":
                return call.hang_up()
        call.hear_out()  # nobody who means to be silent cuts anything off
        return [] if call.ended else call.silence()
