"""Speech for the tests of this room: espeak through ctypes, each text in a child forked from a fresh espeak."""

import ctypes
import multiprocessing
import os
from functools import cache
from multiprocessing.connection import Connection
from typing import Any

import espeakng_loader
import numpy as np
import soxr

from voicebot.types import SAMPLE_RATE, Samples

_SYNCHRONOUS = 2
_UTF8 = 1
_CALLBACK = ctypes.CFUNCTYPE(ctypes.c_int, ctypes.POINTER(ctypes.c_short), ctypes.c_int, ctypes.c_void_p)


@cache
def say(text: str, voice: str, words_a_minute: int = 170, lead: float = 0.3, tail: float = 0.4) -> Samples:
    """`text` in an espeak voice, with faint noise before and after it; the same samples every time."""
    context = multiprocessing.get_context("fork")
    ours, theirs = context.Pipe()
    child = context.Process(target=_speak, args=(theirs, text, voice, words_a_minute))
    child.start()
    theirs.close()
    spoken, rate = ours.recv()
    child.join()
    speech = soxr.resample(spoken.astype(np.float32), rate, SAMPLE_RATE)
    start = int(lead * SAMPLE_RATE)
    line = np.random.default_rng(0).normal(0.0, 8.0, start + len(speech) + int(tail * SAMPLE_RATE))
    line[start : start + len(speech)] += speech
    audio = np.clip(line, -32768, 32767).astype(np.int16)
    audio.setflags(write=False)
    return audio


def _speak(pipe: Connection, text: str, voice: str, words_a_minute: int) -> None:
    os.environ["ESPEAK_DATA_PATH"] = espeakng_loader.get_data_path()
    espeak = ctypes.CDLL(espeakng_loader.get_library_path())
    rate = espeak.espeak_Initialize(_SYNCHRONOUS, 200, None, 0)
    chunks: list[Any] = []

    @_CALLBACK
    def collect(samples: Any, count: int, _: Any) -> int:
        if samples and count > 0:
            chunks.append(np.ctypeslib.as_array(samples, (count,)).copy())
        return 0

    espeak.espeak_SetSynthCallback(collect)
    assert espeak.espeak_SetVoiceByName(voice.encode()) == 0, f"espeak has no voice {voice}"
    espeak.espeak_SetParameter(1, words_a_minute, 0)
    data = text.encode() + b"\0"
    espeak.espeak_Synth(data, len(data), 0, 1, 0, _UTF8, None, None)
    pipe.send((np.concatenate(chunks), rate))
    pipe.close()
    os._exit(0)
