"""The audio tier: a caller who speaks, and a `Call` with everything real in it, frame by frame in virtual time."""

from dataclasses import dataclass, field
from pathlib import Path

from voicebot.audio.wav import StereoWriter
from voicebot.call import Call
from voicebot.engine import Engine
from voicebot.events import EventLog
from voicebot.simulation.callers import SimulatedCaller
from voicebot.simulation.cast import Cast
from voicebot.simulation.spoken_caller import SpokenCaller
from voicebot.testing.driving import Timing, drive
from voicebot.types import Frame, Synthesizer

LONGEST_CALL_SECONDS = 600.0
"""A caller hangs up after so long: the bot hands over long before."""


@dataclass(frozen=True)
class SpokenCall:
    """A call that was held."""

    log: EventLog
    """With every number readable: mask it before it is written."""
    timing: Timing
    said: list[tuple[int, str]]
    """Frame and text of every utterance of the caller."""
    expected: list[tuple[int, str]] = field(default_factory=list)
    """From which frame on which kind of thing was expected."""


def hold_spoken_call(
    engine: Engine, cast: Cast, caller: SimulatedCaller, system: str, voice: Synthesizer, recording: Path | None = None
) -> SpokenCall:
    """One call. `voice` renders the caller; `recording`: a WAV that both legs are written to."""
    log = EventLog(unmasked=True)
    call = Call(
        engine,
        profile=caller.profile,
        seed=caller.seed,
        system=system,
        labels=caller.labels,
        echo=caller.line.echo_attenuation_db is not None,
        telephone=True,
        log=log,
    )
    mind = cast.mind(caller, system)
    spoken = SpokenCaller(caller, mind, cast.ear, cast.population, cast.phrasing(caller), voice)
    watch = _Watch(call, spoken)
    if recording is None:
        timing = drive(call, spoken, watch.frames, LONGEST_CALL_SECONDS)
    else:
        with StereoWriter(recording) as writer:
            watch.writer = writer
            timing = drive(call, spoken, watch.frames, LONGEST_CALL_SECONDS)
    return SpokenCall(log, timing, spoken.said, watch.expected)


class _Watch:
    """Looks on: gives the bot's frames to the caller's echo, notes what is expected, records."""

    def __init__(self, call: Call, spoken: SpokenCaller) -> None:
        self.writer: StereoWriter | None = None
        self.expected: list[tuple[int, str]] = []
        self._call, self._spoken = call, spoken

    def frames(self, near: Frame, far: Frame) -> None:
        self._spoken.hear_bot(far)
        if self.writer is not None:
            self.writer.write(near, far)
        kind = self._call.expectation.kind
        if not self.expected or self.expected[-1][1] != kind:
            self.expected.append((self._call.log.frame, kind))
