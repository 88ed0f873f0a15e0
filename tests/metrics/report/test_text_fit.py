"""Texts cut and wrapped to a width."""

from hypothesis import given
from hypothesis import strategies as st

from voicebot.metrics.report.text_fit import SIZE, cut, part_between, text_width, wrap


def test_chinese_is_twice_as_wide_as_latin() -> None:
    assert text_width("花呗") == 2 * SIZE
    assert text_width("ab") < 1.2 * SIZE


def test_what_fits_is_not_cut() -> None:
    assert cut("花呗还款", 48) == "花呗还款"
    assert cut("花呗还款失败", 48) == "花呗还…"
    assert cut("花呗", 3) == ""


def test_lines_break_at_spaces_and_the_last_one_is_cut() -> None:
    assert wrap("how can I help you", 66, 2) == ["how can I", "help you"]
    assert wrap("how can I help you today then", 66, 2) == ["how can I", "help you…"]
    assert wrap("您好，这里是", 36, 2) == ["您好，", "这里是"]
    assert wrap("您好吗，这里", 36, 2) == ["您好吗，", "这里"], "no line begins with a comma"


def test_parts_of_a_text_in_time_keep_words_whole() -> None:
    assert part_between("您好这里是", 0, 5, 1, 3) == "好这"
    assert part_between("hello there", 0, 11, 0, 8) == "hello "
    assert part_between("hello there", 0, 11, 8, 11) == "there"
    assert part_between("x", 1, 1, 0, 5) == "x"


@given(st.text(max_size=40), st.floats(0, 300), st.integers(1, 3))
def test_nothing_is_wider_than_its_room(text: str, room: float, lines: int) -> None:
    found = wrap(text, room, lines)
    assert len(found) <= lines
    assert all(text_width(line) <= room + SIZE + 1e-6 for line in found)


@given(st.text(max_size=40), st.lists(st.floats(0, 1), max_size=4))
def test_the_parts_make_the_whole(text: str, cuts: list[float]) -> None:
    times = [0.0, *sorted(cuts), 1.0]
    assert "".join(part_between(text, 0, 1, low, high) for low, high in zip(times, times[1:], strict=False)) == text
