"""The script language."""

from typing import Any

import pytest
from pydantic import ValidationError

from voicebot.testing.script import At, Expected, Hangup, Keys, Script, Silence, Utterance


def script(*turns: dict[str, Any], **more: Any) -> Script:
    return Script.model_validate({"name": "x", "turns": list(turns), **more})


def test_each_kind_of_turn_is_read_by_its_key() -> None:
    read = script(
        {"bot": {"act": "proactive_guess", "says~": "花呗"}}, {"caller": "不是", "at": "prompt+1.2s"}, {"keys": "12#"},
        {"silence": "7s"}, {"hangup": "end+500ms"},
    )  # fmt: skip
    assert [type(turn) for turn in read.turns] == [Expected, Utterance, Keys, Silence, Hangup]
    assert read.turns[1].at == At(anchor="prompt", seconds=1.2)
    assert read.turns[3].silence == 7.0
    assert read.turns[4].hangup == At(anchor="end", seconds=0.5)


def test_a_script_survives_dumping() -> None:
    read = script({"bot": {"says~": "花呗"}}, {"caller": "对"}, true_question="a", noise={"kind": "pink", "snr": 10})
    assert Script.model_validate(read.model_dump(by_alias=True)) == read


@pytest.mark.parametrize(
    ("turn", "where", "says"),
    [
        ({"caller": " "}, ("turns", 0, "caller"), "use silence:"),
        ({"caller": "x", "at": "later"}, ("turns", 0, "caller", "at"), "not a moment"),
        ({"caller": "x", "audio": "../x.wav"}, ("turns", 0, "caller", "audio"), "out of the script's folder"),
        ({"silence": "long"}, ("turns", 0, "silence", "silence"), "not a duration"),
        ({"keys": "12a"}, ("turns", 0, "keys", "keys"), "pattern"),
        ({"says": "x"}, ("turns", 0), "a turn is one of"),
        ({"bot": {"act": "x", "qestion": "y"}}, ("turns", 0, "bot", "bot", "qestion"), "Extra"),
    ],
)
def test_mistakes_are_named_where_they_are(turn: dict[str, Any], where: tuple[Any, ...], says: str) -> None:
    with pytest.raises(ValidationError) as caught:
        script(turn)
    error = caught.value.errors()[0]
    assert error["loc"] == where
    assert says in error["msg"]


def test_noise_has_one_source() -> None:
    with pytest.raises(ValidationError, match="either kind: or audio:"):
        script({"caller": "x"}, noise={"snr": 10})


def test_a_recorded_call_stands_instead_of_turns() -> None:
    recorded = Script.model_validate(
        {"name": "x", "recording": "caller.wav", "pressed": [{"keys": "1", "frame": 50}], "hung_up": True}
    )
    assert recorded.turns == ()
    for body, says in (
        ({}, "turns: is missing"),
        ({"recording": "a.wav", "turns": [{"caller": "x"}]}, "may only expect"),
        ({"turns": [{"caller": "x"}], "hung_up": True}, "belong to a recording"),
    ):
        with pytest.raises(ValidationError, match=says):
            Script.model_validate({"name": "x", **body})
