"""How well a network hears people it was not trained on: digits, sentences and words in grammars, from the parts it left out.

    python scripts/train/judge_people.py en-US NETWORK.pt a --speech DIR [--graph MODEL] [--noise DIR] [--half test]
        [--share 0.1]

The graph is the bundled model's. Digits: one in a grammar of ten. Sentences: one of fifty that the vocabulary covers; the
nearest phrase to what Vosk's best path says. Words: one of twenty drawn at random; spliced from syllables where the speaker
read syllables; yes and no among twelve; four digits. All in grammars with `[unk]`, 12 dB above noise that training did not use
for spliced speech. False accepts: the same grammars without what is said. `--half development` says every second text alone, to
choose settings on; `--half test` the others. English digits have no halves: choose on one fold's speakers, judge on another's.
"""

import argparse
import random
import shutil
import tempfile
import zlib
from collections import Counter
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path

import export
import mandarin
import numpy as np
import soundfile
from arguments import command, count, share
from augment import RATE, Aligned, throat
from build_graph import MODELS
from inventory import Inventory
from numpy.typing import NDArray
from parts import part_of
from recordings import DIGITS, Recording, recordings
from scipy.signal import resample_poly

from voicebot.asr.model import AcousticModel
from voicebot.asr.nbest import UNKNOWN_WORD
from voicebot.asr.phrases import PhraseSet, edits
from voicebot.asr.recognizer import VoskRecognizer
from voicebot.metrics.intervals import rate

YES_NO = ("是的", "不是", "对", "不对", "好的", "可以", "没有", "不用", "不行", "没错", "是", "不")
FIGURES = tuple("零一二三四五六七八九")
TRIALS = 200
"""Utterances a test; three times as many digits, twice as many words."""

SNR_DB = 12.0

Samples = NDArray[np.int16]


@dataclass(frozen=True, slots=True)
class Trial:
    test: str
    samples: Samples
    text: str
    phrases: tuple[str, ...]
    """With `text` among them, or not: then anything heard is a false accept."""


class Sounds:
    """Recordings put on a quiet line, or into noise."""

    def __init__(self, noises: Sequence[Path], chance: random.Random) -> None:
        self._noises = [_noise(path) for path in noises]
        self._chance = chance
        self._draw = np.random.default_rng(chance.getrandbits(32))

    def line(self, sound: NDArray[np.float32], noisy: bool) -> Samples:
        """0.35 s before and behind, at a level of −6 to −20 dB of full scale."""
        edge = np.zeros(int(0.35 * RATE), np.float32)
        whole = np.concatenate([edge, sound / (np.abs(sound).max() + 1e-9), edge])
        power = float(np.mean(sound**2)) / float(np.abs(sound).max() + 1e-9) ** 2
        noise = self._draw.standard_normal(len(whole))
        ratio = 40.0
        if noisy:
            ratio = SNR_DB
            if self._noises and self._chance.random() < 0.75:
                noise = np.resize(self._chance.choice(self._noises), len(whole)) + 1e-4 * noise
        whole = whole + noise * np.sqrt(power / np.mean(noise**2) / 10 ** (ratio / 10))
        whole = whole / np.abs(whole).max() * 10 ** (-self._chance.uniform(6, 20) / 20)
        return np.round(whole * 32767).astype(np.int16)


