"""Chance by name: every draw of a caller is a pure function of seed, caller, topic and count.

So a caller decides alike in every system they call, on any number of workers, and in whatever order draws are made: a draw that
one system never asks for moves no other.
"""

import math
from collections.abc import Mapping, Sequence
from hashlib import blake2b
from statistics import NormalDist
from typing import TypeVar

import numpy as np

T = TypeVar("T")

_STANDARD = NormalDist()
_BITS = 53
"""Of a float's mantissa."""


class Chance:
    """The draws of one caller."""

    def __init__(self, seed: int, number: int) -> None:
        self._key = f"{seed}:{number}:"

    def unit(self, topic: str, count: int = 0) -> float:
        """Uniform in (0, 1)."""
        raw = blake2b(f"{self._key}{topic}:{count}".encode(), digest_size=8).digest()
        return ((int.from_bytes(raw, "big") >> (64 - _BITS)) + 0.5) / (1 << _BITS)

    def happens(self, share: float, topic: str, count: int = 0) -> bool:
        """True with probability `share`."""
        return self.unit(topic, count) < share

    def between(self, low: float, high: float, topic: str, count: int = 0) -> float:
        """Uniform from `low` to `high`."""
        return low + (high - low) * self.unit(topic, count)

    def integer(self, low: int, high: int, topic: str, count: int = 0) -> int:
        """A whole number from `low` to `high`, both included."""
        return min(high, low + int((high - low + 1) * self.unit(topic, count)))

    def normal(self, mean: float, sd: float, topic: str, count: int = 0) -> float:
        return mean + sd * _STANDARD.inv_cdf(self.unit(topic, count))

    def lognormal(self, median: float, sigma: float, topic: str, count: int = 0) -> float:
        return median * math.exp(sigma * _STANDARD.inv_cdf(self.unit(topic, count)))

    def pick(self, items: Sequence[T], topic: str, count: int = 0) -> T:
        """One of `items`. Successive counts go through all of them before one comes again."""
        start = int(len(items) * self.unit(topic))
        step = _coprime(1 + int(len(items) * self.unit(f"{topic} step")), len(items))
        return items[(start + step * count) % len(items)]

    def weighted(self, weights: Mapping[T, float], topic: str, count: int = 0) -> T:
        """One of the keys, as likely as its weight says."""
        left = math.fsum(weights.values()) * self.unit(topic, count)
        for item, weight in weights.items():
            left -= weight
            if left < 0.0:
                return item
        return next(reversed(list(weights)))

    def sound(self, topic: str) -> np.random.Generator:
        """A generator for sound: noise, rooms, lost packets."""
        return np.random.default_rng(int.from_bytes(blake2b(f"{self._key}{topic}".encode(), digest_size=8).digest(), "big"))


def _coprime(step: int, length: int) -> int:
    while math.gcd(step, length) != 1:
        step += 1
    return step
