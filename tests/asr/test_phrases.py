import pytest
from hypothesis import given
from hypothesis import strategies as st

from voicebot.asr.nbest import UNKNOWN_WORD
from voicebot.asr.phrases import NEAR_DISTANCE, PhraseSet, edits

VOCABULARY = {
    "花呗",
    "还款",
    "失败",
    "提前",
    "是",
    "的",
    "是的",
    "不",
    "不是",
    "好",
    "借呗",
    "额度",
    "降低",
    "transfer",
    "me",
    "to",
    "an",
    "agent",
    "now",
}
MENU = ("花呗还款失败", "花呗提前还款", "借呗额度降低", "是的", "不是", "好")


def phrases(*texts: str) -> PhraseSet:
    return PhraseSet(texts or MENU, VOCABULARY.__contains__)


def heard(text: str) -> list[str]:
    return text.split()


@pytest.mark.parametrize("text", ["花呗 还款 失败", "是的", "是 的", "好"])
def test_a_whole_phrase_matches_however_it_was_cut(text: str) -> None:
    match = phrases().match(heard(text))
    assert match is not None
    assert match.phrase.text == text.replace(" ", "")
    assert match.distance == 0.0


@pytest.mark.parametrize(
    "text", ["", "花呗", "还款", "是的 花呗 还款 失败", "[unk]", "[unk] 是的", "是的 [unk] [unk]", "不", "不 是的"]
)
def test_parts_and_mixtures_of_phrases_are_none(text: str) -> None:
    assert phrases().match(heard(text)) is None


def test_one_wrong_character_in_a_long_phrase_is_near() -> None:
    match = phrases().match(heard("花呗 的 款 失败"))
    assert match is not None
    assert match.phrase.text == "花呗还款失败"
    assert 0.0 < match.distance <= NEAR_DISTANCE


def test_a_negation_is_never_near() -> None:
    assert phrases("花呗还款失败").match(heard("花呗 不 还款 失败")) is None


def test_between_two_phrases_is_neither() -> None:
    assert phrases("花呗还款失败", "借呗还款失败").match(heard("好 还款 失败")) is None


@pytest.mark.parametrize("text", ["[unk] 提前 还款", "花呗 提前 还款 [unk]", "花呗 [unk] 还款"])
def test_unknown_speech_is_no_part_of_a_phrase_the_model_can_hear(text: str) -> None:
    assert phrases("花呗提前还款").match(heard(text)) is None


def test_a_gap_of_the_phrase_is_heard_as_unknown() -> None:
    wanted = phrases("花呗魑魅还款失败", "是的")
    assert wanted.uncovered == {"花呗魑魅还款失败": ("魑", "魅")}
    assert wanted.grammar == ("花呗", "还款 失败", "是的", UNKNOWN_WORD)
    match = wanted.match(heard("花呗 [unk] 还款 失败"))
    assert match is not None
    assert match.phrase.text == "花呗魑魅还款失败"


def test_english_counts_words() -> None:
    wanted = phrases("transfer me to an agent")
    match = wanted.match(heard("transfer me to agent"))
    assert match is not None
    assert match.distance == pytest.approx(0.2)
    assert wanted.match(heard("agent")) is None


def test_a_grammar_without_any_known_word_is_empty() -> None:
    assert phrases("魑魅", "").grammar == ()
    assert phrases("魑魅", "").match(heard("[unk]")) is None


@given(st.lists(st.sampled_from(sorted(VOCABULARY | {UNKNOWN_WORD})), max_size=8))
def test_a_match_is_one_of_the_phrases_within_the_distance(words: list[str]) -> None:
    match = phrases().match(heard(" ".join(words)))
    if match is not None:
        assert match.phrase.text in MENU
        assert 0.0 <= match.distance <= NEAR_DISTANCE
        assert (match.distance == 0.0) == ("".join(words) == match.phrase.text)


texts = st.lists(st.sampled_from("abcd"), max_size=6)


@given(texts, texts, texts)
def test_edits_are_a_distance(one: list[str], two: list[str], three: list[str]) -> None:
    assert edits(one, two) == edits(two, one)
    assert (edits(one, two) == 0) == (one == two)
    assert edits(one, three) <= edits(one, two) + edits(two, three)
    assert abs(len(one) - len(two)) <= edits(one, two) <= max(len(one), len(two))


def test_words_of_a_loop_may_follow_each_other_in_any_number() -> None:
    phrases = PhraseSet(("不知道",), lambda word: word in {"不", "知道", "六", "二", "零"}, loop=("六", "二", "零", "廿"))
    for heard, text in ((["六", "二", "零", "六"], "六 二 零 六"), (["零"], "零"), (["不", "知道"], "不知道")):
        match = phrases.match(heard)
        assert match is not None
        assert match.phrase.text == text
        assert match.distance == 0.0
    assert phrases.match(["六", "知道"]) is None
    assert phrases.match(["六", "[unk]"]) is None
    assert phrases.match([]) is None
    assert set(phrases.grammar) == {"不 知道", "六", "二", "零", "[unk]"}
