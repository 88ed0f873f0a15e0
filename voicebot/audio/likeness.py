"""Whether what is heard moves as the bot's voice does, whatever way the echo takes: the ups and downs of twenty bands compared.

A filter knows an echo only by the way it has learned. When that way changes from one moment to the next (a telephone put down, a
loudspeaker switched on, a buffer that slips) everything learned is wrong for a while; but the echo still rises and falls in every
band as the bot's voice did a moment before, and a caller's voice does not.
"""

from typing import Any

import numpy as np
from numpy.typing import NDArray

Values = NDArray[np.float32]

BANDS = 20

MEAN_MEMORY = 0.98
"""Memory of a band's usual level, a block of 10 ms: half a second."""

MEMORY = 0.93
"""Memory of the comparison, a block: an eighth of a second."""

LEAST_POWER = np.float32(1e-36)
"""Of both legs' ups and downs together: after half a minute of digital silence nothing is left to compare."""

FLOOR = 1e-4
"""Power of a band below which it counts as silent, in the units of a 320-point spectrum: about −75 dBFS."""

SILENT = 1e-2
"""Power of a block below which nothing is compared: about −55 dBFS. That somebody stops or starts says nothing."""


class Likeness:
    """Push the power spectra of each block; the greatest correlation at any delay comes back."""

    def __init__(self, delays: int) -> None:
        """`delays`: blocks by which the echo may come late."""
        self._far = np.zeros((delays, BANDS), np.float32)
        """Ups and downs of the bot's voice, newest first, in logarithms."""
        self._far_mean = np.full(BANDS, np.log(FLOOR), np.float32)
        self._near_mean = np.full(BANDS, np.log(FLOOR), np.float32)
        self._both = np.zeros(delays, np.float32)
        self._far_power = np.full(delays, 1e-3, np.float32)
        self._near_power = 1e-3

    def push(self, near: Values, far: Values) -> float:
        """−1 … 1. `near`, `far`: power spectra of the same block, shape (n,), n > 8 · `BANDS`."""
        self._far[1:] = self._far[:-1]
        self._far[0], self._far_mean = _moves(far, self._far_mean)
        moves, self._near_mean = _moves(near, self._near_mean)
        self._both = MEMORY * self._both + self._far @ moves
        self._far_power = MEMORY * self._far_power + np.einsum("pb,pb->p", self._far, self._far)
        self._near_power = MEMORY * self._near_power + float(moves @ moves)
        powers = np.maximum(self._far_power * self._near_power, LEAST_POWER)
        return float((self._both / np.sqrt(powers)).max())


def _moves(power: Values, mean: Values) -> tuple[Values, Values]:
    """How far each band is from its usual level, beside what all of them do (anybody pauses), and that level from now on."""
    width = (len(power) - 1) // BANDS
    bands = power[1 : 1 + BANDS * width].reshape(BANDS, width).sum(axis=1)
    if float(bands.sum()) < SILENT:
        return np.zeros(BANDS, np.float32), mean
    levels = np.log(bands + FLOOR)
    after: Any = MEAN_MEMORY * mean + (1 - MEAN_MEMORY) * levels
    moves = levels - after
    return (moves - moves.mean()).astype(np.float32), after.astype(np.float32)
