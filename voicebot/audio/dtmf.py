"""Key tones in the audio, after ITU-T Q.24, frame by frame.

Every 10 ms a window of 30 ms is projected on the eight key frequencies and on detuned neighbours of each. A key is two tones, one
of each group, in tune, that hold nearly all of the window's energy, stand out from the rest of their group, are not too unlike in
level (twist), last for three windows and begin suddenly. Speech and music hold their energy elsewhere, keep moving, or glide into
what looks like a key.
"""

from collections import deque
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from voicebot.audio.tones import COLUMNS, KEYPAD, ROWS
from voicebot.types import FRAME_SAMPLES, SAMPLE_RATE, Frame

HOP = FRAME_SAMPLES // 2
WINDOW = 3 * HOP
"""30 ms: a tone of 40 ms, the shortest that must be accepted, fills one window whole and its neighbours by two thirds."""

DETUNE_STEP = 0.015
DETUNED = tuple(DETUNE_STEP * step for step in (-2, -1, 0, 1, 2))
"""Probes beside each frequency. A tone nearest to an outer one is out of tune: ±1.5 % must be accepted, ±3.5 % refused."""

SHARE = 0.84
"""Least share of the energy that the two tones hold in the best of the windows: noise 12 dB below them still passes."""

EDGE_SHARE = 0.45
"""Least share in every window: at its edges a tone fills two thirds of one."""

WINDOWS = 3
"""Windows in a row that must name the same key."""

RARE_KEYS = frozenset("ABCD")
RARE_WINDOWS = 6
"""Windows for A–D, which no caller's telephone has: a tone of 70 ms. In half an hour of synthetic vowels three passed for such
keys, of 40 ms, and none for another."""

STEADY = 10 ** (3.6 / 10)
"""Most that their energies may differ by: a tone fills one whole and the others by more than half."""

TUNED = 0.0175
"""Most that a tone may be out of tune on their average: ±1.5 %, and what noise 12 dB below adds."""

APART = 0.022
"""Most by which the two may be out of tune differently: one clock makes both. Two harmonics of a high voice, 5 : 4, miss the
tones of `*` by 2.7 %."""

STANDS_OUT = 4.0
"""Power of a tone over the next one of its group, at least (6 dB)."""

TWIST_NORMAL_DB = 6.0
"""Column tone over row tone at most (Q.24: 4 dB must be accepted)."""

TWIST_REVERSE_DB = 10.0
"""Row tone over column tone at most (Q.24: 8 dB must be accepted)."""

LEAST_DBFS = -42.0
"""Weakest tone that counts."""

_LEAST_ENERGY = float(np.float32(10 ** (LEAST_DBFS / 10) * 32768.0**2))
"""The same as energy a sample, in float32 as the windows' energies are."""

ONSET_WINDOWS = 4
ONSET_STEP = 10 ** (8.0 / 10)
"""In one of so many windows before the first that names the key the energy was lower by this: a key goes down in quiet, or in
noise that a key must be heard in (12 dB below), and a telephone is silent between two keys."""

RELEASE = 3
"""Windows without the tone before the same key counts again: a pause of 40 ms."""

_FREQUENCIES = np.array(ROWS + COLUMNS, dtype=float)


def _projection() -> NDArray[np.float32]:
    """Cosines, then sines, of the 8 × 5 probes under a Hamming taper, shape (80, WINDOW): a full-scale sine gives power 1."""
    t = (np.arange(WINDOW) - (WINDOW - 1) / 2) / SAMPLE_RATE
    probes = (_FREQUENCIES[:, None] * (1 + np.array(DETUNED))).reshape(-1)
    phases = 2 * np.pi * np.outer(probes, t)
    taper = np.hamming(WINDOW)
    projection: NDArray[np.float32] = np.concatenate([np.cos(phases), np.sin(phases)]) * taper * 2 / taper.sum()
    return projection.astype(np.float32)


_PROJECTION = _projection()
_CENTRE = len(DETUNED) // 2


@dataclass(frozen=True, slots=True)
class _Sighting:
    """A key that a window names, the share of its energy that the two tones hold, and that energy."""

    key: str
    share: float
    energy: float
    tuning: tuple[float, float]
    """How far row and column tone are off, as shares of their frequencies."""


