"""Logs that are missing, foreign, damaged or cut short: one line each, and the good ones are read."""

import json
import os
from collections.abc import Callable
from pathlib import Path

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from tests.metrics.helpers import BYE, answer, certain, log, turn
from voicebot.errors import VoicebotError
from voicebot.events import write_log
from voicebot.metrics.collection import LoggedCall, Unreadable, find_logs, read_calls, read_whole_log

GOOD = write_log(log(turn(), certain("a"), answer("a"), BYE))
LINES = GOOD.splitlines()


@pytest.fixture
def write(tmp_path: Path) -> Callable[[str | bytes], Path]:
    def written(text: str | bytes) -> Path:
        path = tmp_path / "events.jsonl"
        path.write_bytes(text if isinstance(text, bytes) else text.encode())
        return path

    return written


def _edited(number: int, /, **fields: object) -> str:
    changed = json.dumps({**json.loads(LINES[number]), **fields})
    return "\n".join([*LINES[:number], changed, *LINES[number + 1 :]]) + "\n"


def test_a_good_log_is_read(write: Callable[[str], Path]) -> None:
    assert len(read_whole_log(write(GOOD))) == len(LINES) - 1


@pytest.mark.parametrize(
    ("text", "complaint"),
    [
        ("", "empty"),
        ("hello\n", "not a voicebot event log"),
        ('{"a": 1}\n{"b": 2}\n', "not a voicebot event log"),
        ("[1, 2]\n", "not a voicebot event log"),
        (GOOD.replace('"version":1', '"version":99'), "version 99"),
        (GOOD[: len(GOOD) // 2], "events.jsonl:"),
        ("\n".join(LINES[:-1]) + "\n", "no CallEnded"),
        (LINES[0] + "\n", "no CallEnded"),
        ("\n".join([LINES[0], *LINES[2:]]), "does not begin with CallOpened"),
        (b"\xff\xfe\x00binary", "not UTF-8"),
        (_edited(2, text=5), "CallerTurnTaken.text"),
        (_edited(2, acts=None), "CallerTurnTaken.acts"),
        (_edited(3, probability="high"), "QuestionLocated.probability"),
        (_edited(3, probability=1.5), "QuestionLocated.probability: 1.5"),
        (_edited(3, frame=-5), "frame -5"),
        (_edited(3, frame=10**12), "frame 1000000000000"),
        (_edited(3, event="Unheard"), "events.jsonl:4"),
        (GOOD.replace('"probability":0.9', '"probability":NaN'), "probability"),
        (LINES[0] + "\n" + "[" * 100_000 + "\n", "events.jsonl"),
        (GOOD.replace('"frame":50', '"frame":1e999'), "events.jsonl"),
    ],
)
def test_a_bad_log_is_refused_in_one_line(
    text: str | bytes, complaint: str, write: Callable[[str | bytes], Path], tmp_path: Path
) -> None:
    path = write(text)
    (found,) = read_calls([path], tmp_path)
    assert isinstance(found, Unreadable)
    assert complaint in found.error
    assert "\n" not in found.error
    assert str(path) in found.error or "event log" in found.error


_VALUES = st.none() | st.booleans() | st.integers() | st.floats() | st.text(max_size=5)
_JSON = st.recursive(
    _VALUES, lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.text(max_size=3), inner, max_size=3), max_leaves=5
)


@settings(suppress_health_check=[HealthCheck.function_scoped_fixture], max_examples=200, deadline=None)
@given(st.integers(1, len(LINES) - 1), st.data())
def test_any_field_with_any_value_is_read_or_refused(
    write: Callable[[str], Path], tmp_path: Path, number: int, data: st.DataObject
) -> None:
    field = data.draw(st.sampled_from(sorted(json.loads(LINES[number]))))
    (found,) = read_calls([write(_edited(number, **{field: data.draw(_JSON)}))], tmp_path)
    assert isinstance(found, LoggedCall | Unreadable)


def test_calls_are_named_by_their_folders(tmp_path: Path) -> None:
    for name in ("b/one", "a"):
        (tmp_path / name).mkdir(parents=True)
        (tmp_path / name / "events.jsonl").write_text(GOOD)
    logs = find_logs(tmp_path)
    names = [found.record.name for found in read_calls(logs, tmp_path) if isinstance(found, LoggedCall)]
    assert names == ["a", "b/one"]
    assert [
        found.record.name for found in read_calls(find_logs(tmp_path / "a"), tmp_path / "a") if isinstance(found, LoggedCall)
    ] == ["a"]


def test_a_folder_without_logs(tmp_path: Path) -> None:
    with pytest.raises(VoicebotError, match=r"holds no events\.jsonl"):
        find_logs(tmp_path)
    with pytest.raises(VoicebotError, match="no such folder"):
        find_logs(tmp_path / "gone")
    (tmp_path / "file").touch()
    with pytest.raises(VoicebotError, match="is a file"):
        find_logs(tmp_path / "file")


def test_what_is_no_regular_file_is_no_log(tmp_path: Path) -> None:
    (tmp_path / "x" / "events.jsonl").mkdir(parents=True)
    if hasattr(os, "mkfifo"):
        (tmp_path / "y").mkdir()
        os.mkfifo(tmp_path / "y" / "events.jsonl")
    with pytest.raises(VoicebotError, match="holds no"):
        find_logs(tmp_path)
