"""The recogniser on real Vosk with the bundled models and synthetic callers."""

import os
import subprocess
import sys
import threading
from itertools import permutations

import numpy as np
import pytest

from tests.asr.speech import say
from voicebot.asr.model import AcousticModel
from voicebot.asr.recognizer import LONGEST, VoskRecognizer
from voicebot.types import FRAME_SAMPLES, Recognition, Samples

MENU = ("是的", "不是", "对", "不对", "好的", "没有", "转人工", "花呗还款", "借呗额度", "取消", "花呗提前还款")
ANSWERS = ("yes", "no", "yes please", "no thanks", "agent", "repeat that")


def recognise(
    recognizer: VoskRecognizer, audio: Samples, phrases: tuple[str, ...] | None = None, piece: int = FRAME_SAMPLES, look: int = 0
) -> Recognition:
    recognizer.begin(phrases)
    for number, start in enumerate(range(0, len(audio), piece)):
        recognizer.accept(audio[start : start + piece])
        if look and number % look == 0:
            assert isinstance(recognizer.partial, str)
    return recognizer.finish()


def joined(recognition: Recognition) -> str:
    return recognition.hypotheses[0].text.replace(" ", "") if recognition.hypotheses else ""


def test_open_speech_is_recognised(chinese: AcousticModel) -> None:
    heard = recognise(VoskRecognizer(chinese), say("我想问一下借呗额度", "cmn+m3"))
    assert "借呗额度" in joined(heard)
    assert heard.open_hypotheses == heard.hypotheses
    assert not heard.grammar


def test_word_times_lie_within_the_utterance_and_in_order(chinese: AcousticModel) -> None:
    audio = say("花呗还款失败了", "cmn+m3")
    heard = recognise(VoskRecognizer(chinese), audio)
    words = heard.hypotheses[0].words
    assert " ".join(word.text for word in words) == heard.hypotheses[0].text
    times = [time for word in words for time in (word.start, word.end)]
    assert times == sorted(times)
    assert 0.2 < times[0] < 0.5
    assert times[-1] <= heard.seconds == pytest.approx(len(audio) / 16000)


@pytest.mark.parametrize("phrase", ["是的", "不是", "转人工", "花呗还款", "花呗提前还款"])
def test_a_phrase_of_the_grammar_is_recognised_as_a_whole(chinese: AcousticModel, phrase: str) -> None:
    heard = recognise(VoskRecognizer(chinese), say(phrase, "cmn+m3"), MENU)
    assert heard.grammar
    assert joined(heard) == phrase


@pytest.mark.parametrize("answer", ["yes", "no thanks", "repeat that"])
def test_english_grammars(english: AcousticModel, answer: str) -> None:
    assert recognise(VoskRecognizer(english), say(answer, "en-us+m3"), ANSWERS).hypotheses[0].text == answer


@pytest.mark.parametrize("sentence", ["我想问一下借呗额度为什么不能用", "今天天气不错", "对，还有我的额度也有问题"])
def test_speech_outside_the_grammar_is_neither_forced_nor_lost(chinese: AcousticModel, sentence: str) -> None:
    heard = recognise(VoskRecognizer(chinese), say(sentence, "cmn+m3"), MENU)
    assert heard.hypotheses == ()
    assert heard.open_hypotheses[0].text


def test_hypotheses_of_a_grammar_are_its_phrases(chinese: AcousticModel) -> None:
    recognizer = VoskRecognizer(chinese)
    for sentence in ("不是花呗还款", "对取消", "是的没有", "借呗额度", "好的转人工"):
        heard = recognise(recognizer, say(sentence, "cmn+m3"), MENU)
        assert {hypothesis.text.replace(" ", "") for hypothesis in heard.hypotheses} <= set(MENU)


@pytest.mark.parametrize("audio", [np.zeros(16000, np.int16), np.zeros(0, np.int16), np.zeros(7, np.int16)])
@pytest.mark.parametrize("phrases", [None, MENU])
def test_silence_is_no_hypothesis(chinese: AcousticModel, audio: Samples, phrases: tuple[str, ...] | None) -> None:
    heard = recognise(VoskRecognizer(chinese), audio, phrases)
    assert heard.hypotheses == ()
    assert heard.open_hypotheses == ()
    assert heard.confidence == 0.0


