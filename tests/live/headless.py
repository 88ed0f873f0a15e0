"""A machine with a microphone and a speaker that are made of software: PulseAudio with two null sinks, in folders of its own.

The bot's stream plays into the sink `speaker` and records what is played into the sink `caller`. A caller is played in real time
with pacat; both sides are recorded with parec and put on one clock by the times at which their samples arrived.
"""

import os
import shutil
import signal
import subprocess
import sys
import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

import numpy as np

from voicebot.types import SAMPLE_RATE, Samples

PROGRAMS = ("pulseaudio", "pactl", "pacat", "parec")
START_SECONDS = 10.0
_FORMAT = ("--format=s16le", f"--rate={SAMPLE_RATE}", "--channels=1")


def missing() -> str:
    """Why there can be no headless sound here, in one line; empty when there can."""
    if not sys.platform.startswith("linux"):
        return "the sound tests need Linux with PulseAudio"
    absent = [name for name in PROGRAMS if shutil.which(name) is None]
    if not absent:
        try:
            import sounddevice  # noqa: F401
        except OSError:
            absent = ["libportaudio2"]
    if absent:
        packages = "libportaudio2 pulseaudio pulseaudio-utils libasound2-plugins"
        return f"{', '.join(absent)} missing; for the sound tests: apt-get install --no-install-recommends {packages}"
    return ""


@dataclass
class Headless:
    """The running sound server. `environ` is what a program needs to find it."""

    folder: Path
    environ: dict[str, str]
    server: "subprocess.Popen[bytes] | None" = None

    def start(self) -> None:
        """Start the server and its two sinks."""
        sinks = [f"module-null-sink sink_name={name} rate={SAMPLE_RATE} channels=1 norewinds=1" for name in ("speaker", "caller")]
        loads = [part for sink in ["module-native-protocol-unix", *sinks] for part in ("-L", sink)]
        command = ["pulseaudio", "-n", "--daemonize=no", "--exit-idle-time=-1", *loads]
        self.server = subprocess.Popen(command, env=self.environ, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)
        until = time.monotonic() + START_SECONDS
        while self._pactl("info") != 0:
            assert time.monotonic() < until, "PulseAudio did not start"
            assert self.server.poll() is None, "PulseAudio ended at once"
            time.sleep(0.05)
        assert self._pactl("set-default-sink", "speaker") == 0
        assert self._pactl("set-default-source", "caller.monitor") == 0

    def stop(self) -> None:
        """End the server, as if every device were unplugged."""
        if self.server is not None:
            self.server.send_signal(signal.SIGTERM)
            self.server.wait(timeout=START_SECONDS)
            self.server = None

    def play(self, samples: Samples) -> "subprocess.Popen[bytes]":
        """Begin to play `samples` into the microphone; they are all heard when the process has ended."""
        path = self.folder / f"caller-{time.monotonic_ns()}.raw"
        path.write_bytes(samples.astype("<i2").tobytes())
        command = ["pacat", "--playback", "--device=caller", "--latency-msec=20", "--raw", *_FORMAT, str(path)]
        return subprocess.Popen(command, env=self.environ, stderr=subprocess.DEVNULL)

    def record(self, device: str) -> "Recorder":
        """Record `speaker.monitor` or `caller.monitor` from now on."""
        return Recorder(device, self.environ)

    @contextmanager
    def leak(self, gain_db: int) -> Iterator[None]:
        """The microphone hears the speaker, `gain_db` (negative) quieter."""
        loopback = ("load-module", "module-loopback", "source=speaker.monitor", "sink=caller", "latency_msec=40", "adjust_time=0")
        module = self._told(*loopback).strip()
        (loop,) = [
            line.split()[0] for line in self._told("list", "short", "sink-inputs").splitlines() if "module-loopback" in line
        ]
        assert self._pactl("set-sink-input-volume", loop, f"{gain_db}dB") == 0
        try:
            yield
        finally:
            assert self._pactl("unload-module", module) == 0

    def _told(self, *arguments: str) -> str:
        return subprocess.run(["pactl", *arguments], env=self.environ, capture_output=True, text=True, check=True).stdout

    def _pactl(self, *arguments: str) -> int:
        command = ["pactl", *arguments]
        return subprocess.run(
            command, env=self.environ, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL, check=False
        ).returncode


class Recorder:
    """A recording in progress; `samples` and `clock` may be read while it goes on."""

    def __init__(self, device: str, environ: dict[str, str]) -> None:
        command = ["parec", f"--device={device}", "--latency-msec=10", "--raw", *_FORMAT]
        self._process = subprocess.Popen(command, env=environ, stdout=subprocess.PIPE, stderr=subprocess.DEVNULL)
        self._chunks: list[bytes] = []
        self._bytes = 0
        self._start = np.inf
        self._thread = threading.Thread(target=self._read)
        self._thread.start()

    @property
    def samples(self) -> Samples:
        return np.frombuffer(b"".join(self._chunks), dtype="<i2").astype(np.int16, copy=False)

    @property
    def start(self) -> float:
        """Monotonic time of sample 0, by the chunk that came with the least delay."""
        return self._start

    def close(self) -> Samples:
        """Stop, and give everything."""
        self._process.terminate()
        self._thread.join()
        self._process.wait()
        assert self._process.stdout is not None
        self._process.stdout.close()
        return self.samples

    def _read(self) -> None:
        assert self._process.stdout is not None
        while chunk := os.read(self._process.stdout.fileno(), 4096):
            self._chunks.append(chunk)
            self._bytes += len(chunk)
            self._start = min(self._start, time.monotonic() - self._bytes / 2 / SAMPLE_RATE)


@contextmanager
def headless(folder: Path) -> Iterator[Headless]:
    """A running server in `folder`, a path short enough for a socket."""
    home = folder / "home"
    runtime = folder / "run"
    runtime.mkdir(parents=True, mode=0o700)
    home.mkdir()
    (home / ".asoundrc").write_text("pcm.!default { type pulse }\nctl.!default { type pulse }\n")
    kept = {name: value for name, value in os.environ.items() if not name.startswith(("PULSE_", "XDG_"))}
    machine = Headless(folder, {**kept, "HOME": str(home), "XDG_RUNTIME_DIR": str(runtime)})
    try:
        machine.start()
        yield machine
    finally:
        machine.stop()
