"""Past calls: those this console kept, and the fixtures of a checkout. To be watched again, or laid out whole and listened to."""

import asyncio
import os
import tempfile
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray

import voicebot
from voicebot.errors import VoicebotError
from voicebot.events import Record
from voicebot.live.console.catalogue import Catalogue
from voicebot.live.console.kept import STEREO
from voicebot.live.console.news import figures, titles_of, told_all
from voicebot.live.keeping import EVENTS
from voicebot.metrics.audio_clip import PEAKS_A_SECOND, audio_clip
from voicebot.metrics.call_record import call_record
from voicebot.metrics.collection import read_whole_log
from voicebot.replay import SCRIPT_NAME, ReplaySettings, ReplayTask, replay_one
from voicebot.testing.loading import load_script
from voicebot.types import Language
from voicebot.workers import Failed, Report, run_tasks

LONGEST_SECONDS = 1800.0
"""Of a call that is laid out."""

NICENESS = 10
"""A replay gives way to calls in progress."""


@dataclass(frozen=True, slots=True)
class Entry:
    """A past call."""

    id: str
    folder: Path
    origin: str
    """kept or fixture."""
    name: str
    hotline: str
    language: Language
    true_question: str | None
    outcome: str | None
    located: str | None
    changed: float

    @property
    def script(self) -> Path:
        return self.folder / SCRIPT_NAME

    def document(self) -> dict[str, Any]:
        """A line of the list."""
        return {
            "id": self.id,
            "origin": self.origin,
            "name": self.name,
            "hotline": self.hotline,
            "language": self.language,
            "true_question": self.true_question,
            "outcome": self.outcome,
            "located": self.located,
            "changed": self.changed,
        }


class Library:
    """Looks for calls when asked; scripts are read again only when they changed."""

    def __init__(self, catalogue: Catalogue, record: Path | None, model: str | None) -> None:
        self._catalogue = catalogue
        self._model = model
        self._shelves = [("kept", record)] if record is not None else []
        fixtures = Path(voicebot.__file__).resolve().parent.parent / "audio_fixtures"
        if fixtures.is_dir():
            self._shelves.append(("fixture", fixtures))
        self._known: dict[tuple[Path, float], Entry | None] = {}
        self._scratch = tempfile.TemporaryDirectory(prefix="voicebot-console-")
        self._replaying = asyncio.Semaphore(1)

    def close(self) -> None:
        """Remove what was laid out."""
        self._scratch.cleanup()

    def entries(self) -> list[Entry]:
        """Every call, the newest kept ones first. Reads files."""
        found: list[Entry] = []
        for origin, shelf in self._shelves:
            scripts = shelf.glob(f"*/{SCRIPT_NAME}") if shelf is not None else ()
            entries = [entry for path in scripts if (entry := self._entry(origin, path)) is not None]
            found += sorted(entries, key=lambda entry: (-entry.changed, entry.id) if origin == "kept" else (0.0, entry.id))
        return found

    def find(self, key: str) -> Entry:
        """The call with this id. Raises `VoicebotError`."""
        entry = next((entry for entry in self.entries() if entry.id == key), None)
        if entry is None:
            raise VoicebotError("there is no such call any more; reload the page")
        return entry

    async def laid_out(self, key: str) -> dict[str, Any]:
        """The whole call: events, peaks of both legs, figures. Replays it first where that has not been done."""
        entry = await asyncio.to_thread(self.find, key)
        folder = await self._heard(entry)
        return await asyncio.to_thread(self._document, entry, folder)

    async def audio(self, key: str) -> Path:
        """Both legs as a WAV."""
        entry = await asyncio.to_thread(self.find, key)
        return await self._heard(entry) / STEREO

    async def _heard(self, entry: Entry) -> Path:
        """The folder with both legs and the log."""
        if (entry.folder / STEREO).is_file() and (entry.folder / EVENTS).is_file():
            return entry.folder
        out = Path(self._scratch.name) / f"{entry.id.replace(':', '-')}-{entry.changed:.0f}"
        async with self._replaying:
            if not (out / entry.name / STEREO).is_file():
                await asyncio.to_thread(self._replay, entry, out)
        return out / entry.name

    def _replay(self, entry: Entry, out: Path) -> None:
        task = ReplayTask(str(entry.script), entry.name, ReplaySettings(model=self._model, out=str(out)))
        for happened in run_tasks(replay_gently, [task]):
            if isinstance(happened, Failed):
                raise VoicebotError(happened.error.partition("\n")[0])

    def _entry(self, origin: str, path: Path) -> Entry | None:
        """None for what is no call, or one of a pack that is not served."""
        try:
            changed = path.stat().st_mtime
        except OSError:
            return None
        key = (path, changed)
        if key not in self._known:
            self._known[key] = self._read(origin, path, changed)
        return self._known[key]

    def _read(self, origin: str, path: Path, changed: float) -> Entry | None:
        try:
            script = load_script(path)
        except VoicebotError:
            return None
        if (script.hotline, script.language) not in self._catalogue.packs:
            return None
        name = path.parent.name
        ends = script.ends
        return Entry(
            id=f"{origin}:{name}",
            folder=path.parent,
            origin=origin,
            name=name,
            hotline=script.hotline,
            language=script.language,
            true_question=script.true_question,
            outcome=ends.outcome,
            located=ends.located,
            changed=changed,
        )

    def _document(self, entry: Entry, folder: Path) -> dict[str, Any]:
        records = read_whole_log(folder / EVENTS)
        clip = audio_clip(folder / STEREO, LONGEST_SECONDS)
        titles = titles_of(self._catalogue.packs[entry.hotline, entry.language])
        return {
            **entry.document(),
            "seconds": clip.seconds,
            "events": told_all(records, titles),
            "peaks": {"a_second": PEAKS_A_SECOND, "caller": _bytes(clip.caller), "bot": _bytes(clip.bot)},
            "call": figures(call_record(records)),
            "profile": _profile(records),
        }


def _profile(records: list[Record]) -> dict[str, Any]:
    return dict(getattr(records[0].event, "profile", {})) if records else {}


def replay_gently(task: ReplayTask, report: Report) -> Any:
    """`replay_one` in a worker process that gives way to others."""
    if hasattr(os, "nice"):
        os.nice(NICENESS)
    replay_one(task, lambda record: None)


def _bytes(peaks: NDArray[np.float64]) -> list[int]:
    return [int(value) for value in np.clip(255 * peaks, 0, 255)]
