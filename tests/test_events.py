"""The event log and its codec."""

from dataclasses import fields
from typing import Any, get_args

import pytest
from hypothesis import given
from hypothesis import strategies as st

from voicebot.errors import VoicebotError
from voicebot.events import (
    CallEnded,
    CallOpened,
    Event,
    EventLog,
    PartialHeard,
    QuestionLocated,
    Recognized,
    Record,
    from_json_line,
    read_log,
    to_json_line,
    write_log,
)

_VALUES: dict[str, Any] = {
    "str": "花呗",
    "int": 3,
    "float": 0.25,
    "bool": True,
    "str | None": None,
    "float | None": 0.5,
    "dict[str, float]": {"a": 0.5},
}


def _type_name(kind: Any) -> str:
    return getattr(kind, "__name__", str(kind)) if isinstance(kind, type) else str(kind)


@pytest.mark.parametrize("kind", get_args(Event), ids=lambda kind: kind.__name__)
def test_every_event_survives_the_codec(kind: type) -> None:
    values = {f.name: _VALUES[_type_name(f.type)] for f in fields(kind) if _type_name(f.type) in _VALUES}
    record = Record(7, kind(**values))
    assert from_json_line(to_json_line(record)) == record


@given(st.text(max_size=30), st.floats(0, 1), st.integers(0, 10**6))
def test_a_written_log_reads_back_the_same(text: str, probability: float, frame: int) -> None:
    log = EventLog()
    log.append(CallOpened("hotline_95188", "zh-CN"))
    log.frame = frame
    log.append(PartialHeard(text))
    log.append(QuestionLocated("q", "certain", probability))
    assert read_log(write_log(log.records)) == log.records


def test_probabilities_are_rounded_and_minus_zero_is_zero() -> None:
    log = EventLog()
    log.append(QuestionLocated("q", "certain", 0.123456))
    log.append(QuestionLocated("q", "certain", -0.00001))
    assert ['"probability":0.123}' in to_json_line(log.records[0]), '"probability":0.0}' in to_json_line(log.records[1])] == [
        True,
        True,
    ]


def test_numbers_are_masked_in_texts_and_words_but_not_in_hashes() -> None:
    log = EventLog()
    log.append(CallOpened("h", "zh-CN", versions={"model": "a1234567890123b"}))
    words = [[digit, 0.1 * i, 0.1 * i + 0.1] for i, digit in enumerate("一三八零零一三八零零零")]
    log.append(Recognized(text="一 三 八 零 零 一 三 八 零 零 零", words=words))
    head, heard = (record.event for record in log)
    assert head.versions["model"] == "a1234567890123b"
    assert heard.text == "* * * * * * * 八 零 零 零"
    assert {word[0] for word in heard.words} == {"*"}


def test_unmasked_keeps_numbers() -> None:
    log = EventLog(unmasked=True)
    log.append(PartialHeard("13800138000"))
    assert log.records[0].event == PartialHeard("13800138000")


@pytest.mark.parametrize(
    ("text", "says"),
    [
        ("", ":1: not a voicebot event log"),
        ("hello\n", ":1: not a voicebot event log"),
        ('{"schema":"voicebot-events","version":99}\n', "version 99"),
        ('{"schema":"voicebot-events","version":1}\n{"frame":0,"event":"Nonsense"}\n', ":2: not an event"),
        ('{"schema":"voicebot-events","version":1}\n{"frame":0,"eve', ":2: not an event"),
    ],
)
def test_a_damaged_log_is_named_by_line(text: str, says: str) -> None:
    with pytest.raises(VoicebotError, match=says):
        read_log(text, "x/events.jsonl")


def test_fields_of_a_newer_minor_version_are_ignored() -> None:
    assert from_json_line('{"frame":1,"event":"CallEnded","outcome":"agent","by":"bot","new":1}') == Record(
        1, CallEnded("agent", "bot")
    )
