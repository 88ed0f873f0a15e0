"""Which of the offered options a caller names in other words: "提前还款那个" of 花呗还款失败 and 花呗提前还款."""

from collections.abc import Sequence

from voicebot.grammar import token_texts
from voicebot.nlu.homophones import sound_distance, syllables
from voicebot.nlu.normalisation import normalise
from voicebot.types import DialogueAct, Language

ORDINALS = (DialogueAct.CHOOSE_FIRST, DialogueAct.CHOOSE_SECOND, DialogueAct.CHOOSE_THIRD)

NAMED = 0.95
"""P of an option that was said as it was offered."""

PARTLY = 0.90
"""P at most of one that was named by a part that only it has."""

SAME_SOUND = 0.34
"""Largest sound distance at which a whole answer still counts as the option misheard (one syllable in three)."""

_EMPTY = {
    "zh-CN": frozenset("那个张笔件的问题吧啊呀是要问选这我想说"),
    "en-US": frozenset(token_texts("the that one my about is it i want mean please question a an to option")),
}
"""Words that tell no option from another."""


def choose(said: str, options: Sequence[str], language: Language) -> dict[DialogueAct, float]:
    """P(CHOOSE_…) for normalised words that name one of the options; empty when they name none, or several alike."""
    names = [_telling(normalise(option, language), language) for option in options[: len(ORDINALS)]]
    words = _telling(said, language)
    if not words or len(names) < 2:
        return {}
    shares = [_share(words, name, [other for other in names if other is not name], language) for name in names]
    ranked = sorted(range(len(names)), key=lambda index: -shares[index])
    best, second = shares[ranked[0]], shares[ranked[1]]
    if best < 0.5 or best - second < 0.25:
        return {}
    return {ORDINALS[ranked[0]]: NAMED if best >= 1.0 else PARTLY * best}


def _share(words: tuple[str, ...], name: tuple[str, ...], others: list[tuple[str, ...]], language: Language) -> float:
    """How much of what was said speaks for this option: words that other options share speak for none."""
    if words == name:
        return 1.0
    if language == "zh-CN" and sound_distance(_sounds(words), _sounds(name)) <= SAME_SOUND:
        return 0.95 if all(sound_distance(_sounds(words), _sounds(other)) > SAME_SOUND for other in others) else 0.5
    telling = [word for word in words if not all(word in other for other in (*others, name))]
    if not telling:
        return 0.0
    own, rival = set(name), set().union(*others)
    return sum(1.0 if word not in rival else 0.5 for word in telling if word in own) / len(telling)


def _telling(text: str, language: Language) -> tuple[str, ...]:
    return tuple(word for word in token_texts(text) if word not in _EMPTY[language])


def _sounds(words: Sequence[str]) -> list[str]:
    return syllables("".join(words))
