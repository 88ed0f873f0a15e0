"""Where acoustic models are looked for, and which one is used.

In this order, the first place that has one for the language wins: the model asked for (a folder, or the name of an installed
model, or "bundled"); the folders in `VOICEBOT_MODELS`; the platform's data folder, where `voicebot models install` puts them;
Vosk's own folders; the small model that comes with voicebot. Within a place the most accurate official model goes first.
"""

import os
import re
import sys
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from importlib.resources import files
from pathlib import Path

from voicebot.asr.registry import OFFICIAL
from voicebot.asr.verification import MANIFEST, read_manifest
from voicebot.errors import ModelError
from voicebot.types import LANGUAGES, Language

BUNDLED = "bundled"
"""The name that asks for the model inside voicebot: byte-identical replays are promised for it alone."""

ENVIRONMENT = "VOICEBOT_MODELS"
"""Folders, separated as in PATH: each a model, or a folder of models."""

_NAMED_LANGUAGE: Mapping[Language, re.Pattern[str]] = {
    "zh-CN": re.compile(r"(?:^|[-_.])(?:cn|zh|zh-cn|cmn)(?:[-_.]|$)", re.IGNORECASE),
    "en-US": re.compile(r"(?:^|[-_.])en(?:-us)?(?:[-_.]|$)", re.IGNORECASE),
}


@dataclass(frozen=True, slots=True)
class FoundModel:
    """A model folder that exists; nothing of it has been verified yet."""

    path: Path
    name: str
    language: Language | None
    """None when neither manifest, registry nor name tell."""
    origin: str
    """Where it was found, for people: "bundled", "VOICEBOT_MODELS", "installed", "Vosk's cache", "given"."""

    def __fspath__(self) -> str:
        return str(self.path)

    def __str__(self) -> str:
        return f"{self.name} ({self.origin}: {self.path})"


def find_model(language: Language, model: str | Path | None = None, environ: Mapping[str, str] = os.environ) -> FoundModel:
    """The model to use for `language`. Raises `ModelError` when the one asked for, or any at all, is not there."""
    candidates = [found for found in list_models(environ) if found.language == language]
    if model is None:
        if candidates:
            return candidates[0]
        raise ModelError(f"no acoustic model for {language}; install one with: voicebot models install --lang {language}")
    if str(model) == BUNDLED:
        return bundled_model(language)
    if not str(model).strip():
        raise ModelError('the name of the model is empty; give a folder, the name of an installed model, or "bundled"')
    for found in list_models(environ):
        if found.name == str(model) or found.path.name == str(model):
            return _of_language(found, language)
    path = Path(model).expanduser()
    if not path.is_dir():
        names = ", ".join(found.name for found in candidates) or "none"
        raise ModelError(f"{model}: neither a model folder nor an installed model; for {language} there are: {names}")
    return _of_language(_found(path, "given"), language)


def bundled_model(language: Language) -> FoundModel:
    """The model that comes with voicebot. Raises `ModelError` when the installation lacks it."""
    path = _bundled_folder() / language
    if not path.is_dir():
        raise ModelError(f"{path}: the bundled model is missing; reinstall voicebot")
    return _found(path, BUNDLED, language)


def list_models(environ: Mapping[str, str] = os.environ) -> list[FoundModel]:
    """Every model there is, in the order in which they are preferred."""
    models: list[FoundModel] = []
    for folder, origin in _places(environ):
        models += sorted(_models_in(folder, origin), key=lambda found: (-_rank(found), found.name))
    unique: dict[Path, FoundModel] = {}
    for found in models:
        unique.setdefault(found.path, found)
    return list(unique.values())


def install_folder(environ: Mapping[str, str] = os.environ) -> Path:
    """Where `voicebot models install` puts models on this platform."""
    home = Path(environ.get("HOME") or environ.get("USERPROFILE") or "~").expanduser()
    if sys.platform == "win32":
        return Path(environ.get("LOCALAPPDATA") or home / "AppData" / "Local") / "voicebot" / "models"
    if sys.platform == "darwin":
        return home / "Library" / "Application Support" / "voicebot" / "models"
    return Path(environ.get("XDG_DATA_HOME") or home / ".local" / "share") / "voicebot" / "models"


def _places(environ: Mapping[str, str]) -> Iterator[tuple[Path, str]]:
    for folder in filter(None, environ.get(ENVIRONMENT, "").split(os.pathsep)):
        yield Path(folder).expanduser(), ENVIRONMENT
    yield install_folder(environ), "installed"
    home = Path(environ.get("HOME") or environ.get("USERPROFILE") or "~").expanduser()
    own = environ.get("VOSK_MODEL_PATH")
    for place in (Path(own) if own else None, Path("/usr/share/vosk"), home / "AppData/Local/vosk", home / ".cache" / "vosk"):
        if place is not None:
            yield place, "Vosk's cache"
    yield _bundled_folder(), BUNDLED


def _models_in(folder: Path, origin: str) -> Iterator[FoundModel]:
    if _looks_like_model(folder):
        yield _found(folder, origin)
        return
    try:
        children = sorted(folder.iterdir())
    except OSError:  # not there, no folder, not ours to read: then it holds no model for us
        return
    for child in children:
        if not child.name.startswith(".") and _looks_like_model(child):
            yield _found(child, origin)


def _looks_like_model(folder: Path) -> bool:
    return (folder / "am" / "final.mdl").is_file() or (folder / MANIFEST).is_file()


def _found(path: Path, origin: str, language: Language | None = None) -> FoundModel:
    try:
        manifest = read_manifest(path)
    except ModelError:  # listed all the same: loading it says what is wrong
        manifest = {}
    name = str(manifest.get("name") or path.name)
    named = language or _language(str(manifest.get("language", "")), name) or _language(path.name, path.name)
    return FoundModel(path.absolute(), name, named, origin)


def _language(tag: str, name: str) -> Language | None:
    for language in LANGUAGES:
        if tag == language or (name in OFFICIAL and OFFICIAL[name].language == language):
            return language
    return next((language for language in LANGUAGES if _NAMED_LANGUAGE[language].search(name)), None)


def _rank(found: FoundModel) -> int:
    return OFFICIAL[found.name].rank if found.name in OFFICIAL else 0


def _of_language(found: FoundModel, language: Language) -> FoundModel:
    if found.language not in (None, language):
        raise ModelError(
            f"{found}: is a model for {found.language}, asked for was one for {language}; choose another with --model"
        )
    return found


def _bundled_folder() -> Path:
    return Path(str(files("voicebot"))) / "data" / "models"
