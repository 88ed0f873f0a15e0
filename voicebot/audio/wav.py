"""WAV files: recordings of any usual rate and width read block by block at 16 kHz, and 16-bit files written.

The standard library's reader refuses what telephony writes (A-law, µ-law, floats, extensible headers, sizes that streaming
writers never filled in). This one trusts no number of a header further than the bytes that are there.

A mono recording is the caller's leg; of a stereo one the left channel is the caller, the right the agent.
"""

import os
import struct
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from types import TracebackType
from typing import BinaryIO

import numpy as np

from voicebot.audio import g711
from voicebot.audio.levels import to_int16
from voicebot.audio.resample import StreamResampler
from voicebot.errors import AudioError
from voicebot.types import FRAME_SAMPLES, SAMPLE_RATE, Frame, Samples

RATES = range(4_000, 384_001)
"""Sample rates that are taken for real."""

TELEPHONE_RATE = 8_000
"""At or below this a recording came over a telephone line."""

BLOCK_FRAMES = 65_536
"""Sample frames read at once: memory stays bounded whatever the length."""

_PCM, _FLOAT, _ALAW, _MULAW, _EXTENSIBLE = 1, 3, 6, 7, 0xFFFE
_WIDTHS = {_PCM: (8, 16, 24, 32), _FLOAT: (32, 64), _ALAW: (8,), _MULAW: (8,)}
_UNFINISHED = (0, 0xFFFFFFFF)
"""Sizes that writers leave in a header they never come back to."""

_OTHER_FORMATS = (
    (b"ID3", "MP3"), (b"\xff\xfb", "MP3"), (b"\xff\xf3", "MP3"), (b"\xff\xf2", "MP3"), (b"\xff\xfa", "MP3"), (b"OggS", "Ogg"),
    (b"fLaC", "FLAC"), (b"#!AMR", "AMR"), (b"FORM", "AIFF"), (b".snd", "Sun audio"), (b"\xff\xf1", "AAC"), (b"\xff\xf9", "AAC"),
)  # fmt: skip


