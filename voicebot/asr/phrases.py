"""A grammar's phrases, and which of them a decoded word string is.

Vosk compiles a grammar to a bigram over its words, not to a list of phrases: words of different phrases may follow each other,
and speech outside the grammar is often heard as some word of it. So a hypothesis counts only when it is a whole phrase, or so
near to exactly one phrase that nothing else can be meant.
"""

from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass

from voicebot.asr.nbest import UNKNOWN_WORD
from voicebot.asr.segmentation import Token, is_cjk, segment
from voicebot.types import Word

NEAR_DISTANCE = 0.25
"""Largest edit distance, as a share of the phrase's units, at which a word string still counts as the phrase. Higher: more
answers to long options are caught, more speech outside the grammar is taken for one."""

NEAR_LEAD = 1.0
"""Edits by which the nearest phrase must lead the second nearest."""

NEAR_UNITS = {"cjk": 4, "latin": 3}
"""Shortest phrase that may be matched nearly, in characters or words: below it, one edit changes the meaning."""

EDGE_NOISE_SECONDS = 0.25
"""An `[unk]` at either end that is shorter than this is a breath or a click, not a word."""

EDGE_NOISE_DISTANCE = 0.2
"""What such a sound costs: the phrase is then a near match."""

_ENGLISH_POLAR = ("not", "no", "never", "none", "nothing", "don't", "doesn't", "didn't", "isn't", "won't", "can't")
_POLAR = frozenset(("不", "没", "未", "别", "无", "非", "勿", *_ENGLISH_POLAR))
"""An edit that adds or takes one of these turns a meaning round: never near."""


@dataclass(frozen=True, slots=True)
class Phrase:
    """One phrase of a grammar."""

    text: str
    """As it was given."""
    tokens: tuple[Token, ...]
    units: tuple[str, ...]
    """What edits are counted in: Chinese characters, words of other writing; `UNKNOWN_WORD` for a run the model cannot hear."""

    @property
    def words(self) -> str:
        """Its words joined by single spaces."""
        return " ".join(token.text for token in self.tokens)


@dataclass(frozen=True, slots=True)
class Match:
    phrase: Phrase
    distance: float
    """0.0 for exactly the phrase; otherwise edits as a share of the phrase's units, at most `NEAR_DISTANCE`."""


class PhraseSet:
    """The phrases of one grammar, cut into a model's words. Immutable; may be shared."""

    def __init__(self, phrases: Iterable[str], knows: Callable[[str], bool]) -> None:
        self.phrases = tuple(_phrase(text, segment(text, knows)) for text in dict.fromkeys(phrases))
        self._exact: dict[str, Phrase] = {}
        for phrase in self.phrases:
            if phrase.units and UNKNOWN_WORD not in phrase.units:
                self._exact.setdefault("".join(phrase.units), phrase)
        self.grammar = self._grammar()
        """What Vosk is given; empty when it knows no word of any phrase."""

    @property
    def uncovered(self) -> dict[str, tuple[str, ...]]:
        """Phrases that hold words the model cannot hear, and those words."""
        gaps = {p.text: tuple(token.text for token in p.tokens if not token.known) for p in self.phrases}
        return {text: words for text, words in gaps.items() if words}

    def match(self, words: Sequence[Word]) -> Match | None:
        """The phrase that `words` (times used for `[unk]` only) are, exactly or nearly; None when they are none."""
        heard, noise = _without_edge_noise(words)
        exact = self._exact.get("".join(_units(heard)))
        if exact is not None:
            return Match(exact, EDGE_NOISE_DISTANCE if noise else 0.0)
        return self._nearest(_units(heard), noise)

    def _nearest(self, heard: tuple[str, ...], noise: bool) -> Match | None:
        if not self.phrases or set(heard) <= {UNKNOWN_WORD}:
            return None
        counts = [edits(heard, phrase.units) for phrase in self.phrases]
        ranked = sorted(range(len(counts)), key=counts.__getitem__)
        phrase, count = self.phrases[ranked[0]], counts[ranked[0]]
        distance = count / max(1, len(phrase.units)) + (EDGE_NOISE_DISTANCE if noise else 0.0)
        lead = counts[ranked[1]] - count if len(ranked) > 1 else NEAR_LEAD
        if not _may_be_near(phrase) or distance > NEAR_DISTANCE or lead < NEAR_LEAD or _polar(heard) != _polar(phrase.units):
            return None
        return Match(phrase, distance)

    def _grammar(self) -> tuple[str, ...]:
        runs: dict[str, None] = {}
        for phrase in self.phrases:
            run: list[str] = []
            for token in (*phrase.tokens, Token("", False)):
                if token.known:
                    run.append(token.text)
                elif run:
                    runs[" ".join(run)] = None
                    run = []
        return (*runs, UNKNOWN_WORD) if runs else ()


def edits(heard: Sequence[str], wanted: Sequence[str]) -> float:
    """Levenshtein distance of two unit strings; `[unk]` against a gap of the phrase costs nothing."""
    row = [float(j) for j in range(len(wanted) + 1)]
    for i, unit in enumerate(heard, 1):
        last, row = row, [float(i)]
        for j, other in enumerate(wanted, 1):
            row.append(min(last[j] + 1.0, row[j - 1] + 1.0, last[j - 1] + (0.0 if unit == other else 1.0)))
    return row[-1]


def _phrase(text: str, tokens: tuple[Token, ...]) -> Phrase:
    units: list[str] = []
    for token in tokens:
        if token.known:
            units += _split(token.text)
        elif not units or units[-1] != UNKNOWN_WORD:
            units.append(UNKNOWN_WORD)
    return Phrase(text, tokens, tuple(units))


def _may_be_near(phrase: Phrase) -> bool:
    return len(phrase.units) >= NEAR_UNITS["cjk" if is_cjk("".join(phrase.units)) else "latin"]


def _split(word: str) -> list[str]:
    return list(word) if is_cjk(word) else [word]


def _units(words: Iterable[Word]) -> tuple[str, ...]:
    units: list[str] = []
    for word in words:
        units += [word.text] if word.text == UNKNOWN_WORD else _split(word.text)
    return tuple(units)


def _polar(units: Iterable[str]) -> int:
    return sum(unit in _POLAR for unit in units)


def _without_edge_noise(words: Sequence[Word]) -> tuple[Sequence[Word], bool]:
    first, last = 0, len(words)
    while first < last and _is_noise(words[first]):
        first += 1
    while last > first and _is_noise(words[last - 1]):
        last -= 1
    return words[first:last], last - first < len(words)


def _is_noise(word: Word) -> bool:
    return word.text == UNKNOWN_WORD and 0.0 < word.end - word.start < EDGE_NOISE_SECONDS
