"""Rebuild vocabulary and language model of a bundled model from the packs: under a minute, no training.

    python scripts/train/build_graph.py zh-CN [--pack DIR]... [--model DIR] [--network NETWORK.pt]

Reads every wording of the packs (all bundled hotlines when none is named) and of the shared grammars, writes graph/ and the
manifest of `--model` (the bundled one) anew, and prints what came of it. With `--network`, am/ and conf/ are exported first.
"""

import argparse
import json
import time
from collections.abc import Callable
from pathlib import Path

import english
import export
import graph
import mandarin
import ngram
import texts
from inventory import Inventory
from manifest import write_manifest
from vocabulary import frequency, vocabulary

from voicebot.asr.segmentation import segment

ROOT = Path(__file__).resolve().parents[2]
MODELS = ROOT / "voicebot" / "data" / "models"
PACKS = ROOT / "voicebot" / "hotlines"

ORDER = 3
GENERAL = 0.25
"""Share of general word frequencies in the unigrams."""

WORTH = {"zh-CN": {1: 100.0, 2: 108.0}, "en-US": {1: 85.0, 2: 135.0}}
"""What an n-gram must be worth (`ngram.estimate`): a model is to stay under 8 MB."""


def main() -> None:
    arguments = _arguments()
    started = time.monotonic()
    folder = arguments.model or MODELS / arguments.language
    if arguments.network:
        export.export(arguments.language, arguments.network, folder)
    packs = arguments.pack or default_packs()
    inventory = Inventory.load(arguments.language)
    material = texts.gather(arguments.language, packs)
    words = vocabulary(arguments.language, material.every, material.talk)
    speak = mandarin.pronunciations if arguments.language == "zh-CN" else english.pronunciations
    pronunciations = speak(words, inventory)
    silent = sorted(set(words) - set(pronunciations))
    model = language_model(arguments.language, material.weighted, sorted(pronunciations))
    graph.build(folder, inventory, pronunciations, model, arguments.unknown_cost)
    export.renumber(folder, inventory)
    write_manifest(folder, arguments.language, arguments.version or _next_version(folder))
    ways = sum(len(found) for found in pronunciations.values())
    grams = sum(len(found) for found in model.after.values())
    seconds = time.monotonic() - started
    print(f"{arguments.language}: {len(pronunciations)} words, {ways} pronunciations, {grams} n-grams, {seconds:.0f} s")
    if silent:
        print(f"not pronounceable, left out: {' '.join(silent)}")


def _next_version(folder: Path) -> str:
    try:
        return str(int(json.loads((folder / "manifest.json").read_text(encoding="utf-8"))["version"]) + 1)
    except (OSError, KeyError, TypeError, ValueError):
        return "1"


def default_packs() -> list[Path]:
    """The folders of all bundled hotlines."""
    return [path for path in sorted(PACKS.iterdir()) if (path / "hotline.yaml").is_file()]


def language_model(language: str, weighted: tuple[tuple[str, float], ...], words: list[str]) -> ngram.NGrams:
    """The model of the sentences, cut into `words`; a sentence with a gap is counted in its pieces."""
    known = set(words)
    counted: list[tuple[list[str], float]] = []
    for text, weight in weighted:
        counted += [(piece, weight) for piece in pieces(text, known.__contains__)]
    return ngram.estimate(counted, words, lambda word: frequency(language, word), ORDER, GENERAL, WORTH[language])


def pieces(text: str, knows: Callable[[str], bool]) -> list[list[str]]:
    """`text` in known words, cut where there is a gap."""
    found: list[list[str]] = [[]]
    for token in segment(text, knows):
        if token.known:
            found[-1].append(token.text)
        elif found[-1]:
            found.append([])
    return [piece for piece in found if piece]


def _arguments() -> argparse.Namespace:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("language", choices=("zh-CN", "en-US"))
    parser.add_argument("--pack", type=Path, action="append", help="folder of a hotline pack; may be given several times")
    parser.add_argument("--model", type=Path, help="folder of the model to rebuild")
    parser.add_argument("--network", type=Path, help="a trained network to export into it first")
    parser.add_argument("--unknown-cost", type=float, help="of a phone in an unknown word, natural logarithm")
    parser.add_argument("--version", help="version to write into the manifest; without it the number after the one there")
    return parser.parse_args()


if __name__ == "__main__":
    main()
