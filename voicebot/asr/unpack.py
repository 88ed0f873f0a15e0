"""A model's zip archive, unpacked without trusting it."""

import shutil
import stat
import zipfile
import zlib
from dataclasses import dataclass
from pathlib import Path, PurePosixPath

from voicebot.asr.room import NO_ROOM, check_room, unwritten
from voicebot.errors import ModelError

_CHUNK = 1 << 20


@dataclass(frozen=True, slots=True)
class UnpackLimits:
    """What an archive may hold. The largest official model is 1.8 GB packed, 2.7 GB unpacked, in some 30 files."""

    most_bytes: int = 8_000_000_000
    most_ratio: float = 100.0
    """Unpacked over packed bytes; models reach about 4."""
    most_files: int = 1000


def unpack(archive: Path, into: Path, limits: UnpackLimits | None = None) -> Path:
    """Unpack `archive` into the new folder `into`; returns the model's folder in it.

    Raises `ModelError` on what is no zip archive, damaged, encrypted or too large, and on entries that lead out of the folder,
    are links or no plain files; `StorageError` when the disk has no room. What had been unpacked by then is left in `into`.
    """
    limits = limits or UnpackLimits()
    into.mkdir(parents=True)
    try:
        with zipfile.ZipFile(archive) as pack:
            _check(archive, pack.infolist(), limits)
            check_room(into.parent, sum(entry.file_size for entry in pack.infolist()))
            budget = limits.most_bytes
            for entry in pack.infolist():
                budget -= _extract(pack, entry, into, budget)
    except OverflowError:
        raise ModelError(f"{archive}: unpacks to more than it declares; it is no model archive") from None
    except (zipfile.BadZipFile, zlib.error, EOFError, NotImplementedError, RuntimeError, ValueError) as error:
        raise ModelError(f"{archive}: not a whole zip archive ({error}); download it again") from None
    except OSError as error:
        if error.errno in NO_ROOM:
            raise unwritten(into, error) from None
        raise ModelError(f"{archive}: cannot be unpacked into {into} ({error.strerror or error})") from None
    return _model_in(archive, into)


def _check(archive: Path, entries: list[zipfile.ZipInfo], limits: UnpackLimits) -> None:
    if len(entries) > limits.most_files:
        raise ModelError(f"{archive}: {len(entries)} files, a model has no more than {limits.most_files}")
    seen: set[str] = set()
    for entry in entries:
        wrong = _wrong(entry)
        if entry.filename.rstrip("/").casefold() in seen:
            wrong = "is there twice"
        if wrong:
            raise ModelError(
                f"{archive}: the entry {entry.filename[:80]!r} {wrong}; this is no model archive, it was not unpacked"
            )
        seen.add(entry.filename.rstrip("/").casefold())
    size = sum(entry.file_size for entry in entries)
    packed = max(1, archive.stat().st_size)
    if size > limits.most_bytes or size > packed * limits.most_ratio:
        raise ModelError(f"{archive}: {packed} bytes would unpack to {size}; this is no model archive, it was not unpacked")


def _wrong(entry: zipfile.ZipInfo) -> str:
    name = entry.filename
    path = PurePosixPath(name)
    if path.is_absolute() or ".." in path.parts or "\\" in name or ":" in name or "\0" in name or not path.parts:
        return "leads out of the folder"
    kind = stat.S_IFMT(entry.external_attr >> 16)
    if kind not in (0, stat.S_IFREG, stat.S_IFDIR):
        return "is a link or a device"
    if entry.flag_bits & 0x1:
        return "is encrypted"
    return ""


def _extract(pack: zipfile.ZipFile, entry: zipfile.ZipInfo, into: Path, budget: int) -> int:
    """Bytes written: counted, because an entry may hold more than it declares."""
    target = into / entry.filename
    if entry.is_dir():
        target.mkdir(parents=True, exist_ok=True)
        return 0
    target.parent.mkdir(parents=True, exist_ok=True)
    written = 0
    with pack.open(entry) as source, target.open("xb") as file:
        while chunk := source.read(_CHUNK):
            written += len(chunk)
            if written > min(budget, entry.file_size):
                raise OverflowError
            file.write(chunk)
    return written


def _model_in(archive: Path, into: Path) -> Path:
    """The folder that holds am/ (or conf/): `into` itself or the one folder in it."""
    children = [child for child in into.iterdir() if child.name != "__MACOSX"]
    if any((into / name).is_dir() for name in ("am", "graph")):
        return into
    if len(children) == 1 and children[0].is_dir():
        return children[0]
    shutil.rmtree(into)
    raise ModelError(f"{archive}: holds no model: expected one folder with am/, conf/ and graph/ in it")
