"""A call for real: a recorded caller plays into the microphone in real time, the bot is heard at the speaker.

What is asserted is what happened, never how fast: the machine may be busy.
"""

import json
import os
import subprocess
import sys
import threading
import time
from pathlib import Path

import numpy as np
import pytest

from tests.live.headless import Headless
from tests.live.talk import BOT_DB, PATIENCE_SECONDS, Talk, words
from tests.live.test_keeping import decisions, replayed
from voicebot.audio.levels import frame_levels_db
from voicebot.events import PromptStarted, PromptStopped, QuestionAnswered, Record, read_log
from voicebot.types import FRAMES_PER_SECOND, Samples


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
    assert [line for line in talk.said if not line.startswith("voicebot: ")] == [], "what libraries say of it is not for people"


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
        assert process.wait(timeout=PATIENCE_SECONDS) == 0
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
        deadline = time.monotonic() + PATIENCE_SECONDS
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
