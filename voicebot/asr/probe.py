"""`python -m voicebot.asr.probe FOLDER`: load a model and decode with it, so that a damaged one kills this process alone.

Exit 0: the model can be used. 1: Vosk refuses it. Anything else, or a signal: it is damaged. Damaged files may make Vosk ask for
any amount of memory, so this process gives itself a limit.
"""

import os
import sys
from contextlib import suppress
from pathlib import Path

import numpy as np

from voicebot.asr.library import Decoder, VoskModel
from voicebot.asr.nbest import UNKNOWN_WORD
from voicebot.errors import VoicebotError
from voicebot.types import SAMPLE_RATE, Samples

_COMMON_WORDS = ("的", "不", "是", "一", "好", "the", "no", "yes", "one", "a")
"""One of these is in every Chinese and English vocabulary; a model that knows none has lost its words."""

MEMORY = 3 << 30
MEMORY_A_BYTE = 6
"""Address space in bytes: so much, and so much for every byte of the model."""


def main(folder: str) -> int:
    """Load, decode open, decode in a grammar."""
    _limit_memory(MEMORY + MEMORY_A_BYTE * sum(path.stat().st_size for path in Path(folder).rglob("*") if path.is_file()))
    try:
        model = VoskModel(Path(folder))
        words = [word for word in _COMMON_WORDS if model.knows(word)]
        _decode(Decoder(model))
        if not words:
            return 1
        if Path(folder, "graph", "HCLr.fst").exists():
            _decode(Decoder(model, (*words, UNKNOWN_WORD) if model.knows_unknown else words))
    except VoicebotError:
        return 1
    return 0


def _limit_memory(size: int) -> None:
    """Where the system can: Windows cannot, macOS does not mind."""
    if sys.platform == "win32":
        return
    import resource

    _, most = resource.getrlimit(resource.RLIMIT_AS)
    with suppress(OSError, ValueError):  # less is allowed already
        resource.setrlimit(resource.RLIMIT_AS, (size if most == resource.RLIM_INFINITY else min(size, most), most))


def _decode(decoder: Decoder) -> None:
    decoder.accept(_noise())
    decoder.partial()
    decoder.final()


def _noise() -> Samples:
    """A second of loud, then soft noise: wakes every part of a network and of the graph's search."""
    noise = np.random.default_rng(0).normal(0.0, 1.0, SAMPLE_RATE) * np.geomspace(8000.0, 20.0, SAMPLE_RATE)
    return np.clip(noise, -32768, 32767).astype(np.int16)


if __name__ == "__main__":
    code = main(sys.argv[1])
    sys.stdout.flush()
    os._exit(code)  # Vosk's teardown of a half-broken model is not what is being asked
