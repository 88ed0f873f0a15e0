"""Tests of other frameworks as dialogue scripts. What cannot be carried over is listed, and stands as a comment in the script."""

from collections import Counter
from collections.abc import Sequence
from pathlib import Path

from voicebot.errors import VoicebotError
from voicebot.testing.importing.botium import import_botium
from voicebot.testing.importing.carrying import Imported
from voicebot.testing.importing.rasa import import_rasa
from voicebot.testing.loading import SCRIPT_ENDING
from voicebot.types import Language

__all__ = ["Imported", "distinct_names", "import_file"]


def import_file(path: Path, *, language: Language, hotline: str) -> list[Imported]:
    """The scripts of a rasa end-to-end test file (YAML) or a botium convo (text). Raises `VoicebotError`, `PackError`."""
    if not path.is_file():
        raise VoicebotError(f"{path}: no such file; give a rasa test file (*.yml) or a botium convo (*.convo.txt)")
    if path.suffix in (".yml", ".yaml"):
        return import_rasa(path, language, hotline)
    if path.suffix == ".txt":
        return [import_botium(path, language, hotline)]
    raise VoicebotError(f"{path}: neither a rasa test file (*.yml) nor a botium convo (*.convo.txt)")


def distinct_names(imported: Sequence[Imported]) -> list[str]:
    """A file name for each script: its own, numbered where tests share a name."""
    seen: Counter[str] = Counter()
    names = []
    for script in imported:
        seen[script.file_name.lower()] += 1
        number = seen[script.file_name.lower()]
        stem = script.file_name.removesuffix(SCRIPT_ENDING)
        names.append(script.file_name if number == 1 else f"{stem}-{number}{SCRIPT_ENDING}")
    return names
