"""`voicebot models install | verify | remove`: official models, fetched, checked, and put where voicebot looks.

Nothing half-done is ever seen under a model's name: everything happens in a working folder beside it, and one rename at the
end puts it in place. A model becomes usable only after a process of its own has loaded it.
"""

import contextlib
import json
import shutil
import sys
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field, replace
from pathlib import Path
from typing import Any

from voicebot.asr.download import Limits, Progress, download
from voicebot.asr.models import install_folder
from voicebot.asr.registry import OFFICIAL, RECOMMENDED, OfficialModel
from voicebot.asr.unpack import UnpackLimits, unpack
from voicebot.asr.verification import MANIFEST, check_structure, file_sha256, probe, verify
from voicebot.errors import ModelError
from voicebot.hotlines.complaints import meant
from voicebot.types import Language

CHECKSUMS = "archives.json"
"""In the install folder: the sha256 of every archive at its first install."""

_SPARE_BYTES = 10_000_000
"""An archive may be twice the registry's size and this much larger before it is taken for something else."""

DITHER_OFF = "--dither=0"
"""Kaldi's default is random noise of one sample step: the same audio would then give different words from run to run."""


@dataclass(frozen=True, slots=True)
class Installer:
    """Where models go and come from. The defaults are the platform's folder and the official registry."""

    folder: Path = field(default_factory=install_folder)
    registry: Mapping[str, OfficialModel] = field(default_factory=lambda: OFFICIAL)
    limits: Limits = field(default_factory=Limits)
    unpack_limits: UnpackLimits = field(default_factory=UnpackLimits)

    def install(
        self,
        name: str | None = None,
        language: Language = "zh-CN",
        from_file: Path | None = None,
        progress: Progress | None = None,
    ) -> Path:
        """Install the model `name` (None: the recommended one of `language`); returns its folder. One that is installed and
        whole is kept, a damaged one is replaced.

        `from_file`: an archive that was fetched elsewhere, for a machine without network; its name is the model's.
        """
        if from_file is not None:
            _check_archive_is_there(from_file)
            name = name or self._named_by(from_file)
        model = self._entry(name or RECOMMENDED[language])
        target = self.folder / model.name
        try:
            self.folder.mkdir(parents=True, exist_ok=True)
            with self._lock(model.name):
                if target.exists() and _is_whole(target):
                    return target
                archive = from_file or self._fetch(model, progress)
                digest = self._check_archive(model, archive)
                if target.exists():
                    self._discard(target)
                self._put(model, archive, digest, target)
                if from_file is None:
                    archive.unlink()
        except OSError as error:
            raise ModelError(f"{target}: cannot be installed ({error.strerror or error}); check space and permissions") from None
        return target

    def remove(self, name: str) -> Path:
        """Delete the installed model `name`; returns the folder it had. Only what `install` put there can be removed."""
        target = self.folder / name
        if not name or Path(name).name != name or name.startswith(".") or not target.is_dir():
            there = ", ".join(self.installed()) or "none"
            raise ModelError(f"{name}: not installed in {self.folder}; installed models: {there}")
        try:
            with self._lock(name):
                self._discard(target)
        except OSError as error:
            raise ModelError(f"{target}: cannot be removed ({error.strerror or error}); check its permissions") from None
        return target

    def installed(self) -> list[str]:
        """Names of the models in the install folder."""
        if not self.folder.is_dir():
            return []
        return sorted(
            path.name for path in self.folder.iterdir() if (path / MANIFEST).is_file() and not path.name.startswith(".")
        )

    def _discard(self, target: Path) -> None:
        """Delete a model, out of sight first: it is never seen half-deleted."""
        doomed = self._work_folder(target.name)
        target.rename(doomed)
        shutil.rmtree(doomed)

    def _entry(self, name: str) -> OfficialModel:
        if name not in self.registry:
            near = meant(name, self.registry)
            known = f"did you mean {near}?" if near else f"known are: {', '.join(sorted(self.registry))}"
            raise ModelError(f"{name}: not an official model voicebot knows; {known}")
        return self.registry[name]

    def _named_by(self, archive: Path) -> str:
        """The model that an archive is called after."""
        if archive.stem not in self.registry:
            known = ", ".join(sorted(self.registry))
            raise ModelError(
                f"{archive}: its name does not say which model it holds; name it too: voicebot models install NAME --from "
                f"{archive.name}, with one of {known}"
            )
        return archive.stem

    def _fetch(self, model: OfficialModel, progress: Progress | None) -> Path:
        archive = self.folder / f".{model.name}.zip"
        if not archive.is_file():
            most = min(self.limits.most_bytes, 2 * model.size + _SPARE_BYTES)
            download(model.url, archive, replace(self.limits, most_bytes=most), progress)
        return archive

    def _check_archive(self, model: OfficialModel, archive: Path) -> str:
        """Its sha256, which must be the registry's, or the one seen at the first install; else the archive is thrown away."""
        if not archive.is_file():
            raise ModelError(f"{archive}: no such file; name the zip archive of the model")
        digest = file_sha256(archive)
        wanted = model.sha256 or self._known_archives().get(model.name)
        if wanted in (None, digest):
            return digest
        if archive.parent == self.folder:
            archive.unlink()
        raise ModelError(
            f"{archive}: sha256 {digest} where {wanted} was expected; download it again, or ask its publisher why it changed"
        )

    def _put(self, model: OfficialModel, archive: Path, digest: str, target: Path) -> None:
        work = self._work_folder(model.name)
        try:
            found = unpack(archive, work, self.unpack_limits)
            check_structure(found)
            (found / MANIFEST).unlink(missing_ok=True)
            changed = _without_dither(found)
            _write_manifest(found, model, digest, changed)
            probe(found)
            self._note_archive(model.name, digest)
            found.rename(target)
        except ModelError:
            if archive.parent == self.folder:  # a bad download must not be what the next try starts from
                archive.unlink(missing_ok=True)
            raise
        finally:
            shutil.rmtree(work, ignore_errors=True)

    def _known_archives(self) -> dict[str, str]:
        try:
            known = json.loads((self.folder / CHECKSUMS).read_text(encoding="utf-8"))
        except FileNotFoundError:
            return {}
        except ValueError:
            raise ModelError(
                f"{self.folder / CHECKSUMS}: cannot be read as JSON; remove it to record the checksums anew"
            ) from None
        return {str(name): str(digest) for name, digest in known.items()} if isinstance(known, dict) else {}

    def _note_archive(self, name: str, digest: str) -> None:
        """Two models may be installed at once: their checksums go into one file."""
        with (self.folder / f".{CHECKSUMS}.lock").open("w") as file:
            _lock_file(file.fileno(), wait=True)
            known = {**self._known_archives(), name: digest}
            _write(self.folder / CHECKSUMS, json.dumps(known, indent=1, sort_keys=True))

    def _work_folder(self, name: str) -> Path:
        """A name nobody has; what an earlier try left under it is removed (the lock is held)."""
        work = self.folder / f".{name}.work"
        shutil.rmtree(work, ignore_errors=True)
        return work

    @contextlib.contextmanager
    def _lock(self, name: str) -> Iterator[None]:
        """One install or removal of a model at a time; the system frees the lock when its holder dies."""
        path = self.folder / f".{name}.lock"
        with path.open("w") as file:
            try:
                _lock_file(file.fileno())
            except OSError:
                raise ModelError(f"{name}: another voicebot is installing or removing this model; wait for it to end") from None
            yield