def test_scores_fall_from_zero_and_texts_differ(chinese: AcousticModel) -> None:
    heard = recognise(VoskRecognizer(chinese), say("他把梯子靠在墙边了", "cmn+m3"))
    scores = [hypothesis.score for hypothesis in heard.hypotheses]
    assert scores[0] == 0.0
    assert scores == sorted(scores, reverse=True)
    assert len(scores) > 1
    assert len({hypothesis.text for hypothesis in heard.hypotheses}) == len(scores)


def test_the_result_depends_on_nothing_that_came_before(chinese: AcousticModel) -> None:
    utterances = [(say("花呗还款失败了", "cmn+m3"), None), (say("不是", "cmn+f2"), MENU), (say("一三八零零", "cmn+m1"), None)]
    alone = [recognise(VoskRecognizer(chinese), audio, phrases) for audio, phrases in utterances]
    recognizer = VoskRecognizer(chinese)
    for order in permutations(range(len(utterances))):
        for index in order:
            assert recognise(recognizer, *utterances[index]) == alone[index]
            recognizer.begin(MENU)
            recognizer.accept(utterances[0][0][:9000])
            recognizer.cancel()


@pytest.mark.parametrize("phrases", [None, MENU])
def test_neither_pieces_nor_partials_change_the_result(chinese: AcousticModel, phrases: tuple[str, ...] | None) -> None:
    audio = say("花呗提前还款", "cmn+m3")
    plain = recognise(VoskRecognizer(chinese), audio, phrases)
    for piece, look in ((FRAME_SAMPLES, 1), (FRAME_SAMPLES, 3), (160, 2), (4801, 1), (10**6, 0)):
        assert recognise(VoskRecognizer(chinese), audio, phrases, piece, look) == plain


def test_a_pause_does_not_end_the_utterance(chinese: AcousticModel) -> None:
    """Vosk's own endpointer fires in two seconds of silence; turn taking alone decides."""
    silence = np.random.default_rng(1).normal(0.0, 8.0, 40000).astype(np.int16)
    audio = np.concatenate((say("花呗还款", "cmn+m3"), silence, say("借呗额度", "cmn+m3")))
    assert joined(recognise(VoskRecognizer(chinese), audio)) == "花呗还款借呗额度"


def test_neither_pieces_nor_partials_change_a_long_utterance(chinese: AcousticModel) -> None:
    """Longer than a stretch, with a pause in which the stretch ends."""
    silence = np.random.default_rng(1).normal(0.0, 8.0, 30000).astype(np.int16)
    parts = [say(text, "cmn+m3") for text in ("花呗还款失败了", "我想问一下借呗额度", "不是花呗提前还款")]
    audio = np.concatenate((parts[0], parts[1], silence, parts[2]))
    plain = recognise(VoskRecognizer(chinese), audio)
    assert plain.seconds > 10
    assert joined(plain).endswith("花呗提前还款")
    assert plain.hypotheses[0].words[-1].end == pytest.approx(plain.seconds - 0.4, abs=0.3)
    for phrases in (None, MENU):
        plain = recognise(VoskRecognizer(chinese), audio, phrases)
        for piece, look in ((FRAME_SAMPLES, 1), (FRAME_SAMPLES, 7), (4801, 1), (10**6, 0)):
            assert recognise(VoskRecognizer(chinese), audio, phrases, piece, look) == plain


def test_partials_grow_and_reach_the_result(chinese: AcousticModel) -> None:
    recognizer = VoskRecognizer(chinese)
    recognizer.begin(None)
    assert recognizer.partial == ""
    audio = say("花呗还款失败了", "cmn+m3")
    seen = []
    for start in range(0, len(audio), FRAME_SAMPLES):
        recognizer.accept(audio[start : start + FRAME_SAMPLES])
        seen.append(recognizer.partial)
    assert "花呗" in seen
    assert seen[-1] == recognizer.finish().hypotheses[0].text
    assert recognizer.partial == ""


def test_the_partial_of_speech_outside_the_grammar_is_the_open_models(chinese: AcousticModel) -> None:
    recognizer = VoskRecognizer(chinese)
    recognizer.begin(("是的", "不是"))
    recognizer.accept(say("花呗还款失败了", "cmn+m3"))
    assert "花呗" in recognizer.partial


def test_a_stride_only_repeats_older_partials(chinese: AcousticModel) -> None:
    audio = say("花呗还款失败了", "cmn+m3")
    every, third = VoskRecognizer(chinese), VoskRecognizer(chinese, partial_stride=3)
    every.begin(None)
    third.begin(None)
    seen = [""]
    for start in range(0, len(audio), FRAME_SAMPLES):
        every.accept(audio[start : start + FRAME_SAMPLES])
        third.accept(audio[start : start + FRAME_SAMPLES])
        seen.append(every.partial)
        assert third.partial in seen[-3:]


