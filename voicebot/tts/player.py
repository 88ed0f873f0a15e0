"""The player: queued prompts as frames, turned down, stopped and taken up again without a click, and how much was heard."""

from collections import deque
from dataclasses import dataclass
from typing import TypeAlias

import numpy as np

from voicebot.audio.levels import to_int16
from voicebot.types import FRAME_SAMPLES, FRAMES_PER_SECOND, SAMPLE_RATE, SILENCE, Frame, Heard, Prompt, Speech

HUSH_DB = -18.0
"""How far the bot turns itself down while it is not sure that the caller means to speak."""

GAP_FRAMES = round(0.14 * FRAMES_PER_SECOND)
"""Quiet between two queued prompts."""

PHRASE_ENDS = "，。！？；：、,.!?;:"
"""Characters a listener takes a breath at: where a paused prompt is taken up again."""

RAMP = SAMPLE_RATE // 250
"""Samples in which the bot turns itself down: 4 ms, short enough to be heard in the same frame and long enough not to click."""

BRIEF_FRAMES = round(0.2 * FRAMES_PER_SECOND)
"""A pause no longer than this is gone on from where it began; after a longer one the phrase is taken up again."""

_HUSHED = 10 ** (HUSH_DB / 20)


@dataclass(frozen=True, slots=True)
class Started:
    """A prompt began to sound in this frame."""

    prompt: Prompt
    seconds: float


@dataclass(frozen=True, slots=True)
class Finished:
    """A prompt was played to its end with this frame."""

    prompt: Prompt


Note: TypeAlias = Started | Finished


@dataclass(slots=True)
class _Track:
    prompt: Prompt
    speech: Speech
    position: int = 0
    """Samples played."""
    started: bool = False


