"""Make the public clips of `voicebot bench turn-taking` into a folder: OUT/dev and OUT/test, at least 800 clips each.

    python scripts/make_turn_taking_clips.py OUT [--speech DIR] [--seed N] [--scale F]

Thresholds are set on dev and figures come from test. The halves share no wording, no espeak voice, no recorded speaker and no
noise recording. DIR holds the corpora zh-words, zh-syllables, en-fsdd-train, en-speechocean762-train and noise, unpacked;
without it people's voices and recorded noises are left out.

What a clip holds: an utterance, a digit string with pauses of 0.3–1.2 s, a sentence with silences inside, a sign of listening, or
a sound; clean, through a telephone, in noise 20, 10 or 5 dB below it, or with the bot's own echo (added when it is played).
"""

import argparse
import json
import zlib
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import numpy as np
from turn_taking_sounds import Sounds
from turn_taking_voices import Piece, Voices
from turn_taking_wordings import WORDINGS

from voicebot.audio.effects import add_noise, set_level, telephone
from voicebot.audio.levels import mix
from voicebot.audio.tones import keys
from voicebot.audio.wav import write_wav
from voicebot.types import SAMPLE_RATE, Samples

COUNTS = {"utt": 110, "yesno": 16, "amount": 16, "dig": 64, "keys": 6, "pause": 45, "bc": 110}
"""Clips of each sort, a half and language."""

NOISES = 220
"""Sounds without speech, a half."""

CONDITIONS = ("clean", "clean", "clean", "telephone", "telephone", "snr20", "snr20", "snr10", "snr5", "echo10", "echo20")
"""Drawn from for every clip of speech."""

LONG_PAUSES = (0.3, 1.2)
"""Seconds between the groups of a digit string (the issue's range)."""

SENTENCE_PAUSES = (0.4, 1.0)
LEVELS = (-28.0, -16.0)
"""dBFS of the caller's speech."""


@dataclass(slots=True)
class Clip:
    kind: str
    text: str
    language: str
    segments: list[tuple[float, float]]
    samples: Samples
    label: dict[str, Any] = field(default_factory=dict)


