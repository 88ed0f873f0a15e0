"""`voicebot replay` as a user meets it: what it prints, what it writes, and one line for every mistake."""

import json
import os
import signal
import struct
import subprocess
import sys
from pathlib import Path

import numpy as np
import pytest

from voicebot.audio.wav import write_wav
from voicebot.cli import main

from ..conftest import FIXTURES


def run(capsys: pytest.CaptureFixture[str], *argv: str) -> tuple[int, str, str]:
    code = main(["replay", *argv])
    captured = capsys.readouterr()
    return code, captured.out, captured.err


def one_line(err: str, *parts: str) -> None:
    assert err.startswith("voicebot: ")
    assert err.count("\n") == 1
    assert "Traceback" not in err
    for part in parts:
        assert part in err


def test_a_call_is_shown_as_it_forms_and_summed_up(capsys: pytest.CaptureFixture[str]) -> None:
    code, out, err = run(capsys, str(FIXTURES / "zh-plain"))
    assert (code, err) == (0, "")
    for part in (
        "━━ zh-plain",
        "bot     您好",
        "caller  我的花呗",
        "★ located: huabei_repayment_failed",
        "coverage",
        "问题识别覆盖率",
    ):
        assert part in out


def test_json_is_one_document_and_nothing_else(capsys: pytest.CaptureFixture[str]) -> None:
    code, out, err = run(capsys, str(FIXTURES / "en-hang-up"), "--json")
    assert (code, err) == (0, "")
    document = json.loads(out)
    assert set(document) == {"calls", "failed", "kpis"}
    (call,) = document["calls"]
    expected = {"name", "hotline", "outcome", "located", "confirmed", "true_question", "turns", "seconds", "transcript"}
    assert expected <= set(call)
    assert call["outcome"] == "abandoned"


def test_numbers_are_masked_unless_asked_for(capsys: pytest.CaptureFixture[str], tmp_path: Path) -> None:
    script = tmp_path / "call.yaml"
    script.write_text(
        "name: card\nturns:\n  - caller: 我的手机号是一三八零零一三八零零零\n    voice: cmn+f4\n  - hangup: caller+2s\n", "utf-8"
    )
    for flag, hidden in (([], True), (["--unmasked"], False)):
        run(capsys, str(script), "--out", str(tmp_path / "out"), *flag)
        log = (tmp_path / "out" / tmp_path.name / "events.jsonl").read_text("utf-8")
        spoken = [json.loads(line)["text"] for line in log.splitlines() if '"Recognized"' in line]
        assert any("*" in text for text in spoken) == hidden


