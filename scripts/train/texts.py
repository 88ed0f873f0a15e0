"""The sentences of a language model: what callers of the packs say, what the shared grammars hold, telephone talk in general."""

import random
from collections import Counter
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from ruamel.yaml import YAML
from ruamel.yaml.error import YAMLError

from voicebot.errors import VoicebotError
from voicebot.grammar import Grammar, house_folder
from voicebot.grammar.nodes import Alternatives, Expansion, Reference, Repeat, Sequence, Tagged, Words
from voicebot.grammar.tokens import join

SENTENCES = Path(__file__).parent / "sentences"

_SAID_BY_CALLERS = frozenset(("examples", "title", "out_of_scope", "name", "phrases", "words", "synonyms", "spoken"))
"""Keys of a pack under which stand words of callers; what stands elsewhere is only heard when it is read out."""

_SHORT = (
    "spoken",
    "yes_no",
    "commands",
    "choice",
    "backchannels",
    "digits",
    "amount",
    "date",
    "phone",
    "card",
    "banks",
    "products",
)
"""Shared grammars whose phrases are whole turns."""

SAMPLES_A_RULE = 1200
GENERAL_SAMPLES = 30_000
EXAMPLE_WEIGHT = 26.0
"""How often each example of a pack is counted: callers of this hotline say such things more than anything else."""

TALK_WEIGHT = 15.0
"""How often a line of sentences/*.talk.txt is counted: callers who were not heard yet, written for the language model alone."""

_MOST_REPEATS = 3
_SKIP = 0.5
"""Chance that an optional part is left out."""


@dataclass(frozen=True, slots=True)
class Texts:
    """Material of one build."""

    weighted: tuple[tuple[str, float], ...]
    """Sentences of callers, and how often each is counted."""
    every: tuple[str, ...]
    """All that may be put into a grammar, and what most callers say: the vocabulary covers it."""
    talk: tuple[str, ...]
    """Sentences of callers who may say a word that nobody else says."""
    packs: tuple[str, ...]
    """What the packs think callers say."""


def gather(language: str, packs: Iterable[Path], seed: int = 1) -> Texts:
    """Everything the packs and the shared grammars say in `language`."""
    chance = random.Random(seed)
    weighted: list[tuple[str, float]] = []
    every: list[str] = []
    own: list[str] = []
    for key, text in _strings(language, packs):
        every.append(text)
        if key in _SAID_BY_CALLERS:
            weighted.append((text, EXAMPLE_WEIGHT))
            own.append(text)
    for name, rule, grammar in _rules(language):
        every += grammar.words(rule)
        if name in _SHORT:
            counted = Counter(sample(grammar, rule, chance) for _ in range(SAMPLES_A_RULE))
            weighted += [(text, float(count)) for text, count in counted.items()]
    talk = (SENTENCES / f"{language}.talk.txt").read_text(encoding="utf-8").splitlines()
    weighted += [(text, TALK_WEIGHT) for text in talk]
    general = Grammar.load(SENTENCES / f"{language}.jsgf")
    counted = Counter(sample(general, "sentence", chance) for _ in range(GENERAL_SAMPLES))
    weighted += [(text, float(count)) for text, count in counted.items()]
    every += general.words("sentence")
    return Texts(tuple(pair for pair in weighted if pair[0]), tuple(every), tuple(talk), tuple(own))


def _strings(language: str, packs: Iterable[Path]) -> Iterator[tuple[str, str]]:
    """(nearest key, text) of every string in the packs' files for `language`."""
    for pack in packs:
        for path in sorted((pack / language).rglob("*.yaml")):
            try:
                document = YAML(typ="safe").load(path.read_text(encoding="utf-8"))
            except (YAMLError, UnicodeDecodeError):
                raise VoicebotError(f"{path}: cannot be read as YAML; what is wrong: voicebot hotline check {pack}") from None
            yield from _walk(document, "")


def _walk(node: Any, key: str) -> Iterator[tuple[str, str]]:
    if isinstance(node, dict):
        for name, child in node.items():
            yield from _walk(child, str(name))
    elif isinstance(node, list):
        for child in node:
            yield from _walk(child, key)
    elif isinstance(node, str):
        yield key, node


def _rules(language: str) -> Iterator[tuple[str, str, Grammar]]:
    for path in sorted(house_folder(language).glob("*.jsgf")):  # type: ignore[arg-type]
        grammar = Grammar.load(path)
        for rule in grammar.public:
            yield path.stem, rule, grammar


def sample(grammar: Grammar, rule: str, chance: random.Random) -> str:
    """A random sentence of `rule`: alternatives alike, optional parts half the time."""
    return join(_said(grammar.expansion(rule), grammar, chance))


def _said(part: Expansion, grammar: Grammar, chance: random.Random) -> list[str]:
    if isinstance(part, Words):
        return list(part.tokens)
    if isinstance(part, Reference):
        return _said(grammar.expansion(part.rule), grammar, chance)
    if isinstance(part, Tagged):
        return _said(part.part, grammar, chance)
    if isinstance(part, Sequence):
        return [token for piece in part.parts for token in _said(piece, grammar, chance)]
    if isinstance(part, Alternatives):
        return _said(chance.choice(part.options), grammar, chance)
    if isinstance(part, Repeat):
        times = part.least
        while chance.random() > _SKIP and times < (part.least + _MOST_REPEATS if part.most is None else part.most):
            times += 1
        return [token for _ in range(times) for token in _said(part.part, grammar, chance)]
    return []
