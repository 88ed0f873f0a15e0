"""The turn-taking benchmark on the real engine and recorded fixtures."""

import json
from pathlib import Path
from typing import Any

import numpy as np
import pytest

from tests.conftest import FIXTURES
from voicebot.audio.levels import frame_levels_db
from voicebot.audio.wav import open_recording, write_wav
from voicebot.bench.clips import expectation, load_clips
from voicebot.bench.turn_taking import ScoredClip, bench_turn_taking
from voicebot.bench.turn_taking_figures import figures
from voicebot.errors import VoicebotError
from voicebot.types import SAMPLE_RATE


def clip(folder: Path, kind: str, source: str, lang: str, **label: Any) -> None:
    """A fixture's caller turn as a labelled clip."""
    samples = open_recording(FIXTURES / source).caller_samples()
    levels = frame_levels_db(samples)
    loud = np.flatnonzero(levels > levels.max() - 30.0)
    segments = [[round(float(loud[0]) / 50, 2), round(float(loud[-1] + 1) / 50, 2)]]
    write_wav(folder / f"{kind}.wav", np.concatenate([samples, np.zeros(SAMPLE_RATE // 2, np.int16)]))
    text = json.dumps({"kind": kind, "lang": lang, "segs": segments, **label})
    (folder / f"{kind}.json").write_text(text, encoding="utf8")


@pytest.fixture(scope="module")
def scored(tmp_path_factory: pytest.TempPathFactory, private_cache: None) -> list[ScoredClip]:
    folder = tmp_path_factory.mktemp("clips")
    clip(folder, "utt", "en-interrupting/1.wav", "en-US")
    clip(folder, "dig", "en-person-digits/3.wav", "en-US", expects="digits:4")
    clip(folder, "bc", "zh-backchannel/3.wav", "zh-CN")
    count, *results = bench_turn_taking(folder, hotline="hotline_95188", model="bundled")
    assert count == 3
    return [result for result in results if isinstance(result, ScoredClip)]


def of_kind(scored: list[ScoredClip], kind: str) -> ScoredClip:
    return next(result for result in scored if result.kind == kind)


def test_an_utterance_is_hushed_for_before_it_is_stopped_for(scored: list[ScoredClip]) -> None:
    barge_in = of_kind(scored, "utt").barge_in
    assert barge_in.hush_ms is not None
    assert barge_in.stop_ms is not None
    assert 0 < barge_in.hush_ms <= barge_in.stop_ms < 1500
    assert not barge_in.carried_on


def test_a_sign_of_listening_is_carried_on_over(scored: list[ScoredClip]) -> None:
    result = of_kind(scored, "bc")
    assert result.barge_in.carried_on
    assert result.barge_in.stop_ms is None
    assert result.end_of_turn is None


def test_an_end_is_measured_from_the_callers_last_sound(scored: list[ScoredClip]) -> None:
    end = of_kind(scored, "utt").end_of_turn
    assert end is not None
    assert end.end_of_turn_ms is not None
    assert end.response_ms is not None
    assert 100 < end.end_of_turn_ms < 1500
    assert end.response_ms >= end.end_of_turn_ms  # equal where the bot speaks in the very frame, computed within 20 ms
    assert not end.cut_in


def test_digits_are_also_scored_as_if_nothing_was_expected(scored: list[ScoredClip]) -> None:
    result = of_kind(scored, "dig")
    assert result.expects == "digits:4"
    assert result.end_of_turn is not None
    assert result.unexpected is not None
    assert result.unexpected is not result.end_of_turn


def test_figures_count_every_clip_once(scored: list[ScoredClip]) -> None:
    document = figures(scored)
    assert document["stop_ms"]["utt"]["n"] == 1
    assert document["false_stop"] == {**document["false_stop"], "k": 0, "n": 1}
    assert document["digits_by_length"]["known"]["cut_in"]["n"] == 1
    assert document["digits_by_length"]["unknown"]["cut_in"]["n"] == 0
    assert [entry["name"] for entry in document["clips"]] == [result.name for result in scored]


@pytest.mark.parametrize(
    ("label", "complaint"),
    [
        ({"kind": "shout", "lang": "en-US", "segs": [[0, 1]]}, "kind"),
        ({"kind": "utt", "lang": "fr-FR", "segs": [[0, 1]]}, "lang"),
        ({"kind": "utt", "lang": "en-US", "segs": [[1, 0.5]]}, "segs"),
        ({"kind": "utt", "lang": "en-US", "segs": []}, "segs"),
        ({"kind": "dig", "lang": "en-US", "segs": [[0, 1]], "expects": "digits:x"}, "expects"),
        (["utt"], "object"),
    ],
)
def test_labels_that_make_no_sense_are_named(tmp_path: Path, label: Any, complaint: str) -> None:
    (tmp_path / "a.wav").write_bytes(b"")
    (tmp_path / "a.json").write_text(json.dumps(label), encoding="utf8")
    with pytest.raises(VoicebotError, match=complaint):
        load_clips(tmp_path)


def test_a_folder_without_clips_is_refused(tmp_path: Path) -> None:
    with pytest.raises(VoicebotError, match="no labelled clip"):
        load_clips(tmp_path)
    with pytest.raises(VoicebotError, match="no such folder"):
        load_clips(tmp_path / "nowhere")


def test_what_is_expected_is_read_with_its_length() -> None:
    assert (expectation("digits:6").kind, expectation("digits:6").length) == ("digits", 6)
    assert (expectation("phone").kind, expectation("phone").length) == ("phone", None)
