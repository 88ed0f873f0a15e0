"""Between the sound card's thread and the call's: two queues, resampling at the edge, and the counting of what goes wrong.

The sound card asks every 20 ms and must be answered at once. What it recorded waits in one queue for the call; what the call said
waits in the other for the card. A frame that is not there in time is *late*: silence is played instead.

Every late frame puts the bot 20 ms further behind the caller. An echo canceller knows echoes of a quarter of a second, so that
must not add up: for each late frame one quiet frame is left out again, of the caller or of the bot, whichever comes first. A call
that computes for long when a turn ends thus loses the quiet in which it did so, and nothing else.
"""

import queue
from collections import deque
from dataclasses import dataclass
from typing import Any

import numpy as np

from voicebot.audio.levels import level_db
from voicebot.audio.resample import StreamResampler
from voicebot.call import NOTHING
from voicebot.live.sound import Format
from voicebot.types import FRAME_SAMPLES, SAMPLE_RATE, SILENCE, Frame, Samples

AHEAD_FRAMES = 4
"""Frames of the bot kept ready: a push may take 80 to 100 ms before one is late (51 ms was the longest of 4,643 on a busy
machine, at the end of a turn); costs 80 ms of latency."""

WAITING_FRAMES = 250
"""Caller frames that may wait for a call that computes: 5 s. More are lost, and counted."""

QUIET_DB = -60.0
"""A frame below this, dBFS, is not missed."""

CALLER_MARGIN_DB = 6.0
"""A frame of the caller no further above the quietest of late is not missed either."""

FLOOR_RISE_DB = 0.06
"""What counts as the quietest of late rises by so much a frame: 3 dB a second, as in the VAD."""

TAIL_SAMPLES = 32
"""At the end of a frame, 2 ms: if they sound, so should the next frame."""


@dataclass(slots=True)
class SoundCounts:
    """What happened at the sound card since the line was opened."""

    blocks: int = 0
    """Times the card asked."""
    late: int = 0
    """Frames of the bot that were not there in time: silence was played instead."""
    gaps: int = 0
    """Of the late frames, those in the middle of the bot's speech: the others are a pause that lasts longer."""
    skipped: int = 0
    """Quiet frames left out to catch up after late ones."""
    lost: int = 0
    """Caller frames lost because the call did not fetch them."""
    overflows: int = 0
    """Times the card itself lost recorded samples (PortAudio's input overflow)."""
    underflows: int = 0
    """Times the card itself had nothing to play (PortAudio's output underflow)."""
    failures: int = 0
    """Errors in our callback: silence was played instead."""
    reconnects: int = 0
    """Devices that went away and were replaced."""

    @property
    def clean(self) -> bool:
        """Nothing went wrong."""
        return not (self.late or self.lost or self.overflows or self.underflows or self.failures or self.reconnects)

    def document(self) -> dict[str, int]:
        """For `--json`."""
        return {
            "late_frames": self.late,
            "gaps_in_speech": self.gaps,
            "skipped_frames": self.skipped,
            "lost_frames": self.lost,
            "input_overflows": self.overflows,
            "output_underflows": self.underflows,
            "callback_failures": self.failures,
            "reconnects": self.reconnects,
        }


