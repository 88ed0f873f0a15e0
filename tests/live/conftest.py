import os
import tempfile
from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.live.console import Console, missing_console, serving
from tests.live.headless import Headless, headless, missing
from tests.live.talk import Talk
from voicebot.engine import Engine

CALLS = 2
"""Calls at once of the console under test."""

REQUIRE = "VOICEBOT_REQUIRE_LIVE"
"""Set to 1 where the sound tests must run: a machine that cannot run them then fails instead of skipping."""


@pytest.fixture(scope="session")
def machine() -> Iterator[Headless]:
    """A running sound server with a microphone and a speaker made of software."""
    if why := missing():
        if os.environ.get(REQUIRE) == "1":
            pytest.fail(f"{REQUIRE}=1, but {why}")
        pytest.skip(why)
    with tempfile.TemporaryDirectory(prefix="vb-") as folder, headless(Path(folder)) as running:
        yield running


@pytest.fixture(scope="session")
def records() -> Iterator[Path]:
    """Where the console under test keeps calls."""
    with tempfile.TemporaryDirectory(prefix="vb-kept-") as folder:
        yield Path(folder)


@pytest.fixture(scope="session")
def console(private_cache: None, records: Path) -> Iterator[Console]:
    """A running browser console with one worker."""
    if why := missing_console():
        if os.environ.get(REQUIRE) == "1":
            pytest.fail(f"{REQUIRE}=1, but {why}")
        pytest.skip(why)
    with serving("--workers", "1", "--max-calls", str(CALLS), "--record", str(records), "--model", "bundled") as running:
        yield running


@pytest.fixture(scope="session")
def trained(chinese_engine: Engine) -> None:
    """The classifier lies in the cache, so that the live process starts at once."""


@pytest.fixture
def talks(machine: Headless, trained: None) -> Iterator[list[Talk]]:
    """Calls that are ended with the test, whatever happens."""
    begun: list[Talk] = []
    yield begun
    for talk in begun:
        talk.kill()
