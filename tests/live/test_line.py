"""Devices that go away: looked for again, the default taken when the wanted one is gone, and given up in the end."""

from collections.abc import Callable

import pytest

from voicebot.live import line as line_module
from voicebot.live.line import Choice, SoundLine
from voicebot.live.sound import Device, Exchange, Format, SoundError
from voicebot.types import FRAME_SAMPLES, SILENCE

LAPTOP = Device(0, "Laptop", "host", 1, 1, 48_000, default_input=True, default_output=True)
HEADSET = Device(1, "Headset", "host", 1, 1, 48_000)


class SoftStream:
    """A stream whose sound card asks when the test says so."""

    def __init__(self, recorded: Device, played: Device, exchange: Exchange) -> None:
        self.names = f"{recorded.name}/{played.name}"
        self.format = Format(16_000, 1)
        self.latency = (0.0, 0.0)
        self.alive = True
        self.exchange = exchange

    def ask(self) -> bytes:
        return self.exchange(SILENCE.tobytes(), FRAME_SAMPLES, False, False)

    def close(self) -> None:
        self.alive = False


class SoftCard:
    """Devices that the test plugs and unplugs; they are seen after `refresh`, as with PortAudio."""

    def __init__(self, *plugged: Device) -> None:
        self.plugged = list(plugged)
        self.streams: list[SoftStream] = []
        self._seen = list(plugged)

    def devices(self) -> list[Device]:
        return self._seen

    def refresh(self) -> None:
        assert not any(stream.alive for stream in self.streams), "looking for devices kills open streams"
        self._seen = list(self.plugged)

    def open(self, recorded: Device, played: Device, exchange: Callable[[Format], Exchange]) -> SoftStream:
        self.streams.append(SoftStream(recorded, played, exchange(Format(16_000, 1))))
        return self.streams[-1]


@pytest.fixture(autouse=True)
def _soon(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(line_module, "RETRY_SECONDS", 0.0)


def receive_until_connected(line: SoundLine, card: SoftCard) -> None:
    streams = len(card.streams)
    for _ in range(10):
        if len(card.streams) > streams:
            return
        assert line.receive(0.0) is None
    raise AssertionError("it never looked for a device")


def test_a_lost_device_is_replaced_by_the_default_and_said_so() -> None:
    card, said = SoftCard(LAPTOP, HEADSET), []
    with SoundLine(card, Choice("Headset", "Headset"), said.append) as line:
        assert line.receive(0.0) is None
        card.streams[0].ask()
        assert line.receive(0.0) is not None
        card.plugged.remove(HEADSET)
        card.streams[0].alive = False
        receive_until_connected(line, card)
        assert card.streams[1].names == "Laptop/Laptop"
        assert line.receive(0.0) is None
        card.streams[1].ask()
        assert line.receive(0.0) is not None
    assert line.counts.reconnects == 1
    assert said[0] == "Headset/Headset went away; the call waits"
    assert "'Headset' is gone; taking the default input" in said
    assert said[-1].startswith("connected to Laptop/Laptop")


def test_a_wanted_device_that_comes_back_is_taken_again_under_its_new_number() -> None:
    card = SoftCard(LAPTOP, HEADSET)
    with SoundLine(card, Choice("1", None)) as line:
        card.plugged[:] = [LAPTOP, Device(4, "Headset", "host", 1, 1, 48_000)]
        card.streams[0].alive = False
        receive_until_connected(line, card)
        assert card.streams[1].names == "Headset/Laptop"


def test_a_device_that_never_asks_is_gone_whatever_it_says(monkeypatch: pytest.MonkeyPatch) -> None:
    card = SoftCard(LAPTOP)
    with SoundLine(card, Choice()) as line:
        assert line.receive(0.0) is None
        assert card.streams[0].alive, "a short pause is no loss"
        monkeypatch.setattr(line_module, "LOST_SECONDS", 0.0)
        receive_until_connected(line, card)
        assert line.counts.reconnects == 1


def test_reconnecting_takes_what_is_the_default_by_now() -> None:
    card = SoftCard(LAPTOP)
    with SoundLine(card, Choice()) as line:
        card.plugged[:] = [Device(0, "New", "host", 1, 1, 48_000, default_input=True, default_output=True)]
        line.reconnect()
        receive_until_connected(line, card)
        assert line.describe().startswith("New/New")


def test_without_any_device_the_line_gives_up_in_the_end(monkeypatch: pytest.MonkeyPatch) -> None:
    card = SoftCard(LAPTOP)
    with SoundLine(card, Choice()) as line:
        card.plugged.clear()
        card.streams[0].alive = False
        assert [line.receive(0.0) for _ in range(5)] == [None] * 5
        assert line.describe() == "no sound device"
        monkeypatch.setattr(line_module, "PATIENCE_SECONDS", 0.0)
        with pytest.raises(SoundError, match="no sound device came back"):
            line.receive(0.0)
