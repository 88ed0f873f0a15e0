"""`voicebot models`, as its users meet it: the bundled model stands in for an official one, the official host for itself."""

import json
import os
import signal
import subprocess
import sys
import time
import zipfile
from pathlib import Path
from typing import Any

import pytest

from voicebot.asr.models import bundled_model
from voicebot.asr.verification import MANIFEST

NAME = "vosk-model-small-cn-0.22"


@pytest.fixture(scope="module")
def archive(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """An archive as the official ones are: one folder, no manifest."""
    model = bundled_model("zh-CN").path
    path = tmp_path_factory.mktemp("archive") / f"{NAME}.zip"
    with zipfile.ZipFile(path, "w", zipfile.ZIP_STORED) as pack:
        for file in sorted(file for file in model.rglob("*") if file.is_file() and file.name != MANIFEST):
            pack.write(file, f"{NAME}/{file.relative_to(model).as_posix()}")
    return path


class Machine:
    """A user's machine: a home of its own."""

    def __init__(self, home: Path) -> None:
        self.folder = home / ".local" / "share" / "voicebot" / "models"
        kept = {name: value for name, value in os.environ.items() if not name.startswith(("VOICEBOT_", "XDG_", "VOSK_"))}
        self.environ = {**kept, "HOME": str(home)}

    def run(self, *arguments: str, code: int = 0, **environ: str) -> "subprocess.CompletedProcess[str]":
        command = [sys.executable, "-m", "voicebot", "models", *arguments]
        done = subprocess.run(
            command, env={**self.environ, **environ}, capture_output=True, text=True, encoding="utf8", check=False
        )
        assert done.returncode == code, done.stderr
        assert "Traceback" not in done.stderr
        return done

    def json(self, *arguments: str, code: int = 0, **environ: str) -> Any:
        return json.loads(self.run(*arguments, "--json", code=code, **environ).stdout)


@pytest.fixture
def machine(tmp_path: Path) -> Machine:
    if sys.platform != "linux":
        pytest.skip("the folder of installed models is set by HOME only here")
    return Machine(tmp_path)


def used(document: Any) -> dict[str, str]:
    return {row["language"]: row["name"] for row in document["models"] if row["used"]}


def test_bundled_models_are_used_until_one_is_installed_and_again_when_it_is_removed(machine: Machine, archive: Path) -> None:
    before = machine.json("list")
    assert used(before) == {"zh-CN": "voicebot-zh-CN", "en-US": "voicebot-en-US"}
    official = next(row for row in before["models"] if row["name"] == NAME)
    assert (official["state"], official["licence"], official["path"]) == ("official", "Apache-2.0", None)

    installed = machine.json("install", "--from", str(archive))
    assert installed["path"] == str(machine.folder / NAME)
    listed = machine.json("list")
    assert used(listed) == {"zh-CN": NAME, "en-US": "voicebot-en-US"}
    row = next(row for row in listed["models"] if row["name"] == NAME)
    assert (row["state"], row["licence"]) == ("installed", "Apache-2.0")
    assert row["bytes"] > 1_000_000
    assert machine.json("verify", NAME)["models"] == [
        {"name": NAME, "path": installed["path"], "ok": True, "sha256": installed["sha256"], "manifest": True, "error": None}
    ]

    assert machine.json("remove", NAME)["name"] == NAME
    assert used(machine.json("list")) == used(before)


def test_the_list_says_which_model_is_used_and_why(machine: Machine, archive: Path) -> None:
    assert "● zh-CN: voicebot-zh-CN, because it is the only one" in machine.run("list").stdout
    installed = machine.run("install", NAME, "--from", str(archive)).stdout
    assert f"{NAME} is installed" in installed
    assert "calls in zh-CN use it from now on" in installed
    shown = machine.run("list").stdout
    assert f"● zh-CN: {NAME}, because installed goes before: bundled" in shown
    (line,) = [line for line in shown.splitlines() if line.startswith(f"●  {NAME}")]
    assert "zh-CN" in line
    assert "MB" in line
    assert "vosk-model-en-us-0.22-lgraph" in shown


def test_a_damaged_model_is_found_out_and_the_others_are_checked_all_the_same(machine: Machine, archive: Path) -> None:
    machine.run("install", "--from", str(archive))
    network = machine.folder / NAME / "am" / "final.mdl"
    damaged = bytearray(network.read_bytes())
    damaged[len(damaged) // 2] ^= 1
    network.write_bytes(damaged)
    shown = machine.run("verify", code=1).stdout.splitlines()
    assert len(shown) == 3
    assert shown[0].startswith("✗")
    assert "sha256" in shown[0]
    assert [line[0] for line in shown[1:]] == ["✓", "✓"]
    checked = machine.json("verify", code=1)["models"]
    assert [row["ok"] for row in checked] == [False, True, True]


def test_a_model_folder_can_be_verified_by_its_path(machine: Machine, tmp_path: Path) -> None:
    folder = bundled_model("en-US").path
    assert machine.run("verify", str(folder)).stdout.startswith("✓")
    assert machine.run("verify", "bundled").stdout.count("✓") == 2
    (tmp_path / "empty").mkdir()
    assert "not a whole Vosk model" in machine.run("verify", str(tmp_path / "empty"), code=1).stdout


@pytest.mark.parametrize(
    ("arguments", "says"),
    [
        (["install", "nonsense"], "not an official model voicebot knows; known are: vosk-model-cn-0.22"),
        (["install", "vosk-model-smal-cn-0.22"], "did you mean vosk-model-small-cn-0.22"),
        (["install", "--from", "nowhere.zip"], "nowhere.zip: no such file; give the model's zip archive"),
        (["install", "--from", "."], "a folder; give the model's zip archive"),
        (["install", "--from", __file__], "does not say which model it holds; name it too: voicebot models install NAME --from"),
        (["install", NAME, "--from", "nowhere.zip"], "nowhere.zip: no such file"),
        (["verify", "nonsense"], "nonsense: no such model; there are: voicebot-"),
        (["verify", ""], "no name: no such model"),
        (["remove", "voicebot-zh-CN"], "not installed in"),
        (["remove", "../models"], "not installed in"),
    ],
)
def test_mistakes_are_answered_in_one_line(machine: Machine, arguments: list[str], says: str) -> None:
    done = machine.run(*arguments, code=2)
    assert done.stdout == ""
    (line,) = done.stderr.splitlines()
    assert line.startswith("voicebot: ")
    assert says in line


def test_a_host_that_cannot_be_reached_is_named_with_the_way_round_it(machine: Machine) -> None:
    proxy = "http://127.0.0.1:9"  # nothing listens there
    done = machine.run("install", "--lang", "en-US", code=2, https_proxy=proxy, HTTPS_PROXY=proxy, no_proxy="", NO_PROXY="")
    first, last = done.stderr.splitlines()
    assert "vosk-model-small-en-us-0.15.zip, about 40 MB, Apache-2.0" in first
    assert "cannot be downloaded" in last
    assert "voicebot models install --from FILE" in last
    assert not list(machine.folder.glob("vosk*"))


@pytest.mark.parametrize("times", [1, 2])
def test_ctrl_c_at_any_moment_is_a_line_and_installs_nothing_half(machine: Machine, archive: Path, times: int) -> None:
    command = [sys.executable, "-m", "voicebot", "models", "install", "--from", str(archive)]
    process = subprocess.Popen(
        command, env=machine.environ, stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True, start_new_session=True
    )
    while process.poll() is None and not machine.folder.is_dir():
        time.sleep(0.01)
    for _ in range(times):
        os.killpg(process.pid, signal.SIGINT)
    _, complaints = process.communicate()
    assert process.returncode in (0, 130)
    assert process.returncode == 0 or complaints.splitlines()[-1].startswith("voicebot: stopped by Ctrl-C")
    assert "Traceback" not in complaints
    machine.run("install", "--from", str(archive))
    seen = {path.name for path in machine.folder.iterdir() if not path.name.endswith(".lock")}
    assert seen == {NAME, "archives.json"}
    assert all(row["ok"] for row in machine.json("verify", NAME)["models"])
