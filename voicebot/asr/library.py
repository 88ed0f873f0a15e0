"""Vosk's C library behind checks: nothing outside this file calls it.

Seen with vosk 0.3.45: a missing or empty grammar, a sample rate of 0, `SetGrammar` inside an utterance and two threads in one
recogniser end the process or hang it; so does a damaged model file. This file never sets a grammar on a living recogniser,
passes one fixed sample rate, checks every grammar and every sample array, and lets one thread at a time into a decoder.
Damaged models are kept away by `voicebot.asr.models.verify`.

The package's cffi definitions are opened directly: `import vosk` itself brings an HTTP client that voicebot never uses and
costs 130 ms of the cold start. The release is pinned in pyproject.toml for that reason.
"""

import importlib.util
import json
import os
import sys
import threading
from collections.abc import Sequence
from functools import cache
from pathlib import Path
from typing import Any

import numpy as np

from voicebot.asr.nbest import UNKNOWN_WORD, Alternative, best_first, joined
from voicebot.errors import ModelError, VoicebotError
from voicebot.types import SAMPLE_RATE, Samples, Word

STRETCH_SECONDS = 5.0
"""An utterance that is longer is decoded in stretches, cut where Vosk's endpointer finds silence. Uncut, 20 s of noise cost 3 ms
a frame with the small English model and half a second at once: the lattice is pruned back to its start again and again."""

_GRID = SAMPLE_RATE // 5
"""Samples between places where a stretch may end: counted from the start of the utterance, so that the size of the pieces the
audio came in changes nothing."""

_LIBRARIES = {"win32": "libvosk.dll", "linux": "libvosk.so", "darwin": "libvosk.dyld"}


@cache
def _vosk() -> tuple[Any, Any]:
    """`(ffi, library)`, opened once a process and told to be quiet."""
    spec = importlib.util.find_spec("vosk")
    if spec is None or not spec.submodule_search_locations:
        raise VoicebotError("the vosk package is not installed; install it with: pip install vosk==0.3.45")
    folder = Path(spec.submodule_search_locations[0])
    name = _LIBRARIES.get(sys.platform)
    if name is None:
        raise VoicebotError(f"vosk has no library for the platform {sys.platform}; use Linux, macOS or Windows")
    definitions = importlib.util.spec_from_file_location("vosk_cffi", folder / "vosk_cffi.py")
    assert definitions is not None
    assert definitions.loader is not None
    module = importlib.util.module_from_spec(definitions)
    try:
        definitions.loader.exec_module(module)
        library = module.ffi.dlopen(str(folder / name))
    except (OSError, ImportError) as error:
        raise VoicebotError(f"vosk's library in {folder} cannot be opened ({error}); reinstall vosk==0.3.45") from None
    library.vosk_set_log_level(-1)
    return module.ffi, library


class VoskModel:
    """A loaded model. May be shared between threads; each decoder holds it alive."""

    def __init__(self, path: Path) -> None:
        """Load the folder `path`, which must have been verified. Raises `ModelError` when Vosk refuses it."""
        ffi, library = _vosk()
        handle = library.vosk_model_new(os.fsencode(path))
        if handle == ffi.NULL:
            raise ModelError(f"{path}: Vosk cannot load this model; install it again or choose another with --model")
        self.handle = ffi.gc(handle, library.vosk_model_free)

    def knows(self, word: str) -> bool:
        """Whether `word` is in the vocabulary (`<eps>`, the unknown word and other signs are not)."""
        spelt = word.encode(errors="replace")
        if not spelt or spelt[:1] in b"<[#!" or b"\0" in spelt:
            return False
        return bool(_vosk()[1].vosk_model_find_word(self.handle, spelt) > 0)

    @property
    def knows_unknown(self) -> bool:
        """Whether `UNKNOWN_WORD` may stand in a grammar."""
        return bool(_vosk()[1].vosk_model_find_word(self.handle, UNKNOWN_WORD.encode()) >= 0)


