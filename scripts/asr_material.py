"""Development audio for the recogniser: espeak voices, people's recordings, and what a line does to them.

Held-out voices and speakers are never used here: they belong to the benchmarks. The parts "fit" and "check" share neither
voice nor wording; recordings are split by speaker where there are several, by word where there is one.
"""

import ctypes
import multiprocessing
import os
import zlib
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from multiprocessing.connection import Connection
from pathlib import Path
from typing import Any

import espeakng_loader
import numpy as np
import soundfile
import soxr
from asr_wordings import WORDINGS, words
from numpy.typing import NDArray

from voicebot.types import SAMPLE_RATE, Samples

HELD_OUT = frozenset(words("f4 m6 klatt5 Alicia Mario grandma norbert steph2 edward iven3 linda victor"))
"""espeak variants no model and no calibration may hear before the benchmarks."""

VOICES = {
    "fit": words("m1 m2 m3 f1 f2 f3 Andy Annie klatt2 Gene belinda adam Michael benjamin Lee aunty"),
    "check": words("m4 m5 m7 f5 klatt4 Denis Andrea quincy caleb anika grandpa rob"),
}
ESPEAK = {"zh-CN": ("cmn",), "en-US": ("en-us", "en-gb-x-rp", "en-gb-scotland")}
CONDITIONS = ("clean", "clean", "telephone", "noise15", "noise10", "telephone+noise10", "noise5")

Audio = NDArray[np.float64]

RECORDINGS = ("zh-words", "en-fsdd-train", "noise")
"""Folders of recordings that are used."""


@dataclass(frozen=True, slots=True)
class Sample:
    """One utterance."""

    samples: Samples
    text: str
    """What is said; empty for noise."""
    phrases: tuple[str, ...] | None
    part: str
    condition: str
    voice: str


@dataclass(frozen=True, slots=True)
class Spoken:
    audio: Audio
    text: str
    phrases: tuple[str, ...] | None
    voice: str


def material(
    language: str, part: str, speech: Path | None, count: int, seed: int, hearable: Callable[[str], bool]
) -> Iterator[Sample]:
    """`count` utterances of `part`: half synthetic, a third of people, the rest noise alone.

    `speech`: None for synthetic voices and white noise alone. `hearable`: whether the model's vocabulary covers a text; recorded
    words it does not cover are never in the grammar.
    """
    chance = np.random.default_rng(zlib.crc32(f"{language} {part} {seed}".encode()))
    noises = sorted((speech / "noise").rglob("*.ogg"))[0 if part == "fit" else 1 :: 2] if speech else []
    people = _people(language, part, speech, chance, hearable) if speech else None
    for number in range(count):
        share = number % 6
        if share == 5:
            spoken = Spoken(np.zeros(int(chance.integers(8000, 32000))), "", _some_grammar(language, part, chance), "noise")
        elif share in (2, 4) and people is not None:
            spoken = next(people)
        else:
            spoken = _synthetic(language, part, chance)
        condition = "noise5" if spoken.voice == "noise" else str(chance.choice(CONDITIONS))
        yield Sample(
            _on_the_line(spoken.audio, condition, noises, chance), spoken.text, spoken.phrases, part, condition, spoken.voice
        )


def _some_grammar(language: str, part: str, chance: np.random.Generator) -> tuple[str, ...] | None:
    grammars = WORDINGS[language][part].grammars
    index = int(chance.integers(-1, len(grammars)))
    return grammars[index] if index >= 0 else None


def _synthetic(language: str, part: str, chance: np.random.Generator) -> Spoken:
    """Of ten: five phrases of the grammar in force, two of another one's, one sentence into a grammar, two to the open model."""
    wordings = WORDINGS[language][part]
    kind = int(chance.integers(10))
    grammar = wordings.grammars[int(chance.integers(len(wordings.grammars)))]
    other = [phrase for phrases in wordings.grammars if phrases != grammar for phrase in phrases if phrase not in grammar]
    text = str(chance.choice(grammar if kind < 5 else other if kind < 7 else wordings.open))
    voice = str(chance.choice(VOICES[part]))
    audio = say(text, f"{chance.choice(ESPEAK[language])}+{voice}", int(chance.integers(120, 250)), int(chance.integers(25, 75)))
    return Spoken(_bent(audio, chance), text, None if kind >= 8 else grammar, voice)


def _people(
    language: str, part: str, speech: Path, chance: np.random.Generator, hearable: Callable[[str], bool]
) -> Iterator[Spoken] | None:
    if language == "zh-CN":
        words = sorted((speech / "zh-words").rglob("cmn-*.mp3"))
        mine = [path for path in words if (zlib.crc32(path.stem.encode()) % 2 == 0) == (part == "fit")]
        return (
            _words(mine, [path.stem.removeprefix("cmn-") for path in mine], "person:zh-words", chance, hearable) if mine else None
        )
    digits = sorted((speech / "en-fsdd-train").rglob("*_*_*.wav"))
    speakers = sorted({path.stem.split("_")[1] for path in digits})
    chosen = set(speakers[::2] if part == "fit" else speakers[1::2])
    mine = [path for path in digits if path.stem.split("_")[1] in chosen]
    names = WORDINGS["en-US"]["fit"].grammars[2]
    return _words(mine, [names[int(path.stem[0])] for path in mine], "person:fsdd", chance, hearable) if mine else None


