"""`voicebot bench turn-taking DIR`: who takes the floor when, over a folder of labelled clips (docs/measures.md).

Every clip is played twice through the whole call with the real recogniser, in virtual time: into a statement that the bot is
saying, and to a bot that is silent and listens. Where a clip says what is expected, the second is also done as if it did not.
"""

from collections.abc import Iterator
from dataclasses import asdict, dataclass, replace
from pathlib import Path
from typing import Literal

from voicebot.audio.levels import frame_levels_db
from voicebot.bench import loudness
from voicebot.bench.clips import SPEECH_KINDS, Clip, expectation, load_clips
from voicebot.bench.stage import Played, StageEngine, play, stage_engine, statement, statement_speech
from voicebot.engine import Engine, load_engine
from voicebot.events import CallerTurnTaken, Hushed, Paused, SpeechEnded, TurnRejoined
from voicebot.types import FRAMES_PER_SECOND, Expectation
from voicebot.workers import Done, Failed, Report, run_tasks

INTO_PROMPT = FRAMES_PER_SECOND
"""Frames of the statement before the clip begins: 1 s."""

LISTENING_LEAD = FRAMES_PER_SECOND // 2
"""Frames of silence before the clip, where the bot listens: 0.5 s."""

LISTENING_TAIL = 5 * FRAMES_PER_SECOND
"""Frames of silence after it: longer than any timeout that ends a turn."""

RESUME_SECONDS = 1.0
"""A prompt hushed for nothing must be back at full level so soon after the sound's end."""

PAUSE_FRAMES = FRAMES_PER_SECOND // 10
"""A pause counts when it is longer: 100 ms."""

FIRST_SOUND_DB = -50.0
"""Level of the bot's first sound after a turn, dBFS."""


@dataclass(frozen=True, slots=True)
class BargeIn:
    """A clip spoken into the statement."""

    hush_ms: float | None
    """From the caller's first sound to the first frame at least 10 dB down; None when there is none."""
    stop_ms: float | None
    """To the first frame of the silence that is not resumed; None when the statement was carried on."""
    carried_on: bool
    """The statement was said to its end."""
    hushed: bool
    """It was turned down or paused."""
    paused: bool
    """More than 20 dB down for more than 100 ms."""
    resumed: bool
    """Back at full level within `RESUME_SECONDS` of the sound's end, at the right place (or never turned down)."""


@dataclass(frozen=True, slots=True)
class EndOfTurn:
    """A clip spoken to a bot that listens."""

    end_of_turn_ms: float | None
    """From the caller's last sound to the last hand-over; None when nothing was handed over after it."""
    response_ms: float | None
    """To the bot's first sound, with computing beyond 20 ms a frame."""
    cut_in: bool
    """A turn was handed over, and answered, before the caller had finished."""
    rejoined: int
    """Times that a turn handed over too early was joined again."""
    heard: list[str]
    """What was handed over, turn by turn."""


@dataclass(frozen=True, slots=True)
class ScoredClip:
    """All that was measured of a clip."""

    name: str
    kind: str
    expects: str
    language: str
    barge_in: BargeIn
    end_of_turn: EndOfTurn | None
    unexpected: EndOfTurn | None
    """The same with `expects` ignored."""

    def document(self) -> dict[str, object]:
        """Its entry in the JSON."""
        return asdict(self)


@dataclass(frozen=True, slots=True)
class ClipTask:
    clip: Clip
    hotline: str
    model: str | None
    vad: Literal["house", "silero"] = "house"


def bench_turn_taking(
    folder: str | Path,
    *,
    hotline: str,
    model: str | None = None,
    vad: Literal["house", "silero"] = "house",
    jobs: int = 1,
) -> Iterator[ScoredClip | Failed | int]:
    """Score every clip of `folder`: first the number of clips, then each as it is done, in no particular order."""
    clips = load_clips(folder)
    yield len(clips)
    for happening in run_tasks(score_clip, [ClipTask(clip, hotline, model, vad) for clip in clips], jobs):
        if isinstance(happening, Done):
            yield happening.result
        elif isinstance(happening, Failed):
            yield happening