def _is_whole(folder: Path) -> bool:
    try:
        verify(folder)
    except ModelError:
        return False
    return True


def _check_archive_is_there(archive: Path) -> None:
    if not archive.is_file():
        what = "a folder" if archive.is_dir() else "no such file"
        raise ModelError(f"{archive}: {what}; give the model's zip archive, as it was fetched")


def _without_dither(model: Path) -> dict[str, str]:
    """Switch Kaldi's random dither off; returns the sha256 each changed file had before."""
    file = model / "conf" / "mfcc.conf"
    text = file.read_bytes().decode("utf-8", errors="replace")
    kept = [line for line in text.splitlines() if not line.strip().startswith("--dither")]
    changed = "\n".join([*kept, DITHER_OFF]) + "\n"
    if changed == text:
        return {}
    before = file_sha256(file)
    _write(file, changed)
    return {"conf/mfcc.conf": before}


def _write_manifest(folder: Path, model: OfficialModel, digest: str, changed: Mapping[str, str]) -> None:
    files: dict[str, dict[str, Any]] = {}
    for path in sorted(path for path in folder.rglob("*") if path.is_file()):
        name = path.relative_to(folder).as_posix()
        files[name] = {"sha256": file_sha256(path), "bytes": path.stat().st_size}
        if name in changed:
            files[name]["original_sha256"] = changed[name]
    manifest = {
        "name": model.name,
        "language": model.language,
        "version": model.name.rsplit("-", 1)[-1] if model.name[-1].isdigit() else "",
        "sample_rate": 16000,
        "licence": model.licence,
        "url": model.url,
        "archive_sha256": digest,
        "files": files,
    }
    _write(folder / MANIFEST, json.dumps(manifest, indent=1, ensure_ascii=False))


def _write(file: Path, text: str) -> None:
    """All of it or nothing."""
    part = file.with_name(file.name + ".part")
    try:
        part.write_text(text, encoding="utf-8", newline="\n")
        part.replace(file)
    except OSError:
        part.unlink(missing_ok=True)
        raise


if sys.platform == "win32":
    import msvcrt

    def _lock_file(descriptor: int, wait: bool = False) -> None:
        msvcrt.locking(descriptor, msvcrt.LK_LOCK if wait else msvcrt.LK_NBLCK, 1)

else:
    import fcntl

    def _lock_file(descriptor: int, wait: bool = False) -> None:
        fcntl.flock(descriptor, fcntl.LOCK_EX | (0 if wait else fcntl.LOCK_NB))
