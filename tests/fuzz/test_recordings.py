"""Mutants of WAV files: each is read, or refused in one line; none crashes, hangs or makes up samples.

`VOICEBOT_FUZZ` sets how many (default 400).
"""

import os
import random
import struct
from collections.abc import Iterator
from pathlib import Path

import numpy as np

from voicebot.audio.wav import open_recording, write_wav
from voicebot.errors import AudioError

COUNT = int(os.environ.get("VOICEBOT_FUZZ", "400"))
MOST_SECONDS = 3600.0
"""No mutant of half a second may give an hour."""

NUMBERS = (0, 1, 2, 3, 6, 7, 0x7F, 0x80, 0xFF, 0xFFFE, 0xFFFF, 8000, 44100, 96000, 0x7FFFFFFF, 0xFFFFFFFF)


def originals(folder: Path) -> list[bytes]:
    """One file of every kind that voicebot writes, and an extensible one."""
    rng = np.random.default_rng(1)
    mono, stereo = (rng.integers(-3000, 3000, shape).astype(np.int16) for shape in (4000, (2000, 2)))
    files = []
    for index, (samples, rate, law) in enumerate(((mono, 16000, None), (stereo, 44100, None), (mono, 8000, "mulaw"))):
        path = folder / f"{index}.wav"
        write_wav(path, samples, rate, law)
        files.append(path.read_bytes())
    fmt = struct.pack("<HHIIHHHHI", 0xFFFE, 1, 48000, 192000, 4, 32, 22, 32, 0) + struct.pack("<H", 3) + bytes(14)
    data = rng.normal(0, 0.1, 2000).astype("<f4").tobytes()
    body = b"WAVEfmt " + struct.pack("<I", len(fmt)) + fmt + b"LIST" + struct.pack("<I", 4) + b"INFO"
    body += b"data" + struct.pack("<I", len(data)) + data
    files.append(b"RIFF" + struct.pack("<I", len(body)) + body)
    return files


def mutants(files: list[bytes], chance: random.Random) -> Iterator[bytes]:
    while True:
        data = bytearray(chance.choice(files))
        for _ in range(chance.choice((1, 1, 2, 4))):
            at = chance.randrange(min(len(data), 80)) if data else 0
            match chance.randrange(6):
                case 0 if data:
                    data[at] = chance.randrange(256)
                case 1:
                    data[at : at + 4] = struct.pack("<I", chance.choice(NUMBERS))
                case 2:
                    data[at : at + 2] = struct.pack("<H", chance.choice(NUMBERS) & 0xFFFF)
                case 3:
                    del data[at : at + chance.choice((1, 2, 8, 400))]
                case 4:
                    data[at:at] = bytes(chance.choice((1, 2, 8)))
                case _:
                    del data[chance.randrange(len(data) + 1) :]
        yield bytes(data)


def test_mutants_are_read_or_refused(tmp_path: Path) -> None:
    chance = random.Random(20261125)
    path = tmp_path / "mutant.wav"
    read, complaints = 0, []
    for _, mutant in zip(range(COUNT), mutants(originals(tmp_path), chance), strict=False):
        path.write_bytes(mutant)
        try:
            recording = open_recording(path)
            samples = recording.caller_samples()
        except AudioError as error:
            complaints.append(str(error))
            continue
        assert samples.dtype == np.int16
        assert len(samples) / 16_000 < MOST_SECONDS
        read += 1
    assert read > COUNT // 20
    assert len(complaints) > COUNT // 20
    assert all(str(path) in line and "\n" not in line for line in complaints)
