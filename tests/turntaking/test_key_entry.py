"""Key presses become entries."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from voicebot.turntaking.key_entry import KeyEntry
from voicebot.types import Expectation, Timeouts


def _entries(entry: KeyEntry, seconds: float, step: float = 0.02) -> list[str]:
    found = [entry.step(step) for _ in range(round(seconds / step))]
    return [keys for keys in found if keys is not None]


def test_one_key_answers_a_choice_at_once() -> None:
    entry = KeyEntry()
    entry.expect(Expectation("choice"))
    entry.press("2")
    assert entry.step(0.02) == "2"


def test_keys_pressed_ahead_wait_for_their_turn() -> None:
    entry = KeyEntry()
    entry.expect(Expectation("choice"))
    for key in "12":
        entry.press(key)
    assert _entries(entry, 1.0) == ["1", "2"]


@pytest.mark.parametrize(("keys", "taken"), [("3862", "3862"), ("38#", "38"), ("#", "#"), ("*", "*")])
def test_digits_end_at_their_length_or_the_terminator(keys: str, taken: str) -> None:
    entry = KeyEntry()
    entry.expect(Expectation("digits", length=4))
    for key in keys:
        entry.press(key)
    assert entry.step(0.02) == taken


def test_digits_of_unknown_length_end_after_the_interdigit_timeout() -> None:
    entry = KeyEntry()
    entry.expect(Expectation("digits", timeouts=Timeouts(interdigit=1.0)))
    for key in "123":
        entry.press(key)
    assert _entries(entry, 0.9) == []
    entry.press("4")
    assert _entries(entry, 0.9) == []
    assert _entries(entry, 0.3) == ["1234"]


@pytest.mark.parametrize("expectation", [Expectation("choice"), Expectation("digits", length=2)])
def test_no_entry_is_over_while_a_key_is_held(expectation: Expectation) -> None:
    entry = KeyEntry()
    entry.expect(expectation)
    for key in "12":
        entry.press(key)
    assert [entry.step(0.02, key_down=True) for _ in range(10)] == [None] * 10
    assert entry.step(0.02) is not None


@pytest.mark.parametrize("key", ["", "x", "12"])
def test_other_keys_are_refused(key: str) -> None:
    with pytest.raises(ValueError, match="not a key"):
        KeyEntry().press(key)


@given(st.text("0123456789*#", max_size=40), st.sampled_from(["choice", "digits", "open"]))
def test_no_key_is_lost(keys: str, kind: str) -> None:
    entry = KeyEntry()
    entry.expect(Expectation(kind))  # type: ignore[arg-type]
    for key in keys:
        entry.press(key)
    taken = "".join(_entries(entry, 200, step=1.0))
    assert taken.replace("#", "") == keys.replace("#", "")
    assert not entry.pending
