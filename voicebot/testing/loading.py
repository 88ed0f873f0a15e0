"""Dialogue scripts from files, with complaints that name file and line."""

import os
from pathlib import Path

from voicebot.errors import PackError
from voicebot.hotlines.complaints import load_model
from voicebot.hotlines.yaml_source import YamlSource
from voicebot.testing.script import Script, Utterance

SCRIPT_SUFFIXES = frozenset({".yaml", ".yml"})


def load_script(path: str | os.PathLike[str]) -> Script:
    """The script in a YAML file. Raises `PackError`: `file:line: what is wrong`, a mistake a line."""
    source = YamlSource(Path(path))
    script = load_model(Script, source)
    folder = Path(path).parent
    missing = [
        f"{source.at(('turns', index, 'audio'))}: audio: {turn.audio} is not there; give a WAV beside the script"
        for index, turn in enumerate(script.turns)
        if isinstance(turn, Utterance) and turn.audio is not None and not (folder / turn.audio).is_file()
    ]
    others = (
        ("noise", script.noise.audio if script.noise else None),
        ("profile", script.profile),
        ("recording", script.recording),
    )
    for place, name in others:
        if isinstance(name, str) and not (folder / name).is_file():
            missing.append(f"{source.at((place,))}: {place}: {name} is not there; give a file beside the script")
    if missing:
        raise PackError("\n".join(missing))
    return script
