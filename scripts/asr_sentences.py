"""What is said to judge a model: sentences by other authors than the language model's, parted into development and test.

In domain: what simulated callers say clearly (voicebot/simulation/wordings), drawn by a fixed seed. Other talk, about no
matter of a hotline (scripts/asr_wordings.py), is for the test alone. A sentence that shares a run of six characters (four
words) with what the language model reads is left out.
"""

import random
import sys
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from pathlib import Path

from asr_wordings import WORDINGS
from ruamel.yaml import YAML

from voicebot.bench.asr_clips import units
from voicebot.types import Language

sys.path.append(str(Path(__file__).parent / "train"))

CALLERS = Path(__file__).parents[1] / "voicebot" / "simulation" / "wordings"

SHARED_RUN = {"zh-CN": 6, "en-US": 4}
DRAWN = {
    "zh-CN": {"test": 200, "development": 150, "more": 100},
    "en-US": {"test": 450, "development": 250, "more": 400},
}
"""Sentences drawn, for tests once more behind those for development; those that share a run are dropped afterwards: of English
ones three in four do ("I want to change")."""

SEED = 20

IN_DOMAIN = {"zh-CN": {"fit": 16, "check": 15}, "en-US": {"fit": 12, "check": 12}}
"""The lists of asr_wordings.py begin with so many about the hotline's matters; the rest is other talk."""


@dataclass(frozen=True, slots=True)
class Said:
    inside: tuple[str, ...]
    """About the hotline's matters."""
    outside: tuple[str, ...]
    """Other talk; none in development."""
    left_out: int
    """Sentences that share a run with the language model's material."""


def sentences(language: Language, part: str = "test") -> Said:
    """`part`: test or development."""
    import build_graph
    import texts

    run = SHARED_RUN[language]
    material = texts.gather(language, build_graph.default_packs())
    read = {gram for text, _ in material.weighted for gram in _runs(units(text, language), run)}
    inside, outside = _candidates(language, part)
    own = [text for text in inside if read.isdisjoint(_runs(units(text, language), run))]
    other = [text for text in outside if read.isdisjoint(_runs(units(text, language), run))]
    return Said(tuple(own), tuple(other), len(inside) + len(outside) - len(own) - len(other))


def _candidates(language: Language, part: str) -> tuple[Sequence[str], Sequence[str]]:
    body = YAML(typ="safe").load((CALLERS / f"{language}.yaml").read_text(encoding="utf-8"))
    clear = sorted({text for said in body["questions"].values() for text in said["clear"]})
    random.Random(SEED).shuffle(clear)
    first, second = DRAWN[language]["test"], DRAWN[language]["development"]
    if part == "development":
        return clear[first : first + second], []
    written = WORDINGS[language].items()
    behind = clear[first + second :][: DRAWN[language]["more"]]
    return [*clear[:first], *behind], [text for name, wordings in written for text in wordings.open[IN_DOMAIN[language][name] :]]


def _runs(said: Sequence[str], length: int) -> Iterable[tuple[str, ...]]:
    return (tuple(said[start : start + length]) for start in range(len(said) - length + 1))
