"""Dialogue scripts from files, with complaints that name file and line."""

import os
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from pydantic import ValidationError

from voicebot.errors import PackError, VoicebotError
from voicebot.hotlines.complaints import complaints, joined
from voicebot.hotlines.yaml_source import YamlSource
from voicebot.testing.expanding import Case, Origin, expand
from voicebot.testing.script import BOTH_SIDES, TURNS, WHAT_A_TURN_IS, Script, Sound, Utterance, kind_of_turn

SCRIPT_SUFFIXES = frozenset({".yaml", ".yml"})

SCRIPT_ENDING = ".call.yaml"
"""What the names of dialogue scripts end with: folders are searched for it."""


@dataclass(frozen=True, slots=True)
class LoadedScript:
    """A script, and where each of its turns was written."""

    script: Script
    source: YamlSource
    row: str
    """The row it stands for; empty where its file has none."""
    origin: Origin
    turns: tuple[Origin, ...]

    @property
    def name(self) -> str:
        """Its name, with the row in brackets (round ones: pytest takes square ones for parameters)."""
        return f"{self.script.name} ({self.row})" if self.row else self.script.name

    @property
    def path(self) -> Path:
        """Its file."""
        return self.source.path

    @property
    def folder(self) -> Path:
        """Where the files lie that it names."""
        return self.path.parent

    @property
    def ends(self) -> Origin:
        """Where its `ends:` stands."""
        return Origin(self.source, ("ends",))


def load_script(path: str | os.PathLike[str]) -> Script:
    """The one script in a YAML file. Raises `PackError`: `file:line: what is wrong`, a mistake a line."""
    loaded = load_scripts(path)
    if len(loaded) > 1:
        raise PackError(f"{path}: holds {len(loaded)} scripts (rows:) where one is needed; run it with `voicebot test`")
    return loaded[0].script


def load_scripts(path: str | os.PathLike[str]) -> list[LoadedScript]:
    """Every script that a YAML file stands for. Raises `PackError`: `file:line: what is wrong`, a mistake a line."""
    source = YamlSource(Path(path))
    mistakes: list[str] = []
    loaded = []
    for case in expand(source):
        script = _checked(source, case, mistakes)
        if script is None:
            continue
        mistakes += _missing_files(source, script, case)
        origins = tuple(origin for _, origin in case.turns)
        loaded.append(LoadedScript(script, source, case.label, case.origin or Origin(source, ()), origins))
    if mistakes:
        raise PackError(joined(mistakes))
    return loaded


def find_scripts(paths: Iterable[str | os.PathLike[str]]) -> Iterator[Path]:
    """Script files: those given, and those in folders. Raises `VoicebotError` for a path with none."""
    for path in map(Path, paths):
        if path.is_dir():
            found = sorted(file for file in path.rglob(f"*{SCRIPT_ENDING}") if file.is_file())
            if not found:
                raise VoicebotError(f"{path}: holds no *{SCRIPT_ENDING}; name scripts so, or give a file")
            yield from found
        elif not path.is_file():
            raise VoicebotError(f"{path}: no such file or folder; give a *{SCRIPT_ENDING} or a folder of them")
        elif path.suffix not in SCRIPT_SUFFIXES:
            raise VoicebotError(f"{path}: is no dialogue script; give a *{SCRIPT_ENDING}")
        else:
            yield path


def _checked(source: YamlSource, case: Case, mistakes: list[str]) -> Script | None:
    """The case as a script; what is wrong goes to `mistakes`, turn by turn, each in the words of its kind."""
    turns = []
    for turn, origin in case.turns:
        kind = kind_of_turn(turn)
        if kind is None:
            mistakes.append(f"{origin}: {WHAT_A_TURN_IS}")
            continue
        if isinstance(turn, dict) and {"bot", "caller"} <= turn.keys():
            mistakes.append(f"{origin}: {BOTH_SIDES}")
            continue
        try:
            turns.append(TURNS[kind].model_validate(turn))
        except ValidationError as error:
            mistakes += complaints(TURNS[kind], origin.source, error, origin.at)
    readable = len(turns) == len(case.turns)
    try:
        script = Script.model_validate({**case.data, "turns": turns if readable else [_STAND_IN]})
    except ValidationError as error:
        mistakes += complaints(Script, source, error)
        return None
    return script if readable else None


_STAND_IN: dict[str, Any] = {"bot": {"act": "ask"}}
"""A turn in place of unreadable ones, so that the rest of the file is checked too."""


def _missing_files(source: YamlSource, script: Script, case: Case) -> Iterator[str]:
    folder = source.path.parent
    for (_, origin), turn in zip(case.turns, script.turns, strict=True):
        for place, name in _files_of(turn):
            if not (folder / name).is_file():
                yield f"{Origin(origin.source, (*origin.at, place))}: {place}: {name} is not there; give a WAV beside the script"
    others = (
        ("noise", script.noise.audio if script.noise else None),
        ("profile", script.profile),
        ("recording", script.recording),
    )
    for place, given in others:
        if isinstance(given, str) and not (folder / given).is_file():
            yield f"{source.at((place,))}: {place}: {given} is not there; give a file beside the script"


def _files_of(turn: object) -> Iterator[tuple[str, str]]:
    if isinstance(turn, Utterance) and turn.audio is not None:
        yield "audio", turn.audio
    noise = turn.noise if isinstance(turn, Utterance | Sound) else None
    if noise is not None and noise.audio is not None:
        yield "noise", noise.audio
