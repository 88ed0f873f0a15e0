"""A model rebuilt for a pack: it hears the pack's words, and nothing is replaced by one that cannot be."""

import shutil
from pathlib import Path
from typing import Any

import pytest

from tests.train.conftest import SCRIPTS
from voicebot.asr.model import AcousticModel
from voicebot.asr.models import find_model
from voicebot.cli import main
from voicebot.errors import VoicebotError

assert SCRIPTS.is_dir()

pytest.importorskip("torch")
pytest.importorskip("wordfreq")
build_graph = pytest.importorskip("build_graph")
arguments = pytest.importorskip("arguments")

NAME = "\u56cd\u56cd\u99c6"
"""Of characters no list of common words has."""


@pytest.fixture
def pack(tmp_path: Path) -> Path:
    folder = tmp_path / "packs of mine" / "shop"
    assert main(["hotline", "new", str(folder), "--lang", "zh-CN"]) == 0
    questions = next((folder / "zh-CN").rglob("questions.yaml"))
    questions.write_text(questions.read_text("utf-8") + f"# {NAME}\n", "utf-8")
    (folder / "zh-CN" / "more.yaml").write_text(f"examples: [{NAME}\u7684\u8d27, wifi\u4e0d\u901a]\n", "utf-8")
    return folder


def run(monkeypatch: pytest.MonkeyPatch, *given: object) -> int:
    monkeypatch.setattr("sys.argv", ["build_graph.py", *map(str, given)])
    try:
        arguments.command(build_graph.main)
    except SystemExit as stopped:
        return int(stopped.code or 0)
    return 0


def contents(folder: Path) -> dict[str, bytes]:
    return {str(path.relative_to(folder)): path.read_bytes() for path in folder.rglob("*") if path.is_file()}


@pytest.mark.skipif(shutil.which("fstcompile") is None, reason="needs OpenFst's tools")
def test_a_model_for_a_pack_hears_the_packs_words(pack: Path, tmp_path: Path, monkeypatch: Any, capsys: Any) -> None:
    folder = tmp_path / "models of mine" / "zh-CN"
    assert run(monkeypatch, "zh-CN", "--pack", pack, "--model", folder) == 0
    assert "can not hear: wifi" in capsys.readouterr().out
    model = AcousticModel.load(find_model("zh-CN", folder))
    bundled = AcousticModel.load(find_model("zh-CN", "bundled"))
    assert bundled.uncovered((NAME,))
    assert not model.uncovered((NAME,))
    assert [path.name for path in folder.parent.iterdir()] == ["zh-CN"]
    # Once more, onto what is there, and with a network that decodes nothing.
    before = contents(folder)
    monkeypatch.setattr(build_graph, "probe", lambda path: (_ for _ in ()).throw(VoicebotError("it is damaged")))
    assert run(monkeypatch, "zh-CN", "--pack", pack, "--model", folder) == 2
    assert contents(folder) == before
    assert [path.name for path in folder.parent.iterdir()] == ["zh-CN"]


@pytest.mark.parametrize(
    ("given", "says"),
    [
        (["zh-CN", "--pack", "gone", "--model", "new"], "gone: has no folder zh-CN"),
        (["zh-CN", "--unknown-cost", "nan", "--model", "new"], "nan: give a number"),
        (["zh-CN", "--pack", "gone"], "name it with --model"),
        (["en-US", "--model", "there"], "there: is a model for zh-CN"),
        (["zh-CN", "--model", "empty"], "empty: no model"),
        (["zh-CN", "--model", "new", "--network", "gone.pt"], "gone.pt: No such file"),
    ],
)
def test_mistakes_are_one_line_and_change_nothing(
    given: list[str], says: str, tmp_path: Path, monkeypatch: Any, capsys: Any
) -> None:
    monkeypatch.chdir(tmp_path)
    shutil.copytree(find_model("zh-CN", "bundled").path, "there")
    Path("empty").mkdir()
    before = contents(tmp_path)
    assert run(monkeypatch, *given) == 2
    assert says in capsys.readouterr().err.splitlines()[-1]
    assert contents(tmp_path) == before
    assert sorted(path.name for path in tmp_path.iterdir()) == ["empty", "there"]


def test_a_network_of_another_language_is_refused(tmp_path: Path) -> None:
    inventory = pytest.importorskip("inventory")
    shutil.copytree(find_model("zh-CN", "bundled").path, tmp_path / "model")
    with pytest.raises(VoicebotError, match="not a network of scripts/train for en-US"):
        build_graph.export.renumber(tmp_path / "model", inventory.Inventory.load("en-US"))
