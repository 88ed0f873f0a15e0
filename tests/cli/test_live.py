"""`voicebot live` where it cannot run: one line, what to do, exit code 2."""

import os
import subprocess
import sys
from pathlib import Path

import pytest

from voicebot.cli import live


def run(tmp_path: Path, *arguments: str, **environ: str) -> "subprocess.CompletedProcess[str]":
    command = [sys.executable, "-m", "voicebot", "live", *arguments]
    home = {"HOME": str(tmp_path), "XDG_RUNTIME_DIR": str(tmp_path)}
    return subprocess.run(
        command, env={**os.environ, **home, **environ}, capture_output=True, text=True, encoding="utf8", check=False
    )


def one_line(done: "subprocess.CompletedProcess[str]") -> str:
    assert done.returncode == 2, done.stderr
    assert done.stdout == ""
    (line,) = [line for line in done.stderr.splitlines() if not line.startswith(("ALSA lib", "Cannot connect", "jack server"))]
    assert line.startswith("voicebot: ")
    return line


@pytest.mark.parametrize("arguments", [["--headset"], ["--list-devices"]])
def test_without_portaudio_the_package_to_install_is_named(tmp_path: Path, arguments: list[str]) -> None:
    (tmp_path / "sounddevice.py").write_text("raise OSError('PortAudio library not found')\n")
    path = os.pathsep.join(filter(None, [str(tmp_path), os.environ.get("PYTHONPATH", "")]))
    line = one_line(run(tmp_path, *arguments, PYTHONPATH=path))
    assert "PortAudio" in line
    if sys.platform == "linux":
        assert "apt install libportaudio2" in line


def test_without_sounddevice_the_python_package_is_named(tmp_path: Path) -> None:
    (tmp_path / "sounddevice.py").write_text("raise ImportError\n")
    path = os.pathsep.join(filter(None, [str(tmp_path), os.environ.get("PYTHONPATH", "")]))
    assert "pip install sounddevice" in one_line(run(tmp_path, "--headset", PYTHONPATH=path))


def test_a_call_of_no_length_is_refused(tmp_path: Path) -> None:
    assert "--seconds 0: give a number of seconds above 0" in one_line(run(tmp_path, "--headset", "--seconds", "0"))


def test_keys_of_the_terminal_reach_the_call_and_others_do_nothing() -> None:
    class Noted:
        def __init__(self) -> None:
            self.live = self
            self.done: list[str] = []

        def press(self, key: str) -> None:
            self.done.append(key)

        def hang_up(self) -> None:
            self.done.append("hang up")

        def reconnect(self) -> None:
            self.done.append("reconnect")

    air = Noted()
    live._press(air, "1x#*\n0rQ")  # type: ignore[arg-type]
    assert air.done == ["1", "#", "*", "0", "reconnect", "hang up"]