@dataclass(frozen=True, slots=True)
class Recording:
    """An open-able WAV file whose header has been read; its samples are read when they are wanted."""

    path: Path
    rate: int
    """Hz, as recorded."""
    channels: int
    """1 or 2."""
    encoding: int
    bits: int
    offset: int
    length: int
    """Bytes of samples that are there, whole sample frames."""
    truncated: bool
    """The header promised more."""

    @property
    def telephone(self) -> bool:
        """It came over a telephone line: 8 kHz or less, or G.711."""
        return self.rate <= TELEPHONE_RATE or self.encoding in (_ALAW, _MULAW)

    @property
    def seconds(self) -> float:
        return self.length / self._frame_bytes / self.rate

    @property
    def _frame_bytes(self) -> int:
        return self.channels * self.bits // 8

    def legs(self) -> Iterator[Samples]:
        """Blocks of int16 at 16 kHz, shape (n, channels). Raises `AudioError` when samples are not numbers."""
        stream = StreamResampler(self.rate, SAMPLE_RATE, self.channels)
        with _opened(self.path) as file:
            file.seek(self.offset)
            left = self.length
            while left > 0:
                raw = file.read(min(left, BLOCK_FRAMES * self._frame_bytes))
                raw = raw[: len(raw) // self._frame_bytes * self._frame_bytes]
                if not raw:
                    break  # the file became shorter while it was read
                left -= len(raw)
                block = self._decode(raw).reshape(-1, self.channels)
                yield stream.push(block[:, 0] if self.channels == 1 else block, last=left <= 0).reshape(-1, self.channels)

    def caller_frames(self) -> Iterator[Frame]:
        """The caller's leg, frame by frame; the last one is filled up with silence."""
        rest = np.zeros(0, dtype=np.int16)
        for block in self.legs():
            rest = np.concatenate([rest, block[:, 0]])
            whole = len(rest) // FRAME_SAMPLES * FRAME_SAMPLES
            yield from rest[:whole].reshape(-1, FRAME_SAMPLES)
            rest = rest[whole:]
        if len(rest):
            yield np.pad(rest, (0, FRAME_SAMPLES - len(rest)))

    def caller_samples(self) -> Samples:
        """The caller's leg as one array."""
        blocks = [block[:, 0] for block in self.legs()]
        return np.concatenate(blocks) if blocks else np.zeros(0, dtype=np.int16)

    def _decode(self, raw: bytes) -> Samples:
        if self.encoding == _FLOAT:
            values = np.frombuffer(raw, "<f4" if self.bits == 32 else "<f8")
            if not np.isfinite(values).all():
                raise AudioError(
                    f"{self.path}: holds samples that are not numbers (NaN or infinity); export it again as 16-bit PCM"
                )
            return to_int16(np.clip(values, -2.0, 2.0) * 32768.0)
        if self.encoding in (_ALAW, _MULAW):
            return g711.decode(np.frombuffer(raw, np.uint8), "alaw" if self.encoding == _ALAW else "mulaw")
        if self.bits == 8:
            return ((np.frombuffer(raw, np.uint8).astype(np.int16) - 128) << 8).astype(np.int16)
        if self.bits == 24:
            return np.ascontiguousarray(np.frombuffer(raw, np.uint8).reshape(-1, 3)[:, 1:]).view("<i2").reshape(-1)
        if self.bits == 32:
            return (np.frombuffer(raw, "<i4") >> 16).astype(np.int16)
        return np.frombuffer(raw, "<i2").astype(np.int16, copy=False)


def open_recording(path: str | os.PathLike[str]) -> Recording:
    """Read the header of a WAV file. Raises `AudioError`: what is wrong with the file and what to do about it."""
    path = Path(path)
    with _opened(path) as file:
        size = os.fstat(file.fileno()).st_size
        head = file.read(12)
        if not head:
            raise AudioError(f"{path}: the file is empty")
        if len(head) < 12 or head[:4] not in (b"RIFF", b"RF64", b"RIFX") or head[8:] != b"WAVE":
            raise AudioError(_not_wav(path, head))
        if head[:4] == b"RIFX":
            raise AudioError(f"{path}: a big-endian WAV (RIFX) is not read; convert it: {_convert(path)}")
        return _read_chunks(path, file, size)


def _read_chunks(path: Path, file: BinaryIO, size: int) -> Recording:
    layout: tuple[int, int, int, int] | None = None
    position = 12
    while position + 8 <= size:
        file.seek(position)
        name, length = struct.unpack("<4sI", file.read(8).ljust(8, b"\0"))
        body = position + 8
        if name == b"fmt ":
            layout = _layout(path, file.read(min(length, 40)))
        if name == b"data":
            if layout is None:
                raise AudioError(f"{path}: its samples come before their format (no fmt chunk); export it again as WAV")
            return _recording(path, layout, body, length, size)
        position = body + length + (length & 1)
    raise AudioError(f"{path}: holds no samples (no data chunk); was it cut short?")


def _recording(path: Path, layout: tuple[int, int, int, int], offset: int, promised: int, size: int) -> Recording:
    encoding, channels, rate, bits = layout
    there = max(0, size - offset)
    length = there if promised in _UNFINISHED else min(promised, there)
    length -= length % (channels * bits // 8)
    if length == 0:
        raise AudioError(f"{path}: holds no samples; was it cut short?")
    return Recording(
        path, rate, channels, encoding, bits, offset, length, truncated=promised not in _UNFINISHED and there < promised
    )


def _layout(path: Path, fmt: bytes) -> tuple[int, int, int, int]:
    """(encoding, channels, rate, bits) of a fmt chunk, checked."""
    if len(fmt) < 16:
        raise AudioError(f"{path}: its format description is cut short; export it again as WAV")
    encoding, channels, rate, _, _, bits = struct.unpack("<HHIIHH", fmt[:16])
    if encoding == _EXTENSIBLE and len(fmt) >= 26:
        encoding = struct.unpack("<H", fmt[24:26])[0]
    if encoding not in _WIDTHS:
        raise AudioError(
            f"{path}: WAV encoding {encoding:#06x} is not read (PCM, float, A-law and µ-law are); convert it: {_convert(path)}"
        )
    if bits not in _WIDTHS[encoding]:
        raise AudioError(f"{path}: {bits} bits a sample cannot be read; convert it: {_convert(path)}")
    if channels not in (1, 2):
        raise AudioError(
            f"{path}: {channels} channels; a call has one (the caller) or two (caller left, agent right): take the caller's out, "
            f"e.g. ffmpeg -i {path.name} -af 'pan=mono|c0=c0' caller.wav"
        )
    if rate not in RATES:
        raise AudioError(
            f"{path}: a sample rate of {rate} Hz; {RATES.start}–{RATES.stop - 1} Hz are read; was the header damaged?"
        )
    return encoding, channels, rate, bits


def _opened(path: Path) -> BinaryIO:
    try:
        return path.open("rb")
    except OSError as error:
        hint = "give a WAV recording" if isinstance(error, FileNotFoundError) else "check the file and its permissions"
        raise AudioError(f"{path}: cannot be read ({error.strerror}); {hint}") from None


def _not_wav(path: Path, head: bytes) -> str:
    kind = next((name for magic, name in _OTHER_FORMATS if head.startswith(magic)), "M4A" if head[4:8] == b"ftyp" else None)
    if kind is not None:
        return f"{path}: this is {kind}, and only WAV is read; convert it: {_convert(path)}"
    return f"{path}: not a WAV file; if it is a recording, convert it: {_convert(path)}"


def _convert(path: Path) -> str:
    return f"ffmpeg -i {path.name} -ar {SAMPLE_RATE} {path.stem}.16k.wav"


def write_wav(path: str | os.PathLike[str], samples: Samples, rate: int = SAMPLE_RATE, law: str | None = None) -> None:
    """Write int16 `samples`, shape (n,) or (n, 2), whole or not at all; `law` (mulaw, alaw) writes G.711, not 16-bit PCM."""
    channels = 1 if samples.ndim == 1 else samples.shape[1]
    data = (g711.encode(samples, law) if law else samples.astype("<i2")).tobytes()
    part = Path(f"{os.fspath(path)}.part")
    try:
        part.write_bytes(_header(channels, rate, len(data), law) + data + b"\0" * (len(data) & 1))
        part.replace(path)
    except OSError as error:
        part.unlink(missing_ok=True)
        raise AudioError(
            f"{os.fspath(path)}: cannot be written ({error.strerror}); free some space or choose another folder"
        ) from None


def _header(channels: int, rate: int, length: int, law: str | None = None) -> bytes:
    encoding, width = {None: (_PCM, 2), "mulaw": (_MULAW, 1), "alaw": (_ALAW, 1)}[law]
    fmt = struct.pack("<HHIIHH", encoding, channels, rate, rate * channels * width, channels * width, 8 * width)
    chunks = struct.pack("<4sI", b"fmt ", len(fmt)) + fmt + struct.pack("<4sI", b"data", length)
    return struct.pack("<4sI4s", b"RIFF", min(4 + len(chunks) + length, 0xFFFFFFFF), b"WAVE") + chunks


class StereoWriter:
    """A call as it happens, caller left and bot right, 16 kHz, 16 bit; under its name only once it was closed in order."""

    def __init__(self, path: str | os.PathLike[str]) -> None:
        self._path = Path(path)
        self._part = self._path.with_name(self._path.name + ".part")
        self._length = 0
        try:
            self._file = self._part.open("wb")
            self._file.write(_header(2, SAMPLE_RATE, 0))
        except OSError as error:
            raise self._failed(error) from None

    def write(self, caller: Frame, bot: Frame) -> None:
        """Both legs of the same 20 ms."""
        try:
            self._file.write(np.stack([caller, bot], axis=1).astype("<i2").tobytes())
        except OSError as error:
            raise self._failed(error) from None
        self._length += 4 * len(caller)

    def __enter__(self) -> "StereoWriter":
        return self

    def __exit__(self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None) -> None:
        try:
            if kind is None:
                self._file.seek(0)
                self._file.write(_header(2, SAMPLE_RATE, self._length))
            self._file.close()
            if kind is None:
                self._part.replace(self._path)
            else:
                self._part.unlink(missing_ok=True)
        except OSError as problem:
            raise self._failed(problem) from None

    def _failed(self, error: OSError) -> AudioError:
        self._part.unlink(missing_ok=True)
        return AudioError(f"{self._path}: cannot be written ({error.strerror}); free some space or choose another --out")
