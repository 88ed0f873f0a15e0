"""The script of a call that happened passes on that call."""

from collections.abc import Callable
from pathlib import Path

import pytest

from voicebot.engine import Engine
from voicebot.errors import VoicebotError
from voicebot.events import EventLog, write_log
from voicebot.testing.loading import load_scripts
from voicebot.testing.outcome import Door
from voicebot.testing.recording import record_script, script_of
from voicebot.testing.running import run_script
from voicebot.testing.writing import flow, script_yaml
from voicebot.typed import TypedCall

Talk = Callable[[TypedCall], None]


def plain(call: TypedCall) -> None:
    call.open()
    call.say("我这花呗一直还款失败")
    call.say("对")
    call.say("没有了")


def cut_in(call: TypedCall) -> None:
    call.cut_in(3.5)
    call.open()
    call.say("不是，我要解绑银行卡")
    call.say("对")
    call.keys("3862")
    call.silence()
    call.say("转人工")


def silent(call: TypedCall) -> None:
    call.open()
    call.silence()
    call.say("……")
    call.hang_up()


@pytest.mark.parametrize("talk", [plain, cut_in, silent])
def test_a_recorded_call_passes_on_the_pack_it_was_made_with(
    talk: Talk, small: Engine, tmp_path: Path, write: Callable[..., Path]
) -> None:
    call = TypedCall(small, profile={"events": ["repayment_failed"]} if talk is cut_in else None)
    talk(call)
    log = tmp_path / "events.jsonl"
    log.write_text(write_log(call.log.records), encoding="utf8")
    text = script_yaml(record_script(log, hotline="unused", language="zh-CN"))
    [loaded] = load_scripts(write(text))
    result = run_script(loaded, Door.TYPED, engine=small)
    assert result.failures == (), text
    before = [type(r.event).__name__ for r in call.log.records]
    assert [type(r.event).__name__ for r in result.records] == before, "the same call over again"


def test_masked_numbers_are_noted(small: Engine) -> None:
    call = TypedCall(small, log=EventLog())
    call.open()
    call.say("我的手机号是13812345678，花呗还款失败")
    script = script_of(call.log.records, "x")
    assert "masked" in script["note"]


def test_a_call_in_which_nothing_happened_is_no_script(small: Engine) -> None:
    call = TypedCall(small)
    call.open()
    with pytest.raises(VoicebotError, match="does not begin with CallOpened"):
        script_of(call.log.records[1:], "x")


@pytest.mark.parametrize(
    ("value", "text"),
    [
        ("confirm", "confirm"),
        ("yes", '"yes"'),
        ("对，就是这个", "对，就是这个"),
        ("12", '"12"'),
        ("a: b", '"a: b"'),
        ('say "no"', '"say \\"no\\""'),
        (True, "true"),
        (["a", 1], "[a, 1]"),
        ({"act": "ask", "says~": "${x}"}, '{act: ask, says~: "${x}"}'),
        (" a", '" a"'),
        ("", '""'),
    ],
)
def test_values_are_written_so_that_yaml_reads_them_back(value: object, text: str) -> None:
    from ruamel.yaml import YAML

    assert flow(value) == text
    assert YAML(typ="safe").load(text) == value
