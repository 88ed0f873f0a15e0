"""How loud the bot was while it said a prompt, frame by frame, against the same prompt undisturbed."""

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from voicebot.audio.levels import FLOOR_DB, frame_levels_db
from voicebot.events import Hushed, Paused, PromptFinished, PromptStarted, PromptStopped, Record, Resumed
from voicebot.tts.player import HUSH_DB
from voicebot.types import FRAME_SAMPLES, FRAMES_PER_SECOND, SAMPLE_RATE, Samples

AUDIBLE_DB = -55.0
"""A frame of the prompt below this says nothing about the gain: a pause between words."""

DOWN_DB = -10.0
"""Hushed: at least so much lower."""

SILENT_DB = -20.0
"""Paused: more than so much lower."""

FULL_DB = -1.0
"""Back at full level."""

MATCH_SECONDS = 0.5
"""How much of the bot's voice is compared to find the place a prompt was taken up again at."""


SHORTEST_MATCH = SAMPLE_RATE // 10
"""Samples: with less of it before the next pause the place cannot be told."""


@dataclass(frozen=True, slots=True)
class Loudness:
    """A prompt's way through a call."""

    gains_db: NDArray[np.float64]
    """Per frame of the call: level against the undisturbed prompt; where the prompt itself is silent, what the log asks for."""
    started: int
    """Frame of its first sound."""
    stopped: int | None
    """Frame in which it was given up; None when it was not."""
    finished: int | None
    """Frame of its last sound; None when it was not carried on to its end."""
    resumed_right: bool
    """Whenever it was taken up after a pause, it went on where it was, or from up to `LONGEST_REWIND` before."""

    def first_below(self, db: float, start: int, end: int) -> int | None:
        """First frame in `start` … `end` that is `db` down or more."""
        return next((frame for frame in range(start, end) if self.gains_db[frame] <= db), None)

    def longest_below(self, db: float, start: int, end: int) -> int:
        """Longest run of frames in `start` … `end` that are more than `db` down."""
        longest = run = 0
        for frame in range(start, end):
            run = run + 1 if self.gains_db[frame] < db else 0
            longest = max(longest, run)
        return longest

    def silence_before(self, frame: int) -> int:
        """First frame of the silence that reaches up to `frame`."""
        while frame > 0 and self.gains_db[frame - 1] < SILENT_DB:
            frame -= 1
        return frame


LONGEST_REWIND = 3.0
"""Seconds before the place it was cut at that a prompt may be taken up again."""


def measure(name: str, records: list[Record], bot: Samples, prompt: Samples) -> Loudness:
    """Follow the prompt `name`, whose undisturbed audio is `prompt`, through a call with the log `records`."""
    started = next(r.frame for r in records if isinstance(r.event, PromptStarted) and r.event.name == name)
    stopped = _given_up(name, records)
    finished = next((r.frame for r in records if isinstance(r.event, PromptFinished) and r.event.name == name), None)
    asked = _asked(records, len(bot) // FRAME_SAMPLES, started, stopped)
    undone = _undone(bot, asked)
    gains = asked.copy()
    right = True
    place = 0
    """Sample of the prompt that belongs to the frame at hand."""
    was_paused = False
    for frame in range(started, finished + 1 if finished is not None else stopped if stopped is not None else len(gains)):
        paused = asked[frame] <= FLOOR_DB
        if was_paused and not paused:
            again = next((later for later in range(frame, len(asked)) if asked[later] <= FLOOR_DB), len(asked))
            found = _find(undone[frame * FRAME_SAMPLES : again * FRAME_SAMPLES], prompt, place)
            right = right and found is not None and place - LONGEST_REWIND * SAMPLE_RATE <= found <= place + FRAME_SAMPLES
            place = found if found is not None else place
        was_paused = paused
        measured = _gain(bot[frame * FRAME_SAMPLES : (frame + 1) * FRAME_SAMPLES], prompt[place : place + FRAME_SAMPLES])
        gains[frame] = asked[frame] if measured is None else measured
        place += 0 if paused else FRAME_SAMPLES
    return Loudness(gains, started, stopped, finished, right)


def _given_up(name: str, records: list[Record]) -> int | None:
    """Frame in which the prompt was stopped and not taken up again; None when it never was."""
    stopped: int | None = None
    for record in records:
        match record.event:
            case PromptStopped() if record.event.name == name:
                stopped = record.frame
            case Resumed() if record.event.name == name:
                stopped = None
    return stopped


def _asked(records: list[Record], frames: int, started: int, stopped: int | None) -> NDArray[np.float64]:
    """The level that was asked of the player in every frame, dB."""
    asked = np.zeros(frames)
    level = 0.0
    changes = {r.frame: r.event for r in records if isinstance(r.event, Hushed | Paused | PromptStopped | Resumed)}
    for frame in range(started, frames):
        match changes.get(frame):
            case Hushed():
                level = HUSH_DB
            case Paused() | PromptStopped():
                level = FLOOR_DB
            case Resumed():
                level = 0.0
        asked[frame] = FLOOR_DB if stopped is not None and frame >= stopped else level
    return asked


def _undone(bot: Samples, asked: NDArray[np.float64]) -> NDArray[np.float64]:
    """The bot's leg as it would sound at full level."""
    gains = np.where(asked > FLOOR_DB, 10 ** (-asked / 20), 1.0)
    whole: NDArray[np.float64] = bot[: len(asked) * FRAME_SAMPLES] * np.repeat(gains, FRAME_SAMPLES)
    return whole


def _gain(heard: Samples, wanted: Samples) -> float | None:
    """dB; None where the prompt is too quiet to tell."""
    if len(wanted) < len(heard):
        return None
    before, after = frame_levels_db(wanted)[0], frame_levels_db(heard)[0]
    return float(after - before) if before > AUDIBLE_DB else None


def _find(heard: NDArray[np.float64], prompt: Samples, around: int) -> int | None:
    """Sample of `prompt` near `around` from which `heard` goes on; None when it is nowhere there."""
    length = round(MATCH_SECONDS * SAMPLE_RATE)
    sound = heard[FRAME_SAMPLES:length]  # the first frame may still be on its way up
    low = max(0, around - round((LONGEST_REWIND + 1.0) * SAMPLE_RATE)) + FRAME_SAMPLES
    text = prompt[low : around + SAMPLE_RATE + length].astype(np.float64)
    if len(sound) < SHORTEST_MATCH or len(text) < len(sound) or not np.any(sound):
        return around
    size = 1 << (len(text) + len(sound)).bit_length()
    dots = np.fft.irfft(np.fft.rfft(text, size) * np.conj(np.fft.rfft(sound, size)), size)[: len(text) - len(sound) + 1]
    energy = np.concatenate([[0.0], np.cumsum(text * text)])
    power = energy[len(sound) :] - energy[: len(text) - len(sound) + 1]
    likeness = dots / np.sqrt(np.maximum(power, 1.0) * (sound @ sound))
    best = int(likeness.argmax())
    return low - FRAME_SAMPLES + best if likeness[best] > 0.9 else None


def frames(seconds: float) -> int:
    """Whole frames in `seconds`."""
    return round(seconds * FRAMES_PER_SECOND)
