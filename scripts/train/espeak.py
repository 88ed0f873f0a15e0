"""espeak-ng through ctypes, with the times of its words and phonemes: speech that comes aligned.

espeak can crash and keeps state between texts: one process a job, and the job is thrown away with it.
"""

import ctypes
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

import numpy as np
from numpy.typing import NDArray
from scipy.signal import resample_poly

from voicebot.errors import VoicebotError

RATE = 22050
"""Of espeak's voices."""

_WORD, _PHONEME = 1, 7
"""Event types of speak_lib.h."""

_SPEED, _PITCH, _RANGE = 1, 3, 4
"""Parameters of speak_lib.h."""

Audio = NDArray[np.float32]


class _Id(ctypes.Union):
    _fields_ = (("number", ctypes.c_int), ("name", ctypes.c_void_p), ("string", ctypes.c_char * 8))


class _Event(ctypes.Structure):
    _fields_ = (
        ("type", ctypes.c_int),
        ("unique", ctypes.c_uint),
        ("text_position", ctypes.c_int),
        ("length", ctypes.c_int),
        ("audio_position", ctypes.c_int),
        ("sample", ctypes.c_int),
        ("user_data", ctypes.c_void_p),
        ("id", _Id),
    )


_CALLBACK = ctypes.CFUNCTYPE(ctypes.c_int, ctypes.POINTER(ctypes.c_short), ctypes.c_int, ctypes.POINTER(_Event))


@dataclass(frozen=True, slots=True)
class Mark:
    """A word begins (`name` is None; `position` is its first character, from 1), or a phoneme does."""

    seconds: float
    position: int
    name: str | None


@dataclass(frozen=True, slots=True)
class Voice:
    """What espeak is told to sound like."""

    name: str
    """LANGUAGE or LANGUAGE+VARIANT."""
    words_a_minute: int
    pitch: int
    """0–99."""
    spread: int
    """Pitch range, 0–99."""


class Espeak:
    """One espeak of one library."""

    def __init__(self, library: str, data: Path | None) -> None:
        """`data`: the folder that holds espeak-ng-data, or is it; None for the library's own."""
        self._library = ctypes.CDLL(library)
        rate = self._library.espeak_Initialize(1, 200, str(data).encode() if data else None, 1)
        if rate != RATE:
            raise VoicebotError(f"{library}: espeak cannot begin; is its data in {data}?")
        self._chunks: list[NDArray[np.int16]] = []
        self._marks: list[Mark] = []
        self._callback = _CALLBACK(self._take)
        self._library.espeak_SetSynthCallback(self._callback)

    def say(self, text: str, voice: Voice) -> tuple[Audio, Sequence[Mark], float]:
        """16 kHz samples within ±1, the marks, and how many seconds there are. Raises `ValueError` for a voice it lacks."""
        if self._library.espeak_SetVoiceByName(voice.name.encode()) != 0:
            raise ValueError(f"espeak has no voice {voice.name}")
        for parameter, value in ((_SPEED, voice.words_a_minute), (_PITCH, voice.pitch), (_RANGE, voice.spread)):
            self._library.espeak_SetParameter(parameter, value, 0)
        self._chunks, self._marks = [], []
        data = text.encode() + b"\0"
        self._library.espeak_Synth(data, ctypes.c_size_t(len(data)), 0, 1, 0, 1, None, None)
        self._library.espeak_Synchronize()
        spoken = np.concatenate(self._chunks) if self._chunks else np.zeros(0, np.int16)
        audio = resample_poly(spoken.astype(np.float32) / 32768, 320, 441).astype(np.float32)
        return audio, self._marks, len(spoken) / RATE

    def _take(self, samples: "ctypes._Pointer[ctypes.c_short]", count: int, events: "ctypes._Pointer[_Event]") -> int:
        if samples and count > 0:
            self._chunks.append(np.ctypeslib.as_array(samples, (count,)).copy())
        index = 0
        while events[index].type != 0:
            event = events[index]
            if event.type == _WORD:
                self._marks.append(Mark(event.sample / RATE, event.text_position, None))
            elif event.type == _PHONEME:
                name = bytes(event.id.string).split(b"\0")[0].decode("latin1").strip("',%=")
                self._marks.append(Mark(event.sample / RATE, event.text_position, name))
            index += 1
        return 0
