"""Key tones in the audio: what ITU-T Q.24 says must be accepted and must be refused, and what is no key at all."""

import numpy as np
import pytest

from voicebot.audio.dtmf import DtmfDetector
from voicebot.audio.effects import add_noise, coloured_noise, telephone
from voicebot.audio.levels import mix, scale, to_int16
from voicebot.audio.tones import KEY_TONES, PROGRESS_TONES, keys, progress
from voicebot.types import FRAME_SAMPLES, SAMPLE_RATE, Samples

ALL_KEYS = "0123456789*#ABCD"


def heard(samples: Samples) -> str:
    detector, found = DtmfDetector(), ""
    padded = np.pad(samples, (0, 5 * FRAME_SAMPLES))
    for start in range(0, len(padded) - FRAME_SAMPLES + 1, FRAME_SAMPLES):
        found += detector.push(padded[start : start + FRAME_SAMPLES]) or ""
    return found


def key_tone(key: str, seconds: float, detune: float = 0.0, twist_db: float = 0.0, level_db: float = -16.0) -> Samples:
    """A key tone with both frequencies off by the share `detune` and its column tone `twist_db` over its row tone."""
    t = np.arange(round(seconds * SAMPLE_RATE)) / SAMPLE_RATE
    row, column = (np.sin(2 * np.pi * hz * (1 + detune) * t) for hz in KEY_TONES[key])
    gain = 32768 * 10 ** (level_db / 20)
    return to_int16(gain * (row * 10 ** (-twist_db / 40) + column * 10 ** (twist_db / 40)))


def apart(*parts: Samples, seconds: float = 0.06) -> Samples:
    quiet = np.zeros(round(seconds * SAMPLE_RATE), np.int16)
    return np.concatenate([quiet, *(piece for part in parts for piece in (part, quiet))])


def test_every_key_is_heard_once() -> None:
    assert heard(keys(ALL_KEYS)) == ALL_KEYS


def test_random_keys_of_every_timing_level_tuning_and_twist_that_must_be_accepted() -> None:
    chance = np.random.default_rng(3)
    wanted = "".join(chance.choice(list("0123456789*#"), 200))
    parts = [
        apart(
            key_tone(
                key, chance.uniform(0.042, 0.2), chance.uniform(-0.015, 0.015), chance.uniform(-7, 3.5), chance.uniform(-30, -12)
            ),
            seconds=chance.uniform(0.042, 0.15),
        )
        for key in wanted
    ]
    assert heard(np.concatenate(parts)) == wanted


@pytest.mark.parametrize("key", "ABCD")
def test_keys_that_no_telephone_has_must_last_longer(key: str) -> None:
    assert heard(apart(key_tone(key, 0.04))) == ""
    assert heard(apart(key_tone(key, 0.08))) == key


@pytest.mark.parametrize("law", ["alaw", "mulaw"])
def test_keys_through_a_telephone(law: str) -> None:
    assert heard(telephone(keys(ALL_KEYS * 3), law)) == ALL_KEYS * 3


def test_keys_in_noise_15_db_below() -> None:
    chance = np.random.default_rng(4)
    line = apart(keys(ALL_KEYS * 2))
    assert heard(add_noise(line, coloured_noise("white", len(line), chance), 15.0)) == ALL_KEYS * 2


def test_a_key_held_down_is_one_key_and_pressed_twice_two() -> None:
    assert heard(key_tone("5", 2.0)) == "5"
    assert heard(apart(key_tone("5", 0.1), key_tone("5", 0.1))) == "55"


def test_an_interruption_of_10_ms_does_not_make_two_keys_of_one() -> None:
    tone = key_tone("8", 0.3)
    tone[2400:2560] = 0
    assert heard(apart(tone)) == "8"


@pytest.mark.parametrize("detune", [-0.04, 0.04])
def test_tones_out_of_tune_are_refused(detune: float) -> None:
    assert heard(apart(*(key_tone(key, 0.1, detune) for key in ALL_KEYS))) == ""


def test_a_tone_too_short_is_refused() -> None:
    assert heard(apart(*(key_tone(key, 0.02) for key in ALL_KEYS))) == ""


@pytest.mark.parametrize("name", sorted(PROGRESS_TONES))
def test_call_progress_is_no_key(name: str) -> None:
    assert heard(progress(name, 6.0)) == ""


def test_noise_clipping_offset_and_silence_are_no_keys() -> None:
    chance = np.random.default_rng(5)
    for kind in ("white", "pink", "brown", "hum", "babble"):
        noise = coloured_noise(kind, 5 * SAMPLE_RATE, chance)
        assert heard(noise) == ""
        assert heard(scale(noise, 40.0)) == ""
    assert heard(np.full(SAMPLE_RATE, 12000, np.int16)) == ""
    assert heard(np.zeros(SAMPLE_RATE, np.int16)) == ""


def test_a_key_over_an_offset_is_heard() -> None:
    tone = apart(key_tone("7", 0.15))
    assert heard(mix(tone, np.full(len(tone), 300, np.int16))) == "7"
