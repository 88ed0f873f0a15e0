"""`voicebot models list | install | verify | remove`"""

import argparse
import sys
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any

from voicebot.cli.common import json_argument, print_json
from voicebot.errors import ModelError
from voicebot.types import LANGUAGES

if TYPE_CHECKING:
    from voicebot.asr import FoundModel
    from voicebot.asr.download import Progress

HELP = "list, install, verify and remove acoustic models"

_MB = 1_000_000


def arguments(parser: argparse.ArgumentParser) -> None:
    actions = parser.add_subparsers(dest="action", metavar="ACTION", required=True)
    listing = actions.add_parser("list", help="the models there are, the official ones, and which is used")
    install = actions.add_parser("install", help="download an official model, check it, and put it where voicebot looks")
    install.add_argument("name", nargs="?", metavar="NAME", help="its name (default: the recommended one of --lang)")
    install.add_argument("--lang", choices=LANGUAGES, default="zh-CN", help="language of the recommended model (default zh-CN)")
    install.add_argument("--from", dest="file", metavar="FILE", help="its zip archive, fetched elsewhere: needs no network")
    verify = actions.add_parser("verify", help="check every file of a model, or of all")
    verify.add_argument("name", nargs="?", metavar="NAME", help="name or folder of a model (default: all that are found)")
    remove = actions.add_parser("remove", help="delete a model that `install` put there")
    remove.add_argument("name", metavar="NAME")
    for action in (listing, install, verify, remove):
        json_argument(action)


def run(args: argparse.Namespace) -> int:
    actions = {"list": _list, "install": _install, "verify": _verify, "remove": _remove}
    return actions[args.action](args)


# ---------------------------------------------------------------- list


@dataclass(frozen=True, slots=True)
class ModelRow:
    """A model as `list` shows it."""

    name: str
    language: str | None
    state: str
    """bundled, installed, VOICEBOT_MODELS, Vosk's cache, or official (can be installed)."""
    bytes: int
    """On disk; of an official model the size of its archive."""
    licence: str
    used: bool
    """What a call in its language takes when nothing else is asked for."""
    why: str
    path: str | None
    summary: str


def _list(args: argparse.Namespace) -> int:
    from voicebot.asr.models import install_folder

    rows = model_rows()
    if args.json:
        print_json({"models": [asdict(row) for row in rows], "folder": str(install_folder())})
        return 0
    for line in _columns(rows):
        print(line)
    for row in rows:
        if row.used:
            print(f"● {row.language}: {row.name}, because {row.why}")
    print(f"models are installed in {install_folder()}; choose one for a run with --model NAME")
    return 0


def model_rows() -> list[ModelRow]:
    """Every model that is there, in the order of preference, then the official ones that are not."""
    from voicebot.asr import list_models
    from voicebot.asr.registry import OFFICIAL

    found = list_models()
    used = {language: next((model for model in found if model.language == language), None) for language in LANGUAGES}
    rows = [_row(model, found, used=model in used.values()) for model in found]
    there = {row.name for row in rows}
    rows += [
        ModelRow(model.name, model.language, "official", model.size, model.licence, False, "", None, model.summary)
        for model in OFFICIAL.values()
        if model.name not in there
    ]
    return rows


def _row(model: "FoundModel", found: "Sequence[FoundModel]", used: bool) -> ModelRow:
    from voicebot.asr.registry import OFFICIAL
    from voicebot.asr.verification import read_manifest

    try:
        manifest = read_manifest(model.path)
    except ModelError:  # `verify` says what is wrong with it
        manifest = {}
    official = OFFICIAL.get(model.name)
    licence = str(manifest.get("licence") or manifest.get("license") or (official.licence if official else "unknown"))
    return ModelRow(
        name=model.name,
        language=model.language,
        state=model.origin,
        bytes=sum(path.stat().st_size for path in model.path.rglob("*") if path.is_file()),
        licence=licence,
        used=used,
        why=_why(model, found) if used else "",
        path=str(model.path),
        summary=official.summary if official else "",
    )


def _why(model: "FoundModel", found: "Sequence[FoundModel]") -> str:
    """The rule by which this model is the one of its language."""
    rivals = [other for other in found if other.language == model.language and other is not model]
    if not rivals:
        return "it is the only one for this language"
    if any(other.origin == model.origin for other in rivals):
        return f"it is the most accurate of those in this place ({model.origin})"
    places = ", ".join(dict.fromkeys(other.origin for other in rivals))
    return f"{model.origin} goes before: {places}"


