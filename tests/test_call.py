"""One call from frames to frames: what it takes, what it gives, and that it is a pure function of them."""

import hashlib
import random
import time
from typing import Any

import numpy as np
import pytest

from voicebot.audio.effects import set_level
from voicebot.audio.tones import keys
from voicebot.audio.wav import open_recording
from voicebot.call import Call
from voicebot.engine import Engine
from voicebot.errors import AudioError
from voicebot.events import (
    CallEnded,
    CallerSilentFor,
    CallerTurnTaken,
    CallOpened,
    KeyPressed,
    PromptFinished,
    PromptStarted,
    PromptStopped,
    Recognized,
    SpeechDiscarded,
    write_log,
)
from voicebot.types import FRAME_SAMPLES, FRAMES_PER_SECOND, SAMPLE_RATE, SILENCE, Samples

from .conftest import FIXTURES

QUIET_RMS = 10.0


def words(name: str) -> Samples:
    """A recorded caller turn of the fixtures."""
    return open_recording(FIXTURES / name).caller_samples()


def push_seconds(call: Call, seconds: float) -> list[Samples]:
    return [call.push(SILENCE) for _ in range(round(seconds * FRAMES_PER_SECOND))]


def push_audio(call: Call, samples: Samples) -> list[Samples]:
    padded = np.pad(samples, (0, -len(samples) % FRAME_SAMPLES))
    return [call.push(frame) for frame in padded.reshape(-1, FRAME_SAMPLES)]


def until_waiting(call: Call, limit: float = 60.0) -> None:
    """Silence until the bot has said all it had to say."""
    for _ in range(round(limit * FRAMES_PER_SECOND)):
        call.push(SILENCE)
        if call.waiting or call.ended:
            return
    raise AssertionError("the bot never finished")


def logged(call: Call, kind: type) -> list[Any]:
    return [record.event for record in call.log if isinstance(record.event, kind)]


def sounding(frame: Samples) -> bool:
    return float(np.sqrt(np.mean(frame.astype(float) ** 2))) > QUIET_RMS


# ---------------------------------------------------------------- what goes in and comes out


def test_the_bot_speaks_first_and_frames_come_back_one_for_one(chinese_engine: Engine) -> None:
    call = Call(chinese_engine)
    heard = push_seconds(call, 2.0)
    assert all(frame.shape == (FRAME_SAMPLES,) and frame.dtype == np.int16 for frame in heard)
    assert any(sounding(frame) for frame in heard[:25])
    assert isinstance(call.log.records[0].event, CallOpened)
    assert logged(call, PromptStarted)[0].act == "greet"


@pytest.mark.parametrize(
    "frame",
    [np.zeros(319, np.int16), np.zeros(320, np.float32), np.zeros((320, 1), np.int16), np.full(320, np.nan), b"\0" * 640, None],
)
def test_what_is_no_frame_is_refused_and_changes_nothing(chinese_engine: Engine, frame: Any) -> None:
    call, other = Call(chinese_engine), Call(chinese_engine)
    push_seconds(call, 0.5)
    push_seconds(other, 0.5)
    with pytest.raises(AudioError, match="320 samples of int16"):
        call.push(frame)
    push_seconds(call, 0.5)
    push_seconds(other, 0.5)
    assert write_log(call.log) == write_log(other.log)


def test_a_question_asked_aloud_is_recognised_answered_and_confirmed(chinese_engine: Engine) -> None:
    call = Call(chinese_engine, profile={"events": ("refund_pending",)})
    until_waiting(call)
    push_audio(call, words("zh-yes-in-other-words/1.wav"))
    until_waiting(call)
    acts = [prompt.act for prompt in logged(call, PromptStarted)]
    assert acts[:2] == ["greet", "proactive_guess"]
    assert "answer" in acts
    assert logged(call, CallerTurnTaken)[0].acts["affirm"] > 0.5
    assert logged(call, Recognized)[0].grammar


