"""The page of a run: KPIs of the systems side by side, paired differences, difficulty curves. One HTML file, no script."""

import shlex
from collections.abc import Mapping
from pathlib import Path
from typing import Any

from voicebot.metrics.html import Html, element, fragment
from voicebot.metrics.kpis import KPI_NAMES
from voicebot.metrics.report.figures import count_of, interval_of, value_of
from voicebot.metrics.svg import Bar, bars
from voicebot.metrics.terms import SYSTEMS, term
from voicebot.simulation.settings import DEFAULT_HOTLINE, SimulationSettings
from voicebot.testing.files import write_text

PAGE_NAME = "simulation.html"

_STYLE = (
    "body{font:15px/1.5 system-ui,sans-serif;max-width:1100px;margin:2rem auto;padding:0 1rem;color:#1d2126;background:#fff}"
    "table{border-collapse:collapse;margin:1rem 0}th,td{padding:.3rem .7rem;text-align:right;border-bottom:1px solid #e2dfd9}"
    "th:first-child,td:first-child{text-align:left}small{color:#5f6873;display:block}.wide{overflow-x:auto}"
    ".cards{display:flex;flex-wrap:wrap;gap:2rem}svg{max-width:100%;height:auto}text{font:13px sans-serif;fill:#1d2126}"
    ".small{font-size:11px}.track{fill:#ecebe7}.soft{opacity:.4}.whisker{stroke:#1d2126}"
    ".s0{fill:#2f6fb5}.s1{fill:#d9822b}.s2{fill:#3f8f4f}.s3{fill:#b04a5a}.s4{fill:#7a5bb0}.s5{fill:#a3742f}.s6{fill:#2f9a9a}"
)

_KPIS_READ = (
    "docs/measures.md defines every KPI. Shares with their Wilson 95 % intervals, means with bootstrap ones; behind the dot what "
    "was counted: calls, guesses, or answers. Callers are invented; the distributions they are drawn from are the population's."
)
_DIFFERENCES_READ = (
    "The mean over callers of the one call less the other, with its normal 95 % interval. Up, down: callers whose figure rose or "
    "fell; callers: those that have the figure in both calls. Where no caller's moved, the interval is three in that number."
)
_CURVES_READ = (
    "Callers with a question of the catalogue alone; turns are those up to the first answer, the transfer, or the end of the "
    "call."
)

_AXES = {
    "snr": "Signal-to-noise ratio",
    "profile": "What the profile says",
    "vague": "First description vague",
    "agent_first": "Asks for a person first",
    "noise": "Kind of noise",
}


def write_page(document: Mapping[str, Any], path: Path, settings: SimulationSettings) -> None:
    """Write the page of a summary. Raises `VoicebotError` where it cannot be written."""
    systems = document["systems"]
    parts = [
        element("h1", f"{document['callers']} simulated callers, {settings.tier} tier"),
        element(
            "p",
            f"{settings.hotline}, {settings.language}, seed {settings.seed}. Repeat with ",
            element("code", _repeat(settings)),
        ),
        element("h2", "KPIs 指标"),
        element("p", element("small", _KPIS_READ)),
        _kpis(systems),
        *(_differences(name, found, next(iter(systems))) for name, found in document["differences"].items()),
        element("h2", "What makes it hard"),
        element("p", element("small", _CURVES_READ)),
        *(_curves(name, axes, index) for index, (name, axes) in enumerate(document["curves"].items())),
        _failed(document["failed"]),
    ]
    head = element(
        "head", element("meta", charset="utf-8"), element("title", "voicebot simulate"), element("style", Html(_STYLE))
    )
    write_text(path, f"<!doctype html>\n{element('html', head, element('body', *parts), lang='en')}\n")


def _repeat(settings: SimulationSettings) -> str:
    """The command that holds the same calls."""
    given = {
        "--hotline": settings.hotline if settings.hotline != DEFAULT_HOTLINE else None,
        "--model": settings.model,
        "--population": settings.population,
        "--wordings": settings.wordings,
        "--voices": settings.voices,
        "--channel": settings.channel,
        "--only": ",".join(map(str, settings.only)) or None,
    }
    parts = [f"voicebot simulate --calls {settings.calls} --tier {settings.tier} --system {','.join(settings.systems)}"]
    parts += [f"--seed {settings.seed} --lang {settings.language}"]
    parts += [f"{name} {shlex.quote(value)}" for name, value in given.items() if value is not None]
    return " ".join(parts)


def _name(system: str) -> str:
    chinese, english = term(SYSTEMS, system)
    return f"{english} {chinese}" if chinese != english else english


def _kpis(systems: Mapping[str, Any]) -> Html:
    head = element("tr", element("th", ""), *(element("th", f"{_name(name)} ({own['calls']})") for name, own in systems.items()))
    rows = [
        element("tr", element("td", f"{english} {chinese}"), *(_cell(own[key]) for own in systems.values()))
        for key, (english, chinese) in KPI_NAMES.items()
    ]
    return element("div", element("table", head, *rows), class_="wide")


def _cell(found: Mapping[str, Any]) -> Html:
    own = dict(found)
    median = element("small", f"median {own['median']:.2f}") if own.get("median") is not None else None
    return element("td", value_of(own), element("small", f"{interval_of(own)} · {count_of(own)}"), median)


def _differences(name: str, found: Mapping[str, Any], first: str) -> Html:
    head = element("tr", *(element("th", text) for text in ("", "difference", "95 % interval", "up", "down", "callers")))
    rows = [
        element(
            "tr",
            element("td", " ".join(KPI_NAMES[key])),
            element("td", f"{moved['value']:+.4f}"),
            element("td", f"{moved['low']:+.4f} … {moved['high']:+.4f}"),
            element("td", moved["up"]),
            element("td", moved["down"]),
            element("td", moved["n"]),
        )
        for key, moved in found.items()
    ]
    return fragment(
        element("h2", f"{_name(name)} less {_name(first)}, paired by caller"),
        element("p", element("small", _DIFFERENCES_READ)),
        element("div", element("table", head, *rows), class_="wide"),
    )


def _curves(name: str, axes: Mapping[str, Mapping[str, Any]], series: int) -> Html:
    cards = []
    for axis, places in axes.items():
        rows = [
            Bar(
                f"{place} · {point['average_turns']['value']:.2f} turns",
                point["coverage"]["rate"],
                inner=point["correct_coverage"]["rate"],
                interval=(point["correct_coverage"]["low"], point["correct_coverage"]["high"]),
                note=f"{point['correct_coverage']['rate']:.1%} of {point['n']}",
                series=series,
            )
            for place, point in places.items()
        ]
        if rows:
            label = _AXES.get(axis, axis)
            cards.append(element("div", element("h4", label), bars(rows, (label, label))))
    note = "Light: located; dark: located rightly, with its 95 % interval."
    return fragment(element("h3", _name(name)), element("p", element("small", note)), element("div", *cards, class_="cards"))


def _failed(failed: list[Mapping[str, Any]]) -> Html | None:
    if not failed:
        return None
    items = (element("li", f"{call['system']}, caller {call['number']}: {call['error']}") for call in failed)
    return fragment(element("h2", "Calls that could not be held"), element("ul", *items))
