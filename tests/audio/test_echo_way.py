"""The echo frame by frame is the echo of the whole."""

import numpy as np

from voicebot.audio.echo_way import EchoWay
from voicebot.audio.effects import coloured_noise, echo_path
from voicebot.audio.levels import level_db
from voicebot.types import FRAME_SAMPLES, SILENCE


def test_frames_add_up_to_the_whole() -> None:
    far = coloured_noise("babble", 50 * FRAME_SAMPLES, np.random.default_rng(1))
    way = EchoWay(20.0, 0.06, seed=7)
    frames = [way.push(far[start : start + FRAME_SAMPLES]) for start in range(0, len(far), FRAME_SAMPLES)]
    whole = echo_path(far, 20.0, 0.06, np.random.default_rng(7))
    difference = np.concatenate(frames).astype(np.float64) - whole
    assert np.sqrt(np.mean(difference**2)) < 0.02 * np.sqrt(np.mean(whole.astype(np.float64) ** 2)) + 1.0


def test_it_comes_late_and_lower_and_dies_away() -> None:
    way = EchoWay(20.0, 0.06, seed=7)
    noise = coloured_noise("white", 10 * FRAME_SAMPLES, np.random.default_rng(1))
    out = [way.push(noise[start : start + FRAME_SAMPLES]) for start in range(0, len(noise), FRAME_SAMPLES)]
    assert not out[0].any()  # 60 ms late: three frames of nothing
    assert not out[2].any()
    assert level_db(np.concatenate(out[4:])) < level_db(noise) - 15
    tail = [way.push(SILENCE) for _ in range(20)]
    assert not tail[-1].any()
