"""Many scripts: the same results in any order, at any number of jobs; files that cannot be read; a worker that dies."""

import os
import signal
from collections.abc import Callable
from pathlib import Path
from xml.etree import ElementTree

import pytest

from voicebot.errors import VoicebotError
from voicebot.testing import batch as batching
from voicebot.testing.batch import ScriptTask, collect, run_batch
from voicebot.testing.junit import junit
from voicebot.testing.outcome import Door, ScriptResult, Status
from voicebot.testing.running import RunSettings
from voicebot.testing.suite import Suite

Write = Callable[..., Path]

GOOD = "name: 好的\nturns:\n  - caller: 我这花呗一直还款失败\n  - bot: {act: confirm}\n"
BAD = "name: 坏的\nturns:\n  - caller: 我这花呗一直还款失败\n  - bot: {act: clarify, within: 1s}\n"
ROWS = "name: 行\nrows: [{w: 转人工}, {w: 我的钱被骗了}, {w: 帮助}]\nturns:\n  - caller: ${w}\n  - bot: {not: {act: answer}}\n"


@pytest.fixture
def folder(write: Write, tmp_path: Path) -> Path:
    write(GOOD, "a.call.yaml")
    write(BAD, "b.call.yaml")
    write(ROWS, "c.call.yaml")
    return tmp_path


@pytest.fixture
def settings(pack: Path) -> RunSettings:
    return RunSettings(hotline=str(pack))


def outcomes(results: list[ScriptResult]) -> list[tuple[str, Status]]:
    return [(result.name, result.status) for result in results]


def test_any_order_and_any_number_of_jobs_gives_the_same(folder: Path, settings: RunSettings) -> None:
    batch = collect([str(folder)], [Door.TYPED], settings)
    alone, together = Suite(batch), Suite(batch, jobs=3, repeat=2)
    for suite in (alone, together):
        assert sum(1 for _ in suite.run()) == 5 * suite.repeat
    assert outcomes(alone.results) == outcomes(together.results)
    assert [result.records for result in alone.results] == [result.records for result in together.results]
    assert together.counts() == {"passed": 4, "failed": 1, "skipped": 0}
    assert not together.flaky


def test_a_run_that_differs_is_flaky(folder: Path, settings: RunSettings, monkeypatch: pytest.MonkeyPatch) -> None:
    batch = collect([str(folder / "a.call.yaml")], [Door.TYPED], settings)
    real, count = batching.run_script, iter(range(9))

    def shaky(*args: object, **more: object) -> ScriptResult:
        from dataclasses import replace

        result = real(*args, **more)  # type: ignore[arg-type]
        return replace(result, records=result.records[: -1 - next(count) % 2])

    monkeypatch.setattr(batching, "run_script", shaky)
    suite = Suite(batch, repeat=4)
    list(suite.run())
    assert dict(suite.flaky) == {"好的 (typed)": 2}


def test_stopping_at_the_first_failure(folder: Path, settings: RunSettings) -> None:
    suite = Suite(collect([str(folder)], [Door.TYPED], settings), stop_at_first=True)
    assert outcomes(list(suite.run())) == [("好的", Status.PASSED), ("坏的", Status.FAILED)]


def test_scripts_are_chosen_by_name_and_path(folder: Path, settings: RunSettings) -> None:
    assert [task.name for task in collect([str(folder)], [Door.TYPED], settings, "人工 or b.call").tasks] == [
        "坏的",
        "行 (转人工)",
    ]
    with pytest.raises(VoicebotError, match="chooses none"):
        collect([str(folder)], [Door.TYPED], settings, "nothing")


def test_a_file_that_cannot_be_read_costs_only_itself(folder: Path, write: Write, settings: RunSettings) -> None:
    write("name: x\nturns:\n  - bto: {}\n", "d.call.yaml")
    batch = collect([str(folder)], [Door.TYPED], settings)
    assert len(batch.tasks) == 5
    assert batch.broken[0].startswith(f"{folder / 'd.call.yaml'}:3: a turn is one of")


def test_a_name_the_pack_lacks_fails_its_script_alone(folder: Path, write: Write, settings: RunSettings) -> None:
    write("name: x\nturns:\n  - bot: {question: nowhere}\n", "d.call.yaml")
    results = [result for _, result in run_batch(collect([str(folder)], [Door.TYPED], settings).tasks)]
    assert results[-1].status is Status.FAILED
    assert "question `nowhere` is not known" in results[-1].reason


def _dies(task: ScriptTask) -> ScriptResult:
    if task.name == "坏的":
        os.kill(os.getpid(), signal.SIGKILL)
    return _real(task)


_real = batching.run_task


def test_a_worker_that_dies_costs_only_its_script(folder: Path, settings: RunSettings, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(batching, "run_task", _dies)
    monkeypatch.setattr("voicebot.workers._start_method", lambda: "fork")  # so that the workers have it too
    tasks = collect([str(folder)], [Door.TYPED], settings).tasks
    results = [result for _, result in sorted(run_batch(tasks, jobs=2), key=lambda item: item[0])]
    assert [result.status for result in results] == [Status.PASSED, Status.CRASHED, *[Status.PASSED] * 3]
    assert "SIGKILL" in results[1].reason


def test_junit_has_every_script_and_every_broken_file(folder: Path, settings: RunSettings) -> None:
    suite = Suite(collect([str(folder)], [Door.TYPED], settings))
    list(suite.run())
    tree = ElementTree.fromstring(junit(suite.results, ["d.call.yaml:3: a turn is one of …"]))
    [top] = tree.iter("testsuite")
    assert {name: top.get(name) for name in ("tests", "failures", "errors", "skipped")} == {
        "tests": "6", "failures": "1", "errors": "1", "skipped": "0",
    }  # fmt: skip
    cases = {case.get("name"): case for case in tree.iter("testcase")}
    failure = cases["坏的"].find("failure")
    assert failure is not None
    assert "expected act: clarify" in str(failure.get("message"))
    assert "b.call.yaml:4" in str(failure.text)
    assert cases["好的"].get("line") == "1"


def test_the_document_lists_what_failed(folder: Path, settings: RunSettings) -> None:
    suite = Suite(collect([str(folder)], [Door.TYPED], settings))
    list(suite.run())
    document = suite.document(suite.coverage.figures())
    assert (document["passed"], document["failed"], document["skipped"]) == (4, 1, 0)
    [failed] = document["failures"]
    assert failed["failures"][0]["line"] == 4
    assert failed["failures"][0]["expected"] == "act: clarify"
    assert document["unchecked"] == 1
    assert {"k", "n", "rate", "low", "high"} <= document["coverage"]["total"].keys()
