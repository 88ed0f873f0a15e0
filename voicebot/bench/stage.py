"""What a clip is played into: the whole `Call`, with a dialogue that says one statement, or nothing, and acknowledges turns.

Everything else is the real thing: recogniser, NLU, turn taking, player. Time is virtual.
"""

from collections.abc import Mapping
from dataclasses import dataclass, field
from time import perf_counter
from typing import Any

import numpy as np

from voicebot.audio.echo_way import EchoWay
from voicebot.audio.levels import mix
from voicebot.call import Call
from voicebot.engine import Dialogue, Engine
from voicebot.events import CallerTurnTaken, EventLog, Record
from voicebot.types import (
    FRAME_SAMPLES,
    FRAMES_PER_SECOND,
    SILENCE,
    Action,
    CallerTurn,
    CallStarted,
    DialogueInput,
    Expect,
    Expectation,
    Frame,
    KeysEntered,
    Language,
    Prompt,
    Samples,
    Say,
    Speech,
)

STATEMENTS: dict[Language, str] = {
    "zh-CN": "为了保障您的资金安全，本次通话可能会被录音。花呗的还款日一般是每月的十号或者二十号，您可以在支付宝的账单页面里查看"
    "本期的金额，也可以提前把它还清。如果自动扣款没有成功，系统会在当天晚上再试一次，请确认银行卡里的余额足够。我们也会用短信提醒您，"
    "请注意查收。其他的服务内容，请以页面上的说明为准。",
    "en-US": "To protect your account this call may be recorded. Your bill is usually due on the tenth or on the twentieth of "
    "each month, and the amount appears on the billing page of the app, where it can also be paid early. If an automatic payment "
    "did not go through, the system tries again in the evening of the same day, so please make sure that there is enough money "
    "in the account. We will also send a text message as a reminder.",
}
"""What the bot is saying when the caller speaks up: a statement that asks nothing, longer than 15 s."""

ACKNOWLEDGEMENTS: dict[Language, str] = {"zh-CN": "好的，我来为您处理。", "en-US": "Okay, let me take care of that."}
"""What the bot says to a finished turn."""


class StageDialogue:
    """Says its statement, if it has one, when the call opens; expects what it is told to; acknowledges every turn."""

    def __init__(self, language: Language, statement: bool, expectation: Expectation, log: EventLog) -> None:
        self._language = language
        self._statement = statement
        self._expectation = expectation
        self._log = log
        self._turns = 0

    def on(self, event: DialogueInput, t: float) -> list[Action]:
        match event:
            case CallStarted():
                opening = [Say(statement(self._language))] if self._statement else []
                return [Expect(self._expectation), *opening]
            case CallerTurn() | KeysEntered():
                return self._acknowledge(event)
        return []

    def _acknowledge(self, event: CallerTurn | KeysEntered) -> list[Action]:
        self._turns += 1
        keys = isinstance(event, KeysEntered)
        text = event.keys if isinstance(event, KeysEntered) else event.understanding.text
        self._log.append(CallerTurnTaken(text=text, number=self._turns, keys=keys))
        words = ACKNOWLEDGEMENTS[self._language]
        return [Say(Prompt("acknowledgement", "acknowledge", words, words)), Expect(self._expectation)]

    def snapshot(self) -> Any:
        return self._turns

    def restore(self, snapshot: Any) -> None:
        self._turns = snapshot


def statement(language: Language) -> Prompt:
    """The prompt of the barge-in scene."""
    return Prompt("statement", "answer", STATEMENTS[language], STATEMENTS[language])


def statement_speech(engine: Engine) -> Speech:
    """The statement's audio, as the call plays it."""
    prompt = statement(engine.hotline.language)
    return engine.synthesizer.render(prompt.spoken, engine.hotline.voice, engine.hotline.rate)


@dataclass(frozen=True)
class StageEngine(Engine):
    """An engine whose calls get a `StageDialogue`."""

    says_statement: bool = False
    expects: Expectation = field(default_factory=Expectation)

    def conversation(self, log: EventLog, *, profile: Mapping[str, Any] | None, system: str) -> Dialogue:
        return StageDialogue(self.hotline.language, self.says_statement, self.expects, log)


def stage_engine(engine: Engine, *, statement: bool, expects: Expectation) -> StageEngine:
    """`engine` with the stage's dialogue in place of the hotline's."""
    return StageEngine(
        engine.hotline,
        engine.nlu,
        engine.model,
        engine.synthesizer,
        engine.recordings,
        engine.vad,
        says_statement=statement,
        expects=expects,
    )


@dataclass(frozen=True, slots=True)
class Played:
    """One clip played into one call."""

    records: list[Record]
    bot: Samples
    """The bot's leg, whole frames."""
    late_ms: list[float]
    """Per frame: computing beyond the 20 ms that a frame lasts."""
    clip_frame: int
    """Frame in which the clip begins."""

    def ms_after(self, frame: int, seconds: float) -> float:
        """From `seconds` of the clip to the moment at which what was decided in `frame` is heard: when that frame is over."""
        return ((frame + 1 - self.clip_frame) / FRAMES_PER_SECOND - seconds) * 1000.0


def play(
    engine: StageEngine, caller: Samples, lead_frames: int, frames: int, echo: tuple[float, float] | None = None, seed: int = 0
) -> Played:
    """Play `caller` after `lead_frames` of silence into a call of `frames` frames.

    `echo`: (dB down, seconds late) at which the bot's own voice leaks into the caller's leg.
    """
    call = Call(engine, echo=echo is not None)
    leak = EchoWay(*echo, seed=seed) if echo is not None else None
    line = np.concatenate([np.zeros(lead_frames * FRAME_SAMPLES, np.int16), caller])
    line = np.pad(line, (0, max(0, frames * FRAME_SAMPLES - len(line))))
    out: list[Frame] = []
    late: list[float] = []
    bot = SILENCE
    for start in range(0, frames * FRAME_SAMPLES, FRAME_SAMPLES):
        frame = line[start : start + FRAME_SAMPLES]
        if leak is not None:
            frame = mix(frame, leak.push(bot))
        before = perf_counter()
        bot = call.push(frame)
        late.append(max(0.0, (perf_counter() - before) * 1000.0 - 1000.0 / FRAMES_PER_SECOND))
        out.append(bot)
    return Played(call.log.records, np.concatenate(out), late, lead_frames)
