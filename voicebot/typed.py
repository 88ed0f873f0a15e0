"""A call by typing: the dialogue's second door. NLU and `Conversation`, no audio, virtual time.

Chat, typed scripts and the text tier of the simulator hold a `TypedCall`. It logs what a spoken call logs, less what only
audio can tell; prompts take the time a voice would need, so that times in the log mean the same in both doors. They count
as heard to their end, unless the caller is going to cut in (`cut_in`).
"""

from collections.abc import Callable, Collection, Mapping, Sequence
from typing import Any

from voicebot.engine import Engine
from voicebot.events import CallEnded, CallOpened, EventLog, KeyPressed, PromptFinished, PromptStarted, PromptStopped
from voicebot.types import (
    FRAMES_PER_SECOND,
    CallerHungUp,
    CallerSilent,
    CallerTurn,
    CallStarted,
    DialogueInput,
    Expect,
    Expectation,
    HangUp,
    Heard,
    KeysEntered,
    Language,
    Prompt,
    PromptsPlayed,
    Recognition,
    Say,
    SpeechRate,
)

CHARACTERS_A_SECOND: dict[Language, float] = {"zh-CN": 4.6, "en-US": 15.0}
"""How fast the bundled voices speak at the packs' rates: mean over the shipped prompts."""

REACTION_SECONDS = 0.5
"""Between the end of a prompt and a typed turn."""


