"""Synthetic utterances with their states: Mandarin by espeak from pinyin, English by espeak and flite."""

import random
import subprocess
import wave
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path

import english
import mandarin
import numpy as np
from augment import RATE, Aligned, Segment
from espeak import Espeak, Mark, Voice
from inventory import Inventory
from scipy.signal import resample_poly

PAUSE = ","

FLITE_VOICES = ("kal16", "awb", "slt")
FLITE_HELD_OUT = "rms"

ACCENTS = {"en-us": 2, "en-gb-x-rp": 1, "en-gb-scotland": 1, "en-us-nyc": 1}
"""espeak's English voices, and how often each speaks."""

_INITIAL_SHARE = 0.35
"""Of a syllable, where espeak names only one phoneme."""


@dataclass(frozen=True, slots=True)
class Syllable:
    text: str
    """Pinyin with a tone's number, or `PAUSE`."""
    begins_word: bool


def words_of(syllables: Sequence[Syllable]) -> Iterator[list[str]]:
    """Their texts, word by word; a pause is a word."""
    word: list[str] = []
    for syllable in syllables:
        if word and (syllable.begins_word or syllable.text == PAUSE):
            yield word
            word = []
        word.append(syllable.text)
    if word:
        yield word


class MandarinSpeaker:
    """espeak's pinyin voice."""

    def __init__(self, speaker: Espeak, inventory: Inventory) -> None:
        self._speaker = speaker
        self._inventory = inventory
        self._counts: dict[str, int] = {}

    def say(self, syllables: Sequence[Syllable], joined: bool, voice: Voice) -> Aligned | None:
        """`joined`: words in one piece, as read from pinyin; else syllable by syllable, as espeak reads characters.

        None when espeak's phonemes do not fit the syllables.
        """
        groups = list(words_of(syllables)) if joined else [[syllable.text] for syllable in syllables]
        text, at = "", {}
        for group in groups:
            if group == [PAUSE]:
                text = text.rstrip() + ", "
            else:
                at[len(text) + 1] = group
                text += "".join(group) + " "
        if joined:  # counted before: asking espeak inside an utterance would change it
            for group in at.values():
                for syllable in group:
                    self._count(syllable)
        audio, marks, seconds = self._speaker.say(text.strip(), voice)
        segments: list[Segment] = []
        spoken = list(_spoken_words(marks, seconds))
        if [position for position, _, _ in spoken] != list(at):
            return None
        for position, sounds, end in spoken:
            states = self._states(at[position], sounds, end)
            if states is None:
                return None
            segments += states
        return Aligned(audio, tuple(segments))

    def _states(self, group: list[str], sounds: list[float], end: float) -> list[Segment] | None:
        if len(group) == 1:
            return self._syllable(group[0], sounds, end)
        counts = [self._count(syllable) for syllable in group]
        if sum(counts) != len(sounds):
            return None
        starts = [sum(counts[:index]) for index in range(len(counts) + 1)]
        states: list[Segment] = []
        for index, syllable in enumerate(group):
            own = sounds[starts[index] : starts[index + 1]]
            made = self._syllable(syllable, own, sounds[starts[index + 1]] if index + 1 < len(group) else end)
            if made is None:
                return None
            states += made
        return states

    def _syllable(self, syllable: str, sounds: list[float], end: float) -> list[Segment] | None:
        """The initial is the first phoneme, the final the rest, halved."""
        phones = mandarin.phones((syllable,), self._inventory)
        if not phones or not sounds:
            return None
        start = sounds[0]
        border = start
        states = []
        if len(phones) == 2:
            border = sounds[1] if len(sounds) > 1 else start + _INITIAL_SHARE * (end - start)
            states.append(Segment(phones[0], 0, start, border))
        middle = (border + end) / 2
        return [*states, Segment(phones[-1], 0, border, middle), Segment(phones[-1], 1, middle, end)]

    def _count(self, syllable: str) -> int:
        """Phonemes espeak makes of a syllable: lets a joined word be cut."""
        if syllable not in self._counts:
            _, marks, _ = self._speaker.say(syllable, Voice("cmn-latn-pinyin", 175, 50, 50))
            self._counts[syllable] = sum(mark.name is not None and not mark.name.startswith("_") for mark in marks)
        return self._counts[syllable]


def _spoken_words(marks: Sequence[Mark], seconds: float) -> Iterator[tuple[int, list[float], float]]:
    """(position in the text, starts of its phonemes, end) of each word that sounds."""
    position, sounds, end = 0, [], 0.0
    for mark in [*marks, Mark(seconds, -1, None)]:
        if mark.name is None:
            if sounds:
                yield position, sounds, end or mark.seconds
            position, sounds, end = mark.position, [], 0.0
        elif mark.name.startswith("_"):
            end = end or mark.seconds  # silence after the word, or the border to the next one
        else:
            sounds.append(mark.seconds)
            end = 0.0  # it went on: a border inside a joined word


def english_by_espeak(speaker: Espeak, text: str, voice: Voice, inventory: Inventory) -> Aligned | None:
    """None when espeak used a sound English lacks."""
    audio, marks, seconds = speaker.say(text, voice)
    phonemes = [mark for mark in marks if mark.name is not None] + [Mark(seconds, 0, "_")]
    segments: list[Segment] = []
    accent = voice.name.partition("+")[0]
    for mark, following in zip(phonemes, phonemes[1:], strict=False):
        phones = english.espeak_phones([mark.name or ""], accent)
        if phones is None:
            return None
        length = (following.seconds - mark.seconds) / max(1, len(phones))
        for index, phone in enumerate(phones):
            start = mark.seconds + index * length
            segments += _halved(phone, start, start + length, inventory)
    return Aligned(audio, tuple(segments)) if segments else None


def english_by_flite(
    text: str, voice: str, stretch: float, pitch: float | None, file: Path, inventory: Inventory
) -> Aligned | None:
    """flite prints when each phone ends. It writes `file`, which is removed."""
    command = ["flite", "-voice", voice, "-psdur", "-t", text, "-o", str(file), "--setf", f"duration_stretch={stretch:.2f}"]
    if pitch is not None:
        command += ["--setf", f"int_f0_target_mean={pitch:.0f}"]
    printed = subprocess.run(command, capture_output=True, text=True, check=True).stdout.split()
    with wave.open(str(file)) as sound:
        rate = sound.getframerate()
        samples = np.frombuffer(sound.readframes(sound.getnframes()), np.int16).astype(np.float32) / 32768
    file.unlink()
    audio = samples if rate == RATE else resample_poly(samples, RATE // 100, rate // 100).astype(np.float32)
    segments: list[Segment] = []
    start = 0.0
    for item in printed:
        phone, _, end = item.rpartition(":")
        if phone not in ("pau", "brth", "ssil"):
            if phone not in inventory.lengths:
                return None
            segments += _halved(phone, start, float(end), inventory)
        start = float(end)
    return Aligned(audio, tuple(segments)) if segments else None


def _halved(phone: str, start: float, end: float, inventory: Inventory) -> list[Segment]:
    if inventory.lengths[phone] == 1:
        return [Segment(phone, 0, start, end)]
    middle = (start + end) / 2
    return [Segment(phone, 0, start, middle), Segment(phone, 1, middle, end)]


def random_variant(chance: random.Random, stock: Sequence[str], invented: int) -> str:
    return f"r{chance.randrange(invented):03d}" if chance.random() < 0.6 else chance.choice(list(stock))
