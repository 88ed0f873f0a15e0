"""What goes in comes out in order, at any rate of the sound card; what goes wrong is counted and heard as silence."""

import numpy as np
import pytest

from voicebot.audio.levels import level_db
from voicebot.call import NOTHING
from voicebot.live.pump import AHEAD_FRAMES, WAITING_FRAMES, Pump
from voicebot.live.sound import Format
from voicebot.types import FRAME_SAMPLES, SAMPLE_RATE, SILENCE, Frame, Samples

MONO = Format(SAMPLE_RATE, 1)


def frame(value: int) -> Frame:
    return np.full(FRAME_SAMPLES, value, np.int16)


def begun(format: Format = MONO) -> Pump:
    """A pump whose call takes frames."""
    pump = Pump(format)
    assert pump.receive(0) is None
    return pump


def ask(pump: Pump, block: Samples | None = None) -> Samples:
    """One turn of a 16 kHz card."""
    block = SILENCE if block is None else block
    return np.frombuffer(pump.exchange(block.tobytes(), FRAME_SAMPLES), np.int16)


def exchange_with_echo(pump: Pump, format: Format, sound: Samples) -> Samples:
    """A card plays `sound` to a call that says back what it hears; what the card is given to play."""
    played = []
    for start in range(0, len(sound), format.block):
        block = np.repeat(sound[start : start + format.block], format.channels)
        played.append(np.frombuffer(pump.exchange(block.tobytes(), format.block), np.int16))
        while (heard := pump.receive(0)) is not None:
            pump.send(heard)
    return np.concatenate(played)


def test_each_block_becomes_a_frame_and_each_frame_a_block() -> None:
    pump = begun()
    for turn in range(10):
        out = ask(pump, frame(turn + 1))
        heard = pump.receive(0)
        assert heard is not None
        assert heard[0] == turn + 1
        pump.send(frame(100 + turn))
        assert out[0] == (100 + turn - AHEAD_FRAMES if turn >= AHEAD_FRAMES else 0)
    assert pump.counts.clean


