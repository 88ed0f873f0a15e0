"""From a folder of event logs to the page: read everything, lay out what fits, write it whole or not at all."""

import os
from collections.abc import Callable, Iterator, Sequence
from contextlib import suppress
from dataclasses import dataclass
from pathlib import Path
from typing import Any, TextIO
from urllib.parse import quote

from voicebot import __version__
from voicebot.errors import VoicebotError
from voicebot.metrics.audio_clip import AudioClip, audio_clip
from voicebot.metrics.call_record import CallRecord
from voicebot.metrics.collection import LoggedCall, Unreadable, find_logs, printable, read_calls, read_whole_log
from voicebot.metrics.html import Html, element
from voicebot.metrics.report.call_view import call_view
from voicebot.metrics.report.document import by_system, report_document
from voicebot.metrics.report.names import Names
from voicebot.metrics.report.page import Row, calls_table, end_of_page, head_of_page, timelines_intro, top_of_page
from voicebot.types import OTHER, Language

PAGE_NAME = "report.html"

TIMELINES = 60
"""Calls laid out on the page; each takes 50–150 kB besides its audio."""

AUDIO_BYTES = 16_000_000
"""Embedded audio of a page, before base64: half an hour at 8 kB a second, which a phone still opens."""

CLIP_SECONDS = 300.0
"""Longest embedded recording; of a longer one the first part is embedded and the whole is linked."""


@dataclass(frozen=True, slots=True)
class Report:
    """Everything that was read below a folder."""

    top: Path
    calls: Sequence[LoggedCall]
    unreadable: Sequence[Unreadable]
    names: Names
    document: dict[str, Any]
    """The JSON of `voicebot report` (docs/json.md)."""

    @property
    def records(self) -> list[CallRecord]:
        return [call.record for call in self.calls]


def make_report(
    folder: str | os.PathLike[str], *, hotline: str | None = None, on_read: Callable[[int, int], None] | None = None
) -> Report:
    """Read every log below `folder`. Raises `VoicebotError` where there is none, or none that can be read.

    `on_read` is told, after each, how many logs have been read and how many there are.
    """
    top = Path(folder)
    logs = find_logs(top)
    calls: list[LoggedCall] = []
    unreadable: list[Unreadable] = []
    for done, found in enumerate(read_calls(logs, top), 1):
        if isinstance(found, LoggedCall):
            calls.append(found)
        else:
            unreadable.append(found)
        if on_read is not None:
            on_read(done, len(logs))
    if not calls:
        among = "its only event log" if len(logs) == 1 else f"none of its {len(logs)} event logs can be used; the first"
        raise VoicebotError(f"{top}: {among}: {unreadable[0].error}")
    names = Names(hotline)
    failed = [{"path": printable(str(lost.log)), "error": printable(lost.error)} for lost in unreadable]
    document = {**report_document([call.record for call in calls], names), "failed": failed}
    return Report(top, calls, unreadable, names, document)


def write_page(
    report: Report, out: str | os.PathLike[str], *, language: Language | None = None, timelines: int = TIMELINES
) -> None:
    """Write the HTML page of `report`, whole or not at all. Raises `VoicebotError` where it cannot be written."""
    path = Path(out)
    if path.is_dir():
        raise VoicebotError(f"{path}: is a folder; give the name of an HTML file, e.g. {path / PAGE_NAME}")
    part = path.with_name(path.name + ".part")
    try:
        path.parent.mkdir(parents=True, exist_ok=True)
        with part.open("w", encoding="utf8", errors="replace", newline="\n") as file:
            _write(file, report, path.parent, language or _most_spoken(report.records), timelines)
        part.replace(path)
    except OSError as error:
        with suppress(OSError):
            part.unlink(missing_ok=True)
        raise VoicebotError(f"{path}: cannot be written ({error.strerror}); choose another --out") from None


def _most_spoken(calls: Sequence[CallRecord]) -> Language:
    english = sum(call.language == "en-US" for call in calls)
    return "en-US" if 2 * english > len(calls) else "zh-CN"


def _write(file: TextIO, report: Report, beside: Path, language: Language, timelines: int) -> None:
    records = report.records
    shown = _worth_showing(report.calls, timelines)
    rows = [
        Row(
            call.record,
            f"call-{index}" if index in shown else None,
            _address(call.audio, beside) if call.audio else None,
            _address(call.log, beside),
        )
        for index, call in enumerate(report.calls)
    ]
    clips = _Clips(report.calls, shown)
    file.write(head_of_page(language))
    file.write(top_of_page(report.document, by_system(records), report.names, report.unreadable))
    file.write(calls_table(rows, report.names))
    file.write('<section id="timelines">' + timelines_intro(len(shown), len(records), clips.embedded))
    for view in _views(report, rows, shown, clips):
        file.write(view)
    file.write("</section>" + end_of_page([__version__]))


def _worth_showing(calls: Sequence[LoggedCall], most: int) -> list[int]:
    """Indices of the calls that are laid out, in order: where there are too many, those that went wrong come first."""
    ranked = sorted(range(len(calls)), key=lambda index: (not _went_wrong(calls[index].record), index))
    return sorted(ranked[: max(0, most)])


def _went_wrong(call: CallRecord) -> bool:
    wanted = None if call.true_question == OTHER else call.true_question
    return call.outcome == "abandoned" or (call.true_question is not None and call.located != wanted)


def _address(target: Path, beside: Path) -> str:
    """A relative address of `target` as seen from the folder of the page."""
    relative = os.path.relpath(target.resolve(), beside.resolve()).replace(os.sep, "/")
    return "./" + quote(os.fsencode(relative))


class _Clips:
    """Decides which recordings fit into the page, by their lengths, in the order of the calls."""

    def __init__(self, calls: Sequence[LoggedCall], shown: Sequence[int]) -> None:
        self._fits: set[int] = set()
        left = AUDIO_BYTES
        for index in shown:
            size = int(min(calls[index].record.seconds, CLIP_SECONDS) * 8_000)
            if calls[index].audio is not None and size <= left:
                self._fits.add(index)
                left -= size
        self.embedded = len(self._fits)

    def clip(self, index: int, audio: Path | None) -> AudioClip | None:
        """The clip to embed; None where there is none, it is too much, or the recording cannot be read."""
        if audio is None or index not in self._fits:
            return None
        try:
            return audio_clip(audio, CLIP_SECONDS)
        except VoicebotError:
            return None


def _views(report: Report, rows: Sequence[Row], shown: Sequence[int], clips: _Clips) -> Iterator[Html]:
    for index in shown:
        call, row = report.calls[index], rows[index]
        assert row.anchor is not None, "what is shown has an anchor"
        try:
            records = read_whole_log(call.log)
        except VoicebotError as error:  # it was readable a moment ago
            yield element("p", str(error))
            continue
        yield call_view(
            records,
            call.record,
            row.anchor,
            lambda question, record=call.record: report.names.question(record, question),  # type: ignore[misc]
            clips.clip(index, call.audio),
            row.link,
            opened=len(shown) == 1,
        )