def test_who_speaks_into_a_prompt_stops_it_and_is_understood_from_the_first_sound(chinese_engine: Engine) -> None:
    call = Call(chinese_engine, profile={"events": ("huabei_repayment_failed",)})
    push_seconds(call, 3.0)
    spoken_over = push_audio(call, words("zh-wrong-guess/1.wav"))
    stops = logged(call, PromptStopped)
    assert len(stops) == 1
    assert 0.0 < stops[0].fraction < 1.0
    stopped_at = next(r.frame for r in call.log if isinstance(r.event, PromptStopped)) - round(3.0 * FRAMES_PER_SECOND)
    assert not any(sounding(frame) for frame in spoken_over[stopped_at + 1 :])
    push_seconds(call, 2.0)
    turn = logged(call, CallerTurnTaken)[0]
    assert turn.interrupted == stops[0].name
    assert turn.acts["deny"] > 0.5


@pytest.mark.parametrize("voice", ["en-us+f4", "en-us+f2", "en-us+m1"])
def test_a_short_no_is_an_answer_though_no_partial_showed_it(english_engine: Engine, voice: str) -> None:
    call = Call(english_engine, profile={"events": ["huabei_repayment_failed"]})
    until_waiting(call)
    push_audio(call, english_engine.renderer.render("no", voice, 165).samples)
    push_seconds(call, 1.5)
    (turn,) = logged(call, CallerTurnTaken)
    assert turn.text in ("no", "nope")
    assert not logged(call, SpeechDiscarded)


def test_a_buzz_while_an_answer_is_awaited_is_no_answer(english_engine: Engine) -> None:
    call = Call(english_engine, profile={"events": ["huabei_repayment_failed"]})
    until_waiting(call)
    hum = sum(np.sin(2 * np.pi * 150 * harmonic * np.arange(6_400) / SAMPLE_RATE) / harmonic for harmonic in range(1, 12))
    push_audio(call, set_level(np.round(4_000 * hum).astype(np.int16), -20.0))
    push_seconds(call, 1.5)
    assert logged(call, SpeechDiscarded)
    assert not logged(call, CallerTurnTaken)


def test_silence_is_noticed_and_ends_with_an_agent(chinese_engine: Engine) -> None:
    call = Call(chinese_engine)
    for _ in range(60 * FRAMES_PER_SECOND):
        call.push(SILENCE)
        if call.ended:
            break
    assert [event.count for event in logged(call, CallerSilentFor)] == [1, 2, 3]
    assert logged(call, CallEnded)[0].outcome == "agent"


def test_after_the_call_only_silence_comes_back(chinese_engine: Engine) -> None:
    call = Call(chinese_engine)
    push_seconds(call, 1.0)
    call.hang_up()
    assert call.ended
    records = len(call.log)
    assert not np.any(np.concatenate(push_audio(call, words("zh-plain/1.wav"))))
    call.hang_up()
    call.key("0")
    assert len(call.log) == records
    assert logged(call, CallEnded)[0].outcome == "abandoned"


@pytest.mark.parametrize("by_tone", [False, True])
def test_zero_asks_for_an_agent_as_an_event_or_as_a_tone(chinese_engine: Engine, by_tone: bool) -> None:
    call = Call(chinese_engine)
    until_waiting(call)
    if by_tone:
        push_audio(call, keys("0", on=0.12))
    else:
        call.key("0")
    push_seconds(call, 0.6)
    assert [event.key for event in logged(call, KeyPressed)] == ["0"]
    until_waiting(call)
    assert any(prompt.act in ("brief", "transfer") for prompt in logged(call, PromptStarted))


def test_keys_that_no_telephone_has_are_taken_from_the_line_and_not_from_the_sound(chinese_engine: Engine) -> None:
    call = Call(chinese_engine)
    until_waiting(call)
    push_audio(call, keys("D", on=0.2))
    push_seconds(call, 0.5)
    assert not logged(call, KeyPressed)
    call.key("D")
    push_seconds(call, 0.1)
    assert [event.key for event in logged(call, KeyPressed)] == ["D"]


