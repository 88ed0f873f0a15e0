"""`voicebot report` as its users meet it."""

import json
import os
from pathlib import Path

import pytest

from tests.metrics.helpers import BYE, answer, certain, confirm, log, turn
from tests.metrics.report.helpers import full_call, put
from voicebot.cli import main
from voicebot.metrics.kpis import KPI_NAMES


def report(capsys: pytest.CaptureFixture[str], *arguments: str | Path) -> tuple[int, str, str]:
    code = main(["report", *map(str, arguments)])
    out, err = capsys.readouterr()
    return code, out, err


@pytest.fixture
def calls(tmp_path: Path) -> Path:
    put(tmp_path / "calls" / "a", log(turn(), confirm("a"), answer("a", confirmed=True), BYE, true_question="a", seed=7))
    put(tmp_path / "calls" / "b", log(turn(), certain("b"), answer("b"), BYE, true_question="a", seed=7))
    return tmp_path / "calls"


def test_the_table_and_the_page(calls: Path, capsys: pytest.CaptureFixture[str]) -> None:
    code, out, err = report(capsys, calls)
    assert (code, err) == (0, "")
    assert "KPIs of 2 calls" in out
    assert "问题识别覆盖率" in out
    assert (calls / "report.html").read_text("utf8").startswith("<!DOCTYPE html>")


def test_json_is_one_document_and_documented(calls: Path, capsys: pytest.CaptureFixture[str], tmp_path: Path) -> None:
    code, out, _ = report(capsys, calls, "--json", "--out", tmp_path / "deep" / "page.html")
    found = json.loads(out)
    assert code == 0
    assert (found["calls"], found["seed"], found["failed"]) == (2, 7, [])
    assert set(found["systems"]["full"]) == {"calls", *KPI_NAMES}
    assert found["systems"]["full"]["correct_coverage"]["k"] == 1
    assert found["page"] == str(tmp_path / "deep" / "page.html")
    assert Path(found["page"]).is_file()
    text = (Path(__file__).parents[2] / "docs" / "json.md").read_text("utf8")
    assert all(f"`{key}`" in text for key in found)


def test_a_damaged_log_among_good_ones_is_listed_and_skipped(calls: Path, capsys: pytest.CaptureFixture[str]) -> None:
    broken = put(calls / "c", full_call()) / "events.jsonl"
    broken.write_text(broken.read_text("utf8")[:-50], encoding="utf8")
    code, out, err = report(capsys, calls)
    assert code == 1
    assert "KPIs of 2 calls" in out
    assert err.count("\n") == 1
    assert str(broken) in err
    assert "c/events.jsonl" in (calls / "report.html").read_text("utf8")
    code, out, _ = report(capsys, calls, "--json")
    assert code == 1
    assert [lost["path"] for lost in json.loads(out)["failed"]] == [str(broken)]


@pytest.mark.parametrize(
    ("make", "complaint"),
    [
        (lambda top: None, "no such folder"),
        (lambda top: top.mkdir(), "holds no events.jsonl"),
        (lambda top: top.touch(), "is a file"),
        (lambda top: (put(top, full_call()) / "events.jsonl").write_text("{}\n"), "its only event log: "),
        (
            lambda top: [(put(top / name, full_call()) / "events.jsonl").write_text("") for name in "ab"],
            "none of its 2 event logs",
        ),
    ],
)
def test_nothing_to_report_is_said_in_one_line(
    make: object, complaint: str, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    make(tmp_path / "calls")  # type: ignore[operator]
    code, out, err = report(capsys, tmp_path / "calls", "--json")
    assert (code, out, err.count("\n")) == (2, "", 1)
    assert complaint in err


@pytest.mark.parametrize(
    ("arguments", "complaint"),
    [
        (["--timelines", "-1"], "--timelines -1"),
        (["--hotline", "nowhere"], "no such hotline"),
        (["--out", "/dev/null/x.html"], "cannot be written"),
    ],
)
def test_bad_options_are_said_in_one_line(
    arguments: list[str], complaint: str, calls: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    code, out, err = report(capsys, calls, *arguments)
    assert (code, out, err.count("\n")) == (2, "", 1)
    assert complaint in err


@pytest.mark.skipif(os.name == "nt" or getattr(os, "geteuid", lambda: 1)() == 0, reason="everything can be written here")
def test_a_folder_that_must_not_be_written(calls: Path, capsys: pytest.CaptureFixture[str]) -> None:
    calls.chmod(0o555)
    code, _, err = report(capsys, calls)
    calls.chmod(0o755)
    assert (code, err.count("\n")) == (2, 1)
    assert "choose another --out" in err


def test_systems_are_printed_one_by_one(calls: Path, capsys: pytest.CaptureFixture[str]) -> None:
    put(calls / "menu", log(turn(keys=True), confirm("a", "picked"), answer("a", confirmed=True), BYE, system="menu", seed=8))
    _, out, _ = report(capsys, calls)
    assert out.index("full") < out.index("menu")
    code, out, _ = report(capsys, calls, "--json")
    assert json.loads(out)["seed"] is None
