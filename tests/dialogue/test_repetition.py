"""Whether words are those of before, as far as a recogniser leaves them alike."""

import pytest

from voicebot.dialogue.repetition import says_again


@pytest.mark.parametrize(
    ("text", "before", "again"),
    [
        ("外币现钞在哪里可以取", "外币现钞在哪里可以取", True),
        ("外币现抄在哪里可以去", "外币，现钞在哪里可以取。", True),
        ("你搞错了我说的是医院挂号约不上", "医院挂号约不上", True),
        ("where can i pick up foreign cash", "so where can I pick up foreign cash, please", True),
        ("花呗还款失败", "外币现钞在哪里可以取", False),
        ("where can i change my number", "where can i pick up foreign cash", False),
        ("是的是", "是的是", False),
        ("no that one", "no that one", False),
        ("", "", False),
    ],
)
def test_said_again(text, before, again):
    assert says_again(text, [before]) is again


def test_nothing_was_said_before():
    assert not says_again("外币现钞在哪里可以取", [])
