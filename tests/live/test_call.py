"""A call for real: a recorded caller plays into the microphone in real time, the bot is heard at the speaker.

What is asserted is what happened, never how fast: the machine may be busy.
"""

import json
import os
import queue
import subprocess
import sys
import threading
import time
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import numpy as np
import pytest

from tests.conftest import FIXTURES
from tests.live.headless import Headless
from tests.live.test_keeping import decisions, replayed
from voicebot.audio.levels import frame_levels_db
from voicebot.audio.wav import open_recording
from voicebot.engine import Engine
from voicebot.events import CallerTurnTaken, PromptFinished, PromptStarted, PromptStopped, QuestionAnswered, Record, read_log
from voicebot.testing.loading import load_script
from voicebot.types import FRAMES_PER_SECOND, SAMPLE_RATE, Samples

PATIENCE = 60.0
BOT_DB = -50.0
"""The bot is heard when it is louder than this."""


class Talk:
    """`voicebot live` in a process of its own, its transcript read as it forms."""

    def __init__(self, machine: Headless, *arguments: str) -> None:
        command = [sys.executable, "-m", "voicebot", "live", "--model", "bundled", *arguments]
        environ = {**machine.environ, "VOICEBOT_CACHE": os.environ["VOICEBOT_CACHE"], "PYTHONUNBUFFERED": "1"}
        self.process = subprocess.Popen(
            command, env=environ, stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True, encoding="utf8"
        )
        self._lines: queue.SimpleQueue[str] = queue.SimpleQueue()
        self.heard: list[str] = []
        self.said: list[str] = []
        """What went to standard error."""
        self._readers = [
            threading.Thread(target=self._read, args=(self.process.stdout, self._lines.put)),
            threading.Thread(target=self._read, args=(self.process.stderr, self.said.append)),
        ]
        for reader in self._readers:
            reader.start()

    def until(self, *words: str) -> str:
        """Wait for a transcript line that holds one of `words`."""
        deadline = time.monotonic() + PATIENCE
        while True:
            try:
                line = self._lines.get(timeout=max(0.0, deadline - time.monotonic()))
            except queue.Empty:
                raise AssertionError(f"never printed {words}; printed {self.heard}, and {self.said}") from None
            self.heard.append(line)
            if any(word in line for word in words):
                return line

    def end(self) -> int:
        """Wait for the end; the exit code."""
        code = self.process.wait(timeout=PATIENCE)
        for reader in self._readers:
            reader.join()
        for pipe in (self.process.stdout, self.process.stderr):
            assert pipe is not None
            pipe.close()
        while not self._lines.empty():
            self.heard.append(self._lines.get())
        return code

    def kill(self) -> None:
        if self.process.poll() is None:
            self.process.kill()
            self.end()

    @staticmethod
    def _read(pipe: Any, take: Any) -> None:
        for line in pipe:
            take(line.rstrip("\n"))


@pytest.fixture(scope="session")
def trained(chinese_engine: Engine) -> None:
    """The classifier lies in the cache, so that the live process starts at once."""


@pytest.fixture
def talks(machine: Headless, trained: None) -> Iterator[list[Talk]]:
    """Calls that are ended with the test, whatever happens."""
    begun: list[Talk] = []
    yield begun
    for talk in begun:
        talk.kill()


def words(name: str) -> Samples:
    return open_recording(FIXTURES / name).caller_samples()


def loudest_run(levels: np.ndarray) -> float:
    """Seconds of the longest stretch in which the bot is heard, pauses of 0.3 s bridged."""
    best = run = quiet = 0
    for sounding in levels > BOT_DB:
        quiet = 0 if sounding else quiet + 1
        run = 0 if quiet > 0.3 * FRAMES_PER_SECOND else run + 1
        best = max(best, run)
    return best / FRAMES_PER_SECOND


def test_a_call_with_an_interruption_from_start_to_answer(machine: Headless, talks: list[Talk], tmp_path: Path) -> None:
    folder = tmp_path / "kept"
    speaker = machine.record("speaker.monitor")
    try:
        talk = Talk(machine, "--headset", "--save", str(folder), "--seconds", "40")
        talks.append(talk)
        talk.until("bot     请")
        time.sleep(2.5)
        machine.play(words("zh-plain/1.wav")).wait()
        if "confirm" in talk.until("→ confirm huabei_repayment_failed", "→ answer huabei_repayment_failed"):
            talk.until("bot ")
            time.sleep(3.5)
            machine.play(words("zh-plain/2.wav")).wait()
            talk.until("→ answer huabei_repayment_failed")
        talk.until("bot ")
        time.sleep(1.5)
        machine.play(words("zh-wrong-guess/1.wav")).wait()
        talk.until("⏹ interrupted")
        talk.until("caller ")
        talk.process.terminate()  # as Ctrl-C: the call is kept
        assert talk.end() == 130
    finally:
        heard = speaker.close()
    records = read_log((folder / "events.jsonl").read_text(encoding="utf8"))
    answers = [record.event.question for record in records if isinstance(record.event, QuestionAnswered)]
    assert answers[0] == "huabei_repayment_failed"
    assert loudest_run(frame_levels_db(heard)) > 1.5, "the bot was not heard"
    assert_stopped(records, heard)
    assert "voicebot: this call is recorded" in talk.said
    assert decisions(replayed(folder)) == decisions(records)


