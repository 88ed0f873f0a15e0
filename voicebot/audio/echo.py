"""Echo cancellation: the bot's own voice taken out of the caller's leg, frame by frame.

A partitioned-block frequency-domain Kalman filter (Kuech, Mabande and Enzner, "State-space architecture of the
partitioned-block-based acoustic echo controller", ICASSP 2014) learns the echo's way and subtracts it. What it leaves over, and
all of the echo while it is still learning, is turned down by a gain that knows how much echo is to be reckoned with.
"""

from typing import Any

import numpy as np
from numpy.typing import NDArray

from voicebot.audio.likeness import Likeness
from voicebot.errors import AudioError
from voicebot.types import FRAME_SAMPLES, Frame

BLOCK = FRAME_SAMPLES // 2
"""Samples in a block: 10 ms. What comes back is one block late."""

PARTITIONS = 26
"""Blocks of the echo's way that are modelled: 260 ms of delay and reverberation together."""

FORGETTING = 0.999
"""How well the echo's way keeps from one block to the next (the model's transition factor)."""

FIRST_UNCERTAINTY = 0.05
"""Variance of every coefficient before anything was heard: any one partition may hold an echo 13 dB down."""

NOISE_MEMORY = 0.8
"""Smoothing of the power spectrum of what is not echo, a block."""

DOUBT_MEMORY = 0.97
WRONG = 0.65
"""When in the last third of a second two thirds of what was subtracted was not there, the echo takes another way now."""

ALIKE = 0.5
"""Likeness of what the filter leaves to the bot's voice from which it is the bot's voice: callers stay below 0.5, and an echo
that has changed its way is above within 0.2 s."""

LEFT_OVER = 0.5
"""Share of the sound's energy that a filter which knows the echo does not leave of it. When it does, and what is left is the
bot's voice, it is turned down from the third block on; from the fortieth on the filter learns as at first."""
ESCAPED_BLOCKS = 3
UNLEARNED_BLOCKS = 40

RESIDUE = 10 ** (-12.0 / 10)
"""A block of which less than this is left was nothing but echo: a caller who can be heard through it leaves more."""

RESIDUE_GAIN = 10 ** (-20.0 / 20)
"""Such a block is turned down once more, below what can be taken for a voice."""

_FFT = 2 * BLOCK
_BINS = BLOCK + 1
_TINY = 1e-8
_FULL_SCALE = 32768.0

Values = NDArray[np.float32]
Spectrum = NDArray[np.complex64]


class EchoCanceller:
    """Push the caller's frame with what the bot played in the frame before; the caller alone comes back, 10 ms later.

    Delay and reverberation together up to `PARTITIONS` blocks, drifting or not. While the bot is silent the caller's samples
    come back unchanged.
    """

    def __init__(self) -> None:
        self._filter = _KalmanFilter()
        self._suppressor = _Suppressor()
        self._silent = PARTITIONS + 1
        """Blocks since the bot last made a sound."""
        self._before = 0.0
        """Energy of the caller's last block: the one that comes back now."""

    def push(self, near: Frame, far: Frame) -> Frame:
        """Both int16, shape (320,), and so is what comes back. Raises `AudioError`, and changes nothing, for anything else."""
        _check(near, "the caller's frame")
        _check(far, "the bot's frame")
        out = np.empty(FRAME_SAMPLES, np.float32)
        near_values, far_values = near.astype(np.float32) / _FULL_SCALE, far.astype(np.float32) / _FULL_SCALE
        for start in (0, BLOCK):
            part = slice(start, start + BLOCK)
            out[part] = self._block(near_values[part], far_values[part])
        frame: Frame = np.clip(np.rint(out * _FULL_SCALE), -32768, 32767).astype(np.int16)
        return frame

    def moved(self) -> None:
        """The sound card stalled, and the echo may come at another time from now on: as careful again as in the beginning."""
        self._filter.doubt_all()
        self._suppressor.expect_all()

    def _block(self, near: Values, far: Values) -> Values:
        self._silent = 0 if np.any(far) else self._silent + 1
        if self._silent > PARTITIONS:
            return self._suppressor.push(near, None)
        error = self._filter.push(near, far)
        out = self._suppressor.push(error, self._filter)
        before, self._before = self._before, float(near @ near)
        return out * RESIDUE_GAIN if float(out @ out) < RESIDUE * before else out


