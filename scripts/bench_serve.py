"""How many calls at once a core holds, browser console and all.

    python scripts/bench_serve.py --calls 5 10 15 20 --seconds 60

Server and its one worker are bound to one core (Linux; elsewhere they run free), this program to the others. Every caller streams
the caller's leg of a bundled recording in real time, 50 frames a second over a WebSocket of its own, and begins the next when its
call is over. Each frame is timed from outside: from the moment it was sent until its answer came back. The page keeps 80 ms in
hand, so an answer that takes longer is late; most such answers are the first of a bot's turn, where nothing was sounding and a
late frame is a slightly slower answer. Holes (`gaps`) are late frames while the bot was speaking. `cpu` is the share of a core
that server and worker used. `lag` tells how late this program itself was with its frames: where that is more than a few
milliseconds the machine is busy with other work, and the times mean little.
"""

import argparse
import asyncio
import json
import os
import signal
import subprocess
import sys
import tempfile
import urllib.request
from dataclasses import dataclass, field
from pathlib import Path
from time import monotonic
from typing import Any

import numpy as np

sys.path.insert(0, str(Path(__file__).resolve().parent.parent))

from voicebot.audio.wav import open_recording
from voicebot.live.console.spoken import AHEAD_SECONDS
from voicebot.replay import ReplaySettings, find_recordings, replay_one
from voicebot.types import FRAME_SECONDS, SILENCE

CALLERS = (
    "zh-plain",
    "zh-yes-and-more",
    "zh-keys",
    "zh-wrong-guess",
    "zh-two-questions",
    "en-plain",
    "en-keys",
    "en-two-questions",
)
"""Fixtures whose callers are streamed."""

STAGGER_SECONDS = 0.83
"""Between the first calls: not a multiple of anything in a call."""

SOUNDING = 8
"""Peak (0–255) from which on a frame of the bot sounds."""


@dataclass
class Figures:
    """What came back."""

    took: list[float] = field(default_factory=list)
    """Seconds from when a frame was sent to its answer."""
    lag: list[float] = field(default_factory=list)
    """Seconds from when a frame was due to when it was sent."""
    gaps: int = 0
    calls: int = 0
    late_calls: int = 0
    """Calls with a hole in the bot's speech."""
    broken: int = 0

    def document(self) -> dict[str, Any]:
        milliseconds = 1000 * np.array(self.took or [np.nan])
        return {
            "frames": len(self.took),
            "ms": {f"p{q}": round(float(np.percentile(milliseconds, q)), 1) for q in (50, 95, 99, 99.9)},
            "max_ms": round(float(milliseconds.max())),
            "lag_ms": round(1000 * float(np.percentile(self.lag or [np.nan], 99)), 1),
            "late": round(float((milliseconds > 1000 * AHEAD_SECONDS).mean()), 5),
            "gaps": self.gaps,
            "calls": self.calls,
            "calls_with_gaps": self.late_calls,
            "broken": self.broken,
        }


