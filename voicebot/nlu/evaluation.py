"""How well the question classifier does on labelled utterances: what `voicebot nlu evaluate` shows."""

import time
from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray

from voicebot.nlu.calibration import auroc, expected_calibration_error
from voicebot.nlu.features import features
from voicebot.nlu.labelled import OUT_OF_SCOPE, LabelledFile, check_training
from voicebot.nlu.normalisation import normalise
from voicebot.nlu.questions import QuestionModel
from voicebot.nlu.training import train_questions
from voicebot.types import OTHER, Language

DEFAULT_REJECTION = 0.5
"""P(OTHER) from which an utterance is rejected, unless validation rows say better."""

VALIDATION_RECALL = 0.88
"""Share of the out-of-scope validation rows that the rejection threshold is to catch."""

CONFUSIONS = 20
"""Pairs that are listed, most frequent first."""

_HAN_SHARE = 0.2
"""Share of Chinese characters from which texts count as Chinese."""


@dataclass(frozen=True)
class Confusion:
    """Test rows of one label that were taken for another."""

    label: str
    predicted: str
    count: int


@dataclass(frozen=True)
class Evaluation:
    """Figures on the test rows. Rejection is in force when any of the files has `oos` rows."""

    accuracy: float
    """Of all rows; an `oos` row is right when it is rejected, any other when it is not and its label is found."""
    macro_f1: float
    """Mean over the labels of the test rows, `oos` among them."""
    ece: float
    """Expected calibration error of the best label's probability among the labels, on in-scope rows."""
    in_scope_accuracy: float
    """Of in-scope rows, rejections counted as errors."""
    oos_recall: float | None
    """Share of `oos` rows that were rejected; None without such rows."""
    oos_auroc: float | None
    """Of P(OTHER), `oos` against in-scope rows."""
    us_per_utterance: float
    """Microseconds from text to decision, one at a time."""
    train_s: float
    """Seconds from texts to a calibrated classifier."""
    confusions: tuple[Confusion, ...]
    open_accuracy: float
    """Of in-scope rows, nothing rejected."""
    threshold: float | None
    """P(OTHER) from which an utterance was rejected; None where rejection was not in force."""

    def document(self) -> dict[str, Any]:
        """For --json."""
        names = ("accuracy", "macro_f1", "ece", "in_scope_accuracy", "oos_recall", "oos_auroc", "us_per_utterance", "train_s")
        rounded = {name: None if getattr(self, name) is None else round(getattr(self, name), 4) for name in names}
        pairs = [{"label": pair.label, "predicted": pair.predicted, "count": pair.count} for pair in self.confusions]
        return rounded | {"confusions": pairs}


def evaluate(
    train: LabelledFile, test: LabelledFile, validation: LabelledFile | None = None, language: Language | None = None
) -> Evaluation:
    """Train on one file, judge on another. Raises `VoicebotError` when they do not fit together."""
    check_training(train, [test, *([validation] if validation else [])])
    language = language or detect_language([row.text for row in train.rows])
    started = time.process_time()
    model, threshold = _train(train, test, validation, language)
    train_s = time.process_time() - started
    started = time.process_time()
    judged = [_judge(model, row.text, language) for row in test.rows]
    elapsed = time.process_time() - started
    return _figures(model.labels, test, judged, threshold, train_s, 1e6 * elapsed / len(judged))


def detect_language(texts: Sequence[str]) -> Language:
    """Chinese where at least a fifth of the letters are Chinese."""
    letters = Counter("\u3400" <= character <= "\u9fff" for text in texts for character in text if character.isalpha())
    return "zh-CN" if letters[True] > _HAN_SHARE * (letters[True] + letters[False]) else "en-US"


@dataclass(frozen=True)
class _Judgement:
    best: int
    probability: float
    """Of the best label among the labels."""
    stranger: float
    """P(OTHER)."""


def _judge(model: QuestionModel, text: str, language: Language) -> _Judgement:
    inside, stranger = model.weigh(features(normalise(text, language)))
    best = int(np.argmax(inside))
    return _Judgement(best, float(inside[best]), stranger)


def _train(
    train: LabelledFile, test: LabelledFile, validation: LabelledFile | None, language: Language
) -> tuple[QuestionModel, float | None]:
    examples: dict[str, list[str]] = {label: [] for label in train.labels}
    strangers: list[str] = []
    for row in train.rows:
        text = normalise(row.text, language)
        (strangers if row.label == OUT_OF_SCOPE else examples[row.label]).append(text)
    held_out = [
        (normalise(row.text, language), OTHER if row.label == OUT_OF_SCOPE else row.label)
        for row in (validation.rows if validation else ())
    ]
    model = train_questions(examples, strangers, held_out)
    if not (train.out_of_scope or test.out_of_scope or (validation and validation.out_of_scope)):
        return model, None
    if validation is None or not validation.out_of_scope:
        return model, DEFAULT_REJECTION
    caught = [_judge(model, row.text, language).stranger for row in validation.rows if row.label == OUT_OF_SCOPE]
    return model, float(np.quantile(caught, 1.0 - VALIDATION_RECALL))


def _figures(
    labels: tuple[str, ...],
    test: LabelledFile,
    judged: Sequence[_Judgement],
    threshold: float | None,
    train_s: float,
    us_per_utterance: float,
) -> Evaluation:
    truth = np.array([row.label for row in test.rows], dtype=object)
    outside = truth == OUT_OF_SCOPE
    guess = np.array([labels[judgement.best] for judgement in judged], dtype=object)
    stranger = np.array([judgement.stranger for judgement in judged])
    rejected = stranger >= threshold if threshold is not None else np.zeros(len(truth), bool)
    said = np.where(rejected, OUT_OF_SCOPE, guess)
    confidence = np.array([judgement.probability for judgement in judged])
    inside = ~outside
    wrong = Counter((true, predicted) for true, predicted in zip(truth, said, strict=True) if true != predicted)
    ranked = sorted(wrong.items(), key=lambda entry: (-entry[1], entry[0]))[:CONFUSIONS]
    return Evaluation(
        accuracy=_mean(said == truth),
        macro_f1=_macro_f1(truth, said),
        ece=expected_calibration_error(confidence[inside], (guess == truth)[inside]),
        in_scope_accuracy=_mean((said == truth)[inside]),
        oos_recall=_mean(rejected[outside]) if outside.any() else None,
        oos_auroc=auroc(stranger, outside) if outside.any() and inside.any() else None,
        us_per_utterance=us_per_utterance,
        train_s=train_s,
        confusions=tuple(Confusion(str(true), str(predicted), count) for (true, predicted), count in ranked),
        open_accuracy=_mean((guess == truth)[inside]),
        threshold=threshold,
    )


def _mean(right: NDArray[Any]) -> float:
    return float(np.mean(right)) if len(right) else 0.0


def _macro_f1(truth: NDArray[Any], said: NDArray[Any]) -> float:
    scores = []
    for label in sorted(set(truth)):
        hits = float(((truth == label) & (said == label)).sum())
        scores.append(2 * hits / float((truth == label).sum() + (said == label).sum()))
    return float(np.mean(scores))
