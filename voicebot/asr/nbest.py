"""n-best lists as Vosk gives them, and how the lists of consecutive stretches of one utterance become one."""

from collections.abc import Sequence
from dataclasses import dataclass

from voicebot.types import Word

UNKNOWN_WORD = "[unk]"
"""What Vosk calls speech that is in no word of its vocabulary or grammar."""


@dataclass(frozen=True, slots=True)
class Alternative:
    """One entry of an n-best list."""

    score: float
    """Log likelihood of the whole path, acoustic and language model in the model's own scale; grows with length."""
    words: tuple[Word, ...]
    """With `[unk]` among them."""

    @property
    def texts(self) -> tuple[str, ...]:
        """Its words without `[unk]`."""
        return tuple(word.text for word in self.words if word.text != UNKNOWN_WORD)

    @property
    def span(self) -> float:
        """Seconds its words last, `[unk]` included, pauses not."""
        return sum(word.end - word.start for word in self.words)


def best_first(alternatives: Sequence[Alternative]) -> list[Alternative]:
    """Sorted by score; equal scores stay in Vosk's order."""
    return sorted(alternatives, key=lambda alternative: -alternative.score)


def joined(stretches: Sequence[Sequence[Alternative]], length: int) -> list[Alternative]:
    """The `length` best ways through consecutive stretches: scores add up, words follow each other. Empty lists are skipped."""
    whole = [Alternative(0.0, ())]
    for stretch in filter(None, stretches):
        pairs = (Alternative(left.score + right.score, left.words + right.words) for left in whole for right in stretch)
        whole = best_first(list(pairs))[:length]
    return whole if any(stretches) else []
