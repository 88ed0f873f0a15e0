import os
import shutil
from pathlib import Path

import pytest

from tests.asr.damage import copied
from voicebot.asr.model import AcousticModel
from voicebot.asr.models import bundled_model, find_model, install_folder, list_models
from voicebot.asr.nbest import UNKNOWN_WORD
from voicebot.asr.verification import MANIFEST
from voicebot.errors import ModelError
from voicebot.types import LANGUAGES


def home(tmp_path: Path, **more: str) -> dict[str, str]:
    return {"HOME": str(tmp_path / "home"), **more}


def official(model: Path, to: Path) -> Path:
    """A folder as the official archive has it: named, without a manifest."""
    copied(model, to)
    (to / MANIFEST).unlink()
    return to


@pytest.mark.parametrize("language", LANGUAGES)
def test_with_nothing_installed_the_bundled_model_is_used(language: str, tmp_path: Path) -> None:
    found = find_model(language, environ=home(tmp_path))  # type: ignore[arg-type]
    assert found.origin == "bundled"
    assert found.language == language
    assert "bundled" in str(found)


def test_an_installed_official_model_goes_before_the_bundled_one(model_folder: Path, tmp_path: Path) -> None:
    environ = home(tmp_path)
    path = official(model_folder, install_folder(environ) / "vosk-model-small-cn-0.22")
    found = find_model("zh-CN", environ=environ)
    assert (found.path, found.origin, found.language) == (path, "installed", "zh-CN")
    assert find_model("en-US", environ=environ).origin == "bundled"
    assert find_model("zh-CN", "bundled", environ).origin == "bundled"


def test_the_more_accurate_model_goes_first(model_folder: Path, tmp_path: Path) -> None:
    environ = home(tmp_path, VOICEBOT_MODELS=str(tmp_path / "mine"))
    for name in ("vosk-model-small-cn-0.22", "vosk-model-cn-0.22", "another-cn-model"):
        official(model_folder, tmp_path / "mine" / name)
    listed = [found.name for found in list_models(environ) if found.origin == "VOICEBOT_MODELS"]
    assert listed == ["vosk-model-cn-0.22", "vosk-model-small-cn-0.22", "another-cn-model"]


def test_the_environment_goes_before_the_data_folder_and_that_before_vosks(model_folder: Path, tmp_path: Path) -> None:
    environ = home(tmp_path, VOICEBOT_MODELS=os.pathsep.join((str(tmp_path / "gone"), str(tmp_path / "my-cn-model"))))
    places = [
        tmp_path / "my-cn-model",
        install_folder(environ) / "their-cn-model",
        tmp_path / "home/.cache/vosk/vosk-model-small-cn-0.22",
    ]
    for place in reversed(places):
        official(model_folder, place)
    assert [found.path for found in list_models(environ) if found.language == "zh-CN"][:3] == places
    assert find_model("zh-CN", environ=environ).origin == "VOICEBOT_MODELS"


def test_a_model_is_chosen_by_folder_or_by_name(model_folder: Path, tmp_path: Path) -> None:
    environ = home(tmp_path)
    path = official(model_folder, install_folder(environ) / "their-cn-model")
    assert find_model("zh-CN", "their-cn-model", environ).path == path
    elsewhere = official(model_folder, tmp_path / "somewhere")
    found = find_model("zh-CN", elsewhere, environ)
    assert (found.path, found.origin) == (elsewhere, "given")


def test_a_model_of_another_language_is_refused(tmp_path: Path) -> None:
    english = bundled_model("en-US").path
    with pytest.raises(ModelError, match="en-US"):
        find_model("zh-CN", english, home(tmp_path))


@pytest.mark.parametrize("model", ["nowhere", "/no/such/folder"])
def test_a_model_that_is_not_there_is_told_with_those_that_are(model: str, tmp_path: Path) -> None:
    with pytest.raises(ModelError, match="neither a model folder nor"):
        find_model("zh-CN", model, home(tmp_path))


@pytest.mark.parametrize("model", ["", " "])
def test_no_name_is_not_the_folder_one_stands_in(model: str, tmp_path: Path) -> None:
    with pytest.raises(ModelError, match="name of the model is empty"):
        find_model("zh-CN", model, home(tmp_path))


def test_what_is_being_installed_or_no_model_is_not_listed(model_folder: Path, tmp_path: Path) -> None:
    environ = home(tmp_path)
    official(model_folder, install_folder(environ) / ".vosk-model-cn-0.22.work")
    (install_folder(environ) / "notes-cn").mkdir()
    assert {found.origin for found in list_models(environ)} == {"bundled"}


def test_a_damaged_manifest_is_listed_and_told_when_loaded(model_folder: Path, tmp_path: Path) -> None:
    environ = home(tmp_path)
    path = official(model_folder, install_folder(environ) / "their-cn-model")
    (path / MANIFEST).write_text("{")
    found = find_model("zh-CN", environ=environ)
    assert found.path == path
    with pytest.raises(ModelError, match="cannot be read as JSON"):
        AcousticModel.load(found.path)


def test_a_model_without_manifest_works_the_same(model_folder: Path, tmp_path: Path, chinese: AcousticModel) -> None:
    model = AcousticModel.load(official(model_folder, tmp_path / "vosk-model-small-cn-0.22"))
    assert model.language == "zh-CN"
    assert model.name == "vosk-model-small-cn-0.22"
    assert model.has_grammars
    assert model.words == chinese.words


def test_a_model_that_keeps_its_words_inside_still_knows_them(model_folder: Path, tmp_path: Path, chinese: AcousticModel) -> None:
    assert chinese.knows("的")
    assert {"的", "不"} <= chinese.words
    assert not {"<eps>", UNKNOWN_WORD} & chinese.words
    assert all(map(chinese.knows, chinese.words))
    copy = copied(model_folder, tmp_path / "copy")
    model = AcousticModel.load(copy)
    shutil.rmtree(copy)
    assert model.words == frozenset()
    assert model.knows("的")
