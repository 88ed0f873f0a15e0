"""A back-off n-gram model from weighted sentences: Witten–Bell smoothing down to general word frequencies, then pruned."""

import math
from collections import defaultdict
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass

START, END = "<s>", "</s>"

LEAST_BACKOFF = {1: 0.25, 2: 0.5}
"""Length of a history → at least so much of its mass goes to shorter ones: the sentences are few, and written, not collected."""

CUTOFF = {1: 0.5, 2: 28.0}
"""Length of a history → what followed it is not looked at when it was counted less than this."""

Gram = tuple[str, ...]


@dataclass(frozen=True, slots=True)
class NGrams:
    """Probabilities of words after histories."""

    order: int
    unigrams: dict[str, float]
    """Of every word of the vocabulary and of the sentence's end; they sum to one."""
    after: dict[Gram, dict[str, float]]
    """History → words that follow it, with their probabilities."""
    backoff: dict[Gram, float]
    """History → the factor on the next shorter history's probabilities for all other words."""

    def probability(self, history: Gram, word: str) -> float:
        """Of `word` after `history`."""
        factor = 1.0
        for start in range(len(history)):
            known = history[start:]
            if known in self.after:
                if word in self.after[known]:
                    return factor * self.after[known][word]
                factor *= self.backoff[known]
        return factor * self.unigrams[word]

    def perplexity(self, sentences: Iterable[Sequence[str]]) -> float:
        """A word, sentence ends counted."""
        total, count = 0.0, 0
        for words in sentences:
            line = (START, *words, END)
            for index in range(1, len(line)):
                total -= math.log(self.probability(line[max(0, index - self.order + 1) : index], line[index]))
                count += 1
        return math.exp(total / max(1, count))


def estimate(
    sentences: Iterable[tuple[Sequence[str], float]],
    vocabulary: Sequence[str],
    frequency: Callable[[str], float],
    order: int = 3,
    general: float = 0.15,
    worth: Mapping[int, float] | None = None,
) -> NGrams:
    """`frequency`: a word's share in general text, which makes up the part `general` of the unigrams.

    `worth`: length of a history → what followed it is kept when that makes the sentences likelier by this much, in nats over
    all its occurrences (weighted difference pruning; Seymore and Rosenfeld, 1996). None keeps everything.
    """
    counts = _counts(sentences, order)
    unigrams = _unigrams(counts[()], vocabulary, frequency, general)
    model, kept = NGrams(order, unigrams, {}, {}), NGrams(order, unigrams, {}, {})
    for length in range(1, order):
        for history in sorted(history for history in counts if len(history) == length):
            _add(model, history, counts[history])
            if history in model.after:
                _keep(kept, model, history, counts[history], (worth or {}).get(length, -math.inf))
    return kept


def _counts(sentences: Iterable[tuple[Sequence[str], float]], order: int) -> dict[Gram, dict[str, float]]:
    counts: dict[Gram, dict[str, float]] = defaultdict(lambda: defaultdict(float))
    for words, weight in sentences:
        line = (START, *words, END)
        for index in range(1, len(line)):
            for length in range(min(order - 1, index) + 1):
                counts[line[index - length : index]][line[index]] += weight
    return counts


def _unigrams(
    counted: dict[str, float], vocabulary: Sequence[str], frequency: Callable[[str], float], general: float
) -> dict[str, float]:
    shares = {word: frequency(word) for word in vocabulary}
    whole, common = sum(counted.values()), sum(shares.values())
    mixed = {word: (1 - general) * counted.get(word, 0.0) / whole + general * shares[word] / common for word in vocabulary}
    mixed[END] = counted.get(END, 0.0) / whole * (1 - general)
    total = sum(mixed.values())
    return {word: share / total for word, share in mixed.items()}


def _add(model: NGrams, history: Gram, followers: dict[str, float]) -> None:
    """Witten–Bell: a history that was followed by many different words trusts its own counts less."""
    kept = {word: count for word, count in followers.items() if count >= CUTOFF[len(history)]}
    if not kept or (len(history) > 1 and history[1:] not in model.after):
        return
    total = sum(followers.values())
    share = max(LEAST_BACKOFF[len(history)], len(followers) / (len(followers) + total))
    shorter = {word: model.probability(history[1:], word) for word in kept}
    probabilities = {word: (1 - share) * count / total + share * shorter[word] for word, count in kept.items()}
    model.after[history] = probabilities
    model.backoff[history] = max(1e-6, 1.0 - sum(probabilities.values())) / max(1e-6, 1.0 - sum(shorter.values()))


def _keep(kept: NGrams, model: NGrams, history: Gram, counted: dict[str, float], worth: float) -> None:
    """Take over what of `model` is worth it after `history`; the rest is left to shorter histories."""
    if len(history) > 1 and history[1:] not in kept.after:
        return
    shorter = {word: kept.probability(history[1:], word) for word in model.after[history]}
    probabilities = {
        word: probability
        for word, probability in model.after[history].items()
        if counted[word] * math.log(probability / max(1e-12, model.backoff[history] * shorter[word])) >= worth
    }
    if probabilities:
        kept.after[history] = probabilities
        left = max(1e-6, 1.0 - sum(probabilities.values()))
        kept.backoff[history] = left / max(1e-6, 1.0 - sum(shorter[word] for word in probabilities))
