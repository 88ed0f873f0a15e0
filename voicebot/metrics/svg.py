"""Charts as inline SVG: horizontal bars with intervals, stacked bars, histograms, reliability plots.

Colours and fonts are the page's: series have the classes `s0`, `s1` …; texts take the page's colour. Each chart carries what it
shows as its label for those who do not see it.
"""

from collections.abc import Sequence
from dataclasses import dataclass

from voicebot.metrics.html import Html, element, fragment, joined
from voicebot.metrics.reliability import Bin
from voicebot.metrics.terms import Term

WIDTH = 380.0
"""Units of a chart's width: about a phone's screen in pixels; wider ones scale it up a little."""

SERIES = 8
"""Colours there are."""

_STYLE = (
    "<style>text{font:13px sans-serif;fill:#1d2126}.small{font-size:11px}.on{fill:#fff}.track{fill:#ecebe7}.soft{opacity:.4}"
    ".grid{stroke:#e2dfd9}.axis,.diagonal{stroke:#5f6873}.diagonal{stroke-dasharray:4 4}.whisker{stroke:#1d2126}"
    ".s0{fill:#2f6fb5}.s1{fill:#d9822b}.s2{fill:#3f8f4f}.s3{fill:#b04a5a}.s4{fill:#7a5bb0}.s5{fill:#a3742f}.s6{fill:#2f9a9a}"
    ".s7{fill:#7d8590}</style>"
)
"""The page's light colours (report/page.css), for charts outside of it."""

HISTOGRAM_HEIGHT = 150.0
PLOT = 270.0


def svg(width: float, height: float, label: Term, *content: Html, class_: str = "chart") -> Html:
    """An image of `width` × `height` units with its label in both languages."""
    return element(
        "svg",
        *content,
        class_=class_,
        view_box=f"0 0 {width:g} {height:g}",
        width=width,
        height=height,
        role="img",
        aria_label=label[0],
        data_zh=label[0],
        data_en=label[1],
    )


def standalone(chart: Html) -> str:
    """A chart as an SVG file of its own, in colours for white paper."""
    inside = chart.removeprefix("<svg")
    return f'<svg xmlns="http://www.w3.org/2000/svg"{inside[: inside.index(">") + 1]}{_STYLE}{inside[inside.index(">") + 1 :]}\n'


def text(x: float, y: float, words: Html | str, anchor: str = "start", class_: str | None = None) -> Html:
    """A line of text with its baseline at y."""
    return element("text", words, x=x, y=y, text_anchor=None if anchor == "start" else anchor, class_=class_)


def rect(
    x: float, y: float, width: float, height: float, class_: str, radius: float | None = None, title: Html | str = ""
) -> Html:
    inside = element("title", title) if title else None
    return element("rect", inside, x=x, y=y, width=max(0.0, width), height=height, class_=class_, rx=radius)


def line(x1: float, y1: float, x2: float, y2: float, class_: str) -> Html:
    return element("line", x1=x1, y1=y1, x2=x2, y2=y2, class_=class_)


@dataclass(frozen=True, slots=True)
class Bar:
    """A horizontal bar of shares."""

    label: Html | str
    share: float
    """0–1: its length."""
    inner: float | None = None
    """0–1: a darker bar inside it."""
    interval: tuple[float, float] | None = None
    note: str = ""
    """Written at its end."""
    series: int = 0


def bars(rows: Sequence[Bar], label: Term) -> Html:
    """One bar a row, its label above it."""
    parts: list[Html] = []
    y, scale = 0.0, WIDTH - 110
    for row in rows:
        if row.label:
            parts.append(text(0, y + 14, row.label))
            y += 20
        parts.append(rect(0, y, scale, 12, "track", 3))
        parts.append(rect(0, y, scale * row.share, 12, f"s{row.series % SERIES}{' soft' if row.inner is not None else ''}", 3))
        if row.inner is not None:
            parts.append(rect(0, y, scale * row.inner, 12, f"s{row.series % SERIES}", 3))
        if row.interval is not None:
            low, high = (scale * value for value in row.interval)
            parts += [line(low, y + 6, high, y + 6, "whisker"), line(low, y + 3, low, y + 9, "whisker")]
            parts.append(line(high, y + 3, high, y + 9, "whisker"))
        parts.append(text(WIDTH, y + 11, row.note, "end", "small"))
        y += 18
    return svg(WIDTH, max(y, 1.0), label, *parts)


