"""Two questions in one breath: "花呗还不上了，还有我的卡丢了", "I forgot my password, and how do I close my account".

Taken whole such words name one of the two, or neither. They are cut at a word that adds something, if what stands on either
side of it names a question of its own, and not the same. Words that add within one question ("有没有利息，还有手续费") name
nothing on one side, or the same on both, and are left whole.
"""

import re
from collections.abc import Callable, Iterator
from dataclasses import dataclass

from voicebot.types import OTHER, Language

APART = 0.5
"""Share of the likelihood from which either side names its question; the classifier has seen whole wordings, and is less sure
of halves. Of the wordings that ship, each about one question, this cuts 1 of 9,842, of those of the simulated callers 0 of
5,709."""

SURELY_APART = 0.98
"""The same at a bare "and", which mostly goes on with one question: at 0.5 it cut 3 % of the English wordings, at this 2 of
6,242."""

LEAST = {"zh-CN": 4, "en-US": 3}
"""Characters, or words, that a side has at least."""

_ADDS = {
    "zh-CN": re.compile(
        r"(?:[,.](?:还有|而且|以及|同时)|(?<=[了呢吗啊吧])还有|还有(?=我|个|一个|件|一件|就是|想|,)|然后(?=还|再|我想|想问)|再就是|再有|再一个|"
        r"另外(?!一个[^问事]|一张|那|的|开|绑|设|办|弄|找)|此外|顺便|再问|还想问|还要问)"
        r"(?:[,.]|还有|我|再|还|想问|问|一下|就是|一个|一件|件|个|事情|事|问题|请问|也)*[,.]?"
    ),
    "en-US": re.compile(
        r"(?:[,.] | )(?:and |but |oh |then )*"
        r"(?:also|another thing(?: is)?|another question(?: is)?|one more thing|on top of that|secondly|by the way|"
        r"plus i|plus my|plus the|and (?=how |can i |could i |where do |why is |why did |what is |what's |when will ))"
        r"(?:,? (?:i also|i'd also like to know|i also want to know|i want to know|can you tell me|tell me|also))?,? ?"
    ),
}
"""What adds a question; where it may as well go on with one ("我还有一笔没还", a bare "and") it does not count."""

_MAY_ADD = re.compile(r",? and ")

Questions = dict[str, float]


@dataclass(frozen=True, slots=True)
class Both:
    """What either side of the cut says: shares of all questions and `OTHER`."""

    first: Questions
    second: Questions


def cut(text: str, language: Language, read: Callable[[str], Questions]) -> Both | None:
    """`text` (normalised) as two questions, `read` by the classifier; None where it is not two."""
    for before, after, least in _sides(text, language):
        first = read(before)
        name = _named(first, least)
        if name is None:
            continue
        second = read(after)
        other = _named(second, least)
        if other is not None and other != name:
            return Both(first, second)
    return None


def _sides(text: str, language: Language) -> Iterator[tuple[str, str, float]]:
    """What stands on either side of each place for a cut, and how surely either must name its question."""
    places = [(found, APART) for found in _ADDS[language].finditer(text)]
    if language == "en-US":
        places += [(found, SURELY_APART) for found in _MAY_ADD.finditer(text)]
    for found, least in places:
        before, after = text[: found.start()].strip(" ,."), text[found.end() :].strip(" ,.")
        if min(_length(before, language), _length(after, language)) >= LEAST[language]:
            yield before, after, least


def _length(text: str, language: Language) -> int:
    return len(text) if language == "zh-CN" else len(text.split())


def _named(questions: Questions, least: float) -> str | None:
    name, share = max(questions.items(), key=lambda item: (item[1], item[0]), default=(OTHER, 0.0))
    return name if name != OTHER and share >= least else None