class _KalmanFilter:
    """The echo's way as `PARTITIONS` spectra, each coefficient with its uncertainty."""

    def __init__(self) -> None:
        self.far = np.zeros((PARTITIONS, _BINS), np.complex64)
        """Spectra of the bot's voice, newest first, two blocks each."""
        self.far_power = np.zeros((PARTITIONS, _BINS), np.float32)
        self.uncertain = np.zeros(_BINS, np.float32)
        """Power of the echo that may be left in the error, by what the filter knows of itself."""
        self.lost = False
        """What it had learned was wrong and has just been thrown away."""
        self._way = np.zeros((PARTITIONS, _BINS), np.complex64)
        self._variance = np.full((PARTITIONS, _BINS), FIRST_UNCERTAINTY, np.float32)
        self._noise = np.full(_BINS, _TINY, np.float32)
        self._last_far = np.zeros(BLOCK, np.float32)
        self._agreement, self._subtracted = 0.0, _TINY
        self.escaped = False
        """Most of the sound is left, and moves as the bot's voice does: it is echo that took another way."""
        self._likeness = Likeness(PARTITIONS)
        self._unlearned = 0
        """Blocks for which most of the sound was echo and was left."""

    def push(self, near: Values, far: Values) -> Values:
        """The caller's 10 ms without the echo as far as it is known."""
        self._remember(far)
        echo = np.fft.irfft(np.einsum("pk,pk->k", self._way, self.far), _FFT)[BLOCK:].astype(np.float32)
        error = near - echo
        self._doubt(error, echo)
        left, whole = float(error @ error), float(near @ near)
        late = _late(error)
        alike = self._likeness.push(_power(late), self.far_power[0]) > ALIKE
        self._unlearned = self._unlearned + 1 if alike and left > LEFT_OVER * whole else 0
        self.escaped = self._unlearned >= ESCAPED_BLOCKS
        if self._unlearned >= UNLEARNED_BLOCKS:
            self.doubt_all()
        self._learn(late)
        return error if left < whole else near

    def doubt_all(self) -> None:
        """Keep what is known of the echo's way, and learn as at first."""
        np.maximum(self._variance, FIRST_UNCERTAINTY, out=self._variance)

    def _doubt(self, error: Values, echo: Values) -> None:
        """Start afresh when what was subtracted was not there: the error then holds the negative of it."""
        self._agreement = DOUBT_MEMORY * self._agreement + float(error @ echo)
        self._subtracted = DOUBT_MEMORY * self._subtracted + float(echo @ echo)
        self.lost = self._agreement < -WRONG * self._subtracted and self._subtracted > _TINY
        if self.lost:
            self._way[:] = 0.0
            self._variance[:] = FIRST_UNCERTAINTY
            self._agreement, self._subtracted = 0.0, _TINY

    def _remember(self, far: Values) -> None:
        self.far[1:] = self.far[:-1]
        self.far_power[1:] = self.far_power[:-1]
        self.far[0] = np.fft.rfft(np.concatenate([self._last_far, far]))
        self.far_power[0] = _power(self.far[0])
        self._last_far = far

    def _learn(self, error: Spectrum) -> None:
        expected = np.einsum("pk,pk->k", self._variance, self.far_power)
        power = _power(error)
        self._noise = NOISE_MEMORY * self._noise + (1 - NOISE_MEMORY) * np.maximum(power - 0.5 * expected, 0.1 * power)
        step = self._variance / (0.5 * expected + self._noise + _TINY)
        change = np.fft.irfft(step * self.far.conj() * error, _FFT, axis=1)
        change[:, BLOCK:] = 0.0
        self._way += np.fft.rfft(change, axis=1).astype(np.complex64)
        keep = FORGETTING * FORGETTING
        self._variance = keep * (1 - 0.5 * step * self.far_power) * self._variance + (1 - keep) * _power(self._way)
        self.uncertain = 0.5 * expected