def wav(path: Path, encoding: int, channels: int, rate: int, bits: int, data: bytes) -> str:
    fmt = struct.pack("<HHIIHH", encoding, channels, rate, rate * channels * bits // 8, channels * bits // 8, bits)
    body = b"WAVEfmt " + struct.pack("<I", 16) + fmt + b"data" + struct.pack("<I", len(data)) + data
    path.write_bytes(b"RIFF" + struct.pack("<I", len(body)) + body)
    return str(path)


@pytest.mark.parametrize(
    ("content", "says"),
    [
        (b"", "the file is empty"),
        (b"RIFF\x10\0\0\0WAVEfmt \x10\0\0\0\1\0", "cut short"),
        (b"hello, this is no audio at all", "not a WAV file"),
        (b"ID3\x03" + bytes(2000), "this is MP3"),
        (b"OggS" + bytes(2000), "this is Ogg"),
    ],
)
def test_what_is_no_recording_is_said_in_one_line(
    capsys: pytest.CaptureFixture[str], tmp_path: Path, content: bytes, says: str
) -> None:
    path = tmp_path / "x.wav"
    path.write_bytes(content)
    code, _, err = run(capsys, str(path))
    assert code == 2
    one_line(err, "x.wav", says)


def test_eight_channels_and_samples_that_are_no_numbers(capsys: pytest.CaptureFixture[str], tmp_path: Path) -> None:
    eight = wav(tmp_path / "eight.wav", 1, 8, 16_000, 16, bytes(1600))
    nan = wav(tmp_path / "nan.wav", 3, 1, 16_000, 32, np.full(1600, np.nan, "<f4").tobytes())
    for path, says in ((eight, "8 channels"), (nan, "not numbers")):
        code, _, err = run(capsys, path)
        assert code == 2
        one_line(err, says)


def test_a_studio_recording_is_read(capsys: pytest.CaptureFixture[str], tmp_path: Path) -> None:
    noise = np.random.default_rng(0).integers(-9, 9, 3 * 96_000).astype("<i4")
    path = wav(tmp_path / "studio.wav", 1, 1, 96_000, 24, noise.view(np.uint8).reshape(-1, 4)[:, :3].tobytes())
    code, out, err = run(capsys, path, "--json")
    assert (code, err) == (0, "")
    assert json.loads(out)["calls"][0]["turns"] == 0


@pytest.mark.parametrize(
    ("argv", "says"),
    [
        (["nosuch.wav"], "no such file or folder"),
        (["x.wav", "--hotline", "nosuch"], "no such hotline; these ship: hotline_95188"),
        (["x.wav", "--model", "nosuch", "--lang", "zh-CN"], "neither a model folder nor an installed model"),
        (["x.wav", "--profile", "nosuch.yaml"], "no such file"),
        (["x.wav", "--jobs", "0"], "--jobs 0"),
        (["x.wav", "--out", "x.wav/out"], "cannot be made"),
        (["broken.yaml"], "broken.yaml:4: not valid YAML"),
        (["typo.yaml"], "typo.yaml:3: a turn is one of"),
        (["absent.yaml"], "absent.yaml:4: audio: 9.wav is not there"),
        (["foreign.yaml"], "`never_happened` is none of the events"),
    ],
)
def test_a_users_mistake_is_one_line_and_code_2(
    capsys: pytest.CaptureFixture[str], tmp_path: Path, monkeypatch: pytest.MonkeyPatch, argv: list[str], says: str
) -> None:
    monkeypatch.chdir(tmp_path)
    write_wav("x.wav", np.zeros(8000, np.int16))
    Path("broken.yaml").write_text("name: x\nturns:\n  - caller: 你好\n   at: end\n", "utf-8")
    Path("typo.yaml").write_text("name: x\nturns:\n  - calller: 你好\n", "utf-8")
    Path("absent.yaml").write_text("name: x\nturns:\n  - caller: 你好\n    audio: 9.wav\n", "utf-8")
    Path("foreign.yaml").write_text("name: x\nprofile: {events: [never_happened]}\nturns:\n  - silence: 1s\n", "utf-8")
    code, _, err = run(capsys, *argv)
    assert code == 2
    one_line(err, says)


def test_one_bad_file_among_good_ones_is_listed_and_code_1(capsys: pytest.CaptureFixture[str], tmp_path: Path) -> None:
    write_wav(tmp_path / "good.wav", np.zeros(8000, np.int16))
    (tmp_path / "bad.wav").write_bytes(b"RIFF")
    code, out, err = run(capsys, str(tmp_path), "--json")
    assert code == 1
    assert [failure["path"] for failure in json.loads(out)["failed"]] == [str(tmp_path / "bad.wav")]
    one_line(err, "bad.wav")


def test_a_damaged_model_is_found_before_it_kills_anything(
    capsys: pytest.CaptureFixture[str], tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    import shutil

    from voicebot.asr import bundled_model

    model = tmp_path / "model"
    shutil.copytree(bundled_model("zh-CN").path, model)
    graph = model / "graph" / "HCLr.fst"
    graph.write_bytes(graph.read_bytes()[:1000])
    write_wav(tmp_path / "x.wav", np.zeros(8000, np.int16))
    code, _, err = run(capsys, str(tmp_path / "x.wav"), "--model", str(model), "--lang", "zh-CN")
    assert code == 2
    one_line(err, "HCLr.fst")


def test_ctrl_c_keeps_what_is_finished(tmp_path: Path) -> None:
    """The real program, stopped half-way: code 130, one line, and the calls that were done are there."""
    paths = [str(FIXTURES / "en-hang-up")] * 400
    command = [sys.executable, "-m", "voicebot", "replay", *paths, "--out", str(tmp_path), "--quiet"]
    process = subprocess.Popen(
        command,
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        text=True,
        start_new_session=True,
        preexec_fn=lambda: signal.signal(signal.SIGINT, signal.SIG_DFL),  # tests that run in the background have it ignored
    )
    while not (tmp_path / "en-hang-up-3" / "call.json").exists():
        assert process.poll() is None, process.stderr.read() if process.stderr else ""
    os.killpg(process.pid, signal.SIGINT)
    out, err = process.communicate(timeout=60)
    assert process.returncode == 130
    one_line(err, "Ctrl-C")
    assert "KPIs of" in out
    assert json.loads((tmp_path / "en-hang-up" / "call.json").read_text("utf-8"))["outcome"] == "abandoned"


@pytest.mark.skipif(not Path("/dev/full").exists(), reason="/dev/full is a Linux device")
def test_a_full_disk_is_one_line(capsys: pytest.CaptureFixture[str], tmp_path: Path) -> None:
    (tmp_path / "out" / "en-hang-up").mkdir(parents=True)
    (tmp_path / "out" / "en-hang-up" / "call.wav.part").symlink_to("/dev/full")
    code, _, err = run(capsys, str(FIXTURES / "en-hang-up"), "--out", str(tmp_path / "out"))
    assert code == 2
    one_line(err, "No space left on device", "--out")


def test_help_and_version() -> None:
    for flag in ("--help", "--version"):
        with pytest.raises(SystemExit) as stopped:
            main([flag])
        assert stopped.value.code == 0
