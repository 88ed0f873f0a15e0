"""The process that speaks: espeak-ng initialised once, and forked anew for every text.

espeak's samples depend on what the process said before; a child forked from a freshly initialised process says each text for
the first time, so its samples are a function of text, voice and rate alone. A crash of espeak ends that child only.

Run as a script by `voicebot.tts.renderer`; it imports nothing of voicebot, so that it starts in a few milliseconds. Requests
are JSON lines on standard input; an answer is a JSON line, then `bytes` bytes of int16 samples at `rate` Hz:

    {"text": "你好", "voice": "cmn+f3", "rate": 170}
    {"bytes": 31212, "rate": 22050, "marks": [[0, 1, 0], [1, 2, 4410]]}
    {"error": "unknown voice 'xx'"}

A mark is [start, end, sample]: character offsets in the text, and where the word begins. Where there is no fork the process
answers one request and ends; the renderer starts another for the next.
"""

import ctypes
import json
import os
import signal
import sys
from pathlib import Path
from typing import Any

SECONDS_A_TEXT = 30
"""A child that has not finished by then hangs, and is killed."""


class Espeak:
    """espeak-ng through pyttsx3's binding, over the library that espeakng-loader carries."""

    def __init__(self) -> None:
        import espeakng_loader

        self.data = Path(os.environ.setdefault("ESPEAK_DATA_PATH", espeakng_loader.get_data_path()))
        library = ctypes.CDLL(espeakng_loader.get_library_path())  # its SONAME then satisfies the look-up of the binding
        from pyttsx3.drivers import _espeak

        self.binding = _espeak
        self.rate = _espeak.Initialize(_espeak.AUDIO_OUTPUT_SYNCHRONOUS, 200)
        if self.rate <= 0:
            raise RuntimeError("espeak-ng cannot be initialised")
        seed = getattr(library, "espeak_ng_SetRandSeed", None)
        if seed is not None:
            seed(ctypes.c_long(1))  # it was seeded with the process id: breathy voices would differ from process to process

    def speak(self, text: str, voice: str, rate: int) -> tuple[bytes, list[list[int]]]:
        """(samples as bytes, marks). Raises ValueError for a voice that does not exist."""
        name, _, variant = voice.partition("+")
        if variant and not (self.data / "voices" / "!v" / variant).is_file():
            raise ValueError(f"unknown voice variant {variant!r} in {voice!r}")
        if not name or self.binding.SetVoiceByName(voice.encode()) != self.binding.EE_OK:
            raise ValueError(f"unknown voice {voice!r}")
        self.binding.SetParameter(self.binding.RATE, rate, 0)
        chunks: list[bytes] = []
        marks: list[list[int]] = []

        def take(samples: Any, count: int, events: Any) -> int:
            if samples and count > 0:
                chunks.append(ctypes.string_at(samples, 2 * count))
            index = 0
            while events[index].type != self.binding.EVENT_LIST_TERMINATED:
                event = events[index]
                if event.type == self.binding.EVENT_WORD:
                    start = max(0, event.text_position - 1)
                    marks.append([start, start + event.length, event.sample])
                index += 1
            return 0

        self.binding.SetSynthCallback(take)
        utf8 = 1
        if self.binding.Synth(text, flags=utf8) != self.binding.EE_OK:
            raise ValueError("espeak-ng refused the text")
        return b"".join(chunks), marks


def answer(espeak: Espeak, request: dict[str, Any]) -> bytes:
    """The bytes that answer one request."""
    try:
        samples, marks = espeak.speak(request["text"], request["voice"], request["rate"])
    except ValueError as error:
        return json.dumps({"error": str(error)}).encode() + b"\n"
    head = {"bytes": len(samples), "rate": espeak.rate, "marks": marks}
    return json.dumps(head).encode() + b"\n" + samples


def answer_in_child(espeak: Espeak, request: dict[str, Any]) -> bytes:
    """As `answer`, in a forked child that may die of it."""
    read, write = os.pipe()
    child = os.fork()
    if child == 0:
        os.close(read)
        signal.alarm(SECONDS_A_TEXT)
        with os.fdopen(write, "wb") as pipe:
            pipe.write(answer(espeak, request))
        os._exit(0)
    os.close(write)
    with os.fdopen(read, "rb") as pipe:
        answered = pipe.read()
    _, status = os.waitpid(child, 0)
    if status != 0:
        cause = signal.Signals(os.WTERMSIG(status)).name if os.WIFSIGNALED(status) else f"exit code {os.WEXITSTATUS(status)}"
        return json.dumps({"error": f"espeak-ng died of this text ({cause})"}).encode() + b"\n"
    return answered


def main() -> None:
    signal.signal(signal.SIGINT, signal.SIG_IGN)  # Ctrl-C is for whoever holds the renderer
    requests, answers = sys.stdin.buffer, os.fdopen(os.dup(1), "wb")
    os.dup2(2, 1)  # whatever a library prints must not stand among the answers
    espeak = Espeak()
    for line in requests:
        request = json.loads(line)
        answers.write(answer_in_child(espeak, request) if hasattr(os, "fork") else answer(espeak, request))
        answers.flush()
        if not hasattr(os, "fork"):
            return


if __name__ == "__main__":
    main()
