"""The page as a whole: one file, no network, nothing from outside; scripts and styles are allowed by their hash alone."""

import base64
import hashlib
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from importlib import resources
from typing import Any

from voicebot.metrics.call_record import CallRecord
from voicebot.metrics.collection import Unreadable
from voicebot.metrics.html import Html, both, element, fragment
from voicebot.metrics.report.names import OUTSIDE, Names
from voicebot.metrics.report.overview import Systems, charts, headlines, kpi_table, wide
from voicebot.metrics.terms import OUTCOMES, SYSTEMS, term
from voicebot.types import OTHER, Language

TITLE = ("热线通话报告", "Hotline call report")


@dataclass(frozen=True, slots=True)
class Row:
    """A call in the table."""

    call: CallRecord
    anchor: str | None
    """Of its timeline on the page, if it has one."""
    link: str | None
    """Address of its recording beside the page."""
    log: str
    """Address of its log beside the page."""


def head_of_page(language: Language) -> str:
    """Everything up to the content."""
    style, script = _asset("page.css"), _asset("page.js")
    policy = (
        f"default-src 'none'; script-src '{_hash(script)}'; style-src '{_hash(style)}'; media-src data: file: 'self'; "
        "base-uri 'none'; form-action 'none'"
    )
    head = element(
        "head",
        element("meta", charset="utf-8"),
        element("meta", http_equiv="Content-Security-Policy", content=policy),
        element("meta", name="viewport", content="width=device-width, initial-scale=1"),
        element("meta", name="color-scheme", content="light dark"),
        element("meta", name="referrer", content="no-referrer"),
        element("title", TITLE[0] if language == "zh-CN" else TITLE[1]),
        Html(f"<style>{style}</style>"),
        Html(f"<script>{script}</script>"),
    )
    shown = "zh" if language == "zh-CN" else "en"
    return f'<!DOCTYPE html>\n<html lang="{language}" data-shown="{shown}">{head}<body>'


def _asset(name: str) -> str:
    return (resources.files("voicebot.metrics.report") / name).read_text("utf8").replace("\r\n", "\n")


def _hash(text: str) -> str:
    return "sha256-" + base64.b64encode(hashlib.sha256(text.encode()).digest()).decode()


def top_of_page(document: Mapping[str, Any], systems: Systems, names: Names, unreadable: Sequence[Unreadable]) -> Html:
    """Header, figures, charts, and what could not be read."""
    calls = [call for own in systems.values() for call in own]
    hotlines = sorted({f"{call.hotline} ({call.language})" for call in calls})
    seed = document["seed"]
    facts = fragment(
        both(f"{len(calls)} 通电话", f"{len(calls)} calls"),
        " · ",
        ", ".join(hotlines),
        fragment(" · ", both(f"种子 {seed}", f"seed {seed}")) if seed is not None else None,
    )
    other_language = (element("span", "English", class_="zh", lang="en"), element("span", "中文", class_="en", lang="zh-CN"))
    switch = element("button", *other_language, type="button", id="language", class_="noprint")
    return fragment(
        element("a", both("跳到正文", "Skip to the content"), href="#main", class_="skip"),
        element("header", element("div", element("h1", both(*TITLE)), element("p", facts, class_="quiet")), switch),
        Html('<main id="main">'),
        _section("figures", "要点", "Key figures", headlines(document["systems"])),
        _section("charts", "图", "Charts", charts(systems, names)),
        _section("kpis", "全部指标", "All KPIs", kpi_table(document["systems"])),
        _failures(unreadable) if unreadable else None,
    )


def _section(name: str, chinese: str, english: str, *content: Html | None) -> Html:
    return element("section", element("h2", both(chinese, english)), *content, id=name)


def _failures(unreadable: Sequence[Unreadable]) -> Html:
    items = [element("li", element("code", lost.error)) for lost in unreadable]
    title = both(f"{len(items)} 份日志读不出，没有计入", f"{len(items)} logs could not be read and are not counted")
    return element("section", element("h2", title), element("ul", *items), id="failed", class_="failed")


# ---------------------------------------------------------------- calls


