"""Files that are there whole or not at all."""

from contextlib import suppress
from pathlib import Path

from voicebot.errors import StorageError


def write_text(path: Path, text: str) -> None:
    """Write a whole file or leave the old one: through a neighbour that is renamed. Raises `StorageError`."""
    part = path.with_name(path.name + ".part")
    try:
        part.write_text(text, encoding="utf8", newline="\n")
        part.replace(path)
    except OSError as error:
        with suppress(OSError):
            part.unlink(missing_ok=True)
        raise StorageError(f"{path}: cannot be written ({error.strerror}); free some space or choose another --out") from None
