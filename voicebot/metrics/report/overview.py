"""The upper part of the page: headline figures, the table of KPIs, the charts."""

from collections.abc import Mapping, Sequence
from typing import Any

from voicebot.metrics.call_record import CallRecord
from voicebot.metrics.html import Html, both, element, fragment, joined
from voicebot.metrics.kpis import KPI_NAMES
from voicebot.metrics.reliability import brier, calibration_error, reliability_bins
from voicebot.metrics.report.document import by_group, coverage, forecasts
from voicebot.metrics.report.figures import count_of, interval_of, value_of
from voicebot.metrics.report.names import Names
from voicebot.metrics.svg import Bar, Stack, bars, histogram, reliability_plot, stacked
from voicebot.metrics.terms import DEFINITIONS, OUTCOMES, SYSTEMS, Term, term

HEADLINES = ("coverage", "correct_coverage", "confirmed_share", "average_turns", "self_service", "wrong_certain")

GROUPS_SHOWN = 15
"""Businesses (or questions) with a bar of their own, the largest; the others share one."""

MOST_TURNS = 10
"""Calls with more turns share the last column."""

Systems = Mapping[str, Sequence[CallRecord]]


def headlines(figures: Mapping[str, Mapping[str, Any]]) -> Html:
    """The figures people ask for first, of the first system."""
    system, own = next(iter(figures.items()))
    tiles = [
        element(
            "div",
            element("dt", both(KPI_NAMES[key][1], KPI_NAMES[key][0])),
            element("dd", value_of(own[key]), element("small", f"{interval_of(own[key])} · {count_of(own[key])}")),
            class_="tile",
        )
        for key in HEADLINES
    ]
    whose = element("p", both(*_system(system)), class_="quiet") if len(figures) > 1 else None
    return fragment(whose, element("dl", *tiles, class_="tiles"))


def kpi_table(figures: Mapping[str, Mapping[str, Any]]) -> Html:
    """Every KPI of every system with its interval and count."""
    head = element(
        "tr",
        element("th", both("指标", "KPI"), scope="col"),
        *(
            element("th", both(*_system(name)), f" ({own['calls']})", scope="col", class_="number")
            for name, own in figures.items()
        ),
    )
    rows = [
        element(
            "tr",
            element("th", both(chinese, english), scope="row"),
            *(_figure_cell(own[key]) for own in figures.values()),
        )
        for key, (english, chinese) in KPI_NAMES.items()
    ]
    terms = [
        fragment(element("dt", both(KPI_NAMES[key][1], KPI_NAMES[key][0])), element("dd", both(*words)))
        for key, words in DEFINITIONS.items()
    ]
    return fragment(
        wide(element("table", element("thead", head), element("tbody", *rows), class_="kpis"), ("指标表", "table of KPIs")),
        element(
            "p",
            both(
                "小字：95 % 区间（比率：Wilson；平均：自助法），以及计数。",
                "Small: 95 % interval (rates: Wilson; means: bootstrap), and the count.",
            ),
            class_="quiet",
        ),
        element("details", element("summary", both("怎么算的", "How they are counted")), element("dl", *terms, class_="terms")),
    )


def wide(table: Html, label: Term) -> Html:
    """A table that scrolls sideways where it must, by keyboard too."""
    return element(
        "div", table, class_="wide", role="region", tabindex="0", aria_label=label[0], data_zh=label[0], data_en=label[1]
    )  # fmt: skip


def _figure_cell(figure: Mapping[str, Any]) -> Html:
    figure = dict(figure)
    median = figure.get("median")
    middle = element("small", both(f"中位数 {median:.2f}", f"median {median:.2f}")) if median is not None else None
    small = element("small", f"{interval_of(figure)} · {count_of(figure)}" if figure["n"] else count_of(figure))
    return element("td", value_of(figure), small, middle, class_="number")


def _system(name: str) -> Term:
    return term(SYSTEMS, name)


# ---------------------------------------------------------------- charts


def charts(systems: Systems, names: Names) -> Html:
    """What became of the calls, how many turns they took, what was covered, how good the guesses were."""
    all_calls = [call for own in systems.values() for call in own]
    by_business, several = names.known(all_calls), len(systems) > 1
    turned = [turns(name, own, several) for name, own in systems.items()]
    return element(
        "div",
        _card("结果", "Outcomes", outcomes(systems)),
        _card("交互轮数", "Turns until the answer or the transfer", *turned),
        _card(
            "各业务的覆盖率" if by_business else "各问题的覆盖率",
            "Coverage by business" if by_business else "Coverage by question",
            joined(covered(name, own, names, several) for name, own in systems.items()),
            element(
                "p",
                both(
                    "浅色：定位到问题；深色：定位正确（有标注时）；横线：覆盖率的 95 % 区间。",
                    "Light: located; dark: located rightly (where labelled); line: 95 % interval of coverage.",
                ),
                class_="quiet",
            ),
        ),
        _card("猜测的可靠性", "Reliability of the proactive guesses", guesses(all_calls)),
        class_="cards",
    )  # fmt: skip


