"""The script of a call that happened: from its event log, or from a recording that is replayed first.

Each turn of the bot becomes a `bot:` step with its act and its questions, each of the caller's a step with its words, and
the way the call came out its `ends:`. The script passes on the call it was made from; what it expects is a proposal to prune.
"""

from collections.abc import Iterator, Sequence
from pathlib import Path
from typing import Any

from voicebot.audio.wav import open_recording
from voicebot.call import Call
from voicebot.dialogue.states import Trigger
from voicebot.engine import load_engine
from voicebot.errors import VoicebotError
from voicebot.events import (
    CallEnded,
    CallerSilentFor,
    CallerTurnTaken,
    CallOpened,
    Decided,
    EventLog,
    PromptFinished,
    PromptStarted,
    PromptStopped,
    Recognized,
    Record,
    Resumed,
    read_log,
)
from voicebot.metrics.call_record import call_record, standing
from voicebot.testing.caller import RecordedCaller
from voicebot.testing.driving import drive
from voicebot.types import FRAME_SECONDS, FRAMES_PER_SECOND, Language

LOG_SUFFIX = ".jsonl"

LOG_NAME = "events.jsonl"
"""What a kept call's log is called."""

KEPT_NAMES = ("events", "call", "caller")
"""Files of a kept call: the call is called what its folder is."""

UNFINISHED = "unfinished"
"""Outcome of a log that stops before its call does: nothing to expect."""

MASKED_NOTE = "Numbers were masked in the log this was recorded from; write them in where you see ***, or the bot will ask again."

SILENT_PATIENCE = 1.0
"""Seconds beyond the noinput timeout that a `silence:` is written with: the bot speaks up before they are over."""


def record_script(path: Path, *, hotline: str, language: Language, unmasked: bool = False) -> dict[str, Any]:
    """The script of the call at `path`, an event log (*.jsonl) or a WAV, as plain data in the order it is written.

    `hotline`, `language`: for a WAV; a log knows its own. `unmasked`: card, phone and identity numbers in full, for a WAV.
    """
    name = path.resolve().parent.name if path.stem in KEPT_NAMES else path.stem
    if not _is_log(path):
        return script_of(_replayed(path, hotline, language, unmasked), name)
    try:
        records = read_log(path.read_text("utf8"), str(path))
    except UnicodeDecodeError:
        raise VoicebotError(f"{path}: is not UTF-8 text; give the events.jsonl that a replay writes") from None
    if not records or not isinstance(records[0].event, CallOpened):
        raise VoicebotError(f"{path}: an event log without its head; give the whole events.jsonl of a call")
    return script_of(records, name)


def calls_in(path: Path) -> list[Path]:
    """The calls at `path`: itself, or the event logs of those kept below a folder. Raises `VoicebotError`."""
    if path.is_dir():
        logs = sorted(path.rglob(LOG_NAME))
        if not logs:
            raise VoicebotError(f"{path}: holds no {LOG_NAME}; give a WAV recording, or a folder that calls were kept in")
        return logs
    if not path.is_file():
        raise VoicebotError(f"{path}: no such file; give a WAV recording or the {LOG_NAME} of a call")
    if path.suffix in (".yaml", ".yml"):
        raise VoicebotError(f"{path}: is a script already; run it with: voicebot test {path}")
    return [path]


def _is_log(path: Path) -> bool:
    """Whether a file is an event log, by its ending or its first byte."""
    try:
        with path.open("rb") as file:
            return path.suffix == LOG_SUFFIX or file.read(1) == b"{"
    except OSError as error:
        raise VoicebotError(f"{path}: cannot be read ({error.strerror}); give a file that can") from None


def _replayed(path: Path, hotline: str, language: Language, unmasked: bool) -> Sequence[Record]:
    engine = load_engine(hotline, language)
    recording = open_recording(path)
    log = EventLog(unmasked=unmasked)
    call = Call(engine, log=log, telephone=recording.telephone)
    drive(call, RecordedCaller(recording.caller_frames()))
    return log.records


def script_of(records: Sequence[Record], name: str) -> dict[str, Any]:
    """The script of a log."""
    record = call_record(records)
    head = records[0].event
    assert isinstance(head, CallOpened)
    turns = list(_turns(standing(records)))
    if not turns:
        raise VoicebotError(f"{name}: nobody says anything in this call; there is nothing to write down")
    script: dict[str, Any] = {"name": name}
    if head.hotline:
        script["hotline"] = head.hotline
    script["language"] = head.language
    if head.profile:
        script["profile"] = head.profile
    if record.true_question is not None:
        script["true_question"] = record.true_question
    if any("***" in str(turn.get("caller", "")) for turn in turns):
        script["note"] = MASKED_NOTE
    ends: dict[str, Any] = {"outcome": record.outcome} if record.outcome != UNFINISHED else {}
    if record.located is not None:
        ends |= {"located": record.located, "confirmed": record.confirmed}
    return {**script, "turns": turns, "ends": ends}


def _turns(records: Sequence[Record]) -> Iterator[dict[str, Any]]:
    """Bot and caller in the order of the log."""
    stopped: float | None = None
    cut = ""
    prompt_began = 0
    for index, record in enumerate(records):
        match record.event:
            case Decided(trigger=Trigger.HUNG_UP):
                pass  # nobody hears it
            case Decided():
                yield {"bot": _expected(record.event, records[index + 1 :])}
                prompt_began = next((r.frame for r in records[index:] if isinstance(r.event, PromptStarted)), record.frame)
            case PromptStopped(name=cut):
                stopped = max(0.0, (record.frame - prompt_began) * FRAME_SECONDS)
            case Resumed(name=name) if name == cut:
                stopped = None
            case CallerTurnTaken(keys=True, text=text):
                yield {"keys": text, **_at(stopped)}
                stopped = None
            case CallerTurnTaken(text=text):
                yield {"caller": text or _heard(records[:index]), **_at(stopped)}
                stopped = None
            case CallerSilentFor():
                yield {"silence": f"{_waited(records, index) + SILENT_PATIENCE:.0f}s"}
            case CallEnded(by="caller"):
                yield {"hangup": _at(stopped).get("at", f"end+{max(0.0, _quiet(records, index)):.1f}s")}


def _expected(decided: Decided, after: Sequence[Record]) -> dict[str, Any]:
    """What to expect of a decision: its act, and the questions it names."""
    expected: dict[str, Any] = {"act": str(decided.act)}
    if len(decided.questions) == 1:
        expected["question"] = decided.questions[0]
    elif decided.questions:
        expected["questions"] = list(decided.questions)
    said = next((r.event for r in after if isinstance(r.event, PromptStarted | Decided)), None)
    if expected.keys() == {"act"} and isinstance(said, PromptStarted):
        expected["state"] = str(decided.to)
    return expected


def _at(stopped: float | None) -> dict[str, Any]:
    return {} if stopped is None else {"at": f"prompt+{stopped:.1f}s"}


def _heard(before: Sequence[Record]) -> str:
    """What the recogniser made of a turn without words, or a pause that types as such."""
    text = next((r.event.text for r in reversed(before) if isinstance(r.event, Recognized)), "")
    return text or "……"


def _waited(records: Sequence[Record], index: int) -> float:
    return max(1.0, _quiet(records, index))


def _quiet(records: Sequence[Record], index: int) -> float:
    """Seconds between the last thing that was said and record `index`."""
    loud = (PromptStarted, PromptFinished, PromptStopped, CallerTurnTaken)
    last = next((r.frame for r in reversed(records[:index]) if isinstance(r.event, loud)), 0)
    return (records[index].frame - last) / FRAMES_PER_SECOND
