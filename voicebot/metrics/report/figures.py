"""How the figures of the JSON are written for people: rates in per cent, means to two decimals, intervals beside them."""

from typing import Any


def value_of(figure: dict[str, Any]) -> str:
    """The rate or mean itself; a dash where nothing was observed."""
    if not figure["n"]:
        return "–"
    if "rate" in figure:
        return f"{100 * figure['rate']:.1f} %"
    return f"{figure['value']:.2f}"


def interval_of(figure: dict[str, Any]) -> str:
    """Its 95 % interval; empty where nothing was observed."""
    if not figure["n"]:
        return ""
    if "rate" in figure:
        return f"{100 * figure['low']:.1f}–{100 * figure['high']:.1f}"
    return f"{figure['low']:.2f}–{figure['high']:.2f}"


def count_of(figure: dict[str, Any]) -> str:
    """k/n of a rate, n of a mean."""
    return f"{figure['k']}/{figure['n']}" if "rate" in figure else f"n={figure['n']}"
