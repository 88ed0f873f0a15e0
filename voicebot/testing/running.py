"""Runs one script, typed or spoken, and checks it: the same expectations in both, from the same log."""

from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from pathlib import Path
from time import perf_counter
from typing import Any

from voicebot.audio.wav import StereoWriter
from voicebot.call import Call
from voicebot.engine import Engine, load_engine
from voicebot.errors import VoicebotError
from voicebot.events import BeliefChanged, CallEnded, EventLog, Record, write_log
from voicebot.hotlines import load_profile
from voicebot.metrics.call_record import call_record
from voicebot.testing.bot_turns import BotTurn, bot_turns
from voicebot.testing.checking import Finding, Moment, Verdict, check_ends, check_step, overall
from voicebot.testing.driving import drive
from voicebot.testing.expanding import Origin
from voicebot.testing.loading import LoadedScript
from voicebot.testing.names import check_names
from voicebot.testing.outcome import Door, Failure, ScriptResult, Status, StepSpan
from voicebot.testing.scene import scene
from voicebot.testing.script import Expected, Hangup, Keys, Script, Silence, Sound, Utterance
from voicebot.testing.scripted_caller import ScriptedCaller
from voicebot.testing.typing_caller import TypingCaller
from voicebot.typed import TypedCall

LONGEST_SCRIPT_SECONDS = 1200.0
"""A spoken script is cut off here."""


def run_script(loaded: LoadedScript, door: Door, *, engine: Engine | None = None, out: Path | None = None) -> ScriptResult:
    """Run `loaded` through `door`. `engine`: instead of the one its hotline names. `out`: folder to keep a failed call in.

    Raises `PackError` for names that the pack does not have, and whatever the engine or its audio complain of.
    """
    began = perf_counter()
    script = loaded.script
    blank = ScriptResult(loaded.name, str(loaded.path), loaded.origin.line, door, Status.SKIPPED)
    reason = why_skipped(script, door)
    if reason:
        return replace(blank, reason=reason)
    engine = engine or load_engine(script.hotline, script.language, audio=door is Door.SPOKEN)
    check_names(loaded, engine.hotline)
    engine = with_settings(engine, script)
    carried_out = _type(loaded, engine) if door is Door.TYPED else _speak(loaded, engine, out)
    result = judge(loaded, door, engine, carried_out)
    kept = ""
    if out is not None and result.status is Status.FAILED:
        kept = str(_keep(out / _folder_name(loaded), carried_out))
    return replace(
        result,
        records=tuple(carried_out.records),
        spans=tuple(carried_out.spans),
        seconds=carried_out.seconds,
        wall_seconds=perf_counter() - began,
        audio=kept,
    )


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


@dataclass(slots=True)
class CarriedOut:
    """A call that a script held, not judged yet."""

    records: Sequence[Record]
    spans: list[StepSpan]
    seconds: float
    trouble: str = ""
    """Where the dialogue itself broke."""
    write_audio: Callable[[Path], None] | None = None


def _profile(loaded: LoadedScript, engine: Engine) -> Mapping[str, Any]:
    given = loaded.script.profile
    if given is None:
        return {}
    if isinstance(given, str):
        return load_profile(str(loaded.folder / given), engine.hotline)
    return load_profile(given, engine.hotline, where=str(loaded.path))


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


def _speak(loaded: LoadedScript, engine: Engine, out: Path | None) -> CarriedOut:
    script = loaded.script
    stage = scene(script, loaded.folder, engine.renderer)
    caller = ScriptedCaller(script, stage.audio, stage.background)
    log = EventLog(unmasked=True)
    call = Call(
        engine,
        profile=_profile(loaded, engine),
        seed=script.seed,
        labels=_labels(loaded),
        telephone=stage.telephone,
        log=log,
    )
    frames: list[tuple[Any, Any]] = []
    keep = (lambda near, far: frames.append((near, far))) if out is not None else None
    drive(call, caller, on_frames=keep, limit_seconds=LONGEST_SCRIPT_SECONDS)

    def write_audio(path: Path) -> None:
        with StereoWriter(path) as writer:
            for near, far in frames:
                writer.write(near, far)

    spans = [StepSpan(s.step, s.start, s.end, _first_from(log.records, s.start)) for s in caller.spoken]
    return CarriedOut(log.records, spans, call.seconds, write_audio=write_audio if out is not None else None)


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


# ---------------------------------------------------------------- judging


