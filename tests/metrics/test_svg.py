"""Charts: what is drawn where, as the XML that a browser reads."""

from xml.etree import ElementTree

import pytest

from voicebot.metrics.reliability import reliability_bins
from voicebot.metrics.svg import WIDTH, Bar, Stack, bars, histogram, reliability_plot, stacked, standalone

LABEL = ("图", "a chart")


def _drawn(chart: str, tag: str, class_: str | None = None) -> list[ElementTree.Element]:
    return [node for node in ElementTree.fromstring(chart).iter(tag) if class_ is None or node.get("class") == class_]


def test_a_bar_is_as_long_as_its_share() -> None:
    chart = bars([Bar("a", 0.5, 0.25, (0.3, 0.7), "1/2", 0), Bar("b", 1.0, series=1)], LABEL)
    (whole, *_), (light,), (dark,), (other,) = (_drawn(chart, "rect", kind) for kind in ("track", "s0 soft", "s0", "s1"))
    full = float(whole.get("width") or 0)
    assert [float(bar.get("width") or 0) / full for bar in (light, dark, other)] == pytest.approx([0.5, 0.25, 1.0])
    assert len(_drawn(chart, "line", "whisker")) == 3


def test_the_parts_of_a_stack_fill_it() -> None:
    chart = stacked([Stack("", [(0, 3, "three"), (1, 0, "none"), (2, 1, "one")])], LABEL)
    widths = [float(part.get("width") or 0) + 1.5 for part in _drawn(chart, "rect")]
    assert widths == pytest.approx([WIDTH * 3 / 4, WIDTH / 4])


def test_columns_are_as_tall_as_their_counts() -> None:
    tall = [float(column.get("height") or 0) for column in _drawn(histogram([1, 4, 0, 2], list("abcd"), LABEL), "rect")]
    assert [value / tall[1] for value in tall] == pytest.approx([0.25, 1.0, 0.5])


def test_a_perfect_forecast_lies_on_the_diagonal() -> None:
    plot = reliability_plot(reliability_bins([(0.5, True), (0.5, False)]), LABEL)
    (point,), (diagonal,) = _drawn(plot, "circle"), _drawn(plot, "line", "diagonal")
    middle = [(float(diagonal.get(f"{axis}1") or 0) + float(diagonal.get(f"{axis}2") or 0)) / 2 for axis in "xy"]
    assert [float(point.get("cx") or 0), float(point.get("cy") or 0)] == pytest.approx(middle)


@pytest.mark.parametrize("chart", [bars([], LABEL), stacked([], LABEL), histogram([], [], LABEL), reliability_plot([], LABEL)])
def test_nothing_to_draw_is_a_chart_too(chart: str) -> None:
    root = ElementTree.fromstring(chart)
    assert (root.get("role"), root.get("aria-label"), root.get("data-en")) == ("img", *LABEL)


def test_a_chart_can_be_a_file() -> None:
    chart = reliability_plot(reliability_bins([(0.5, True)]), ('a > b "', "c"))
    root = ElementTree.fromstring(standalone(chart))
    assert root.tag == "{http://www.w3.org/2000/svg}svg"
    assert root.get("aria-label") == 'a > b "'
    assert len(list(root.iter("{http://www.w3.org/2000/svg}style"))) == 1
    assert len(list(root.iter("{http://www.w3.org/2000/svg}circle"))) == 1


def test_labels_are_escaped() -> None:
    chart = bars([Bar("<b>&", 0.1)], ('"><script>', "'"))
    assert _drawn(chart, "text")[0].text == "<b>&"
    assert ElementTree.fromstring(chart).get("aria-label") == '"><script>'
