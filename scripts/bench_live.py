"""How soon the bot answers in a live call, and whether its sound ever comes late.

    python scripts/bench_live.py --calls 20

Every call is a process of its own: `voicebot live --headset` on PulseAudio null sinks (tests/live/headless.py), with a synthetic
caller played into the microphone in real time and both sides recorded. The caller asks one of the pack's questions, waits until
the bot has been silent for a while, and says yes. Response latency is measured outside the program: from the end of the caller's
speech in the microphone to the first sound of the bot above -50 dBFS in the speaker. An answer that began before the caller's
speech had ended (a cut-in) has no latency and is counted apart. The load average tells how busy the machine was with other work.
"""

import argparse
import json
import os
import signal
import subprocess
import sys
import tempfile
import threading
import time
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import numpy as np

sys.path.insert(0, str(Path(__file__).resolve().parent.parent))

from tests.live.headless import Headless, Recorder, headless, missing
from voicebot.audio.effects import set_level
from voicebot.engine import load_engine
from voicebot.tts import Renderer
from voicebot.tts.cache import cache_folder
from voicebot.types import SAMPLE_RATE, Samples

WINDOW = SAMPLE_RATE // 200
"""5 ms: what is measured is measured in steps of this."""

BOT_DB = -50.0
CALLER_DB = -45.0
SPEECH_DB = -23.0
QUIET_SECONDS = 1.0
"""The bot has finished when it has been silent for so long."""

WAIT_SECONDS = 15.0
"""Longest wait for the bot to begin, and to finish."""

VOICES = ("cmn+f4", "cmn+m3", "cmn+f2", "cmn+m7", "cmn")
YES = "对"


@dataclass
class Figures:
    """What came of the calls."""

    responses: list[float] = field(default_factory=list)
    """Milliseconds."""
    cut_ins: int = 0
    unanswered: int = 0
    sound: list[dict[str, int]] = field(default_factory=list)
    pushes: list[dict[str, float]] = field(default_factory=list)

    def document(self) -> dict[str, Any]:
        """As `--json` prints it."""
        names = self.sound[0] if self.sound else {}
        rounded = np.array(self.responses or [np.nan])
        return {
            "calls": len(self.sound),
            "response_ms": {
                "p50": round(float(np.percentile(rounded, 50))),
                "p95": round(float(np.percentile(rounded, 95))),
                "max": round(float(rounded.max())),
                "n": len(self.responses),
            },
            "cut_ins": self.cut_ins,
            "unanswered": self.unanswered,
            "sound": {name: sum(sound[name] for sound in self.sound) for name in names},
            "calls_with_late_frames": sum(sound["late_frames"] > 0 for sound in self.sound),
            "push_ms": {
                "p50": max((push["p50"] for push in self.pushes), default=0.0),
                "max": max((push["max"] for push in self.pushes), default=0.0),
                "n": sum(push["n"] for push in self.pushes),
            },
            "load_average": [round(load, 1) for load in os.getloadavg()],
        }


