"""The audio tier's caller: a `voicebot.testing.caller.Caller` with a mind. Hears what was played, decides, and speaks."""

from collections.abc import Sequence

from voicebot.events import PromptFinished, PromptStarted, PromptStopped, Record, Resumed
from voicebot.simulation.callers import SimulatedCaller
from voicebot.simulation.ear import Ear, Understood
from voicebot.simulation.keypad import KEY_SECONDS
from voicebot.simulation.mind import Mind, Reaction
from voicebot.simulation.phrasing import Phrasing
from voicebot.simulation.population import Population
from voicebot.simulation.sound import CallerLeg, voiced
from voicebot.testing.caller import CallerFrame
from voicebot.types import FRAME_SECONDS, FRAMES_PER_SECOND, Frame, Synthesizer

BREATH_SECONDS = 0.25
"""Quiet that is longer than the bot's between two prompts: its turn is over."""

LONG_PROMPT_SECONDS = 4.0
"""From which on people give signs of listening."""

SILENT_SECONDS = 15.0
"""How long a caller who means to say nothing waits for the bot."""

HARDLY_HEARD_SECONDS = 0.5
"""A bot that breaks off so soon has said nothing."""

KEY_GAP_FRAMES = round(0.25 * FRAMES_PER_SECOND)
"""Between two keys."""


