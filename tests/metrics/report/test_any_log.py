"""Whatever a log of the right types says, a page comes of it."""

from dataclasses import fields
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any, get_args, get_type_hints

from hypothesis import given, settings
from hypothesis import strategies as st

from tests.metrics.report.helpers import Page
from voicebot.events import CallEnded, CallOpened, Event, Record, write_log
from voicebot.metrics.report import make_report, write_page

_TEXT = st.text(max_size=12) | st.sampled_from(
    ["a", "answer", "proactive_guess", "confirmed", "other", "noise", "</script>", "\u202e"]
)
_NUMBER = st.floats(-1e6, 1e6, allow_nan=False) | st.floats(0, 1)
_ANY = _TEXT | _NUMBER | st.none() | st.lists(_NUMBER, max_size=3)
_TYPED_LABELS: dict[str, st.SearchStrategy[Any]] = {
    "true_question": _TEXT | st.none(),
    "also_asks": st.lists(_TEXT, max_size=2),
}
"""Labels that every reader of logs looks at: of another type they are refused (test_call_record.py)."""

_LABELS = st.builds(
    lambda typed, free: {**free, **typed},
    st.fixed_dictionaries({}, optional=_TYPED_LABELS),
    st.dictionaries(_TEXT.filter(lambda name: name not in _TYPED_LABELS), _ANY, max_size=3),
)
_VALUES: dict[Any, st.SearchStrategy[Any]] = {
    str: _TEXT,
    str | None: _TEXT | st.none(),
    float: _NUMBER,
    float | None: _NUMBER | st.none(),
    int: st.integers(-5, 10**9),
    bool: st.booleans(),
    list[str]: st.lists(_TEXT, max_size=3),
    list[list[Any]]: st.lists(st.lists(_ANY, max_size=4) | st.tuples(_TEXT, _NUMBER, _NUMBER).map(list), max_size=4),
    list[dict[str, Any]]: st.lists(st.dictionaries(_TEXT, _ANY, max_size=2), max_size=2),
    dict[str, Any]: _LABELS,
    dict[str, float]: st.dictionaries(_TEXT, _NUMBER, max_size=4),
    dict[str, str]: st.dictionaries(_TEXT, _TEXT, max_size=2),
}


def _events(kind: type) -> st.SearchStrategy[Any]:
    hints = get_type_hints(kind)
    values = {field.name: _VALUES[hints[field.name]] for field in fields(kind)}
    if "probability" in values:
        values["probability"] = st.floats(0, 1)
    return st.builds(kind, **values)


_MIDDLE = st.one_of([_events(kind) for kind in get_args(Event) if kind not in (CallOpened, CallEnded)])


@st.composite
def logs(draw: st.DrawFn) -> list[Record]:
    """From `CallOpened` to `CallEnded`, frames in order."""
    events = [draw(_events(CallOpened)), *draw(st.lists(_MIDDLE, max_size=25)), draw(_events(CallEnded))]
    frames = sorted(draw(st.lists(st.integers(0, 60_000), min_size=len(events) - 1, max_size=len(events) - 1)))
    return [Record(frame, event) for frame, event in zip([0, *frames], events, strict=True)]


@settings(max_examples=150, deadline=None)
@given(logs())
def test_a_page_comes_of_it(records: list[Record]) -> None:
    with TemporaryDirectory() as folder:
        (Path(folder) / "events.jsonl").write_text(write_log(records), encoding="utf8", errors="surrogatepass")
        report = make_report(folder)
        write_page(report, Path(folder) / "report.html")
        page = Page((Path(folder) / "report.html").read_text("utf8"))
    assert len(page.all("script")) == 1
    assert len(page.all("details", class_="call")) == 1
