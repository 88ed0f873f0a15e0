"""A run on a real dask cluster of two workers, one of which is killed, gives the calls that it gives here."""

import os
import signal
import threading
import time
from pathlib import Path

import pytest

from voicebot.errors import VoicebotError
from voicebot.simulation.batch import Run
from voicebot.simulation.results import CallResult, read_results
from voicebot.simulation.settings import SimulationSettings

CALLERS = 60


def _settings(out: Path, bank: Path) -> SimulationSettings:
    return SimulationSettings(
        CALLERS, "text", ("full",), seed=13, wordings=str(bank), channel="perfect", keep_logs=5, out=str(out)
    )


def _lines(folder: Path) -> list[object]:
    return sorted((result.number, result.record) for result in read_results(folder))


@pytest.mark.filterwarnings("ignore")
def test_a_local_dask_cluster_of_two_workers_one_of_them_killed(tmp_path, small_bank):
    distributed = pytest.importorskip("distributed")
    cluster = distributed.LocalCluster(n_workers=2, threads_per_worker=1, processes=True, dashboard_address=None)
    with cluster, distributed.Client(cluster) as client:
        pids = list(client.run(os.getpid).values())
        assert len(pids) == 2
        run = Run(_settings(tmp_path / "far", small_bank), cluster=cluster.scheduler_address.replace("tcp://", "dask://"))

        def kill() -> None:
            time.sleep(0.5)  # amid the first tasks
            os.kill(pids[0], signal.SIGKILL)

        killer = threading.Thread(target=kill)
        killer.start()
        held = [happening for happening in run.hold(1) if isinstance(happening, CallResult)]
        killer.join()
    assert not run.lost
    assert len(held) == CALLERS
    here = Run(_settings(tmp_path / "here", small_bank))
    assert sum(1 for _ in here.hold(1)) == CALLERS
    assert _lines(tmp_path / "far") == _lines(tmp_path / "here")
    for number in range(5):
        log = f"full/{number:05d}/events.jsonl"
        assert (tmp_path / "far" / log).read_bytes() == (tmp_path / "here" / log).read_bytes()


@pytest.mark.filterwarnings("ignore")
@pytest.mark.parametrize(
    ("address", "complaint"), [("http://x:1", "write dask://HOST:PORT"), ("dask://127.0.0.1:9", "no scheduler answers there")]
)
def test_clusters_that_are_none(tmp_path, small_bank, address, complaint, monkeypatch):
    monkeypatch.setattr("voicebot.simulation.cluster.CONNECT_SECONDS", 1)
    if address.startswith("dask"):
        pytest.importorskip("distributed")
    run = Run(_settings(tmp_path / "run", small_bank), cluster=address)
    with pytest.raises(VoicebotError, match=complaint):
        list(run.hold(1))
