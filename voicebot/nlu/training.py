"""Training the question classifier, and calibrating it.

The temperature is fitted on examples held out from training. P(OTHER) is learnt without a single out-of-scope example: in
each fold some questions are left out altogether, and their examples show what the scores of a stranger look like.
"""

from collections import Counter
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field

import numpy as np
from numpy.typing import NDArray

from voicebot.errors import VoicebotError
from voicebot.nlu import features as groups
from voicebot.nlu import network
from voicebot.nlu.calibration import Logistic, fit_logistic, fit_temperature
from voicebot.nlu.features import Features, features
from voicebot.nlu.network import Network
from voicebot.nlu.questions import QuestionModel, novelty, scores_of
from voicebot.types import OTHER, OTHER_SHARE

FOLDS = 5
"""Held out from the training of a fold: one example in so many, and all examples of one question in so many."""

SMALL = 300
"""Examples up to which all folds are trained; above it two are, and from `network.LARGE` on one: enough to calibrate on."""

ABSENT = -1e3
"""Score of a question that a fold was not trained on."""


def _view(**weights: float) -> NDArray[np.float32]:
    view = np.zeros(groups.GROUPS, np.float32)
    for name, weight in weights.items():
        view[getattr(groups, name)] = weight
    return view


_CHINESE = {"CHARACTER": 1.0, "BIGRAM": 0.5, "SOUND": 0.5, "CONCEPT": 1.0, "CONCEPTS": 0.5}
VIEWS = (_view(WORD=1.0, NEIGHBOURS=0.7, PAIR=0.7, SPELLING=1.0, **_CHINESE), _view(WORD=1.0, STRETCH=1.0, **_CHINESE))
"""What each network looks at: the weights of the groups of features."""


@dataclass(frozen=True)
class _Examples:
    """Labelled rows."""

    rows: Sequence[Features]
    wanted: NDArray[np.int64]
    """Label of each row; −1 for out of scope."""

    def only(self, chosen: NDArray[np.bool_]) -> "_Examples":
        return _Examples([row for row, taken in zip(self.rows, chosen, strict=True) if taken], self.wanted[chosen])


def train_questions(
    examples: Mapping[str, Sequence[str]], out_of_scope: Sequence[str] = (), held_out: Sequence[tuple[str, str]] = ()
) -> QuestionModel:
    """Train on normalised examples of each question.

    `out_of_scope` examples sharpen P(OTHER) where there are some. `held_out` is (text, question or `OTHER`): where it is given,
    the probabilities are calibrated on it, else on folds of the examples. Raises `VoicebotError` when no example has a word.
    """
    labels, own = _rows_of(examples)
    strangers = _Examples([features(text) for text in out_of_scope], np.full(len(out_of_scope), -1, np.int64))
    everything = range(len(labels))
    networks = _train(own, len(labels))
    judgements = _Judgements(len(labels))
    if held_out:
        place = {label: index for index, label in enumerate(labels)}
        wanted = np.array([-1 if label == OTHER else place[label] for _, label in held_out], np.int64)
        judgements.add(networks, _Examples([features(text) for text, _ in held_out], wanted), everything)
        judgements.add(networks, strangers, everything)
    else:
        for fold in _folds(own, len(labels)):
            judgements.add(fold.networks, fold.held_out, fold.present)
            judgements.add(fold.networks, strangers, fold.present)
    temperature, other = judgements.fit()
    return QuestionModel(labels, networks, temperature, other)


def confusable_questions(examples: Mapping[str, Sequence[str]]) -> list[tuple[str, str, float]]:
    """Pairs of questions that their own examples do not keep apart, worst first.

    (question, the one it is taken for, share of its held-out examples for which it is), by cross-validation over all folds
    with every question present. A share of 0.5 and more says that no wording separates the two.
    """
    labels, own = _rows_of(examples)
    taken: Counter[tuple[int, int]] = Counter()
    count: Counter[int] = Counter()
    for fold in _folds(own, len(labels), absent=False, most=FOLDS):
        for row, wanted in zip(fold.held_out.rows, fold.held_out.wanted.tolist(), strict=True):
            count[wanted] += 1
            guess = int(np.argmax(scores_of(fold.networks, row)))
            taken[wanted, guess] += guess != wanted
    shares = [(labels[true], labels[guess], wrong / count[true]) for (true, guess), wrong in taken.items() if wrong]
    return sorted(shares, key=lambda entry: (-entry[2], entry[:2]))


