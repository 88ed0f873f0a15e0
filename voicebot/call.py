"""One call, a pure function of audio: `Call.push(frame) -> frame`, 20 ms in, 20 ms out.

This is the only place where the stages meet. Time is the number of frames pushed; nothing in here reads a clock, a file, a
device or a socket, or draws an unseeded random number, so whoever holds the call decides how fast it runs, and the same
frames always give the same log.

A frame's way: echo canceller → VAD, key tones and recogniser (`Listener`) → turn taking, whose actions are carried out at
once → dialogue → prompts (`Speaker`) → the bot's frame.
"""

from collections import deque
from collections.abc import Mapping
from dataclasses import replace
from typing import Any

import numpy as np

from voicebot.audio.dtmf import RARE_KEYS
from voicebot.audio.echo import EchoCanceller
from voicebot.engine import Engine
from voicebot.errors import AudioError
from voicebot.events import CallEnded, CallOpened, EventLog, KeyPressed, TurnRejoined
from voicebot.listening import Listener
from voicebot.speaking import Speaker
from voicebot.tts.player import Started
from voicebot.turntaking.key_entry import KeyEntry
from voicebot.turntaking.turns import TurnTaking
from voicebot.types import (
    FRAME_SAMPLES,
    FRAME_SECONDS,
    SILENCE,
    CallerHungUp,
    CallerSilent,
    CallerTurn,
    CallStarted,
    DialogueInput,
    Expect,
    Expectation,
    Frame,
    HangUp,
    Heard,
    KeysEntered,
    PromptsPlayed,
    Say,
    SpeechRate,
    TurnAction,
)

NOTHING = -1
"""The number of no frame: the loudspeaker was silent, or played something else."""

FAR_FRAMES = 500
"""Of the bot's frames that are kept for the echo canceller: 10 s, longer than any of them waits for its turn."""


def following(played: int | None) -> int | None:
    """What sounds after the bot's frame `played` when nothing is late: the next one, and after nothing, nothing."""
    return played if played is None or played == NOTHING else played + 1