def assert_stopped(records: list[Record], heard: Samples) -> None:
    """The interrupted answer was cut off in the speaker too: it sounded no longer than up to where it was stopped."""
    stopped = next(r for r in records if isinstance(r.event, PromptStopped) and r.event.act == "answer")
    started = next(r for r in records if isinstance(r.event, PromptStarted) and r.event.act == "answer")
    assert isinstance(started.event, PromptStarted)
    assert isinstance(stopped.event, PromptStopped)
    played = (stopped.frame - started.frame) / FRAMES_PER_SECOND
    assert 1.0 < played < started.event.seconds - 1.0, "stopped in the middle of the answer"
    assert loudest_run(frame_levels_db(heard)) < started.event.seconds, "the answer sounded on"


def test_a_sound_server_that_goes_away_and_comes_back_is_survived(machine: Headless, talks: list[Talk]) -> None:
    talk = Talk(machine, "--headset", "--json", "--seconds", "6")
    talks.append(talk)
    while not any("acoustic model" in line for line in talk.said):
        assert talk.process.poll() is None, talk.said
        time.sleep(0.1)
    time.sleep(1.0)
    machine.stop()
    while not any("went away" in line for line in talk.said):
        assert talk.process.poll() is None, talk.said
        time.sleep(0.1)
    machine.start()
    assert talk.end() == 0, talk.said
    document = json.loads("\n".join(talk.heard))
    assert document["sound"]["reconnects"] == 1
    assert document["seconds"] == pytest.approx(6.0, abs=0.1), "the call went on to its end"
    assert any("connected to" in line for line in talk.said)


def test_a_bot_that_hears_itself_is_not_interrupted_by_itself(machine: Headless, talks: list[Talk], tmp_path: Path) -> None:
    machine.leak(-15)
    folder = tmp_path / "kept"
    try:
        talk = Talk(machine, "--save", str(folder), "--seconds", "30")
        talks.append(talk)
        talk.until("bot     请")
        time.sleep(2.5)
        machine.play(words("zh-plain/1.wav")).wait()
        talk.until("→ confirm huabei_repayment_failed", "→ answer huabei_repayment_failed")
        talk.process.terminate()
        assert talk.end() == 130
    finally:
        machine.stop()  # and with it the leak
        machine.start()
    records = read_log((folder / "events.jsonl").read_text(encoding="utf8"))
    microphone = open_recording(folder / "caller.wav").caller_samples()
    assert frame_levels_db(microphone[: 3 * SAMPLE_RATE]).max() > BOT_DB, "the bot was in the microphone"
    turns = [record for record in records if isinstance(record.event, CallerTurnTaken)]
    assert len(turns) == 1, "what the bot said was taken for a caller's turn"
    greeted = [record.event.act for record in records[: records.index(turns[0])] if isinstance(record.event, PromptFinished)]
    assert greeted == ["greet", "ask"], "the bot did not let itself finish"
    assert load_script(folder / "call.yaml").echo
    assert decisions(replayed(folder)) == decisions(records)


def test_the_terminal_view_takes_keys_and_hangs_up(machine: Headless, trained: None, tmp_path: Path) -> None:
    pty = pytest.importorskip("pty")
    ours, theirs = pty.openpty()
    command = [sys.executable, "-m", "voicebot", "live", "--headset", "--model", "bundled", "--save", str(tmp_path / "kept")]
    environ = {
        **machine.environ,
        "VOICEBOT_CACHE": os.environ["VOICEBOT_CACHE"],
        "TERM": "xterm",
        "COLUMNS": "120",
        "LINES": "40",
    }
    process = subprocess.Popen(command, env=environ, stdin=theirs, stdout=theirs, stderr=theirs, start_new_session=True)
    os.close(theirs)
    screen = Screen(ours)
    try:
        screen.until("q hang up")
        screen.until("有什么可以帮您")
        os.write(ours, b"0")
        screen.until("[0]")
        os.write(ours, b"q")
        assert process.wait(timeout=PATIENCE) == 0
    finally:
        process.kill()
        screen.close()
    assert "hung up" in screen.text or "ended by caller" in screen.text or "转接" in screen.text
    records = read_log((tmp_path / "kept" / "events.jsonl").read_text(encoding="utf8"))
    assert [r.event.key for r in records if type(r.event).__name__ == "KeyPressed"] == ["0"]


class Screen:
    """What a terminal was sent."""

    def __init__(self, terminal: int) -> None:
        self.text = ""
        self._terminal = terminal
        self._thread = threading.Thread(target=self._read)
        self._thread.start()

    def until(self, word: str) -> None:
        deadline = time.monotonic() + PATIENCE
        while word not in self.text:
            assert time.monotonic() < deadline, f"{word!r} was never shown; shown: {self.text[-2000:]!r}"
            time.sleep(0.05)

    def close(self) -> None:
        self._thread.join()
        os.close(self._terminal)

    def _read(self) -> None:
        while True:
            try:
                data = os.read(self._terminal, 65536)
            except OSError:  # the other end is closed
                return
            self.text += data.decode("utf8", errors="replace")
