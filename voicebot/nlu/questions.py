"""Which question of the catalogue an utterance is about: calibrated likelihoods over the questions and `OTHER`.

One or two networks over hashed features, a temperature that makes their scores probabilities, and a curve from how the
scores look to the probability that none of the questions is meant.
"""

import io
import json
import zipfile
import zlib
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray

from voicebot.nlu.calibration import Logistic, softmax
from voicebot.nlu.features import Features, features
from voicebot.nlu.network import Network
from voicebot.types import OTHER, OTHER_SHARE

FORMAT = 3
"""Version of `to_bytes`."""


@dataclass(frozen=True)
class QuestionModel:
    """A trained catalogue. Immutable."""

    labels: tuple[str, ...]
    networks: tuple[Network, ...]
    temperature: float
    other: Logistic | None
    """Curve from `novelty` to P(OTHER); None where there were too few questions to learn it."""

    def likelihoods(self, normalised: str) -> dict[str, float]:
        """P(question | words) for all questions and `OTHER`, as in `Understanding.questions`. Empty for text without words."""
        row = features(normalised)
        if not len(row):
            return {}
        inside, stranger = self.weigh(row)
        shares = dict(zip(self.labels, ((1.0 - stranger) * inside).tolist(), strict=True))
        return shares | {OTHER: stranger}

    def weigh(self, row: Features) -> tuple[NDArray[np.float64], float]:
        """(probabilities of the labels among themselves, P(OTHER))."""
        scores = scores_of(self.networks, row) / self.temperature
        stranger = OTHER_SHARE
        if self.other is not None:
            stranger = float(self.other.probability(novelty(scores, self.networks[0].known(row))))
        return softmax(scores), stranger

    def to_bytes(self) -> bytes:
        """All of it, for a cache."""
        head = {"format": FORMAT, "labels": self.labels, "temperature": self.temperature, "networks": len(self.networks)}
        arrays: dict[str, NDArray[Any]] = {"head": np.frombuffer(json.dumps(head, ensure_ascii=False).encode(), np.uint8)}
        for number, net in enumerate(self.networks):
            for name in _ARRAYS:
                arrays[f"{name}{number}"] = getattr(net, name)
            arrays[f"rarest{number}"] = np.array([net.rarest])
        if self.other is not None:
            arrays["curve"] = np.array([self.other.slopes, self.other.mean, self.other.spread])
            arrays["offset"] = np.array([self.other.offset])
        buffer = io.BytesIO()
        np.savez_compressed(buffer, allow_pickle=False, **arrays)
        return buffer.getvalue()

    @classmethod
    def from_bytes(cls, data: bytes) -> "QuestionModel":
        """What `to_bytes` wrote. Raises ValueError for anything else, so that a cache can be filled anew."""
        try:
            with np.load(io.BytesIO(data), allow_pickle=False) as arrays:
                head = json.loads(arrays["head"].tobytes())
                if head["format"] != FORMAT:
                    raise ValueError(f"question model of format {head['format']}, not {FORMAT}")
                networks = tuple(_network(arrays, number) for number in range(head["networks"]))
                other = Logistic(float(arrays["offset"][0]), *arrays["curve"]) if "curve" in arrays else None
                return cls(tuple(head["labels"]), networks, float(head["temperature"]), other)
        except (OSError, EOFError, KeyError, TypeError, zipfile.BadZipFile, zlib.error) as error:
            raise ValueError(f"not a question model: {error}") from error


_ARRAYS = ("vocabulary", "worth", "inner", "step", "inner_bias", "outer", "outer_bias", "weights")


def _network(arrays: Mapping[str, NDArray[Any]], number: int) -> Network:
    parts: dict[str, Any] = {name: arrays[f"{name}{number}"] for name in _ARRAYS}
    return Network(**parts, rarest=float(arrays[f"rarest{number}"][0]))


def scores_of(networks: Sequence[Network], row: Features) -> NDArray[np.float32]:
    """Mean of the networks' scores, shape (classes,)."""
    scores: NDArray[np.float32] = np.mean([net.scores(row) for net in networks], axis=0)
    return scores


def novelty(scores: NDArray[np.floating], known: float) -> NDArray[np.float64]:
    """What tells strangers: the best score, its lead, the energy (Liu et al. 2020), the share of known features."""
    ranked = np.sort(scores)[::-1]
    lead = float(ranked[0] - ranked[1]) if len(ranked) > 1 else 0.0
    energy = float(np.log(np.exp(scores - ranked[0]).sum()) + ranked[0])
    return np.array([float(ranked[0]), lead, energy, known])
