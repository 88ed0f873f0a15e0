"""Who has the floor, with audio from end to end: the real recogniser, player, canceller and key detector around one statement."""

import numpy as np
import pytest

from voicebot.audio.echo import EchoCanceller
from voicebot.audio.effects import coloured_noise, lose_packets
from voicebot.audio.hold_music import hold_music
from voicebot.audio.levels import frame_levels_db, level_db, scale, to_int16
from voicebot.audio.tones import keys, progress
from voicebot.audio.wav import open_recording
from voicebot.bench.loudness import measure
from voicebot.bench.stage import Played, play, stage_engine, statement, statement_speech
from voicebot.call import NOTHING, Call
from voicebot.engine import Engine
from voicebot.events import (
    CallEnded,
    CallerTurnTaken,
    Hushed,
    PromptFinished,
    PromptStarted,
    PromptStopped,
    Resumed,
    SpeechEnded,
    SpeechStarted,
)
from voicebot.types import FRAME_SAMPLES, FRAMES_PER_SECOND, SAMPLE_RATE, Expectation, Samples

from .conftest import FIXTURES

INTO = FRAMES_PER_SECOND
"""The caller begins 1 s into the statement."""


def recording(name: str) -> Samples:
    return open_recording(FIXTURES / name).caller_samples()


def quiet(seconds: float) -> Samples:
    return np.zeros(round(seconds * SAMPLE_RATE), np.int16)


def first_sound(samples: Samples) -> int:
    levels = frame_levels_db(samples)
    return int(np.flatnonzero(levels > levels.max() - 30.0)[0])


def into_statement(engine: Engine, caller: Samples, seconds: float, echo: tuple[float, float] | None = None) -> Played:
    stage = stage_engine(engine, statement=True, expects=Expectation(kind="statement"))
    return play(stage, caller, INTO, round(seconds * FRAMES_PER_SECOND), echo)