def caller_legs(folder: Path) -> list[tuple[str, list[bytes]]]:
    """Language and frames of the callers, as they spoke when the bot answered them."""
    fixtures = Path(__file__).resolve().parent.parent / "audio_fixtures"
    legs = []
    for task in find_recordings([str(fixtures / name) for name in CALLERS], ReplaySettings(model="bundled", out=str(folder))):
        replayed = replay_one(task, lambda record: None)
        stereo = open_recording(folder / task.name / "call.wav")
        samples = np.concatenate([block[:, 0] for block in stereo.legs()])
        frames = samples[: len(samples) // 320 * 320].astype("<i2").reshape(-1, 320)
        legs.append((replayed.record.language, [frame.tobytes() for frame in frames]))
    return legs


async def call(port: int, language: str, frames: list[bytes], until: float, figures: Figures) -> None:
    """One call from dialling to its end."""
    from websockets.asyncio.client import connect
    from websockets.exceptions import ConnectionClosed

    origin = f"http://127.0.0.1:{port}"
    async with connect(f"ws://127.0.0.1:{port}/ws", origin=origin, compression=None, max_queue=None) as line:  # type: ignore[arg-type]
        await line.send(json.dumps({"type": "start", "doing": "talk", "hotline": "hotline_95188", "language": language}))
        while json.loads(str(await line.recv()))["type"] != "opened":
            continue
        sent: list[float] = []
        sending = asyncio.create_task(_send(line, frames, sent, figures.lag))
        gaps, sounded, ended = 0, False, False
        try:
            while monotonic() < until:
                message = await line.recv()
                if isinstance(message, str):
                    if (kind := json.loads(message)["type"]) != "events":
                        ended = kind == "ended"
                        break
                    continue
                number = int.from_bytes(message[:4], "little", signed=True)
                took = monotonic() - sent[number]
                figures.took.append(took)
                gaps += sounded and took > AHEAD_SECONDS
                sounded = message[5] >= SOUNDING
        except ConnectionClosed:
            pass
        finally:
            sending.cancel()
        figures.gaps += gaps
        figures.calls += 1
        figures.late_calls += gaps > 0
        figures.broken += not ended and monotonic() < until


async def _send(line: Any, frames: list[bytes], sent: list[float], lag: list[float]) -> None:
    began = monotonic()
    silence = SILENCE.tobytes()
    while True:
        number = len(sent)
        due = began + number * FRAME_SECONDS
        await asyncio.sleep(max(0.0, due - monotonic()))
        sent.append(monotonic())
        lag.append(sent[-1] - due)
        await line.send(frames[number] if number < len(frames) else silence)


async def load(port: int, count: int, seconds: float, legs: list[tuple[str, list[bytes]]]) -> Figures:
    """`count` callers for so long."""
    figures = Figures()
    until = monotonic() + count * STAGGER_SECONDS + seconds

    async def caller(number: int) -> None:
        await asyncio.sleep(number * STAGGER_SECONDS)
        turn = number
        while monotonic() < until:
            await call(port, *legs[turn % len(legs)], until, figures)
            turn += 1

    await asyncio.gather(*(caller(number) for number in range(count)))
    return figures


def start(most: int, core: int | None) -> tuple["subprocess.Popen[str]", int]:
    """The server on `core`, and its port."""
    command = [sys.executable, "-m", "voicebot", "serve", "--port", "0", "--workers", "1", "--max-calls", str(most)]
    bound = (lambda: os.sched_setaffinity(0, {core})) if core is not None else None
    server = subprocess.Popen([*command, "--model", "bundled"], stderr=subprocess.PIPE, text=True, preexec_fn=bound)
    assert server.stderr is not None
    for line in server.stderr:
        if "console at http" in line:
            return server, int(line.partition("127.0.0.1:")[2].partition("/")[0])
    raise SystemExit("the server did not start")


def cpu_seconds(port: int, server: int) -> float:
    """Processor time of the server and its workers so far (Linux; 0 elsewhere)."""
    with urllib.request.urlopen(f"http://127.0.0.1:{port}/api/state") as answer:
        pids = [server, *json.loads(answer.read())["workers"]]
    stats = [Path(f"/proc/{pid}/stat") for pid in pids]
    ticks = [sum(map(int, stat.read_text().rpartition(")")[2].split()[11:13])) for stat in stats if stat.exists()]
    return sum(ticks) / os.sysconf("SC_CLK_TCK") if ticks else 0.0


def step(count: int, seconds: float, port: int, server: int, legs: list[tuple[str, list[bytes]]]) -> dict[str, Any]:
    """The figures of `count` calls at once."""
    began, cpu = monotonic(), cpu_seconds(port, server)
    found = asyncio.run(load(port, count, seconds, legs)).document()
    return {"at_once": count, **found, "cpu": round((cpu_seconds(port, server) - cpu) / (monotonic() - began), 3)}


def show(found: dict[str, Any]) -> None:
    """One step as a line."""
    ms = found["ms"]
    parts = [
        f"{found['at_once']:3} calls: p50 {ms['p50']:6.1f}  p99 {ms['p99']:6.1f}  p99.9 {ms['p99.9']:6.1f} ms",
        f"late {100 * found['late']:.3f} %",
        f"{found['gaps']} gaps in {found['calls_with_gaps']} of {found['calls']} calls",
        f"{100 * found['cpu']:.0f} % of a core",
        f"lag p99 {found['lag_ms']:.1f} ms",
    ]
    print("  ".join(parts), flush=True)


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--calls", type=int, nargs="+", default=[1, 5, 10, 15, 20], metavar="N", help="calls at once")
    parser.add_argument("--seconds", type=float, default=60.0, help="of each step (default 60)")
    parser.add_argument("--json", action="store_true", help="print one JSON document")
    args = parser.parse_args()
    cores = sorted(os.sched_getaffinity(0)) if hasattr(os, "sched_getaffinity") else []
    core = cores[0] if len(cores) > 1 else None
    with tempfile.TemporaryDirectory() as folder:
        legs = caller_legs(Path(folder))
    server, port = start(max(args.calls), core)
    if core is not None:
        os.sched_setaffinity(0, set(cores[1:]))
    steps = []
    try:
        for count in args.calls:
            steps.append(step(count, args.seconds, port, server.pid, legs))
            if not args.json:
                show(steps[-1])
    finally:
        server.send_signal(signal.SIGINT)
        server.wait(30)
    if args.json:
        json.dump({"steps": steps, "one_core": core is not None, "load_average": os.getloadavg()[0]}, sys.stdout, indent=2)
        print()


if __name__ == "__main__":
    main()
