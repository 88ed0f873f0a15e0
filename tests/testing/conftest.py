"""What the tests of scripts share: a small pack with its engine, and files written in place."""

from collections.abc import Callable
from pathlib import Path

import pytest

from tests.testing.pack import small_pack
from voicebot.engine import Engine, load_engine
from voicebot.testing.loading import LoadedScript, load_scripts

Write = Callable[[str], Path]


@pytest.fixture(scope="session")
def pack(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return small_pack(tmp_path_factory.mktemp("pack"))


@pytest.fixture(scope="session")
def small(pack: Path, private_cache: None) -> Engine:
    return load_engine(str(pack), "zh-CN", audio=False)


@pytest.fixture
def write(tmp_path: Path) -> Callable[..., Path]:
    """Write a script beside the test; its path."""

    def writer(text: str, name: str = "x.call.yaml") -> Path:
        path = tmp_path / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(text.lstrip("\n"), encoding="utf8")
        return path

    return writer


@pytest.fixture
def load(write: Callable[..., Path]) -> Callable[..., list[LoadedScript]]:
    """The scripts of a text."""
    return lambda text, name="x.call.yaml": load_scripts(write(text, name))