def _words(
    paths: list[Path], texts: list[str], voice: str, chance: np.random.Generator, hearable: Callable[[str], bool]
) -> Iterator[Spoken]:
    """Recorded words, two of three in a grammar of up to twelve words that holds them; else in one that does not, or open."""
    vocabulary = sorted(set(texts))
    while True:
        index = int(chance.integers(len(paths)))
        text = texts[index]
        others = [word for word in chance.choice(vocabulary, min(12, len(vocabulary)), replace=False) if word != text][
            : len(vocabulary) // 2
        ]
        kind = int(chance.integers(6)) if hearable(text) else 4
        phrases = None if kind == 5 else tuple(map(str, others)) if kind == 4 else (text, *map(str, others))
        yield Spoken(_bent(_read(paths[index]), chance), text, phrases, voice)


def _read(path: Path) -> Audio:
    data, rate = soundfile.read(path, dtype="float64", always_2d=True)
    audio = soxr.resample(data.mean(axis=1), rate, SAMPLE_RATE)
    return np.asarray(audio / max(1e-9, float(np.max(np.abs(audio)))) * 0.6)


def _bent(audio: Audio, chance: np.random.Generator) -> Audio:
    """Another throat: pitch and formants shifted together, so that no voice is quite one a network was trained on."""
    return np.asarray(soxr.resample(audio, SAMPLE_RATE, int(SAMPLE_RATE * chance.uniform(0.88, 1.14))))


def _on_the_line(audio: Audio, condition: str, noises: list[Path], chance: np.random.Generator) -> Samples:
    lead, tail = (int(chance.uniform(0.25, 0.5) * SAMPLE_RATE) for _ in range(2))
    line = np.concatenate((np.zeros(lead), audio, np.zeros(tail)))
    level = float(np.sqrt(np.mean(np.square(audio)))) if np.any(audio) else 0.05
    if "noise" in condition:
        noise = _noise(len(line), noises, chance)
        line = line + noise * level / 10 ** (float(condition.split("noise")[1]) / 20)
    line = line + chance.normal(0.0, level / 10 ** (chance.uniform(35, 60) / 20), len(line))
    line = line / max(1e-9, float(np.max(np.abs(line)))) * 10 ** (-chance.uniform(2, 22) / 20)
    if condition.startswith("telephone"):
        line = _telephone(line)
    return np.clip(np.round(line * 32767), -32768, 32767).astype(np.int16)


def _noise(length: int, noises: list[Path], chance: np.random.Generator) -> Audio:
    """A stretch of a recorded sound, or white noise one time in four, at unit power."""
    if not noises or chance.random() < 0.25:
        return chance.normal(0.0, 1.0, length)
    sound = np.resize(_read(noises[int(chance.integers(len(noises)))]), length + SAMPLE_RATE)
    start = int(chance.integers(SAMPLE_RATE))
    sound = sound[start : start + length]
    power = float(np.sqrt(np.mean(np.square(sound))))
    return sound / power if power > 1e-6 else chance.normal(0.0, 1.0, length)


def _telephone(line: Audio) -> Audio:
    """8 kHz and µ-law (G.711, continuous form: 255 steps of the companded value) and back."""
    narrow = soxr.resample(line, SAMPLE_RATE, 8000)
    companded = np.sign(narrow) * np.log1p(255 * np.minimum(1.0, np.abs(narrow))) / np.log(256)
    stepped = np.round(companded * 127) / 127
    wide = soxr.resample(np.sign(stepped) * (np.power(256, np.abs(stepped)) - 1) / 255, 8000, SAMPLE_RATE)
    return np.asarray(np.resize(wide, len(line)))


def say(text: str, voice: str, words_a_minute: int, pitch: int) -> Audio:
    """`text` in an espeak voice, spoken in a child forked from a fresh espeak: the same samples every time."""
    context = multiprocessing.get_context("fork")
    ours, theirs = context.Pipe(duplex=False)
    child = context.Process(target=_speak, args=(theirs, text, voice, words_a_minute, pitch))
    child.start()
    theirs.close()
    spoken, rate = ours.recv()
    child.join()
    return np.asarray(soxr.resample(spoken.astype(np.float64) / 32768, rate, SAMPLE_RATE))


def _speak(pipe: Connection, text: str, voice: str, words_a_minute: int, pitch: int) -> None:
    callback = ctypes.CFUNCTYPE(ctypes.c_int, ctypes.POINTER(ctypes.c_short), ctypes.c_int, ctypes.c_void_p)
    os.environ["ESPEAK_DATA_PATH"] = espeakng_loader.get_data_path()
    espeak = ctypes.CDLL(espeakng_loader.get_library_path())
    rate = espeak.espeak_Initialize(2, 200, None, 0)
    chunks: list[Any] = []

    @callback
    def collect(samples: Any, length: int, _: Any) -> int:
        if samples and length > 0:
            chunks.append(np.ctypeslib.as_array(samples, (length,)).copy())
        return 0

    espeak.espeak_SetSynthCallback(collect)
    if espeak.espeak_SetVoiceByName(voice.encode()) != 0:
        raise SystemExit(f"espeak has no voice {voice}")
    espeak.espeak_SetParameter(1, words_a_minute, 0)
    espeak.espeak_SetParameter(3, pitch, 0)
    data = text.encode() + b"\0"
    espeak.espeak_Synth(data, len(data), 0, 1, 0, 1, None, None)
    pipe.send((np.concatenate(chunks), rate))
    os._exit(0)
