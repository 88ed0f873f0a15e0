"""What the room's tests share: a small hotline with callers for it, and the 95188 hotline's cast."""

from pathlib import Path

import pytest

from voicebot.engine import Engine, load_engine
from voicebot.simulation.cast import Cast


@pytest.fixture(scope="session")
def typing_engine(private_cache: None) -> Engine:
    return load_engine("hotline_95188", "zh-CN", audio=False)


@pytest.fixture(scope="session")
def cast(typing_engine: Engine) -> Cast:
    return Cast.load(typing_engine.hotline)


@pytest.fixture(scope="session")
def small_bank(cast: Cast, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The shipped bank with three wordings of each question: it loads in no time."""
    from ruamel.yaml import YAML

    bank = cast.bank.model_dump(mode="json")
    bank["questions"] = {name: {"clear": own["clear"][:3], "vague": own["vague"][:2]} for name, own in bank["questions"].items()}
    path = tmp_path_factory.mktemp("bank") / "bank.yaml"
    writer = YAML(typ="safe")
    writer.dump(bank, path)
    return path
