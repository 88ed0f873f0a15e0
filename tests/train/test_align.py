"""The network that ships finds what it is told was said, and knows when something else was."""

from collections.abc import Callable
from typing import Any

import numpy as np
import pytest

from tests.train.conftest import SCRIPTS

assert SCRIPTS.is_dir()

torch = pytest.importorskip("torch")
pytest.importorskip("kaldi_native_fbank")
align = pytest.importorskip("align")
build_graph = pytest.importorskip("build_graph")
english = pytest.importorskip("english")
inventory = pytest.importorskip("inventory")
material = pytest.importorskip("asr_material")
recordings = pytest.importorskip("recordings")
restore = pytest.importorskip("restore")

Align = Callable[[Any], Any]


@pytest.fixture(scope="module")
def aligned() -> Align:
    made, counts = restore.restored(build_graph.MODELS / "en-US" / "am" / "final.mdl")
    known = inventory.Inventory.load("en-US")
    return lambda recording: align.align(recording, made, align.smoothed(counts), known)


def _recording(said: str, labelled: str) -> Any:
    sound = material.say(said, "en-us+m3", 150, 50)
    samples = np.round(sound / np.abs(sound).max() * recordings.PEAK).astype(np.int16)
    ways = tuple((english.arpabet(symbols),) for symbols in english.dictionary()[labelled])
    return recordings.Recording("digits:somebody", said, labelled, samples, True, ways)


def test_the_phones_of_a_word_come_in_order_where_it_sounds(aligned: Align) -> None:
    recording = _recording("seven", "seven")
    found = aligned(recording)
    assert found.score > align.CHANCE_SCORE
    phones = list(dict.fromkeys(segment.phone for segment in found.segments))
    assert phones in [["s", "eh", "v", "ax", "n"], ["s", "eh", "v", "ih", "n"]]
    assert all(first.end <= second.start + 1e-9 for first, second in zip(found.segments, found.segments[1:], strict=False))
    loud = np.flatnonzero(np.abs(recording.samples) > recordings.PEAK / 50) / 16000
    assert found.segments[0].start == pytest.approx(loud[0], abs=0.1)
    assert found.segments[-1].end == pytest.approx(loud[-1], abs=0.15)


def test_a_wrong_label_fits_no_better_than_chance(aligned: Align) -> None:
    assert aligned(_recording("one", "six")).score <= align.CHANCE_SCORE
    assert aligned(_recording("six", "one")).score <= align.CHANCE_SCORE


def test_a_recording_too_short_for_its_words_has_no_alignment(aligned: Align) -> None:
    whole = _recording("seven", "seven")
    short = recordings.Recording(whole.speaker, "s", "seven", whole.samples[:100], True, whole.pronunciations)
    long = recordings.Recording(whole.speaker, "s", "seven", whole.samples[:100], True, ((whole.pronunciations[0][0] * 12,),))
    assert aligned(long) is None
    assert aligned(short).score <= align.CHANCE_SCORE