class Decoder:
    """One utterance through Vosk, open or in a grammar. Made for the utterance and thrown away with it.

    `Reset` leaves audio of the utterance before in Vosk's features and `FinalResult` shifts later word times, so no decoder is
    used twice: what it hears depends on its own samples and on nothing before them. A new one costs about 0.4 ms.
    """

    def __init__(self, model: VoskModel, grammar: Sequence[str] | None = None, alternatives: int = 5) -> None:
        """`grammar`: phrases of known words joined by single spaces, `UNKNOWN_WORD` among them where wanted."""
        ffi, library = _vosk()
        if grammar is None:
            handle = library.vosk_recognizer_new(model.handle, float(SAMPLE_RATE))
        else:
            handle = library.vosk_recognizer_new_grm(model.handle, float(SAMPLE_RATE), _grammar_json(model, grammar))
        if handle == ffi.NULL:
            raise ModelError("Vosk cannot make a recogniser from this model; run: voicebot models verify")
        self._handle = ffi.gc(handle, library.vosk_recognizer_free)
        self._model = model
        self._alternatives = max(1, alternatives)
        self._inside = threading.Lock()
        self._over = False
        self._length = 0
        self._stretch_start = 0
        self._stretches: list[list[Alternative]] = []
        library.vosk_recognizer_set_max_alternatives(handle, self._alternatives)
        library.vosk_recognizer_set_words(handle, 1)

    def accept(self, samples: Samples) -> None:
        """Decode more of the utterance. Vosk's own endpointer does not end it: it goes on until `final`."""
        ffi, library = _vosk()
        with _Alone(self._inside, self._over):
            samples = np.ascontiguousarray(samples)
            while len(samples):
                piece, samples = np.split(samples, [_GRID - self._length % _GRID])
                status = library.vosk_recognizer_accept_waveform_s(self._handle, ffi.from_buffer("short[]", piece), len(piece))
                if status < 0:
                    raise ModelError("Vosk failed on a piece of audio; run: voicebot models verify")
                self._length += len(piece)
                long_enough = self._length - self._stretch_start >= STRETCH_SECONDS * SAMPLE_RATE
                if status > 0 and long_enough and self._length % _GRID == 0:
                    self._stretches.append(_alternatives(_read(ffi, library.vosk_recognizer_result(self._handle))))
                    self._stretch_start = self._length

    def partial(self) -> tuple[str, ...]:
        """The words so far, `[unk]` among them."""
        ffi, library = _vosk()
        with _Alone(self._inside, self._over):
            body = _read(ffi, library.vosk_recognizer_partial_result(self._handle))
        before = (word.text for stretch in self._stretches if stretch for word in stretch[0].words)
        return (*before, *str(body.get("partial", "")).split())

    def final(self) -> list[Alternative]:
        """Close the utterance: the n-best list, best first. Afterwards this decoder takes nothing more."""
        ffi, library = _vosk()
        with _Alone(self._inside, self._over):
            last = _alternatives(_read(ffi, library.vosk_recognizer_final_result(self._handle)))
            self._over = True
        return joined([*self._stretches, last], self._alternatives)


class _Alone:
    """Lets one thread in and raises in any other, at once: inside Vosk the second thread would end the process."""

    def __init__(self, lock: threading.Lock, over: bool) -> None:
        if over:
            raise RuntimeError("this utterance is finished: begin a new one")
        self._lock = lock

    def __enter__(self) -> None:
        if not self._lock.acquire(blocking=False):
            raise RuntimeError("two threads use one recogniser; give each call its own")

    def __exit__(self, *_: object) -> None:
        self._lock.release()


def _grammar_json(model: VoskModel, grammar: Sequence[str]) -> bytes:
    if isinstance(grammar, str) or not grammar:
        raise ValueError("a grammar is a list of at least one phrase")
    for phrase in grammar:
        words = phrase.split(" ")
        unknown = [word for word in words if not (model.knows_unknown if word == UNKNOWN_WORD else model.knows(word))]
        if unknown:
            raise ValueError(f"grammar phrase {phrase!r} has words outside the model's vocabulary: {unknown}")
    return json.dumps(list(grammar), ensure_ascii=False).encode()


def _read(ffi: Any, text: Any) -> dict[str, Any]:
    try:
        body = json.loads(ffi.string(text).decode("utf-8"))
    except ValueError:
        raise ModelError("Vosk's result cannot be read; the model is damaged: run: voicebot models verify") from None
    return body if isinstance(body, dict) else {}


def _alternatives(body: dict[str, Any]) -> list[Alternative]:
    return best_first([_alternative(entry) for entry in body.get("alternatives", [])])


def _alternative(entry: dict[str, Any]) -> Alternative:
    timed = entry.get("result", [])
    words = tuple(Word(str(word["word"]), float(word["start"]), float(word["end"])) for word in timed)
    if not words:  # a model without word boundaries gives the text alone
        words = tuple(Word(word, 0.0, 0.0) for word in str(entry.get("text", "")).split())
    return Alternative(float(entry.get("confidence", 0.0)), words)
