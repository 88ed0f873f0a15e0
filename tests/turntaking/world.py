"""A caller, a bot and a dialogue around `TurnTaking`, in flags and seconds: what `Call` does with its actions, without audio."""

from dataclasses import dataclass, field
from enum import StrEnum

from voicebot.turntaking.turns import TurnSettings, TurnTaking
from voicebot.types import FRAME_SECONDS, Bargein, Completion, Expectation, Hearing, Observation, TurnAction

SILENT = Observation(speech=False, level_db=-70.0, hearing=Hearing.NOTHING, completion=Completion.UNKNOWN, intent=0.5)


class Voice(StrEnum):
    """The bot's voice in one frame."""

    SILENT = "silent"
    LOW = "low"
    FULL = "full"


def sound(
    hearing: Hearing = Hearing.NOTHING,
    completion: Completion = Completion.UNKNOWN,
    intent: float = 0.9,
    speech: bool = True,
    key: bool = False,
    said: int = 4,
) -> Observation:
    """A frame in which the caller sounds."""
    return Observation(speech, -25.0, hearing, completion, key, said, intent)


@dataclass
class World:
    """Step it with the caller's frames. The bot answers every turn, and every noinput, with a prompt of `answer_frames`."""

    prompt_frames: int = 0
    """Frames left of what the bot is saying."""
    bargein: Bargein = "speech"
    asks: bool = False
    answer_frames: int = 100
    settings: TurnSettings = field(default_factory=TurnSettings)

    def __post_init__(self) -> None:
        self.turns = TurnTaking(self.settings)
        self.turns.expect(Expectation())
        self.voice = Voice.FULL
        self.voices: list[Voice] = []
        self.actions: list[tuple[int, TurnAction]] = []
        self.recognising = False
        self.started = False
        self.cut = 0
        """Frames left of what the last stop cut off."""

    def step(self, observation: Observation) -> tuple[TurnAction, ...]:
        if not self.recognising:
            observation = Observation(
                observation.speech,
                observation.level_db,
                Hearing.NOTHING,
                Completion.UNKNOWN,
                observation.key,
                0,
                observation.intent,
            )
        done = self.turns.step(observation)
        for action in done:
            self.actions.append((len(self.voices), action))
            self._carry_out(action)
        self._speak()
        return done

    def run(self, observation: Observation, seconds: float) -> list[TurnAction]:
        return [action for _ in range(round(seconds / FRAME_SECONDS)) for action in self.step(observation)]

    def _carry_out(self, action: TurnAction) -> None:
        match action:
            case TurnAction.HUSH:
                self.voice = Voice.LOW
            case TurnAction.PAUSE:
                self.voice = Voice.SILENT
            case TurnAction.RESUME:
                self.voice = Voice.FULL
            case TurnAction.STOP:
                self.cut = self.prompt_frames
                self.prompt_frames, self.voice, self.started = 0, Voice.FULL, False
            case TurnAction.TAKE_UP:
                assert self.recognising, "taken up before it is known that the caller meant nothing"
                self.prompt_frames, self.started = self.cut, True
                if not self.cut:
                    self.turns.prompts_finished()
            case TurnAction.BEGIN:
                assert not self.recognising, "an utterance begins inside another"
                self.recognising = True
            case TurnAction.REJOIN:
                assert not self.recognising
                self.recognising, self.prompt_frames, self.started = True, 0, False
            case TurnAction.END | TurnAction.DISCARD:
                assert self.recognising, f"{action} without an utterance"
                self.recognising = False
                if action is TurnAction.END:
                    self.prompt_frames += self.answer_frames
            case TurnAction.NOINPUT:
                self.prompt_frames += self.answer_frames

    def _speak(self) -> None:
        if self.prompt_frames == 0:
            self.voices.append(Voice.SILENT)
            if not self.voices[:-1]:
                self.turns.prompts_finished()
            return
        self.voices.append(self.voice)
        if not self.started:
            self.started = True
            self.turns.prompt_started(self.bargein, self.asks)
        if self.voice is not Voice.SILENT:
            self.prompt_frames -= 1
        if self.prompt_frames == 0:
            self.started, self.voice = False, Voice.FULL
            self.turns.prompts_finished()
