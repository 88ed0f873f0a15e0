"""Yes, no and giving up by the sound of it: what a recogniser made of a short answer, back to the answer that it sounds like.

An answer of one to six syllables has no context that a language model could lean on: 对呀 is heard as 退了, 不是呢 as 不是了. So
where a yes or no was asked for and the words hold no act, they are compared, sound by sound, with every form of yes, no, "I
see" and "I do not" that the grammar knows. The nearest decides, when it is near and the nearest of any other kind is farther off.

Whoever gives up says so whatever was asked: 先不办了 is heard as 险补办了. There the sounds must be the same, all of them.
"""

from collections.abc import Sequence
from functools import lru_cache
from itertools import product

import numpy as np
from numpy.typing import NDArray

from voicebot.grammar import house_grammar, tokenise
from voicebot.nlu.acts import words_of
from voicebot.nlu.homophones import syllables
from voicebot.types import DialogueAct, Language

LONGEST = 6
"""Syllables of an answer that is compared; longer turns say something of their own."""

NEAR = 0.5
"""Largest distance, a syllable, at which words are taken for a form of yes or no."""

LEAD = 0.12
"""By how much the nearest form must be nearer than the nearest one of another kind. With both, of 348 answers of 400
callers of development seeds whose words held no act, 167 were read, 8 of them the wrong way round, and 10 of 323 other turns."""

TRUSTED = 0.8
"""Probability of an act that was read by its sound."""

ALIKE = 0.35
"""Cost of a syllable that differs in its initial alone, by sounds made at the same place (d and t, z and c)."""

HALF_ALIKE = 0.6
"""The same where initial or final is right and the other is not."""

ANSWERS = {
    DialogueAct.AFFIRM: ("yes_no", ("affirm", "alone")),
    DialogueAct.DENY: ("yes_no", ("deny", "alone")),
    DialogueAct.UNDERSTOOD: ("commands", ("understood",)),
    DialogueAct.NOT_UNDERSTOOD: ("commands", ("not_understood",)),
}
"""What is compared with: act, and the grammar and rules that hold its forms."""

_PLACES = ("bpmf", "dtn", "gkh", "jqxzcsr", "yw")
_INITIALS = frozenset("bpmfdtnlgkhjqxzcsryw")


GIVING_UP = range(3, 9)
"""Syllables of words for giving up that are known by their sound alone: 算了 sounds like too much else."""


class PolarReader:
    """Compares with the yes and no of one language: Mandarin's, whose answers are syllables; other languages know none."""

    def __init__(self, language: Language) -> None:
        by_act = {act: _forms(language, act) for act in ANSWERS} if language == "zh-CN" else {}
        self._acts = tuple(by_act)
        self._begins = np.cumsum([0, *(len(forms) for forms in by_act.values())])[:-1]
        """Where the forms of each act begin."""
        self._forms = _Forms([form for forms in by_act.values() for form in forms])
        self._letting_go = _by_sound(language) if language == "zh-CN" else {}
        self.read = lru_cache(4096)(self._read)

    def gives_up(self, text: str) -> bool:
        """Whether `text` (normalised) sounds, syllable by syllable, like words for giving up."""
        heard = syllables("".join(text.split()))
        if len(heard) not in GIVING_UP or not all(sound in self._letting_go for sound in heard):
            return False
        automaton = house_grammar("zh-CN", "commands").automaton("cancel")
        return any(automaton.accepts(words) for words in product(*(self._letting_go[sound] for sound in heard)))

    def _read(self, text: str) -> DialogueAct | None:
        """What `text` (normalised) sounds like; None when it is neither, or could be both."""
        heard = tuple(syllables("".join(text.split())))
        if not self._acts or not 0 < len(heard) <= LONGEST or not all(sound.isalpha() for sound in heard):
            return None
        nearest = np.minimum.reduceat(self._forms.distances(heard), self._begins)
        order = np.argsort(nearest, kind="stable")
        near, next_near = nearest[order[0]], nearest[order[1]]
        return self._acts[order[0]] if near <= NEAR and next_near - near >= LEAD else None


def distance(heard: Sequence[str], form: Sequence[str]) -> float:
    """Edits between two strings of syllables, a syllable of the longer, where like sounds cost less than others. Those whose
    lengths differ too much share nothing."""
    return float(_Forms([form]).distances(heard)[0])


class _Forms:
    """Many forms in arrays: what is heard is compared with all of them at once, which takes a fiftieth of the time."""

    def __init__(self, forms: Sequence[Sequence[str]]) -> None:
        self._sounds = sorted({sound for form in forms for sound in form})
        place = {sound: index for index, sound in enumerate(self._sounds)}
        self._lengths = np.array([len(form) for form in forms], np.intp)
        self._places = np.zeros((max(map(len, forms), default=0), len(forms)), np.intp)
        """Syllable at each place of each form, shape (longest, forms); behind its end any."""
        for column, form in enumerate(forms):
            self._places[: len(form), column] = [place[sound] for sound in form]
        self._costs = lru_cache(2048)(self._costs_of)

    def distances(self, heard: Sequence[str]) -> NDArray[np.float64]:
        """From each form (`distance`), shape (forms,)."""
        width, count = self._places.shape
        row = np.repeat(np.arange(width + 1.0)[:, None], count, axis=1)
        for i, sound in enumerate(heard, 1):
            swapped = row[:-1] + self._costs(sound)[self._places]
            dropped = row[1:] + 1.0
            row[0] = i
            np.minimum(swapped, dropped, out=row[1:])
            for j in range(1, width + 1):
                np.minimum(row[j], row[j - 1] + 1.0, out=row[j])
        longest = np.maximum(self._lengths, len(heard))
        far: NDArray[np.float64] = row[self._lengths, np.arange(count)] / longest
        far[np.abs(self._lengths - len(heard)) > NEAR * longest] = 1.0
        return far

    def _costs_of(self, sound: str) -> NDArray[np.float64]:
        return np.array([_cost(sound, other) for other in self._sounds])


def _cost(sound: str, other: str) -> float:
    if sound == other:
        return 0.0
    initial, final = _parts(sound)
    other_initial, other_final = _parts(other)
    if final == other_final:
        return ALIKE if _place(initial) == _place(other_initial) else HALF_ALIKE
    return HALF_ALIKE if initial == other_initial else 1.0


def _parts(sound: str) -> tuple[str, str]:
    return (sound[0], sound[1:]) if sound[:1] in _INITIALS and len(sound) > 1 else ("", sound)


def _place(initial: str) -> int:
    return next((index for index, place in enumerate(_PLACES) if initial and initial in place), -1)


def _by_sound(language: Language) -> dict[str, list[str]]:
    """Syllable → the characters with it that words for giving up hold."""
    found: dict[str, list[str]] = {}
    for character in house_grammar(language, "commands").words("cancel"):
        for sound in syllables(character):
            found.setdefault(sound, []).append(character)
    return found


def _forms(language: Language, act: DialogueAct) -> list[tuple[str, ...]]:
    """The sounds of what says nothing but `act`, without a hedge."""
    name, rules = ANSWERS[act]
    grammar = house_grammar(language, name)
    found: set[tuple[str, ...]] = set()
    for rule in rules:
        automaton = grammar.automaton(rule)
        for form in grammar.expand(rule):
            words = words_of(tokenise(form))
            if automaton.tags(words) == (str(act),) and len(words) <= LONGEST:
                found.add(tuple(syllables("".join(words))))
    return sorted(found)
