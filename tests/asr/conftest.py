from pathlib import Path

import pytest

from voicebot.asr.model import AcousticModel
from voicebot.asr.models import bundled_model


@pytest.fixture(scope="session")
def chinese() -> AcousticModel:
    return AcousticModel.load(bundled_model("zh-CN"))


@pytest.fixture(scope="session")
def english() -> AcousticModel:
    return AcousticModel.load(bundled_model("en-US"))


@pytest.fixture(scope="session")
def model_folder(chinese: AcousticModel) -> Path:
    return chinese.path