@dataclass(frozen=True, slots=True)
class Stack:
    """A bar made of parts that add up to the whole."""

    label: Html | str
    parts: Sequence[tuple[int, int, str]]
    """Series, count, and what to say of it."""


def stacked(rows: Sequence[Stack], label: Term) -> Html:
    """One full-width bar a row, divided by the counts of its parts."""
    drawn: list[Html] = []
    y = 0.0
    for row in rows:
        if row.label:
            drawn.append(text(0, y + 14, row.label))
            y += 20
        total, x = sum(count for _, count, _ in row.parts), 0.0
        for series, count, title in row.parts:
            if not count:
                continue
            width = WIDTH * count / total
            drawn.append(rect(x, y, width - 1.5, 26, f"s{series % SERIES}", 3, title))
            if width > 22:
                drawn.append(text(x + (width - 1.5) / 2, y + 17.5, str(count), "middle", "on"))
            x += width
        y += 36
    return svg(WIDTH, max(y, 1.0), label, *drawn)


def histogram(counts: Sequence[int], names: Sequence[str], label: Term, series: int = 0) -> Html:
    """One column a count, named below and counted above."""
    top, height = max(counts, default=0) or 1, HISTOGRAM_HEIGHT - 36
    step = WIDTH / max(len(counts), 1)
    width = min(step - 4, 60)
    parts = [line(0, height + 18, WIDTH, height + 18, "axis")]
    for index, (count, name) in enumerate(zip(counts, names, strict=True)):
        middle, tall = step * (index + 0.5), height * count / top
        if count:
            parts.append(rect(middle - width / 2, height + 18 - tall, width, tall, f"s{series % SERIES}", 3))
            parts.append(text(middle, height + 13 - tall, str(count), "middle", "small"))
        parts.append(text(middle, HISTOGRAM_HEIGHT - 2, name, "middle", "small"))
    return svg(WIDTH, HISTOGRAM_HEIGHT, label, *parts)


def reliability_plot(bins: Sequence[Bin], label: Term) -> Html:
    """What came true over what was said: on the diagonal where probabilities can be taken at their word."""
    left, bottom, size = 40.0, PLOT - 40.0, PLOT - 60.0
    across = WIDTH - left - 20

    def at(x: float, y: float) -> tuple[float, float]:
        return left + across * x, bottom - size * y

    grid = [
        fragment(
            line(*at(0, mark), *at(1, mark), "grid"),
            text(left - 6, at(0, mark)[1] + 4, f"{mark:g}", "end", "small"),
            text(at(mark, 0)[0], bottom + 16, f"{mark:g}", "middle", "small"),
        )
        for mark in (0.0, 0.25, 0.5, 0.75, 1.0)
    ]
    most = max((part.n for part in bins), default=1)
    points: list[Html] = []
    for part in bins:
        (x, y), (low, high) = at(part.mean, part.share), part.interval
        points.append(line(x, at(0, low)[1], x, at(0, high)[1], "whisker"))
        said = f"{part.mean:.2f} → {part.share:.2f} ({part.k}/{part.n})"
        radius = 4 + 6 * (part.n / most) ** 0.5
        points.append(element("circle", element("title", said), cx=x, cy=y, r=radius, class_="s0"))
        points.append(text(x + radius + 3, y + 4, str(part.n), "start", "small"))
    return svg(WIDTH, PLOT, label, joined(grid), line(*at(0, 0), *at(1, 1), "diagonal"), *points)
