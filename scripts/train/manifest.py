"""The manifest beside a model: name, language, version, licence, and sha256 of every file Vosk reads."""

import hashlib
import json
from pathlib import Path

_FOR_PEOPLE = frozenset({"LICENSE", "ATTRIBUTION", "MODEL_CARD.md", "manifest.json"})


def write_manifest(folder: Path, language: str, version: str) -> None:
    """Write manifest.json anew."""
    files = {}
    for path in sorted(folder.rglob("*")):
        name = path.relative_to(folder).as_posix()
        if path.is_file() and name not in _FOR_PEOPLE:
            data = path.read_bytes()
            files[name] = {"sha256": hashlib.sha256(data).hexdigest(), "bytes": len(data)}
    body = {
        "name": f"voicebot-{language}",
        "language": language,
        "version": version,
        "licence": "CC-BY-SA-4.0",
        "files": files,
    }
    (folder / "manifest.json").write_text(json.dumps(body, indent=1) + "\n", encoding="utf-8")
