"""Recorded prompts: WAV files of a pack, checked when it loads so that no call dies of one."""

import wave
from collections.abc import Iterator
from pathlib import Path

from voicebot.hotlines.complaints import quoted

LONGEST_SECONDS = 120.0

RATES = range(8_000, 48_001)
"""Samples a second."""


class Recordings:
    """The recordings of a pack in one language. Keys are paths below the language's folder."""

    def __init__(self, folder: Path) -> None:
        self._folder = folder
        self.paths: dict[str, Path] = {}
        """Key → file."""
        self.keys: dict[str, str] = {}
        """Text → key."""
        self.mistakes: list[str] = []

    def add(self, text: str, file: str, where: str) -> None:
        """`file` is a recording of `text`; `where` names it (`file:line`)."""
        path = self._folder / file
        found = [f"{where}: {mistake}" for mistake in _mistakes(self._folder, path, file)]
        self.mistakes += found
        if not found:
            self.paths[file] = path
            self.keys[text] = file


def _mistakes(folder: Path, path: Path, name: str) -> Iterator[str]:
    wanted = "save it as a 16-bit PCM WAV, mono, 8 to 48 kHz"
    try:
        if not path.resolve().is_relative_to(folder.resolve()):
            yield f"the recording {quoted(name)} lies outside {folder}; put it there"
            return
        if not path.is_file():
            yield f"there is no recording {quoted(name)} in {folder}; record it, or leave out `audio:`"
            return
        with wave.open(str(path), "rb") as file:
            channels, width, rate, frames = file.getparams()[:4]
            whole = len(file.readframes(frames)) == frames * channels * width
    except (OSError, EOFError, ValueError, RuntimeError, wave.Error) as error:
        yield f"the recording {quoted(name)} cannot be read ({error}); {wanted}"
        return
    if channels != 1 or width != 2 or rate not in RATES:
        yield f"the recording {quoted(name)} has {channels} channels, {8 * width} bits, {rate} Hz; {wanted}"
    elif not whole or not frames:
        yield f"the recording {quoted(name)} is empty or cut short; record it again"
    elif frames / rate > LONGEST_SECONDS:
        yield f"the recording {quoted(name)} lasts {frames / rate:.0f} s; {LONGEST_SECONDS:.0f} at most: nobody listens longer"
