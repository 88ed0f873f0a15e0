"""Resampling is a function of the samples alone, and right."""

import numpy as np
import pytest

from voicebot.audio.resample import StreamResampler, resample
from voicebot.types import SAMPLE_RATE

FLUSHED = (20_000, 66_176, 66_177, 123_456)
"""Lengths; with soxr's own rounding the last samples of 66,176 differed from call to call."""


def noise(count: int) -> np.ndarray:
    return (np.random.default_rng(count).normal(size=count) * 3000).astype(np.int16)


@pytest.mark.parametrize("count", FLUSHED)
def test_the_same_samples_come_out_wherever_in_memory_they_were_made(count: int) -> None:
    rng = np.random.default_rng(0)
    first = resample(noise(count), 22_050)
    held = []
    for _ in range(20):
        held.append(rng.random(rng.integers(10, 100_000)))  # moves what is allocated next
        assert np.array_equal(resample(noise(count), 22_050), first)


@pytest.mark.parametrize("rate", [8_000, 22_050, 44_100, 48_000, 96_000])
def test_a_tone_keeps_its_level_and_its_pitch(rate: int) -> None:
    tone = (10_000 * np.sin(2 * np.pi * 1_000 * np.arange(rate) / rate)).astype(np.int16)
    out = resample(tone, rate)
    expected = 10_000 * np.sin(2 * np.pi * 1_000 * np.arange(SAMPLE_RATE) / SAMPLE_RATE)
    assert len(out) == pytest.approx(SAMPLE_RATE, abs=1)
    middle = slice(2_000, 14_000)
    assert np.abs(out[middle] - expected[middle]).max() < 20


def test_a_stream_gives_what_the_whole_gives() -> None:
    samples = noise(50_000)
    stream = StreamResampler(8_000)
    pieces = [stream.push(samples[at : at + 777], last=at + 777 >= len(samples)) for at in range(0, len(samples), 777)]
    whole = resample(samples, 8_000)
    streamed = np.concatenate(pieces)
    assert len(streamed) == len(whole)
    assert np.abs(streamed.astype(int) - whole).max() <= 1


def test_full_scale_is_clipped_not_wrapped() -> None:
    square = np.where(np.arange(16_000) // 40 % 2, 32_767, -32_768).astype(np.int16)
    out = resample(square, 8_000)
    assert out.max() == 32_767
    assert out.min() == -32_768


def test_the_same_rate_and_nothing_pass_through() -> None:
    samples = noise(100)
    assert resample(samples, SAMPLE_RATE) is samples
    assert len(resample(samples[:0], 8_000)) == 0
