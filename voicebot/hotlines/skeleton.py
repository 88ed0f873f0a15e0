"""A new pack to begin with: two languages, three questions, parts in use, and comments."""

import shutil
from importlib import resources
from pathlib import Path

from voicebot.errors import PackError
from voicebot.hotlines.complaints import quoted
from voicebot.hotlines.loader import SKELETON
from voicebot.types import LANGUAGES, Language


def new_hotline(folder: Path, languages: tuple[Language, ...] = LANGUAGES) -> list[Path]:
    """Write a pack into `folder`, named after it, and return its files. Raises `PackError`; nothing is overwritten."""
    name = folder.resolve().name
    if not name.isidentifier() or not name.isascii() or name != name.lower() or name.startswith("_") or len(name) > 64:
        raise PackError(f"{quoted(name)} is no name for a hotline; write lower-case letters, digits and _, a letter first")
    if folder.is_symlink() or (folder.exists() and (not folder.is_dir() or any(folder.iterdir()))):
        raise PackError(f"{folder}: is there already; choose another name, or remove it first")
    written = []
    with resources.as_file(resources.files("voicebot.hotlines") / SKELETON) as origin:
        try:
            folder.mkdir(parents=True, exist_ok=True)
            for path in sorted(origin.rglob("*.yaml")):
                place = path.relative_to(origin)
                if len(place.parts) == 1 or place.parts[0] in languages:
                    target = folder / place
                    target.parent.mkdir(parents=True, exist_ok=True)
                    shutil.copyfile(path, target)
                    written.append(target)
            first = folder / "hotline.yaml"
            first.write_text(first.read_text(encoding="utf-8").replace("NAME", name), encoding="utf-8")
        except OSError as error:
            raise PackError(f"{folder}: cannot be written ({error.strerror}); choose another place") from None
    return written
