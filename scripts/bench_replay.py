"""Whole replay against Vosk alone, CPU seconds in one run on one machine (docs/measures.md, Speed).

    python scripts/bench_replay.py audio_fixtures --rounds 5

For every fixture the call is replayed once, its caller leg kept; then both are timed in turn, A B A B, on the same samples:
A, the whole pipeline (`Call.push` on every frame, echo off); B, Vosk alone, 20 ms chunks with a partial read each frame.
Also: real-time factor, share of the audio that Vosk heard, peak memory, cold start. Voices are cached before timing, as they
are in a hotline that has run for a minute; `--cold-voice` renders every prompt anew.
"""

import argparse
import functools
import json
import os
import resource
import statistics
import subprocess
import sys
import tempfile
from pathlib import Path
from time import perf_counter, process_time

import numpy as np
import vosk

from voicebot.call import Call
from voicebot.engine import Engine, load_engine
from voicebot.replay import ReplaySettings, find_recordings, make_caller
from voicebot.testing.driving import drive
from voicebot.testing.loading import load_script
from voicebot.types import FRAME_SAMPLES, SAMPLE_RATE, Samples


def caller_leg(path: str) -> tuple[Engine, Samples]:
    """The engine of a fixture, and the caller's samples as they came in its call."""
    script = load_script(path)
    engine = load_engine(script.hotline, script.language, model="bundled")
    caller, _ = make_caller(path, script, engine)
    legs: list[Samples] = []
    drive(Call(engine), caller, on_frames=lambda near, far: legs.append(near.copy()))
    return engine, np.concatenate(legs)


def pipeline_seconds(engine: Engine, leg: Samples) -> tuple[float, float]:
    """CPU seconds of `Call.push` over the leg; share of its frames that reached the recogniser."""
    call = Call(engine)
    frames = leg.reshape(-1, FRAME_SAMPLES)
    heard = 0
    before = process_time()
    for frame in frames:
        call.push(frame)
        heard += call.listening
    return process_time() - before, heard / len(frames)


@functools.cache
def reference_model(path: Path) -> vosk.Model:
    """Vosk's own object for a model that was verified before."""
    vosk.SetLogLevel(-1)
    return vosk.Model(str(path))


def reference_seconds(engine: Engine, leg: Samples) -> float:
    """CPU seconds of Vosk alone: open model, 20 ms chunks, a partial each frame."""
    assert engine.model is not None
    recognizer = vosk.KaldiRecognizer(reference_model(engine.model.path), SAMPLE_RATE)
    before = process_time()
    for frame in leg.reshape(-1, FRAME_SAMPLES):
        if recognizer.AcceptWaveform(frame.tobytes()):
            recognizer.Result()
        else:
            recognizer.PartialResult()
    recognizer.FinalResult()
    return process_time() - before


def cold_start(fixture: str) -> dict[str, float]:
    """Wall seconds of `voicebot --help`, and from the start of `voicebot replay` to its first transcript line."""
    with tempfile.TemporaryDirectory() as cache:
        environment = {**os.environ, "PYTHONUNBUFFERED": "1"}
        began = perf_counter()
        subprocess.run([sys.executable, "-m", "voicebot", "--help"], stdout=subprocess.DEVNULL, check=True, env=environment)
        helped = perf_counter() - began
        first = {}
        for kind, extra in (("first_event_warm_s", {}), ("first_event_empty_cache_s", {"VOICEBOT_CACHE": cache})):
            began = perf_counter()
            command = [sys.executable, "-m", "voicebot", "replay", fixture]
            with subprocess.Popen(command, stdout=subprocess.PIPE, env={**environment, **extra}) as process:
                assert process.stdout is not None
                while process.stdout.readline().strip() == b"":
                    pass
                first[kind] = perf_counter() - began
                process.stdout.read()
    return {"help_s": helped, **first}


def peak_memory(fixtures: str) -> float:
    """Resident megabytes at the worst moment of `voicebot replay` over all of them, one after the other in one process."""
    subprocess.run([sys.executable, "-m", "voicebot", "replay", fixtures, "--json"], stdout=subprocess.DEVNULL, check=False)
    return round(resource.getrusage(resource.RUSAGE_CHILDREN).ru_maxrss / 1024, 1)


def main() -> None:
    """Print the table, and the same as JSON with --json."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("fixtures")
    parser.add_argument("--rounds", type=int, default=5)
    parser.add_argument("--json", action="store_true")
    args = parser.parse_args()
    peak = peak_memory(args.fixtures)  # first: a child's peak counts what this process held when it was started
    tasks = [task for task in find_recordings([args.fixtures], ReplaySettings()) if task.path.endswith(".yaml")]
    legs = [caller_leg(task.path) for task in tasks]
    ratios, speeds, shares = [], [], []
    for _ in range(args.rounds):
        ours = theirs = audio = heard = 0.0
        for engine, leg in legs:
            seconds, share = pipeline_seconds(engine, leg)
            ours += seconds
            theirs += reference_seconds(engine, leg)
            audio += len(leg) / SAMPLE_RATE
            heard += share * len(leg) / SAMPLE_RATE
        ratios.append(ours / theirs)
        speeds.append(audio / ours)
        shares.append(heard / audio)
    result = {
        "calls": len(legs),
        "audio_s": round(sum(len(leg) for _, leg in legs) / SAMPLE_RATE, 1),
        "ratio_to_vosk_alone": {
            "median": round(statistics.median(ratios), 3),
            "min": round(min(ratios), 3),
            "max": round(max(ratios), 3),
        },
        "times_real_time_a_core": {
            "median": round(statistics.median(speeds), 1),
            "min": round(min(speeds), 1),
            "max": round(max(speeds), 1),
        },
        "share_heard_by_vosk": round(statistics.median(shares), 3),
        "peak_memory_mb": peak,
        **{key: round(value, 2) for key, value in cold_start(str(Path(tasks[0].path).parent)).items()},
        "rounds": args.rounds,
    }
    if args.json:
        print(json.dumps(result, indent=2))
        return
    for key, value in result.items():
        print(f"{key:28} {value}")


if __name__ == "__main__":
    main()