class Player:
    """A queue of prompts. Every command takes effect in the next frame; `next_frame` is called once every 20 ms."""

    def __init__(self) -> None:
        self._queue: deque[_Track] = deque()
        self._gain = 1.0
        """Reached at the end of the last frame."""
        self._target = 1.0
        self._paused = False
        self._paused_frames = 0
        self._gap = 0
        self._fading: Frame | None = None
        """What sounds for one more frame after a stop, on its way to silence."""
        self._notes: list[Note] = []
        self._cut: tuple[_Track, ...] = ()
        """What the last stop cut off, and what was queued behind it, until something else is said."""

    def add(self, prompt: Prompt, speech: Speech) -> None:
        """Queue a prompt behind what is still to be said."""
        self._cut = ()
        self._queue.append(_Track(prompt, speech))

    def next_frame(self) -> Frame:
        """The next 20 ms: int16, shape (320,)."""
        if self._fading is not None:
            frame, self._fading = self._fading, None
            return frame
        if self._paused and self._gain == 0.0:
            self._paused_frames += 1
            return SILENCE
        if self._gap > 0:
            self._gap -= 1
            return SILENCE
        if not self._queue:
            return SILENCE
        return self._play(self._queue[0])

    def take_notes(self) -> list[Note]:
        """What began and ended since the last call."""
        notes, self._notes = self._notes, []
        return notes

    @property
    def idle(self) -> bool:
        """Nothing sounds, nothing is queued."""
        return not self._queue

    @property
    def more(self) -> bool:
        """Another prompt is queued behind the first."""
        return len(self._queue) > 1

    @property
    def playing(self) -> Prompt | None:
        """The prompt that has begun to sound and is not over, paused or not."""
        return self._queue[0].prompt if self._queue and self._queue[0].started else None

    def hush(self) -> None:
        """Turn down by `HUSH_DB` and speak on, after a pause from where it was."""
        self._target, self._paused = _HUSHED, False

    def pause(self) -> None:
        """Fall silent, keeping the place."""
        if not self._paused:
            self._paused_frames = 0
        self._target, self._paused = 0.0, True

    def resume(self) -> None:
        """Back to full level; after a pause that was not brief, from the start of the phrase that was cut."""
        if self._paused and self._paused_frames > BRIEF_FRAMES and self._queue and self._queue[0].started:
            self._queue[0].position = _phrase_start(self._queue[0])
        self._target, self._paused = 1.0, False

    def stop(self) -> tuple[Heard | None, int]:
        """Fade to silence within the next frame and put the queue aside, for `take_up`.

        What was heard of the prompt that was cut off, and how many others were queued.
        """
        heard = self.heard()
        waiting = len(self._queue) - (heard is not None)
        if heard is not None and self._gain > 0.0:
            self._fading = self._fade_out(self._queue[0])
        self._cut = tuple(self._queue)
        self._queue.clear()
        self._gain, self._target, self._paused, self._gap = 1.0, 1.0, False, 0
        return heard, waiting

    def take_up(self) -> bool:
        """Undo the last stop: on from the start of the phrase that was cut. False when there is nothing to take up."""
        if not self._cut or self._queue:
            return False
        self._queue.extend(self._cut)
        self._cut = ()
        self._queue[0].position = _phrase_start(self._queue[0])
        self._gain = 0.0
        return True

    def heard(self) -> Heard | None:
        """How much of the prompt at hand has been played; None when none has begun."""
        if self.playing is None:
            return None
        track = self._queue[0]
        spoken, length = _spoken_characters(track), max(1, len(track.prompt.spoken))
        fraction = min(1.0, spoken / length)
        return Heard(track.prompt, fraction, track.prompt.text[: round(fraction * len(track.prompt.text))])

    def _play(self, track: _Track) -> Frame:
        if not track.started:
            track.started = True
            self._notes.append(Started(track.prompt, track.speech.seconds))
        samples = track.speech.samples
        frame = self._at_gain(samples[track.position : track.position + FRAME_SAMPLES])
        track.position += FRAME_SAMPLES
        if track.position >= len(samples):
            self._queue.popleft()
            self._notes.append(Finished(track.prompt))
            self._gap = GAP_FRAMES if self._queue else 0
        return frame

    def _at_gain(self, part: Frame) -> Frame:
        """`part`, filled up with silence, on the way from the present gain to the target; int16."""
        if len(part) < FRAME_SAMPLES:
            part = np.pad(part, (0, FRAME_SAMPLES - len(part)))
        start, self._gain = self._gain, self._target
        if start == 1.0 and self._gain == 1.0:
            return part
        ramp = RAMP if self._gain < start else FRAME_SAMPLES
        gains = np.full(FRAME_SAMPLES, self._gain)
        gains[:ramp] = np.linspace(start, self._gain, ramp)
        return to_int16(part * gains)

    def _fade_out(self, track: _Track) -> Frame:
        part = track.speech.samples[track.position : track.position + RAMP]
        faded = part * np.linspace(self._gain, 0.0, len(part))
        return np.pad(to_int16(faded), (0, FRAME_SAMPLES - len(part)))


def _spoken_characters(track: _Track) -> int:
    """Characters of the spoken text whose words have begun."""
    if track.position >= len(track.speech.samples):
        return len(track.prompt.spoken)
    begun = [mark.end for mark in track.speech.marks if mark.sample < track.position]
    if track.speech.marks:
        return max(begun, default=0)
    return round(len(track.prompt.spoken) * track.position / max(1, len(track.speech.samples)))


def _phrase_start(track: _Track) -> int:
    """Sample at which the phrase under way begins: its first word after the last breath, 2.5 s back at most."""
    earliest = track.position - round(2.5 * SAMPLE_RATE)
    text, starts = track.prompt.spoken, [0]
    for before, mark in zip(track.speech.marks, track.speech.marks[1:], strict=False):
        if any(character in PHRASE_ENDS for character in text[before.start : mark.start]):
            starts.append(mark.sample)
    begun = [start for start in starts if start <= track.position]
    if begun[-1] >= earliest:
        return begun[-1]
    words = [mark.sample for mark in track.speech.marks if earliest <= mark.sample <= track.position]
    return words[0] if words else max(0, earliest)
