"""Runs one script, typed or spoken, and checks it: the same expectations in both, from the same log."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from pathlib import Path
from time import perf_counter
from typing import Any

from voicebot.audio.wav import StereoWriter
from voicebot.call import Call
from voicebot.engine import Engine, load_engine
from voicebot.errors import PackError, VoicebotError
from voicebot.events import EventLog, Record, write_log
from voicebot.hotlines import find_hotline, load_profile
from voicebot.testing.casting import caller_of, echo_way
from voicebot.testing.driving import drive
from voicebot.testing.judging import CarriedOut, judge
from voicebot.testing.loading import LoadedScript
from voicebot.testing.names import check_names
from voicebot.testing.outcome import Door, ScriptResult, Status, StepSpan
from voicebot.testing.script import Script, Utterance
from voicebot.testing.scripted_caller import ScriptedCaller
from voicebot.testing.typing_caller import TypingCaller
from voicebot.typed import TypedCall

LONGEST_SCRIPT_SECONDS = 1200.0
"""A spoken script is cut off here."""


@dataclass(frozen=True, slots=True)
class RunSettings:
    """How scripts are run; None means: as the script says, else the default."""

    hotline: str | None = None
    model: str | None = None
    out: str | None = None
    """Folder to keep failed calls in."""


def run_script(
    loaded: LoadedScript, door: Door, settings: RunSettings | None = None, *, engine: Engine | None = None
) -> ScriptResult:
    """Run `loaded` through `door`. `engine`: instead of the one its hotline names.

    Raises `PackError` for names that the pack does not have, and whatever the engine or its audio complain of.
    """
    began = perf_counter()
    script = loaded.script
    settings = settings or RunSettings()
    hotline = settings.hotline or script.hotline
    blank = ScriptResult(loaded.name, str(loaded.path), loaded.origin.line, door, Status.SKIPPED, hotline)
    reason = why_skipped(script, door)
    if reason:
        return replace(blank, reason=reason)
    engine = engine or _engine(loaded, door, settings)
    check_names(loaded, engine.hotline)
    engine = with_settings(engine, script)
    out = Path(settings.out) if settings.out else None
    carried_out = _type(loaded, engine) if door is Door.TYPED else _speak(loaded, engine, keep_audio=out is not None)
    result = judge(loaded, door, engine, carried_out)
    kept = ""
    if out is not None and result.status is Status.FAILED:
        kept = str(_keep(out / _folder_name(loaded), carried_out))
    return replace(
        result,
        hotline=hotline,
        records=tuple(carried_out.records),
        spans=tuple(carried_out.spans),
        seconds=carried_out.seconds,
        wall_seconds=perf_counter() - began,
        audio=kept,
    )


def _engine(loaded: LoadedScript, door: Door, settings: RunSettings) -> Engine:
    """The engine that the script names. Raises `PackError`, with the script's line for a hotline that does not exist."""
    script = loaded.script
    try:
        return load_engine(settings.hotline or script.hotline, script.language, model=settings.model, audio=door is Door.SPOKEN)
    except PackError:
        if not settings.hotline:
            _check_hotline(loaded)
        raise


def _check_hotline(loaded: LoadedScript) -> None:
    try:
        find_hotline(loaded.script.hotline)
    except PackError as error:
        raise PackError(f"{loaded.source.at(('hotline',))}: {error}") from None


def why_skipped(script: Script, door: Door) -> str:
    """Why `script` is not run through `door`; empty when it is."""
    if script.only is not None and script.only != door:
        return f"only {script.only}"
    if door is Door.TYPED:
        if script.recording is not None:
            return "a recording cannot be typed"
        if any(isinstance(turn, Utterance) and not turn.caller.strip() and not turn.backchannel for turn in script.turns):
            return "audio without words cannot be typed"
    return ""


def with_settings(engine: Engine, script: Script) -> Engine:
    """The engine with what the script changes in its pack."""
    settings, hotline = script.settings, engine.hotline
    if settings.survey is None and not settings.thresholds:
        return engine
    changed: dict[str, Any] = {"thresholds": {**hotline.thresholds, **settings.thresholds}}
    if settings.survey is not None:
        changed["survey"] = settings.survey
    return replace(engine, hotline=hotline.model_copy(update=changed))


# ---------------------------------------------------------------- the two doors


def _profile(loaded: LoadedScript, engine: Engine) -> Mapping[str, Any]:
    given = loaded.script.profile
    if given is None:
        return {}
    if isinstance(given, str):
        return load_profile(str(loaded.folder / given), engine.hotline)
    return load_profile(given, engine.hotline, where=loaded.source.at(("profile",)))


def _labels(loaded: LoadedScript) -> dict[str, Any]:
    script = loaded.script
    labels: dict[str, Any] = {"name": loaded.name}
    if script.true_question is not None:
        labels["true_question"] = script.true_question
        labels |= {"also_asks": list(script.also_asks)} if script.also_asks else {}
    return labels


def _type(loaded: LoadedScript, engine: Engine) -> CarriedOut:
    script = loaded.script
    log = EventLog(unmasked=True)  # what a script expects of a number is written in full
    call = TypedCall(engine, profile=_profile(loaded, engine), seed=script.seed, labels=_labels(loaded), log=log)
    caller = TypingCaller(script, call)
    trouble = caller.run()
    return CarriedOut(log.records, caller.spans, call.seconds, trouble)


def _speak(loaded: LoadedScript, engine: Engine, *, keep_audio: bool) -> CarriedOut:
    script = loaded.script
    caller, telephone = caller_of(script, loaded.folder, engine.renderer)
    log = EventLog(unmasked=True)
    call = Call(
        engine,
        profile=_profile(loaded, engine),
        seed=script.seed,
        labels=_labels(loaded),
        echo=script.echo,
        telephone=telephone,
        log=log,
    )
    frames: list[tuple[Any, Any]] = []
    keep = (lambda near, far: frames.append((near, far))) if keep_audio else None
    drive(call, caller, on_frames=keep, limit_seconds=LONGEST_SCRIPT_SECONDS, echo=echo_way(script))

    def write_audio(path: Path) -> None:
        with StereoWriter(path) as writer:
            for near, far in frames:
                writer.write(near, far)

    spoken = caller.spoken if isinstance(caller, ScriptedCaller) else []
    spans = [StepSpan(s.step, s.start, s.end, _first_from(log.records, s.start)) for s in spoken]
    return CarriedOut(log.records, spans, call.seconds, write_audio=write_audio if keep_audio else None)


def _first_from(records: Sequence[Record], frame: int) -> int:
    """Index of the first record of `frame` or later."""
    return next((index for index, record in enumerate(records) if record.frame >= frame), len(records))


def _folder_name(loaded: LoadedScript) -> str:
    plain = "".join(sign if sign.isalnum() else "-" for sign in loaded.name)
    return f"{loaded.path.name.removesuffix('.call.yaml')}-{plain}"[:120].strip("-")


def _keep(folder: Path, carried_out: CarriedOut) -> Path:
    """The call as it was: its log, masked, and its audio when it had any."""
    log = EventLog()
    try:
        folder.mkdir(parents=True, exist_ok=True)
        for record in carried_out.records:
            log.frame = record.frame
            log.append(record.event)
        (folder / "events.jsonl").write_text(write_log(log.records), encoding="utf8")
        if carried_out.write_audio is not None:
            carried_out.write_audio(folder / "call.wav")
    except OSError as error:
        raise VoicebotError(f"{folder}: cannot be written ({error.strerror}); choose another --out") from None
    return folder
