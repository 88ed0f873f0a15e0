"""The pytest plugin: scripts are tests like any other."""

from importlib.metadata import entry_points
from pathlib import Path

import pytest

pytest_plugins = ["pytester"]

PLUGIN = "voicebot.testing.plugin"

SCRIPT = """
name: 开场
rows: [{id: agent, w: 转人工, act: brief}, {id: risk, w: 我的钱被骗了, act: transfer}, {id: wrong, w: 帮助, act: clarify}]
turns:
  - caller: ${w}
  - bot: {act: "${act}"}
"""


@pytest.fixture
def tester(pytester: pytest.Pytester, pack: Path) -> pytest.Pytester:
    pytester.makefile(".call.yaml", opening=SCRIPT.lstrip())
    pytester.makefile(".call.yaml", other="name: 别的\nonly: spoken\nturns:\n  - caller: 好\n")
    pytester.makepyfile(test_more="def test_ordinary():\n    pass\n")
    installed = any(entry.value == PLUGIN for entry in entry_points(group="pytest11"))
    load = "" if installed else f"-p {PLUGIN} "  # an installed voicebot brings it along; from a source tree it is named
    pytester.makeini(f"[pytest]\naddopts = {load}--voicebot-hotline={pack}\n")
    return pytester


def test_scripts_are_collected_beside_ordinary_tests(tester: pytest.Pytester) -> None:
    result = tester.runpytest_inprocess("-v", "-rs")
    result.assert_outcomes(passed=3, failed=1, skipped=1)
    result.stdout.fnmatch_lines(["*only spoken*"])


def test_a_failure_is_a_timeline_with_file_and_line(tester: pytest.Pytester) -> None:
    result = tester.runpytest_inprocess()
    result.stdout.fnmatch_lines(["*opening.call.yaml:5*belief*", "*expected  act: clarify*", "*happened  act: help*"])


def test_choosing_and_running_what_failed_last(tester: pytest.Pytester) -> None:
    tester.runpytest_inprocess("-k", "agent").assert_outcomes(passed=1, deselected=4)
    tester.runpytest_inprocess().assert_outcomes(passed=3, failed=1, skipped=1)
    tester.runpytest_inprocess("--lf").assert_outcomes(failed=1)


def test_a_name_with_the_marks_of_pytest_can_still_be_picked_out(tester: pytest.Pytester) -> None:
    named = SCRIPT.lstrip().replace("开场", '"opening [night]::all/day"')
    tester.makefile(".call.yaml", opening=named)
    tester.runpytest_inprocess("--junitxml=out.xml").assert_outcomes(passed=3, failed=1, skipped=1)
    assert 'name="opening (night):all/day (wrong)"' in (tester.path / "out.xml").read_text("utf8")
    tester.runpytest_inprocess("--lf").assert_outcomes(failed=1)


def test_junit_and_workers(tester: pytest.Pytester) -> None:
    result = tester.runpytest_inprocess("-n2", "-p", "xdist", "--junitxml=out.xml")
    result.assert_outcomes(passed=3, failed=1, skipped=1)
    assert 'failures="1"' in (tester.path / "out.xml").read_text("utf8")


def test_a_script_that_cannot_be_read_is_an_error_of_collection(tester: pytest.Pytester) -> None:
    tester.makefile(".call.yaml", broken="name: x\nturns:\n  - bto: {}\n")
    result = tester.runpytest_inprocess("broken.call.yaml")
    result.assert_outcomes(errors=1)
    result.stdout.fnmatch_lines(["*broken.call.yaml:3: a turn is one of*"])
