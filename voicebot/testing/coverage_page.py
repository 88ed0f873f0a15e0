"""The coverage of scripts as one HTML file: no script, no font, nothing from elsewhere."""

from collections.abc import Mapping
from html import escape
from typing import Any

_HEAD = """<!doctype html>
<html lang="en"><head><meta charset="utf-8"><title>Coverage of the dialogue scripts</title>
<style>
body { font: 15px/1.5 system-ui, sans-serif; margin: 2rem auto; max-width: 62rem; padding: 0 1rem; color: #222; }
table { border-collapse: collapse; width: 100%; }
th, td { text-align: left; padding: .3rem .8rem .3rem 0; border-bottom: 1px solid #ddd; }
td.n { text-align: right; font-variant-numeric: tabular-nums; }
.bar { background: #e6e6e6; height: .7rem; width: 12rem; }
.bar i { display: block; height: 100%; background: #2a7; }
code { background: #f4f4f4; padding: 0 .3rem; margin: 0 .3rem .3rem 0; display: inline-block; }
@media (prefers-color-scheme: dark) { body { background: #181818; color: #ddd; } code { background: #2a2a2a; } }
</style></head><body>
"""


def coverage_page(figures: Mapping[str, Mapping[str, Any]], scripts: int) -> str:
    """The page for the figures of `Coverage.figures`, over so many script runs."""
    rows = "".join(_row(name, figure) for name, figure in figures.items())
    missing = "".join(_missing(name, figure["missing"]) for name, figure in figures.items() if figure.get("missing"))
    return (
        f"{_HEAD}<h1>Coverage of the dialogue scripts</h1>\n<p>{scripts} script runs.</p>\n"
        f"<table><tr><th></th><th>reached</th><th>of</th><th>share</th><th></th></tr>\n{rows}</table>\n"
        f"{missing or '<p>Nothing is missing.</p>'}\n</body></html>\n"
    )


def _row(name: str, figure: Mapping[str, Any]) -> str:
    share = 100 * (figure["rate"] or 0.0)
    return (
        f'<tr><td>{escape(name)}</td><td class="n">{figure["k"]}</td><td class="n">{figure["n"]}</td>'
        f'<td class="n">{share:.1f} %</td><td><div class="bar"><i style="width:{share:.1f}%"></i></div></td></tr>\n'
    )


def _missing(name: str, items: list[str]) -> str:
    listed = "".join(f"<code>{escape(item)}</code>" for item in items)
    return f"<h2>{escape(name)}: {len(items)} not reached</h2>\n<p>{listed}</p>\n"
