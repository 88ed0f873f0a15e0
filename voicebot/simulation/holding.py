"""Holds simulated calls in this process, for whoever drives the batch: a worker, a test, a node of a cluster."""

from collections.abc import Iterator
from dataclasses import dataclass, replace
from functools import lru_cache
from pathlib import Path
from time import process_time

from voicebot.engine import Engine, load_engine
from voicebot.events import EventLog, write_log
from voicebot.metrics.call_record import call_record
from voicebot.metrics.collection import AUDIO_NAME, LOG_NAME
from voicebot.simulation.audio_tier import hold_spoken_call
from voicebot.simulation.callers import SimulatedCaller
from voicebot.simulation.cast import Cast
from voicebot.simulation.channel import Channel, PerfectChannel, load_channel
from voicebot.simulation.observations import observe
from voicebot.simulation.results import CallResult, Key
from voicebot.simulation.settings import SimulationSettings
from voicebot.simulation.text_tier import TextCall
from voicebot.testing.files import write_text
from voicebot.tts import CachedSynthesizer, Renderer
from voicebot.workers import Report


@dataclass(frozen=True, slots=True)
class Task:
    """Some calls of a run."""

    settings: SimulationSettings
    keys: tuple[Key, ...]


@dataclass(frozen=True, slots=True)
class Held:
    """A call that was held."""

    result: CallResult
    log: str | None
    """The text of its event log, where it is to be kept."""


@dataclass(frozen=True)
class Studio:
    """What calls of a run share in one process."""

    engine: Engine
    cast: Cast
    channel: Channel
    voice: CachedSynthesizer
    """Renders callers; what one caller says to several systems is rendered once."""


@lru_cache(maxsize=2)
def studio(settings: SimulationSettings) -> Studio:
    """Loaded once a process. Raises `VoicebotError`."""
    engine = load_engine(settings.hotline, settings.language, model=settings.model, audio=settings.audio)
    channel = PerfectChannel() if settings.audio else load_channel(settings.language, settings.channel, engine.hotline)
    return Studio(engine, settings.cast(engine.hotline), channel, CachedSynthesizer(Renderer()))


def work(task: Task, report: Report) -> None:
    """Hold the calls of a task; each is written and reported as soon as it is over. For `voicebot.workers.run_tasks`."""
    for held in hold(task):
        keep_log(held, task.settings)
        report(held.result)


def work_afar(task: Task) -> list[Held]:
    """The same on a node of a cluster, which need not see the disk of whoever drives the run."""
    return list(hold(replace(task, settings=replace(task.settings, record=0))))


def hold(task: Task) -> Iterator[Held]:
    """The calls of a task, one after the other."""
    settings = task.settings
    place = studio(replace(settings, calls=1, keep_logs=0, record=0, out=None, systems=(), only=()))
    for system, number in task.keys:
        started = process_time()
        caller = place.cast.caller(settings.seed, number)
        log, heard = _held(place, caller, system, settings)
        record = call_record(log.records)
        text = write_log(log.records) if settings.keeps_log(number) else None
        yield Held(CallResult(number, record, process_time() - started, heard), text)
    if settings.audio:
        place.engine.remember()


def keep_log(held: Held, settings: SimulationSettings) -> None:
    """Write the event log beside those of the other calls. Raises `VoicebotError` when the disk is full."""
    if held.log is not None and settings.out is not None:
        write_text(_folder(settings.out, held.result.system, held.result.number) / LOG_NAME, held.log)


def _held(place: Studio, caller: SimulatedCaller, system: str, settings: SimulationSettings) -> tuple[EventLog, list[object]]:
    """The log of a call, numbers hidden, and what the recogniser was observed to do."""
    if not settings.audio:
        mind = place.cast.mind(caller, system)
        return TextCall(place.engine, caller, mind, place.cast.ear, place.channel, system).hold(), []
    recording: Path | None = None
    if settings.out is not None and settings.records(caller.number):
        recording = _folder(settings.out, system, caller.number) / AUDIO_NAME
    call = hold_spoken_call(place.engine, place.cast, caller, system, place.voice, recording)
    seen = observe(call.log.records, call.said, call.expected, caller.line.snr_db, place.cast.hotline.language)
    return _hidden(call.log), [observation.document() for observation in seen]


def _hidden(log: EventLog) -> EventLog:
    """The log as it may be written down."""
    masked = EventLog()
    for record in log.records:
        masked.frame = record.frame
        masked.append(record.event)
    return masked


def _folder(out: str, system: str, number: int) -> Path:
    folder = Path(out) / system / f"{number:05d}"
    folder.mkdir(parents=True, exist_ok=True)
    return folder
