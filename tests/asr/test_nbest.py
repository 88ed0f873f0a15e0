import itertools

import pytest
from hypothesis import given
from hypothesis import strategies as st

from voicebot.asr.nbest import UNKNOWN_WORD, Alternative, best_first, joined
from voicebot.types import Word

scores = st.floats(-100.0, 100.0).map(lambda value: round(value, 3))
stretches = st.lists(st.lists(scores, max_size=4), max_size=4)


def stretch(values: list[float], name: str = "") -> list[Alternative]:
    return best_first([Alternative(value, (Word(f"{name}{index}", 0.0, 0.1),)) for index, value in enumerate(values)])


@given(stretches)
def test_joining_gives_the_best_ways_through(values: list[list[float]]) -> None:
    lists = [stretch(row, f"{number}-") for number, row in enumerate(values)]
    ways = sorted((sum(way) for way in itertools.product(*filter(None, values))), reverse=True)[:3] if any(values) else []
    assert [way.score for way in joined(lists, 3)] == pytest.approx(ways)


def test_words_follow_each_other() -> None:
    best = joined([stretch([1.0, 2.0], "a"), [], stretch([5.0], "b")], 5)[0]
    assert best.texts == ("a1", "b0")
    assert best.score == 7.0


def test_unknown_speech_has_no_text_but_lasts() -> None:
    alternative = Alternative(0.0, (Word(UNKNOWN_WORD, 0.0, 0.5), Word("好", 0.6, 0.8)))
    assert alternative.texts == ("好",)
    assert alternative.span == pytest.approx(0.7)
