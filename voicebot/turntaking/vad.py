"""Voice activity of single frames: webrtcvad as the first gate, the voice network behind it, a little inertia, and the level.

webrtcvad alone calls ringback, hum, chords and hold music speech 99–100 % of the time, even in its strictest mode, and knows no
cough from a word. In its most lenient mode it lets all speech through; the network then tells what is speech.
"""

from dataclasses import dataclass

import numpy as np
import webrtcvad

from voicebot.turntaking.voice_net import VoiceNet
from voicebot.types import FRAME_SAMPLES, SAMPLE_RATE, Frame, Vad

AGGRESSIVENESS = 0
"""webrtcvad's mode, 0–3: the most lenient lost no speech of the development clips that the network heard."""

GATE_FRAMES = 3
"""Frames for which webrtcvad's word holds."""

SPEECH_BEGINS = 0.55
SPEECH_ENDS = 0.35
"""P(speech) at which speech begins, and below which it ends."""

QUIETEST_DBFS = -62.0
"""Below this nothing is speech, however quiet the line."""

SETTLED_FRAMES = 100
"""Frames of digital silence after which the network is not asked again until there is sound: its state has come to rest."""

SILENT_DBFS = -96.0


@dataclass(frozen=True, slots=True)
class VadFrame:
    """What one frame showed."""

    speech: bool
    """Somebody near by speaks: no cough, tone, music or far-off voices."""
    intent: float
    """P(they take a turn, and it is no sign of listening), as of the last frame with speech."""
    level_db: float
    """dBFS."""


class VoiceActivity:
    """Push frames in order (int16, shape (320,), 16 kHz)."""

    def __init__(self, net: VoiceNet | None = None, vad: Vad | None = None) -> None:
        """`vad` says what is speech in the network's place; the network still says whether it is a turn."""
        self._gate = webrtcvad.Vad(AGGRESSIVENESS)
        self._net = net or VoiceNet()
        self._vad = vad
        self._speech = False
        self._intent = 0.5
        self._since_voiced = GATE_FRAMES
        self._silent = 0
        """Frames of digital silence so far."""

    def observe(self, frame: Frame) -> VadFrame:
        """Whether this frame holds speech, and of what sort."""
        level = _level_db(frame)
        self._silent = self._silent + 1 if level <= SILENT_DBFS else 0
        if self._silent > SETTLED_FRAMES:
            self._speech = False
            return VadFrame(False, self._intent, level)
        voiced = bool(self._gate.is_speech(frame.tobytes(), SAMPLE_RATE))
        self._since_voiced = 0 if voiced else self._since_voiced + 1
        speech, intent = self._net.push(frame)
        sounds = level > QUIETEST_DBFS and self._since_voiced < GATE_FRAMES
        if self._vad is not None:
            self._speech = self._vad.is_speech(frame)
        else:
            self._speech = sounds and speech >= (SPEECH_ENDS if self._speech else SPEECH_BEGINS)
        if self._speech:
            self._intent = intent
        return VadFrame(self._speech, self._intent, level)


def _level_db(frame: Frame) -> float:
    values = frame.astype(np.float32)
    power = float(values @ values) / FRAME_SAMPLES / 32768.0**2
    return max(SILENT_DBFS, 10.0 * float(np.log10(power))) if power > 0 else SILENT_DBFS
