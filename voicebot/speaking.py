"""The bot's mouth: prompts down to frames, and how much of them was heard.

Only the prompt that sounds next is rendered at once. Those behind it are rendered one a frame from the next frame on, while it
plays, so that what a turn brings forth is not all computed in the one frame in which the turn ends.
"""

from collections import deque
from collections.abc import Mapping

from voicebot.events import EventLog, Hushed, Paused, PromptFinished, PromptStarted, PromptStopped, Resumed
from voicebot.tts.player import Finished, Player, Started
from voicebot.types import Frame, Heard, Prompt, Speech, Synthesizer


class Speaker:
    """Renders prompts, queues them on the player and logs what became of them."""

    def __init__(self, synthesizer: Synthesizer, voice: str, rate: int, recordings: Mapping[str, Speech], log: EventLog) -> None:
        self._synthesizer = synthesizer
        self._voice = voice
        self._rate = rate
        self._factor = 1.0
        self._recordings = recordings
        self._log = log
        self._player = Player()
        self._unrendered: deque[tuple[Prompt, int]] = deque()
        """Behind what the player has: prompts and their rates in words a minute."""
        self._cut: tuple[tuple[Prompt, int], ...] = ()
        """Of `_unrendered`, what the last stop flushed."""
        self._rendered_now = False
        """A prompt was rendered in this frame: the next one waits for the next."""
        self.last_spoken: Prompt | None = None
        """The prompt that sounded last."""

    def say(self, prompt: Prompt) -> None:
        """Queue a prompt behind what is still to be said."""
        waiting = (prompt, round(self._rate * self._factor))
        self._cut = ()
        if self._player.idle:
            self._render(*waiting)
        else:
            self._unrendered.append(waiting)

    def set_rate(self, factor: float) -> None:
        """Speak `factor` times as fast as the pack says from now on."""
        self._factor = factor

    def next_frame(self) -> tuple[Frame, list[Started | Finished]]:
        """The bot's next 20 ms, and which prompts began or ended with it (already logged)."""
        frame = self._player.next_frame()
        if self._unrendered and not self._rendered_now:
            self._render(*self._unrendered.popleft())
        self._rendered_now = False
        notes = self._player.take_notes()
        for note in notes:
            prompt = note.prompt
            if isinstance(note, Started):
                self.last_spoken = prompt
                self._log.append(
                    PromptStarted(prompt.name, prompt.act, prompt.text, prompt.question, prompt.bargein, note.seconds)
                )
            else:
                self._log.append(PromptFinished(prompt.name, prompt.act))
        return frame, notes

    @property
    def idle(self) -> bool:
        """Nothing sounds and nothing is queued."""
        return self._player.idle and not self._unrendered

    @property
    def more(self) -> bool:
        """Another prompt is queued behind the one that sounds."""
        return bool(self._unrendered) or self._player.more

    @property
    def playing(self) -> Prompt | None:
        return self._player.playing

    def hush(self) -> None:
        if (prompt := self._player.playing) is not None:
            self._player.hush()
            self._log.append(Hushed(prompt.name))

    def pause(self) -> None:
        if (prompt := self._player.playing) is not None:
            self._player.pause()
            self._log.append(Paused(prompt.name))

    def resume(self) -> None:
        if (prompt := self._player.playing) is not None:
            self._player.resume()
            heard = self._player.heard()
            self._log.append(Resumed(prompt.name, heard.text if heard else ""))

    def stop(self) -> Heard | None:
        """Silence within the next frame, queue flushed; what was heard of the prompt that was cut off."""
        heard, flushed = self._player.stop()
        flushed += len(self._unrendered)
        self._cut = tuple(self._unrendered)
        self._unrendered.clear()
        if heard is not None:
            self._log.append(PromptStopped(heard.prompt.name, heard.prompt.act, heard.text, heard.fraction, flushed))
        return heard

    def take_up(self) -> bool:
        """Say on what the last stop cut off, with all that was to follow; False when something else was said since, or nothing
        was cut off."""
        if not self._player.take_up():
            return False
        self._unrendered.extend(self._cut)
        self._cut = ()
        heard = self._player.heard()
        if heard is not None:
            self._log.append(Resumed(heard.prompt.name, heard.text))
        return True

    def _render(self, prompt: Prompt, rate: int) -> None:
        if prompt.audio is not None:
            speech = self._recordings[prompt.audio]
        else:
            speech = self._synthesizer.render(prompt.spoken, self._voice, rate)
            self._rendered_now = True
        self._player.add(prompt, speech)