def calls_table(rows: Sequence[Row], names: Names) -> Html:
    """Every call, with a filter and columns to sort by."""
    many_systems = len({row.call.system for row in rows}) > 1
    columns = [
        ("通话", "call", False),
        ("结果", "outcome", False),
        ("定位到", "located", False),
        ("真正的问题", "true question", False),
        ("确认", "confirmed", False),
        ("轮数", "turns", True),
        ("秒", "s", True),
    ]
    if many_systems:
        columns.insert(1, ("系统", "system", False))
    head = [
        element(
            "th", element("button", both(zh, en), type="button", class_="sort"), scope="col", class_="number" if right else None
        )
        for zh, en, right in columns
    ]
    find = element("label", both("筛选 ", "Filter "), element("input", type="search", id="filter", autocomplete="off"),
                   " ", element("output", id="matches", for_="filter"), class_="noprint")  # fmt: skip
    body = element("tbody", *(_row(row, names, many_systems) for row in rows))
    table = element("table", element("thead", element("tr", *head)), body, class_="calls", id="table")
    return _section("calls", "通话", "Calls", find, wide(table, ("通话表", "table of calls")))


def _row(row: Row, names: Names, many_systems: bool) -> Html:
    call = row.call
    name = element("a", call.name, href=f"#{row.anchor}") if row.anchor else fragment(call.name)
    beside = [] if row.anchor else [element("a", both("日志", "log"), href=row.log)]
    if row.link and not row.anchor:
        beside.append(element("a", both("录音", "audio"), href=row.link))
    cells: list[Html] = [element("th", name, *(fragment(" ", link) for link in beside), scope="row")]
    if many_systems:
        cells.append(element("td", both(*term(SYSTEMS, call.system))))
    verdict = {True: " ✓", False: " ✗", None: ""}[None if call.true_question is None else _right(call)]
    cells += [
        element("td", both(*term(OUTCOMES, call.outcome))),
        element("td", _question(call, call.located, names), verdict),
        element("td", _question(call, call.true_question, names)),
        element("td", both("是", "yes") if call.confirmed else "–"),
        element("td", str(call.turns), class_="number"),
        element("td", f"{call.seconds:.1f}", class_="number"),
    ]
    return element("tr", *cells)


def _question(call: CallRecord, question: str | None, names: Names) -> Html:
    if question == OTHER:
        return both(*OUTSIDE)
    return fragment(names.question(call, question) if question else "–")


def _right(call: CallRecord) -> bool:
    """Located rightly; a question outside the catalogue: rightly not located."""
    return call.located == call.true_question if call.true_question != OTHER else call.located is None


def timelines_intro(shown: int, total: int, audio: int) -> Html:
    """Heading of the timelines, and what is left out."""
    notes: list[Html] = []
    if shown < total:
        notes.append(
            both(
                f"共 {total} 通，这里画出 {shown} 通：先是没有定位对或放弃的，其余按顺序。表中其余通话带有日志和录音的链接。",
                f"{shown} of {total} calls are laid out here: first those not located rightly or abandoned, then in order. "
                "For the others the table links to log and recording.",
            )
        )
    if audio < shown:
        notes.append(
            both(
                f" {audio} 通的录音在本页内（8 kHz），其余从旁边的文件播放。",
                f" The audio of {audio} is inside this page (8 kHz), that of the others is played from the file beside it.",
            )
        )
    key = both(
        "机器人条上：浅色 = 压低，空白 = 暂停，红线 = 被打断，▷ = 恢复；用户条下的点 = 识别中的词；"
        "灰条 = 不算一轮；信念：各问题的概率叠在一起。",
        "On the bot's bars: pale = hushed, hollow = paused, red line = stopped, ▷ = resumed; dots below the caller's "
        "bars = partial results; grey bars = no turn; belief: the questions' probabilities stacked.",
    )
    open_all = element("button", both("全部展开", "Open all"), type="button", id="open-all")
    close_all = element("button", both("全部收起", "Close all"), type="button", id="close-all")
    buttons = element("p", open_all, " ", close_all, class_="noprint")
    return fragment(
        element("h2", both("时间轴", "Timelines")),
        element("p", *notes) if notes else None,
        element("p", key, class_="quiet"),
        buttons,
    )


def end_of_page(versions: Iterable[str]) -> Html:
    """The footer and what closes the page."""
    made = ", ".join(f"voicebot {version}" for version in versions)
    return fragment(
        Html("</main>"),
        element(
            "footer", both("全部数字只来自事件日志。", "Every figure comes from the event logs alone."), " ", made, class_="quiet"
        ),
        Html("</body></html>\n"),
    )
