import json
import math
from importlib.resources import files

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from tests.asr.speech import say
from voicebot.asr.confidence import MARGIN_CEILING, Curve, agreement, fitted, signal_features, syllables, word_features
from voicebot.asr.model import AcousticModel
from voicebot.asr.nbest import UNKNOWN_WORD, Alternative
from voicebot.asr.recognizer import VoskRecognizer
from voicebot.types import LANGUAGES, Samples, Word

MENU = ("是的", "不是", "不对", "好的", "没有", "转人工", "花呗还款", "借呗额度", "取消", "花呗提前还款")

anything = st.floats(allow_nan=False, allow_infinity=True)


def confidence(model: AcousticModel, audio: Samples, phrases: tuple[str, ...] | None) -> float:
    recognizer = VoskRecognizer(model)
    recognizer.begin(phrases)
    recognizer.accept(audio)
    return recognizer.finish().confidence


@given(st.dictionaries(st.sampled_from(["agreement", "snr_db", "llr_rate", "unheard_of"]), anything))
def test_a_probability_whatever_the_features(features: dict[str, float]) -> None:
    for language in LANGUAGES:
        curves = fitted("any model", language)
        for curve in (curves.open, curves.grammar):
            assert 0.0 < curve.probability(features) < 1.0


def test_the_curve_is_logistic_and_clips() -> None:
    curve = Curve(0.5, {"x": (2.0, 1.0, 4.0, -3.0, 5.0)})
    assert curve.probability({"x": 3.0}) == pytest.approx(1 / (1 + math.exp(-1.5)))
    assert curve.probability({"x": 99.0}) == curve.probability({"x": 5.0})
    assert curve.probability({}) == curve.probability({"x": 1.0})


def test_more_agreement_is_never_less_likely_to_be_right() -> None:
    for language in LANGUAGES:
        curve = fitted("any model", language).grammar
        assert curve.probability({"agreement": 0.0}) < curve.probability({"agreement": 1.0})


def test_the_coefficients_are_of_features_that_are_measured() -> None:
    body = json.loads(files("voicebot.asr").joinpath("confidence.json").read_text())
    measured = {
        *word_features([], 0.0),
        *signal_features(np.zeros(320, np.int16)),
        "agreement",
        "llr_rate",
        "distance",
        "behind",
    }
    for entry in (*body["models"].values(), *body["languages"].values()):
        assert entry["temperature"] > 0
        for kind in ("open", "grammar"):
            assert set(entry[kind]["terms"]) <= measured
            assert all(scale > 0 and low < high for _, _, scale, low, high in entry[kind]["terms"].values())


@pytest.mark.parametrize("ratio", [5.0, 15.0, 30.0])
def test_the_noise_ratio_is_measured(ratio: float) -> None:
    chance = np.random.default_rng(0)
    speech = np.concatenate((np.zeros(8000), chance.normal(0, 3000, 8000)))
    noise = chance.normal(0, 3000 / 10 ** (ratio / 20), 16000)
    measured = signal_features((speech + noise).astype(np.int16))["snr_db"]
    assert measured == pytest.approx(10 * math.log10(1 + 10 ** (ratio / 10)), abs=1.5)


def test_silence_has_no_noise_ratio() -> None:
    assert signal_features(np.zeros(16000, np.int16)) == {"seconds": 1.0, "snr_db": 0.0}
    assert signal_features(np.zeros(0, np.int16)) == {"seconds": 0.0, "snr_db": 0.0}


def test_unknown_speech_counts_by_its_time() -> None:
    words = (Word("好", 0.0, 0.3), Word(UNKNOWN_WORD, 0.3, 1.2))
    features = word_features([Alternative(30.0, words)], 2.0)
    assert features["unk_share"] == pytest.approx(0.75)
    assert features["words"] == 1.0
    assert features["score_rate"] == pytest.approx(25.0)
    assert word_features([], 0.0)["unk_share"] == 0.0
    assert word_features([Alternative(1.0, words)], 999.0)["nbest_margin"] == MARGIN_CEILING


def test_agreement() -> None:
    assert agreement(["花呗", "还款"], ["花", "呗", "还款"]) == 1.0
    assert agreement(["好"], [UNKNOWN_WORD]) == 0.0
    assert agreement(["pay", "my", "bill"], ["pay", "the", "bill"]) == pytest.approx(2 / 3)
    assert agreement([], [UNKNOWN_WORD]) == 1.0


@pytest.mark.parametrize(("word", "count"), [("花呗", 2), ("yes", 1), ("operator", 4), ("hm", 1), ("", 1)])
def test_syllables(word: str, count: int) -> None:
    assert syllables(word) == count


def test_clear_phrases_are_more_certain_than_noise_and_other_speech(chinese: AcousticModel) -> None:
    clear = [confidence(chinese, say(phrase, "cmn+m3"), MENU) for phrase in MENU]
    noise = np.random.default_rng(3).normal(0.0, 2000.0, (6, 16000)).astype(np.int16)
    others = [confidence(chinese, audio, MENU) for audio in noise]
    assert float(np.median(clear)) > 0.85
    assert max(others) < float(np.median(clear))


def test_noise_lowers_confidence(chinese: AcousticModel) -> None:
    audio = say("花呗还款失败了怎么办", "cmn+m3")
    noisy = np.clip(audio + np.random.default_rng(0).normal(0.0, 2500.0, len(audio)), -32768, 32767).astype(np.int16)
    assert confidence(chinese, noisy, None) < confidence(chinese, audio, None)
