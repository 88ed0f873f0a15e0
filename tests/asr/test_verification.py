"""No damaged model reaches Vosk in this process."""

import random
import shutil
import subprocess
import sys
from pathlib import Path

import numpy as np
import pytest

from tests.asr.damage import copied, damaged
from voicebot.asr import verification
from voicebot.asr.model import AcousticModel
from voicebot.asr.recognizer import VoskRecognizer
from voicebot.asr.verification import MANIFEST, probe, verify
from voicebot.errors import ModelError


def test_the_bundled_models_are_whole(chinese: AcousticModel, english: AcousticModel) -> None:
    assert verify(chinese.path).fingerprint == chinese.sha256 != english.sha256
    assert {chinese.language, english.language} == {"zh-CN", "en-US"}


@pytest.mark.parametrize("block", range(4))
def test_damaged_copies_are_named_or_harmless(model_folder: Path, tmp_path: Path, block: int) -> None:
    chance = random.Random(block)
    refused = 0
    for number in range(50):
        copy = tmp_path / str(number)
        what = damaged(model_folder, copy, chance)
        message = _load_and_decode(copy)
        if message:
            refused += 1
            assert str(copy) in message, what
            assert "\n" not in message, what
        shutil.rmtree(copy)
    assert refused >= 40


def _load_and_decode(folder: Path) -> str:
    """What is said of a model that is refused; empty when it loads, and then it decodes too."""
    try:
        recognizer = VoskRecognizer(AcousticModel.load(folder))
    except ModelError as error:
        return str(error)
    recognizer.begin(None)
    recognizer.accept(np.zeros(3200, np.int16))
    assert recognizer.finish().hypotheses == ()
    return ""


def test_without_a_manifest_a_damaged_model_kills_only_the_probe(model_folder: Path, tmp_path: Path) -> None:
    refused = 0
    for number, share in enumerate((0.001, 0.3, 0.6)):
        for name in ("graph/HCLr.fst", "graph/Gr.fst", "am/final.mdl"):
            copy = copied(model_folder, tmp_path / f"{number}-{Path(name).stem}")
            (copy / MANIFEST).unlink()
            data = (copy / name).read_bytes()
            (copy / name).unlink()
            (copy / name).write_bytes(data[: int(len(data) * share) + 1])
            with pytest.raises(ModelError, match="install it again"):
                verify(copy)
            refused += 1
    assert refused == 9


@pytest.mark.parametrize("keep", [0.2, 0.9, 0.999])
def test_phones_without_a_place_in_words_are_told_before_a_call_dies_of_them(
    model_folder: Path, tmp_path: Path, keep: float
) -> None:
    copy = copied(model_folder, tmp_path / "copy")
    (copy / MANIFEST).unlink()
    file = copy / "graph" / "phones" / "word_boundary.int"
    lines = file.read_text().splitlines(keepends=True)
    file.unlink()
    file.write_text("".join(lines[: int(len(lines) * keep)]))
    with pytest.raises(ModelError, match=r"word_boundary\.int: lacks"):
        verify(copy)


def test_a_list_of_words_that_is_cut_off_is_told(model_folder: Path, tmp_path: Path) -> None:
    copy = copied(model_folder, tmp_path / "copy")
    (copy / MANIFEST).unlink()
    words = copy / "graph" / "words.txt"
    text = words.read_bytes()
    words.unlink()
    words.write_bytes(text[: len(text) // 2].rstrip(b"\n"))
    with pytest.raises(ModelError, match=r"words\.txt: ends in the middle of a line"):
        verify(copy)


@pytest.mark.skipif(sys.platform == "win32", reason="Windows sets processes no limit")
def test_a_model_may_not_ask_for_any_amount_of_memory(model_folder: Path) -> None:
    limited = "import sys, voicebot.asr.probe as p; p.MEMORY, p.MEMORY_A_BYTE = 64 << 20, 0; sys.exit(p.main(sys.argv[1]))"
    done = subprocess.run([sys.executable, "-c", limited, str(model_folder)], capture_output=True, check=False)
    assert done.returncode != 0
    free = subprocess.run([sys.executable, "-m", "voicebot.asr.probe", str(model_folder)], capture_output=True, check=False)
    assert free.returncode == 0


@pytest.mark.parametrize("how", ["empty", "folder", "gone"])
def test_a_model_that_lost_its_words_is_refused(model_folder: Path, tmp_path: Path, how: str) -> None:
    copy = copied(model_folder, tmp_path / "copy")
    (copy / MANIFEST).unlink()
    verify(copy)
    words = copy / "graph" / "words.txt"
    words.unlink()
    if how == "folder":
        words.mkdir()
    elif how == "empty":
        words.touch()
    with pytest.raises(ModelError, match="cannot use"):
        verify(copy)


def test_without_a_manifest_a_whole_model_is_probed_once(
    model_folder: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    copy = copied(model_folder, tmp_path / "copy")
    (copy / MANIFEST).unlink()
    first = verify(copy)
    monkeypatch.setattr(verification, "probe", lambda path: pytest.fail("probed twice"))
    assert verify(copy) == first


def test_a_model_that_hangs_is_given_up(model_folder: Path) -> None:
    with pytest.raises(ModelError, match="longer than"):
        probe(model_folder, seconds=0.001)


def test_a_change_after_verification_is_seen(model_folder: Path, tmp_path: Path) -> None:
    copy = copied(model_folder, tmp_path / "copy")
    verify(copy)
    words = copy / "graph" / "words.txt"
    text = words.read_text(encoding="utf-8")
    words.unlink()
    words.write_text(text + "x 9\n", encoding="utf-8")
    with pytest.raises(ModelError, match=r"words\.txt"):
        verify(copy)


def test_companion_files_are_allowed_beside_a_manifest(model_folder: Path, tmp_path: Path) -> None:
    copy = copied(model_folder, tmp_path / "copy")
    (copy / "README").write_text("read me")
    assert verify(copy).fingerprint == verify(model_folder).fingerprint


@pytest.mark.parametrize(
    ("make", "said"), [("none", "no such model folder"), ("file", "is a file"), ("zip", "--from"), ("empty", "missing")]
)
def test_what_is_no_model_is_told(tmp_path: Path, make: str, said: str) -> None:
    path = tmp_path / ("model.zip" if make == "zip" else "model")
    if make == "empty":
        path.mkdir()
    elif make != "none":
        path.write_bytes(b"x")
    with pytest.raises(ModelError, match=said):
        verify(path)
