"""Callers who speak: a whole call with everything real, twice the same, and what a line does to a voice."""

from dataclasses import replace

import numpy as np
import pytest

from voicebot.audio.levels import active_level_db, level_db
from voicebot.events import CallEnded, CallerTurnTaken, PromptStarted, Recognized, write_log
from voicebot.metrics.call_record import call_record
from voicebot.simulation.audio_tier import hold_spoken_call
from voicebot.simulation.cast import Cast
from voicebot.simulation.observations import observe
from voicebot.simulation.phrasing import Utterance
from voicebot.simulation.sound import CallerLeg, background, voiced
from voicebot.tts import CachedSynthesizer, Renderer
from voicebot.types import FRAME_SAMPLES, OTHER


@pytest.fixture(scope="module")
def voice():
    return CachedSynthesizer(Renderer())


@pytest.fixture(scope="module")
def patient(cast):
    """An easy caller: clear, on a good line."""
    for number in range(400):
        caller = cast.caller(41, number)
        persona = caller.persona
        plain = not (persona.vague or persona.agent_first or persona.early or persona.keys)
        if plain and caller.goal.question != OTHER and caller.goal.second is None and caller.profile_kind == "informative":
            line = replace(caller.line, snr_db=30.0, t60_s=None, echo_attenuation_db=None, loss_rate=0.0)
            return replace(caller, line=line)
    raise AssertionError("nobody is like that")


@pytest.fixture(scope="module")
def call(chinese_engine, patient, voice):
    return hold_spoken_call(chinese_engine, Cast.load(chinese_engine.hotline), patient, "full", voice)


def test_a_call_is_held_to_its_end(call, patient):
    assert isinstance(call.log.records[-1].event, CallEnded)
    assert any(isinstance(r.event, CallerTurnTaken) for r in call.log.records)
    assert call_record(call.log.records).true_question == patient.goal.question
    assert call.said


def test_the_caller_speaks_after_the_bot_unless_they_cut_in(call):
    first = call.said[0][0]
    prompts = [r.frame for r in call.log.records if isinstance(r.event, PromptStarted) and r.frame < first]
    assert prompts


def test_the_same_call_twice(chinese_engine, patient, voice, call):
    again = hold_spoken_call(chinese_engine, Cast.load(chinese_engine.hotline), patient, "full", voice)
    assert write_log(again.log.records) == write_log(call.log.records)


def test_what_was_heard_is_observed(call, patient):
    seen = observe(call.log.records, call.said, call.expected, patient.line.snr_db, "zh-CN")
    assert len(seen) == len(call.said)
    recognized = [r for r in call.log.records if isinstance(r.event, Recognized)]
    heard = [observation for observation in seen if observation.heard is not None]
    assert 1 <= len(heard) <= len(recognized)
    assert all(observation.units > 0 and observation.wait_s is None or observation.wait_s > 0 for observation in heard)


def test_menu_by_key(chinese_engine, patient, voice):
    held = hold_spoken_call(chinese_engine, Cast.load(chinese_engine.hotline), patient, "menu", voice)
    record = call_record(held.log.records)
    assert record.located == patient.goal.question
    assert not held.said


def test_noise_lies_where_it_was_drawn(patient):
    for snr in (0.0, 10.0, 20.0):
        caller = replace(patient, line=replace(patient.line, snr_db=snr, noise="babble"))
        assert abs(level_db(background(caller)) - (caller.line.level_dbfs - snr)) < 3.0


def test_a_voice_keeps_its_level_and_its_pauses(patient, voice):
    one = voiced(patient, Utterance(("我的花呗还不了款",)), voice)
    two = voiced(patient, Utterance(("我的花呗", "还不了款"), pause_s=1.0), voice)
    assert abs(active_level_db(one) - patient.line.level_dbfs) < 3.0
    assert len(two) > len(one) + 12_000


def test_lost_packets_and_echo(patient):
    lossy = CallerLeg(replace(patient, line=replace(patient.line, loss_rate=0.5, snr_db=0.0)))
    whole = CallerLeg(replace(patient, line=replace(patient.line, snr_db=0.0)))
    frames = [(lossy.next_frame(), whole.next_frame()) for _ in range(200)]
    lost = sum(not np.array_equal(a, b) for a, b in frames)
    assert 60 < lost < 140
    echoing = CallerLeg(replace(patient, line=replace(patient.line, echo_attenuation_db=20.0, echo_delay_s=0.1, snr_db=35.0)))
    loud = np.full(FRAME_SAMPLES, 8000, np.int16)
    levels = []
    for _ in range(12):
        levels.append(level_db(echoing.next_frame()))
        echoing.hear_bot(loud)
    assert levels[-1] > levels[0] + 10
    assert levels[3] < levels[-1] - 10
