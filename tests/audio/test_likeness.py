"""How like the two legs are: after endless silence as well."""

import numpy as np

from voicebot.audio.likeness import Likeness


def test_silence_without_end_is_like_nothing_and_the_next_echo_is_heard() -> None:
    chance = np.random.default_rng(5)
    likeness = Likeness(8)
    silence = np.zeros(161, np.float32)
    quiet = [likeness.push(silence, silence) for _ in range(3000)]
    assert np.isfinite(quiet).all()
    assert max(quiet) <= 1.0
    spoken = [np.exp(chance.normal(6.0, 2.0, 161)).astype(np.float32) for _ in range(100)]
    heard = [likeness.push(spoken[max(0, index - 3)] * np.float32(0.1), far) for index, far in enumerate(spoken)]
    assert heard[-1] > 0.8
