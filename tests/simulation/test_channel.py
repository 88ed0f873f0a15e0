"""The noise channel: fitted on what was observed, it gives back what was observed; files are checked."""

import json

import pytest

from voicebot.errors import VoicebotError
from voicebot.simulation.chance import Chance
from voicebot.simulation.channel import FittedChannel, PerfectChannel, load_channel
from voicebot.simulation.fitting import fit_channel
from voicebot.simulation.observations import Observation, align, units_of
from voicebot.simulation.phrasing import Utterance
from voicebot.types import Expectation

OPEN, YESNO = Expectation("open"), Expectation("yesno")


def _observation(said="我的花呗还不了款", heard="我的花呗还不了款", kind="open", phrase=False, confidence=0.8, snr=15.0):
    units = units_of(said, "zh-CN")
    errors = () if heard is None else tuple(pair for pair in align(units, units_of(heard, "zh-CN")) if pair[0] != pair[1])
    return Observation(said, heard, len(units), errors, kind, phrase, confidence, snr, 2.5)


@pytest.fixture(scope="module")
def fitted():
    seen = [_observation(heard="我的花贝还不了款", confidence=0.4) for _ in range(120)]
    seen += [_observation() for _ in range(240)]
    seen += [_observation(snr=3.0, heard=None) for _ in range(40)]
    seen += [_observation(said="对", heard="对", kind="yesno", phrase=True, confidence=0.97) for _ in range(30)]
    seen += [_observation(said="对", heard="没", kind="yesno", phrase=True, confidence=0.5) for _ in range(10)]
    return fit_channel(seen, "zh-CN", {"seed": 1})


def _hear(channel, text, expectation, snr, count):
    return channel.hear(Utterance((text,)), expectation, snr, Chance(4, count), 1)


def test_errors_come_as_often_as_they_were_seen(fitted):
    channel = FittedChannel(fitted)
    heard = [_hear(channel, "我的花呗还不了款", OPEN, 15.0, count) for count in range(600)]
    wrong = [r for r in heard if r.hypotheses[0].text != "我的花呗还不了款"]
    assert 0.25 < len(wrong) / len(heard) < 0.42
    assert {r.hypotheses[0].text for r in wrong} == {"我的花贝还不了款"}
    assert {r.confidence for r in wrong} == {0.4}


def test_in_bad_bands_utterances_are_lost_as_they_were(fitted):
    channel = FittedChannel(fitted)
    lost = sum(_hear(channel, "我的花呗还不了款", OPEN, 3.0, count) is None for count in range(300))
    assert lost == 300


def test_short_answers_are_heard_as_they_were(fitted):
    channel = FittedChannel(fitted)
    heard = [_hear(channel, "对", YESNO, 15.0, count) for count in range(400)]
    assert 0.15 < sum(r.hypotheses[0].text == "没" for r in heard) / 400 < 0.35
    assert all(r.grammar for r in heard)


def test_a_hearing_depends_on_the_caller_and_the_turn_alone(fitted):
    channel = FittedChannel(fitted)
    assert _hear(channel, "我要转钱", OPEN, 15.0, 7) == _hear(channel, "我要转钱", OPEN, 15.0, 7)


def test_units_and_alignment():
    assert units_of("花呗，A1 还不了。", "zh-CN") == ("花", "呗", "a", "1", "还", "不", "了")
    assert units_of("My card's gone!", "en-US") == ("my", "card's", "gone")
    assert align("abc", "axc") == [("a", "a"), ("b", "x"), ("c", "c")]
    assert align("abc", "ac") == [("a", "a"), ("b", ""), ("c", "c")]
    assert align("ac", "abc") == [("a", "a"), ("", "b"), ("c", "c")]


def test_observations_survive_their_file():
    seen = _observation(heard="我的花贝还不了款", confidence=0.4)
    assert Observation.of_document(json.loads(json.dumps(seen.document()))) == seen


def test_too_few_utterances_are_refused():
    with pytest.raises(VoicebotError, match="too few"):
        fit_channel([_observation()], "zh-CN", {})


def test_files(fitted, tmp_path):
    path = tmp_path / "channel.json"
    path.write_text(json.dumps(fitted.model_dump(by_alias=True, exclude_defaults=True)), encoding="utf8")
    assert isinstance(load_channel("zh-CN", str(path)), FittedChannel)
    assert isinstance(load_channel("zh-CN", "perfect"), PerfectChannel)
    with pytest.raises(VoicebotError, match="the channel is zh-CN, the hotline en-US"):
        load_channel("en-US", str(path))
    for damage, complaint in (("{", "not JSON"), ('{"schema": 3}', "give a file that")):
        path.write_text(damage, encoding="utf8")
        with pytest.raises(VoicebotError, match=complaint):
            load_channel("zh-CN", str(path))
    with pytest.raises(VoicebotError, match="no such file"):
        load_channel("zh-CN", str(tmp_path / "none"))