class TypedCall:
    """One typed call. `say`, `keys`, `silence` and `hang_up` return the prompts that the bot answers with."""

    def __init__(
        self,
        engine: Engine,
        *,
        profile: Mapping[str, Any] | None = None,
        seed: int = 0,
        system: str = "full",
        labels: Mapping[str, Any] | None = None,
        log: EventLog | None = None,
    ) -> None:
        self.log = log if log is not None else EventLog()
        self.ended = False
        self.expectation = Expectation()
        self._language: Language = engine.hotline.language
        self._nlu = engine.nlu
        self._factor = 1.0
        self._head = CallOpened(
            hotline=engine.hotline.name,
            language=engine.hotline.language,
            seed=seed,
            system=system,
            door="typed",
            profile=dict(profile or {}),
            versions=dict(engine.versions),
            labels=dict(labels or {}),
        )
        self._conversation = engine.conversation(self.log, profile=profile, system=system)
        self._patience: float | None = None
        self._unless: Collection[str] = ()
        self._enough: Callable[[Prompt], bool] | None = None
        self._interrupted: tuple[Heard, Sequence[Prompt]] | None = None
        """What is being cut off, and the prompts behind it."""
        self._closing: str | None = None

    def cut_in(self, seconds: float, unless: Collection[str] = ()) -> None:
        """The caller is going to speak `seconds` into what the bot says next: it is silent from there on, and the next
        `say` or `keys` interrupts it. A prompt that cannot be interrupted is heard to its end. Call it before what the bot
        answers to. When the bot's last prompt there does something that is in `unless`, all is heard to its end."""
        self._patience, self._unless = max(0.0, seconds), unless

    def cut_in_after(self, enough: Callable[[Prompt], bool], seconds: float) -> None:
        """As `cut_in`, `seconds` after the first prompt that is `enough`: whoever hears their option presses its key."""
        self._enough, self._patience = enough, seconds

    @property
    def cut_off(self) -> Heard | None:
        """What was heard of the prompt that the caller is cutting into."""
        return self._interrupted[0] if self._interrupted is not None else None

    def open(self) -> list[Prompt]:
        """The line opens; what the bot says first."""
        self.log.append(self._head)
        return self._tell(CallStarted())

    def say(self, text: str) -> list[Prompt]:
        """A typed turn."""
        return self.hear(Recognition.of_text(text))

    def hear(self, recognition: Recognition) -> list[Prompt]:
        """A turn as a recogniser (or a noise channel in its place) gives it."""
        heard = self._begin_turn()
        self.pass_time(self._spoken_seconds(recognition))
        return self._tell(CallerTurn(self._nlu.understand(recognition, self.expectation), heard))

    def keys(self, entry: str) -> list[Prompt]:
        """A finished key entry."""
        heard = self._begin_turn()
        for key in entry:
            self.log.append(KeyPressed(key))
        return self._tell(KeysEntered(entry.rstrip("#") or "#", heard))

    def hear_out(self) -> list[Prompt]:
        """The caller, who was going to cut in, says nothing after all: the bot goes on to the end of its turn."""
        if self._interrupted is None:
            return []
        (heard, behind), self._interrupted = self._interrupted, None
        self.pass_time((1.0 - heard.fraction) * self._seconds(heard.prompt))
        self.log.append(PromptFinished(heard.prompt.name, heard.prompt.act))
        self._play(behind)
        if self._closing is not None:
            self._end("bot")
            return []
        return self._tell(PromptsPlayed())

    def silence(self) -> list[Prompt]:
        """The caller says nothing until the noinput timeout."""
        self.pass_time(self.expectation.timeouts.noinput)
        return self._tell(CallerSilent())

    def hang_up(self) -> list[Prompt]:
        """The caller is gone."""
        if not self.log.records:  # before the bot could say a word
            self.log.append(self._head)
        if self._interrupted is not None:
            self._begin_turn()
        if self._closing is not None:  # into the goodbye: the dialogue is over already
            self._end("caller")
            return []
        return self._tell(CallerHungUp(), by="caller")

    def pass_time(self, seconds: float) -> None:
        """Virtual time goes on."""
        self.log.frame += max(0, round(seconds * FRAMES_PER_SECOND))

    @property
    def seconds(self) -> float:
        """Virtual length of the call so far."""
        return self.log.frame / FRAMES_PER_SECOND

    def _begin_turn(self) -> Heard | None:
        """The caller speaks up: what they cut off, if anything."""
        if self._interrupted is None:
            self.pass_time(REACTION_SECONDS)
            return None
        (heard, behind), self._interrupted = self._interrupted, None
        self.log.append(PromptStopped(heard.prompt.name, heard.prompt.act, heard.text, round(heard.fraction, 3), len(behind)))
        return heard

    def _tell(self, what: DialogueInput, by: str = "bot") -> list[Prompt]:
        if self.ended:
            return []
        said: list[Prompt] = []
        self._closing = None
        for action in self._conversation.on(what, self.seconds):
            match action:
                case Say(prompt):
                    said.append(prompt)
                case Expect(expectation):
                    self.expectation = expectation
                case SpeechRate(factor):
                    self._factor = factor
                case HangUp(how):
                    self._closing = how
        self._play(said)
        if self._interrupted is not None:
            return said
        if self._closing is not None:
            self._end(by)
            return said
        return said + (self._tell(PromptsPlayed()) if not isinstance(what, PromptsPlayed) else [])

    def _end(self, by: str) -> None:
        if not self.ended:
            self.ended = True
            self.log.append(CallEnded(outcome=self._closing or "unfinished", by=by))

    def _play(self, prompts: Sequence[Prompt]) -> None:
        patience, self._patience = self._patience, None
        if prompts and prompts[-1].act in self._unless:
            patience = None
        self._unless = ()
        enough, self._enough = self._enough, None
        after, patience = (patience, None) if enough is not None else (None, patience)
        for index, prompt in enumerate(prompts):
            self.log.append(PromptStarted(prompt.name, prompt.act, prompt.text, prompt.question, prompt.bargein))
            seconds = self._seconds(prompt)
            if patience is not None and patience < seconds and prompt.bargein != "off":
                self.pass_time(patience)
                fraction = patience / seconds
                heard = Heard(prompt, fraction, prompt.text[: round(fraction * len(prompt.text))])
                self._interrupted = heard, prompts[index + 1 :]
                return
            self.pass_time(seconds)
            patience = None if patience is None else max(0.0, patience - seconds)
            self.log.append(PromptFinished(prompt.name, prompt.act))
            if enough is not None and enough(prompt):
                enough, patience = None, after

    def _seconds(self, prompt: Prompt) -> float:
        """How long a voice would speak."""
        return len(prompt.spoken) / (CHARACTERS_A_SECOND[self._language] * self._factor)

    def _spoken_seconds(self, recognition: Recognition) -> float:
        if recognition.seconds:
            return recognition.seconds
        text = recognition.hypotheses[0].text if recognition.hypotheses else ""
        return len(text) / CHARACTERS_A_SECOND[self._language]
