"""Mutants of the bundled model: every one is noticed before Vosk is handed it.

`VOICEBOT_FUZZ` sets how many (default 60; a twentieth of what is asked for, because each is a whole copy).
"""

import os
import random
import shutil
from pathlib import Path

import pytest

from voicebot.asr import AcousticModel, bundled_model
from voicebot.errors import ModelError

COUNT = max(60, int(os.environ.get("VOICEBOT_FUZZ", "0")) // 20)


def test_no_damage_to_the_bundled_model_goes_unnoticed(tmp_path: Path) -> None:
    chance = random.Random(95188)
    sound = bundled_model("en-US").path
    copy = tmp_path / "model"
    shutil.copytree(sound, copy)
    files = sorted(
        path
        for path in copy.rglob("*")
        if path.is_file() and path.suffix != ".md" and path.name not in ("LICENSE", "ATTRIBUTION")
    )
    for _ in range(COUNT):
        path = chance.choice(files)
        whole = path.read_bytes()
        damaged = bytearray(whole)
        match chance.randrange(4):
            case 0:
                damaged[chance.randrange(len(damaged))] ^= 1 << chance.randrange(8)
            case 1:
                del damaged[chance.randrange(len(damaged)) :]
            case 2:
                damaged += bytes(chance.randrange(1, 64))
            case _:
                damaged = bytearray()
        path.write_bytes(damaged)
        if path.name != "manifest.json" or chance.random() < 0.5:
            with pytest.raises(ModelError) as refusal:
                AcousticModel.load(copy)
            assert "\n" not in str(refusal.value)
        path.write_bytes(whole)
    assert AcousticModel.load(copy).language == "en-US"
