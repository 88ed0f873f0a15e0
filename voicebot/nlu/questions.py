"""Which question of the catalogue an utterance is about: calibrated likelihoods over the questions and `OTHER`.

A linear softmax over hashed features, its temperature fitted on examples held out from training. P(OTHER) is learnt
without a single out-of-scope example: in each fold some questions are left out altogether, and their examples show what
the scores of a stranger look like.
"""

import io
import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray

from voicebot.nlu import linear
from voicebot.nlu.calibration import Logistic, fit_logistic, fit_temperature, softmax
from voicebot.nlu.features import Features, features
from voicebot.nlu.linear import LinearModel
from voicebot.types import OTHER

OTHER_PRIOR = 0.12
"""Share of turns that are about nothing in the catalogue, before their words are known."""

FOLDS = 5
LARGE = 3000
"""Examples from which two folds are enough."""

FORMAT = 1
"""Version of `to_bytes`."""


@dataclass(frozen=True)
class QuestionModel:
    """A trained catalogue. Immutable."""

    labels: tuple[str, ...]
    linear: LinearModel
    temperature: float
    other: Logistic | None
    """Curve from `novelty` to P(OTHER); None where there were too few questions to learn it."""

    def likelihoods(self, normalised: str) -> dict[str, float]:
        """P(words | question), scaled to sum to one over all questions and `OTHER`. Empty for text without words."""
        row = features(normalised)
        if not len(row):
            return {}
        inside, stranger = self.weigh(row)
        shares = dict(zip(self.labels, ((1.0 - stranger) * inside).tolist(), strict=True))
        return shares | {OTHER: stranger}

    def weigh(self, row: Features) -> tuple[NDArray[np.float64], float]:
        """(probabilities of the labels among themselves, P(OTHER))."""
        scores = self.linear.scores(row) / self.temperature
        stranger = OTHER_PRIOR
        if self.other is not None:
            stranger = float(self.other.probability(novelty(scores, self.linear.known(row))))
        return softmax(scores), stranger

    def to_bytes(self) -> bytes:
        """All of it, for a cache."""
        head = {"format": FORMAT, "labels": self.labels, "temperature": self.temperature, "other": self.other is not None}
        arrays: dict[str, NDArray[Any]] = {
            "head": np.frombuffer(json.dumps(head, ensure_ascii=False).encode(), np.uint8),
            "vocabulary": self.linear.vocabulary,
            "rarity": self.linear.rarity,
            "weights": self.linear.weights,
            "bias": self.linear.bias,
        }
        if self.other is not None:
            arrays["curve"] = np.array([self.other.slopes, self.other.mean, self.other.spread])
            arrays["offset"] = np.array([self.other.offset])
        buffer = io.BytesIO()
        np.savez(buffer, allow_pickle=False, **arrays)
        return buffer.getvalue()

    @classmethod
    def from_bytes(cls, data: bytes) -> "QuestionModel":
        """What `to_bytes` wrote. Raises ValueError for anything else, so that a cache can be filled anew."""
        try:
            with np.load(io.BytesIO(data), allow_pickle=False) as arrays:
                head = json.loads(arrays["head"].tobytes())
                if head["format"] != FORMAT:
                    raise ValueError(f"question model of format {head['format']}, not {FORMAT}")
                model = LinearModel(arrays["vocabulary"], arrays["rarity"], arrays["weights"], arrays["bias"])
                other = Logistic(float(arrays["offset"][0]), *arrays["curve"]) if head["other"] else None
                return cls(tuple(head["labels"]), model, float(head["temperature"]), other)
        except (OSError, EOFError, KeyError, TypeError, json.JSONDecodeError) as error:
            raise ValueError(f"not a question model: {error}") from error


def novelty(scores: NDArray[np.floating], known: float) -> NDArray[np.float64]:
    """What tells strangers: the best score, its lead, the energy (Liu et al. 2020), the share of known features."""
    ranked = np.sort(scores)[::-1]
    lead = float(ranked[0] - ranked[1]) if len(ranked) > 1 else 0.0
    energy = float(np.log(np.exp(scores - ranked[0]).sum()) + ranked[0])
    return np.array([float(ranked[0]), lead, energy, known])


def train_questions(examples: Mapping[str, Sequence[str]], out_of_scope: Sequence[str] = ()) -> QuestionModel:
    """Train on normalised examples of each question; `out_of_scope` examples sharpen P(OTHER) where there are some."""
    labels = tuple(examples)
    rows = [features(text) for texts in examples.values() for text in texts]
    wanted = np.array([index for index, texts in enumerate(examples.values()) for _ in texts], np.int64)
    strangers = [features(text) for text in out_of_scope]
    temperature, other = _calibrate(rows, wanted, len(labels), strangers)
    return QuestionModel(labels, linear.train(rows, wanted, len(labels)), temperature, other)


def _calibrate(
    rows: list[Features], wanted: NDArray[np.int64], classes: int, strangers: list[Features]
) -> tuple[float, Logistic | None]:
    folds = 2 if len(rows) >= LARGE else FOLDS
    fold_of = _deal(wanted, FOLDS)
    scores, truths, evidence = [], [], []
    for fold in range(folds):
        absent = {label for label in range(classes) if label % FOLDS == fold} if classes >= 2 * FOLDS else set()
        present = [label for label in range(classes) if label not in absent]
        place = {label: index for index, label in enumerate(present)}
        kept = [i for i in range(len(rows)) if fold_of[i] != fold and wanted[i] in place]
        model = linear.train([rows[i] for i in kept], np.array([place[int(wanted[i])] for i in kept]), len(present))
        for i in np.flatnonzero(fold_of == fold):
            inside = int(wanted[i]) in place
            evidence.append((rows[i], model, inside))
            if inside:
                padded = np.full(classes, -1e3, np.float32)
                padded[: len(present)] = model.scores(rows[i])
                scores.append(padded)
                truths.append(place[int(wanted[i])])
        evidence += [(row, model, False) for row in strangers]
    if len(set(truths)) < 2:
        return 1.0, None
    temperature = fit_temperature(np.array(scores), np.array(truths))
    familiar = np.array([inside for _, _, inside in evidence])
    if familiar.all():
        return temperature, None
    signs = np.array([novelty(model.scores(row) / temperature, model.known(row)) for row, model, _ in evidence])
    return temperature, fit_logistic(signs, ~familiar, OTHER_PRIOR)


def _deal(wanted: NDArray[np.int64], folds: int) -> NDArray[np.int64]:
    """Examples of each class dealt round to the folds: no chance in it, and every fold has some of each."""
    seen: dict[int, int] = {}
    dealt = []
    for label in wanted.tolist():
        count = seen.get(label, 0)
        dealt.append((count + label) % folds)
        seen[label] = count + 1
    return np.array(dealt, np.int64)
