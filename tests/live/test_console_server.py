"""The console's server and workers, over real sockets: calls in sound and by typing, queue, limits, crashes."""

import threading
import urllib.error
from contextlib import suppress
from pathlib import Path
from typing import Any

import numpy as np
import pytest

from tests.conftest import FIXTURES
from tests.live.console import HOTLINE, Console, freeze, kill, loudness, page, serving, speak
from voicebot.audio.wav import open_recording
from voicebot.engine import Engine
from voicebot.events import read_log, to_json_line
from voicebot.replay import ReplaySettings, ReplayTask, replay_one
from voicebot.types import FRAME_SAMPLES


def test_a_chat_reaches_the_answer_and_its_figures(console: Console) -> None:
    with page(console, doing="chat") as end:
        assert end.until_type("opened") == {"type": "opened", "recorded": False}
        end.until_event("Decided", act="ask")
        end.send(type="say", text="花呗还款怎么一直失败")
        assert end.until_event("QuestionLocated")["question"] == "huabei_repayment_failed"
        end.send(type="say", text="清楚了")
        end.until_event("Decided", act="anything_else")
        end.send(type="say", text="没有了")
        ended = end.until_type("ended")
    assert (ended["call"]["outcome"], ended["call"]["confirmed"]) == ("self_service", True)
    assert end.next() is None
    assert end.sounds == []
    assert console.get("/api/kpis")["kpis"]["coverage"]["k"] >= 1


def test_a_call_by_microphone_is_kept_and_replays_to_the_same_decisions(console: Console, records: Path, tmp_path: Path) -> None:
    stop = threading.Event()
    frames = [np.zeros(FRAME_SAMPLES, np.int16)] * 150 + list(open_recording(FIXTURES / "zh-agent" / "1.wav").caller_frames())
    with page(console, doing="talk", record=True) as end:
        assert end.until_type("opened")["recorded"]
        speak(end, frames, stop)
        end.until_event("CallerTurnTaken")
        end.send(type="hangup")
        ended = end.until_type("ended")
        stop.set()
    numbers = [int.from_bytes(sound[:4], "little", signed=True) for sound in end.sounds]
    notice = sum(number < 0 for number in numbers)
    assert notice > 50, "the notice is spoken before the call"
    assert numbers == list(range(-notice, len(numbers) - notice)), "then one frame for each, in order"
    assert all(len(sound) == 8 + 2 * FRAME_SAMPLES for sound in end.sounds), "a caller's own voice is not sent back"
    folder = records / ended["saved"]
    live = read_log((folder / "events.jsonl").read_text("utf8"))
    task = ReplayTask(str(folder / "call.yaml"), "kept", ReplaySettings(model="bundled", out=str(tmp_path)))
    replay_one(task, lambda record: None)
    again = read_log((tmp_path / "kept" / "events.jsonl").read_text("utf8"))

    def decisions(records: list) -> list[str]:  # type: ignore[type-arg]
        return [to_json_line(record) for record in records[1:] if type(record.event).__name__ != "VoiceLate"]

    assert decisions(again) == decisions(live)
    listed = console.get("/api/library")["calls"][0]
    assert (listed["origin"], listed["name"]) == ("kept", ended["saved"])
    laid_out = console.get(f"/api/library/{listed['id']}")
    assert len(laid_out["peaks"]["bot"]) == len(laid_out["peaks"]["caller"]) > 0
    assert any(event["event"] == "CallerTurnTaken" for event in laid_out["events"])


def test_typed_words_are_spoken_into_the_call_and_stop_the_bot(console: Console) -> None:
    with page(console, doing="keyboard") as end:
        greeting = end.until_event("PromptStarted")
        end.send(type="say", text="我要找人工")
        stopped = end.until_event("PromptStopped")
        taken = end.until_event("CallerTurnTaken")
    assert greeting["name"] == stopped["name"]
    assert "人工" in taken["text"]
    sounds = {int.from_bytes(sound[:4], "little", signed=True): sound for sound in end.sounds}
    after = [loudness(sounds[number]) for number in range(stopped["frame"] + 1, stopped["frame"] + 10)]
    assert max(after) == 0, "silent from the next frame on"
    assert len(next(iter(sounds.values()))) == 8 + 4 * FRAME_SAMPLES, "both legs: the page did not speak itself"


def test_keys_reach_the_call(console: Console) -> None:
    with page(console, doing="keyboard") as end:
        end.until_event("PromptStarted")
        end.send(type="key", key="0")
        assert end.until_event("KeyPressed")["key"] == "0"


def test_a_scripted_call_can_be_watched(console: Console) -> None:
    listed = next(script for script in console.get("/api/console")["scripts"] if "hang-up-at-once" in script["id"])
    with page(console, doing="watch", source=listed["id"], language=listed["language"]) as end:
        ended = end.until_type("ended")
    assert ended["call"]["outcome"] == "abandoned"


def test_a_simulated_call_can_be_watched(console: Console) -> None:
    with page(console, doing="watch", source="simulated", seed=7) as end:
        opened = end.until_event("CallOpened")
        end.until_event("SpeechStarted")
    assert opened["labels"]["name"] == "00007"
    assert opened["telephone"]


def test_closing_the_page_ends_the_call(console: Console) -> None:
    with page(console, doing="keyboard") as end:
        end.until_event("PromptStarted")
        console.wait_for(lambda state: state["running"] == 1)
    console.wait_for(lambda state: state["running"] == 0)


