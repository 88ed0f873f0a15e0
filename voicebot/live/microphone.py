"""A call between the person at this machine's microphone and a hotline, from opening the devices to the kept fixture."""

import gc
import sys
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import numpy as np

from voicebot.call import Call
from voicebot.engine import Engine, load_engine
from voicebot.events import EventLog, Record
from voicebot.hotlines import load_profile
from voicebot.live.keeping import CallKeeper, Circumstances
from voicebot.live.line import Choice, SoundLine
from voicebot.live.pump import SoundCounts
from voicebot.live.session import LiveCall
from voicebot.live.sound import SoundCard, choose
from voicebot.live.warming import SWITCH_SECONDS, announcement, urgent, warm_up
from voicebot.metrics.call_record import CallRecord, call_record
from voicebot.metrics.transcript import transcript
from voicebot.types import Language


@dataclass(frozen=True, slots=True)
class LiveSettings:
    """What the person at the keyboard chose."""

    hotline: str
    language: Language
    choice: Choice = Choice()
    model: str | None = None
    profile: str | None = None
    seed: int = 0
    echo: bool = False
    """Loudspeaker and microphone hear each other: cancel the echo."""
    save: Path | None = None
    seconds: float | None = None
    unmasked: bool = False


@dataclass(frozen=True, slots=True)
class LiveResult:
    """What came of a live call."""

    record: CallRecord
    transcript: list[dict[str, Any]]
    pushes: list[float]
    """Seconds of each `Call.push`."""
    counts: SoundCounts
    saved: Path | None
    failure: Exception | None = None
    """The first error in the sound callback."""

    def document(self) -> dict[str, Any]:
        """For `--json`."""
        record = self.record
        milliseconds = 1000 * np.array(self.pushes or [0.0])
        return {
            "hotline": record.hotline,
            "language": record.language,
            "outcome": record.outcome,
            "located": record.located,
            "confirmed": record.confirmed,
            "turns": record.turns,
            "total_turns": record.total_turns,
            "seconds": round(record.seconds, 2),
            "transcript": self.transcript,
            "sound": self.counts.document(),
            "push_ms": {
                "p50": round(float(np.percentile(milliseconds, 50)), 2),
                "p95": round(float(np.percentile(milliseconds, 95)), 2),
                "max": round(float(milliseconds.max()), 2),
                "n": len(self.pushes),
            },
            "saved": str(self.saved) if self.saved else None,
        }


@dataclass(slots=True)
class OnAir:
    """A call that is about to begin; `live.start()` begins it."""

    live: LiveCall
    line: SoundLine
    engine: Engine
    _keeper: CallKeeper | None = None
    _saved: Path | None = field(default=None)

    @property
    def recorded(self) -> bool:
        return self._keeper is not None

    def result(self) -> LiveResult:
        """After the end of the call."""
        records = self.live.call.log.records
        return LiveResult(
            record=call_record(records),
            transcript=transcript(records),
            pushes=self.live.timing.pushes,
            counts=self.line.counts,
            saved=self._saved,
            failure=self.line.failure,
        )

    def _finish(self) -> None:
        self.live.hang_up()
        try:
            self.live.wait()
        finally:
            if self._keeper is not None:
                self._saved = self._keeper.finish(self.live.call.log)
            self.engine.remember()


@contextmanager
def on_air(
    settings: LiveSettings, notice: Callable[[str], None], on_record: Callable[[Record], None] | None = None
) -> Iterator[OnAir]:
    """Devices, engine and call, ready to begin. Leaving the context hangs up, keeps the fixture and closes the devices.

    `notice` gets sentences for the person at the terminal; it and `on_record` are called from the call's thread. Raises
    `SoundError`, `PackError`, `ModelError` and other `VoicebotError`s for what is missing.
    """
    card = SoundCard()
    devices = card.devices()
    choose(devices, "input", settings.choice.recorded)  # the cheap complaints first
    choose(devices, "output", settings.choice.played)
    with urgent():
        engine = load_engine(settings.hotline, settings.language, model=settings.model)
        profile = load_profile(settings.profile, engine.hotline) if settings.profile else {}
        notice_aloud = announcement(engine) if settings.save else None
        warm_up(engine)
        log = EventLog(unmasked=settings.unmasked, on_record=on_record)
        call = Call(engine, profile=profile, seed=settings.seed, echo=settings.echo, log=log)
        before = sys.getswitchinterval()
        sys.setswitchinterval(SWITCH_SECONDS)
        gc.collect()
        gc.freeze()  # what was loaded stays: looking through it again and again would make frames late
        try:
            with SoundLine(card, settings.choice, notice) as line:
                keeper = CallKeeper(settings.save, _circumstances(settings, engine, profile)) if settings.save else None
                live = LiveCall(call, line, keeper=keeper, announcement=notice_aloud, limit_seconds=settings.seconds)
                air = OnAir(live, line, engine, keeper)
                try:
                    yield air
                finally:
                    air._finish()
        finally:
            gc.unfreeze()
            sys.setswitchinterval(before)


def _circumstances(settings: LiveSettings, engine: Engine, profile: dict[str, Any]) -> Circumstances:
    assert engine.model is not None
    return Circumstances(
        hotline=settings.hotline,
        language=settings.language,
        profile=profile,
        seed=settings.seed,
        echo=settings.echo,
        model=engine.model.path.name,
    )
