"""Voice activity of single frames: webrtcvad, an adaptive floor, and a guard against tones.

webrtcvad alone calls ringback, hum, chords and hold music speech 99–100 % of the time, even in its strictest mode; what is
steady and concentrated in a few lines of the spectrum is therefore taken out again.
"""

from collections import deque
from dataclasses import dataclass

import numpy as np
import webrtcvad

from voicebot.types import FRAME_SAMPLES, SAMPLE_RATE, Frame

AGGRESSIVENESS = 3
"""webrtcvad's mode, 0–3: the strictest; weak onsets are covered by the pre-roll."""

FLOOR_MARGIN_DB = 5.0
"""A frame this far above the noise floor may be speech."""

QUIETEST_DBFS = -58.0
"""Below this nothing is speech, however quiet the line."""

FLOOR_FALL = 0.25
FLOOR_RISE_DB = 0.06
"""The floor follows a quieter frame by this share of the distance, and otherwise rises by so much a frame (3 dB a second)."""

FLOOR_RISE_SPEECH_DB = 0.012
"""Rise while webrtcvad says speech (0.6 dB a second): a steady noise that fools it becomes floor within half a minute."""

SILENT_DBFS = -96.0


@dataclass(frozen=True, slots=True)
class VadFrame:
    """What one frame showed."""

    speech: bool
    level_db: float
    """dBFS."""
    tone: bool
    """Steady lines of a spectrum: ringback, hum, hold music."""


class VoiceActivity:
    """Push frames in order (int16, shape (320,), 16 kHz)."""

    def __init__(self, aggressiveness: int = AGGRESSIVENESS) -> None:
        """`aggressiveness`: webrtcvad's mode, 0 (takes much for speech) to 3."""
        if aggressiveness not in range(4):
            raise ValueError(f"aggressiveness is 0, 1, 2 or 3, not {aggressiveness!r}")
        self._vad = webrtcvad.Vad(aggressiveness)
        self._tones = ToneGuard()
        self.floor_db = -60.0
        """Level of the noise behind the caller, dBFS."""

    def observe(self, frame: Frame) -> VadFrame:
        """Whether this frame holds speech."""
        level = _level_db(frame)
        voiced = bool(self._vad.is_speech(frame.tobytes(), SAMPLE_RATE))
        loud = level > max(QUIETEST_DBFS, self.floor_db + FLOOR_MARGIN_DB)
        tone = self._tones.observe(frame, voiced and loud)
        self._follow(level, voiced and not tone)
        return VadFrame(voiced and loud and not tone, level, tone)

    def _follow(self, level: float, voiced: bool) -> None:
        if level <= SILENT_DBFS:
            return  # digital silence tells nothing about the line
        if level < self.floor_db:
            self.floor_db += FLOOR_FALL * (level - self.floor_db)
        else:
            self.floor_db = min(level, self.floor_db + (FLOOR_RISE_SPEECH_DB if voiced else FLOOR_RISE_DB))


def _level_db(frame: Frame) -> float:
    values = frame.astype(np.float32)
    power = float(values @ values) / FRAME_SAMPLES / 32768.0**2
    return max(SILENT_DBFS, 10.0 * float(np.log10(power))) if power > 0 else SILENT_DBFS


WINDOW = 2 * FRAME_SAMPLES
LINES = 3
"""Spectral peaks that together must hold `CONCENTRATION` of the energy: two for ringback, three for a chord."""

CONCENTRATION = 0.88
STEADY_FRAMES = 5
"""Frames (100 ms) for which the peaks must stay in place: a vowel's harmonics move with its pitch."""

SHIFT_BINS = 1
"""Movement that still counts as staying: bins of 25 Hz."""


class ToneGuard:
    """Finds what is steady and concentrated in a few spectral lines."""

    def __init__(self) -> None:
        self._window = np.zeros(WINDOW, np.float32)
        self._taper = np.hanning(WINDOW).astype(np.float32)
        self._peaks: deque[frozenset[int]] = deque(maxlen=STEADY_FRAMES)

    def observe(self, frame: Frame, wanted: bool) -> bool:
        """Whether a tone has been sounding; the spectrum is looked at only where the answer is `wanted`."""
        self._window[:FRAME_SAMPLES] = self._window[FRAME_SAMPLES:]
        self._window[FRAME_SAMPLES:] = frame
        peaks = self._lines() if wanted else None
        if peaks is None:
            self._peaks.clear()
            return False
        if self._peaks and not _in_place(self._peaks[0], peaks):
            self._peaks.clear()
        self._peaks.append(peaks)
        return len(self._peaks) == STEADY_FRAMES

    def _lines(self) -> frozenset[int] | None:
        """The bins of the strongest lines when they hold nearly all of the energy."""
        power = np.abs(np.fft.rfft(self._window * self._taper)) ** 2
        total = float(power.sum())
        if total <= 0:
            return None
        found, held = [], 0.0
        for _ in range(LINES):
            peak = int(power.argmax())
            around = slice(max(0, peak - 2), peak + 3)
            held += float(power[around].sum())
            power[around] = 0.0
            found.append(peak)
            if held >= CONCENTRATION * total:
                return frozenset(found)
        return None


def _in_place(before: frozenset[int], now: frozenset[int]) -> bool:
    return all(any(abs(line - other) <= SHIFT_BINS for other in before) for line in now)
