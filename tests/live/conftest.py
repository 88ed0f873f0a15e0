import os
import tempfile
from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.live.headless import Headless, headless, missing

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
