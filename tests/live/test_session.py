"""A call on a thread of its own: frames in and out, keys, the announcement, the ways it ends."""

import numpy as np
import pytest

from tests.live.soft_line import SoftLine, frames, silence
from voicebot.call import Call
from voicebot.engine import Engine
from voicebot.events import CallEnded, CallOpened, KeyPressed, VoiceLate
from voicebot.live.session import LiveCall
from voicebot.types import SILENCE

PATIENCE = 60.0


def ended(live: LiveCall) -> CallEnded:
    event = live.call.log.records[-1].event
    assert isinstance(event, CallEnded)
    return event


def test_every_frame_is_answered_until_the_call_is_over(english_engine: Engine) -> None:
    line = SoftLine(silence(120))
    live = LiveCall(Call(english_engine), line)
    live.start()
    assert live.wait(PATIENCE)
    assert ended(live).by == "bot", "nobody spoke: the bot ends it"
    assert len(line.sent) == line.given == len(live.timing.pushes)
    assert line.drained, "its last words are played"
    twin = Call(english_engine)
    assert all(np.array_equal(twin.push(SILENCE), sent) for sent in line.sent)


def test_keys_go_down_in_the_next_frame(english_engine: Engine) -> None:
    line = SoftLine(silence(30), before=lambda number: live.press("0") if number == 100 else None)
    live = LiveCall(Call(english_engine), line, limit_seconds=10)
    live.start()
    assert live.wait(PATIENCE)
    pressed = [record.event.key for record in live.call.log.records if isinstance(record.event, KeyPressed)]
    assert pressed == ["0"]


def test_the_announcement_comes_before_the_call_and_is_no_part_of_it(english_engine: Engine) -> None:
    announcement = np.full(3 * 320 + 5, 77, np.int16)
    line = SoftLine(silence(30))
    live = LiveCall(Call(english_engine), line, announcement=announcement, limit_seconds=1)
    live.start()
    assert live.wait(PATIENCE)
    assert [int(frame[0]) for frame in line.sent[:4]] == [77] * 4
    assert len(live.timing.pushes) == 50
    assert len(line.sent) == 54


def test_the_caller_hangs_up_even_while_no_frame_comes(english_engine: Engine) -> None:
    live = LiveCall(Call(english_engine), SoftLine([]))
    live.start()
    assert not live.wait(0.3)
    live.hang_up()
    assert live.wait(PATIENCE)
    assert ended(live).by == "caller"
    assert isinstance(live.call.log.records[0].event, CallOpened)


def test_late_frames_are_written_down(english_engine: Engine) -> None:
    def be_late(number: int) -> None:
        line.counts.late += 2 * (number == 10)

    line = SoftLine(silence(10), before=be_late)
    live = LiveCall(Call(english_engine), line, limit_seconds=1)
    live.start()
    assert live.wait(PATIENCE)
    late = [(record.frame, record.event.frames) for record in live.call.log.records if isinstance(record.event, VoiceLate)]
    assert late == [(10, 2)]


def test_what_ends_the_thread_is_raised_where_the_call_is_waited_for(english_engine: Engine) -> None:
    line = SoftLine([*silence(1), *frames(np.zeros(320, np.int16)), np.zeros(7, np.int16)])
    live = LiveCall(Call(english_engine), line)
    live.start()
    with pytest.raises(Exception, match="a frame is 320 samples"):
        live.wait(PATIENCE)
    assert ended(live).by == "caller", "the log has its end all the same"


def test_reconnecting_is_passed_on(english_engine: Engine) -> None:
    line = SoftLine(silence(30), before=lambda number: live.reconnect() if number == 5 else None)
    live = LiveCall(Call(english_engine), line, limit_seconds=1)
    live.start()
    assert live.wait(PATIENCE)
    assert line.reconnects == 1
