"""The script of a call that happened passes on that call."""

from collections.abc import Callable
from pathlib import Path

import pytest

from voicebot.engine import Engine
from voicebot.errors import VoicebotError
from voicebot.events import EventLog, write_log
from voicebot.testing.loading import load_scripts
from voicebot.testing.outcome import Door
from voicebot.testing.recording import calls_in, record_script, script_of
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


def kept(small: Engine, folder: Path, lines: int | None = None, name: str = "events.jsonl") -> Path:
    """The log of a plain call in `folder`, or its first `lines`."""
    call = TypedCall(small, profile={"events": ["repayment_failed"]})
    plain(call)
    folder.mkdir(parents=True, exist_ok=True)
    path = folder / name
    path.write_text("\n".join(write_log(call.log.records).splitlines()[:lines]), encoding="utf8")
    return path


def test_a_log_that_stops_in_mid_call_expects_no_outcome(small: Engine, tmp_path: Path, write: Callable[..., Path]) -> None:
    script = record_script(kept(small, tmp_path, lines=14), hotline="unused", language="zh-CN")
    assert "outcome" not in script["ends"]
    [loaded] = load_scripts(write(script_yaml(script)))
    assert run_script(loaded, Door.TYPED, engine=small).failures == ()


def test_a_log_is_known_by_what_it_holds_and_called_after_its_folder(small: Engine, tmp_path: Path) -> None:
    log = kept(small, tmp_path / "the first call")
    assert record_script(log, hotline="unused", language="zh-CN")["name"] == "the first call"
    other = log.rename(tmp_path / "downloaded.txt")
    assert record_script(other, hotline="unused", language="zh-CN")["name"] == "downloaded"


def test_who_called_stands_on_one_line(small: Engine, tmp_path: Path) -> None:
    text = script_yaml(record_script(kept(small, tmp_path), hotline="unused", language="zh-CN"))
    assert "\nprofile: {events: [repayment_failed]}\n" in text


def test_a_folder_stands_for_the_calls_kept_in_it(small: Engine, tmp_path: Path) -> None:
    logs = [kept(small, tmp_path / "run" / name) for name in ("a", "b")]
    assert calls_in(tmp_path / "run") == logs
    assert calls_in(logs[0]) == [logs[0]]


@pytest.mark.parametrize(
    ("name", "text", "wrong"),
    [
        ("x.call.yaml", "name: x\n", "is a script already"),
        ("nowhere.wav", None, "no such file"),
        ("folder/x.txt", "nothing", "holds no events.jsonl"),
        ("head.jsonl", '{"schema":"voicebot-events","version":1}\n', "without its head"),
        ("empty.jsonl", "", "not a voicebot event log"),
    ],
)
def test_what_is_no_call_is_said_in_one_line(tmp_path: Path, name: str, text: str | None, wrong: str) -> None:
    path = tmp_path / name
    path.parent.mkdir(exist_ok=True)
    if text is not None:
        path.write_text(text, encoding="utf8")
    with pytest.raises(VoicebotError, match=wrong) as raised:
        [record_script(call, hotline="x", language="zh-CN") for call in calls_in(path.parent if "/" in name else path)]
    assert "\n" not in str(raised.value)


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
