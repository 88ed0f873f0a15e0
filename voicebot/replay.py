"""Recorded calls through the real pipeline: find them, replay each in a worker process, keep what came of it."""

import json
import os
from collections.abc import Iterator, Sequence
from contextlib import suppress
from dataclasses import dataclass, field, replace
from pathlib import Path
from typing import Any

from voicebot.asr import find_model
from voicebot.audio.wav import StereoWriter, open_recording
from voicebot.call import Call
from voicebot.engine import Engine, load_engine
from voicebot.errors import VoicebotError
from voicebot.events import EventLog, Record, write_log
from voicebot.hotlines import find_hotline, load_profile
from voicebot.metrics.call_record import CallRecord, call_record
from voicebot.metrics.transcript import transcript
from voicebot.testing.caller import Caller, RecordedCaller
from voicebot.testing.casting import caller_of, echo_way
from voicebot.testing.driving import Timing, drive
from voicebot.testing.files import write_text
from voicebot.testing.loading import SCRIPT_SUFFIXES, load_script
from voicebot.testing.script import Script
from voicebot.types import Language
from voicebot.workers import Done, Failed, Message, Report, run_tasks

SCRIPT_NAME = "call.yaml"
AUDIO_SUFFIXES = frozenset({".wav", ".mp3", ".ogg", ".oga", ".opus", ".flac", ".m4a", ".aac", ".amr", ".wma"})
"""What is taken for a recording in a folder; anything but WAV is then listed with what to do about it."""

DEFAULT_HOTLINE = "hotline_95188"


@dataclass(frozen=True, slots=True)
class ReplaySettings:
    """How to replay; None means: as the script says, else the default."""

    hotline: str | None = None
    language: Language | None = None
    model: str | None = None
    profile: str | None = None
    seed: int = 0
    out: str | None = None
    unmasked: bool = False
    echo: bool = False


@dataclass(frozen=True, slots=True)
class ReplayTask:
    """One recording or fixture."""

    path: str
    name: str
    """Unique in its batch; names its output folder."""
    settings: ReplaySettings


@dataclass(frozen=True, slots=True)
class ReplayedCall:
    """What came of one call."""

    name: str
    path: str
    record: CallRecord
    transcript: list[dict[str, Any]]
    audio_seconds: float
    compute_seconds: float
    late_frames: int
    note: str = ""
    """What to know about the recording itself: that it was cut short."""

    def document(self) -> dict[str, Any]:
        """Its entry in the JSON of `voicebot replay` (docs/json.md)."""
        record = self.record
        return {
            "name": self.name,
            "path": self.path,
            "hotline": record.hotline,
            "language": record.language,
            "outcome": record.outcome,
            "located": record.located,
            "confirmed": record.confirmed,
            "true_question": record.true_question,
            "turns": record.turns,
            "total_turns": record.total_turns,
            "seconds": round(record.seconds, 2),
            "note": self.note,
            "transcript": self.transcript,
        }


@dataclass(slots=True)
class ReplayResult:
    """A whole batch, in the order of its tasks."""

    calls: list[ReplayedCall] = field(default_factory=list)
    failed: list[dict[str, str]] = field(default_factory=list)


def check_settings(settings: ReplaySettings) -> None:
    """Find out what is wrong with the settings before any call is replayed. Raises `VoicebotError`."""
    if settings.hotline is not None:
        find_hotline(settings.hotline)
    if settings.model is not None and settings.language is not None:
        find_model(settings.language, settings.model)
    if settings.profile is not None and not Path(settings.profile).is_file():
        raise VoicebotError(f"{settings.profile}: no such file; give a YAML with what is known of the caller")
    if settings.out is not None:
        _make_folder(Path(settings.out))


def find_recordings(paths: Sequence[str], settings: ReplaySettings) -> list[ReplayTask]:
    """Tasks for files and folders; a folder gives its fixtures (`call.yaml`) and the recordings outside of them.

    Raises `VoicebotError` for a path that does not exist or holds nothing to replay.
    """
    found: list[Path] = []
    for path in map(Path, paths):
        if not path.exists():
            raise VoicebotError(f"{path}: no such file or folder; give a WAV recording, a fixture folder or a call.yaml")
        below = _in_folder(path) if path.is_dir() else [path]
        if not below:
            raise VoicebotError(f"{path}: holds no WAV recording and no {SCRIPT_NAME}")
        found += below
    names = _unique_names(found)
    return [ReplayTask(str(path), name, settings) for path, name in zip(found, names, strict=True)]


def _in_folder(folder: Path) -> list[Path]:
    found: list[Path] = []
    for here, folders, files in os.walk(folder):
        folders.sort()
        if SCRIPT_NAME in files:
            found.append(Path(here) / SCRIPT_NAME)
            folders.clear()
            continue
        found += [Path(here) / name for name in sorted(files) if Path(name).suffix.lower() in AUDIO_SUFFIXES]
    return found


def _unique_names(paths: Sequence[Path]) -> list[str]:
    names: list[str] = []
    for path in paths:
        stem = path.resolve().parent.name if path.name == SCRIPT_NAME else path.name.partition(".")[0]
        name, number = stem, 2
        while name in names:
            name, number = f"{stem}-{number}", number + 1
        names.append(name)
    return names


