"""The scripts that ship: all of them hold typed, and together they reach what they are there to reach."""

from collections import Counter
from pathlib import Path

import pytest

from voicebot.hotlines import find_hotline
from voicebot.testing.batch import collect
from voicebot.testing.coverage import Coverage
from voicebot.testing.outcome import Door, Status
from voicebot.testing.running import RunSettings
from voicebot.testing.suite import Suite

SCRIPTS = find_hotline("hotline_95188") / "scripts"


@pytest.fixture(scope="module")
def suite(private_cache: None) -> Suite:
    suite = Suite(collect([str(SCRIPTS)], [Door.TYPED], RunSettings()))
    for _ in suite.run():
        pass
    return suite


def test_every_script_holds(suite: Suite) -> None:
    assert [f"{result.where} {result.name} {result.reason}" for result in suite.failed] == []
    assert suite.batch.broken == []


def test_there_are_enough_in_both_languages(suite: Suite) -> None:
    passed = Counter(Path(result.path).parent.name for result in suite.results if result.status is Status.PASSED)
    assert passed["zh-CN"] >= 150
    assert passed["en-US"] >= 150


def test_every_state_and_transition_is_reached(suite: Suite) -> None:
    figures = suite.coverage.figures()
    assert figures["states"]["missing"] == []
    assert figures["transitions"]["missing"] == []
    assert figures["questions"]["rate"] >= 0.95


def test_coverage_is_the_same_from_the_same_logs(suite: Suite) -> None:
    again = Coverage()
    for result in reversed(suite.results):
        again.add(result.records, result.hotline)
    assert again.figures()["total"] == suite.coverage.figures()["total"]
