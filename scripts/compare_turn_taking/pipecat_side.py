"""pipecat as shipped: Silero VAD, its default strategies for a turn's start (VAD, transcription) and its end (smart-turn v3).

Runs in pipecat's own environment (see scene.py). An interruption empties the bot's queue at once, and nothing takes it up again:
the start of a turn is a stop. Frames go straight to the controllers that a pipeline would hand them to.
"""

import asyncio
import time
from typing import Any

from loguru import logger
from pipecat.audio.vad.silero import SileroVADAnalyzer
from pipecat.audio.vad.vad_controller import VADController
from pipecat.clocks.system_clock import SystemClock
from pipecat.frames.frames import (
    Frame,
    InputAudioRawFrame,
    STTMetadataFrame,
    TranscriptionFrame,
    VADUserStartedSpeakingFrame,
    VADUserStoppedSpeakingFrame,
)
from pipecat.processors.frame_processor import FrameProcessorSetup
from pipecat.services.stt_latency import DEFAULT_TTFS_P99
from pipecat.turns.user_turn_controller import UserTurnController
from pipecat.turns.user_turn_strategies import UserTurnStrategies
from pipecat.utils.asyncio.task_manager import TaskManager
from scene import FRAME_SECONDS, INTO_STATEMENT, LISTENING_LEAD, RATE, line, main, words
from virtual_time import run

logger.remove()


def play(clip: dict[str, Any], lead: float) -> tuple[list[float], list[float]]:
    """When turns started and stopped, in seconds of the clip."""
    started: list[float] = []
    stopped: list[float] = []

    async def call() -> None:
        now = asyncio.get_running_loop().time
        vad, turns = await controllers()

        @vad.event_handler("on_speech_started")
        async def speech_started(_: VADController) -> None:
            params = vad._vad_analyzer.params
            await turns.process_frame(VADUserStartedSpeakingFrame(start_secs=params.start_secs, timestamp=time.time()))

        @vad.event_handler("on_speech_stopped")
        async def speech_stopped(_: VADController) -> None:
            params = vad._vad_analyzer.params
            await turns.process_frame(VADUserStoppedSpeakingFrame(stop_secs=params.stop_secs, timestamp=time.time()))

        @turns.event_handler("on_user_turn_started")
        async def turn_started(*_: Any) -> None:
            started.append(now() - lead)

        @turns.event_handler("on_user_turn_stopped")
        async def turn_stopped(*_: Any) -> None:
            stopped.append(now() - lead)

        await vad.start()
        await turns.start()
        await turns.process_frame(STTMetadataFrame(service_name="perfect", ttfs_p99_latency=DEFAULT_TTFS_P99))
        said = words(clip)
        for audio in line(clip, lead):
            await asyncio.sleep(FRAME_SECONDS)
            frame: Frame = InputAudioRawFrame(audio=audio, sample_rate=RATE, num_channels=1)
            await vad.process_frame(frame)
            await turns.process_frame(frame)
            while said and now() - lead >= said[0][0]:
                text = said.pop(0)[1]
                await turns.process_frame(TranscriptionFrame(text=text, user_id="caller", timestamp="", finalized=True))
        await vad.cleanup()
        await turns.cleanup()

    run(call)
    return started, stopped


async def controllers() -> tuple[VADController, UserTurnController]:
    tasks = TaskManager(loop=asyncio.get_running_loop())
    setup = FrameProcessorSetup(clock=SystemClock(), task_manager=tasks, pipeline_worker=None, audio_in_sample_rate=RATE)
    vad = VADController(SileroVADAnalyzer())
    turns = UserTurnController(user_turn_strategies=UserTurnStrategies())
    await vad.setup(setup)
    await turns.setup(setup)
    return vad, turns


if __name__ == "__main__":
    main(
        lambda clip: [(at, "stop") for at in play(clip, INTO_STATEMENT)[0][:1]],
        lambda clip: play(clip, LISTENING_LEAD)[1],
    )
