"""Sounds of Chinese characters, for matching that survives a recogniser's homophones (花被还款 for 花呗还款)."""

from collections.abc import Sequence
from functools import cache
from importlib.resources import files

_FOLD_INITIAL = (("zh", "z"), ("ch", "c"), ("sh", "s"), ("l", "n"))
_FOLD_FINAL = (("ang", "an"), ("eng", "en"), ("ing", "in"))


def syllables(text: str) -> list[str]:
    """One toneless syllable a character, in a southern ear's spelling (zh = z, l = n, -ng = -n); others stand for themselves."""
    table = _table()
    return [table.get(character, character) for character in text]


def folded(syllable: str) -> str:
    """`syllable` with the contrasts gone that many speakers do not make and small acoustic models miss."""
    for written, said in _FOLD_INITIAL:
        if syllable.startswith(written):
            syllable = said + syllable[len(written) :]
            break
    for written, said in _FOLD_FINAL:
        if syllable.endswith(written):
            return syllable[: -len(written)] + said
    return syllable


def sound_distance(first: Sequence[str], second: Sequence[str]) -> float:
    """Edits between two syllable strings, per syllable of the longer: 0.0 sounds the same, 1.0 shares nothing."""
    row = list(range(len(second) + 1))
    for i, sound in enumerate(first, 1):
        last, row = row, [i]
        for j, other in enumerate(second, 1):
            row.append(min(last[j] + 1, row[j - 1] + 1, last[j - 1] + (sound != other)))
    return row[-1] / max(1, len(first), len(second))


@cache
def _table() -> dict[str, str]:
    table: dict[str, str] = {}
    for line in files("voicebot.nlu").joinpath("syllables.txt").read_text("utf-8").splitlines():
        if not line.startswith("#"):
            syllable, characters = line.split(" ")
            table.update(dict.fromkeys(characters, folded(syllable)))
    return table
