"""`voicebot hotline`: a new pack, its check, and the schema for editors."""

import json
from pathlib import Path

import pytest

from voicebot.cli import main


def test_a_new_pack_is_never_written_over(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    folder = str(tmp_path / "my_line")
    assert main(["hotline", "new", folder]) == 0
    capsys.readouterr()
    assert main(["hotline", "new", folder]) == 2
    assert capsys.readouterr().err.count("\n") == 1


def test_an_unknown_pack_is_one_line(capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["hotline", "check", "nosuch"]) == 2
    assert "no such hotline" in capsys.readouterr().err


def test_the_schema_is_json(capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["hotline", "schema"]) == 0
    assert isinstance(json.loads(capsys.readouterr().out), dict)
