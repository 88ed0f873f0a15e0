"""The recognition benchmark on real Vosk, the bundled models and synthetic callers."""

import json
import shutil
from pathlib import Path
from typing import Any

import pytest

from tests.asr.speech import say
from voicebot.audio.wav import write_wav
from voicebot.bench.asr import AS_RECORDED, CONDITIONS, bench_asr, table
from voicebot.bench.asr_clips import load_asr_clips, units
from voicebot.cli import main
from voicebot.errors import VoicebotError

MENU = ["转人工", "花呗还款", "取消", "返回"]


def clip(folder: Path, name: str, text: str, voice: str, **label: Any) -> None:
    write_wav(folder / f"{name}.wav", say(text, voice))
    lang = "zh-CN" if voice.startswith("cmn") else "en-US"
    (folder / f"{name}.json").write_text(json.dumps({"text": text, "lang": lang, "speaker": voice, **label}), encoding="utf-8")


@pytest.fixture(scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    made = tmp_path_factory.mktemp("clips")
    clip(made, "a", "转人工", "cmn+m3", grammar=MENU)
    clip(made, "b", "花呗还款", "cmn+f2", grammar=MENU)
    clip(made, "c", "今天早上我吃了两个苹果", "cmn+m3", grammar=MENU)
    clip(made, "d", "speak to an agent", "en-us+m3")
    return made


@pytest.fixture(scope="module")
def result(folder: Path) -> dict[str, Any]:
    return bench_asr(folder, model="bundled")


def test_every_language_and_condition_has_its_figures(result: dict[str, Any]) -> None:
    assert set(result["by"]) == set(CONDITIONS)
    assert result["cer"]["n"] == len("转人工花呗还款今天早上我吃了两个苹果")
    assert result["wer"]["n"] == 4
    assert result["cer"] == result["by"][AS_RECORDED]["cer"]
    assert set(result["speakers"]) == {"cmn+m3", "cmn+f2", "en-us+m3"}
    assert result["speakers"]["cmn+f2"]["cer"]["n"] == 4


def test_clear_speech_has_few_errors_and_conditions_the_same_clips(result: dict[str, Any]) -> None:
    assert result["cer"]["rate"] < 0.3
    assert result["cer"]["low"] <= result["cer"]["rate"] <= result["cer"]["high"]
    assert {figures["cer"]["n"] for figures in result["by"].values()} == {result["cer"]["n"]}


def test_grammars_are_scored_by_what_was_said(result: dict[str, Any]) -> None:
    assert result["grammar_exact"]["k"] == result["grammar_exact"]["n"] == 2
    assert result["false_accept"]["n"] == 1


def test_speed_and_memory_are_told(result: dict[str, Any]) -> None:
    assert result["rtf"] > 0
    assert result["load_s"] > 0
    assert result["model"] == "voicebot-en-US + voicebot-zh-CN"


def test_one_language_alone(folder: Path) -> None:
    assert {clip.language for clip in load_asr_clips(folder, "en-US")} == {"en-US"}


def test_the_table_holds_every_condition_and_says_what_was_not_measured(result: dict[str, Any], folder: Path) -> None:
    written = table(result)
    assert all(f"| {name} |" in written for name in CONDITIONS)
    assert "n = 18" in written
    assert "| – |" in table({**result, "by": {"clean": {**result["by"]["clean"], "false_accept": {"rate": None}}}})


@pytest.mark.parametrize(
    ("text", "language", "counted"),
    [
        ("花呗，还款！", "zh-CN", "花 呗 还 款"),
        ("尾号 38", "zh-CN", "尾 号 三 八"),
        ("幺三", "zh-CN", "一 三"),
        ("Pay my bill, please.", "en-US", "pay my bill please"),
        ("code 4 oh 7", "en-US", "code four zero seven"),
        ("", "zh-CN", ""),
    ],
)
def test_what_errors_are_counted_in(text: str, language: str, counted: str) -> None:
    assert units(text, language) == tuple(counted.split())  # type: ignore[arg-type]


@pytest.mark.parametrize(
    ("label", "what"),
    [
        ("{", "cannot be read as JSON"),
        ("[" * 100_000, "cannot be read as JSON"),
        ("[]", "text: is missing"),
        ('{"lang": "zh-CN"}', "text: is missing"),
        ('{"text": "好", "lang": "fr"}', "lang: 'fr'"),
        ('{"text": "好", "lang": "zh-CN", "grammar": "好"}', "grammar: must be a list"),
        ('{"text": "好", "lang": "zh-CN", "grammar": []}', "grammar: must be a list"),
    ],
)
def test_bad_labels_are_named(tmp_path: Path, label: str, what: str) -> None:
    write_wav(tmp_path / "a.wav", say("好", "cmn"))
    (tmp_path / "a.json").write_text(label, encoding="utf-8")
    with pytest.raises(VoicebotError, match=what) as error:
        load_asr_clips(tmp_path)
    assert str(tmp_path / "a.json") in str(error.value)


def test_what_cannot_be_scored_is_listed_and_the_rest_is_scored(tmp_path: Path) -> None:
    clip(tmp_path, "good", "转人工", "cmn+m3", grammar=MENU)
    (tmp_path / "good.wav").rename(tmp_path / "good.WAV")
    clip(tmp_path, "unheard", "转人工", "cmn+m3", grammar=["wifi", "🙂"])
    clip(tmp_path, "cut", "转人工", "cmn+m3")
    (tmp_path / "cut.wav").write_bytes((tmp_path / "cut.wav").read_bytes()[:9000])
    clip(tmp_path, "broken", "转人工", "cmn+m3")
    (tmp_path / "broken.wav").write_bytes(b"no sound")
    write_wav(tmp_path / "alone.wav", say("好", "cmn"))
    (tmp_path / "silent.json").write_text('{"text": "好", "lang": "zh-CN"}', encoding="utf-8")
    (tmp_path / "notes.json").write_text('{"author": "anna"}', encoding="utf-8")
    result = bench_asr(tmp_path, model="bundled")
    assert result["grammar_exact"]["n"] == 1
    assert result["cer"]["n"] == 3
    said = "\n".join(result["failed"])
    assert len(result["failed"]) == 5
    for name, what in (
        ("alone.wav", "has no label"),
        ("silent.json", "has no silent.wav"),
        ("unheard.json", "knows the words of none"),
        ("cut.wav", "ends before its header says"),
        ("broken.wav", "not"),
    ):
        assert any(name in line and what in line for line in result["failed"]), said


def test_the_command_shows_tables_and_names_what_failed(folder: Path, tmp_path: Path, capfd: pytest.CaptureFixture[str]) -> None:
    for path in folder.glob("a.*"):
        shutil.copy(path, tmp_path)
    write_wav(tmp_path / "alone.wav", say("好", "cmn"))
    assert main(["bench", "asr", str(tmp_path), "--model", "bundled"]) == 1
    shown = capfd.readouterr()
    assert "telephone" in shown.out
    assert "cmn+m3" in shown.out
    assert "{" not in shown.out
    assert "alone.wav: has no label" in shown.err


def test_a_folder_where_nothing_can_be_scored_says_why(tmp_path: Path) -> None:
    clip(tmp_path, "broken", "转人工", "cmn+m3")
    (tmp_path / "broken.wav").write_bytes(b"no sound")
    with pytest.raises(VoicebotError, match="no clip could be scored; the first: .*broken.wav"):
        bench_asr(tmp_path, model="bundled")


def test_folders_without_clips_are_named(tmp_path: Path) -> None:
    with pytest.raises(VoicebotError, match="holds no labelled clip"):
        load_asr_clips(tmp_path)
    with pytest.raises(VoicebotError, match="no such folder"):
        bench_asr(tmp_path / "gone")
    (tmp_path / "file").write_text("", encoding="utf-8")
    with pytest.raises(VoicebotError, match="is no folder"):
        bench_asr(tmp_path / "file")
