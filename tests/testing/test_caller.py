"""A recorded caller plays its frames and keys as they were, and leaves when it is over."""

import numpy as np

from voicebot.events import PromptFinished, PromptStarted, Record
from voicebot.testing.caller import AFTERWARDS_SECONDS, RecordedCaller
from voicebot.types import FRAME_SAMPLES, FRAMES_PER_SECOND


def frames(count: int):
    return iter(np.full((count, FRAME_SAMPLES), 7, np.int16))


def test_frames_and_keys_come_in_the_frames_they_came_in() -> None:
    caller = RecordedCaller(frames(5), keys={2: "1#"})
    heard = [caller.next_frame([]) for _ in range(5)]
    assert [turn.keys for turn in heard] == ["", "", "1#", "", ""]
    assert all(turn.frame[0] == 7 for turn in heard)


def test_who_hung_up_is_gone_with_the_last_frame() -> None:
    caller = RecordedCaller(frames(3), hangs_up=True)
    assert [caller.next_frame([]).hung_up for _ in range(4)] == [False, False, False, True]


def test_a_recording_that_is_over_waits_for_the_bots_last_words() -> None:
    caller = RecordedCaller(frames(1))
    caller.next_frame([Record(0, PromptStarted("p", "answer", "…"))])
    silent = 0
    while not caller.next_frame([Record(200, PromptFinished("p", "answer"))] if silent == 200 else []).hung_up:
        silent += 1
    assert silent >= 200 + AFTERWARDS_SECONDS * FRAMES_PER_SECOND - 1
