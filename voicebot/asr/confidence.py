"""How likely it is that the best hypothesis is right: from what varies, through a logistic calibration.

Vosk's own confidence is about 1.0 for right and wrong words alike, so it is not used. The features below were measured on
development audio and the coefficients in confidence.json fitted to it by scripts/fit_confidence.py, which also reports Brier
score and reliability on voices and wordings it did not fit to.
"""

import json
import math
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from functools import cache
from importlib.resources import files
from typing import Any, cast

import numpy as np

from voicebot.asr.nbest import UNKNOWN_WORD, Alternative
from voicebot.asr.phrases import edits
from voicebot.asr.segmentation import is_cjk
from voicebot.types import FRAME_SAMPLES, SAMPLE_RATE, Language, Samples

MARGIN_CEILING = 12.0
"""n-best margin reported when there is no second hypothesis: Vosk's lattice beam leaves none farther than this."""

SNR_CEILING_DB = 60.0


@dataclass(frozen=True, slots=True)
class Curve:
    """A logistic regression: `1 / (1 + exp(-(intercept + Σ weight · (clip(x) − mean) / scale)))`."""

    intercept: float
    terms: Mapping[str, tuple[float, float, float, float, float]]
    """Feature → weight, mean, scale, and the range it is clipped to."""

    def probability(self, features: Mapping[str, float]) -> float:
        """In (0, 1); a feature that is absent counts as its mean."""
        logit = self.intercept
        for name, (weight, mean, scale, low, high) in self.terms.items():
            value = min(high, max(low, features.get(name, mean)))
            logit += weight * (value - mean) / scale
        return 1.0 / (1.0 + math.exp(-max(-30.0, min(30.0, logit))))


@dataclass(frozen=True, slots=True)
class Calibration:
    """For one model: a curve for open decoding and one for grammars, and the n-best temperature."""

    open: Curve
    grammar: Curve
    temperature: float
    """Vosk's score differences times this are log odds between hypotheses."""


@cache
def fitted(model: str, language: Language) -> Calibration:
    """The calibration fitted on the model named `model`, else the one of its language without model-bound features."""
    body = json.loads(files(__package__).joinpath("confidence.json").read_text(encoding="utf-8"))
    entry = body["models"].get(model) or body["languages"][language]
    return Calibration(_curve(entry["open"]), _curve(entry["grammar"]), float(entry["temperature"]))


def _curve(entry: Mapping[str, Any]) -> Curve:
    terms = {name: tuple(map(float, term)) for name, term in entry["terms"].items()}
    return Curve(float(entry["intercept"]), cast(Mapping[str, tuple[float, float, float, float, float]], terms))


def signal_features(samples: Samples) -> dict[str, float]:
    """Length and signal-to-noise ratio of an utterance, from the energies of its 20 ms frames.

    `snr_db`: 90th over 10th percentile of frame power, 0 to `SNR_CEILING_DB`; noise is what the quietest frames hold.
    """
    count = len(samples) // FRAME_SAMPLES
    seconds = len(samples) / SAMPLE_RATE
    if count == 0:
        return {"seconds": seconds, "snr_db": 0.0}
    frames = samples[: count * FRAME_SAMPLES].astype(np.float64).reshape(count, FRAME_SAMPLES)
    power = np.mean(frames * frames, axis=1) + 1.0
    noise, speech = np.percentile(power, (10, 90))
    return {"seconds": seconds, "snr_db": float(min(SNR_CEILING_DB, 10.0 * math.log10(speech / noise)))}


def word_features(alternatives: Sequence[Alternative], margin: float) -> dict[str, float]:
    """Of an n-best list, best first; `margin` is the score its best leads by, None capped at the ceiling.

    `nbest_margin` (log), `unk_share` (of the spoken time), `syllable_rate` (a second of words; stands for the phone rate),
    `score_rate` (log likelihood a second of words: bound to one model), `syllables_a_word`, `words`, `span` (seconds of words).
    """
    best = alternatives[0] if alternatives else None
    timed = best.words if best else ()
    span = sum(word.end - word.start for word in timed)
    known = [word for word in timed if word.text != UNKNOWN_WORD]
    spoken = sum(word.end - word.start for word in known)
    count = sum(syllables(word.text) for word in known)
    return {
        "nbest_margin": min(MARGIN_CEILING, max(0.0, margin)),
        "unk_share": (span - spoken) / span if span > 0 else 0.0,
        "syllable_rate": count / spoken if spoken > 0 else 0.0,
        "score_rate": best.score / span if best and span > 0 else 0.0,
        "syllables_a_word": count / len(known) if known else 0.0,
        "words": float(len(known)),
        "span": span,
    }


def agreement(one: Sequence[str], other: Sequence[str]) -> float:
    """1.0 for the same words, 0.0 for nothing in common: edits over the longer, in characters or words, `[unk]` left out."""
    left, right = _units(one), _units(other)
    longest = max(len(left), len(right))
    return 1.0 - edits(left, right) / longest if longest else 1.0


def syllables(word: str) -> int:
    """Syllables of a word: characters in Chinese, groups of vowels elsewhere (at least one)."""
    if is_cjk(word):
        return len(word)
    vowels = [letter in "aeiouy" for letter in word]
    return max(1, sum(now and not before for before, now in zip([False, *vowels], vowels, strict=False)))


def _units(words: Sequence[str]) -> list[str]:
    units: list[str] = []
    for word in words:
        if word != UNKNOWN_WORD:
            units += list(word) if is_cjk(word) else [word]
    return units
