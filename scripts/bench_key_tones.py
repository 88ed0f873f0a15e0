"""Key tones by the figures: 1,000 digits within the tolerances of ITU-T Q.24, and talk-off over speech.

    python scripts/bench_key_tones.py [--speech DIR] [--hours H]

Talk-off: people's recordings of DIR, and as many hours of espeak's readings of the shipped packs, each in a row; every key heard
there is a mistake.
"""

import argparse
from collections.abc import Iterator
from pathlib import Path

import numpy as np
from asr_material import HELD_OUT, VOICES
from turn_taking_voices import ESPEAK, Speaker, Voices, cut, read_16k

from voicebot.audio.dtmf import RARE_KEYS, DtmfDetector
from voicebot.audio.effects import telephone
from voicebot.audio.levels import to_int16
from voicebot.audio.tones import KEY_TONES
from voicebot.hotlines import load_hotline
from voicebot.types import FRAME_SAMPLES, LANGUAGES, SAMPLE_RATE, Samples


def heard(samples: Samples, detector: DtmfDetector) -> str:
    frames = samples[: len(samples) // FRAME_SAMPLES * FRAME_SAMPLES].reshape(-1, FRAME_SAMPLES)
    return "".join(key for frame in frames if (key := detector.push(frame)))


def digits(count: int, chance: np.random.Generator) -> tuple[int, int, int]:
    """(heard, missed, invented) of `count` keys: 40–200 ms on, 40–150 ms off, ±1.5 %, twist −8 … +4 dB, −32 … −12 dBFS.

    The twelve of a telephone: A–D, which it lacks, must last 70 ms.
    """
    names = sorted(set(KEY_TONES) - RARE_KEYS)
    detector = DtmfDetector()
    right = extra = 0
    for _ in range(count):
        key = str(chance.choice(names))
        t = np.arange(round(chance.uniform(0.04, 0.2) * SAMPLE_RATE)) / SAMPLE_RATE
        tune, twist = 1 + chance.uniform(-0.015, 0.015), chance.uniform(-8, 4)
        row, column = (np.sin(2 * np.pi * hz * tune * t + chance.uniform(0, 6.28)) for hz in KEY_TONES[key])
        gain = 32768 * 10 ** (chance.uniform(-32, -12) / 20)
        tone = gain * (row * 10 ** (-twist / 40) + column * 10 ** (twist / 40))
        line = np.concatenate([tone, np.zeros(round(chance.uniform(0.04, 0.15) * SAMPLE_RATE))])
        line = line + chance.normal(0, 8, len(line))
        samples = to_int16(np.pad(line, (int(chance.integers(FRAME_SAMPLES)), 2 * FRAME_SAMPLES)))
        found = heard(samples, detector)
        right += key in found
        extra += len(found) - (key in found)
    return right, count - right, extra


def people(folder: Path, chance: np.random.Generator) -> Iterator[Samples]:
    """The recordings of `folder`, each once."""
    paths = sorted([*folder.rglob("*.mp3"), *folder.rglob("*.ogg"), *folder.rglob("*.wav")])
    paths = [path for path in paths if "/noise/" not in str(path)]
    for index in chance.permutation(len(paths)):
        yield cut(read_16k(paths[index]))


def espeak(chance: np.random.Generator) -> Iterator[Samples]:
    """Callers' sentences in voices of every sort, for as long as anybody wants."""
    voices = Voices("dev", None, chance)
    hotlines = {language: load_hotline("hotline_95188", language) for language in LANGUAGES}
    texts = {name: [text for q in hotline.questions.values() for text in q.examples] for name, hotline in hotlines.items()}
    variants = sorted({*HELD_OUT, *(variant for part in VOICES.values() for variant in part)})
    while True:
        language = LANGUAGES[int(chance.integers(2))]
        speaker = Speaker(f"{ESPEAK[language][0]}+{chance.choice(variants)}", int(chance.integers(120, 240)), 50)
        yield voices.say(str(chance.choice(texts[language])), language, speaker).samples


def talk_off(speech: Iterator[Samples], hours: float) -> tuple[float, list[str]]:
    """(seconds of speech, keys that were heard in it); every other recording through a telephone."""
    detector, seconds, found = DtmfDetector(), 0.0, []
    for number, samples in enumerate(speech):
        found += list(heard(telephone(samples) if number % 2 else samples, detector))
        seconds += len(samples) / SAMPLE_RATE
        if seconds >= hours * 3600:
            break
    return seconds, found


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--speech", type=Path)
    parser.add_argument("--hours", type=float, default=1.0)
    parser.add_argument("--digits", type=int, default=1000)
    args = parser.parse_args()
    chance = np.random.default_rng(0)
    right, missed, extra = digits(args.digits, chance)
    print(f"digits: {right} of {args.digits} heard, {missed} missed, {extra} invented")
    sources = {"people": people(args.speech, chance)} if args.speech else {}
    for name, speech in (sources | {"espeak": espeak(chance)}).items():
        seconds, found = talk_off(speech, args.hours)
        print(f"talk-off: {len(found)} keys in {seconds / 3600:.2f} h of speech ({name}) {''.join(found)}")


if __name__ == "__main__":
    main()
