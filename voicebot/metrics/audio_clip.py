"""A call's recording for a web page: small enough to embed, and its loudness over time for drawing."""

import base64
import struct
from dataclasses import dataclass
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from voicebot.audio import g711
from voicebot.audio.resample import StreamResampler
from voicebot.audio.wav import open_recording
from voicebot.types import SAMPLE_RATE, Samples

CLIP_RATE = 8_000
"""Hz of the embedded audio: what a telephone carries, 8 kB a second with µ-law."""

PEAKS_A_SECOND = 25
"""Points of the drawn loudness: a syllable has four or five."""

_MULAW = 7


@dataclass(frozen=True, slots=True)
class AudioClip:
    """Both legs mixed, G.711 µ-law in a WAV, and the peaks of each."""

    wav: bytes
    seconds: float
    caller: NDArray[np.float64]
    """Peak of each 1/25 s, 0–1 of full scale; shape (seconds × 25,)."""
    bot: NDArray[np.float64]
    """As `caller`; zeros for a mono recording."""

    @property
    def data_uri(self) -> str:
        return "data:audio/wav;base64," + base64.b64encode(self.wav).decode()


def audio_clip(path: Path, limit_seconds: float) -> AudioClip:
    """The first `limit_seconds` of a recording. Raises `AudioError` where it cannot be read."""
    recording = open_recording(path)
    down = StreamResampler(SAMPLE_RATE, CLIP_RATE)
    codes: list[bytes] = []
    legs: list[Samples] = []
    left = round(limit_seconds * SAMPLE_RATE)
    for block in recording.legs():
        part = block[:left]
        left -= len(part)
        mixed = np.clip(part.sum(axis=1, dtype=np.int32), -32768, 32767).astype(np.int16)
        codes.append(g711.encode(down.push(mixed), "mulaw").tobytes())
        legs.append(part)
        if left <= 0:
            break
    codes.append(g711.encode(down.push(np.zeros(0, np.int16), last=True), "mulaw").tobytes())
    samples = np.concatenate(legs) if legs else np.zeros((0, 1), np.int16)
    caller = _peaks(samples[:, 0])
    bot = _peaks(samples[:, 1]) if samples.shape[1] > 1 else np.zeros_like(caller)
    return AudioClip(_wav(b"".join(codes)), len(samples) / SAMPLE_RATE, caller, bot)


def _peaks(samples: Samples) -> NDArray[np.float64]:
    step = SAMPLE_RATE // PEAKS_A_SECOND
    whole = np.pad(samples, (0, -len(samples) % step)).reshape(-1, step)
    peaks: NDArray[np.float64] = np.abs(whole.astype(np.float64)).max(axis=1, initial=0.0) / 32768.0
    return peaks


def _wav(codes: bytes) -> bytes:
    """Mono µ-law WAV; with the extension field and fact chunk that the format asks of anything but PCM."""
    fmt = struct.pack("<HHIIHHH", _MULAW, 1, CLIP_RATE, CLIP_RATE, 1, 8, 0)
    chunks = b"fmt " + struct.pack("<I", len(fmt)) + fmt + struct.pack("<4sII", b"fact", 4, len(codes))
    body = b"WAVE" + chunks + b"data" + struct.pack("<I", len(codes)) + codes + b"\0" * (len(codes) & 1)
    return b"RIFF" + struct.pack("<I", len(body)) + body
