from hypothesis import given
from hypothesis import strategies as st

from voicebot.asr.segmentation import Token, is_cjk, normalized, segment

CHINESE = {"支付", "支付宝", "宝贝", "贝", "还", "还款", "款", "提前", "花呗", "不", "是", "不是", "ok"}
ENGLISH = {"pay", "my", "bill", "don't", "ok"}


def words(phrase: str, vocabulary: set[str]) -> list[str]:
    return [token.text for token in segment(phrase, vocabulary.__contains__)]


def test_chinese_is_cut_into_the_fewest_words() -> None:
    assert words("花呗提前还款", CHINESE) == ["花呗", "提前", "还款"]
    assert words("支付宝贝", CHINESE) == ["支付宝", "贝"]
    assert words("不是", CHINESE) == ["不是"]


def test_a_written_space_is_a_cut() -> None:
    assert words("不 是", CHINESE) == ["不", "是"]


def test_punctuation_and_case_are_no_words() -> None:
    assert words("OK，花呗（提前）还款！", CHINESE) == ["ok", "花呗", "提前", "还款"]
    assert words("Don’t pay: my-bill.", ENGLISH) == ["don't", "pay", "my", "bill"]
    assert words("ＯＫ花呗", CHINESE) == ["ok", "花呗"]


def test_gaps_are_single_characters_or_whole_english_words() -> None:
    assert segment("魑花呗", CHINESE.__contains__) == (Token("魑", False), Token("花呗", True))
    assert segment("pay huabei", ENGLISH.__contains__) == (Token("pay", True), Token("huabei", False))


def test_nothing_to_cut() -> None:
    assert segment("", CHINESE.__contains__) == ()
    assert segment(" ，。!? ", CHINESE.__contains__) == ()


@given(st.text(max_size=30), st.sets(st.text(min_size=1, max_size=3)))
def test_a_token_is_known_exactly_when_the_vocabulary_has_it(text: str, vocabulary: set[str]) -> None:
    tokens = segment(text, vocabulary.__contains__)
    assert all(token.text for token in tokens)
    assert all(token.text in vocabulary for token in tokens if token.known)


@given(st.text(alphabet="支付宝贝还款提前花呗不是魑", max_size=24))
def test_a_cut_loses_no_character(text: str) -> None:
    assert "".join(words(text, CHINESE)) == text


@given(st.lists(st.sampled_from(sorted(word for word in CHINESE if is_cjk(word))), max_size=8))
def test_a_text_of_known_words_has_no_gap_and_no_more_words(chosen: list[str]) -> None:
    tokens = segment("".join(chosen), CHINESE.__contains__)
    assert all(token.known for token in tokens)
    assert len(tokens) <= len(chosen)


@given(st.text(max_size=20))
def test_normalising_twice_changes_nothing_more(text: str) -> None:
    assert [t.text for t in segment(normalized(text), str.isalpha)] == [t.text for t in segment(text, str.isalpha)]
