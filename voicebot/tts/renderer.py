"""Text to samples as a pure function of text, voice and rate: espeak-ng in a process of its own (see `zygote`)."""

import json
import os
import subprocess
import sys
import threading
import weakref
from importlib.metadata import version
from pathlib import Path
from typing import Any

import numpy as np

from voicebot.audio.levels import active_level_db, frame_levels_db, scale
from voicebot.audio.resample import resample
from voicebot.errors import SpeechSynthesisError
from voicebot.types import FRAME_SAMPLES, SAMPLE_RATE, Samples, Speech, WordMark

LONGEST_TEXT = 2_000
"""Characters: two minutes of speech. A "word" of 20,000 letters kills espeak."""

RATES = range(80, 451)
"""Words a minute that espeak-ng speaks."""

LEVEL_DBFS = -20.0
"""Active level of every prompt, so that all voices are equally loud."""

PEAK_DBFS = -1.0

LEAD_FRAMES = 1
TAIL_FRAMES = 3
"""Frames of quiet kept before and after the words; the player sets the pauses between prompts."""

QUIET_DB = 45.0
"""Frames this far below the loudest are quiet."""


class Renderer:
    """`voicebot.types.Synthesizer`. May be shared between threads; holds one child process, started when first needed."""

    version = f"2 pyttsx3 {version('pyttsx3')} espeakng-loader {version('espeakng-loader')} soxr {version('soxr')}"
    """What the samples depend on beside the arguments of `render`."""

    def __init__(self) -> None:
        self._lock = threading.Lock()
        self._process: subprocess.Popen[bytes] | None = None
        self._owner = os.getpid()

    def render(self, text: str, voice: str, rate: int) -> Speech:
        """`text` in `voice` (`cmn`, `en-us+f3`) at `rate` words a minute, 16 kHz. Raises `SpeechSynthesisError`."""
        spoken = _checked(text, rate)
        request = json.dumps({"text": spoken, "voice": voice, "rate": rate}).encode() + b"\n"
        with self._lock:
            head, samples = self._ask(request)
        if "error" in head:
            raise SpeechSynthesisError(f"{head['error']}; text: {spoken[:40]!r}")
        return _finished(spoken, head, samples)

    def close(self) -> None:
        """End the child process; the next `render` starts another."""
        with self._lock:
            self._stop()

    def _ask(self, request: bytes) -> tuple[dict[str, Any], bytes]:
        for attempt in (1, 2):
            process = self._running()
            try:
                assert process.stdin is not None
                assert process.stdout is not None
                process.stdin.write(request)
                process.stdin.flush()
                line = process.stdout.readline()
                head = json.loads(line) if line else {}
                samples = process.stdout.read(head["bytes"]) if "bytes" in head else b""
                if "error" in head or ("bytes" in head and len(samples) == head["bytes"]):
                    if not hasattr(os, "fork"):
                        self._stop()
                    return head, samples
            except (OSError, ValueError):
                pass  # its pipe broke: a fresh process gets a second try
            self._stop()
            if attempt == 2:
                break
        raise SpeechSynthesisError("the speech process died twice; run `voicebot doctor` to see whether espeak-ng works here")

    def _running(self) -> subprocess.Popen[bytes]:
        if self._process is not None and self._owner != os.getpid():
            self._process = None  # a forked worker must not share its parent's pipe
        if self._process is None or self._process.poll() is not None:
            script = str(Path(__file__).with_name("zygote.py"))
            command = [sys.executable, "-P", script]
            self._process = subprocess.Popen(command, stdin=subprocess.PIPE, stdout=subprocess.PIPE)
            self._owner = os.getpid()
            weakref.finalize(self, _end, self._process, self._owner)
        return self._process

    def _stop(self) -> None:
        if self._process is not None:
            _end(self._process, self._owner)
            self._process = None


def _end(process: subprocess.Popen[bytes], owner: int) -> None:
    """End `process` if it is ours: a forked copy of the renderer leaves its parent's alone."""
    if owner != os.getpid():
        return
    for pipe in (process.stdin, process.stdout):
        if pipe is not None:
            try:
                pipe.close()
            except OSError:
                continue
    process.terminate()
    process.wait()


def _checked(text: str, rate: int) -> str:
    """`text` as it may be given to espeak. Raises `SpeechSynthesisError`."""
    spoken = "".join(" " if not character.isprintable() else character for character in text).strip()
    if not spoken:
        raise SpeechSynthesisError("there is no text to speak")
    if len(spoken) > LONGEST_TEXT:
        raise SpeechSynthesisError(f"a text of {len(spoken)} characters is too long to speak; {LONGEST_TEXT} at most: split it")
    if rate not in RATES:
        raise SpeechSynthesisError(f"a rate of {rate} words a minute cannot be spoken; {RATES.start} to {RATES.stop - 1} can")
    return spoken


def _finished(text: str, head: dict[str, Any], raw: bytes) -> Speech:
    """Samples at 16 kHz, equally loud and without quiet ends, and their marks."""
    samples = resample(np.frombuffer(raw, "<i2"), head["rate"])
    start, end = _words_between(samples)
    loud = scale(samples[start:end], _gain(samples[start:end]))
    marks = tuple(
        WordMark(first, last, min(max(0, round(at * SAMPLE_RATE / head["rate"]) - start), len(loud)))
        for first, last, at in head["marks"]
        if first < len(text)
    )
    loud.setflags(write=False)
    return Speech(loud, marks, text)


def _words_between(samples: Samples) -> tuple[int, int]:
    levels = frame_levels_db(samples)
    if not len(levels):
        return 0, len(samples)
    sounding = np.flatnonzero(levels > levels.max() - QUIET_DB)
    start = max(0, int(sounding[0]) - LEAD_FRAMES) * FRAME_SAMPLES
    end = min(len(samples), (int(sounding[-1]) + 1 + TAIL_FRAMES) * FRAME_SAMPLES)
    return start, end


def _gain(samples: Samples) -> float:
    if not np.any(samples):
        return 0.0
    peak = 20 * float(np.log10(np.abs(samples.astype(np.int32)).max() / 32768))
    return min(LEVEL_DBFS - active_level_db(samples), PEAK_DBFS - peak)
