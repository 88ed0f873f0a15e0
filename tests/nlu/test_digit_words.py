"""Words that sound like digits."""

import pytest

from voicebot.nlu.digit_words import digits_by_sound


@pytest.mark.parametrize(
    ("heard", "read"),
    [
        ("nine for two four", "nine four two four"),
        ("ending in nine for two four please", "ending in nine four two four please"),
        ("one to three too five", "one two three two five"),
        ("send it to one two three for five", "send it to one two three four five"),
        ("one two three for my wife", "one two three for my wife"),
    ],
)
def test_are_digits_among_digits(heard, read):
    assert digits_by_sound(heard, "en-US") == read


@pytest.mark.parametrize("said", ["one to two days", "from five to six", "two for me and three for him", "i paid for one", ""])
def test_stay_words_elsewhere(said):
    assert digits_by_sound(said, "en-US") == said


def test_mandarin_is_left_alone():
    assert digits_by_sound("one for two three", "zh-CN") == "one for two three"
