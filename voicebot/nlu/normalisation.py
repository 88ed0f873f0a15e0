"""Text as it was typed or recognised, made comparable.

Full-width and compatibility forms are folded (NFKC), traditional characters become simplified, letters lower case, spaces
between Chinese characters go, English contractions get their apostrophes, and what can be contracted is ("i am not sure" is
"i'm not sure"), commas inside numbers go. Punctuation becomes `,` or `.`: what is left of it are the pauses.
"""

import re
import unicodedata
from functools import lru_cache

from voicebot.nlu.traditional import TO_SIMPLIFIED
from voicebot.types import Language

_HAN = "〇\u3400-\u9fff"
_BETWEEN_HAN = re.compile(rf"(?<=[{_HAN}0-9])\s+(?=[{_HAN}0-9])|(?<=[{_HAN}])\s+|\s+(?=[{_HAN}])")
_COMMA_IN_NUMBER = re.compile(r"(?<=\d),(?=\d{3}\b)")
_POINT_IN_NUMBER = re.compile(r"(?<=\d)\.(?=\d)")
_PAUSE = re.compile(r"\s*[,;:、…—]+\s*|\s+-+\s+")
_STOP = re.compile(r"\s*[.!?。？！\n\r]+\s*")
_STRANGE = re.compile(rf"[^a-z0-9{_HAN}',.$¥%\s]+")
_SPACES = re.compile(r"\s+")

_CONTRACTIONS = {
    "im": "i'm", "ive": "i've", "dont": "don't", "doesnt": "doesn't", "didnt": "didn't", "cant": "can't", "couldnt": "couldn't",
    "wont": "won't", "wouldnt": "wouldn't", "isnt": "isn't", "wasnt": "wasn't", "arent": "aren't", "havent": "haven't",
    "hasnt": "hasn't", "thats": "that's", "whats": "what's", "theres": "there's", "youre": "you're", "theyre": "they're",
    "ill": "i'll", "id": "i'd", "lets": "let's", "hows": "how's", "wheres": "where's", "shouldnt": "shouldn't", "aint": "ain't",
}  # fmt: skip
_CONTRACTED = re.compile(r"(?<!')\b(" + "|".join(sorted(set(_CONTRACTIONS) - {"ill", "id"})) + r")\b")
"""`ill` and `id` are words of their own."""

_FULL = {
    r"\bcan ?not\b": "can't",
    r"\bwill not\b": "won't",
    r"\bi am(?= [a-z])": "i'm",
    r"\b(it|that|what|there) is(?= [a-z])": r"\1's",
    r"\b(you|we|they) are(?= [a-z])": r"\1're",
    r"\bi would like\b": "i'd like",
    r"\b(do|does|did|is|was|are|were|has|have|had|could|would|should) not\b": r"\1n't",
}
_CONTRACTIBLE = [(re.compile(full), short) for full, short in _FULL.items()]
"""Only where more follows: the "it is" of "yes it is" is never contracted."""

_APOSTROPHES = str.maketrans({"’": "'", "‘": "'", "`": "'", "´": "'"})


@lru_cache(4096)
def normalise(text: str, language: Language) -> str:
    """`text` made comparable; empty when nothing can be read in it. Idempotent."""
    folded = unicodedata.normalize("NFKC", text.translate(_APOSTROPHES)).lower().translate(_APOSTROPHES)
    folded = folded.translate(TO_SIMPLIFIED)
    folded = _COMMA_IN_NUMBER.sub("", folded)
    folded = _POINT_IN_NUMBER.sub(" 点 " if language == "zh-CN" else " point ", folded)
    folded = _STOP.sub(". ", _PAUSE.sub(", ", folded))
    folded = _STRANGE.sub(" ", folded)
    if language == "en-US":
        folded = _CONTRACTED.sub(lambda found: _CONTRACTIONS[found.group()], folded)
        for full, short in _CONTRACTIBLE:
            folded = full.sub(short, folded)
    folded = _BETWEEN_HAN.sub("", folded)
    return _SPACES.sub(" ", folded).strip(" ,.'")


def clauses(normalised: str) -> list[str]:
    """The parts between pauses, none empty."""
    return [part for part in (piece.strip() for piece in re.split(r"[,.]", normalised)) if part]


_NUMERAL = "零一二三四五六七八九十百千万亿两幺"
_NUMBER = re.compile(rf"\d[\d\s]*|[{_NUMERAL}]{{2,}}")
_NUMBER_WORD = re.compile(
    r"\b(?:(?:zero|one|two|three|four|five|six|seven|eight|nine|ten|eleven|twelve|(?:thir|four|fif|six|seven|eigh|nine)teen|"
    r"twenty|thirty|forty|fifty|sixty|seventy|eighty|ninety|hundred|thousand)\b\s*){2,}"
)


def fold_numbers(normalised: str) -> str:
    """Every number of two digits or more becomes `0`: which number it is says nothing about the question."""
    folded = _NUMBER.sub("0", normalised)
    return _NUMBER_WORD.sub("0 ", folded).strip() if folded.isascii() else folded