def replay(tasks: Sequence[ReplayTask], jobs: int = 1) -> Iterator[tuple[ReplayTask, Record | ReplayedCall | Failed]]:
    """Replay every task on `jobs` processes; yields records as they are logged and, for each task, how it came out.

    One engine's calls after the other's, each in processes of their own: a process then holds one language, not two.
    """
    for together in _by_engine(tasks):
        for happening in run_tasks(replay_one, together, jobs):
            task = together[happening.index]
            match happening:
                case Message(_, body):
                    yield task, body
                case Done(_, result):
                    yield task, result
                case Failed():
                    yield task, happening


def _by_engine(tasks: Sequence[ReplayTask]) -> list[list[ReplayTask]]:
    """The tasks that need the same hotline and language together, both in the order in which they came."""
    together: dict[tuple[str, Language], list[ReplayTask]] = {}
    for task in tasks:
        script = None
        with suppress(VoicebotError):  # what is wrong with it is said when its turn comes
            script = _script_of(task) if len(tasks) > 1 else None
        together.setdefault(_engine_of(task, script), []).append(task)
    return list(together.values())


def _script_of(task: ReplayTask) -> Script | None:
    return load_script(task.path) if Path(task.path).suffix in SCRIPT_SUFFIXES else None


def _engine_of(task: ReplayTask, script: Script | None) -> tuple[str, Language]:
    """The hotline and the language that a task needs."""
    settings = task.settings
    return (
        settings.hotline or (script.hotline if script else DEFAULT_HOTLINE),
        settings.language or (script.language if script else "zh-CN"),
    )


def replay_one(task: ReplayTask, report: Report) -> ReplayedCall:
    """Replay one recording in this process."""
    script = _script_of(task)
    engine = load_engine(*_engine_of(task, script), model=task.settings.model)
    log = EventLog(unmasked=task.settings.unmasked, on_record=report)
    caller, telephone = make_caller(task.path, script, engine)
    note = _note(task.path) if script is None else ""
    call = Call(
        engine,
        profile=_profile(task, script, engine),
        seed=script.seed if script and not task.settings.seed else task.settings.seed,
        labels=_labels(task, script),
        echo=task.settings.echo or (script is not None and script.echo),
        telephone=telephone,
        log=log,
    )
    folder = _output_folder(task)
    leak = echo_way(script) if script is not None else None
    if folder is None:
        timing = drive(call, caller, echo=leak)
    else:
        with StereoWriter(folder / "call.wav") as writer:
            timing = drive(call, caller, on_frames=writer.write, echo=leak)
    engine.remember()
    replayed = ReplayedCall(
        name=task.name,
        path=task.path,
        record=replace(call_record(log.records), name=task.name),
        transcript=transcript(log.records),
        audio_seconds=call.seconds,
        compute_seconds=timing.seconds,
        late_frames=timing.late_frames,
        note=note,
    )
    if folder is not None:
        _write(folder, log, timing, replayed)
    return replayed


def make_caller(path: str, script: Script | None, engine: Engine) -> tuple[Caller, bool]:
    """Who speaks in the recording or script at `path`, and whether they come over a telephone line."""
    if script is None:
        recording = open_recording(path)
        return RecordedCaller(recording.caller_frames()), recording.telephone
    return caller_of(script, Path(path).parent, engine.renderer)


def _note(path: str) -> str:
    recording = open_recording(path)
    if not recording.truncated:
        return ""
    return f"{path}: its header promises more than is there; the {recording.seconds:.1f} s that are there were replayed"


def _profile(task: ReplayTask, script: Script | None, engine: Engine) -> dict[str, Any]:
    if task.settings.profile is not None:
        return load_profile(task.settings.profile, engine.hotline)
    if script is None or script.profile is None:
        return {}
    if isinstance(script.profile, str):
        return load_profile(str(Path(task.path).parent / script.profile), engine.hotline)
    return load_profile(script.profile, engine.hotline, where=task.path)


def _labels(task: ReplayTask, script: Script | None) -> dict[str, Any]:
    labels: dict[str, Any] = {"name": task.name}
    if script is not None and script.true_question is not None:
        labels["true_question"] = script.true_question
        if script.also_asks:
            labels["also_asks"] = list(script.also_asks)
    return labels


def _output_folder(task: ReplayTask) -> Path | None:
    if task.settings.out is None:
        return None
    folder = Path(task.settings.out) / task.name
    _make_folder(folder)
    return folder


def _make_folder(folder: Path) -> None:
    try:
        folder.mkdir(parents=True, exist_ok=True)
    except OSError as error:
        raise VoicebotError(f"{folder}: cannot be made ({error.strerror}); choose another --out") from None


def _write(folder: Path, log: EventLog, timing: Timing, replayed: ReplayedCall) -> None:
    write_text(folder / "events.jsonl", write_log(log.records))
    lines = [json.dumps({"frame": frame, "ms": round(1000 * seconds, 3)}) for frame, seconds in enumerate(timing.pushes)]
    write_text(folder / "timing.jsonl", "\n".join(lines) + "\n")
    write_text(folder / "call.json", json.dumps(replayed.document(), ensure_ascii=False, indent=2) + "\n")
