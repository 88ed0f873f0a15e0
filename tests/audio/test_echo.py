"""The echo canceller on speech-shaped signals: what it takes away, what it leaves alone, what it refuses."""

import numpy as np
import pytest

from voicebot.audio.echo import BLOCK, EchoCanceller
from voicebot.audio.effects import coloured_noise, echo_path, set_level
from voicebot.audio.levels import level_db, mix
from voicebot.errors import AudioError
from voicebot.types import FRAME_SAMPLES, SAMPLE_RATE, SILENCE, Samples


def bot_voice(seconds: float, seed: int = 0) -> Samples:
    """Syllables of speech-shaped noise, four a second, with gaps between them, at −20 dBFS."""
    rng = np.random.default_rng(seed)
    length = round(seconds * SAMPLE_RATE)
    open_mouth = np.repeat(rng.random(length * 8 // SAMPLE_RATE + 1) < 0.6, SAMPLE_RATE // 8)[:length]
    smooth = np.convolve(open_mouth, np.hanning(800) / np.hanning(800).sum(), mode="same")
    return set_level((coloured_noise("babble", length, rng) * smooth).astype(np.int16), -20.0)


def line_noise(length: int) -> Samples:
    return np.random.default_rng(99).normal(0.0, 15.0, length).astype(np.int16)


def echo_of(far: Samples, attenuation_db: float = 10.0, delay: float = 0.06) -> Samples:
    return mix(echo_path(far, attenuation_db, delay, np.random.default_rng(5)), line_noise(len(far)))


def cancelled(near: Samples, far: Samples) -> Samples:
    """What comes back when each frame of `near` is pushed with the frame that the bot played before it."""
    canceller, played, out = EchoCanceller(), SILENCE, []
    for start in range(0, len(near) - FRAME_SAMPLES + 1, FRAME_SAMPLES):
        out.append(canceller.push(near[start : start + FRAME_SAMPLES], played))
        played = far[start : start + FRAME_SAMPLES]
    return np.concatenate(out)


def seconds(samples: Samples, start: float, end: float) -> Samples:
    return samples[round(start * SAMPLE_RATE) : round(end * SAMPLE_RATE)]


@pytest.mark.parametrize("delay", [0.02, 0.06, 0.16])
@pytest.mark.parametrize("attenuation_db", [6.0, 10.0])
def test_an_echo_is_gone_from_the_first_moment_on(attenuation_db: float, delay: float) -> None:
    far = bot_voice(6.0)
    near = echo_of(far, attenuation_db, delay)
    left = cancelled(near, far)
    for start, end in [(0.2, 1.0), (1.0, 2.0), (2.0, 6.0)]:
        gone = level_db(seconds(near, start, end)) - level_db(seconds(left, start, end))
        assert gone > 20.0, f"{gone:.1f} dB between {start} and {end} s"


def test_the_caller_alone_comes_back_unchanged_one_block_later() -> None:
    near = bot_voice(1.0, seed=3)
    left = cancelled(near, np.zeros_like(near))
    assert np.array_equal(left[BLOCK:], near[:-BLOCK])


def test_in_double_talk_the_caller_stays_and_the_echo_goes() -> None:
    far = bot_voice(8.0)
    caller = np.zeros_like(far)
    begin, end = 5 * SAMPLE_RATE, 7 * SAMPLE_RATE
    caller[begin:end] = bot_voice(2.0, seed=8)
    left = cancelled(mix(echo_of(far), caller), far).astype(np.float64)
    wanted, got = caller[begin:end].astype(np.float64), left[begin + BLOCK : end + BLOCK]
    gain = wanted @ got / (wanted @ wanted)
    rest = got - gain * wanted
    assert 0.85 < gain < 1.1
    assert 10 * np.log10((wanted @ wanted) / (rest @ rest)) > 10.0


def test_a_caller_who_speaks_into_the_first_second_is_heard() -> None:
    far = bot_voice(4.0)
    caller = np.zeros_like(far)
    begin, end = SAMPLE_RATE // 2, 2 * SAMPLE_RATE
    caller[begin:end] = bot_voice(1.5, seed=8)
    left = cancelled(mix(echo_of(far), caller), far)
    assert level_db(left[begin:end]) > level_db(caller[begin:end]) - 10.0


def test_a_caller_in_double_talk_does_not_unlearn_the_echo() -> None:
    far = bot_voice(9.0)
    caller = np.zeros_like(far)
    caller[4 * SAMPLE_RATE : 6 * SAMPLE_RATE] = bot_voice(2.0, seed=8)
    near = mix(echo_of(far), caller)
    left = cancelled(near, far)
    assert level_db(seconds(near, 6.2, 7.0)) - level_db(seconds(left, 6.2, 7.0)) > 15.0


@pytest.mark.parametrize("parts_per_million", [-150, 150])
def test_a_drifting_delay_is_followed(parts_per_million: int) -> None:
    far = bot_voice(12.0)
    at = np.arange(len(far)) * (1 + parts_per_million * 1e-6)
    drifting = np.interp(at, np.arange(len(far)), far.astype(np.float64)).astype(np.int16)
    near = echo_of(drifting)
    left = cancelled(near, far)
    assert level_db(seconds(near, 9.0, 12.0)) - level_db(seconds(left, 9.0, 12.0)) > 15.0


def test_a_delay_that_jumps_is_learned_again() -> None:
    far = bot_voice(10.0)
    near = np.concatenate([seconds(echo_of(far, delay=0.04), 0, 5), seconds(echo_of(far, delay=0.12), 5, 10)])
    left = cancelled(near, far)
    assert level_db(seconds(near, 7.0, 10.0)) - level_db(seconds(left, 7.0, 10.0)) > 15.0


def test_the_same_frames_give_the_same_samples() -> None:
    far = bot_voice(1.0)
    assert np.array_equal(cancelled(echo_of(far), far), cancelled(echo_of(far), far))


def test_full_scale_and_silence_give_finite_samples() -> None:
    loud = np.full(FRAME_SAMPLES, 32767, np.int16)
    canceller = EchoCanceller()
    for _ in range(100):
        canceller.push(loud, loud)
    for _ in range(100):
        left = canceller.push(SILENCE, SILENCE)
    assert np.array_equal(left, SILENCE)


@pytest.mark.parametrize(
    "bad", [np.zeros(160, np.int16), np.zeros(320), np.full(320, np.nan), np.zeros((320, 1), np.int16), b"\0" * 640, None]
)
def test_a_bad_frame_is_one_clear_error_and_changes_nothing(bad: object) -> None:
    far = bot_voice(1.0)
    near = echo_of(far)
    first, second = EchoCanceller(), EchoCanceller()
    for canceller in (first, second):
        canceller.push(near[:FRAME_SAMPLES], far[:FRAME_SAMPLES])
    with pytest.raises(AudioError, match="must be 320 samples of int16"):
        first.push(bad, SILENCE)  # type: ignore[arg-type]
    with pytest.raises(AudioError, match="must be 320 samples of int16"):
        first.push(SILENCE, bad)  # type: ignore[arg-type]
    frames = slice(FRAME_SAMPLES, 2 * FRAME_SAMPLES)
    assert np.array_equal(first.push(near[frames], far[frames]), second.push(near[frames], far[frames]))
