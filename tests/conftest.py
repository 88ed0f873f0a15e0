"""What every room's tests share: engines on the bundled models, and caches of their own."""

import os
import tempfile
from collections.abc import Iterator
from pathlib import Path

import pytest
from hypothesis import settings

os.environ.setdefault("OPENBLAS_NUM_THREADS", "1")  # before NumPy is loaded: its threads wait for each other on a busy machine

from voicebot.engine import Engine, load_engine

settings.register_profile("untimed", deadline=None)  # the machines are shared: how long an example takes says nothing
settings.load_profile("untimed")

FIXTURES = Path(__file__).resolve().parent.parent / "audio_fixtures"


@pytest.fixture(scope="session", autouse=True)
def private_cache() -> Iterator[None]:
    """The user's caches are neither read nor written, and no installed model stands in for the bundled ones."""
    with tempfile.TemporaryDirectory(prefix="voicebot-tests-") as folder:
        os.environ["VOICEBOT_CACHE"] = folder
        os.environ.pop("VOICEBOT_MODELS", None)
        yield


@pytest.fixture(scope="session")
def chinese_engine(private_cache: None) -> Engine:
    return load_engine("hotline_95188", "zh-CN", model="bundled")


@pytest.fixture(scope="session")
def english_engine(private_cache: None) -> Engine:
    return load_engine("hotline_95188", "en-US", model="bundled")
