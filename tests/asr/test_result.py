"""From decoded lists to a `Recognition`, without any audio."""

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from voicebot.asr.confidence import Calibration, Curve
from voicebot.asr.nbest import UNKNOWN_WORD, Alternative, best_first
from voicebot.asr.phrases import PhraseSet
from voicebot.asr.result import REJECT_BELOW, Heard
from voicebot.types import Recognition, Word

VOCABULARY = {"是的", "不是", "花呗", "还款", "提前", "借呗", "额度", "转", "人工", "好"}
PHRASES = PhraseSet(("是的", "不是", "花呗还款", "花呗提前还款", "转人工"), VOCABULARY.__contains__)
CERTAIN = Calibration(Curve(3.0, {}), Curve(3.0, {}), temperature=0.5)
DOUBTING = Calibration(Curve(0.0, {}), Curve(-3.0, {}), temperature=0.5)


def alternative(text: str, score: float) -> Alternative:
    return Alternative(score, tuple(Word(word, 0.4 * at, 0.4 * at + 0.4) for at, word in enumerate(text.split())))


def recognised(
    grammar: list[tuple[str, float]] | None, heard: list[tuple[str, float]], calibration: Calibration = CERTAIN
) -> Recognition:
    lists = [None if entries is None else best_first([alternative(*entry) for entry in entries]) for entries in (grammar, heard)]
    return Heard(np.zeros(16000, np.int16), lists[1] or [], lists[0], PHRASES).recognition(calibration)


def texts(recognition: Recognition) -> list[str]:
    return [hypothesis.text for hypothesis in recognition.hypotheses]


def test_whole_phrases_of_the_grammar_are_the_hypotheses() -> None:
    heard = recognised([("花呗 还款", 50.0), ("花呗 提前 还款", 48.0), ("花呗 借呗", 47.5)], [("花呗 还款", 49.0)])
    assert texts(heard) == ["花呗 还款", "花呗 提前 还款"]
    assert [hypothesis.score for hypothesis in heard.hypotheses] == [0.0, pytest.approx(-1.0)]
    assert [word.text for word in heard.hypotheses[0].words] == ["花呗", "还款"]
    assert heard.features["agreement"] == 1.0
    assert heard.features["llr_rate"] == pytest.approx(1.0 / 0.8)


def test_a_phrase_far_below_the_best_string_is_none() -> None:
    assert texts(recognised([("[unk] 额度 [unk]", 50.0), ("是的", 40.0)], [("借呗 额度", 55.0)])) == []


def test_a_phrase_only_the_open_model_heard_stays_with_the_open_words() -> None:
    heard = recognised([(UNKNOWN_WORD, 50.0)], [("转 人工", 48.0)])
    assert texts(heard) == []
    assert heard.open_hypotheses[0].text == "转 人工"


def test_without_a_grammar_decoder_the_open_list_is_matched() -> None:
    heard = recognised(None, [("不是", 20.0), ("是的", 19.0)])
    assert heard.grammar
    assert texts(heard) == ["不是", "是的"]


def test_a_phrase_that_is_probably_wrong_leaves_the_open_words() -> None:
    heard = recognised([("不是", 20.0)], [("好", 25.0)], DOUBTING)
    assert texts(heard) == []
    assert [hypothesis.text for hypothesis in heard.open_hypotheses] == ["好"]
    assert heard.features["rejected"] < REJECT_BELOW
    assert heard.confidence == 0.5


def test_the_same_words_with_and_without_unknown_speech_are_one_hypothesis() -> None:
    heard = recognised(None, [("[unk] 好", 20.0), ("好", 18.0), ("好 额度", 17.0), (UNKNOWN_WORD, 16.0)])
    assert [(h.text, h.score) for h in heard.open_hypotheses] == [("好", 0.0), ("好 额度", pytest.approx(-1.5))]


def test_nothing_but_unknown_speech_is_nothing() -> None:
    heard = recognised([(UNKNOWN_WORD, 20.0)], [(UNKNOWN_WORD, 20.0), ("好", 19.0)])
    assert heard.hypotheses == heard.open_hypotheses == ()
    assert heard.confidence == 0.0
    assert heard.features["unk_share"] == 1.0


entries = st.lists(
    st.tuples(st.lists(st.sampled_from(sorted(VOCABULARY | {UNKNOWN_WORD})), max_size=4).map(" ".join), st.floats(-50, 50)),
    max_size=5,
)


@given(st.none() | entries, entries)
def test_any_lists_give_a_sound_recognition(grammar: list[tuple[str, float]] | None, heard: list[tuple[str, float]]) -> None:
    recognition = recognised(grammar, heard)
    assert {text.replace(" ", "") for text in texts(recognition)} <= {phrase.text for phrase in PHRASES.phrases}
    for hypotheses in (recognition.hypotheses, recognition.open_hypotheses):
        scores = [hypothesis.score for hypothesis in hypotheses]
        assert scores == sorted(scores, reverse=True)
        assert scores[:1] in ([], [0.0])
        assert len({hypothesis.text for hypothesis in hypotheses}) == len(hypotheses)
        assert not any(UNKNOWN_WORD in hypothesis.text or not hypothesis.text for hypothesis in hypotheses)
    assert 0.0 <= recognition.confidence < 1.0
    assert all(np.isfinite(value) for value in recognition.features.values())