class Pump:
    """One stream's life. `exchange` is called by the sound card, everything else by the thread of the call."""

    def __init__(self, format: Format, counts: SoundCounts | None = None) -> None:
        self.counts = counts if counts is not None else SoundCounts()
        self.failure: Exception | None = None
        """The first error in the callback, for whoever looks for its cause."""
        self._format = format
        self.played = NOTHING
        """Number of the bot's frame that the card was given while the frame received last was recorded."""
        self._heard: queue.SimpleQueue[tuple[Frame, int]] = queue.SimpleQueue()
        self._said: deque[tuple[Frame, int]] = deque([(SILENCE, NOTHING)] * AHEAD_FRAMES)
        self._given: deque[int] = deque()
        """Numbers of the frames that the card was given and has recorded nothing for yet."""
        self._from_card = StreamResampler(format.rate, SAMPLE_RATE, live=True)
        self._to_card = StreamResampler(SAMPLE_RATE, format.rate, live=True)
        self._begun = False
        """The call takes frames: until it does, nothing is recorded, and nothing is late."""
        self._floor_db = 0.0
        self._late_before = self.counts.late
        self._skipped = 0
        self._sounding = False
        """The frame played last ended in sound."""
        self._recorded = np.zeros(0, np.int16)
        """Samples at 16 kHz that do not fill a frame yet."""
        self._ready = np.zeros(format.block if format.rate != SAMPLE_RATE else 0, np.int16)
        """Samples at the card's rate that were not asked for yet; a block in advance, as the converter gives bursts."""

    def exchange(self, block: Any, count: int, overflow: bool = False, underflow: bool = False) -> bytes:
        """Take `count` recorded sample frames (int16 bytes) and give as many to play. Never raises: that would end the stream."""
        counts = self.counts
        counts.blocks += 1
        counts.overflows += overflow
        counts.underflows += underflow
        out = bytes(2 * count * self._format.channels)
        if not self._begun:
            return out
        try:
            out = self._give(count)
            self._take(block, count)
        except Exception as error:
            counts.failures += 1
            self.failure = self.failure or error
        return out

    def receive(self, seconds: float) -> Frame | None:
        """The caller's next frame; None when the card gives none for so long."""
        self._begun = True
        try:
            frame, self.played = self._heard.get(timeout=seconds)
            while self._quiet(frame) and self._behind:
                self._skip()
                frame, self.played = self._heard.get_nowait()
        except queue.Empty:
            return None
        return frame

    def send(self, frame: Frame, number: int = NOTHING) -> None:
        """Queue the bot's next frame, or leave it out if it is quiet and the bot is behind."""
        if self._behind and level_db(frame) < QUIET_DB:
            self._skip()
        else:
            self._said.append((frame, number))

    @property
    def _behind(self) -> bool:
        """Whether a late frame has not been made good."""
        return self.counts.late - self._late_before > self._skipped

    def _skip(self) -> None:
        self._skipped += 1
        self.counts.skipped += 1

    def _quiet(self, frame: Frame) -> bool:
        level = level_db(frame)
        self._floor_db = min(level, self._floor_db + FLOOR_RISE_DB)
        return level <= max(QUIET_DB, self._floor_db + CALLER_MARGIN_DB)

    @property
    def waiting(self) -> int:
        """Frames of the bot that are still to be played."""
        return len(self._said)

    def _take(self, block: Any, count: int) -> None:
        samples = np.frombuffer(bytes(block), dtype=np.int16)
        if len(samples) > count:  # more than one microphone channel: the first is the caller
            samples = np.ascontiguousarray(samples.reshape(count, -1)[:, 0])
        recorded = np.concatenate([self._recorded, self._from_card.push(samples)])
        whole = len(recorded) // FRAME_SAMPLES * FRAME_SAMPLES
        self._recorded = recorded[whole:]
        for frame in recorded[:whole].reshape(-1, FRAME_SAMPLES):
            played = self._given.popleft() if self._given else NOTHING
            if self._heard.qsize() >= WAITING_FRAMES:
                self.counts.lost += 1
            else:
                self._heard.put((frame, played))

    def _give(self, count: int) -> bytes:
        while len(self._ready) < count:
            self._ready = np.concatenate([self._ready, self._to_card.push(self._next())])
        out, self._ready = self._ready[:count], self._ready[count:]
        return _spread(out, self._format.channels).tobytes()

    def _next(self) -> Frame:
        try:
            frame, number = self._said.popleft()
        except IndexError:
            self._given.append(NOTHING)
            self.counts.late += 1
            self.counts.gaps += self._sounding
            return SILENCE
        self._given.append(number)
        self._sounding = bool(frame[-TAIL_SAMPLES:].any())
        return frame


def _spread(samples: Samples, channels: int) -> Samples:
    """The same sound on every channel."""
    return samples if channels == 1 else np.repeat(samples, channels)
