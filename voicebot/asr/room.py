"""Room on the disk: asked for before much is written, and what is said when there is none."""

import errno
import shutil
from pathlib import Path

from voicebot.errors import StorageError

NO_ROOM = frozenset({errno.ENOSPC, errno.EDQUOT, errno.EFBIG})
"""What the system says when a file cannot grow: the disk, or the share of it that one may use, is full."""

_MB = 1_000_000


def check_room(folder: Path, wanted: int) -> None:
    """That `wanted` bytes fit into the existing `folder`. Raises `StorageError`."""
    free = shutil.disk_usage(folder).free
    if wanted > free:
        raise StorageError(
            f"{folder}: {wanted / _MB:.1f} MB are needed there and {free / _MB:.1f} MB are free; make room and try again"
        )


def unwritten(path: Path, error: OSError, kept: str = "") -> StorageError:
    """What to raise when `path` could not be written."""
    return StorageError(f"{path}: cannot be written ({error.strerror or error}){kept}; make room there and try again")
