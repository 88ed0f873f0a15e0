"""Workers: order, messages, errors, and processes that die."""

import os
import signal
from typing import Any

import pytest

from voicebot.errors import StorageError, VoicebotError
from voicebot.workers import Done, Failed, Message, Report, run_tasks


def _work(task: Any, report: Report) -> Any:
    match task:
        case "raise":
            raise VoicebotError("bad.wav: not a recording")
        case "full":
            raise StorageError("disk full")
        case "defect":
            raise RuntimeError("oops")
        case "die":
            os.kill(os.getpid(), signal.SIGSEGV)
        case ("die once", str(marker)):
            if not os.path.exists(marker):  # noqa: PTH110
                open(marker, "w").close()  # noqa: PTH123
                os.kill(os.getpid(), signal.SIGKILL)
            return "second time"
        case int():
            report(f"half of {task}")
            return task * 2
    return None


def _outcomes(tasks: list[Any], jobs: int) -> dict[int, Any]:
    return {h.index: h for h in run_tasks(_work, tasks, jobs) if not isinstance(h, Message)}


@pytest.mark.parametrize("jobs", [1, 3])
def test_every_task_is_answered(jobs: int) -> None:
    outcomes = _outcomes(list(range(10)), jobs)
    assert outcomes == {i: Done(i, i * 2) for i in range(10)}


def test_messages_come_before_the_result() -> None:
    assert list(run_tasks(_work, [21])) == [Message(0, "half of 21"), Done(0, 42)]


def test_an_error_stops_only_its_task() -> None:
    outcomes = _outcomes(["raise", 1, "defect"], 1)
    assert outcomes[0] == Failed(0, "bad.wav: not a recording")
    assert outcomes[1] == Done(1, 2)
    assert "internal error" in outcomes[2].error
    assert "RuntimeError: oops" in outcomes[2].error


@pytest.mark.parametrize("jobs", [1, 2])
def test_a_dead_worker_costs_only_its_call(jobs: int) -> None:
    outcomes = _outcomes([1, "die", 2, 3], jobs)
    assert [outcomes[i] for i in (0, 2, 3)] == [Done(0, 2), Done(2, 4), Done(3, 6)]
    assert outcomes[1].crashed
    assert "SIGSEGV" in outcomes[1].error


def test_a_call_whose_worker_died_is_tried_once_more(tmp_path: Any) -> None:
    assert _outcomes([("die once", str(tmp_path / "marker"))], 1) == {0: Done(0, "second time")}


def test_a_full_disk_stops_the_batch() -> None:
    with pytest.raises(StorageError, match="disk full"):
        _outcomes([1, "full", 2, 3], 1)


def test_stopping_early_ends_the_workers() -> None:
    running = run_tasks(_work, iter(range(1000)), 2)
    next(running)
    running.close()
    assert list(running) == []


def test_jobs_must_be_positive() -> None:
    with pytest.raises(VoicebotError, match="--jobs 0"):
        list(run_tasks(_work, [1], 0))