def judge(loaded: LoadedScript, door: Door, engine: Engine, carried_out: CarriedOut) -> ScriptResult:
    """Every expectation of the script against what happened."""
    script, records = loaded.script, carried_out.records
    typed = door is Door.TYPED
    record = call_record(records)
    failures: list[Failure] = []
    unchecked: list[Finding] = []
    if carried_out.trouble:
        failures.append(Failure("the dialogue goes on", carried_out.trouble, str(loaded.path), loaded.origin.line, None, 0))
    for step, found, moment in _check_steps(script, carried_out, typed, frozenset(engine.hotline.questions)):
        origin = loaded.turns[step]
        failures += [_failure(finding, origin, step, moment) for finding in found if finding.verdict is Verdict.FAILS]
        unchecked += [finding for finding in found if finding.verdict is Verdict.UNCHECKED]
    failures += _unsaid(loaded, carried_out)
    for finding in check_ends(script.ends, record, records, typed):
        if finding.verdict is Verdict.FAILS:
            belief = next((r.event.top for r in reversed(records) if isinstance(r.event, BeliefChanged)), {})
            failures.append(
                Failure(finding.expected, finding.happened, str(loaded.path), loaded.ends.line, None, records[-1].frame, belief)
            )
        elif finding.verdict is Verdict.UNCHECKED:
            unchecked.append(finding)
    return ScriptResult(
        loaded.name,
        str(loaded.path),
        loaded.origin.line,
        door,
        Status.FAILED if failures else Status.PASSED,
        failures=tuple(failures),
        unchecked=tuple(unchecked),
        turns=record.total_turns,
    )


def _check_steps(
    script: Script, carried_out: CarriedOut, typed: bool, questions: frozenset[str]
) -> Iterator[tuple[int, list[Finding], Moment]]:
    """Each `bot:` step with its findings: the steps between two of the caller's are matched to the bot's turns in order."""
    records = carried_out.records
    spans = {span.step: span for span in carried_out.spans if takes_floor(script.turns[span.step])}
    start, caller, turns, at = 0, (0, 0), list[BotTurn](), 0
    end = _end_of(spans, 0, records)
    turns = bot_turns(records, start, end)
    for index, step in enumerate(script.turns):
        if index in spans:
            span = spans[index]
            start, caller, at = span.record, (span.start, span.end), 0
            end = _end_of(spans, index + 1, records)
            turns = bot_turns(records, start, end)
        elif isinstance(step, Expected):
            best: tuple[list[Finding], Moment] | None = None
            for number in range(at, max(at + 1, len(turns))):
                turn = turns[number] if number < len(turns) else BotTurn(end=end)
                moment = Moment(records, start, end, turn, typed, questions, caller)
                found = check_step(step.bot, moment)
                if best is None or _failed(found) < _failed(best[0]):
                    best = found, moment
                if overall(found) is not Verdict.FAILS:
                    at = number
                    break
            assert best is not None
            yield index, *best


def takes_floor(step: object) -> bool:
    """Whether a caller's step begins something new: a backchannel or a noise does not."""
    return not isinstance(step, Expected | Sound) and not (isinstance(step, Utterance) and step.backchannel)


def _end_of(spans: Mapping[int, StepSpan], after: int, records: Sequence[Record]) -> int:
    """Where the records of what the bot does end: at the caller's next step."""
    return next((span.record for step, span in sorted(spans.items()) if step >= after), len(records))


def _failed(found: Sequence[Finding]) -> int:
    return sum(finding.verdict is Verdict.FAILS for finding in found)


def _failure(finding: Finding, origin: Origin, step: int, moment: Moment) -> Failure:
    until = moment.turn.end or moment.end
    frame = moment.records[max(0, until - 1)].frame if moment.records else 0
    place = Origin(origin.source, (*origin.at, "bot"))
    return Failure(finding.expected, finding.happened, str(place.source.path), place.line, step, frame, moment.belief)


def _unsaid(loaded: LoadedScript, carried_out: CarriedOut) -> Iterator[Failure]:
    """The first of the caller's steps that the call was over for."""
    said = {span.step for span in carried_out.spans}
    last = max(said, default=-1)
    for index, step in enumerate(loaded.script.turns):
        if index > last and isinstance(step, Utterance | Keys | Silence | Hangup) and takes_floor(step):
            if isinstance(step, Utterance) and step.when:
                continue
            how = next((r.event.outcome for r in reversed(carried_out.records) if isinstance(r.event, CallEnded)), "unfinished")
            origin, frame = loaded.turns[index], carried_out.records[-1].frame if carried_out.records else 0
            what = f"the caller goes on: {words_of(step)}"
            yield Failure(what, f"the call was over ({how})", str(origin.source.path), origin.line, index, frame)
            return


def words_of(step: object) -> str:
    """A caller's step in a few words."""
    match step:
        case Utterance():
            return step.caller or f"({step.audio})"
        case Keys():
            return f"[{step.keys}]"
        case Silence():
            return f"(silence, {step.silence:g}s)"
        case Sound():
            return f"({step.noise.kind or step.noise.audio})"
        case Hangup():
            return "(hangs up)"
    return ""