def _card(chinese: str, english: str, *content: Html) -> Html:
    return element("section", element("h3", both(chinese, english)), *content, class_="card")


def outcomes(systems: Systems) -> Html:
    """A bar a system, divided by how its calls ended."""
    series = {name: index for index, name in enumerate(OUTCOMES)}
    seen = [call.outcome for own in systems.values() for call in own]
    for name in sorted(set(seen) - set(series)):
        series[name] = len(series)
    rows, said = [], (["", ""])
    for system, own in systems.items():
        counts = {name: sum(call.outcome == name for call in own) for name in series}
        parts = [(series[name], count, f"{name}: {count}") for name, count in counts.items() if count]
        rows.append(Stack(both(*_system(system), "tspan") if len(systems) > 1 else "", parts))
        for index in (0, 1):
            listed = ", ".join(f"{term(OUTCOMES, name)[index]} {count}" for name, count in counts.items() if count)
            said[index] += f"{_system(system)[index]}: {listed}. "
    legend = [
        element("li", _swatch(f"s{series[name]}"), both(*term(OUTCOMES, name)), f" {seen.count(name)}")
        for name in series
        if name in seen
    ]
    return fragment(stacked(rows, (said[0], said[1])), element("ul", *legend, class_="legend"))


def _swatch(class_: str) -> Html:
    dot = element("rect", width=12, height=12, rx=3, class_=class_)
    return element("svg", dot, width=12, height=12, view_box="0 0 12 12", class_="swatch", aria_hidden="true")


def turns(system: str, calls: Sequence[CallRecord], named: bool) -> Html:
    """How many calls took how many turns."""
    most = min(MOST_TURNS, max((call.turns for call in calls), default=0))
    counts = [sum(min(call.turns, MOST_TURNS) == n for call in calls) for n in range(max(most, 3) + 1)]
    names = [f"{n}+" if n == MOST_TURNS else str(n) for n in range(len(counts))]
    listed = ", ".join(f"{name}: {count}" for name, count in zip(names, counts, strict=True) if count)
    title = element("h4", both(*_system(system))) if named else None
    return fragment(title, histogram(counts, names, (f"轮数 → 通话数：{listed}", f"turns → calls: {listed}")))


def covered(system: str, calls: Sequence[CallRecord], names: Names, named: bool) -> Html:
    """Coverage of each business, the largest first."""
    groups = list(by_group(calls, names).items())
    if not groups:
        return element("p", both("没有带着目录内问题的通话。", "No call came with a question of the catalogue."), class_="quiet")
    rest = [call for _, own in groups[GROUPS_SHOWN:] for call in own]
    shown = [*groups[:GROUPS_SHOWN], *([(("其余", "others"), rest)] if rest else [])]
    rows, said = [], []
    for group, own in shown:
        figures = coverage(own)
        located, right = figures["coverage"], figures["correct_coverage"]
        rows.append(
            Bar(
                both(*group, "tspan"),
                located["rate"],
                right["k"] / located["n"] if right["n"] else None,
                (located["low"], located["high"]),
                f"{located['k']}/{located['n']} · {100 * located['rate']:.0f} %",
            )
        )
        said.append(f"{group[0]} / {group[1]} {located['k']}/{located['n']}")
    title = element("h4", both(*_system(system))) if named else None
    label = "; ".join(said)
    return fragment(title, bars(rows, (f"覆盖率：{label}", f"coverage: {label}")))


def guesses(calls: Sequence[CallRecord]) -> Html:
    """Said probability against what came true, with the Brier score."""
    pairs = forecasts(calls)
    if not pairs:
        return element("p", both("这些通话里没有得到回应的猜测。", "No guess was reacted to in these calls."), class_="quiet")
    bins = reliability_bins(pairs)
    score, error = brier(pairs), calibration_error(pairs)
    listed = ", ".join(f"{part.mean:.2f} → {part.share:.2f} ({part.k}/{part.n})" for part in bins)
    made = sum(call.guesses_made for call in calls)
    return fragment(
        reliability_plot(bins, (f"概率 → 猜对的比例：{listed}", f"probability → share right: {listed}")),
        element(
            "p",
            both("横轴：猜测的概率；纵轴：被肯定的比例。", "Across: probability of the guess; up: share answered yes. "),
            f" Brier {score:.3f}, ECE {error:.3f}, n = {len(pairs)}",
            both(f"（共猜 {made} 次）", f" (of {made} made)"),
            class_="quiet",
        ),
    )
