"""Text into a given width, with no font at hand: a Chinese character is as wide as its size, a Latin one about half."""

SIZE = 12.0
"""Font size of the timeline's texts, in units."""

_NARROW = 0.58
"""Mean advance of Latin letters, digits and spaces of the usual sans serifs, in ems."""

_NEVER_FIRST = "，。、？！；：,.?!;:)）”"
"""What does not begin a line."""


def text_width(text: str, size: float = SIZE) -> float:
    """About how wide `text` is."""
    return sum(size if ord(char) > 0x2E7F else size * _NARROW for char in text)


def cut(text: str, room: float) -> str:
    """As much of `text` as fits, with … where something is missing; empty where nothing does."""
    if text_width(text) <= room:
        return text
    kept = text
    while kept and text_width(kept) + SIZE * _NARROW > room:
        kept = kept[:-1]
    return kept.rstrip() + "…" if kept else ""


def wrap(text: str, room: float, lines: int) -> list[str]:
    """`text` on at most `lines` lines, the last one cut; breaks at spaces where there are any."""
    found: list[str] = []
    rest = text.strip()
    while rest and len(found) < lines - 1:
        kept = 0
        width = 0.0
        while kept < len(rest) and (width := width + text_width(rest[kept])) <= room:
            kept += 1
        if kept < len(rest) and (space := rest.rfind(" ", 0, kept + 1)) > 0:
            kept = space
        if kept == 0:
            return found
        if kept < len(rest) and rest[kept] in _NEVER_FIRST:
            kept += 1
        found.append(rest[:kept].rstrip())
        rest = rest[kept:].lstrip()
    return [*found, last] if rest and (last := cut(rest, room)) else found


def part_between(text: str, start: float, end: float, low: float, high: float) -> str:
    """The part of a text spoken from `start` to `end` that was spoken from `low` to `high`, at even speed, in whole words."""
    if end <= start:
        return text
    return text[_boundary(text, (low - start) / (end - start)) : _boundary(text, (high - start) / (end - start))]


def _boundary(text: str, share: float) -> int:
    at = round(len(text) * min(1.0, max(0.0, share)))
    while 0 < at < len(text) and text[at - 1].isascii() and text[at - 1].isalnum() and text[at].isascii() and text[at].isalnum():
        at -= 1
    return at
