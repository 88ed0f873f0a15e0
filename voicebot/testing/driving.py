"""Drives a call: caller and bot frame by frame in lockstep, as fast as the processor goes.

The driver alone knows wall time: it measures each `push` from outside. Nothing of that reaches the call or its log.
"""

from collections.abc import Callable
from dataclasses import dataclass, field
from time import perf_counter

from voicebot.audio.echo_way import EchoWay
from voicebot.audio.levels import mix
from voicebot.call import Call
from voicebot.testing.caller import Caller
from voicebot.types import FRAME_SECONDS, FRAMES_PER_SECOND, SILENCE, Frame

LONGEST_CALL_SECONDS = 4 * 3600
"""A call is cut off here, whatever happens."""

OnFrames = Callable[[Frame, Frame], None]
"""Takes the caller's and the bot's frame of the same 20 ms."""


@dataclass(slots=True)
class Timing:
    """Wall seconds of computing, measured from outside the call."""

    pushes: list[float] = field(default_factory=list)
    """Seconds of each `Call.push`, in order."""

    @property
    def seconds(self) -> float:
        return sum(self.pushes)

    @property
    def late_frames(self) -> int:
        """Pushes that took longer than the frame lasts."""
        return sum(push > FRAME_SECONDS for push in self.pushes)


def drive(
    call: Call,
    caller: Caller,
    on_frames: OnFrames | None = None,
    limit_seconds: float = LONGEST_CALL_SECONDS,
    echo: EchoWay | None = None,
) -> Timing:
    """Run `call` with `caller` to its end. `echo`: the way on which the bot's voice comes back in the caller's leg."""
    timing = Timing()
    seen = 0
    out = SILENCE
    while not call.ended:
        news = call.log.records[seen:]
        seen = len(call.log.records)
        turn = caller.next_frame(news)
        if turn.hung_up or len(timing.pushes) >= limit_seconds * FRAMES_PER_SECOND:
            call.hang_up()
            break
        for key in turn.keys:
            call.key(key)
        near = turn.frame if echo is None else mix(turn.frame, echo.push(out))
        before = perf_counter()
        out = call.push(near, turn.played)
        timing.pushes.append(perf_counter() - before)
        if on_frames is not None:
            on_frames(near, out)
    return timing
