"""Copies of a model with one thing wrong."""

import json
import os
import random
import shutil
from pathlib import Path

FOR_PEOPLE = frozenset(("LICENSE", "ATTRIBUTION", "MODEL_CARD.md"))
"""Files of a model that Vosk never opens: damage to them is none."""

KINDS = ("cut", "garbled", "zeroed", "bytes", "removed", "emptied", "added", "manifest", "directory")


def copied(model: Path, to: Path) -> Path:
    """A copy by hard links: cheap, and never written through."""
    shutil.copytree(model, to, copy_function=_link)
    return to


def damaged(model: Path, to: Path, chance: random.Random) -> str:
    """Write a damaged copy of `model` to `to`; returns what was done."""
    copied(model, to)
    kind = chance.choice(KINDS)
    file = chance.choice(sorted(path for path in to.rglob("*") if path.is_file() and path.name not in FOR_PEOPLE))
    data = bytearray(file.read_bytes())
    if kind == "manifest":
        file = to / "manifest.json"
        data = bytearray(_wrong_manifest(json.loads(file.read_text()), chance))
    elif kind == "added":
        file = file.with_name("global_cmvn.stats")
        data = bytearray(chance.randbytes(50))
    elif kind in ("cut", "emptied"):
        data = data[: chance.randrange(len(data)) if kind == "cut" else 0]
    else:
        start = chance.randrange(len(data))
        count = min(len(data) - start, chance.choice((1, 4, 64, 4096)))
        data[start : start + count] = bytes(count) if kind == "zeroed" else chance.randbytes(count)
    file.unlink(missing_ok=True)
    if kind == "directory":
        file.mkdir()
    elif kind != "removed":
        file.write_bytes(data)
    return f"{kind} {file.relative_to(to)}"


def _wrong_manifest(manifest: dict[str, object], chance: random.Random) -> bytes:
    files = manifest["files"]
    assert isinstance(files, dict)
    name = chance.choice(sorted(files))
    wrong: list[object] = [
        {**manifest, "files": {**files, name: {**files[name], "sha256": "0" * 64}}},
        {**manifest, "files": {**files, name: {**files[name], "bytes": -1}}},
        {**manifest, "files": {**files, name: {"sha256": 7, "bytes": "many"}}},
        {**manifest, "files": {**files, name: None}},
        {**manifest, "files": {**files, "../../../etc/hostname": files[name]}},
        {**manifest, "files": {**files, "/etc/hostname": files[name]}},
        {**manifest, "files": {**files, "graph/lost.fst": files[name]}},
        {**manifest, "files": {other: entry for other, entry in files.items() if other != "am/final.mdl"}},
        {**manifest, "files": {}},
        {**manifest, "files": [name]},
        {key: value for key, value in manifest.items() if key != "files"},
        [manifest],
        "model",
        None,
    ]
    choice = chance.randrange(len(wrong) + 2)
    if choice == len(wrong):
        return b"[" * 100_000
    if choice > len(wrong):
        return b"\xff\xfe{"
    return json.dumps(wrong[choice]).encode()


def _link(source: str, target: str) -> None:
    try:
        os.link(source, target)
    except OSError:  # another file system
        shutil.copy2(source, target)
