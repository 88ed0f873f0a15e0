"""The model card's tables: a model on synthetic voices it was not trained on, saying what no language model read.

    python scripts/bench_asr.py zh-CN [--model DIR] [--part development] [--share 0.1] [--keep DIR] [--json]

What is said: scripts/asr_sentences.py. Every sentence is spoken by as many of the held-out espeak variants as make 150
utterances or more, one utterance each; for English also by flite's held-out voice. The 24 phrases of menus and yes and no are
offered as a grammar; sentences of other talk are spoken into it to count false accepts. The clips go through
`voicebot.bench.asr`, which adds the telephone line and the noise. `--part development` says other sentences in other voices:
choices are made on it, and the tables come from the test.
"""

import argparse
import json
import math
import subprocess
import tempfile
from collections.abc import Callable, Iterator, Sequence
from concurrent.futures import ProcessPoolExecutor
from multiprocessing import get_context
from pathlib import Path
from typing import Any

import numpy as np
import soundfile
import soxr
from asr_material import ESPEAK, HELD_OUT, VOICES, say
from asr_sentences import Said, sentences
from asr_wordings import WORDINGS
from numpy.typing import NDArray

from voicebot.asr.models import BUNDLED, find_model
from voicebot.audio.wav import write_wav
from voicebot.bench.asr import bench_asr, table
from voicebot.types import SAMPLE_RATE, Language

UTTERANCES = 150
GRAMMAR_PHRASES = 24
EDGE = 0.35
"""Seconds of faint noise before and behind each clip."""

Audio = NDArray[np.float64]
Speaker = tuple[str, Callable[[str], Audio]]
"""Name, and what it makes of a text."""


def main() -> None:
    arguments = _arguments()
    language: Language = arguments.language
    find_model(language, arguments.model or BUNDLED)
    said = sentences(language, arguments.part)
    with tempfile.TemporaryDirectory() as made:
        results = {}
        for name, texts, offered, speakers in _tests(language, said, arguments.part, arguments.share):
            part = "" if arguments.share == 1 else f"-share-{arguments.share:g}"
            folder = Path(arguments.keep or made) / f"{name.replace(' ', '-')}{part}"
            if not folder.exists():
                make_clips(folder, language, texts, offered, speakers)
            results[name] = _measured(folder, arguments.model or BUNDLED, language)
            if not arguments.json:
                print(f"{name}\n\n{table(results[name])}\n", flush=True)
    document = {"language": language, "left_out_for_shared_runs": said.left_out, **results}
    document["perplexity"] = perplexity(language, said.inside)
    if arguments.json:
        print(json.dumps(document, ensure_ascii=False))
        return
    print(f"{language}: perplexity {document['perplexity']:.0f} a word on {len(said.inside)} sentences in domain")
    print(f"{said.left_out} sentences left out: they share a run with the language model's material")


def _measured(folder: Path, model: str, language: Language) -> dict[str, Any]:
    """In a process of its own: what this one read to choose sentences would count as the recogniser's memory."""
    with ProcessPoolExecutor(1, get_context("spawn")) as own:
        return own.submit(bench_asr, folder, model=model, language=language).result()


Test = tuple[str, Sequence[str], list[str] | None, Iterator[Speaker]]


def _tests(language: Language, said: Said, part: str, share: float) -> Iterator[Test]:
    """Name, texts (as often as they are said), the grammar they are said into, who speaks."""
    voices = sorted(HELD_OUT if part == "test" else VOICES["check"])
    yield "in domain", _often(said.inside, share), None, _espeak(language, voices)
    if language == "en-US" and part == "test":
        yield "flite", _some(said.inside, share), None, _flite()
    if said.outside:
        grammar = grammar_phrases(language)
        yield "other talk", _often(said.outside, share), None, _espeak(language, voices)
        yield "grammar", [*_often(grammar, share), *_often(said.outside, share)], grammar, _espeak(language, voices)


