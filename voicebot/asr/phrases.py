"""A grammar's phrases, and which of them a decoded word string is.

Vosk compiles a grammar to a bigram over its words, not to a list of phrases: words of different phrases may follow each other,
and speech outside the grammar is often heard as some word of it. So a hypothesis counts only when it is a whole phrase, or so
near to exactly one phrase that nothing else can be meant.
"""

from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass

from voicebot.asr.nbest import UNKNOWN_WORD
from voicebot.asr.segmentation import Token, is_cjk, segment

NEAR_DISTANCE = 0.25
"""Largest edit distance, as a share of the phrase's units, at which a word string still counts as the phrase. Higher: more
answers to long options are caught, more speech outside the grammar is taken for one."""

NEAR_LEAD = 1.0
"""Edits by which the nearest phrase must lead the second nearest."""

NEAR_UNITS = {"cjk": 4, "latin": 3}
"""Shortest phrase that may be matched nearly, in characters or words: below it, one edit changes the meaning."""

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
    """The phrases of one grammar, cut into a model's words. Immutable; may be shared.

    `loop`: words that may also be said one after the other in any number and order, as digits are.
    """

    def __init__(self, phrases: Iterable[str], knows: Callable[[str], bool], loop: Iterable[str] = ()) -> None:
        self._loop = frozenset(word for word in loop if knows(word))
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

    def match(self, words: Sequence[str]) -> Match | None:
        """The phrase that `words` (`[unk]` among them) are, exactly or nearly; None when they are none.

        `[unk]` only ever stands for a gap of a phrase: on development audio 33 of 35 phrases that were let off an `[unk]` at
        their edge were wrong.
        """
        heard = tuple(_units(words))
        exact = self._exact.get("".join(heard))
        if exact is None and words and self._loop.issuperset(words):
            exact = Phrase(" ".join(words), tuple(Token(word, True) for word in words), heard)
        return Match(exact, 0.0) if exact is not None else self._nearest(heard)

    def _nearest(self, heard: tuple[str, ...]) -> Match | None:
        if not self.phrases or set(heard) <= {UNKNOWN_WORD}:
            return None
        counts = [edits(heard, phrase.units) for phrase in self.phrases]
        ranked = sorted(range(len(counts)), key=counts.__getitem__)
        phrase, count = self.phrases[ranked[0]], counts[ranked[0]]
        distance = count / max(1, len(phrase.units))
        lead = counts[ranked[1]] - count if len(ranked) > 1 else NEAR_LEAD
        alike = heard.count(UNKNOWN_WORD) <= phrase.units.count(UNKNOWN_WORD) and _polar(heard) == _polar(phrase.units)
        if not alike or not _may_be_near(phrase) or distance > NEAR_DISTANCE or lead < NEAR_LEAD:
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
        runs |= dict.fromkeys(sorted(self._loop))
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


def _units(words: Iterable[str]) -> list[str]:
    return [unit for word in words for unit in ([word] if word == UNKNOWN_WORD else _split(word))]


def _polar(units: Iterable[str]) -> int:
    return sum(unit in _POLAR for unit in units)
