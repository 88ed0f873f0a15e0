"""The player: levels, places, queue."""

import numpy as np
from hypothesis import given
from hypothesis import strategies as st

from voicebot.tts.player import BRIEF_FRAMES, HUSH_DB, Finished, Player, Started
from voicebot.types import FRAME_SAMPLES, Prompt, Speech, WordMark

TEXT = "一二三，四五六"


def speech(frames: int = 14, level: int = 8000) -> Speech:
    """Two frames a character."""
    marks = tuple(WordMark(i, i + 1, i * 2 * FRAME_SAMPLES) for i in range(len(TEXT)) if TEXT[i] != "，")
    return Speech(np.full(frames * FRAME_SAMPLES, level, np.int16), marks, TEXT)


def prompt(name: str = "p") -> Prompt:
    return Prompt(name, "answer", TEXT, TEXT)


def playing(frames_played: int) -> Player:
    player = Player()
    player.add(prompt(), speech())
    for _ in range(frames_played):
        player.next_frame()
    return player


def db(frame: np.ndarray) -> float:
    return float(20 * np.log10(max(1e-3, np.sqrt(np.mean(frame.astype(float) ** 2))) / 8000))


def test_prompts_follow_each_other_with_a_gap() -> None:
    player = Player()
    player.add(prompt("a"), speech(3))
    player.add(prompt("b"), speech(2))
    sounding, notes = [], []
    for frame in range(14):
        sounding.append(bool(np.any(player.next_frame())))
        notes += [(frame, type(note), note.prompt.name) for note in player.take_notes()]
    assert sounding == [True] * 3 + [False] * 7 + [True] * 2 + [False] * 2
    assert notes == [(0, Started, "a"), (2, Finished, "a"), (10, Started, "b"), (11, Finished, "b")]
    assert player.idle


def test_hush_is_reached_within_a_frame_and_taken_back() -> None:
    player = playing(2)
    player.hush()
    player.next_frame()
    assert abs(db(player.next_frame()) - HUSH_DB) < 0.1
    player.resume()
    player.next_frame()
    assert db(player.next_frame()) == 0.0


def test_stop_is_silent_within_the_next_frame_and_tells_what_was_heard() -> None:
    player = playing(5)
    player.add(prompt("next"), speech())
    heard, flushed = player.stop()
    assert heard is not None
    assert (heard.text, flushed) == ("一二三", 1)
    fading = player.next_frame()
    assert np.all(np.abs(np.diff(fading.astype(int))) < 800)
    assert not np.any(fading[FRAME_SAMPLES // 2 :])
    assert not np.any(player.next_frame())
    assert player.idle


def test_a_paused_prompt_goes_on_from_the_start_of_its_phrase() -> None:
    player = playing(11)
    player.pause()
    player.next_frame()
    assert not np.any([player.next_frame() for _ in range(BRIEF_FRAMES + 1)])
    player.resume()
    assert frames_to_the_end(player) == 14 - 8


def test_a_brief_pause_is_gone_on_from_where_it_began() -> None:
    player = playing(11)
    player.pause()
    player.next_frame()
    assert not np.any([player.next_frame() for _ in range(BRIEF_FRAMES)])
    player.resume()
    assert frames_to_the_end(player) == 14 - 12


def test_what_was_stopped_can_be_taken_up_from_the_start_of_its_phrase_and_what_was_queued_with_it() -> None:
    player = playing(11)
    player.add(prompt("next"), speech())
    player.stop()
    player.next_frame()
    assert player.take_up()
    heard = player.heard()
    assert heard is not None
    assert heard.prompt.name != "next"
    assert player.more
    assert frames_to_the_end(player) > 2 * (14 - 8)


def test_what_waited_in_the_gap_between_two_prompts_is_taken_up_too() -> None:
    player = Player()
    player.add(prompt("first"), speech(2))
    player.add(prompt("second"), speech(2))
    player.next_frame(), player.next_frame()
    assert player.stop() == (None, 1)
    assert player.take_up()
    assert frames_to_the_end(player) > 0


def test_nothing_is_taken_up_once_something_else_was_said() -> None:
    player = playing(11)
    player.stop()
    player.add(prompt("next"), speech())
    assert not player.take_up()
    assert not Player().take_up()


def frames_to_the_end(player: Player) -> int:
    frames = 0
    while not player.idle:
        player.next_frame()
        frames += 1
    return frames


def test_nothing_was_heard_before_anything_sounded() -> None:
    player = Player()
    player.add(prompt(), speech())
    assert player.heard() is None
    assert player.stop() == (None, 1)


@given(st.lists(st.sampled_from(["frame", "hush", "pause", "resume", "stop", "take_up", "add"]), max_size=80))
def test_whatever_is_commanded_every_prompt_started_is_finished_or_stopped(commands: list[str]) -> None:
    player = Player()
    open_prompts = 0
    for command in commands:
        if command == "add":
            player.add(prompt(), speech(4))
        elif command == "stop":
            heard, _ = player.stop()
            open_prompts -= heard is not None
        elif command == "take_up":
            open_prompts += player.take_up() and player.playing is not None
        elif command == "frame":
            frame = player.next_frame()
            assert frame.shape == (FRAME_SAMPLES,)
            assert frame.dtype == np.int16
        else:
            getattr(player, command)()
        for note in player.take_notes():
            open_prompts += 1 if isinstance(note, Started) else -1
        assert open_prompts == (player.playing is not None)
