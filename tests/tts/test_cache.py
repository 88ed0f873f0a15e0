"""The cache: rendered once, remembered between runs, never in the way."""

from pathlib import Path

import numpy as np
import pytest

from voicebot.tts.cache import CachedSynthesizer, cache_folder
from voicebot.types import Speech, WordMark


class Counting:
    """A synthesiser that counts."""

    def __init__(self) -> None:
        self.calls = 0

    def render(self, text: str, voice: str, rate: int) -> Speech:
        self.calls += 1
        return Speech(np.arange(rate, dtype=np.int16), (WordMark(0, 1, 5),), text)


def cached(folder: Path | None) -> tuple[CachedSynthesizer, Counting]:
    counting = Counting()
    return CachedSynthesizer(counting, folder), counting  # type: ignore[arg-type]


WANTED = [("你好", "cmn", 170)]


def test_a_text_is_rendered_once(tmp_path: Path) -> None:
    synthesizer, counting = cached(tmp_path)
    assert synthesizer.render(*WANTED[0]) is synthesizer.render(*WANTED[0])
    synthesizer.render("你好", "cmn", 180)
    assert counting.calls == 2


def test_the_disk_is_touched_only_by_load_and_save(tmp_path: Path) -> None:
    synthesizer, _ = cached(tmp_path)
    first = synthesizer.render(*WANTED[0])
    assert list(tmp_path.rglob("*.npz")) == []
    synthesizer.save()
    again, counting = cached(tmp_path)
    again.load(WANTED)
    second = again.render(*WANTED[0])
    assert counting.calls == 0
    assert np.array_equal(first.samples, second.samples)
    assert (first.marks, first.text) == (second.marks, second.text)


@pytest.mark.parametrize("damage", [b"", b"PK\x03\x04 not a zip", None])
def test_a_damaged_file_is_rendered_again(tmp_path: Path, damage: bytes | None) -> None:
    synthesizer, _ = cached(tmp_path)
    synthesizer.render(*WANTED[0])
    synthesizer.save()
    (path,) = tmp_path.rglob("*.npz")
    whole = path.read_bytes()
    path.write_bytes(whole[: len(whole) // 2] if damage is None else damage)
    again, counting = cached(tmp_path)
    again.load(WANTED)
    again.render(*WANTED[0])
    assert counting.calls == 1


def test_a_folder_that_cannot_be_written_is_no_error(tmp_path: Path) -> None:
    (tmp_path / "speech").write_text("a file where a folder should be")
    synthesizer, counting = cached(tmp_path)
    speech = synthesizer.render(*WANTED[0])
    synthesizer.save()
    assert synthesizer.render(*WANTED[0]) is speech
    assert counting.calls == 1
    assert [path.name for path in tmp_path.iterdir()] == ["speech"]


def test_memory_is_bounded(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("voicebot.tts.cache.LARGEST_MEMORY", 1000)
    synthesizer, counting = cached(None)
    for rate in (300, 301, 302, 300):
        synthesizer.render("你好", "cmn", rate)
    assert counting.calls == 4


def test_the_environment_chooses_the_folder(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    monkeypatch.setenv("VOICEBOT_CACHE", str(tmp_path))
    assert cache_folder() == tmp_path
