"""Packs to try things on: a fresh skeleton, edited."""

from collections.abc import Callable
from pathlib import Path
from typing import Any

from ruamel.yaml import YAML

from voicebot.errors import PackError
from voicebot.hotlines import Hotline, load_hotline
from voicebot.hotlines.skeleton import new_hotline
from voicebot.types import Language

QUESTIONS = {"zh-CN": "zh-CN/questions/questions.yaml", "en-US": "en-US/questions/questions.yaml"}


def shop(tmp_path: Path) -> Path:
    """A pack of three questions in both languages."""
    folder = tmp_path / "shop"
    new_hotline(folder)
    return folder


def edit(path: Path, change: Callable[[Any], Any]) -> None:
    """Read a YAML file, let `change` work on its data (in place, or by returning other data), and write it."""
    yaml = YAML(typ="safe", pure=True)
    yaml.allow_unicode = True
    data = yaml.load(path.read_text(encoding="utf-8"))
    changed = change(data)
    with path.open("w", encoding="utf-8") as file:
        yaml.dump(data if changed is None else changed, file)


def replace_text(path: Path, old: str, new: str) -> None:
    """Replace the first `old`, which must be there."""
    text = path.read_text(encoding="utf-8")
    assert old in text, f"{old!r} is not in {path}"
    path.write_text(text.replace(old, new, 1), encoding="utf-8")


def complaint(folder: Path, language: Language = "zh-CN") -> list[str]:
    """What is said about a pack, without its folder; empty for a good one."""
    try:
        load_hotline(str(folder), language)
    except PackError as error:
        return [line.removeprefix(f"{folder}/") for line in str(error).splitlines()]
    return []


def loaded(folder: Path, language: Language = "zh-CN") -> Hotline:
    return load_hotline(str(folder), language)