class SpokenCaller:
    """Speaks with the mind of a simulated caller. Give the bot's frames to `hear_bot` for the echo."""

    def __init__(
        self, caller: SimulatedCaller, mind: Mind, ear: Ear, population: Population, phrasing: Phrasing, synthesizer: Synthesizer
    ) -> None:
        """`phrasing`: for signs of listening, which the mind knows nothing of. `synthesizer`: renders the caller's voice."""
        self._caller, self._mind, self._ear = caller, mind, ear
        self._population, self._phrasing, self._synthesizer = population, phrasing, synthesizer
        self._leg = CallerLeg(caller)
        self._now = 0
        self._turn: list[Understood] = []
        """Sentences of the bot's turn that were heard to their end."""
        self._prompt: tuple[PromptStarted, int] | None = None
        """What sounds, and since when."""
        self._cut: tuple[PromptStarted, int] | None = None
        """The prompt that was cut off last, and the sentences of its turn heard before it."""
        self._turn_began: int | None = None
        self._bot_quiet_since = 0
        self._my_last = 0
        """Frame at which the caller last did something."""
        self._cut_in = mind.cut_in()
        self._due: tuple[Reaction, int] | None = None
        """What will be done, and when."""
        self._keys = ""
        self._key_at = 0
        self._backchannel_at: int | None = None
        self._prompts = 0
        self._waits = False
        """Has done what was to be done; it is the bot's turn."""
        self._silent = False
        """Means to say nothing until the bot speaks again."""
        self.said: list[tuple[int, str]] = []
        """Frame and text of every utterance that was no sign of listening."""

    def hear_bot(self, frame: Frame) -> None:
        """The bot's last 20 ms."""
        self._leg.hear_bot(frame)

    def next_frame(self, news: Sequence[Record]) -> CallerFrame:
        """The next 20 ms, given what was logged since the last."""
        for record in news:
            self._notice(record)
        keys, hung_up = "", False
        if not self._leg.speaking:
            keys, hung_up = self._act()
        frame = self._leg.next_frame()
        if self._leg.speaking:
            self._my_last = self._now
        self._now += 1
        return CallerFrame(frame, keys, hung_up)

    # ------------------------------------------------------------ hearing

    def _notice(self, record: Record) -> None:
        match record.event:
            case PromptStarted():
                if self._waits:  # the bot answers
                    self._begin_turn()
                if self._turn_began is None:
                    self._turn_began = self._now
                self._prompt = (record.event, self._now)
                if self._due is not None and self._due[0].does != "press":
                    self._due = None  # the bot goes on: hear it first
                self._expect_backchannel(record.event)
            case PromptFinished() if self._prompt is not None:
                sentence = self._ear.understand(self._prompt[0].text, True)
                self._turn.append(sentence)
                self._end_prompt()
                self._press_at_once(sentence)
            case PromptStopped() if self._prompt is not None:
                self._cut = self._prompt[0], len(self._turn)
                self._stopped(record.event, self._now - self._prompt[1])
            case Resumed() if self._prompt is None and self._cut is not None:
                self._taken_up(*self._cut, record.event)

    def _stopped(self, event: PromptStopped, frames: int) -> None:
        """The bot breaks off: for what the caller just did, for the rest of what they were saying, or for nothing."""
        alone = not self._turn and not self._waits
        self._end_prompt()
        if alone and frames * FRAME_SECONDS < HARDLY_HEARD_SECONDS:
            self._waits = True  # it had taken a pause for the end
        elif not self._waits:
            self._turn.append(self._ear.understand(event.heard, False))

    def _taken_up(self, prompt: PromptStarted, heard_before: int, event: Resumed) -> None:
        """The bot had broken off for nothing, and goes on."""
        if self._waits:  # what the caller said was taken for nothing: this is all the answer there is
            self._begin_turn()
            self._turn_began = self._now
        del self._turn[heard_before:]
        if self._due is not None and self._due[0].does != "press":
            self._due = None
        share = len(event.heard) / max(1, len(prompt.text))
        self._prompt = prompt, self._now - round(share * prompt.seconds * FRAMES_PER_SECOND)

    def _begin_turn(self) -> None:
        self._waits = False
        self._turn.clear()
        self._turn_began = None
        self._cut_in = self._mind.cut_in()

    def _end_prompt(self) -> None:
        self._prompt = None
        self._bot_quiet_since = self._now
        self._backchannel_at = None

    def _expect_backchannel(self, prompt: PromptStarted) -> None:
        self._prompts += 1
        share, timing = self._population.manner.backchannel, self._population.timing.backchannel_s
        if prompt.seconds >= LONG_PROMPT_SECONDS and share.happens(self._caller.chance, "backchannel", self._prompts):
            after = timing.draw(self._caller.chance, "backchannel at", self._prompts)
            self._backchannel_at = self._now + round(after * FRAMES_PER_SECOND)

    def _press_at_once(self, sentence: Understood) -> None:
        keypad = self._mind.keypad
        if keypad is not None and not self._waits and self._due is None and keypad.at_once(sentence) is not None:
            reaction = self._mind.react(self._turn)
            self._due = reaction, self._now + round(KEY_SECONDS * FRAMES_PER_SECOND)

    # ------------------------------------------------------------ doing

    def _act(self) -> tuple[str, bool]:
        """Keys that go down in this frame, and whether the caller hangs up in it."""
        if self._keys:
            return self._next_key(), False
        if self._due is not None:
            reaction, at = self._due
            return self._do(reaction) if self._now >= at else ("", False)
        if self._waits:
            return self._await_bot()
        if self._prompt is not None:
            self._while_bot_speaks()
        elif self._turn_began is not None and self._quiet_s >= max(BREATH_SECONDS, self._mind.reaction_s()):
            reaction = self._mind.react(self._turn)
            self._due = reaction, self._bot_quiet_since + round(reaction.after_s * FRAMES_PER_SECOND)
        return "", False

    @property
    def _quiet_s(self) -> float:
        return (self._now - self._bot_quiet_since) * FRAME_SECONDS

    def _while_bot_speaks(self) -> None:
        """Speak into the prompt, or give a sign of listening."""
        assert self._prompt is not None, "the bot speaks"
        assert self._turn_began is not None, "its turn has begun"
        prompt, since = self._prompt
        if (
            self._cut_in is not None
            and (self._now - self._turn_began) * FRAME_SECONDS >= self._cut_in
            and prompt.bargein != "off"
        ):
            self._cut_in = None
            fraction = min(1.0, (self._now - since) * FRAME_SECONDS / max(prompt.seconds, FRAME_SECONDS))
            heard = self._ear.understand(prompt.text[: round(fraction * len(prompt.text))], False)
            self._due = self._mind.react([*self._turn, heard], interrupting=True), self._now
        elif self._backchannel_at is not None and self._now >= self._backchannel_at:
            self._backchannel_at = None
            self._leg.say(voiced(self._caller, self._phrasing.any_of("backchannels"), self._synthesizer))

    def _do(self, reaction: Reaction) -> tuple[str, bool]:
        self._due, self._waits = None, True
        self._my_last = self._now
        self._silent = reaction.does == "wait"
        match reaction.does:
            case "say":
                assert reaction.utterance is not None, "who speaks says something"
                self._leg.say(voiced(self._caller, reaction.utterance, self._synthesizer))
                self.said.append((self._now, reaction.utterance.text))
            case "press":
                self._keys = reaction.keys
            case "hang_up":
                return "", True
        return "", False

    def _next_key(self) -> str:
        if self._now < self._key_at:
            return ""
        key, self._keys = self._keys[0], self._keys[1:]
        self._key_at = self._now + KEY_GAP_FRAMES
        self._my_last = self._now
        return key

    def _await_bot(self) -> tuple[str, bool]:
        """It is the bot's turn; when it does nothing for long, the caller speaks up again."""
        if self._prompt is not None:
            return "", False
        quiet = (self._now - max(self._my_last, self._bot_quiet_since)) * FRAME_SECONDS
        patience = self._population.timing.loses_patience_s.draw(self._caller.chance, "loses patience")
        if quiet < (SILENT_SECONDS if self._silent else patience):
            return "", False
        return self._do(self._mind.again())
