"""A run gives the same calls on any number of workers, goes on where it was left, and loses nothing that was finished."""

import os
import signal
from pathlib import Path

import pytest

from voicebot.errors import StorageError, VoicebotError
from voicebot.simulation import batch, holding
from voicebot.simulation.batch import Run
from voicebot.simulation.results import RESULTS_FILE, CallResult, read_results
from voicebot.simulation.settings import SimulationSettings

SYSTEMS = ("full", "menu")


@pytest.fixture
def settings(tmp_path: Path, small_bank: Path):
    def make(name: str, calls: int = 24, **more: object) -> SimulationSettings:
        out = str(tmp_path / name)
        return SimulationSettings(calls, "text", SYSTEMS, seed=11, wordings=str(small_bank), channel="perfect", out=out, **more)

    return make


def _held(settings: SimulationSettings, jobs: int = 1, resume: bool = False) -> Run:
    run = Run(settings, resume=resume)
    for _ in run.hold(jobs):
        pass
    return run


def _logs(folder: str) -> dict[str, bytes]:
    return {str(path.relative_to(folder)): path.read_bytes() for path in sorted(Path(folder).rglob("events.jsonl"))}


def _lines(folder: str) -> list[tuple[object, object]]:
    return sorted(((result.key, result.record) for result in read_results(Path(folder))), key=lambda pair: pair[0])


def test_the_same_calls_on_one_worker_and_on_two(settings):
    one, two = settings("one"), settings("two")
    _held(one)
    _held(two, jobs=2)
    assert _lines(one.out) == _lines(two.out)
    assert len(_lines(one.out)) == 48
    assert _logs(one.out) == _logs(two.out)


def test_callers_say_the_same_first_words_to_every_system_that_listens(cast):
    from voicebot.simulation.phrasing import Phrasing

    for number in range(20):
        caller = cast.caller(3, number)
        first = [Phrasing(caller, cast.bank, cast.population).put(caller.goal.question, first=True).text for _ in range(2)]
        assert first[0] == first[1]


def test_resuming_holds_what_is_missing_and_nothing_else(settings):
    whole, parts = settings("whole"), settings("parts")
    _held(whole)
    run = Run(parts)
    happening = run.hold(1)
    for _ in range(9):
        next(happening)
    happening.close()
    path = Path(parts.out) / RESULTS_FILE
    done = len(path.read_text("utf8").splitlines())
    assert done >= 9
    with path.open("a", encoding="utf8") as file:
        file.write('{"number": 3, "rec')  # the disk was full, or the machine went down
    again = Run(parts, resume=True)
    held = [found for found in again.hold(1) if isinstance(found, CallResult)]
    assert len(held) == 48 - done
    assert _lines(parts.out) == _lines(whole.out)


def test_a_run_can_be_made_longer_but_not_another_one(settings):
    _held(settings("run", calls=4))
    longer = _held(settings("run", calls=6), resume=True)
    assert len(longer.finished) == 12
    with pytest.raises(VoicebotError, match="begun with seed 11, now 12"):
        Run(SimulationSettings(**{**_fields(settings("run", calls=6)), "seed": 12}), resume=True)
    with pytest.raises(VoicebotError, match="holds a run already"):
        Run(settings("run", calls=6))
    with pytest.raises(VoicebotError, match="no run to go on with"):
        Run(settings("elsewhere"), resume=True)


def _fields(settings: SimulationSettings) -> dict[str, object]:
    return {name: getattr(settings, name) for name in SimulationSettings.__dataclass_fields__}


def _deadly(task, report):
    """The worker dies of caller 5's call to the menu, and cannot hold caller 9's."""
    for held in holding.hold(task):
        if held.result.key == ("menu", 5):
            os.kill(os.getpid(), signal.SIGKILL)
        if held.result.key == ("full", 9):
            raise ZeroDivisionError("a defect")
        report(held.result)


@pytest.mark.skipif(os.name == "nt", reason="signals")
def test_a_call_that_kills_its_worker_is_lost_alone(settings, monkeypatch):
    monkeypatch.setattr(batch, "work", _deadly)
    run = Run(settings("deadly"))
    for _ in run.hold(2):
        pass
    lost = {(lost.system, lost.number): lost.error for lost in run.lost}
    assert set(lost) == {("menu", 5), ("full", 9)}
    assert "SIGKILL" in lost["menu", 5]
    assert "a defect" in lost["full", 9]
    assert len(run.finished) == 46
    monkeypatch.undo()
    again = _held(settings("deadly"), resume=True)
    assert len(again.finished) == 48


def _full_disk(task, report):
    """As `holding.work`, until the log of caller 5 cannot be written."""
    for key in task.keys:
        if key == ("full", 5):
            raise StorageError("out/full/00005/events.jsonl: cannot be written (No space left on device); choose another --out")
        holding.work(batch.Task(task.settings, (key,)), report)


def test_a_full_disk_stops_the_run_and_loses_nothing(settings, monkeypatch):
    one = settings("full-disk", calls=8)
    whole = settings("whole", calls=8)
    monkeypatch.setattr(batch, "work", _full_disk)
    run = Run(one)
    with pytest.raises(VoicebotError, match=r"00005/events.jsonl: cannot be written .*10 finished calls are kept: .*--resume"):
        list(run.hold(1))
    assert not run.lost
    assert len(_lines(one.out)) == 10
    monkeypatch.undo()
    _held(one, resume=True)
    _held(whole)
    assert _lines(one.out) == _lines(whole.out)


def test_logs_are_kept_of_as_many_callers_as_asked(settings):
    kept = settings("kept", calls=6, keep_logs=2)
    _held(kept)
    assert {path.split("/")[1] for path in _logs(kept.out)} == {"00000", "00001"}


def test_single_callers_can_be_looked_at_again(settings):
    whole, single = settings("all"), settings("single", only=(17, 3))
    _held(whole)
    _held(single)
    assert set(_logs(single.out)) == {f"{system}/{number:05d}/events.jsonl" for system in SYSTEMS for number in (3, 17)}
    assert _logs(single.out).items() <= _logs(whole.out).items()