def test_beyond_the_limit_callers_wait_their_turn(console: Console) -> None:
    with page(console, doing="chat") as first, page(console, doing="chat") as second:
        first.until_type("opened")
        second.until_type("opened")
        with page(console, doing="chat") as third, page(console, doing="chat") as fourth:
            assert third.next() == {"type": "queued", "position": 1, "why": "busy"}
            assert fourth.next() == {"type": "queued", "position": 2, "why": "busy"}
            first.send(type="hangup")
            first.until_type("ended")
            third.until_type("opened")
            assert fourth.until_type("queued")["position"] == 1
            fourth.send(type="hangup")
            assert fourth.next() is None, "who hangs up while waiting is gone"
            assert console.get("/api/state")["waiting"] == 0


@pytest.mark.parametrize(
    ("message", "why"),
    [
        ("{", "Invalid JSON"),
        ('{"type":"start","doing":"shout"}', "doing"),
        ('{"type":"start","doing":"chat","hotline":"/etc","language":"zh-CN"}', "not offered"),
        (
            '{"type":"start","doing":"watch","hotline":"hotline_95188","language":"zh-CN","source":"../../etc/passwd"}',
            "no such call",
        ),
        ('{"type":"start","doing":"chat","hotline":"hotline_95188","language":"zh-CN","profile":{"events":["x"]}}', "events"),
        ("x" * 9000, "bytes at most"),
        (b"\0" * 640, "before the call"),
    ],
)
def test_what_is_no_start_is_refused_in_a_line(console: Console, message: str | bytes, why: str) -> None:
    with page(console) as end:
        end.socket.send(message)
        refused = end.until_type("refused")
        assert why in refused["text"]
        assert "\n" not in refused["text"]
        assert end.next() is None


def test_frames_of_another_size_are_refused(console: Console) -> None:
    with page(console, doing="talk") as end:
        end.until_type("opened")
        end.socket.send(b"\0" * 642)
        assert "640 bytes" in end.until_type("refused")["text"]


def test_more_sound_than_time_is_refused(console: Console) -> None:
    from websockets.exceptions import ConnectionClosed

    with page(console, doing="talk") as end:
        end.until_type("opened")
        with suppress(ConnectionClosed):  # refused before all of it was sent
            for _ in range(800):
                end.socket.send(b"\0" * 640)
        assert end.until_type("refused")["why"] == "fast"
    console.wait_for(lambda state: state["running"] == 0)


def test_pages_of_other_sites_get_no_connection(console: Console) -> None:
    from websockets.exceptions import InvalidStatus
    from websockets.sync.client import connect

    address = console.origin.replace("http", "ws") + "/ws"
    for origin in ("http://evil.example", None):
        with pytest.raises(InvalidStatus, match="403"), connect(address, origin=origin):
            pass
    with pytest.raises(urllib.error.HTTPError, match="403"):
        console.get("/api/state", Host="evil.example")


@pytest.mark.parametrize("path", ["/page/..%2fapp.py", "/page/nothing.js", "/api/questions/xx-XX?hotline=hotline_95188"])
def test_nothing_but_the_pages_files_is_given(console: Console, path: str) -> None:
    with pytest.raises(urllib.error.HTTPError, match="404"):
        console.get(path)


def test_the_questions_of_the_pack_are_shown(console: Console, english_engine: Engine) -> None:
    shown = console.get(f"/api/questions/en-US?hotline={HOTLINE}")
    ids = [question["id"] for business in shown["businesses"] for question in business["questions"]]
    assert sorted(ids) == sorted(english_engine.hotline.questions)


def test_a_worker_that_crashes_says_sorry_and_the_next_call_works(console: Console) -> None:
    with page(console, doing="keyboard") as end, page(console, doing="chat") as other:
        end.until_event("PromptStarted")
        other.until_type("opened")
        (pid,) = console.get("/api/state")["workers"]
        kill(pid)
        end.until_type("apology")
        before = len(end.sounds)
        failed = end.until_type("failed")
        assert "died" in failed["error"]
        assert max(map(loudness, end.sounds[before:])) > 1000, "the apology is spoken"
        assert end.next() is None
        other.until_type("failed")
    state = console.wait_for(lambda state: len(state["workers"]) == 1 and state["workers"] != [pid])
    assert state["crashes"] == 1
    assert any("SIGSEGV" in line and "2 calls" in line for line in console.said)
    with page(console, doing="chat") as end:
        end.until_event("PromptStarted")


@pytest.mark.parametrize("doing", ["keyboard", "talk"])
def test_a_worker_that_hangs_is_ended_and_says_sorry(console: Console, doing: str) -> None:
    stop = threading.Event()
    with page(console, doing=doing) as end:
        end.until_type("opened")
        if doing == "talk":
            speak(end, [], stop)
        end.until_event("PromptStarted")
        (pid,) = console.get("/api/state")["workers"]
        freeze(pid)
        end.until_type("apology")
        end.until_type("failed")
        stop.set()
    console.wait_for(lambda state: len(state["workers"]) == 1 and state["workers"] != [pid])
    assert any("has not answered" in line for line in console.said)


def test_a_crash_leaves_the_calls_of_other_workers_alone(console: Console) -> None:
    with serving("--workers", "2", "--max-calls", "2", "--model", "bundled") as two:
        two.wait_for(lambda state: len(state["workers"]) == 2)
        with page(two, doing="chat") as one, page(two, doing="chat") as other:
            one.until_event("PromptStarted")
            other.until_event("PromptStarted")
            kill(two.get("/api/state")["workers"][0])
            two.wait_for(lambda state: state["crashes"] == 1)
            for end in (one, other):
                end.send(type="say", text="花呗还款怎么一直失败")
            ends = [end.until(lambda message: message["type"] == "failed" or _located(message)) for end in (one, other)]
    assert sorted(message["type"] for message in ends) == ["events", "failed"]


def _located(message: dict[str, Any]) -> bool:
    return any(event["event"] == "QuestionLocated" for event in message.get("events", []))
