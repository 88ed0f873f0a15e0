"""`voicebot serve` where it cannot run: one line, what to do, exit code 2."""

import os
import signal
import socket
import subprocess
import sys
from pathlib import Path

import pytest

from tests.live.console import missing_console, serving


def run(*arguments: str, **environ: str) -> "subprocess.CompletedProcess[str]":
    command = [sys.executable, "-m", "voicebot", "serve", *arguments]
    return subprocess.run(command, env={**os.environ, **environ}, capture_output=True, text=True, encoding="utf8", check=False)


def one_line(done: "subprocess.CompletedProcess[str]") -> str:
    assert done.returncode == 2, done.stderr
    assert done.stdout == ""
    (line,) = done.stderr.splitlines()
    assert line.startswith("voicebot: ")
    return line


def test_without_the_web_server_the_extra_to_install_is_named(tmp_path: Path) -> None:
    (tmp_path / "uvicorn.py").write_text("raise ImportError(name='uvicorn')\n")
    path = os.pathsep.join(filter(None, [str(tmp_path), os.environ.get("PYTHONPATH", "")]))
    line = one_line(run(PYTHONPATH=path))
    assert "pip install 'voicebot[serve]'" in line
    assert "uvicorn" in line


@pytest.fixture
def packages() -> None:
    if why := missing_console():
        pytest.skip(why)


@pytest.mark.parametrize(
    ("arguments", "why"),
    [
        (["--host", "0.0.0.0"], "--token"),
        (["--hotline", "no-such-pack"], "no-such-pack"),
        (["--max-calls", "0"], "--max-calls 0"),
        (["--host", "no-such-host.invalid", "--token", "x" * 20], "cannot listen there"),
    ],
)
def test_what_cannot_be_served_is_a_line(packages: None, arguments: list[str], why: str) -> None:
    assert why in one_line(run(*arguments))


def test_a_port_that_is_taken_is_a_line(packages: None) -> None:
    with socket.socket() as taken:
        taken.bind(("127.0.0.1", 0))
        taken.listen()
        port = str(taken.getsockname()[1])
        assert f"--port {port}: cannot listen there" in one_line(run("--port", port))


def test_a_signal_ends_it_in_good_order(packages: None, private_cache: None) -> None:
    with serving("--workers", "1", "--lang", "en-US", "--model", "bundled") as console:
        (worker,) = console.get("/api/state")["workers"]
        console.process.send_signal(signal.SIGTERM)
        assert console.process.wait(30) == 130
    assert not Path(f"/proc/{worker}").exists()
    assert [line for line in console.said if "Traceback" in line] == []
