"""Rebuild vocabulary and language model for packs, in seconds and without training.

    python scripts/train/build_graph.py zh-CN --pack DIR... --model DIR
    python scripts/train/build_graph.py zh-CN [--model DIR] [--network NETWORK.pt]

The first makes the model for packs of your own: in the folder `--model`, from the bundled model where there is none yet. Use it
with `voicebot ... --model DIR`. The second is for who makes the bundled models: all bundled hotlines, `--model` the bundled one
when none is named, and with `--network` a trained network instead of the one that is there. Reads every wording of the packs and
of the shared grammars, writes graph/ and the manifest anew, tries the model, and prints what came of it. Nothing is replaced
before the new model has been tried.
"""

import argparse
import json
import math
import re
import shutil
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path

import english
import export
import graph
import mandarin
import ngram
import texts
from arguments import command
from inventory import Inventory
from manifest import write_manifest
from vocabulary import frequency, vocabulary

from voicebot.asr.segmentation import segment
from voicebot.asr.verification import probe, read_manifest
from voicebot.errors import VoicebotError

ROOT = Path(__file__).resolve().parents[2]
MODELS = ROOT / "voicebot" / "data" / "models"
PACKS = ROOT / "voicebot" / "hotlines"

ORDER = 3
GENERAL = 0.25
"""Share of general word frequencies in the unigrams."""

WORTH = {"zh-CN": {1: 100.0, 2: 108.0}, "en-US": {1: 85.0, 2: 135.0}}
"""What an n-gram must be worth (`ngram.estimate`): a model is to stay under 8 MB."""

MOST_COST = 100.0
_LATIN = re.compile(r"[A-Za-z][A-Za-z0-9]*")


def main() -> None:
    arguments = _arguments()
    folder = arguments.model or MODELS / arguments.language
    packs = arguments.pack or default_packs()
    for pack in packs:
        if not (pack / arguments.language).is_dir():
            raise VoicebotError(f"{pack}: has no folder {arguments.language}; name the folder of a pack in that language")
    with _begun(folder, arguments.language, arguments.network) as work:
        _build(work, packs, arguments)


@contextmanager
def _begun(folder: Path, language: str, network: Path | None) -> Iterator[Path]:
    """A copy of the model to work on, or of the bundled one where there is none; it takes the model's place at the end."""
    exists = folder.exists()
    if exists:
        _check_language(folder, language)
    work, before = (folder.parent / f".{folder.name}.{name}" for name in ("work", "before"))
    shutil.rmtree(work, ignore_errors=True)
    try:
        if exists:
            shutil.copytree(folder, work)
        else:
            work.parent.mkdir(parents=True, exist_ok=True)
            shutil.copytree(MODELS / language, work, ignore=shutil.ignore_patterns("MODEL_CARD.md"))
        if network:
            export.export(language, network, work)
        export.renumber(work, Inventory.load(language))
        yield work
        probe(work)
        if exists:
            shutil.rmtree(before, ignore_errors=True)
            folder.rename(before)
        work.rename(folder)
        shutil.rmtree(before, ignore_errors=True)
    finally:
        shutil.rmtree(work, ignore_errors=True)
        if before.exists() and not folder.exists():  # stopped between the two renames
            before.rename(folder)


def _check_language(folder: Path, language: str) -> None:
    if not (folder / "am" / "final.mdl").is_file():
        raise VoicebotError(f"{folder}: no model; name the folder of one, or one that does not exist yet")
    named = read_manifest(folder).get("language", language)
    if named != language:
        raise VoicebotError(f"{folder}: is a model for {named}; a graph for {language} does not fit it")


def _build(folder: Path, packs: list[Path], arguments: argparse.Namespace) -> None:
    started = time.monotonic()
    inventory = Inventory.load(arguments.language)
    material = texts.gather(arguments.language, packs)
    words = vocabulary(arguments.language, material.every, material.talk)
    speak = mandarin.pronunciations if arguments.language == "zh-CN" else english.pronunciations
    pronunciations = speak(words, inventory)
    silent = sorted(set(words) - set(pronunciations))
    model = language_model(arguments.language, material.weighted, sorted(pronunciations))
    graph.build(folder, inventory, pronunciations, model, arguments.unknown_cost)
    write_manifest(folder, arguments.language, arguments.version or _next_version(folder))
    ways = sum(len(found) for found in pronunciations.values())
    grams = sum(len(found) for found in model.after.values())
    seconds = time.monotonic() - started
    print(f"{arguments.language}: {len(pronunciations)} words, {ways} pronunciations, {grams} n-grams, {seconds:.0f} s")
    if silent:
        print(f"not pronounceable, left out: {' '.join(silent)}")
    foreign = sorted({word for text in material.packs for word in _LATIN.findall(text)}) if arguments.language == "zh-CN" else []
    if foreign:
        print(f"in Latin letters, which a Mandarin model can not hear: {' '.join(foreign)}")


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
    parser.add_argument("--model", type=Path, help="folder of the model; made where there is none")
    parser.add_argument("--network", type=Path, help="a trained network to export into it first")
    parser.add_argument("--unknown-cost", type=_cost, help="of a phone in an unknown word, natural logarithm")
    parser.add_argument("--version", help="version to write into the manifest; without it the number after the one there")
    arguments = parser.parse_args()
    if arguments.pack and not arguments.model:
        parser.error("a model for packs of your own goes into a folder of its own: name it with --model")
    return arguments


def _cost(text: str) -> float:
    try:
        value = float(text)
    except ValueError:
        value = math.nan
    if not 0 <= value <= MOST_COST:
        raise argparse.ArgumentTypeError(f"{text}: give a number from 0 to {MOST_COST:g}")
    return value


if __name__ == "__main__":
    command(main)