def levels(samples: Samples) -> np.ndarray:
    """dBFS of every 5 ms."""
    windows = samples[: len(samples) // WINDOW * WINDOW].reshape(-1, WINDOW).astype(np.float64)
    return 10 * np.log10(np.maximum(np.mean(windows**2, axis=1), 1e-3) / 32768.0**2)


class Ear:
    """One side of the call, on the clock of the machine."""

    def __init__(self, recorder: Recorder, threshold: float) -> None:
        self._recorder = recorder
        self._threshold = threshold

    def sounding(self) -> np.ndarray:
        """Times at which a window of 5 ms that sounds begins."""
        return self._recorder.start + np.flatnonzero(levels(self._recorder.samples) > self._threshold) * WINDOW / SAMPLE_RATE

    def last(self) -> float:
        """When it last sounded; long ago when it never did."""
        sounding = self.sounding()
        return float(sounding[-1]) + WINDOW / SAMPLE_RATE if len(sounding) else -np.inf

    def wait_for_sound(self, after: float) -> bool:
        """Wait until something sounds after a time."""
        return self._wait(lambda: self.last() > after)

    def wait_for_quiet(self) -> bool:
        """Wait until it has been quiet for a while."""
        return self._wait(lambda: time.monotonic() - self.last() > QUIET_SECONDS)

    @staticmethod
    def _wait(holds: Any) -> bool:
        until = time.monotonic() + WAIT_SECONDS
        while time.monotonic() < until:
            if holds():
                return True
            time.sleep(0.1)
        return False


def one_call(machine: Headless, turns: list[Samples], model: str, figures: Figures) -> None:
    """A call in which the caller says each of `turns` when the bot has finished."""
    speaker, microphone = machine.record("speaker.monitor"), machine.record("caller.monitor")
    bot, caller = Ear(speaker, BOT_DB), Ear(microphone, CALLER_DB)
    command = [sys.executable, "-m", "voicebot", "live", "--headset", "--json", "--model", model]
    environ = {**machine.environ, "VOICEBOT_CACHE": str(cache_folder())}
    process = subprocess.Popen(command, env=environ, stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True)
    begun = threading.Event()
    said: list[str] = []

    def read() -> None:
        assert process.stderr is not None
        for line in process.stderr:
            said.append(line)
            begun.set()

    reader = threading.Thread(target=read)
    reader.start()
    try:
        begun.wait(60)
        bot.wait_for_sound(after=time.monotonic() - 1)
        for turn in turns:
            bot.wait_for_quiet()
            began = time.monotonic()
            machine.play(turn).wait()
            answered = bot.wait_for_sound(after=began)
            time.sleep(0.3)
            note(figures, caller.sounding(), bot.sounding(), began, answered)
    finally:
        process.send_signal(signal.SIGTERM)
        assert process.stdout is not None
        out = process.stdout.read()
        process.wait()
        reader.join()
        speaker.close()
        microphone.close()
    document = json.loads(out)
    figures.sound.append(document["sound"])
    figures.pushes.append(document["push_ms"])


def note(figures: Figures, caller: np.ndarray, bot: np.ndarray, began: float, answered: bool) -> None:
    """Put down one turn: when the caller's speech ended, and when the bot was first heard after it began."""
    spoken = caller[caller > began]
    heard = bot[bot > began]
    if not len(spoken) or not answered or not len(heard):
        figures.unanswered += 1
        return
    end = float(spoken[-1]) + WINDOW / SAMPLE_RATE
    if heard[0] < end:
        figures.cut_ins += 1
        return
    figures.responses.append(1000 * float(heard[0] - end))


def main() -> None:
    """Run the calls and print the figures."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--calls", type=int, default=20)
    parser.add_argument("--model", default="bundled")
    parser.add_argument("--json", action="store_true")
    args = parser.parse_args()
    if why := missing():
        sys.exit(why)
    engine = load_engine("hotline_95188", "zh-CN", model=args.model)  # trains the classifier where it is not cached yet
    renderer, figures = Renderer(), Figures()
    questions = list(engine.hotline.questions.values())
    with tempfile.TemporaryDirectory(prefix="vb-") as folder, headless(Path(folder)) as machine:
        for number in range(args.calls):
            question = questions[number * len(questions) // args.calls]
            voice = VOICES[number % len(VOICES)]
            turns = [set_level(renderer.render(text, voice, 170).samples, SPEECH_DB) for text in (question.examples[0], YES)]
            one_call(machine, turns, args.model, figures)
            if not args.json:
                print(f"call {number + 1}: {question.id}", [round(ms) for ms in figures.responses[-2:]], flush=True)
    document = figures.document()
    print(json.dumps(document, indent=2) if args.json else "\n".join(f"{key:24} {value}" for key, value in document.items()))


if __name__ == "__main__":
    main()