def test_phrases_the_model_cannot_hear_put_no_grammar_into_vosk(chinese: AcousticModel) -> None:
    heard = recognise(VoskRecognizer(chinese), say("花呗还款", "cmn+m3"), ("魑魅", "xyzzy", "", "  ", "。"))
    assert heard.grammar
    assert heard.hypotheses == ()
    assert joined(Recognition(heard.open_hypotheses)) == "花呗还款"


def test_uncovered_words_are_told(chinese: AcousticModel) -> None:
    assert VoskRecognizer(chinese).uncovered(("是的", "魑魅花呗", "魑")) == {"魑魅花呗": ("魑", "魅"), "魑": ("魑",)}


@pytest.mark.parametrize(
    ("samples", "error"),
    [
        (np.zeros(320), TypeError),
        (np.zeros(320, np.int32), TypeError),
        (b"\0" * 640, TypeError),
        ([0] * 320, TypeError),
        (np.zeros((320, 1), np.int16), ValueError),
        (np.zeros((), np.int16), ValueError),
    ],
)
def test_what_is_not_audio_is_refused(chinese: AcousticModel, samples: Samples, error: type[Exception]) -> None:
    recognizer = VoskRecognizer(chinese)
    recognizer.begin(None)
    with pytest.raises(error):
        recognizer.accept(samples)


def test_strided_and_reused_buffers_are_heard_as_they_were(chinese: AcousticModel) -> None:
    audio = say("花呗还款", "cmn+m3")
    stereo = np.stack((audio, audio), axis=1)
    buffer = np.empty(FRAME_SAMPLES, np.int16)
    recognizer = VoskRecognizer(chinese)
    recognizer.begin(MENU)
    whole = len(audio) // FRAME_SAMPLES * FRAME_SAMPLES
    for start in range(0, whole, FRAME_SAMPLES):
        buffer[:] = stereo[start : start + FRAME_SAMPLES, 0]
        recognizer.accept(buffer)
    assert recognizer.finish() == recognise(VoskRecognizer(chinese), stereo[:whole, 1], MENU)


def test_another_process_hears_the_same(chinese: AcousticModel) -> None:
    code = """if True:
        import sys
        from tests.asr.speech import say
        from voicebot.asr import AcousticModel, VoskRecognizer
        recognizer = VoskRecognizer(AcousticModel.load(sys.argv[1]))
        for phrases in (None, ("不是", "花呗还款")):
            recognizer.begin(phrases)
            recognizer.accept(say("他把梯子靠在墙边了", "cmn+m3"))
            print(recognizer.finish())
        """
    outputs = {
        subprocess.run(
            [sys.executable, "-c", code, str(chinese.path)],
            env={**os.environ, "PYTHONPATH": os.pathsep.join(sys.path), "PYTHONHASHSEED": seed},
            capture_output=True,
            check=True,
        ).stdout
        for seed in ("1", "2")
    }
    assert len(outputs) == 1
    assert b"Hypothesis" in outputs.pop()


def test_calls_out_of_order_are_refused(chinese: AcousticModel) -> None:
    recognizer = VoskRecognizer(chinese)
    recognizer.cancel()
    with pytest.raises(RuntimeError, match="begin"):
        recognizer.accept(np.zeros(320, np.int16))
    with pytest.raises(RuntimeError, match="begin"):
        recognizer.finish()
    recognizer.begin(None)
    recognizer.finish()
    with pytest.raises(RuntimeError, match="begin"):
        recognizer.finish()


def test_an_endless_utterance_is_cut_and_says_so(chinese: AcousticModel) -> None:
    recognizer = VoskRecognizer(chinese)
    recognizer.begin(None)
    recognizer.accept(np.zeros(LONGEST, np.int16))
    recognizer.accept(np.zeros(FRAME_SAMPLES, np.int16))
    heard = recognizer.finish()
    assert heard.features["truncated"] == 1.0
    assert heard.seconds == LONGEST / 16000


def test_one_model_serves_threads_with_a_recogniser_each(chinese: AcousticModel) -> None:
    audio = say("花呗还款失败了", "cmn+m3")
    alone = recognise(VoskRecognizer(chinese), audio, MENU)
    results: list[Recognition] = []
    threads = [threading.Thread(target=lambda: results.append(recognise(VoskRecognizer(chinese), audio, MENU))) for _ in range(4)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert results == [alone] * 4