def listening(engine: Engine, caller: Samples, expects: Expectation) -> Played:
    stage = stage_engine(engine, statement=False, expects=expects)
    return play(stage, caller, INTO, INTO + len(caller) // FRAME_SAMPLES + 4 * FRAMES_PER_SECOND)


def frames_of(played: Played, kind: type) -> list[int]:
    return [record.frame for record in played.records if isinstance(record.event, kind)]


# ---------------------------------------------------------------- barge-in


def test_a_caller_who_speaks_up_stops_the_bot_and_is_heard_from_the_first_word_on(english_engine: Engine) -> None:
    caller = recording("en-interrupting/1.wav")
    played = into_statement(english_engine, caller, 9.0)
    begins = INTO + first_sound(caller)
    (stopped,) = frames_of(played, PromptStopped)[:1]
    assert begins < stopped < begins + FRAMES_PER_SECOND
    heard = played.bot[(stopped + 1) * FRAME_SAMPLES : (frames_of(played, SpeechEnded)[0]) * FRAME_SAMPLES]
    assert not heard.any(), "silence from the next frame on, until the turn is over"
    turns = [record.event.text for record in played.records if isinstance(record.event, CallerTurnTaken)]
    assert len(turns) == 1
    assert turns[0].startswith("no ")


def test_a_sign_of_listening_leaves_the_statement_alone(chinese_engine: Engine) -> None:
    prompt = statement_speech(chinese_engine)
    played = into_statement(chinese_engine, recording("zh-backchannel/3.wav"), prompt.seconds + 5.0)
    track = measure(statement("zh-CN").name, played.records, played.bot, prompt.samples)
    assert track.stopped is None
    assert track.finished is not None
    assert track.resumed_right
    assert not frames_of(played, CallerTurnTaken)


def test_a_longer_sign_of_listening_leaves_the_statement_alone(chinese_engine: Engine) -> None:
    """行吧行吧 was stopped for and given the floor back by models before; however it goes, nothing is lost."""
    prompt = statement_speech(chinese_engine)
    said = chinese_engine.renderer.render("行吧行吧", "cmn+f2", 170).samples
    played = into_statement(chinese_engine, said, prompt.seconds + 5.0)
    track = measure(statement("zh-CN").name, played.records, played.bot, prompt.samples)
    assert track.stopped is None
    assert track.finished is not None
    assert track.resumed_right
    assert not frames_of(played, CallerTurnTaken)


def test_a_sign_of_listening_that_stopped_the_bot_gives_the_floor_back(chinese_engine: Engine) -> None:
    """对对对对对 is told from the beginning of a sentence by its end alone."""
    prompt = statement_speech(chinese_engine)
    played = into_statement(
        chinese_engine, chinese_engine.renderer.render("对对对对对", "cmn+f2", 150).samples, prompt.seconds + 5.0
    )
    (stopped,), (resumed,) = frames_of(played, PromptStopped), frames_of(played, Resumed)[-1:]
    assert stopped < resumed
    track = measure(statement("zh-CN").name, played.records, played.bot, prompt.samples)
    assert track.stopped is None
    assert track.finished is not None
    assert track.resumed_right
    assert not frames_of(played, CallerTurnTaken)


@pytest.mark.parametrize(("seconds", "stops"), [(0.6, False), (3.6, True)])
def test_a_yes_answers_the_question_and_is_none_before_it(english_engine: Engine, seconds: float, stops: bool) -> None:
    """The call opens with a greeting, and a guess that is a yes/no question is queued behind it."""
    call = Call(english_engine, profile={"events": ["huabei_repayment_failed"]})
    caller = np.concatenate([quiet(seconds), english_engine.renderer.render("yes", "en-us+f3", 165).samples, quiet(0.4)])
    for start in range(0, len(caller) - FRAME_SAMPLES + 1, FRAME_SAMPLES):
        call.push(caller[start : start + FRAME_SAMPLES])
    stopped = [record.event.act for record in call.log if isinstance(record.event, PromptStopped)]
    assert stopped == (["proactive_guess"] if stops else [])


def test_the_bots_own_echo_is_nobody(chinese_engine: Engine) -> None:
    prompt = statement_speech(chinese_engine)
    played = into_statement(chinese_engine, quiet(1.0), prompt.seconds + 2.0, echo=(10.0, 0.06))
    assert frames_of(played, PromptFinished)
    assert not frames_of(played, PromptStopped)
    assert not frames_of(played, CallerTurnTaken)


def test_a_caller_is_heard_through_the_echo(english_engine: Engine) -> None:
    played = into_statement(english_engine, recording("en-interrupting/1.wav"), 9.0, echo=(10.0, 0.06))
    assert frames_of(played, PromptStopped)
    assert frames_of(played, CallerTurnTaken)


def test_an_echo_that_takes_another_way_is_turned_down_within_a_fifth_of_a_second(chinese_engine: Engine) -> None:
    far = statement_speech(chinese_engine).samples[: 10 * SAMPLE_RATE]
    at = 5 * SAMPLE_RATE
    ways = [np.concatenate([quiet(delay), scale(far, -10.0)])[: len(far)] for delay in (0.05, 0.09)]
    near = np.concatenate([ways[0][:at], ways[1][at:]])
    canceller, played, left = EchoCanceller(), quiet(0.02), []
    for start in range(0, len(far) - FRAME_SAMPLES + 1, FRAME_SAMPLES):
        left.append(canceller.push(near[start : start + FRAME_SAMPLES], played))
        played = far[start : start + FRAME_SAMPLES]
    after = slice(at + SAMPLE_RATE // 5, at + SAMPLE_RATE)
    assert level_db(near[after]) - level_db(np.concatenate(left)[after]) > 10.0


def on_a_slow_machine(engine: Engine, told: bool) -> list[type]:
    """What happens in 8 s of a call whose bot is heard 10 dB down, a sixth of a second late, and from the third second on half a
    second later still. `told`: the call is told what sounded when."""
    call = Call(engine, echo=True)
    said: list[Samples] = []
    for frame in range(8 * FRAMES_PER_SECOND):
        now = frame - 3 if frame < 3 * FRAMES_PER_SECOND else frame - 28
        heard = now - 8
        near = scale(said[heard], -10.0) if heard >= 0 else quiet(0.02)
        said.append(call.push(near, max(now, NOTHING) if told else None))
    return [type(record.event) for record in call.log]


def test_what_the_loudspeaker_played_late_is_known_for_echo(chinese_engine: Engine) -> None:
    assert not {SpeechStarted, Hushed} & set(on_a_slow_machine(chinese_engine, told=True))
    assert SpeechStarted in on_a_slow_machine(chinese_engine, told=False), "else it would be no test"


# ---------------------------------------------------------------- numbers and keys


def test_digits_with_a_long_pause_are_one_turn(english_engine: Engine) -> None:
    digits = recording("en-person-digits/3.wav")
    caller = np.concatenate([digits, quiet(0.7), digits])
    played = listening(english_engine, caller, Expectation(kind="digits", length=8))
    over = frames_of(played, SpeechEnded)
    last = INTO + len(caller) // FRAME_SAMPLES
    levels = frame_levels_db(caller)
    assert len(over) == 1
    assert over[0] > INTO + int(np.flatnonzero(levels > levels.max() - 30.0)[-1])
    assert over[0] < last + 2 * FRAMES_PER_SECOND


def test_keys_pressed_into_a_prompt_stop_it_and_are_all_taken(english_engine: Engine) -> None:
    stage = stage_engine(english_engine, statement=True, expects=Expectation(kind="digits", length=4))
    played = play(stage, keys("4071"), INTO, 6 * FRAMES_PER_SECOND)
    (stopped,) = frames_of(played, PromptStopped)[:1]
    assert stopped <= INTO + 8, "within the first key"
    turns = [record.event for record in played.records if isinstance(record.event, CallerTurnTaken)]
    assert [(turn.text, turn.keys) for turn in turns] == [("4071", True)]


def test_an_entry_of_keys_is_taken_when_the_last_one_is_up(chinese_engine: Engine) -> None:
    tones = keys("4071")
    last = INTO + int(np.flatnonzero(tones)[-1]) // FRAME_SAMPLES
    played = listening(chinese_engine, tones, Expectation(kind="digits", length=4))
    (taken,) = frames_of(played, CallerTurnTaken)
    assert last <= taken <= last + 5


# ---------------------------------------------------------------- unpleasant audio

RNG = np.random.default_rng(7)
LONG = 20 * SAMPLE_RATE


def _chords() -> Samples:
    t = np.arange(LONG) / SAMPLE_RATE
    notes = [220 * 2 ** (step / 12) * (1 + (t // 0.5 % 4) / 6) for step in (0, 4, 7)]
    return to_int16(3000 * np.sum([np.sin(2 * np.pi * np.cumsum(hz) / SAMPLE_RATE) for hz in notes], axis=0))


def _clipped_talk() -> Samples:
    talk = np.resize(np.concatenate([recording("en-interrupting/1.wav"), quiet(0.4)]), LONG)
    return np.clip(talk.astype(np.int32) * 40, -32768, 32767).astype(np.int16)


UNPLEASANT = {
    "hold music": _chords,
    "a tune on hold": lambda: hold_music(LONG, RNG),
    "television": lambda: scale(np.resize(recording("en-interrupting/1.wav"), LONG), -18.0),
    "ringback": lambda: progress("ringback_us", 20.0),
    "babble": lambda: scale(coloured_noise("babble", LONG, RNG), -6.0),
    "loud noise": lambda: scale(coloured_noise("white", LONG, RNG), 20.0),
    "clipped talk without an end": _clipped_talk,
    "offset": lambda: np.full(LONG, 9000, np.int16),
    "digital silence": lambda: quiet(20.0),
    "lost packets": lambda: lose_packets(np.resize(recording("en-interrupting/1.wav"), LONG), RNG, 0.3),
}


@pytest.mark.parametrize("name", sorted(UNPLEASANT))
def test_no_sound_makes_the_call_stall_or_loop(english_engine: Engine, name: str) -> None:
    """Whatever comes over the line, the bot is heard again within half a minute, and says no more than a person could."""
    call = Call(english_engine)
    line = UNPLEASANT[name]()
    for start in range(0, len(line) - FRAME_SAMPLES + 1, FRAME_SAMPLES):
        call.push(line[start : start + FRAME_SAMPLES])
    for _ in range(10 * FRAMES_PER_SECOND):
        call.push(quiet(0.02))
    started = [record.frame for record in call.log if isinstance(record.event, PromptStarted)]
    length = 30 * FRAMES_PER_SECOND if not call.ended else next(r.frame for r in call.log if isinstance(r.event, CallEnded))
    assert max(np.diff([*started, length])) < 25 * FRAMES_PER_SECOND, "it spoke again and again"
    assert len(started) < 25, "but not without end"
