"""-k chooses by name, as pytest has it."""

import pytest

from voicebot.errors import VoicebotError
from voicebot.testing.selection import selection


@pytest.mark.parametrize(
    ("expression", "chosen"),
    [
        ("barge", ["barge in"]),
        ("BARGE or keys", ["barge in", "keys survey"]),
        ("not survey", ["barge in", "silence"]),
        ("keys and survey", ["keys survey"]),
        ("not (barge or keys)", ["silence"]),
        ("not not silence", ["silence"]),
        ("survey and not keys or silence", ["silence"]),
    ],
)
def test_names_and_or_not_and_brackets(expression: str, chosen: list[str]) -> None:
    choose = selection(expression)
    assert [name for name in ("barge in", "keys survey", "silence") if choose(name)] == chosen


@pytest.mark.parametrize("expression", ["", "and", "a or", "(a", "a)", "a b", "not"])
def test_what_cannot_be_read_is_said(expression: str) -> None:
    with pytest.raises(VoicebotError, match="-k"):
        selection(expression)
