"""Trained classifiers: those of the shipped packs are there, others are kept, and damage costs time only."""

from pathlib import Path

import pytest

from voicebot.hotlines import bundled_hotlines, load_hotline
from voicebot.nlu import Nlu, NluCache, NluData
from voicebot.nlu.cache import classifier_key, shipped_folder
from voicebot.types import LANGUAGES, Language

DATA = NluData(
    "en-US", {"refund": ("where is my refund", "i want my money back"), "password": ("i forgot my password", "reset it")}
)


@pytest.mark.parametrize("language", LANGUAGES)
@pytest.mark.parametrize("name", bundled_hotlines())
def test_the_classifiers_of_shipped_packs_ship(name: str, language: Language) -> None:
    key = classifier_key(Nlu.data_of(load_hotline(name, language)))
    assert (shipped_folder() / f"{key}.npz").is_file(), "run scripts/train_questions.py"


def test_only_they_do() -> None:
    assert len(list(shipped_folder().glob("*.npz"))) == len(bundled_hotlines()) * len(LANGUAGES)


def test_a_classifier_is_trained_once(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    first = NluCache(tmp_path).load(DATA)
    (kept,) = (tmp_path / "nlu").glob("*.npz")

    def again(data: NluData) -> None:
        raise AssertionError("trained again")

    monkeypatch.setattr(Nlu, "train", staticmethod(again))
    second = NluCache(tmp_path).load(DATA)
    assert second.model.likelihoods("where is my refund") == first.model.likelihoods("where is my refund")
    assert kept.stem == classifier_key(DATA)


@pytest.mark.parametrize("damage", [b"", b"nonsense", None])
def test_a_damaged_file_is_trained_anew(tmp_path: Path, damage: bytes | None) -> None:
    NluCache(tmp_path).load(DATA)
    (kept,) = (tmp_path / "nlu").glob("*.npz")
    whole = kept.read_bytes()
    kept.write_bytes(whole[: len(whole) // 2] if damage is None else damage)
    assert NluCache(tmp_path).load(DATA).model.labels == ("refund", "password")
    assert kept.read_bytes() == whole


def test_other_wordings_are_another_classifier() -> None:
    other = NluData("en-US", {**DATA.examples, "password": ("i forgot my pin",)})
    assert classifier_key(other) != classifier_key(DATA)
