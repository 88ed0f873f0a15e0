"""Music on hold: as loud as said, the same from the same generator, another tune from another."""

import numpy as np
import pytest

from voicebot.audio.hold_music import LEVEL_DB, hold_music
from voicebot.audio.levels import level_db
from voicebot.types import SAMPLE_RATE, Samples


def music(seed: int, length: int = 4 * SAMPLE_RATE) -> Samples:
    return hold_music(length, np.random.default_rng(seed))


def test_length_level_and_chance() -> None:
    assert len(music(1)) == 4 * SAMPLE_RATE
    assert level_db(music(1)) == pytest.approx(LEVEL_DB, abs=0.5)
    assert np.array_equal(music(1), music(1))
    assert not np.array_equal(music(1), music(2))


@pytest.mark.parametrize("length", [0, 1, 319])
def test_short_pieces(length: int) -> None:
    assert len(music(1, length)) == length


def test_it_is_tones_and_not_noise() -> None:
    spectrum = np.abs(np.fft.rfft(music(3).astype(np.float64))) ** 2
    loudest = np.sort(spectrum)[::-1]
    assert loudest[: len(loudest) // 100].sum() > 0.8 * loudest.sum()
