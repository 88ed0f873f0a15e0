"""The line to a person at a microphone: a stream on the sound card, opened again whenever its device goes away.

While there is no device the line gives no frames, so the call stands still: nobody could hear it.
"""

import time
from collections.abc import Callable
from dataclasses import dataclass
from types import TracebackType
from typing import Protocol

from voicebot.call import NOTHING
from voicebot.errors import VoicebotError
from voicebot.live.pump import Pump, SoundCounts
from voicebot.live.sound import Device, Exchange, Format, Kind, SoundError, Stream, choose
from voicebot.types import Frame

LOST_SECONDS = 2.0
"""A device that has not asked for samples for so long is gone, whatever it says of itself."""

RETRY_SECONDS = 1.0
"""Between two tries to open a device again."""

PATIENCE_SECONDS = 60.0
"""Without any device for so long, the call is given up."""

DRAIN_SECONDS = 1.0
"""Longest wait for the bot's last frames to be played."""

Notice = Callable[[str], None]
"""Takes a sentence for the person at the terminal."""


class Card(Protocol):
    """What a line needs of `SoundCard`."""

    def devices(self) -> list[Device]: ...

    def refresh(self) -> None: ...

    def open(self, recorded: Device, played: Device, exchange: Callable[[Format], Exchange]) -> Stream: ...


@dataclass(frozen=True, slots=True)
class Choice:
    """Which devices are wanted: index or part of a name; None is the system's default."""

    recorded: str | None = None
    played: str | None = None


class SoundLine:
    """Frames from the microphone and to the speaker, for one thread, the call's. A context: it closes its stream."""

    def __init__(self, card: Card, choice: Choice, notice: Notice = lambda text: None) -> None:
        """Opens the devices. Raises `SoundError` when that fails now; a device lost later is looked for again."""
        self.counts = SoundCounts()
        self._card = card
        self._notice = notice
        devices = card.devices()
        recorded, played = choose(devices, "input", choice.recorded), choose(devices, "output", choice.played)
        # from here on by name: indices shift when devices come and go
        self._wanted = Choice(recorded.name if choice.recorded else None, played.name if choice.played else None)
        self._pump: Pump
        self._stream: Stream | None = None
        self._open(recorded, played)
        self._blocks = 0
        self._alive_at = time.monotonic()
        self._next_try = 0.0
        self._lost_at = 0.0

    def receive(self, seconds: float) -> Frame | None:
        """The caller's next frame; None when there is none for so long. Raises `SoundError` when no device comes back."""
        if self._stream is None:
            self._look_again(seconds)
            return None
        frame = self._pump.receive(seconds)
        if frame is None and self._gone():
            self._lose(f"{self._stream.names if self._stream else 'the sound device'} went away")
        return frame

    @property
    def played(self) -> int:
        """Number of the bot's frame that the speaker was given while the frame received last was recorded; NOTHING: none."""
        return self._pump.played

    def send(self, frame: Frame, number: int = NOTHING) -> None:
        """Play the bot's next frame."""
        self._pump.send(frame, number)

    def reconnect(self) -> None:
        """Leave the devices and take those that are the default, or asked for, by now."""
        if self._stream is not None:
            self._lose("looking for sound devices")

    def drain(self) -> None:
        """Wait until what was sent has been played."""
        until = time.monotonic() + DRAIN_SECONDS
        while self._stream is not None and self._stream.alive and self._pump.waiting and time.monotonic() < until:
            time.sleep(0.01)
        if self._stream is not None and self._stream.alive:
            time.sleep(min(self._stream.latency[1], max(0.0, until - time.monotonic())))

    @property
    def failure(self) -> Exception | None:
        """The first error of the callback, if there was one."""
        return self._pump.failure

    def describe(self) -> str:
        """Which devices, and how, for people."""
        stream = self._stream
        if stream is None:
            return "no sound device"
        recorded, played = stream.latency
        return f"{stream.names}, {stream.format.rate} Hz, latency {1000 * recorded:.0f} ms in, {1000 * played:.0f} ms out"

    def close(self) -> None:
        """Leave the devices."""
        if self._stream is not None:
            self._stream.close()
            self._stream = None

    def __enter__(self) -> "SoundLine":
        return self

    def __exit__(self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None) -> None:
        self.close()

    def _open(self, recorded: Device, played: Device) -> None:
        def exchange(format: Format) -> Exchange:
            self._pump = Pump(format, self.counts)
            return self._pump.exchange

        self._stream = self._card.open(recorded, played, exchange)

    def _gone(self) -> bool:
        now = time.monotonic()
        if self.counts.blocks != self._blocks:
            self._blocks, self._alive_at = self.counts.blocks, now
        return self._stream is None or not self._stream.alive or now - self._alive_at > LOST_SECONDS

    def _lose(self, what: str) -> None:
        self.close()
        self.counts.reconnects += 1
        self._lost_at = time.monotonic()
        self._next_try = self._lost_at
        self._notice(f"{what}; the call waits")

    def _look_again(self, seconds: float) -> None:
        now = time.monotonic()
        if now < self._next_try:
            time.sleep(min(seconds, self._next_try - now))
            return
        self._next_try = now + RETRY_SECONDS
        try:
            self._card.refresh()
            devices = self._card.devices()
            self._open(self._again(devices, "input", self._wanted.recorded), self._again(devices, "output", self._wanted.played))
        except SoundError as error:
            if now - self._lost_at > PATIENCE_SECONDS:
                raise SoundError(f"no sound device came back within {PATIENCE_SECONDS:.0f} s ({error})") from None
            return
        self._blocks, self._alive_at = self.counts.blocks, time.monotonic()
        self._notice(f"connected to {self.describe()}")

    def _again(self, devices: list[Device], kind: Kind, wanted: str | None) -> Device:
        """The device that was asked for if it is there again, else the system's default."""
        if wanted is not None:
            try:
                return choose(devices, kind, wanted)
            except VoicebotError:
                self._notice(f"{wanted!r} is gone; taking the default {kind}")
        return choose(devices, kind)
