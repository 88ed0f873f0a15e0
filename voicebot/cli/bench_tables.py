"""The tables of `voicebot bench`."""

from typing import Any

from rich.console import Console
from rich.table import Table


def print_turn_taking(document: dict[str, Any]) -> None:
    """The figures of turn taking, a row a measure and a column a kind, with counts and 95 % intervals."""
    console = Console()
    table = Table("measure", "kind", "p50 ms", "p95 ms", "n", title="Turn taking: latencies")
    for name, kinds in _latencies(document):
        for kind, value in kinds.items():
            table.add_row(name, kind, _number(value["p50"]), _number(value["p95"]), str(value["n"]))
    console.print(table)
    rates = Table("measure", "kind", "share", "k/n", "95 % interval", title="Turn taking: rates")
    for name, kinds in _rates(document):
        for kind, value in kinds.items():
            rates.add_row(name, kind, *_share(value))
    console.print(rates)


def print_asr(document: dict[str, Any]) -> None:
    """The figures of recognition by condition, then of each speaker, with counts and 95 % intervals."""
    from voicebot.bench.asr import rows, speed

    console = Console()
    for of, title in (("by", "Speech recognition"), ("speakers", "The same as recorded, by speaker")):
        heads, *others = rows(document, of)
        table = Table(*heads, title=title)
        for row in others:
            table.add_row(*row)
        console.print(table)
    console.print(speed(document))


def _latencies(document: dict[str, Any]) -> list[tuple[str, dict[str, Any]]]:
    ignored = document["expects_ignored"]
    return [
        ("hush", document["hush_ms"]),
        ("stop", document["stop_ms"]),
        ("end of turn", document["end_of_turn_ms"]),
        ("end of digits, length", {kind: value["end_of_turn_ms"] for kind, value in document["digits_by_length"].items()}),
        ("response", document["response_ms"]),
        ("end of turn, expects ignored", ignored["end_of_turn_ms"]),
    ]


def _rates(document: dict[str, Any]) -> list[tuple[str, dict[str, Any]]]:
    by_kind = document["by_listening_kind"]
    rows = [(name, {"bc, noise": document[name]}) for name in ("false_stop", "false_pause", "resumed")]
    rows += [(name, {kind: rates[name] for kind, rates in by_kind.items()}) for name in ("false_stop", "false_pause")]
    rows += [(name, document[name]) for name in ("not_stopped", "cut_in", "rejoined", "never_over")]
    rows += [("cut_in, digits, length", {kind: value["cut_in"] for kind, value in document["digits_by_length"].items()})]
    rows += [(f"{name}, expects ignored", document["expects_ignored"][name]) for name in ("cut_in", "never_over")]
    return [(name.replace("_", " "), kinds) for name, kinds in rows]


def _share(value: dict[str, Any]) -> tuple[str, str, str]:
    if value["rate"] is None:
        return "–", "0/0", "–"
    return f"{100 * value['rate']:.1f} %", f"{value['k']}/{value['n']}", f"{100 * value['low']:.1f}–{100 * value['high']:.1f} %"


def _number(value: float | None) -> str:
    return "–" if value is None else f"{value:.0f}"