def _noise(path: Path) -> NDArray[np.float32]:
    data, rate_of = soundfile.read(path, dtype="float32", always_2d=True)
    return resample_poly(data.mean(axis=1), RATE // 100, rate_of // 100).astype(np.float32)


def english_trials(
    own: Sequence[Recording], knows: Callable[[str], bool], sounds: Sounds, chance: random.Random, share: float
) -> Iterator[Trial]:
    digits = [recording for recording in own if recording.speaker.startswith("digits:")]
    for recording in chance.sample(digits, min(len(digits), 3 * count(share, TRIALS))):
        samples = sounds.line(_float(recording), noisy=False)
        yield Trial("digits", samples, recording.text, DIGITS)
        others = tuple(word for word in DIGITS if word != recording.text)
        yield Trial("digits", samples, recording.text, others)
    sentences = [r for r in own if r.speaker.startswith("sentences:") and all(map(knows, r.text.split()))]
    texts = sorted({recording.text for recording in sentences})
    for recording in sentences[: count(share, len(sentences))]:
        samples = sounds.line(_float(recording), noisy=False)
        others = chance.sample([text for text in texts if text != recording.text], 50)
        yield Trial("sentences", samples, recording.text, (recording.text, *others[:49]))
        yield Trial("sentences", samples, recording.text, tuple(others))


def mandarin_trials(
    own: Sequence[Recording], knows: Callable[[str], bool], sounds: Sounds, chance: random.Random, share: float
) -> Iterator[Trial]:
    words = [recording for recording in own if recording.speaker == "tan" and knows(recording.text)]
    texts = sorted({recording.text for recording in words})
    for recording in chance.sample(words, min(len(words), 2 * count(share, TRIALS))):
        others = chance.sample([text for text in texts if text != recording.text], 20)
        samples = sounds.line(_float(recording), noisy=False)
        yield Trial("words of a speaker heard in others", samples, recording.text, (recording.text, *others[:19]))
        yield Trial("words of a speaker heard in others", samples, recording.text, tuple(others))
    syllables = {recording.text: recording for recording in own if recording.speaker == "wang"}
    spoken = sorted(text for text in texts if _spelt(text, syllables))
    for test, pool, offered in (
        ("words spliced", spoken, 20),
        ("yes or no", sorted(text for text in YES_NO if _spelt(text, syllables)), 12),
    ):
        for _ in range(count(share, TRIALS) if spoken else 0):
            text = chance.choice(pool)
            others = chance.sample([other for other in pool if other != text], min(len(pool) - 1, offered))
            samples = sounds.line(_splice(_spelt(text, syllables), chance), noisy=True)
            yield Trial(test, samples, text, (text, *others[: offered - 1]))
            yield Trial(test, samples, text, tuple(others))
    for _ in range(count(share, TRIALS) if spoken else 0):
        text = "".join(chance.choice(FIGURES) for _ in range(4))
        samples = sounds.line(_splice(_spelt(text, syllables, one_by_one=True), chance), noisy=True)
        yield Trial("four digits", samples, text, FIGURES)


def _spelt(text: str, syllables: dict[str, Recording], one_by_one: bool = False) -> list[Recording]:
    """The recordings of its syllables; empty when one is missing. The neutral tone stands for another where it was not read."""
    reading = [syllable for sign in text for syllable in mandarin.syllables(sign)] if one_by_one else mandarin.syllables(text)
    found = [syllables.get(syllable) or syllables.get(syllable.replace("5", "1")) for syllable in reading]
    return [] if None in found else [recording for recording in found if recording is not None]


def _splice(pieces: Sequence[Recording], chance: random.Random) -> NDArray[np.float32]:
    """Trimmed to where they sound, a little shortened, joined with gaps of −30 to 60 ms."""
    joined = np.zeros(0, np.float32)
    for piece in pieces:
        sound = throat(Aligned(_trimmed(_float(piece)), ()), chance.choice((96, 98, 100, 102))).audio
        gap = int(chance.uniform(-0.03, 0.06) * RATE)
        joined = np.concatenate([joined[:gap] if gap < 0 and len(joined) else joined, np.zeros(max(0, gap), np.float32), sound])
    return joined


def _trimmed(sound: NDArray[np.float32]) -> NDArray[np.float32]:
    frames = sound[: len(sound) // 160 * 160].reshape(-1, 160)
    level = 10 * np.log10(np.mean(frames**2, axis=1) + 1e-10)
    loud = np.flatnonzero(level > max(level.max() - 30, np.percentile(level, 10) + 6))
    return sound[max(0, loud[0] - 3) * 160 : (loud[-1] + 4) * 160] if len(loud) else sound


def _float(recording: Recording) -> NDArray[np.float32]:
    return recording.samples.astype(np.float32) / 32768


def judge(model: AcousticModel, trials: Iterator[Trial]) -> dict[str, Counter[str]]:
    """Per test: exact and nearest among those whose phrase was offered, accepts among those whose phrase was not."""
    recognizer = VoskRecognizer(model)
    tally: dict[str, Counter[str]] = {}
    for trial in trials:
        counts = tally.setdefault(trial.test, Counter())
        if trial.test == "four digits":
            counts["offered"] += 1
            counts["exact"] += "".join(_best(model, (*trial.phrases,), trial.samples)) == trial.text
            continue
        recognizer.begin(trial.phrases)
        recognizer.accept(trial.samples)
        heard = recognizer.finish().hypotheses
        text = heard[0].text.replace(" ", "") if heard else ""
        if trial.text not in trial.phrases:
            counts["others"] += 1
            counts["accepted"] += bool(text)
            continue
        counts["offered"] += 1
        counts["exact"] += text == trial.text.replace(" ", "")
        counts["nearest"] += _nearest(model, trial) == trial.text
    return tally


def _best(model: AcousticModel, phrases: tuple[str, ...], samples: Samples) -> tuple[str, ...]:
    decoder = model.decoder(model.phrase_set(phrases))
    assert decoder is not None
    decoder.accept(samples)
    found = decoder.final()
    return found[0].texts if found else ()


def _nearest(model: AcousticModel, trial: Trial) -> str:
    words = _best(model, trial.phrases, trial.samples)
    units = [unit for word in words if word != UNKNOWN_WORD for unit in (list(word) if ord(word[0]) > 0x3000 else [word])]
    phrases = PhraseSet(trial.phrases, model.knows).phrases
    return (
        min(phrases, key=lambda phrase: edits(units, phrase.units) / max(len(phrase.units), len(units), 1)).text if units else ""
    )


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("language", choices=("zh-CN", "en-US"))
    parser.add_argument("network", type=Path, help="a checkpoint, or the folder of a model to judge as it is")
    parser.add_argument("parts", help="parts the network was not trained on, joined by commas")
    parser.add_argument("--speech", type=Path, required=True)
    parser.add_argument("--noise", type=Path, help="folder of sounds; those that training did not use are mixed in")
    parser.add_argument("--graph", type=Path, help="model whose graph is used")
    parser.add_argument("--half", choices=("development", "test"), help="say one half of the texts")
    parser.add_argument("--share", type=share, default=1.0, help="of the utterances, for a quick look")
    parser.add_argument("--bias", type=float)
    parser.add_argument("--scale", type=float)
    parser.add_argument(
        "--speakers", help="of those parts these alone, joined by commas, as the recordings name them: digits:theo"
    )
    arguments = parser.parse_args()
    if arguments.network.is_dir() and any((arguments.graph, arguments.bias is not None, arguments.scale is not None)):
        parser.error(f"{arguments.network} is judged as it is: --graph, --bias and --scale are for checkpoints")
    chance = random.Random(5)
    inventory = Inventory.load(arguments.language)
    parts = arguments.parts.split(",")
    own = [r for r in recordings(arguments.language, arguments.speech, inventory) if part_of(r) in parts]
    if arguments.half:
        own = [r for r in own if _half(r) in (arguments.half, "both")]
        chance.seed(arguments.half)
    if arguments.speakers:
        own = [r for r in own if r.speaker in arguments.speakers.split(",")]
    noises = sorted(arguments.noise.rglob("*.ogg"))[1::2] if arguments.noise else []
    sounds = Sounds(noises, chance)
    with tempfile.TemporaryDirectory() as made:
        folder = arguments.network
        if not folder.is_dir():
            folder = Path(made) / f"voicebot-{arguments.language}"
            shutil.copytree((arguments.graph or MODELS / arguments.language) / "graph", folder / "graph")
            export.export(arguments.language, arguments.network, folder, arguments.bias, arguments.scale)
        model = AcousticModel.load(folder)
        drawn = english_trials if arguments.language == "en-US" else mandarin_trials
        for test, counts in judge(model, drawn(own, model.knows, sounds, chance, arguments.share)).items():
            names = ("exact",) if test == "four digits" else ("exact", "nearest")
            shown = [f"{name} {_shown(counts[name], counts['offered'])}" for name in names if counts["offered"]]
            if counts["others"]:
                shown.append(f"false accepts {_shown(counts['accepted'], counts['others'])}")
            print(f"{arguments.language} {test}: {', '.join(shown)}", flush=True)


def _half(recording: Recording) -> str:
    """Of words and sentences one half or the other; syllables and digits are needed in both."""
    if recording.speaker == "wang" or recording.speaker.startswith("digits:"):
        return "both"
    return "development" if zlib.crc32(f"half {recording.text}".encode()) % 2 else "test"


def _shown(count: int, whole: int) -> str:
    figure = rate(count, whole)
    return f"{100 * figure['rate']:.1f} % ({100 * figure['low']:.1f}–{100 * figure['high']:.1f}, n = {whole})"


if __name__ == "__main__":
    command(main)
