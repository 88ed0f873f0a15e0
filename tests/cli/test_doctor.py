"""`voicebot doctor`: everything is looked at, every gap comes with what to do, and the exit code says whether calls run."""

import json
import os
import re
import subprocess
import sys
import tomllib
from pathlib import Path
from typing import Any

import pytest

from voicebot.cli import doctor


def run(*arguments: str, **environ: str) -> "subprocess.CompletedProcess[str]":
    command = [sys.executable, "-m", "voicebot", "doctor", *arguments]
    done = subprocess.run(
        command, env={**os.environ, **environ}, capture_output=True, text=True, encoding="utf8", check=False, timeout=300
    )
    assert "Traceback" not in done.stderr
    return done


def findings(done: "subprocess.CompletedProcess[str]") -> dict[str, Any]:
    return {finding["name"]: finding for finding in json.loads(done.stdout)["findings"]}


@pytest.fixture
def without(tmp_path: Path) -> Any:
    """Environment in which modules cannot be imported: `without("webrtcvad", OSError)`."""

    def hide(module: str, error: type[Exception]) -> dict[str, str]:
        (tmp_path / f"{module}.py").write_text(f"raise {error.__name__}('hidden by a test')\n")
        return {"PYTHONPATH": os.pathsep.join(filter(None, [str(tmp_path), os.environ.get("PYTHONPATH", "")]))}

    return hide


def test_this_machine_can_do_the_main_job() -> None:
    done = run("--json")
    assert done.returncode == 0, done.stdout
    found = findings(done)
    for name in ("Python", "vosk", "voice activity", "voice zh-CN", "voice en-US", "bundled model zh-CN", "used model en-US"):
        assert found[name]["state"] == "ok", found[name]
    assert all(finding["advice"] for finding in found.values() if finding["state"] != "ok")


def test_the_report_for_people_says_the_same() -> None:
    done = run()
    assert done.returncode == 0
    assert "✓ voice zh-CN: “你好”" in done.stdout
    assert done.stdout.splitlines()[-1].startswith("calls from files and text work")


def test_every_extra_of_the_package_is_looked_at_and_nothing_else() -> None:
    project = tomllib.loads((Path(__file__).parents[2] / "pyproject.toml").read_text("utf8"))["project"]

    def names(requirements: list[str]) -> set[str]:
        plain = {re.split(r"[^A-Za-z0-9_.-]", requirement)[0] for requirement in requirements}
        return plain - {"voicebot"}  # an extra may take another one with it

    assert {extra: names(wanted) for extra, wanted in project["optional-dependencies"].items()} == {
        extra: set(brought) for extra, (_, brought) in doctor.EXTRAS.items()
    }
    assert names(project["dependencies"]) == set(doctor.LIBRARIES)


def test_an_extra_that_is_not_there_is_named_with_how_to_get_it(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(doctor, "EXTRAS", {"serve": ("the console", ("pytest", "no-such-distribution"))})
    (finding,) = doctor._extras()
    assert (finding.state, finding.advice) == ("optional", "pip install 'voicebot[serve]'")
    assert finding.detail == "not installed: no-such-distribution (the console)"


def test_a_library_that_others_need_is_named_and_the_rest_is_looked_at_all_the_same(without: Any) -> None:
    done = run("--json", **without("pydantic", ModuleNotFoundError))
    assert done.returncode == 1
    found = findings(done)
    assert "hidden by a test" in " ".join(finding["detail"] for finding in found.values() if finding["state"] == "missing")
    assert found["voice activity"]["state"] == "ok"
    assert "serve" in found


def test_without_what_draws_it_the_report_is_plain(without: Any) -> None:
    done = run(**without("rich", ModuleNotFoundError))
    assert "✓ voice activity" in done.stdout


def test_without_the_first_library_of_all_it_is_named_in_a_line(without: Any) -> None:
    hidden = without("numpy", ModuleNotFoundError)
    numpy = Path(hidden["PYTHONPATH"].partition(os.pathsep)[0]) / "numpy.py"
    numpy.write_text("raise ModuleNotFoundError(\"No module named 'numpy'\", name='numpy')\n")
    done = run(**hidden)
    assert done.returncode == 2
    (line,) = done.stderr.splitlines()
    assert line.startswith("voicebot: the Python package numpy is missing or broken")
    assert "pip install --force-reinstall voicebot" in line


def test_a_broken_library_is_missing_for_the_main_job(without: Any) -> None:
    done = run("--json", **without("webrtcvad", ImportError))
    assert done.returncode == 1
    finding = findings(done)["voice activity"]
    assert (finding["state"], finding["detail"]) == ("missing", "hidden by a test")
    assert "webrtcvad-wheels" in finding["advice"]


def test_a_voice_that_cannot_speak_is_missing(without: Any) -> None:
    done = run("--json", **without("espeakng_loader", ImportError))
    assert done.returncode == 1
    assert findings(done)["voice zh-CN"]["state"] == "missing"


def test_without_portaudio_the_package_is_named_and_calls_still_work(without: Any) -> None:
    done = run("--json", **without("sounddevice", OSError))
    assert done.returncode == 0
    finding = findings(done)["PortAudio"]
    assert finding["state"] == "optional"
    if sys.platform == "linux":
        assert "apt install libportaudio2" in finding["advice"]


def test_a_damaged_model_is_listed_with_what_to_do(tmp_path: Path) -> None:
    for name in ("am/final.mdl", "conf/mfcc.conf"):
        (tmp_path / "vosk-model-small-cn-0.22" / name).parent.mkdir(parents=True)
        (tmp_path / "vosk-model-small-cn-0.22" / name).write_text("x")
    done = run("--json", VOICEBOT_MODELS=str(tmp_path))
    assert done.returncode == 1, "the damaged model is the one that would be used"
    finding = findings(done)["used model zh-CN"]
    assert "not a whole Vosk model" in finding["detail"]
    assert "VOICEBOT_MODELS" in finding["advice"]


@pytest.mark.skipif(not hasattr(os, "geteuid") or os.geteuid() == 0, reason="root writes everywhere")
def test_a_cache_that_cannot_be_written_costs_time_only(tmp_path: Path) -> None:
    (tmp_path / "closed").mkdir(mode=0o500)
    assert findings(run("--json", VOICEBOT_CACHE=str(tmp_path / "closed" / "cache")))["cache"]["state"] == "optional"


def test_a_cache_folder_that_is_a_file_is_found_out(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    (tmp_path / "file").write_text("")
    monkeypatch.setenv("VOICEBOT_CACHE", str(tmp_path / "file"))
    (finding,) = doctor._cache()
    assert finding.state == "optional"
    assert "VOICEBOT_CACHE" in finding.advice
