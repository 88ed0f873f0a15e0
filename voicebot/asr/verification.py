"""Is this folder an acoustic model that can be loaded? Asked before Vosk is, because Vosk dies of damaged files.

With a `manifest.json` beside the model every file's sha256 decides: who writes one has probed the model, as `voicebot models
install` and `scripts/train/build_graph.py` do. Without one, the model is loaded and made to decode in a process of its own
first: what kills that process would have killed this one.
"""

import hashlib
import json
import os
import struct
import subprocess
import sys
from dataclasses import dataclass, field
from pathlib import Path, PurePosixPath
from typing import Any

from voicebot.errors import ModelError

MANIFEST = "manifest.json"

PROBE_SECONDS = 30.0
PROBE_SECONDS_A_GIGABYTE = 50.0
"""Longest a probe may take, by the model's size; the largest official model, 1.8 GB, loads in about 20 s from a slow disk."""

_REQUIRED = ("am/final.mdl", "conf/mfcc.conf")
_GRAPHS = (("graph/HCLG.fst",), ("graph/HCLr.fst", "graph/Gr.fst"))
_TOPOLOGY = b"<Topology> "
_HEAD_BYTES = 1 << 16
"""Of a network's file: its topology lies in the first few kilobytes."""

_AGAIN = "install it again (voicebot models install) or choose another model with --model"


@dataclass(frozen=True, slots=True)
class Verified:
    """A model folder that may be loaded."""

    path: Path
    fingerprint: str
    """sha256 over the names and sha256 of all its files."""
    manifest: dict[str, Any] = field(default_factory=dict)
    """As in its `manifest.json`; empty where there is none."""


_Stamp = tuple[tuple[str, int, int], ...]
_seen: dict[tuple[Path, _Stamp], Verified] = {}


def verify(path: Path) -> Verified:
    """Check the model in the folder `path`. Raises `ModelError` with what is wrong and what to do.

    Remembered for this process by path, times and sizes of the files: a second call costs a few `stat`s.
    """
    path = path.absolute()
    check_structure(path)
    try:
        files = _files(path)
        stamp = _stamp(path)
    except OSError as error:
        raise ModelError(f"{path}: cannot be read ({error.strerror}); check its permissions or {_AGAIN}") from None
    known = _seen.get((path, stamp))
    if known is not None:
        return known
    manifest = read_manifest(path)
    if manifest:
        sums = _check_manifest(path, files, manifest)
    else:
        sums = {name: file_sha256(path / name) for name in files}
        probe(path)
    verified = Verified(path, _fingerprint(sums), manifest)
    _seen[path, stamp] = verified
    return verified


def check_structure(path: Path) -> None:
    """That the files every Vosk model has are there and not empty. Raises `ModelError`."""
    if not path.exists():
        raise ModelError(f"{path}: no such model folder; see: voicebot models list")
    if not path.is_dir():
        hint = "unpack it with: voicebot models install --from FILE" if path.suffix == ".zip" else "name the model's folder"
        raise ModelError(f"{path}: is a file, not a model folder; {hint}")
    missing = [name for name in _REQUIRED if not _filled(path / name)]
    if not any(all(_filled(path / name) for name in graph) for graph in _GRAPHS):
        missing.append(" + ".join(_GRAPHS[1]) + " (or graph/HCLG.fst)")
    if missing:
        raise ModelError(f"{path}: not a whole Vosk model, missing or empty: {', '.join(missing)}; {_AGAIN}")
    _check_word_boundaries(path)
    _check_words(path / "graph" / "words.txt")


def _check_words(file: Path) -> None:
    """That the list of words, where there is one, ends with a whole line: Vosk hears nothing of the words that were cut off."""
    try:
        with file.open("rb") as stream:
            stream.seek(-min(1, file.stat().st_size), os.SEEK_END)
            last = stream.read()
    except OSError:
        return  # official models may keep them inside
    if last not in (b"", b"\n"):
        raise ModelError(f"{file}: ends in the middle of a line: it is cut off; {_AGAIN}")


def _check_word_boundaries(path: Path) -> None:
    """That every phone of the network stands in the word boundary file, where there is one.

    Vosk ends the process in the middle of a call when it decodes a phone that does not (seen with a file cut short).
    """
    file = path / "graph" / "phones" / "word_boundary.int"
    if not file.exists():
        return
    try:
        listed = {int(phone) for phone, _ in (line.split() for line in file.read_text(encoding="ascii").splitlines())}
    except (OSError, ValueError):
        raise ModelError(f"{file}: not a list of phones and their places in words; {_AGAIN}") from None
    lost = sorted(_phones(path / "am" / "final.mdl") - listed)
    if lost:
        raise ModelError(f"{file}: lacks {len(lost)} phones of the network, the first is {lost[0]}; {_AGAIN}")


