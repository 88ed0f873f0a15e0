"""The model card's tables: the bundled models on synthetic voices no model was trained on, saying what no language model read.

    python scripts/bench_asr.py zh-CN [--model DIR] [--voices 4] [--keep DIR] [--json]

Sentences are those of scripts/asr_wordings.py, written by another author than the language model's; a sentence that shares a
run of six characters (four words) with the language model's material is left out and counted. Each is spoken by some of the
held-out espeak variants. Grammars hold 24 phrases; sentences of other talk are spoken into them to count false accepts. The
clips go through `voicebot.bench.asr`, which adds the telephone line and the noise.
"""

import argparse
import json
import sys
import tempfile
from collections.abc import Iterable, Sequence
from pathlib import Path

import numpy as np
from asr_material import ESPEAK, HELD_OUT, say
from asr_wordings import WORDINGS

from voicebot.audio.wav import write_wav
from voicebot.bench.asr import bench_asr, table
from voicebot.bench.asr_clips import units
from voicebot.types import SAMPLE_RATE, Language

IN_DOMAIN = {"zh-CN": {"fit": 16, "check": 15}, "en-US": {"fit": 12, "check": 12}}
"""The lists of sentences begin with so many about the hotline's matters; the rest is other talk."""

SHARED_RUN = {"zh-CN": 6, "en-US": 4}
GRAMMAR_PHRASES = 24
EDGE = 0.35
"""Seconds of faint noise before and behind each clip."""


def main() -> None:
    arguments = _arguments()
    language: Language = arguments.language
    sys.path.insert(0, str(Path(__file__).parent / "train"))
    inside, outside, shared = sentences(language)
    with tempfile.TemporaryDirectory() as made:
        results = {}
        grammar = grammar_phrases(language)
        for name, texts, offered in (
            ("in domain", inside, None),
            ("other talk", outside, None),
            ("grammar", [*grammar, *outside], grammar),
        ):
            folder = Path(arguments.keep or made) / name.replace(" ", "-")
            make_clips(folder, language, texts, offered, arguments.voices)
            results[name] = bench_asr(folder, model=arguments.model or "bundled", language=language)
    document = {"language": language, "left_out_for_shared_runs": shared, "perplexity": perplexity(language, inside), **results}
    if arguments.json:
        print(json.dumps(document, ensure_ascii=False))
        return
    print(f"{language}: perplexity {document['perplexity']:.0f} a word on {len(inside)} sentences in domain; {shared} left out\n")
    for name, result in results.items():
        print(f"{name}\n\n{table(result)}\n")


def sentences(language: Language) -> tuple[list[str], list[str], int]:
    """In domain, other talk, and how many were left out because the language model's material shares a run with them."""
    import build_graph
    import texts

    run = SHARED_RUN[language]
    material = texts.gather(language, build_graph.default_packs())
    read = {gram for text, _ in material.weighted for gram in _runs(units(text, language), run)}
    inside: list[str] = []
    outside: list[str] = []
    shared = 0
    for part, wordings in WORDINGS[language].items():
        for number, text in enumerate(wordings.open):
            if read.isdisjoint(_runs(units(text, language), run)):
                (inside if number < IN_DOMAIN[language][part] else outside).append(text)
            else:
                shared += 1
    return inside, outside, shared


def _runs(said: Sequence[str], length: int) -> Iterable[tuple[str, ...]]:
    return (tuple(said[start : start + length]) for start in range(len(said) - length + 1))


def perplexity(language: Language, said: Sequence[str]) -> float:
    """Of the language model that `build_graph.py` makes for the bundled packs; sentences with unknown words count in pieces."""
    import build_graph
    import texts
    from vocabulary import vocabulary

    material = texts.gather(language, build_graph.default_packs())
    words = vocabulary(language, material.every)
    model = build_graph.language_model(language, material.weighted, words)
    known = set(words)
    return model.perplexity(piece for text in said for piece in build_graph.pieces(text, known.__contains__))


def grammar_phrases(language: Language) -> list[str]:
    """The first `GRAMMAR_PHRASES` of the wordings' menus and their yes and no."""
    fit, check = (WORDINGS[language][part].grammars for part in ("fit", "check"))
    return list(dict.fromkeys([*fit[1], *check[1], *fit[0]]))[:GRAMMAR_PHRASES]


def make_clips(folder: Path, language: Language, said: Sequence[str], grammar: list[str] | None, voices: int) -> None:
    """Write the clips: every text in some voices, with the phrases that are offered to the recogniser."""
    folder.mkdir(parents=True, exist_ok=True)
    held_out = sorted(HELD_OUT)
    chance = np.random.default_rng(11)
    for number, text in enumerate(said):
        for turn in range(voices):
            voice = held_out[(number * voices + turn) % len(held_out)]
            tongue = ESPEAK[language][(number + turn) % len(ESPEAK[language])]
            audio = say(text, f"{tongue}+{voice}", int(chance.integers(130, 250)), int(chance.integers(30, 70)))
            edge = np.zeros(int(EDGE * SAMPLE_RATE))
            line = np.concatenate([edge, audio / max(1e-9, float(np.abs(audio).max())) * 0.4, edge])
            line = line + chance.normal(0.0, 2e-4, len(line))
            name = f"{number:03d}-{turn}-{voice}"
            write_wav(folder / f"{name}.wav", np.round(line * 32767).astype(np.int16))
            label = {"text": text, "lang": language, "speaker": voice, **({"grammar": grammar} if grammar else {})}
            (folder / f"{name}.json").write_text(json.dumps(label, ensure_ascii=False), encoding="utf-8")


def _arguments() -> argparse.Namespace:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("language", choices=("zh-CN", "en-US"))
    parser.add_argument("--model", help="folder of another model than the bundled one")
    parser.add_argument("--voices", type=int, default=4, help="held-out voices that say each sentence")
    parser.add_argument("--keep", help="folder to keep the clips in")
    parser.add_argument("--json", action="store_true")
    return parser.parse_args()


if __name__ == "__main__":
    main()
