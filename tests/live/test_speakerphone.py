"""A whole call on a speakerphone: the microphone hears the speaker, and the bot listens to the caller alone.

The caller waits for what they hear, never for a time, so that a busy machine changes nothing.
"""

import time
from collections.abc import Callable
from pathlib import Path

import numpy as np

from tests.live.headless import Headless, Recorder
from tests.live.talk import BOT_DB, PATIENCE_SECONDS, Talk, words
from tests.live.test_keeping import decisions, replayed
from voicebot.audio.levels import frame_levels_db
from voicebot.audio.wav import open_recording
from voicebot.events import CallEnded, CallerTurnTaken, PromptFinished, PromptStopped, QuestionAnswered, Record, read_log
from voicebot.testing.loading import load_script
from voicebot.types import FRAMES_PER_SECOND, SAMPLE_RATE

LEAK_DB = -10
"""How much quieter the bot comes back."""

MOST_TURNS = 8
FINISHED_FRAMES = round(1.2 * FRAMES_PER_SECOND)
"""The bot has finished when it has been silent for so long: its pauses are shorter."""


class Ear:
    """What a caller hears of the bot: frames counted as they come out of the speaker, however slowly they do."""

    def __init__(self, speaker: Recorder, talk: Talk) -> None:
        self._speaker = speaker
        self._talk = talk
        self._since = 0

    def anew(self) -> None:
        """Forget what was heard."""
        self._since = len(self._speaker.samples)

    def some(self, seconds: float) -> None:
        """Wait until the bot has sounded for so long in all."""
        self._wait(lambda sounding: np.count_nonzero(sounding) >= seconds * FRAMES_PER_SECOND)

    def all(self) -> None:
        """Wait until the bot has spoken and is silent again."""
        self._wait(lambda sounding: bool(sounding.any()) and not sounding[-FINISHED_FRAMES:].any())

    def _wait(self, holds: Callable[[np.ndarray], bool]) -> None:
        until = time.monotonic() + PATIENCE_SECONDS
        while self._talk.process.poll() is None and not holds(frame_levels_db(self._speaker.samples[self._since :]) > BOT_DB):
            assert time.monotonic() < until, "the bot was not heard"
            time.sleep(0.05)


def hold(talk: Talk, machine: Headless, ear: Ear) -> int:
    """The caller asks, says yes if asked, interrupts the answer once, and takes leave; how often they spoke."""
    said = []

    def say(name: str) -> None:
        said.append(name)
        ear.anew()
        machine.play(words(f"zh-interrupting/{name}.wav")).wait()

    ear.all()
    say("1")
    if "confirm" in talk.until("→ confirm phone_number_change", "→ answer phone_number_change"):
        ear.all()
        say("2")
        talk.until("→ answer phone_number_change")
    ear.some(2.0)
    say("3")
    talk.until("⏹ interrupted")
    talk.until("caller ")
    talk.until("bot ")
    ear.anew()
    ear.all()
    while talk.process.poll() is None and len(said) < MOST_TURNS:  # what is not understood at once is said again
        say("4")
        ear.all()
    return len(said)


def test_a_whole_call_whose_bot_hears_itself(machine: Headless, talks: list[Talk], tmp_path: Path) -> None:
    folder = tmp_path / "kept"
    speaker = machine.record("speaker.monitor")
    try:
        with machine.leak(LEAK_DB):
            talk = Talk(machine, "--save", str(folder), "--seconds", "120")
            talks.append(talk)
            talk.until("bot     请")
            said = hold(talk, machine, Ear(speaker, talk))
            assert talk.end() == 0, talk.said
    finally:
        speaker.close()
    records = read_log((folder / "events.jsonl").read_text(encoding="utf8"))
    microphone = open_recording(folder / "caller.wav").caller_samples()
    assert frame_levels_db(microphone[: 3 * SAMPLE_RATE]).max() > BOT_DB, "the bot was in the microphone"
    assert_heard_the_caller_alone(records, said)
    assert [record.event.outcome for record in records if isinstance(record.event, CallEnded)] == ["self_service"]
    assert load_script(folder / "call.yaml").echo
    assert decisions(replayed(folder)) == decisions(records)


def assert_heard_the_caller_alone(records: list[Record], said: int) -> None:
    """The bot let itself finish, took no turn that nobody had spoken, and was stopped by turns alone: first in the answer, and
    on a busy machine perhaps by whoever takes leave between two of its sentences."""
    turns = [record for record in records if isinstance(record.event, CallerTurnTaken)]
    before = [record.event.act for record in records[: records.index(turns[0])] if isinstance(record.event, PromptFinished)]
    assert before == ["greet", "ask"], "the bot let itself finish"
    stopped = [record.event.act for record in records if isinstance(record.event, PromptStopped) and record.event.fraction > 0]
    assert stopped[:1] == ["answer"], "the caller interrupted it there"
    answered = [record.event.question for record in records if isinstance(record.event, QuestionAnswered)]
    assert answered == ["phone_number_change"]
    assert [turn.event.interrupted for turn in turns if turn.event.interrupted] == stopped, "no stop without a turn"
    assert len(turns) <= said, [turn.event.text for turn in turns]
