"""Trained question classifiers, remembered on disk by the hash of what they were trained on and by.

A cache that cannot be read or written costs the time of training, never a call.
"""

import hashlib
import json
import os
from dataclasses import asdict
from functools import cache
from pathlib import Path

from voicebot.grammar import house_folder
from voicebot.nlu.questions import QuestionModel
from voicebot.nlu.understanding import Nlu, NluData
from voicebot.types import LANGUAGES

MOST_FILES = 40
"""Classifiers kept; the oldest go first."""


class NluCache:
    """Classifiers below `folder`/nlu."""

    def __init__(self, folder: Path) -> None:
        self._folder = folder / "nlu"

    def load(self, data: NluData) -> Nlu:
        """The NLU for `data`: its classifier read if it was trained before, else trained and kept."""
        path = self._folder / f"{_key(data)}.npz"
        try:
            return Nlu(data, QuestionModel.from_bytes(path.read_bytes()))
        except (OSError, ValueError):
            pass  # not there yet, or damaged: it is trained and written again
        model = Nlu.train(data)
        self._keep(path, model)
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
            part.unlink(missing_ok=True)


def _key(data: NluData) -> str:
    body = json.dumps(asdict(data), ensure_ascii=False, sort_keys=True)
    return hashlib.sha256(f"{_code()}\0{body}".encode()).hexdigest()[:40]


@cache
def _code() -> str:
    """sha256 of everything that shapes training: this room's files and the concept grammars."""
    digest = hashlib.sha256()
    here = Path(__file__).parent
    for file in sorted([*here.glob("*.py"), *here.glob("*.txt"), *(house_folder(tag) / "concepts.jsgf" for tag in LANGUAGES)]):
        digest.update(file.read_bytes())
    return digest.hexdigest()
