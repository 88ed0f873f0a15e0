"""HTML and SVG that cannot be broken by what people say: every text and attribute is escaped where it is put in.

`element("p", "5 < 6", class_="note")` gives `<p class="note">5 &lt; 6</p>`; only what `element`, `fragment` and `both` made goes
in as markup.
"""

from collections.abc import Iterable
from html import escape
from typing import TypeAlias

from voicebot.metrics.collection import printable

_VOID = frozenset({"br", "col", "hr", "img", "input", "link", "meta", "wbr"})


class Html(str):
    """Markup that is well-formed and safe: made by this module only."""

    __slots__ = ()


Content: TypeAlias = "Html | str | int | float | None"
"""Markup, or text to be escaped; None is nothing."""


def _content(part: Content) -> str:
    if part is None:
        return ""
    return part if isinstance(part, Html) else escape(printable(str(part)), quote=False)


def fragment(*parts: Content) -> Html:
    """One after the other."""
    return Html("".join(map(_content, parts)))


def joined(parts: Iterable[Content]) -> Html:
    """As `fragment`, from an iterable."""
    return fragment(*parts)


def element(tag: str, *content: Content, **attributes: str | float | bool | None) -> Html:
    """`<tag attributes>content</tag>`. An attribute's `_` becomes `-` and one at its end goes (`class_`, `data_t`).

    True is a bare attribute, None and False none; floats are written as short as they are.
    """
    written = "".join(_attribute(name, value) for name, value in attributes.items() if value is not None and value is not False)
    if tag in _VOID:
        return Html(f"<{tag}{written}>")
    return Html(f"<{tag}{written}>{''.join(map(_content, content))}</{tag}>")


def _attribute(name: str, value: str | float | bool) -> str:
    name = name.rstrip("_").replace("_", "-") if name not in _CAMEL else _CAMEL[name]
    if value is True:
        return f" {name}"
    text = number(value) if isinstance(value, float) else printable(str(value))
    return f' {name}="{escape(text)}"'


_CAMEL = {"view_box": "viewBox", "preserve_aspect_ratio": "preserveAspectRatio"}


def number(value: float) -> str:
    """`value` to two decimals, without trailing zeros."""
    return f"{value:.2f}".rstrip("0").rstrip(".") if value % 1 else str(int(value))


def both(chinese: Content, english: Content, tag: str = "span") -> Html:
    """A text in both languages; the page shows the one that is chosen. In an SVG, `tag` is `tspan`."""
    if chinese == english:
        return fragment(chinese)
    return fragment(
        element(tag, chinese, class_="zh", lang="zh-CN"),
        element(tag, english, class_="en", lang="en"),
    )