FIRST_COUPLING = 10 ** (-8.0 / 10)
"""Power of what is left of the echo over the loudest of the bot's voice, before it is known: 8 dB down."""

COUPLING_FALL = 0.985
COUPLING_RISE = 1.005
"""The coupling follows what is seen downward by up to this factor a block (−6.6 dB a second), and otherwise rises 2 dB a second:
the caller's own voice can only make it look larger than it is."""

MARGIN = 10 ** (9.0 / 10)
"""How much echo is reckoned with over what the coupling says: speech is not steady."""

LEAST_GAIN = 10 ** (-32.0 / 20)
"""The suppressor turns down by at most 32 dB."""

SMOOTHING = 0.5
"""Of the power spectra that decide the gain, a block."""


class _Suppressor:
    """Turns down what may be echo, in overlapping windows of two blocks."""

    def __init__(self) -> None:
        self._taper = np.sqrt(0.5 - 0.5 * np.cos(2 * np.pi * np.arange(_FFT) / _FFT)).astype(np.float32)
        self._last = np.zeros(BLOCK, np.float32)
        self._overlap = np.zeros(BLOCK, np.float32)
        self._power = np.zeros(_BINS, np.float32)
        self._gain = np.ones(_BINS, np.float32)
        self._coupling = FIRST_COUPLING

    def expect_all(self) -> None:
        """Reckon with as much echo as before anything of it was known."""
        self._coupling = FIRST_COUPLING

    def push(self, error: Values, known: _KalmanFilter | None) -> Values:
        """The block before this one, with the echo turned down; `known` is None where there cannot be any."""
        spectrum = np.fft.rfft(self._taper * np.concatenate([self._last, error]))
        self._power = SMOOTHING * self._power + (1 - SMOOTHING) * _power(spectrum)
        if known is not None:
            spectrum = spectrum * self._gains(known)
        whole = np.fft.irfft(spectrum, _FFT).astype(np.float32) * self._taper
        out: Values = self._overlap + whole[:BLOCK]
        self._last, self._overlap = error, whole[BLOCK:]
        return out

    def _gains(self, known: _KalmanFilter) -> Values:
        loudest = 0.5 * known.far_power.max(axis=0)
        if known.lost:
            self.expect_all()
        self._follow_coupling(float(self._power.sum()), float(loudest.sum()))
        coupling = FIRST_COUPLING if known.escaped else self._coupling
        residual = np.maximum(MARGIN * coupling * loudest, known.uncertain)
        gains: Values = np.clip(1.0 - residual / (self._power + _TINY), LEAST_GAIN, 1.0)
        return gains

    def _follow_coupling(self, left: float, loudest: float) -> None:
        if loudest < _FFT * 1e-6:
            return  # the bot is too quiet to tell
        seen = left / loudest
        self._coupling = max(seen, self._coupling * COUPLING_FALL) if seen < self._coupling else self._coupling * COUPLING_RISE
        self._coupling = min(self._coupling, FIRST_COUPLING)


def _late(block: Values) -> Spectrum:
    """Spectrum of a block behind a block of silence."""
    return np.fft.rfft(np.concatenate([np.zeros(BLOCK, np.float32), block])).astype(np.complex64)


def _power(spectrum: NDArray[Any]) -> Values:
    power: Values = (spectrum.real * spectrum.real + spectrum.imag * spectrum.imag).astype(np.float32)
    return power


def _check(frame: Any, what: str) -> None:
    if not isinstance(frame, np.ndarray) or frame.dtype != np.int16 or frame.shape != (FRAME_SAMPLES,):
        got = f"{frame.dtype} {frame.shape}" if isinstance(frame, np.ndarray) else type(frame).__name__
        raise AudioError(f"{what} must be {FRAME_SAMPLES} samples of int16, shape ({FRAME_SAMPLES},); got {got}")
