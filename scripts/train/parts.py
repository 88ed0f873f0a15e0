"""The parts the recordings are divided into, so that a network can be tested on people it never heard.

Mandarin: `words` and `words-left` (one speaker; a fifth of her words), `syllables` (the other). English: `a` and `b`, each with
three of the digits' six speakers and about ten grown-up speakers of sentences; `rest`, everybody else. The networks that ship
are trained on all.
"""

import zlib

from recordings import Recording

PARTS = {"zh-CN": ("words", "words-left", "syllables"), "en-US": ("a", "b", "rest")}

FOLDS = {"zh-CN": (("words-left", "syllables"),), "en-US": (("a",), ("b",))}
"""What each test leaves out of training."""

_DIGIT_SPEAKERS = {"george": "a", "jackson": "a", "lucas": "a", "nicolas": "b", "theo": "b", "yweweler": "b"}
_LEFT_WORDS = 0.2
_ADULTS = 0.15
"""Of 67 grown-up speakers of sentences, nine go to `a` and eleven to `b`."""


def part_of(recording: Recording) -> str:
    """Always the same for a speaker (and a word)."""
    kind, _, name = recording.speaker.partition(":")
    if kind == "tan":
        return "words-left" if _share(recording.text) < _LEFT_WORDS else "words"
    if kind == "wang":
        return "syllables"
    if kind == "digits":
        return _DIGIT_SPEAKERS[name]
    place = _share(recording.speaker)
    return "rest" if not recording.grown_up or place >= 2 * _ADULTS else "a" if place < _ADULTS else "b"


def _share(name: str) -> float:
    """A fixed random number in [0, 1)."""
    return zlib.crc32(name.encode()) % 1000 / 1000
