import numpy as np

from voicebot.audio.levels import mix, saturated, to_int16


def test_floats_are_rounded_and_saturate_and_stay_as_they_were() -> None:
    values = np.array([0.4, -1.6, 40000.0, -40000.0, np.nan, np.inf, -np.inf])
    before = values.copy()
    assert to_int16(values).tolist() == [0, -2, 32767, -32768, 0, 32767, -32768]
    assert np.array_equal(values, before, equal_nan=True)


def test_whole_numbers_saturate_whatever_their_type() -> None:
    for kind in (np.int32, np.float64):
        samples = saturated(np.array([1, -70000, 70000], kind))
        assert samples.dtype == np.int16
        assert samples.tolist() == [1, -32768, 32767]


def test_a_mix_saturates() -> None:
    assert mix(np.array([30000, -5], np.int16), np.array([30000, 3], np.int16)).tolist() == [32767, -2]
