from collections.abc import Iterator
from pathlib import Path

import numpy as np
import pytest

from tests.asr.model_server import ModelServer, serving
from voicebot.asr.download import Limits, download
from voicebot.errors import ModelError

BODY = np.random.default_rng(0).bytes(300_000)
QUICK = Limits(timeout=0.2, attempts=3, pause=0.0, most_bytes=1_000_000)


@pytest.fixture
def server(monkeypatch: pytest.MonkeyPatch) -> Iterator[ModelServer]:
    monkeypatch.setenv("no_proxy", "127.0.0.1")
    with serving(BODY) as server:
        yield server


def test_a_file_arrives_whole_and_progress_is_told(server: ModelServer, tmp_path: Path) -> None:
    told: list[tuple[int, int | None]] = []
    download(server.url, tmp_path / "m.zip", QUICK, lambda have, total: told.append((have, total)))
    assert (tmp_path / "m.zip").read_bytes() == BODY
    assert told[-1] == (len(BODY), len(BODY))
    assert told == sorted(told)
    assert [path.name for path in tmp_path.iterdir()] == ["m.zip"]


def test_a_broken_connection_is_resumed_where_it_broke(server: ModelServer, tmp_path: Path) -> None:
    server.break_at = [100_000, 50_000]
    download(server.url, tmp_path / "m.zip", QUICK)
    assert (tmp_path / "m.zip").read_bytes() == BODY
    assert server.requests == ["", "bytes=100000-", "bytes=150000-"]


def test_a_stalled_server_is_left_and_asked_again(server: ModelServer, tmp_path: Path) -> None:
    server.stall_at = [120_000]
    download(server.url, tmp_path / "m.zip", QUICK)
    assert (tmp_path / "m.zip").read_bytes() == BODY
    assert server.requests == ["", "bytes=120000-"]


def test_a_server_that_only_stalls_is_given_up_and_what_came_is_kept(server: ModelServer, tmp_path: Path) -> None:
    server.stall_at = [70_000, 0, 0, 0]
    with pytest.raises(ModelError, match="stopped sending.*70000 bytes are kept"):
        download(server.url, tmp_path / "m.zip", QUICK)
    server.stall_at = []
    download(server.url, tmp_path / "m.zip", QUICK)
    assert server.requests[-1] == "bytes=70000-"
    assert (tmp_path / "m.zip").read_bytes() == BODY


def test_a_server_that_lies_about_length_is_given_up(server: ModelServer, tmp_path: Path) -> None:
    server.extra_length = 1000
    server.ranges = False
    with pytest.raises(ModelError, match="cannot be downloaded"):
        download(server.url, tmp_path / "m.zip", QUICK)
    assert not (tmp_path / "m.zip").exists()


def test_a_file_that_changed_meanwhile_begins_again(server: ModelServer, tmp_path: Path) -> None:
    server.break_at = [100_000] * 3
    server.stall_at = [100_000, 0, 0, 0]
    server.break_at = []
    with pytest.raises(ModelError):
        download(server.url, tmp_path / "m.zip", QUICK)
    server.stall_at = []
    server.tag, server.body = '"two"', BODY[::-1]
    download(server.url, tmp_path / "m.zip", QUICK)
    assert (tmp_path / "m.zip").read_bytes() == BODY[::-1]


def test_without_a_tag_nothing_is_pieced_together(server: ModelServer, tmp_path: Path) -> None:
    server.tag = ""
    server.break_at = [100_000]
    download(server.url, tmp_path / "m.zip", QUICK)
    assert server.requests == ["", ""]
    assert (tmp_path / "m.zip").read_bytes() == BODY


def test_a_part_longer_than_the_file_begins_again(server: ModelServer, tmp_path: Path) -> None:
    (tmp_path / "m.zip.part").write_bytes(b"x" * (len(BODY) + 1))
    (tmp_path / "m.zip.tag").write_text('"one"')
    download(server.url, tmp_path / "m.zip", QUICK)
    assert (tmp_path / "m.zip").read_bytes() == BODY


@pytest.mark.parametrize("most", [100_000, 299_999])
def test_too_much_is_refused(server: ModelServer, tmp_path: Path, most: int) -> None:
    with pytest.raises(ModelError, match=f"more than the {most}"):
        download(server.url, tmp_path / "m.zip", Limits(timeout=0.2, most_bytes=most))


def test_a_refusal_is_not_asked_again(server: ModelServer, tmp_path: Path) -> None:
    server.statuses = [404]
    with pytest.raises(ModelError, match=r"404.*--from FILE"):
        download(server.url, tmp_path / "m.zip", QUICK)
    assert len(server.requests) == 1


def test_a_server_in_trouble_is_asked_again(server: ModelServer, tmp_path: Path) -> None:
    server.statuses = [503, 500]
    download(server.url, tmp_path / "m.zip", QUICK)
    assert (tmp_path / "m.zip").read_bytes() == BODY


def test_redirects_in_a_circle_end(server: ModelServer, tmp_path: Path) -> None:
    server.redirect = server.url
    with pytest.raises(ModelError):
        download(server.url, tmp_path / "m.zip", QUICK)


@pytest.mark.parametrize("url", ["http://127.0.0.1:9/m.zip", "http://no-such-host.invalid/m.zip"])
def test_no_server_is_told(url: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("no_proxy", "*")
    with pytest.raises(ModelError, match="cannot be downloaded"):
        download(url, tmp_path / "m.zip", Limits(timeout=0.2, attempts=1))