class Maker:
    """One half of the set."""

    def __init__(self, half: str, speech: Path | None, seed: int) -> None:
        self._chance = np.random.default_rng(zlib.crc32(f"{half} {seed}".encode()))
        self._half = half
        self._voices = Voices(half, speech, self._chance)
        self._sounds = Sounds(half, speech, self._chance)

    def clips(self, scale: float) -> Iterator[Clip]:
        for language in ("zh-CN", "en-US"):
            makers: dict[str, Callable[[str, int], Clip]] = {
                "utt": self._utterance,
                "yesno": self._yesno,
                "amount": self._amount,
                "dig": self._digits,
                "keys": self._keys,
                "pause": self._hesitation,
                "bc": self._backchannel,
            }
            for name, make in makers.items():
                for number in range(max(1, round(COUNTS[name] * scale))):
                    yield self._on_the_line(make(language, number))
        for number in range(max(1, round(NOISES * scale))):
            yield self._sound(number)

    # ------------------------------------------------------------ what is said

    def _utterance(self, language: str, number: int) -> Clip:
        people = self._voices.sentence(language) if number % 3 == 2 else None
        piece = people or self._voices.say(self._pick(WORDINGS[language][self._half].utterances, number), language)
        return _joined("utt", language, [piece], [])

    def _yesno(self, language: str, number: int) -> Clip:
        piece = self._voices.say(self._pick(WORDINGS[language][self._half].yesno, number), language)
        return _labelled(_joined("utt", language, [piece], []), expects="yesno")

    def _amount(self, language: str, number: int) -> Clip:
        piece = self._voices.say(self._pick(WORDINGS[language][self._half].amounts, number), language)
        return _labelled(_joined("utt", language, [piece], []), expects="amount")

    def _hesitation(self, language: str, number: int) -> Clip:
        """One throat says all the pieces."""
        speaker = self._voices.speaker(language)
        parts = self._pick(WORDINGS[language][self._half].hesitations, number)
        pieces = [self._voices.say(part, language, speaker) for part in parts]
        return _joined("pause", language, pieces, [self._chance.uniform(*SENTENCE_PAUSES) for _ in parts[1:]])

    def _backchannel(self, language: str, number: int) -> Clip:
        people = self._voices.murmur(language) if number % 2 else None
        piece = people or self._voices.say(self._pick(WORDINGS[language][self._half].backchannels, number), language)
        return _joined("bc", language, [piece], [])

    def _digits(self, language: str, number: int) -> Clip:
        """A telephone number, a string of known length or one of any length, in groups."""
        sort = ("phone", "known", "unknown")[number % 3]
        digits, sizes = self._number(sort, language)
        pieces = self._voices.digits(digits, language, synthetic=number % 4 == 3)
        ends = set(np.cumsum(sizes[:-1]).tolist())
        gaps = [
            self._chance.uniform(*LONG_PAUSES) if index in ends else self._chance.uniform(0.03, 0.12)
            for index in range(1, len(pieces))
        ]
        expects = {"phone": "phone", "known": f"digits:{len(digits)}", "unknown": "digits"}[sort]
        return _labelled(_joined("dig", language, pieces, gaps, text=digits), expects=expects)

    def _number(self, sort: str, language: str) -> tuple[str, list[int]]:
        chance = self._chance
        if sort == "phone" and language == "zh-CN":
            return "1" + str(chance.integers(3, 10)) + self._random_digits(9), [3, 4, 4]
        if sort == "phone":
            return str(chance.integers(2, 10)) + self._random_digits(2) + str(chance.integers(2, 10)) + self._random_digits(6), [
                3,
                3,
                4,
            ]
        length = int(chance.choice([4, 6, 8])) if sort == "known" else int(chance.integers(4, 10))
        sizes, left = [], length
        while left > 4:
            sizes.append(int(chance.integers(2, 4)))
            left -= sizes[-1]
        return self._random_digits(length), [*sizes, left] if left else sizes

    def _random_digits(self, count: int) -> str:
        return "".join(str(digit) for digit in self._chance.integers(0, 10, count))

    def _keys(self, language: str, number: int) -> Clip:
        digits = self._random_digits(4)
        on, off = self._chance.uniform(0.06, 0.15, 2)
        audio = keys(digits, on, off, -14.0)
        return Clip(
            "dig", digits, language, [(0.0, len(audio) / SAMPLE_RATE - off)], audio, {"expects": "digits:4", "voice": "keys"}
        )

    def _pick(self, wordings: tuple[Any, ...], number: int) -> Any:
        """Every wording in turn; which throat says it is drawn."""
        return wordings[number % len(wordings)]

    # ------------------------------------------------------------ how it comes over the line

    def _on_the_line(self, clip: Clip) -> Clip:
        condition = str(self._chance.choice(CONDITIONS))
        lead, tail = self._chance.uniform(0.3, 0.6), self._chance.uniform(0.5, 0.9)
        if clip.label.get("voice") == "keys":
            condition = "clean"
        else:
            clip.samples = set_level(clip.samples, self._chance.uniform(*LEVELS))
        quiet = [np.zeros(round(seconds * SAMPLE_RATE), np.int16) for seconds in (lead, tail)]
        line = np.concatenate([quiet[0], clip.samples, quiet[1]])
        if condition.startswith("snr"):
            line = add_noise(line, self._sounds.background(len(line)), float(condition.removeprefix("snr")))
        elif condition == "telephone":
            line = telephone(line, str(self._chance.choice(["alaw", "mulaw"])))
        elif condition.startswith("echo"):
            clip.label |= {
                "echo_db": float(condition.removeprefix("echo")),
                "echo_delay": round(self._chance.uniform(0.02, 0.16), 3),
            }
        clip.samples = mix(line, self._sounds.line_noise(len(line)))
        start = len(quiet[0]) / SAMPLE_RATE
        clip.segments = [(begin + start, end + start) for begin, end in clip.segments]
        clip.label["condition"] = condition
        return clip

    def _sound(self, number: int) -> Clip:
        name, samples = self._sounds.sound(number)
        lead = np.zeros(round(self._chance.uniform(0.3, 0.6) * SAMPLE_RATE), np.int16)
        line = np.concatenate([lead, samples, np.zeros(SAMPLE_RATE // 2, np.int16)])
        line = mix(line, self._sounds.line_noise(len(line)))
        begin = len(lead) / SAMPLE_RATE
        language = ("zh-CN", "en-US")[number % 2]
        return Clip(
            "noise", name, language, [(begin, begin + len(samples) / SAMPLE_RATE)], line, {"condition": "noise", "voice": name}
        )


def _labelled(clip: Clip, **more: Any) -> Clip:
    clip.label |= more
    return clip


def _joined(kind: str, language: str, pieces: list[Piece], gaps: list[float], text: str | None = None) -> Clip:
    """Pieces with silences between them; those closer than 0.2 s are one segment."""
    segments: list[tuple[float, float]] = []
    parts: list[Samples] = []
    at = 0
    for piece, gap in zip(pieces, [*gaps, 0.0], strict=True):
        begin, end = at / SAMPLE_RATE, (at + len(piece.samples)) / SAMPLE_RATE
        if segments and begin - segments[-1][1] < 0.2:
            segments[-1] = (segments[-1][0], end)
        else:
            segments.append((begin, end))
        parts += [piece.samples, np.zeros(round(gap * SAMPLE_RATE), np.int16)]
        at += len(piece.samples) + len(parts[-1])
    joined = "" if language == "zh-CN" else " "
    words = text if text is not None else joined.join(piece.text for piece in pieces)
    return Clip(kind, words, language, segments, np.concatenate(parts), {"voice": pieces[0].voice})


def make(out: Path, speech: Path | None, seed: int, scale: float) -> None:
    """Write both halves."""
    for half in ("dev", "test"):
        folder = out / half
        folder.mkdir(parents=True, exist_ok=True)
        counts: dict[str, int] = {}
        for number, clip in enumerate(Maker(half, speech, seed).clips(scale)):
            counts[clip.kind] = counts.get(clip.kind, 0) + 1
            name = f"{number:04d}-{clip.kind}-{clip.language[:2]}-{clip.label['condition']}"
            write_wav(folder / f"{name}.wav", clip.samples)
            segments = [[round(begin, 3), round(end, 3)] for begin, end in clip.segments]
            label = {"kind": clip.kind, "text": clip.text, "lang": clip.language, "segs": segments, **clip.label}
            (folder / f"{name}.json").write_text(json.dumps(label, ensure_ascii=False) + "\n", encoding="utf8")
        print(half, sum(counts.values()), counts)


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("out", type=Path)
    parser.add_argument("--speech", type=Path, help="folder with the corpora, unpacked")
    parser.add_argument("--seed", type=int, default=0)
    parser.add_argument("--scale", type=float, default=1.0, help="share of the clips to make")
    args = parser.parse_args()
    make(args.out, args.speech, args.seed, args.scale)


if __name__ == "__main__":
    main()
