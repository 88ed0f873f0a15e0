"""The other frameworks, each in an environment of its own: made when missing, run over a list of clips, scored as we are."""

import json
import subprocess
import sys
import tempfile
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from scene import Heard

from voicebot.audio.wav import write_wav
from voicebot.bench.clips import SPEECH_KINDS, Clip
from voicebot.bench.stage import statement_speech
from voicebot.bench.turn_taking import PAUSE_FRAMES, RESUME_SECONDS, BargeIn, EndOfTurn, ScoredClip
from voicebot.engine import load_engine
from voicebot.types import FRAME_SECONDS

HERE = Path(__file__).resolve().parent


@dataclass(frozen=True, slots=True)
class Rival:
    name: str
    requirements: tuple[str, ...]
    script: str


RIVALS = (
    Rival("pipecat", ("pipecat-ai==1.14.0",), "pipecat_side.py"),
    Rival("livekit-agents", ("livekit-agents==1.7.0", "livekit-plugins-silero==1.7.0"), "livekit_side.py"),
)


def environment(rival: Rival, folder: Path) -> Path:
    """The rival's Python; its environment is made and filled the first time."""
    home = folder / rival.name
    python = home / "bin" / "python"
    if not (home / "complete").exists():
        print(f"making {home}", file=sys.stderr)
        subprocess.run([sys.executable, "-m", "venv", str(home)], check=True)
        subprocess.run([str(python), "-m", "pip", "install", "--quiet", *rival.requirements], check=True)
        (home / "complete").touch()
    return python


def play(rival: Rival, clips: Sequence[Clip], folder: Path) -> list[ScoredClip]:
    """Every clip through the rival."""
    python = environment(rival, folder)
    with tempfile.TemporaryDirectory() as work:
        tasks, results = Path(work) / "tasks.json", Path(work) / "results.jsonl"
        tasks.write_text(json.dumps(_tasks(clips, Path(work)), ensure_ascii=False), encoding="utf8")
        subprocess.run([str(python), str(HERE / rival.script), str(tasks), str(results)], check=True)
        heard = [Heard(**json.loads(line)) for line in results.read_text(encoding="utf8").splitlines()]
    return [scored(clip, what) for clip, what in zip(clips, heard, strict=True)]


def _tasks(clips: Sequence[Clip], work: Path) -> list[dict[str, Any]]:
    statements = {}
    for language in {clip.language for clip in clips}:
        statements[language] = work / f"{language}.wav"
        write_wav(statements[language], statement_speech(load_engine("hotline_95188", language)).samples)
    return [
        {
            "wav": str(clip.path),
            "kind": clip.kind,
            "lang": clip.language,
            "text": clip.text,
            "segs": clip.segments,
            "statement": str(statements[clip.language]),
        }
        for clip in clips
    ]


def scored(clip: Clip, heard: Heard) -> ScoredClip:
    """A rival's doings in the terms of `voicebot bench turn-taking`."""
    ends = _end_of_turn(clip, heard.turns) if clip.kind in SPEECH_KINDS else None
    return ScoredClip(clip.name, clip.kind, clip.expects, clip.language, _barge_in(clip, heard.voice), ends, ends)


def _barge_in(clip: Clip, voice: Sequence[tuple[float, str]]) -> BargeIn:
    silences: list[tuple[float, float]] = []
    since: float | None = None
    stopped = False
    for at, what in voice:
        if what == "resume" and since is not None:
            silences.append((since, at))
            since = None
        elif what in ("pause", "stop"):
            since = at if since is None else since
            stopped = stopped or what == "stop"
    carried_on = since is None
    first = min([begin for begin, _ in silences] + ([since] if since is not None else []), default=None)
    return BargeIn(
        hush_ms=None if first is None else (first - clip.start) * 1000.0,
        stop_ms=None if since is None else (since - clip.start) * 1000.0,
        carried_on=carried_on,
        hushed=first is not None,
        paused=not carried_on or any(end - begin > PAUSE_FRAMES * FRAME_SECONDS for begin, end in silences),
        resumed=carried_on and all(end <= clip.end + RESUME_SECONDS for _, end in silences),
    )


def _end_of_turn(clip: Clip, turns: Sequence[float]) -> EndOfTurn:
    after = [(at - clip.end) * 1000.0 for at in turns]
    done = bool(after) and after[-1] > 0
    return EndOfTurn(after[-1] if done else None, None, any(ms <= 0 for ms in after), 0, [])