def test_a_key_that_does_not_exist_is_refused(chinese_engine: Engine) -> None:
    call = Call(chinese_engine)
    push_seconds(call, 0.1)
    with pytest.raises(ValueError, match="not a key of the key pad"):
        call.key("12")
    assert not logged(call, KeyPressed)


@pytest.mark.parametrize("system", ["one-shot", "menu"])
def test_the_systems_it_is_compared_with_take_calls_too(chinese_engine: Engine, system: str) -> None:
    call = Call(chinese_engine, system=system)
    until_waiting(call)
    call.key("1")
    push_seconds(call, 1.0)
    call.hang_up()
    assert call.log.records[0].event.system == system  # type: ignore[union-attr]
    assert logged(call, PromptFinished)


# ---------------------------------------------------------------- purity


def talk(engine: Engine, pause: float = 0.0) -> str:
    """A whole call's log; `pause`: how slowly its frames come, wall seconds each."""
    call = Call(engine, profile={"events": ("refund_pending",)}, echo=pause > 0)
    leg = np.concatenate([np.zeros(4 * 16_000, np.int16), words("zh-yes-in-other-words/1.wav"), np.zeros(3 * 16_000, np.int16)])
    for frame in leg[: len(leg) // FRAME_SAMPLES * FRAME_SAMPLES].reshape(-1, FRAME_SAMPLES):
        call.push(frame)
        if pause:
            time.sleep(pause)
    call.hang_up()
    return write_log(call.log)


def test_the_same_frames_give_the_same_log_however_fast_they_come(chinese_engine: Engine) -> None:
    fast, slow = talk(chinese_engine, 1e-9), talk(chinese_engine, 0.002)
    assert fast == slow


def test_calls_that_run_beside_each_other_do_not_touch(chinese_engine: Engine, english_engine: Engine) -> None:
    """Frames of several calls pushed in any interleaving: each log as if it were alone."""
    alone = {name: _leg_log(name, chinese_engine, english_engine) for name in ("zh-plain", "en-plain", "zh-telephone")}
    chance = random.Random(7)
    calls = {name: Call(chinese_engine if name.startswith("zh") else english_engine) for name in alone}
    legs = {name: list(_leg(name)) for name in alone}
    while any(legs.values()):
        name = chance.choice([name for name, frames in legs.items() if frames])
        calls[name].push(legs[name].pop(0))
    assert {name: _digest(call) for name, call in calls.items()} == alone


def _leg(name: str) -> Samples:
    leg = np.concatenate([np.zeros(5 * 16_000, np.int16), words(f"{name}/1.wav"), np.zeros(2 * 16_000, np.int16)])
    return leg[: len(leg) // FRAME_SAMPLES * FRAME_SAMPLES].reshape(-1, FRAME_SAMPLES)


def _leg_log(name: str, chinese: Engine, english: Engine) -> str:
    call = Call(chinese if name.startswith("zh") else english)
    for frame in _leg(name):
        call.push(frame)
    return _digest(call)


def _digest(call: Call) -> str:
    return hashlib.sha256(write_log(call.log).encode()).hexdigest()


def test_a_call_opens_no_file_and_reads_no_clock(chinese_engine: Engine, monkeypatch: pytest.MonkeyPatch) -> None:
    """The standard library's doors to disk, clock, network and chance are shut while frames are pushed."""
    talk(chinese_engine)  # every prompt is in memory now

    def shut(*_: object, **__: object) -> None:
        raise AssertionError("a call reached outside")

    import builtins
    import os
    import socket

    doors = {
        builtins: ("open",),
        os: ("open", "stat", "urandom"),
        time: ("time", "monotonic", "perf_counter", "sleep"),
        socket: ("socket",),
        random: ("random",),
    }
    for module, names in doors.items():
        for name in names:
            monkeypatch.setattr(module, name, shut)
    log = talk(chinese_engine)
    monkeypatch.undo()
    assert log == talk(chinese_engine)