def _rows_of(examples: Mapping[str, Sequence[str]]) -> tuple[tuple[str, ...], _Examples]:
    rows = [features(text) for texts in examples.values() for text in texts]
    if not any(len(row) for row in rows):
        raise VoicebotError("the examples hold no Chinese or English words to learn from")
    wanted = np.array([index for index, texts in enumerate(examples.values()) for _ in texts], np.int64)
    return tuple(examples), _Examples(rows, wanted)


def _train(examples: _Examples, classes: int) -> tuple[Network, ...]:
    return tuple(
        network.train(examples.rows, examples.wanted, classes, view, network.SEED + number) for number, view in enumerate(VIEWS)
    )


@dataclass(frozen=True)
class _Fold:
    networks: tuple[Network, ...]
    held_out: _Examples
    present: Sequence[int]
    """Questions the networks know, in the order of their classes."""


def _folds(own: _Examples, classes: int, absent: bool = True, most: int | None = None) -> Iterator[_Fold]:
    """Trained folds; unless `absent` is false, each has never seen one question in `FOLDS`, all of whose rows are held out."""
    count = most or (FOLDS if len(own.rows) <= SMALL else 2 if len(own.rows) < network.LARGE else 1)
    fold_of = _deal(own)
    for fold in range(count):
        missing = {label for label in range(classes) if absent and classes >= 2 * FOLDS and label % FOLDS == fold}
        present = [label for label in range(classes) if label not in missing]
        place = np.full(classes, -1)
        place[present] = np.arange(len(present))
        renamed = _Examples(own.rows, place[own.wanted])
        kept = (fold_of != fold) & (renamed.wanted >= 0)
        if kept.any() and any(len(row) for row in renamed.only(kept).rows):
            yield _Fold(_train(renamed.only(kept), len(present)), own.only(~kept), present)


def _deal(examples: _Examples) -> NDArray[np.int64]:
    """The fold of each example: no chance in it, and every fold has some of each question.

    A small catalogue was written by one or two authors, and what they wrote resembles itself more than callers will: held out
    first are the examples least like the others of their question, so that probabilities are calibrated on words that
    surprise. A large one was collected from callers, and is dealt round.
    """
    fold = np.zeros(len(examples.rows), np.int64)
    for label in range(int(examples.wanted.max(initial=-1)) + 1):
        own = np.flatnonzero(examples.wanted == label)
        if len(examples.rows) < network.LARGE:
            own = own[np.argsort(_likeness([examples.rows[row] for row in own.tolist()]), kind="stable")]
            fold[own] = np.arange(len(own)) * FOLDS // max(1, len(own))
        else:
            fold[own] = (np.arange(len(own)) + label) % FOLDS
    return fold


def _likeness(rows: Sequence[Features]) -> NDArray[np.float64]:
    """Of each row, the mean share of its features that another one has, too."""
    count: Counter[int] = Counter(feature for row in rows for feature in row.tolist())
    shared = [sum(count[feature] - 1 for feature in row.tolist()) for row in rows]
    return np.array([found / max(1, len(row) * (len(rows) - 1)) for found, row in zip(shared, rows, strict=True)])


@dataclass
class _Judgements:
    """Scores of rows that the networks were not trained on, and what is true of them."""

    classes: int
    _scores: list[NDArray[np.float32]] = field(default_factory=list)
    _known: list[float] = field(default_factory=list)
    _wanted: list[int] = field(default_factory=list)

    def add(self, networks: Sequence[Network], rows: _Examples, present: Sequence[int]) -> None:
        """`rows` as `networks` see them, whose classes are the questions `present`; all others are strangers to them."""
        known = set(present)
        for row, wanted in zip(rows.rows, rows.wanted.tolist(), strict=True):
            padded = np.full(self.classes, ABSENT, np.float32)
            padded[list(present)] = scores_of(networks, row)
            self._scores.append(padded)
            self._known.append(networks[0].known(row))
            self._wanted.append(wanted if wanted in known else -1)

    def fit(self) -> tuple[float, Logistic | None]:
        """The temperature, and the curve from `novelty` to P(OTHER) where there were strangers."""
        wanted = np.array(self._wanted, np.int64)
        inside = wanted >= 0
        if len(set(wanted[inside].tolist())) < 2:
            return 1.0, None
        scores = np.array(self._scores)
        temperature = fit_temperature(scores[inside], wanted[inside])
        if inside.all():
            return temperature, None
        signs = np.array([novelty(row / temperature, known) for row, known in zip(scores, self._known, strict=True)])
        return temperature, fit_logistic(signs, ~inside, OTHER_SHARE)