def _columns(rows: Sequence[ModelRow]) -> list[str]:
    """One line a model; ● marks those in use."""
    cells = [
        (
            "●" if row.used else " ",
            row.name,
            row.language or "?",
            "can be installed" if row.state == "official" else row.state,
            f"{row.bytes / _MB:.0f} MB",
            row.licence,
            row.summary,
        )
        for row in rows
    ]
    widths = [max(len(cell[column]) for cell in cells) for column in range(7)]
    return ["  ".join(text.ljust(width) for text, width in zip(cell, widths, strict=True)).rstrip() for cell in cells]


# ---------------------------------------------------------------- install, verify, remove


def _install(args: argparse.Namespace) -> int:
    from voicebot.asr.install import Installer
    from voicebot.asr.registry import OFFICIAL, RECOMMENDED
    from voicebot.asr.verification import verify

    wanted = OFFICIAL.get(args.name or RECOMMENDED[args.lang])
    if wanted is not None and args.file is None:
        print(f"voicebot: {wanted.url}, about {wanted.size / _MB:.0f} MB, {wanted.licence}", file=sys.stderr, flush=True)
    before = Installer().installed()
    with _progress(quiet=args.file is not None) as progress:
        path = Installer().install(args.name, args.lang, Path(args.file) if args.file else None, progress)
    verified = verify(path)
    if args.json:
        print_json({"name": path.name, "path": str(path), "sha256": verified.fingerprint})
        return 0
    print(f"{path.name} {'was there already and is whole:' if path.name in before else 'is installed in'} {path}")
    row = next((row for row in model_rows() if row.path == str(path)), None)
    if row is not None:
        print(f"calls in {row.language} use it from now on" if row.used else f"another one is preferred; use --model {row.name}")
    return 0


@contextmanager
def _progress(quiet: bool) -> "Iterator[Progress | None]":
    """A bar on a terminal, else a line to standard error every tenth."""
    if quiet:
        yield None
    elif sys.stderr.isatty():
        from rich.console import Console
        from rich.progress import BarColumn, DownloadColumn, Progress, TimeRemainingColumn, TransferSpeedColumn

        columns = (BarColumn(), DownloadColumn(), TransferSpeedColumn(), TimeRemainingColumn())
        with Progress(*columns, console=Console(stderr=True)) as bar:
            task = bar.add_task("download", total=None)
            yield lambda have, total: bar.update(task, completed=have, total=total)
    else:
        yield _Tenths()


class _Tenths:
    """Says how far a download is, at every tenth of it."""

    def __init__(self) -> None:
        self._said = -1

    def __call__(self, have: int, total: int | None) -> None:
        tenth = 10 * have // total if total else 0
        if tenth != self._said:
            self._said = tenth
            whole = f" of {total / _MB:.1f}" if total else ""
            print(f"voicebot: {have / _MB:.1f}{whole} MB", file=sys.stderr, flush=True)


def _verify(args: argparse.Namespace) -> int:
    from voicebot.asr.verification import verify

    results: list[dict[str, Any]] = []
    for name, path in _to_verify(args.name):
        try:
            verified = verify(path)
        except ModelError as error:
            results.append({"name": name, "path": str(path), "ok": False, "sha256": None, "manifest": None, "error": str(error)})
        else:
            manifest = bool(verified.manifest)
            results.append(
                {
                    "name": name,
                    "path": str(path),
                    "ok": True,
                    "sha256": verified.fingerprint,
                    "manifest": manifest,
                    "error": None,
                }
            )
    if args.json:
        print_json({"models": results})
    else:
        for result in results:
            how = "every sha256 is its manifest's" if result["manifest"] else "no manifest; it loads and decodes"
            print(f"✓ {result['name']}: {how}" if result["ok"] else f"✗ {result['error']}")
    return 0 if all(result["ok"] for result in results) else 1


def _to_verify(name: str | None) -> list[tuple[str, Path]]:
    from voicebot.asr import list_models
    from voicebot.asr.models import BUNDLED

    found = list_models()
    if name is None:
        if not found:
            raise ModelError("there is no model to verify; install one with: voicebot models install")
        return [(model.name, model.path) for model in found]
    named = [
        (model.name, model.path) for model in found if name in (model.name, model.path.name) or name == BUNDLED == model.origin
    ]
    if not named and name and Path(name).expanduser().exists():
        named = [(name, Path(name).expanduser())]
    if not named:
        names = ", ".join(model.name for model in found) or "none"
        raise ModelError(f"{name or 'no name'}: no such model; there are: {names}")
    return named


def _remove(args: argparse.Namespace) -> int:
    from voicebot.asr.install import Installer

    path = Installer().remove(args.name)
    if args.json:
        print_json({"name": args.name, "path": str(path)})
    else:
        print(f"{args.name} is removed from {path.parent}")
    return 0
