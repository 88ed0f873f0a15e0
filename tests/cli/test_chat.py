"""`voicebot chat` as a user meets it, and whose call it is: `--profile` for chat and replay."""

import io
from pathlib import Path

import pytest

from voicebot.cli import main

from ..conftest import FIXTURES

PROFILE = "products: [huabei]\nevents: [huabei_repayment_failed]\n"


def chat(monkeypatch: pytest.MonkeyPatch, typed: str, *argv: str) -> int:
    monkeypatch.setattr("sys.stdin", io.StringIO(typed))
    return main(["chat", *argv])


@pytest.fixture
def profile(tmp_path: Path) -> Path:
    path = tmp_path / "caller.yaml"
    path.write_text(PROFILE, encoding="utf-8")
    return path


def test_a_typed_call_shows_what_is_believed_and_said(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    assert chat(monkeypatch, "我的花呗还款怎么一直失败\n\n#0\n") == 0
    out = capsys.readouterr().out
    for part in ("您好", "huabei_repayment_failed █", "answer huabei_repayment_failed", "anything_else", "transfer", "■ agent"):
        assert part in out


def test_ctrl_d_hangs_up(monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]) -> None:
    assert chat(monkeypatch, "", "--lang", "en-US") == 0
    assert "■ abandoned (ended by caller)" in capsys.readouterr().out


def test_a_known_caller_is_asked_first(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str], profile: Path
) -> None:
    assert chat(monkeypatch, "对\n", "--profile", str(profile)) == 0
    out = capsys.readouterr().out
    assert "proactive_guess huabei_repayment_failed" in out
    assert "located: huabei_repayment_failed (confirmed)" in out


def test_a_known_caller_is_asked_first_in_a_recorded_call(capsys: pytest.CaptureFixture[str], profile: Path) -> None:
    assert main(["replay", str(FIXTURES / "zh-plain"), "--profile", str(profile)]) == 0
    assert "proactive_guess huabei_repayment_failed" in capsys.readouterr().out


def test_a_profile_with_a_mistake_is_one_located_line(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str], profile: Path
) -> None:
    profile.write_text(PROFILE.replace("huabei]", "huabie]"), encoding="utf-8")
    for argv in (["chat"], ["replay", str(FIXTURES / "zh-plain")]):
        monkeypatch.setattr("sys.stdin", io.StringIO(""))
        assert main([*argv, "--profile", str(profile)]) != 0
        said = capsys.readouterr().err
        assert f"{profile}:1: `huabie` is none of the products of hotline.yaml; did you mean `huabei`?" in said
        assert "Traceback" not in said