def _some(texts: Sequence[str], share: float) -> Sequence[str]:
    return texts[: math.ceil(share * len(texts))]


def _often(texts: Sequence[str], share: float) -> list[str]:
    return [text for text in _some(texts, share) for _ in range(math.ceil(UTTERANCES / len(texts)))]


def perplexity(language: Language, said: Sequence[str]) -> float:
    """Of the language model that `build_graph.py` makes for the bundled packs; sentences with unknown words count in pieces."""
    import build_graph
    import texts
    from vocabulary import vocabulary

    material = texts.gather(language, build_graph.default_packs())
    words = vocabulary(language, material.every, material.talk)
    model = build_graph.language_model(language, material.weighted, words)
    known = set(words)
    return model.perplexity(piece for text in said for piece in build_graph.pieces(text, known.__contains__))


def grammar_phrases(language: Language) -> list[str]:
    """The first `GRAMMAR_PHRASES` of the wordings' menus and their yes and no."""
    fit, check = (WORDINGS[language][part].grammars for part in ("fit", "check"))
    return list(dict.fromkeys([*fit[1], *check[1], *fit[0]]))[:GRAMMAR_PHRASES]


def make_clips(
    folder: Path, language: Language, said: Sequence[str], grammar: list[str] | None, speakers: Iterator[Speaker]
) -> None:
    """Write the clips: every text by the next speaker, with the phrases that are offered to the recogniser."""
    folder.mkdir(parents=True, exist_ok=True)
    chance = np.random.default_rng(11)
    for number, (text, (name, speak)) in enumerate(zip(said, speakers, strict=False)):
        audio = speak(text)
        edge = np.zeros(int(EDGE * SAMPLE_RATE))
        line = np.concatenate([edge, audio / max(1e-9, float(np.abs(audio).max())) * 0.4, edge])
        line = line + chance.normal(0.0, 2e-4, len(line))
        path = folder / f"{number:03d}-{name}.wav"
        write_wav(path, np.round(line * 32767).astype(np.int16))
        label = {"text": text, "lang": language, "speaker": name, **({"grammar": grammar} if grammar else {})}
        path.with_suffix(".json").write_text(json.dumps(label, ensure_ascii=False), encoding="utf-8")


def _espeak(language: Language, voices: Sequence[str]) -> Iterator[Speaker]:
    """The voices in turn, with another speed and pitch each time."""
    chance = np.random.default_rng(11)
    number = 0
    while True:
        voice, tongue = voices[number % len(voices)], ESPEAK[language][(number + number // len(voices)) % len(ESPEAK[language])]
        speed, pitch = int(chance.integers(130, 250)), int(chance.integers(30, 70))
        yield voice, lambda text, full=f"{tongue}+{voice}", speed=speed, pitch=pitch: say(text, full, speed, pitch)
        number += 1


def _flite() -> Iterator[Speaker]:
    """Its voice that no training heard."""
    from speak import FLITE_HELD_OUT

    def speak(text: str) -> Audio:
        with tempfile.NamedTemporaryFile(suffix=".wav") as file:
            subprocess.run(["flite", "-voice", FLITE_HELD_OUT, "-t", text, "-o", file.name], check=True)
            data, rate = soundfile.read(file.name, dtype="float64")
        return np.asarray(soxr.resample(data, rate, SAMPLE_RATE))

    while True:
        yield f"flite-{FLITE_HELD_OUT}", speak


def _arguments() -> argparse.Namespace:
    from arguments import share

    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("language", choices=("zh-CN", "en-US"))
    parser.add_argument("--model", help="folder of another model than the bundled one")
    parser.add_argument("--part", choices=("test", "development"), default="test")
    parser.add_argument("--share", type=share, default=1.0, help="of the texts, for a quick look")
    parser.add_argument("--keep", help="folder to keep the clips in; clips that are there are used again")
    parser.add_argument("--json", action="store_true")
    return parser.parse_args()


if __name__ == "__main__":
    from arguments import command

    command(main)
