"""A call that a script held, judged: every expectation of the script against what the log says."""

from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from pathlib import Path

from voicebot.engine import Engine
from voicebot.events import BeliefChanged, CallEnded, Record
from voicebot.metrics.call_record import call_record
from voicebot.testing.bot_turns import BotTurn, bot_turns
from voicebot.testing.checking import Finding, Moment, Verdict, check_ends, check_step, overall
from voicebot.testing.expanding import Origin
from voicebot.testing.loading import LoadedScript
from voicebot.testing.outcome import Door, Failure, ScriptResult, Status, StepSpan
from voicebot.testing.script import Expected, Hangup, Keys, Script, Silence, Sound, Utterance


@dataclass(slots=True)
class CarriedOut:
    """A call that a script held, not judged yet."""

    records: Sequence[Record]
    spans: list[StepSpan]
    seconds: float
    trouble: str = ""
    """Where the dialogue itself broke."""
    write_audio: Callable[[Path], None] | None = None


def judge(loaded: LoadedScript, door: Door, engine: Engine, carried_out: CarriedOut) -> ScriptResult:
    """Every expectation of the script against what happened."""
    script, records = loaded.script, carried_out.records
    typed = door is Door.TYPED
    record = call_record(records)
    failures: list[Failure] = []
    unchecked: list[Finding] = []
    if carried_out.trouble:
        failures.append(
            Failure("the dialogue goes on", carried_out.trouble, str(loaded.path), loaded.origin.line, None, 0, len(records))
        )
    for step, found, moment in _check_steps(script, carried_out, typed, frozenset(engine.hotline.questions)):
        origin = loaded.turns[step]
        failures += [_failed_step(finding, origin, step, moment) for finding in found if finding.verdict is Verdict.FAILS]
        unchecked += [finding for finding in found if finding.verdict is Verdict.UNCHECKED]
    failures += _unsaid(loaded, carried_out)
    for finding in check_ends(script.ends, record, records, typed):
        if finding.verdict is Verdict.FAILS:
            belief = next((r.event.top for r in reversed(records) if isinstance(r.event, BeliefChanged)), {})
            failures.append(_failure(finding, loaded.ends, None, len(records), records, belief))
        elif finding.verdict is Verdict.UNCHECKED:
            unchecked.append(finding)
    return ScriptResult(
        loaded.name,
        str(loaded.path),
        loaded.origin.line,
        door,
        Status.FAILED if failures else Status.PASSED,
        failures=tuple(_of_row(failure, loaded) for failure in failures),
        unchecked=tuple(unchecked),
        turns=record.total_turns,
    )


def _check_steps(
    script: Script, carried_out: CarriedOut, typed: bool, questions: frozenset[str]
) -> Iterator[tuple[int, list[Finding], Moment]]:
    """Each `bot:` step with its findings: the steps between two of the caller's are matched to the bot's turns in order."""
    records = carried_out.records
    spans = {span.step: span for span in carried_out.spans if takes_floor(script.turns[span.step])}
    start, caller, at = 0, (0, 0), 0
    end = _end_of(spans, 0, records)
    turns = _answers(None, records, start, end)
    for index, step in enumerate(script.turns):
        if index in spans:
            span = spans[index]
            start, caller, at = span.record, (span.start, span.end), 0
            end = _end_of(spans, index + 1, records)
            turns = _answers(step, records, start, end)
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


def _answers(step: object, records: Sequence[Record], start: int, end: int) -> list[BotTurn]:
    """The bot's turns after the caller's `step`. That a caller whose script is over hangs up is no answer to what they said last:
    whatever must not happen would not happen there."""
    turns = bot_turns(records, start, end)
    return turns if isinstance(step, Hangup) else [turn for turn in turns if not turn.hung_up]


def takes_floor(step: object) -> bool:
    """Whether a caller's step begins something new: a backchannel or a noise does not."""
    return not isinstance(step, Expected | Sound) and not (isinstance(step, Utterance) and step.backchannel)


def _end_of(spans: Mapping[int, StepSpan], after: int, records: Sequence[Record]) -> int:
    """Where the records of what the bot does end: at the caller's next step."""
    return next((span.record for step, span in sorted(spans.items()) if step >= after), len(records))


def _failed(found: Sequence[Finding]) -> int:
    return sum(finding.verdict is Verdict.FAILS for finding in found)


def _failed_step(finding: Finding, origin: Origin, step: int, moment: Moment) -> Failure:
    until = moment.turn.end or moment.end
    return _failure(finding, Origin(origin.source, (*origin.at, "bot")), step, until, moment.records, moment.belief)


def _failure(
    finding: Finding, origin: Origin, step: int | None, after: int, records: Sequence[Record], belief: Mapping[str, float]
) -> Failure:
    frame = records[after - 1].frame if after else 0
    path, line, place = str(origin.source.path), origin.line, tuple(origin.at)
    return Failure(finding.expected, finding.happened, path, line, step, frame, after, belief, finding.remedy, place)


def _of_row(failure: Failure, loaded: LoadedScript) -> Failure:
    """The failure with its row, if it is about something that was written in the row's file."""
    row = loaded.origin.at
    return replace(failure, row=tuple(row)) if row and failure.path == str(loaded.path) else failure


def _unsaid(loaded: LoadedScript, carried_out: CarriedOut) -> Iterator[Failure]:
    """The first of the caller's steps that the call was over for."""
    said = {span.step for span in carried_out.spans}
    last = max(said, default=-1)
    for index, step in enumerate(loaded.script.turns):
        if index > last and isinstance(step, Utterance | Keys | Silence | Hangup) and takes_floor(step):
            if isinstance(step, Utterance) and step.conditional:
                continue
            how = next((r.event.outcome for r in reversed(carried_out.records) if isinstance(r.event, CallEnded)), "unfinished")
            origin, records = loaded.turns[index], carried_out.records
            frame = records[-1].frame if records else 0
            what = f"the caller goes on: {words_of(step)}"
            yield Failure(what, f"the call was over ({how})", str(origin.source.path), origin.line, index, frame, len(records))
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