def score_clip(task: ClipTask, report: Report) -> ScoredClip:
    """Play one clip in this process."""
    clip = task.clip
    engine = replace(load_engine(task.hotline, clip.language, model=task.model), vad=task.vad)
    ends = clip.kind in SPEECH_KINDS
    asked = expectation(clip.expects)
    first = end_of_turn(engine, clip, asked) if ends else None
    open_too = ends and clip.expects != "open"
    return ScoredClip(
        name=clip.name,
        kind=clip.kind,
        expects=clip.expects,
        language=clip.language,
        barge_in=barge_in(engine, clip),
        end_of_turn=first,
        unexpected=end_of_turn(engine, clip, Expectation()) if open_too else first,
    )


def barge_in(engine: Engine, clip: Clip) -> BargeIn:
    """Play `clip` 1 s into the statement."""
    prompt = statement_speech(engine)
    stage = stage_engine(engine, statement=True, expects=Expectation(kind="statement"))
    caller = clip.samples()
    length = INTO_PROMPT + loudness.frames(prompt.seconds + len(caller) / 16000) + LISTENING_TAIL
    if clip.kind in SPEECH_KINDS:
        length = INTO_PROMPT + loudness.frames(len(caller) / 16000) + LISTENING_TAIL
    played = _play(stage, clip, INTO_PROMPT, length)
    track = loudness.measure(statement(engine.hotline.language).name, played.records, played.bot, prompt.samples)
    begin, end = INTO_PROMPT + int(clip.start * FRAMES_PER_SECOND), INTO_PROMPT + loudness.frames(clip.end)
    last = track.finished if track.finished is not None else len(track.gains_db)
    hush = track.first_below(loudness.DOWN_DB, begin, last)
    stop = track.silence_before(track.stopped + 1) if track.stopped is not None else None
    touched = any(isinstance(record.event, Hushed | Paused) for record in played.records)
    by = min(last, end + loudness.frames(RESUME_SECONDS))
    back = by >= last or all(track.gains_db[by : min(last, by + PAUSE_FRAMES)] >= loudness.FULL_DB)
    return BargeIn(
        hush_ms=None if hush is None else played.ms_after(hush, clip.start),
        stop_ms=None if stop is None else played.ms_after(stop, clip.start),
        carried_on=track.finished is not None,
        hushed=touched,
        paused=track.longest_below(loudness.SILENT_DB, begin, last) > PAUSE_FRAMES,
        resumed=track.finished is not None and back and track.resumed_right,
    )


def end_of_turn(engine: Engine, clip: Clip, asked: Expectation) -> EndOfTurn:
    """Play `clip` to a bot that listens."""
    stage = stage_engine(engine, statement=False, expects=asked)
    length = LISTENING_LEAD + loudness.frames(len(clip.samples()) / 16000) + LISTENING_TAIL
    played = _play(stage, clip, LISTENING_LEAD, length)
    over = [r.frame for r in played.records if isinstance(r.event, SpeechEnded)]
    over += [r.frame for r in played.records if isinstance(r.event, CallerTurnTaken) and r.event.keys]
    after = [played.ms_after(frame, clip.end) for frame in sorted(over)]
    done = bool(after) and after[-1] > 0
    return EndOfTurn(
        end_of_turn_ms=after[-1] if done else None,
        response_ms=after[-1] + _to_first_sound(played, max(over)) if done else None,
        cut_in=any(ms <= 0 for ms in after),
        rejoined=sum(isinstance(r.event, TurnRejoined) for r in played.records),
        heard=[r.event.text for r in played.records if isinstance(r.event, CallerTurnTaken)],
    )


def _play(stage: StageEngine, clip: Clip, lead: int, length: int) -> Played:
    echo = None if clip.echo_db is None else (abs(clip.echo_db), clip.echo_delay)
    return play(stage, clip.samples(), lead, length, echo)


def _to_first_sound(played: Played, frame: int) -> float:
    """Milliseconds from a hand-over to the bot's first sound: frames, and computing that made one late."""
    levels = frame_levels_db(played.bot)
    first = next((at for at in range(frame, len(levels)) if levels[at] > FIRST_SOUND_DB), len(levels) - 1)
    return (first - frame) * 1000.0 / FRAMES_PER_SECOND + sum(played.late_ms[frame : first + 1])
