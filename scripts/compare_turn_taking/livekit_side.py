"""livekit-agents as shipped: its Silero VAD and its own local turn detector (`turn-detector-v1-mini`), sessions' default options.

Runs in livekit's own environment (see scene.py). Only what has no meaning without a server is left out: no room, no model that
answers, and no warm-up of the echo cancellation (which would let nobody interrupt the first three seconds of a call).
"""

import asyncio
import logging
from collections.abc import AsyncIterator
from typing import Any

from livekit import rtc
from livekit.agents import Agent, AgentSession, StopResponse, stt
from livekit.agents.types import DEFAULT_API_CONNECT_OPTIONS, NOT_GIVEN, APIConnectOptions, NotGivenOr
from livekit.agents.utils import AudioBuffer
from livekit.agents.voice.io import AudioInput, AudioOutput, AudioOutputCapabilities
from livekit.plugins import silero
from scene import FRAME, FRAME_SECONDS, INTO_STATEMENT, LISTENING_LEAD, RATE, line, main, samples, words
from virtual_time import run

logging.disable(logging.CRITICAL)


class Perfect(stt.STT):
    """Knows what is said (see `scene.words`)."""

    def __init__(self, said: list[tuple[float, str]], language: str) -> None:
        super().__init__(capabilities=stt.STTCapabilities(streaming=True, interim_results=False))
        self.said, self.language = said, language

    async def _recognize_impl(self, buffer: AudioBuffer, *, language: NotGivenOr[str], conn_options: APIConnectOptions) -> Any:
        raise NotImplementedError

    def stream(
        self, *, language: NotGivenOr[str] = NOT_GIVEN, conn_options: APIConnectOptions = DEFAULT_API_CONNECT_OPTIONS
    ) -> "PerfectStream":
        return PerfectStream(stt=self, conn_options=conn_options)


class PerfectStream(stt.RecognizeStream):
    async def _run(self) -> None:
        assert isinstance(self._stt, Perfect)
        seconds, said, language = 0.0, list(self._stt.said), self._stt.language
        async for frame in self._input_ch:
            if not isinstance(frame, rtc.AudioFrame):
                continue
            seconds += frame.duration
            while said and seconds >= said[0][0]:
                end, text = said.pop(0)
                data = stt.SpeechData(language=language, text=text, start_time=0.0, end_time=end, confidence=1.0)
                self._event_ch.send_nowait(stt.SpeechEvent(stt.SpeechEventType.FINAL_TRANSCRIPT, alternatives=[data]))


class Microphone(AudioInput):
    """The caller's leg, a frame every 20 ms."""

    def __init__(self, frames: list[bytes]) -> None:
        super().__init__(label="caller")
        self._frames = iter(frames)

    async def __anext__(self) -> rtc.AudioFrame:
        await asyncio.sleep(FRAME_SECONDS)
        audio = next(self._frames, None)
        if audio is None:
            await asyncio.sleep(3600.0)
        return _frame(audio or bytes(2 * FRAME))


class Loudspeaker(AudioOutput):
    """Plays what it gets on the loop's clock, can pause, and notes when it did what."""

    def __init__(self) -> None:
        super().__init__(label="bot", capabilities=AudioOutputCapabilities(pause=True), sample_rate=RATE)
        self.noted: list[tuple[float, str]] = []
        self._queued = self._played = 0.0
        self._paused = self._complete = False
        self._player: asyncio.Task[None] | None = None

    async def capture_frame(self, frame: rtc.AudioFrame) -> None:
        await super().capture_frame(frame)
        self._queued += frame.duration
        if self._player is None:
            self._played, self._complete = 0.0, False
            self._player = asyncio.create_task(self._play())
            self.on_playback_started(created_at=asyncio.get_running_loop().time())

    def flush(self) -> None:
        super().flush()
        self._complete = True

    def clear_buffer(self) -> None:
        if self._player is not None:
            self._player.cancel()
            self._note("stop")
            self._finish(interrupted=True)

    def pause(self) -> None:
        if self._player is not None and not self._paused:
            self._note("pause")
        self._paused = True

    def resume(self) -> None:
        if self._player is not None and self._paused:
            self._note("resume")
        self._paused = False

    def _note(self, what: str) -> None:
        self.noted.append((asyncio.get_running_loop().time(), what))

    async def _play(self) -> None:
        while not (self._complete and self._played >= self._queued):
            await asyncio.sleep(FRAME_SECONDS)
            if not self._paused and self._played < self._queued:
                self._played += FRAME_SECONDS
        self._note("finished")
        self._finish(interrupted=False)

    def _finish(self, interrupted: bool) -> None:
        self._player, self._paused, self._queued = None, False, 0.0
        self.on_playback_finished(playback_position=self._played, interrupted=interrupted)


class Listener(Agent):
    """Answers nothing, and notes when a turn is handed to it."""

    def __init__(self) -> None:
        super().__init__(instructions="")
        self.turns: list[float] = []

    async def on_user_turn_completed(self, turn_ctx: Any, new_message: Any) -> None:
        self.turns.append(asyncio.get_running_loop().time())
        raise StopResponse


def play(clip: dict[str, Any], lead: float, speaking: bool) -> tuple[list[tuple[float, str]], list[float]]:
    """What the bot's voice did, and when turns were handed over, in seconds of the clip."""

    async def call() -> tuple[list[tuple[float, str]], list[float]]:
        frames = list(line(clip, lead))
        said = [(at + lead, text) for at, text in words(clip)]
        session: AgentSession[None] = AgentSession(
            stt=Perfect(said, clip["lang"][:2]), vad=silero.VAD.load(), aec_warmup_duration=None, user_away_timeout=None
        )
        agent, loudspeaker = Listener(), Loudspeaker()
        session.input.audio, session.output.audio = Microphone(frames), loudspeaker
        await session.start(agent)
        began = asyncio.get_running_loop().time() + lead
        if speaking:
            session.say("statement", audio=_statement(clip["statement"]), add_to_chat_ctx=False)
        await asyncio.sleep(len(frames) * FRAME_SECONDS)
        noted, turns = list(loudspeaker.noted), list(agent.turns)
        await session.aclose()
        return [(at - began, what) for at, what in noted], [at - began for at in turns]

    voice, turns = run(call)
    return voice, turns


async def _statement(wav: str) -> AsyncIterator[rtc.AudioFrame]:
    audio = samples(wav)
    for start in range(0, len(audio) - 2 * FRAME + 1, 2 * FRAME):
        yield _frame(audio[start : start + 2 * FRAME])


def _frame(audio: bytes) -> rtc.AudioFrame:
    return rtc.AudioFrame(data=audio, sample_rate=RATE, num_channels=1, samples_per_channel=FRAME)


if __name__ == "__main__":
    main(
        lambda clip: play(clip, INTO_STATEMENT, speaking=True)[0],
        lambda clip: play(clip, LISTENING_LEAD, speaking=False)[1],
    )
