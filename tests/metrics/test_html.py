"""Markup that no text can break."""

from html.parser import HTMLParser

from hypothesis import given
from hypothesis import strategies as st

from voicebot.metrics.html import both, element, fragment, number


class _Reader(HTMLParser):
    def __init__(self) -> None:
        super().__init__()
        self.tags: list[str] = []
        self.attributes: dict[str, str | None] = {}
        self.text = ""

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.tags.append(tag)
        self.attributes |= dict(attrs)

    def handle_data(self, data: str) -> None:
        self.text += data


def _read(markup: str) -> _Reader:
    reader = _Reader()
    reader.feed(markup)
    reader.close()
    return reader


@given(st.text(st.characters(exclude_categories=["Cs", "Cc"])))
def test_any_text_comes_back_as_text(text: str) -> None:
    found = _read(element("p", text, title=text))
    assert (found.tags, found.text, found.attributes["title"]) == (["p"], text, text)


@given(st.text(st.characters(codec=None)))
def test_any_text_at_all_can_be_written(text: str) -> None:
    markup = element("p", text, title=text)
    assert _read(markup.encode("utf8").decode("utf8")).tags == ["p"]
    assert "\0" not in markup


def test_attributes() -> None:
    assert element("input", class_="a", data_t=1.5, aria_hidden="true", hidden=True, open=False, id=None) == (
        '<input class="a" data-t="1.5" aria-hidden="true" hidden>'
    )
    assert element("svg", view_box="0 0 1 1") == '<svg viewBox="0 0 1 1"></svg>'


def test_markup_is_not_escaped_twice_and_text_always_is() -> None:
    assert element("p", element("b", "<"), "<b>") == "<p><b>&lt;</b>&lt;b&gt;</p>"
    assert fragment("&", None, 3) == "&amp;3"


def test_both_languages_once_where_they_are_the_same() -> None:
    assert both("a", "a") == "a"
    assert _read(both("确认", "confirm")).text == "确认confirm"


def test_numbers_are_short() -> None:
    assert [number(value) for value in (3.0, 0.1, 2.506, 0.001)] == ["3", "0.1", "2.51", "0"]
