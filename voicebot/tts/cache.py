"""Rendered prompts, remembered: in memory inside a call, on disk between runs.

The disk is read before a call (`load`) and written after it (`save`); inside a call only memory is touched, so a call stays a
pure function of its frames. A cache that cannot be read or written costs time, never a call.
"""

import hashlib
import io
import os
import sys
from collections import OrderedDict
from collections.abc import Iterable
from pathlib import Path

import numpy as np

from voicebot.tts.renderer import Renderer
from voicebot.types import Speech, Synthesizer, WordMark

LARGEST_MEMORY = 16 * 1024 * 1024
"""Bytes of samples kept in memory, about 8 minutes of prompts; the texts used longest ago go first."""

LARGEST_BYTES = 256 * 1024 * 1024
"""Size of the folder from which on the oldest texts are dropped."""


def cache_folder() -> Path:
    """`VOICEBOT_CACHE`, else the platform's place for caches."""
    if chosen := os.environ.get("VOICEBOT_CACHE"):
        return Path(chosen)
    if sys.platform == "win32":
        return Path(os.environ.get("LOCALAPPDATA", str(Path.home() / "AppData/Local"))) / "voicebot" / "cache"
    if sys.platform == "darwin":
        return Path.home() / "Library" / "Caches" / "voicebot"
    return Path(os.environ.get("XDG_CACHE_HOME") or Path.home() / ".cache") / "voicebot"


class CachedSynthesizer:
    """`voicebot.types.Synthesizer` that renders each text once."""

    def __init__(self, renderer: Renderer, folder: Path | None = None) -> None:
        """`folder`: where rendered texts are kept between runs; None keeps them in memory alone."""
        self.renderer: Synthesizer = renderer
        self._folder = folder / "speech" if folder is not None else None
        self._known: OrderedDict[str, Speech] = OrderedDict()
        self._bytes = 0
        self._new: set[str] = set()

    def render(self, text: str, voice: str, rate: int) -> Speech:
        """As `Renderer.render`; from memory when it was rendered or loaded before. Touches no disk."""
        key = _key(text, voice, rate)
        speech = self._known.get(key)
        if speech is None:
            speech = self.renderer.render(text, voice, rate)
            self._new.add(key)
            self._remember(key, speech)
        self._known.move_to_end(key)
        return speech

    def load(self, wanted: Iterable[tuple[str, str, int]]) -> None:
        """Read what earlier runs rendered of the (text, voice, rate) that are `wanted`. Damaged files are left out."""
        if self._folder is None or not self._folder.is_dir():
            return
        for text, voice, rate in wanted:
            key = _key(text, voice, rate)
            if key not in self._known and (speech := _read(self._folder / f"{key}.npz")) is not None:
                self._remember(key, speech)

    def save(self) -> None:
        """Write what was rendered since the last `save`; a full or read-only disk is no error."""
        if self._folder is None or not self._new:
            return
        try:
            self._folder.mkdir(parents=True, exist_ok=True)
            for key in sorted(self._new & self._known.keys()):
                _write(self._folder / f"{key}.npz", self._known[key])
            _shrink(self._folder)
        except OSError:
            return
        self._new.clear()

    def _remember(self, key: str, speech: Speech) -> None:
        self._known[key] = speech
        self._bytes += speech.samples.nbytes
        while self._bytes > LARGEST_MEMORY and len(self._known) > 1:
            _, oldest = self._known.popitem(last=False)
            self._bytes -= oldest.samples.nbytes


def _key(text: str, voice: str, rate: int) -> str:
    return hashlib.sha256("\0".join((Renderer.version, voice, str(rate), text)).encode()).hexdigest()[:40]


def _write(path: Path, speech: Speech) -> None:
    buffer = io.BytesIO()
    marks = np.array([(mark.start, mark.end, mark.sample) for mark in speech.marks], dtype=np.int64).reshape(-1, 3)
    np.savez(buffer, samples=speech.samples, marks=marks, text=np.array(speech.text))
    part = path.with_suffix(f".{os.getpid()}.part")
    part.write_bytes(buffer.getvalue())
    part.replace(path)


def _read(path: Path) -> Speech | None:
    try:
        with np.load(path, allow_pickle=False) as stored:
            samples = stored["samples"]
            marks = tuple(WordMark(int(start), int(end), int(at)) for start, end, at in stored["marks"])
            text = str(stored["text"])
    except (OSError, ValueError, KeyError, TypeError, EOFError, SyntaxError, NotImplementedError, RuntimeError, MemoryError):
        return None  # cut short or garbled: it will be rendered and written again
    except Exception as error:  # zipfile and zlib raise errors of their own on garbled archives
        if type(error).__module__ in {"zipfile", "zlib"}:
            return None
        raise
    if samples.dtype != np.int16 or samples.ndim != 1:
        return None
    samples.setflags(write=False)
    return Speech(samples, marks, text)


def _shrink(folder: Path) -> None:
    files = sorted((path.stat().st_mtime, path.stat().st_size, path) for path in folder.glob("*.npz"))
    total = sum(size for _, size, _ in files)
    for _, size, path in files:
        if total <= LARGEST_BYTES:
            return
        path.unlink(missing_ok=True)
        total -= size
