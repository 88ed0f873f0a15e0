"""Recorded calls through the real pipeline: found, replayed, written down; the same whatever runs beside them."""

import json
import os
import shutil
import signal
from pathlib import Path

import numpy as np
import pytest

from voicebot import replay as room
from voicebot.audio.wav import open_recording, write_wav
from voicebot.errors import VoicebotError
from voicebot.events import read_log
from voicebot.replay import ReplayedCall, ReplaySettings, find_recordings, replay
from voicebot.workers import Failed

from .conftest import FIXTURES

SHORT = ("zh-noise", "en-agent", "en-hang-up")


def replayed(paths: list[str], out: Path | None = None, jobs: int = 1, **settings: object) -> dict[str, ReplayedCall | Failed]:
    tasks = find_recordings(paths, ReplaySettings(out=str(out) if out else None, model="bundled", **settings))  # type: ignore[arg-type]
    return {task.name: what for task, what in replay(tasks, jobs) if isinstance(what, ReplayedCall | Failed)}


def logs(folder: Path) -> dict[str, bytes]:
    return {path.parent.name: path.read_bytes() for path in sorted(folder.rglob("events.jsonl"))}


def test_a_call_is_written_down_whole(tmp_path: Path) -> None:
    (call,) = replayed([str(FIXTURES / "zh-noise")], tmp_path).values()
    assert isinstance(call, ReplayedCall)
    folder = tmp_path / "zh-noise"
    assert sorted(path.name for path in folder.iterdir()) == ["call.json", "call.wav", "events.jsonl", "timing.jsonl"]
    stereo = open_recording(folder / "call.wav")
    assert stereo.channels == 2
    assert stereo.seconds == pytest.approx(call.audio_seconds)
    records = read_log((folder / "events.jsonl").read_text("utf-8"))
    assert records[-1].seconds <= call.audio_seconds
    assert len((folder / "timing.jsonl").read_text().splitlines()) == round(call.audio_seconds * 50)
    assert json.loads((folder / "call.json").read_text("utf-8")) == call.document()


def test_logs_are_the_same_twice_in_any_order_and_among_eight_jobs(tmp_path: Path) -> None:
    paths = [str(FIXTURES / name) for name in SHORT]
    replayed(paths, tmp_path / "once")
    replayed(paths[::-1], tmp_path / "again")
    replayed(paths * 3, tmp_path / "eight", jobs=8)
    once, again, eight = (logs(tmp_path / name) for name in ("once", "again", "eight"))
    assert len(once) == len(SHORT)
    assert again == once
    for name, log in eight.items():
        original = once[name.removesuffix("-2").removesuffix("-3")]
        named = log.replace(f'"name":"{name}"'.encode(), f'"name":"{name.removesuffix("-2").removesuffix("-3")}"'.encode())
        assert named == original


def test_the_caller_leg_of_a_replay_replays_to_the_same_decisions(tmp_path: Path) -> None:
    """What a call sounded like is enough to repeat it: its caller leg as a plain recording, with nothing but the profile."""
    first = replayed([str(FIXTURES / "zh-plain")], tmp_path / "first")["zh-plain"]
    leg = open_recording(tmp_path / "first" / "zh-plain" / "call.wav").caller_samples()
    write_wav(tmp_path / "leg.wav", leg)
    second = replayed([str(tmp_path / "leg.wav")], tmp_path / "second")["leg"]
    assert isinstance(first, ReplayedCall)
    assert isinstance(second, ReplayedCall)
    said = [line for line in first.transcript if line.get("kind") != "ended"]
    assert [line for line in second.transcript if line.get("kind") != "ended"] == said


def test_stereo_recordings_give_the_left_channel_and_odd_rates_are_read(tmp_path: Path) -> None:
    words = open_recording(FIXTURES / "zh-plain" / "1.wav").caller_samples()
    lead = np.zeros(5 * 16_000, np.int16)
    leg = np.concatenate([lead, words, lead])
    write_wav(tmp_path / "stereo.wav", np.stack([leg, np.roll(leg, 9000)], axis=1))
    write_wav(tmp_path / "law.wav", leg[::2], 8000, "alaw")
    calls = replayed([str(tmp_path)])
    for call in calls.values():
        assert isinstance(call, ReplayedCall)
        assert any("花呗" in line["text"] for line in call.transcript if line["leg"] == "caller")


def test_names_are_unique_and_folders_are_searched(tmp_path: Path) -> None:
    for folder in ("a", "b"):
        (tmp_path / folder).mkdir()
        write_wav(tmp_path / folder / "x.wav", np.zeros(1600, np.int16))
    shutil.copytree(FIXTURES / "en-agent", tmp_path / "b" / "fixture")
    tasks = find_recordings([str(tmp_path)], ReplaySettings())
    assert [task.name for task in tasks] == ["x", "x-2", "fixture"]


def test_the_calls_of_a_language_are_replayed_together_and_the_next_language_in_another_process() -> None:
    names = ["zh-agent", "en-agent", "zh-hang-up", "en-hang-up"]
    tasks = find_recordings([str(FIXTURES / name) for name in names], ReplaySettings(model="bundled"))
    order = [task.name for task, what in replay(tasks) if isinstance(what, ReplayedCall)]
    assert order == ["zh-agent", "zh-hang-up", "en-agent", "en-hang-up"]
    assert [[task.name for task in part] for part in room._by_engine(tasks)] == [order[:2], order[2:]]


@pytest.mark.parametrize("what", ["nosuch", "empty"])
def test_nothing_to_replay_is_said(tmp_path: Path, what: str) -> None:
    (tmp_path / "empty").mkdir()
    with pytest.raises(VoicebotError, match=f"{what}: (no such file|holds no WAV)"):
        find_recordings([str(tmp_path / what)], ReplaySettings())


def test_one_bad_file_does_not_stop_the_others(tmp_path: Path) -> None:
    (tmp_path / "a-bad.wav").write_bytes(b"RIFF\0\0")
    write_wav(tmp_path / "b-good.wav", np.zeros(16_000, np.int16))
    calls = replayed([str(tmp_path)])
    assert isinstance(calls["a-bad"], Failed)
    assert isinstance(calls["b-good"], ReplayedCall)


def test_a_worker_that_is_killed_costs_only_its_call(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(room, "replay_one", _dies_of_noise)
    calls = replayed([str(FIXTURES / name) for name in SHORT], jobs=2)
    dead = calls.pop("zh-noise")
    assert isinstance(dead, Failed)
    assert dead.crashed
    assert "SIGKILL" in dead.error
    assert all(isinstance(call, ReplayedCall) for call in calls.values())


_REPLAY_ONE = room.replay_one


def _dies_of_noise(task: room.ReplayTask, report: room.Report) -> ReplayedCall:
    if task.name == "zh-noise":
        os.kill(os.getpid(), signal.SIGKILL)
    return _REPLAY_ONE(task, report)


def test_a_recording_cut_short_is_replayed_and_said(tmp_path: Path) -> None:
    write_wav(tmp_path / "x.wav", np.zeros(32_000, np.int16))
    (tmp_path / "x.wav").write_bytes((tmp_path / "x.wav").read_bytes()[:20_000])
    (call,) = replayed([str(tmp_path / "x.wav")]).values()
    assert isinstance(call, ReplayedCall)
    assert "promises more" in call.note