@pytest.mark.parametrize("format", [Format(48_000, 1), Format(44_100, 2), Format(22_050, 1)])
def test_a_card_at_another_rate_hears_the_same_sound_a_little_later(format: Format) -> None:
    t = np.arange(2 * format.rate) / format.rate
    tone = (8000 * np.sin(2 * np.pi * 440 * t)).astype(np.int16)
    pump = begun(format)
    played = exchange_with_echo(pump, format, tone)[:: format.channels]
    assert pump.counts.clean
    later = played[format.rate // 2 :]
    spectrum = np.abs(np.fft.rfft(later * np.hanning(len(later))))
    assert np.argmax(spectrum) * format.rate / len(later) == pytest.approx(440, abs=2)
    assert level_db(later) == pytest.approx(level_db(tone), abs=0.5)
    sounding = np.flatnonzero(np.abs(played.astype(int)) > 2000)
    assert sounding[0] / format.rate < (AHEAD_FRAMES + 4) * 0.02
    assert np.diff(sounding).max() < format.rate / 440, "a hole in the sound"


def noise(level: float, seed: int) -> Frame:
    return np.random.default_rng(seed).normal(0, level, FRAME_SAMPLES).astype(np.int16)


def test_before_the_call_takes_frames_nothing_is_recorded_and_nothing_late() -> None:
    pump = Pump(MONO)
    for _ in range(20):
        assert not ask(pump, frame(9)).any()
    assert pump.receive(0) is None
    assert pump.counts.clean


def late_by(pump: Pump, count: int) -> None:
    """The call computes while the card asks `count` times more than it has frames for."""
    for turn in range(pump.waiting + count):
        assert not ask(pump, noise(20, turn)).any()


def test_a_frame_that_is_not_there_is_silence_and_counted() -> None:
    pump = begun()
    late_by(pump, 2)
    assert pump.counts.late == 2
    assert pump.counts.gaps == 0, "nothing sounded: a pause that lasts longer is no gap"


def test_for_each_late_frame_a_quiet_one_of_the_caller_is_left_out() -> None:
    pump = begun()
    late_by(pump, 5)
    fetched = 0
    while pump.receive(0) is not None:
        pump.send(frame(1000))
        fetched += 1
    assert pump.counts.skipped == 5
    assert fetched == AHEAD_FRAMES
    assert pump.waiting == AHEAD_FRAMES, "the bot is no further behind than before"


def test_a_caller_who_speaks_is_heard_whole_and_the_bots_quiet_left_out_instead() -> None:
    pump = begun()
    late_by(pump, 0)
    loud_frames = AHEAD_FRAMES + 3
    for turn in range(loud_frames):
        ask(pump, noise(3000, turn))
    assert pump.counts.late == loud_frames
    loud = 0
    while (heard := pump.receive(0)) is not None:
        loud += int(np.abs(heard.astype(int)).max() > 1000)
        pump.send(frame(1000))
    assert loud == loud_frames
    behind = pump.waiting - AHEAD_FRAMES
    assert behind > 0
    for _ in range(behind + 2):
        ask(pump, noise(3000, 7))
        assert pump.receive(0) is not None
        pump.send(SILENCE)
    assert pump.waiting == AHEAD_FRAMES
    assert pump.counts.skipped == pump.counts.late


def test_speech_is_never_left_out_and_a_hole_in_it_is_a_gap() -> None:
    pump = begun()
    for value in range(1, 2 * AHEAD_FRAMES + 1):
        pump.send(frame(value))
    heard = [int(ask(pump)[0]) for _ in range(3 * AHEAD_FRAMES + 1)]
    assert heard == [0] * AHEAD_FRAMES + list(range(1, 2 * AHEAD_FRAMES + 1)) + [0]
    assert (pump.counts.late, pump.counts.gaps) == (1, 1)


def test_each_frame_of_the_caller_knows_which_of_the_bots_sounded() -> None:
    pump = begun()
    sounded: list[int] = []

    def exchange(blocks: int) -> None:
        """The card asks so often before the call comes to it."""
        for _ in range(blocks):
            ask(pump, noise(3000, len(sounded)))
        while pump.receive(0) is not None:
            sounded.append(pump.played)
            pump.send(frame(1000), len(sounded) - 1)

    for blocks in (1, 1, 1, 1, 1, 1, AHEAD_FRAMES + 2, 1, 1, 1, 1):
        exchange(blocks)
    assert sounded[: AHEAD_FRAMES + 2] == [NOTHING] * AHEAD_FRAMES + [0, 1]
    late = sounded[AHEAD_FRAMES + 2 :]
    assert late[:4] == [4, 5, NOTHING, NOTHING], "two of the caller's were left out to make the late ones good"
    assert late[4:] == list(range(6, 6 + len(late) - 4))
    assert (pump.counts.late, pump.counts.skipped) == (2, 2)


@pytest.mark.parametrize("format", [MONO, Format(48_000, 1), Format(44_100, 2)])
def test_what_sounded_goes_on_evenly_at_any_rate(format: Format) -> None:
    pump = begun(format)
    sounded: list[int] = []
    for _ in range(100):
        pump.exchange(np.repeat(np.full(format.block, 3000, np.int16), format.channels).tobytes(), format.block)
        while (heard := pump.receive(0)) is not None:
            sounded.append(pump.played)
            pump.send(heard, len(sounded) - 1)
    first = next(index for index, number in enumerate(sounded) if number != NOTHING)
    assert sounded[first:] == list(range(len(sounded) - first))
    assert first <= AHEAD_FRAMES + 2


def test_a_call_that_fetches_nothing_loses_frames_and_they_are_counted() -> None:
    pump = begun()
    ask(pump)
    assert pump.receive(0) is not None
    for turn in range(WAITING_FRAMES + 7):
        ask(pump, noise(3000, turn))
    assert pump.counts.lost == 7
    kept = 0
    while pump.receive(0) is not None:
        kept += 1
    assert kept == WAITING_FRAMES


def test_what_the_card_reports_is_counted() -> None:
    pump = begun()
    pump.exchange(SILENCE.tobytes(), FRAME_SAMPLES, True, False)
    pump.exchange(SILENCE.tobytes(), FRAME_SAMPLES, False, True)
    assert (pump.counts.overflows, pump.counts.underflows) == (1, 1)
    assert not pump.counts.clean


def test_an_error_in_the_callback_is_kept_and_the_stream_goes_on() -> None:
    pump = begun()
    pump.send(frame(5))
    odd = pump.exchange(b"\1", FRAME_SAMPLES)  # no whole sample
    assert len(odd) == 2 * FRAME_SAMPLES
    assert pump.counts.failures == 1
    assert isinstance(pump.failure, ValueError)
    assert [int(ask(pump)[0]) for _ in range(AHEAD_FRAMES)][-1] == 5