class DtmfDetector:
    """Push frames; a key comes back once, in the frame in which it became certain."""

    def __init__(self) -> None:
        self._audio = np.zeros(WINDOW + HOP, np.float32)
        self._windows = np.zeros((WINDOW, 2), np.float32)
        """The two windows that end in the frame at hand, side by side."""
        self._run: list[_Sighting] = []
        self._held: str | None = None
        self._gone = RELEASE
        self._before: deque[float] = deque([0.0], maxlen=ONSET_WINDOWS)
        """Energies of the last windows that named no key of the run under way."""

    @property
    def tone_now(self) -> bool:
        """A key tone sounds, or seems to: what the VAD says of this frame is no speech."""
        return self._held is not None or len(self._run) > 1

    def push(self, frame: Frame) -> str | None:
        """The key that became certain with this frame (int16, shape (320,)), if any."""
        self._audio[:-FRAME_SAMPLES] = self._audio[FRAME_SAMPLES:]
        self._audio[-FRAME_SAMPLES:] = frame
        certain = None
        for energy, sighting in self._look():
            certain = self._follow(sighting) or certain
            if not self._run:
                self._before.append(energy)
        return certain

    def _follow(self, sighting: _Sighting | None) -> str | None:
        if sighting is None:
            self._run = []
            self._gone += 1
            if self._gone >= RELEASE:
                self._held = None
            return None
        self._gone = 0
        if sighting.key == self._held:
            return None
        if self._run and self._run[-1].key != sighting.key:
            self._run = []
        self._run.append(sighting)
        needed = RARE_WINDOWS if sighting.key in RARE_KEYS else WINDOWS
        if len(self._run) < needed or not self._is_key(self._run[-needed:]):
            return None
        self._held, self._run = sighting.key, []
        return sighting.key

    def _is_key(self, seen: list[_Sighting]) -> bool:
        """Whether windows that name the same key are pure, steady and in tune, and began suddenly."""
        energies = [sighting.energy for sighting in seen]
        steady = max(energies) <= STEADY * min(energies)
        sudden = max(energies) >= ONSET_STEP * min(self._before)
        row, column = (sum(sighting.tuning[tone] for sighting in seen) / len(seen) for tone in (0, 1))
        tuned = max(abs(row), abs(column)) <= TUNED and abs(row - column) <= APART
        return steady and sudden and tuned and max(sighting.share for sighting in seen) >= SHARE

    def _look(self) -> list[tuple[float, _Sighting | None]]:
        """Energy of the two windows that end in this frame, and what they name."""
        windows = self._windows
        windows[:, 0], windows[:, 1] = self._audio[:WINDOW], self._audio[HOP:]
        energies = (np.einsum("ij,ij->j", windows, windows) / WINDOW).tolist()
        if max(energies) < _LEAST_ENERGY:
            return [(energy, None) for energy in energies]
        parts = _PROJECTION @ windows
        parts *= parts
        power = (parts[:40] + parts[40:]).reshape(8, len(DETUNED), 2)
        loudest = power[:, 1:-1].max(axis=1).T.tolist()
        return [(energy, _sighting(power[:, :, i], loudest[i], energy)) for i, energy in enumerate(energies)]


def _sighting(power: NDArray[np.float32], loudest: list[float], energy: float) -> _Sighting | None:
    """`power`: shape (8, 5), one row a key frequency, one column a probe; `loudest` of each frequency's inner probes."""
    low, high = max(loudest[:4]), max(loudest[4:])
    if (low + high) / 2 < EDGE_SHARE * energy or not _twist_fits(low, high):
        return None  # nearly every window of a call: seen without another look at the arrays
    row, column = loudest.index(low, 0, 4), loudest.index(high, 4)
    if int(power[row].argmax()) in (0, len(DETUNED) - 1) or int(power[column].argmax()) in (0, len(DETUNED) - 1):
        return None
    others = power[:, _CENTRE].copy()
    others[[row, column]] = 0.0
    if low < STANDS_OUT * others[:4].max() or high < STANDS_OUT * others[4:].max():
        return None
    tuning = _tuning(power[row]), _tuning(power[column])
    return _Sighting(KEYPAD[row][column - 4], (low + high) / 2 / energy, energy, tuning)


def _tuning(power: NDArray[np.float32]) -> float:
    """Where between the probes of one frequency the peak lies: under a taper the logarithm of the power is a parabola there."""
    at = int(power.argmax())
    left, peak, right = np.log(power[at - 1 : at + 2] + 1e-9)
    return DETUNED[at] + DETUNE_STEP * 0.5 * float((left - right) / (left - 2 * peak + right - 1e-9))


def _twist_fits(low: float, high: float) -> bool:
    return high <= low * 10 ** (TWIST_NORMAL_DB / 10) and low <= high * 10 ** (TWIST_REVERSE_DB / 10)
