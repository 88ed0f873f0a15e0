"""`voicebot test` as a user meets it: exit codes, what it prints and writes, and one line for every mistake."""

import json
import shutil
import subprocess
import sys
from pathlib import Path
from xml.etree import ElementTree

import pytest

from tests.testing.pack import small_pack
from voicebot.cli import main

from ..conftest import FIXTURES

GOOD = "name: 好的\nturns:\n  - caller: 我这花呗一直还款失败\n  - bot: {act: confirm}\n"
BAD = "name: 坏的\nturns:\n  - caller: 我这花呗一直还款失败\n  - bot: {act: clarify}\nends: {outcome: agent}\n"
ROWS = "name: 行\nrows: [{w: 转人工}, {w: 我的钱被骗了}]\nturns:\n  - caller: ${w}\n  - bot: {not: {act: answer}}\n"

Ran = tuple[int, str, str]


@pytest.fixture(scope="module")
def hotline(tmp_path_factory: pytest.TempPathFactory) -> str:
    return str(small_pack(tmp_path_factory.mktemp("pack")))


@pytest.fixture
def scripts(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A folder with two files of good scripts, which is also the current one."""
    monkeypatch.chdir(tmp_path)
    (tmp_path / "s").mkdir()
    (tmp_path / "s" / "a.call.yaml").write_text(GOOD, "utf-8")
    (tmp_path / "s" / "c.call.yaml").write_text(ROWS, "utf-8")
    return tmp_path


@pytest.fixture
def bad(scripts: Path) -> Path:
    """The same with a script that fails."""
    (scripts / "s" / "b.call.yaml").write_text(BAD, "utf-8")
    return scripts


def run(capsys: pytest.CaptureFixture[str], *argv: str) -> Ran:
    code = main(["test", *argv])
    captured = capsys.readouterr()
    return code, captured.out, captured.err


def one_line(err: str, *parts: str) -> None:
    assert err.startswith("voicebot: ")
    assert err.count("\n") == 1
    for part in parts:
        assert part in err


# ---------------------------------------------------------------- exit codes


def test_all_passed_is_0(capsys: pytest.CaptureFixture[str], scripts: Path, hotline: str) -> None:
    code, out, err = run(capsys, "s", "--hotline", hotline)
    assert (code, err) == (0, "")
    for part in ("✓ 好的", "✓ 行 (转人工)", "Coverage", "transitions", "3 passed, 0 failed, 0 skipped"):
        assert part in out


def test_a_failure_is_1_and_shown_with_file_line_and_belief(capsys: pytest.CaptureFixture[str], bad: Path, hotline: str) -> None:
    code, out, _ = run(capsys, "s", "--hotline", hotline, "--quiet")
    assert code == 1
    for part in ("✗ 坏的", "s/b.call.yaml:4", "expected  act: clarify", "happened  act: confirm", "repay_failed", "1 failed"):
        assert part in out
    assert "✓" not in out


@pytest.mark.parametrize(
    ("argv", "says"),
    [
        ([], "no PATH"),
        (["nowhere"], "nowhere: no such file or folder"),
        (["s", "-k", "nothing"], "-k 'nothing' chooses none"),
        (["s", "-k", "a and"], "-k"),
        (["s", "--jobs", "0"], "--jobs 0: give a number from 1 up"),
        (["s", "--repeat", "0"], "--repeat 0"),
        (["s", "--fail-under", "101"], "--fail-under 101: give per cent"),
        (["s", "--update", "--mutate"], "--update and --mutate cannot go together"),
        (["--import", "tests.yml"], "--import needs --out DIR"),
        (["nowhere.wav", "--record"], "nowhere.wav: no such file"),
    ],
)
def test_nothing_could_be_run_is_2_and_one_line(
    capsys: pytest.CaptureFixture[str], scripts: Path, argv: list[str], says: str
) -> None:
    code, out, err = run(capsys, *argv)
    assert (code, out) == (2, "")
    one_line(err, says)


def test_a_broken_file_among_good_ones_is_1_alone_it_is_2(
    capsys: pytest.CaptureFixture[str], scripts: Path, hotline: str
) -> None:
    (scripts / "s" / "d.call.yaml").write_text("name: x\nturns:\n  - bto: {}\n", "utf-8")
    code, out, err = run(capsys, "s", "--hotline", hotline, "--quiet")
    assert code == 1
    assert "3 passed" in out
    one_line(err, "s/d.call.yaml:3: a turn is one of")
    assert run(capsys, "s/d.call.yaml")[0] == 2


def test_a_hotline_that_is_not_there_is_said_with_its_script(capsys: pytest.CaptureFixture[str], scripts: Path) -> None:
    code, out, _ = run(capsys, "s/a.call.yaml", "--hotline", "nosuch")
    assert code == 1
    assert "no such hotline" in out


# ---------------------------------------------------------------- what is run


def test_choosing(capsys: pytest.CaptureFixture[str], bad: Path, hotline: str) -> None:
    code, out, _ = run(capsys, "s", "--hotline", hotline, "-k", "人工 or a.call", "--json")
    assert code == 0
    assert json.loads(out)["passed"] == 2


def test_stopping_at_the_first_failure(capsys: pytest.CaptureFixture[str], bad: Path, hotline: str) -> None:
    code, out, _ = run(capsys, "s", "--hotline", hotline, "-x", "--json")
    document = json.loads(out)
    assert code == 1
    assert (document["passed"], document["failed"]) == (1, 1)  # a, b; c is not run any more


def test_jobs_and_repeats_change_nothing(capsys: pytest.CaptureFixture[str], bad: Path, hotline: str) -> None:
    documents = []
    for more in ([], ["--jobs", "2"], ["--repeat", "3"]):
        code, out, _ = run(capsys, "s", "--hotline", hotline, "--json", *more)
        assert code == 1
        document = json.loads(out)
        del document["wall_seconds"]
        documents.append(document)
    assert documents[0] == documents[1] == documents[2]
    assert documents[0]["flaky"] == {}


# ---------------------------------------------------------------- what is written


def test_json_is_one_document_and_nothing_else(capsys: pytest.CaptureFixture[str], bad: Path, hotline: str) -> None:
    code, out, err = run(capsys, "s", "--hotline", hotline, "--json")
    assert (code, err) == (1, "")
    document = json.loads(out)
    assert set(document) == {
        "passed", "failed", "skipped", "coverage", "failures", "unchecked", "flaky", "broken", "turns", "seconds", "wall_seconds",
    }  # fmt: skip
    [failed] = document["failures"]
    assert set(failed) == {"name", "path", "line", "door", "status", "reason", "audio", "failures"}
    first, second = failed["failures"]
    assert set(first) == {"path", "line", "expected", "happened", "t", "belief"}
    assert (first["line"], second["line"]) == (4, 5)
    assert set(document["coverage"]) == {"total", "states", "transitions", "questions", "prompts", "rules", "slots"}


def test_junit_coverage_page_and_logs_of_what_failed(capsys: pytest.CaptureFixture[str], bad: Path, hotline: str) -> None:
    code, _, err = run(
        capsys, "s", "--hotline", hotline, "--junit", "out/j.xml", "--html", "out/c.html", "--out", "kept", "--quiet"
    )
    assert (code, err) == (1, "")
    [suite] = ElementTree.parse("out/j.xml").iter("testsuite")
    assert [suite.get(name) for name in ("tests", "failures", "errors", "skipped")] == ["4", "1", "0", "0"]
    page = Path("out/c.html").read_text("utf-8")
    assert "transitions" in page
    assert "<script" not in page
    assert [path.parent.name for path in Path("kept").rglob("events.jsonl")] == ["b-坏的"]


def test_too_little_coverage_is_1(capsys: pytest.CaptureFixture[str], scripts: Path, hotline: str) -> None:
    assert run(capsys, "s", "--hotline", hotline, "--fail-under", "1", "--quiet")[0] == 0
    code, _, err = run(capsys, "s", "--hotline", hotline, "--fail-under", "99", "--quiet")
    assert code == 1
    one_line(err, "coverage", "is below --fail-under 99 %")


# ---------------------------------------------------------------- instead of running


def test_a_call_that_happened_becomes_a_script_that_passes(capsys: pytest.CaptureFixture[str], bad: Path, hotline: str) -> None:
    run(capsys, "s/b.call.yaml", "--hotline", hotline, "--out", "kept", "--quiet")
    [log] = Path("kept").rglob("events.jsonl")
    code, out, _ = run(capsys, str(log), "--record", "--hotline", hotline)
    assert code == 0
    Path("again.call.yaml").write_text(out, "utf-8")
    code, out, _ = run(capsys, "again.call.yaml", "--hotline", hotline, "--json")
    assert code == 0, out
    assert json.loads(out)["passed"] == 1


def test_of_several_calls_each_becomes_a_script_and_what_is_none_is_listed(
    capsys: pytest.CaptureFixture[str], bad: Path, hotline: str
) -> None:
    for run_of in ("one", "two"):
        run(capsys, "s/b.call.yaml", "--hotline", hotline, "--out", run_of, "--quiet")
    Path("cut.jsonl").write_text("", "utf-8")
    code, out, err = run(capsys, "one", "cut.jsonl", "two", "--record", "--out", "written")
    assert code == 1
    one_line(err, "cut.jsonl:1: not a voicebot event log")
    assert len(out.splitlines()) == len(list(Path("written").glob("*.call.yaml"))) == 2, "one does not take the other's place"
    assert run(capsys, "written", "--hotline", hotline, "--quiet")[0] == 0
    assert run(capsys, "cut.jsonl", "--record")[0] == 2


def test_a_recording_becomes_a_script(capsys: pytest.CaptureFixture[str], scripts: Path) -> None:
    code, out, err = run(capsys, str(next(iter(sorted(FIXTURES.rglob("*.wav"))))), "--record")
    assert (code, err) == (0, "")
    assert "recording:" in out or "caller:" in out


def test_new_behaviour_is_written_into_a_copy_and_passes_then(
    capsys: pytest.CaptureFixture[str], bad: Path, hotline: str
) -> None:
    shutil.copy("s/b.call.yaml", "copy.call.yaml")
    code, out, _ = run(capsys, "copy.call.yaml", "--hotline", hotline, "--update", "--yes")
    assert code == 0
    assert "- act: clarify" in out
    assert "+ act: confirm" in out
    assert Path("copy.call.yaml").read_text("utf-8") == BAD.replace("clarify", "confirm").replace("agent", "abandoned")
    assert run(capsys, "copy.call.yaml", "--hotline", hotline, "--quiet")[0] == 0
    assert Path("s/b.call.yaml").read_text("utf-8") == BAD


def test_mutants_need_scripts_that_pass_and_have_a_threshold(capsys: pytest.CaptureFixture[str], bad: Path, hotline: str) -> None:
    code, _, err = run(capsys, "s", "--hotline", hotline, "--mutate", "--json")
    assert code == 2
    one_line(err, "坏的 fails as it is; mend that first")
    code, out, _ = run(capsys, "s/a.call.yaml", "--hotline", hotline, "--mutate", "--json", "--fail-under", "100")
    operators = json.loads(out)["operators"]
    assert code == 1  # one script notices little
    assert set(operators) == {
        "examples dropped", "answers swapped", "transition removed", "yes and no inverted", "threshold moved",
    }  # fmt: skip
    assert {"k", "n", "rate", "low", "high", "without_effect", "unnoticed"} <= operators["examples dropped"].keys()


def test_it_runs_as_a_program_and_its_exit_code_reaches_the_shell(bad: Path, hotline: str) -> None:
    ran = subprocess.run(
        [sys.executable, "-m", "voicebot", "test", "s/b.call.yaml", "--hotline", hotline], capture_output=True, timeout=120
    )
    assert ran.returncode == 1
    assert "expected  act: clarify" in ran.stdout.decode()
    assert ran.stderr == b""
