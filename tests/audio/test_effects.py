import numpy as np
import pytest

from voicebot.audio.effects import coloured_noise, telephone
from voicebot.audio.levels import level_db
from voicebot.types import SAMPLE_RATE


@pytest.mark.parametrize("kind", ["white", "pink", "brown", "hum", "babble"])
def test_noise_depends_on_its_seed_alone_and_has_its_level(kind: str) -> None:
    noise = coloured_noise(kind, SAMPLE_RATE, np.random.default_rng(1))
    assert np.array_equal(noise, coloured_noise(kind, SAMPLE_RATE, np.random.default_rng(1)))
    assert level_db(noise) == pytest.approx(-26.0, abs=0.2)


@pytest.mark.parametrize("length", [0, 1, 999])
def test_a_telephone_keeps_the_length(length: int) -> None:
    assert len(telephone(coloured_noise("pink", 1000, np.random.default_rng(1))[:length])) == length
