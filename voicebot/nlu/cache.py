"""Trained question classifiers by the hash of what they were trained on and by: those that ship, and those kept on disk.

A cache that cannot be read or written costs the time of training, never a call.
"""

import hashlib
import json
import os
from collections.abc import Iterator
from contextlib import suppress
from dataclasses import asdict
from functools import cache
from importlib.resources import files
from pathlib import Path

from voicebot.grammar import house_folder
from voicebot.nlu.questions import QuestionModel
from voicebot.nlu.understanding import Nlu, NluData
from voicebot.types import LANGUAGES

MOST_FILES = 40
"""Classifiers kept; the oldest go first."""

TRAINERS = ("calibration", "features", "homophones", "network", "normalisation", "questions", "sparse", "traditional", "training")
"""Modules that shape what training makes of the examples."""


class NluCache:
    """Classifiers that ship, and those below `folder`/nlu."""

    def __init__(self, folder: Path) -> None:
        self._folder = folder / "nlu"

    def load(self, data: NluData) -> Nlu:
        """The NLU for `data`: its classifier read if it was trained before, else trained and kept."""
        key = classifier_key(data)
        for folder in (shipped_folder(), self._folder):
            with suppress(OSError, ValueError):  # not there, or damaged: it is trained and written again
                return Nlu(data, QuestionModel.from_bytes((folder / f"{key}.npz").read_bytes()))
        model = Nlu.train(data)
        self._keep(self._folder / f"{key}.npz", model)
        return Nlu(data, model)

    def _keep(self, path: Path, model: QuestionModel) -> None:
        part = path.with_suffix(f".{os.getpid()}.part")
        try:
            self._folder.mkdir(parents=True, exist_ok=True)
            part.write_bytes(model.to_bytes())
            part.replace(path)
            oldest = sorted(self._folder.glob("*.npz"), key=lambda file: file.stat().st_mtime)[:-MOST_FILES]
            for file in oldest:
                file.unlink(missing_ok=True)
        except OSError:
            with suppress(OSError):
                part.unlink(missing_ok=True)


def shipped_folder() -> Path:
    """Where the classifiers of the packs that ship lie (made by scripts/train_questions.py)."""
    return Path(str(files("voicebot"))) / "data" / "questions"


def classifier_key(data: NluData) -> str:
    """Name of the classifier for `data`: changes with its wordings and with the code that trains."""
    body = json.dumps(asdict(data), ensure_ascii=False, sort_keys=True)
    return hashlib.sha256(f"{_code()}\0{body}".encode()).hexdigest()[:40]


@cache
def _code() -> str:
    digest = hashlib.sha256()
    for file in _shaping():
        digest.update(file.read_bytes())
    return digest.hexdigest()


def _shaping() -> Iterator[Path]:
    """The files that shape training: modules, the table of syllables, the concept grammars."""
    here = Path(__file__).parent
    yield from (here / f"{name}.py" for name in TRAINERS)
    yield here / "syllables.txt"
    yield from (house_folder(language) / "concepts.jsgf" for language in LANGUAGES)
