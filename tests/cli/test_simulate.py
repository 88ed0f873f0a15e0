"""`voicebot simulate`, `calibrate` and `compare` as their users meet them."""

import json
from pathlib import Path

import pytest

from tests.simulation.conftest import cast, small_bank, typing_engine  # noqa: F401
from voicebot.cli import main


@pytest.fixture
def simulate(capsys: pytest.CaptureFixture[str], small_bank: Path):  # noqa: F811
    def run(*arguments: object) -> tuple[int, str, str]:
        code = main(["simulate", "--tier", "text", "--channel", "perfect", "--wordings", str(small_bank), *map(str, arguments)])
        out, err = capsys.readouterr()
        return code, out, err

    return run


def test_systems_side_by_side(simulate, tmp_path):
    code, out, err = simulate(
        "--calls", 8, "--system", "full,menu", "--system", "one-shot", "--seed", 3, "--out", tmp_path / "run"
    )
    assert (code, err) == (0, "")
    for words in ("correct coverage", "问题识别覆盖率", "one-shot less full", "menu less full", "what makes it hard"):
        assert words in " ".join(out.split())
    page = (tmp_path / "run" / "simulation.html").read_text("utf8")
    assert "KPIs" in page
    assert "<script" not in page


def test_json_is_one_document_with_the_documented_keys(simulate, tmp_path):
    code, out, _ = simulate("--calls", 6, "--system", "full,one-shot", "--seed", 3, "--json")
    document = json.loads(out)
    assert code == 0
    assert set(document) == {"systems", "calls", "callers", "seed", "differences", "curves", "speed", "failed"}
    assert (document["calls"], document["callers"], document["seed"]) == (12, 6, 3)
    assert set(document["differences"]) == {"one-shot"}
    documented = Path("docs/json.md").read_text("utf8")
    for key in document:
        assert f"`{key}`" in documented, key


@pytest.mark.parametrize(
    ("arguments", "complaint"),
    [
        (("--system", "ful"), "did you mean `full`"),
        (("--calls", 0), "--calls 0"),
        (("--jobs", 0), "--jobs 0"),
        (("--resume",), "--out DIR"),
        (("--record", 2, "--out", "x"), "no sound"),
        (("--population", "no.yaml"), "no.yaml: cannot be read"),
        (("--voices", "no.yaml"), "no.yaml: cannot be read"),
        (("--hotline", "nowhere"), "nowhere: no such hotline"),
        (("--only", "1,x"), "--only 1,x"),
        (("--channel", "none.json"), "none.json: no such file"),
    ],
)
def test_mistakes_are_one_clear_line(simulate, arguments, complaint):
    code, out, err = simulate("--calls", 2, *arguments)
    assert (code, out) == (2, "")
    assert complaint in err
    assert len(err.splitlines()) == 1


def test_a_voice_that_there_is_not(simulate, tmp_path, capsys, small_bank):  # noqa: F811
    text = (Path("voicebot/simulation/voices.yaml")).read_text("utf8").replace("cmn+f4", "cmn+nobody")
    (tmp_path / "voices.yaml").write_text(text, encoding="utf8")
    assert main(["simulate", "--calls", "2", "--wordings", str(small_bank), "--voices", str(tmp_path / "voices.yaml")]) == 2
    assert "voice `cmn+nobody` cannot speak" in capsys.readouterr().err


def test_another_pack_needs_wordings_of_its_own(tmp_path, capsys):
    assert main(["hotline", "new", str(tmp_path / "shop")]) == 0
    capsys.readouterr()
    assert main(["simulate", "--calls", "2", "--tier", "text", "--hotline", str(tmp_path / "shop")]) == 2
    err = capsys.readouterr().err
    assert "--wordings FILE" in err
    assert len(err.splitlines()) == 1


def test_two_runs_compared(simulate, tmp_path, capsys):
    a, b = tmp_path / "a", tmp_path / "b"
    simulate("--calls", 12, "--system", "full,one-shot", "--seed", 5, "--out", a)
    simulate("--calls", 12, "--system", "full", "--seed", 5, "--out", b)
    assert main(["compare", str(a), str(b), "--json", "--fail-if", "correct_coverage < -0.01"]) == 0
    document = json.loads(capsys.readouterr().out)
    assert document["systems"]["full"]["differences"]["coverage"]["value"] == 0.0
    assert document["systems"]["full"]["changed"] == []
    code = main(["compare", str(b), str(a), "--system", "full,one-shot", "--fail-if", "average_turns < 0"])
    out = capsys.readouterr().out
    assert code == 1
    assert "failed: one-shot less full: average_turns < 0" in out
    assert "caller " in out
    other = tmp_path / "c"
    simulate("--calls", 2, "--seed", 6, "--out", other)
    assert main(["compare", str(a), str(other)]) == 2
    assert "other seed" in capsys.readouterr().err
    assert main(["compare", str(a), str(tmp_path)]) == 2


def test_calibrating_needs_a_run_of_the_audio_tier(simulate, tmp_path, capsys):
    simulate("--calls", 2, "--seed", 5, "--out", tmp_path / "run")
    assert main(["calibrate", str(tmp_path / "run")]) == 2
    assert "is a run of the text tier" in capsys.readouterr().err
    assert main(["calibrate", str(tmp_path)]) == 2