def _phones(network: Path) -> set[int]:
    """Phones of a Kaldi model's topology (hmm-topology.cc: a token, then a vector of 32-bit numbers); empty when not found."""
    try:
        with network.open("rb") as stream:
            head = stream.read(_HEAD_BYTES)
    except OSError as error:
        raise ModelError(f"{network}: cannot be read ({error.strerror}); {_AGAIN}") from None
    start = head.find(_TOPOLOGY) + len(_TOPOLOGY)
    if start < len(_TOPOLOGY) or len(head) < start + 5 or head[start] != 4:
        return set()
    count = int.from_bytes(head[start + 1 : start + 5], "little", signed=True)
    body = head[start + 5 : start + 5 + 4 * max(0, count)]
    return {phone for (phone,) in struct.iter_unpack("<i", body[: len(body) // 4 * 4])}


def read_manifest(path: Path) -> dict[str, Any]:
    """The model's manifest, checked for form; empty when there is none. Raises `ModelError`."""
    file = path / MANIFEST
    try:
        manifest = json.loads(file.read_text(encoding="utf-8"))
    except FileNotFoundError:
        return {}
    except (OSError, ValueError, RecursionError) as error:
        raise ModelError(f"{file}: cannot be read as JSON ({error}); {_AGAIN}") from None
    files = manifest.get("files") if isinstance(manifest, dict) else None
    if not isinstance(files, dict) or not files or not all(_is_entry(name, entry) for name, entry in files.items()):
        raise ModelError(f'{file}: not a model manifest, expected "files": {{name: {{"sha256", "bytes"}}}}; {_AGAIN}')
    result: dict[str, Any] = manifest
    return result


def file_sha256(file: Path) -> str:
    """Hex sha256 of a file. Raises `ModelError` when it cannot be read."""
    try:
        with file.open("rb") as stream:
            return hashlib.file_digest(stream, "sha256").hexdigest()
    except OSError as error:
        raise ModelError(f"{file}: cannot be read ({error.strerror}); check its permissions or install the model again") from None


def probe(path: Path, seconds: float | None = None) -> None:
    """Load the model in a process of its own and decode a second of noise, open and in a grammar.

    Raises `ModelError` when that process dies, refuses the model, takes longer than `seconds` (None: by the model's size), or
    wants so much memory that no whole model of this size would.
    """
    if seconds is None:
        seconds = PROBE_SECONDS + PROBE_SECONDS_A_GIGABYTE * sum((path / name).stat().st_size for name in _files(path)) / 1e9
    command = [sys.executable, "-m", "voicebot.asr.probe", str(path)]
    environment = {
        **os.environ,
        "PYTHONPATH": os.pathsep.join(filter(None, sys.path)),
        "OPENBLAS_NUM_THREADS": "1",
    }  # this voicebot
    try:
        done = subprocess.run(command, capture_output=True, timeout=seconds, check=False, env=environment)
    except subprocess.TimeoutExpired:
        raise ModelError(f"{path}: loading this model took longer than {seconds:.0f} s: it may be damaged; {_AGAIN}") from None
    if done.returncode < 0:
        raise ModelError(f"{path}: this model is damaged: Vosk died of it (signal {-done.returncode}); {_AGAIN}")
    if done.returncode != 0:
        raise ModelError(f"{path}: Vosk cannot use this model (exit {done.returncode}); {_AGAIN}")


def _check_manifest(path: Path, files: list[str], manifest: dict[str, Any]) -> dict[str, str]:
    """sha256 of every file that is listed; raises on the first that is missing, changed, or present and not listed."""
    listed: dict[str, dict[str, Any]] = manifest["files"]
    strangers = sorted(set(files) - set(listed) - {MANIFEST} - _COMPANIONS)
    if strangers:
        raise ModelError(f"{path / strangers[0]}: not in the model's manifest; remove it or {_AGAIN}")
    sums: dict[str, str] = {}
    for name, entry in sorted(listed.items()):
        file = path / name
        if not file.is_file():
            raise ModelError(f"{file}: missing although the model's manifest lists it; {_AGAIN}")
        if file.stat().st_size != entry["bytes"]:
            raise ModelError(f"{file}: {file.stat().st_size} bytes where the manifest says {entry['bytes']}; {_AGAIN}")
        sums[name] = file_sha256(file)
        if sums[name] != entry["sha256"]:
            raise ModelError(f"{file}: its sha256 is not the manifest's: the file is damaged or was changed; {_AGAIN}")
    unlisted = [name for name in _vital(files) if name not in listed]
    if unlisted:
        raise ModelError(f"{path / MANIFEST}: does not list {unlisted[0]}; {_AGAIN}")
    return sums


_COMPANIONS = frozenset({"LICENSE", "ATTRIBUTION", "ATTRIBUTION.md", "LICENSE.md", "README", "README.md", "MODEL_CARD.md"})
"""Files for people: Vosk never opens them, so the manifest may leave them out."""


def _vital(files: list[str]) -> list[str]:
    return [name for name in files if name in _REQUIRED or any(name in graph for graph in _GRAPHS)]


def _is_entry(name: object, entry: object) -> bool:
    if not isinstance(name, str) or not isinstance(entry, dict):
        return False
    parts = PurePosixPath(name)
    tame = not parts.is_absolute() and ".." not in parts.parts and "\0" not in name and name != ""
    return tame and isinstance(entry.get("sha256"), str) and type(entry.get("bytes")) is int


def _filled(file: Path) -> bool:
    return file.is_file() and file.stat().st_size > 0


def _files(path: Path) -> list[str]:
    return sorted(file.relative_to(path).as_posix() for file in path.rglob("*") if file.is_file())


def _stamp(path: Path) -> _Stamp:
    """Everything in the folder, with time and size; folders by name alone."""
    entries = sorted(
        (entry.relative_to(path).as_posix(), entry.is_dir(), entry.stat()) for entry in path.rglob("*") if entry.exists()
    )
    return tuple((name, 0, -1) if folder else (name, stat.st_mtime_ns, stat.st_size) for name, folder, stat in entries)


def _fingerprint(sums: dict[str, str]) -> str:
    return hashlib.sha256("\n".join(f"{name} {digest}" for name, digest in sorted(sums.items())).encode()).hexdigest()