class Call:
    """One call between a caller and a hotline.

    Push the caller's frames in, play the frames that come back, until `ended`. `log` holds everything that happened.
    """

    def __init__(
        self,
        engine: Engine,
        *,
        profile: Mapping[str, Any] | None = None,
        seed: int = 0,
        system: str = "full",
        labels: Mapping[str, Any] | None = None,
        echo: bool = False,
        telephone: bool = False,
        log: EventLog | None = None,
    ) -> None:
        """`echo`: the bot's voice may leak into the caller's leg (speakerphone). `labels` go to the log, unseen by the bot."""
        self.log = log if log is not None else EventLog()
        self.ended = False
        self._frames = 0
        self._head = CallOpened(
            hotline=engine.hotline.name,
            language=engine.hotline.language,
            seed=seed,
            system=system,
            profile=dict(profile or {}),
            versions=dict(engine.versions),
            labels=dict(labels or {}),
            telephone=telephone,
        )
        self._conversation = engine.conversation(self.log, profile=profile, system=system)
        self._nlu = engine.nlu
        self._listener = Listener(engine.recognizer(), engine.nlu, engine.voice_activity(), self.log)
        self._speaker = Speaker(engine.synthesizer, engine.hotline.voice, engine.hotline.rate, engine.recordings, self.log)
        self._turns = TurnTaking()
        self._keys = KeyEntry()
        self._echo = EchoCanceller() if echo else None
        self._played: int | None = None
        self._said: deque[Frame] = deque(maxlen=FAR_FRAMES if echo else 1)
        """What the bot said, the newest last: what the loudspeaker played is among it."""
        self._expectation = Expectation()
        self._asked = False
        """The prompt that sounds asks something: it is the last of those queued."""
        self._interrupted: Heard | None = None
        self._closing: str | None = None
        self._key_now = False
        self._before_turn: tuple[Any, Expectation] | None = None
        self._answered_since_turn = False

    # ------------------------------------------------------------ what the holder of the call uses

    def push(self, frame: Frame, played: int | None = None) -> Frame:
        """Take the caller's next 20 ms and return the bot's: int16, shape (320,) both.

        `played`: the number of the bot's frame that the loudspeaker was given while `frame` was recorded, `NOTHING` for none of
        them; by default the one before. Only a call with `echo` asks for it.

        Raises `AudioError`, and changes nothing, when `frame` is not that. After the call has ended, silence comes back.
        """
        check_frame(frame)
        if self.ended:
            return SILENCE
        self.log.frame = self._frames
        if self._frames == 0:
            self.log.append(self._head)
            self._tell(CallStarted())
        self._hear(frame, played)
        out = self._speak()
        self._frames += 1
        return out

    def key(self, key: str) -> None:
        """A key of the key pad went down (an event of the line; tones in the audio are found by themselves).

        Raises ValueError for anything but one of 0–9, *, #, A–D. After the call has ended, nothing happens.
        """
        if self.ended:
            return
        self._keys.press(key)
        self.log.append(KeyPressed(key))
        self._key_now = True

    def hang_up(self) -> None:
        """The caller is gone. What they were saying is handed over first, so that the log holds it."""
        if self.ended:
            return
        self.log.frame = self._frames
        if self._frames == 0:  # before the bot could say a word
            self.log.append(self._head)
        if self._listener.active:
            self._hand_over("hangup")
        if self._closing is None:
            for action in self._conversation.on(CallerHungUp(), self.seconds):
                if isinstance(action, HangUp):
                    self._closing = action.outcome
        self._speaker.stop()
        self._end(by="caller")

    @property
    def seconds(self) -> float:
        """Length of the call so far."""
        return self._frames * FRAME_SECONDS

    @property
    def expectation(self) -> Expectation:
        """What the bot expects to hear now."""
        return self._expectation

    @property
    def waiting(self) -> bool:
        """The bot has said all it had to say and no caller utterance is under way."""
        return self._speaker.idle and not self._listener.active

    @property
    def listening(self) -> bool:
        """A caller utterance is under way: frames reach the recogniser."""
        return self._listener.active

    # ------------------------------------------------------------ a frame's way

    def _hear(self, frame: Frame, played: int | None) -> None:
        near = frame if self._echo is None else self._without_echo(self._echo, frame, played)
        observation, tone_key = self._listener.hear(near)
        if tone_key is not None and tone_key not in RARE_KEYS:  # no caller's telephone has those: it was a voice
            self.key(tone_key)
        if self._key_now:
            self._key_now = False
            observation = replace(observation, key=True)
        for action in self._turns.step(observation):
            self._carry_out(action)
        entry = self._keys.step(FRAME_SECONDS, key_down=self._listener.key_down)
        if entry is not None:
            interrupted, self._interrupted = self._interrupted, None
            self._tell(KeysEntered(entry, interrupted))

    def _without_echo(self, echo: EchoCanceller, frame: Frame, played: int | None) -> Frame:
        if played != following(self._played):
            echo.moved()
        self._played = played
        back = 1 if played is None else self._frames - played
        in_loudspeaker = played != NOTHING and 0 < back <= len(self._said)
        return echo.push(frame, self._said[-back] if in_loudspeaker else SILENCE)

    def _speak(self) -> Frame:
        was_idle = self._speaker.idle
        out, notes = self._speaker.next_frame()
        for note in notes:
            if isinstance(note, Started):
                self._answered_since_turn = True
                self._asked = self._expectation.kind != "statement" and not self._speaker.more
                self._turns.prompt_started(note.prompt.bargein, asks=self._asked)
        if self._speaker.idle and not was_idle:
            self._prompts_played()
        self._said.append(out)
        return out

    def _prompts_played(self) -> None:
        self._turns.prompts_finished()
        if self._closing is not None and not self._listener.active:
            self._end(by="bot")
            return
        self._tell(PromptsPlayed())

    def _carry_out(self, action: TurnAction) -> None:
        match action:
            case TurnAction.HUSH:
                self._speaker.hush()
            case TurnAction.PAUSE:
                self._speaker.pause()
            case TurnAction.RESUME:
                self._speaker.resume()
            case TurnAction.STOP:
                self._interrupted = self._speaker.stop()
            case TurnAction.TAKE_UP:
                self._take_up()
            case TurnAction.BEGIN:
                playing = self._speaker.playing
                self._listener.begin(playing.name if playing else None, asked=self._asked or playing is None)
            case TurnAction.DISCARD:
                self._forget(self._turns.end_reason)
            case TurnAction.END:
                self._hand_over(self._turns.end_reason)
            case TurnAction.REJOIN:
                self._rejoin()
            case TurnAction.NOINPUT:
                self._tell(CallerSilent())

    # ------------------------------------------------------------ turns

    def _hand_over(self, reason: str) -> None:
        """The caller's turn goes to the dialogue."""
        recognition = self._listener.end(reason)
        understanding = self._nlu.understand(recognition, self._expectation)
        interrupted, self._interrupted = self._interrupted, None
        self._before_turn = (self._conversation.snapshot(), self._expectation)
        self._answered_since_turn = False
        self._closing = None
        self._tell(CallerTurn(understanding, interrupted))

    def _take_up(self) -> None:
        """Go on with what was cut off for nothing, unless the recogniser, asked for its last word, has an answer; where nothing
        was left to say, it is the caller's turn."""
        answered = self._turns.end_reason == "noise" and self._listener.answers_late()
        if answered or not self._speaker.take_up():
            self._turns.prompts_finished()
        else:
            self._interrupted = None

    def _forget(self, reason: str) -> None:
        """What began was no turn, unless the bot waits and the recogniser, asked for its last word, has an answer."""
        if reason == "noise" and self._speaker.idle and self._listener.answers_late():
            self._hand_over("complete")
            return
        self._listener.discard(reason)
        self._close_if_done()

    def _rejoin(self) -> None:
        """The turn handed over last goes on: withdraw what the dialogue made of it and hear both parts as one."""
        self._speaker.stop()
        if self._before_turn is not None:
            snapshot, expectation = self._before_turn
            self.log.append(TurnRejoined(answered=self._answered_since_turn))
            self._conversation.restore(snapshot)
            self._closing = None
            self._expect(expectation)
            self._before_turn = None
        self._listener.rejoin()

    def _tell(self, what: DialogueInput) -> None:
        """Give the dialogue its input and do what it says."""
        for action in self._conversation.on(what, self.seconds):
            match action:
                case Say(prompt):
                    self._speaker.say(prompt)
                case Expect(expectation):
                    self._expect(expectation)
                case SpeechRate(factor):
                    self._speaker.set_rate(factor)
                case HangUp(outcome):
                    self._closing = outcome
        if not isinstance(what, PromptsPlayed) and self._speaker.idle:
            self._turns.prompts_finished()
        self._close_if_done()

    def _expect(self, expectation: Expectation) -> None:
        self._expectation = expectation
        self._turns.expect(expectation)
        self._listener.expect(expectation)
        self._keys.expect(expectation)

    def _close_if_done(self) -> None:
        if self._closing is not None and self.waiting and not self.ended:
            self._end(by="bot")

    def _end(self, by: str) -> None:
        self.ended = True
        self.log.append(CallEnded(outcome=self._closing or "unfinished", by=by))


def check_frame(frame: Any) -> None:
    """Raise `AudioError` unless `frame` is 320 samples of int16."""
    if not isinstance(frame, np.ndarray) or frame.dtype != np.int16 or frame.shape != (FRAME_SAMPLES,):
        got = f"{frame.dtype} {frame.shape}" if isinstance(frame, np.ndarray) else type(frame).__name__
        raise AudioError(f"a frame is {FRAME_SAMPLES} samples of int16, shape ({FRAME_SAMPLES},); got {got}")
