"""Microphones and loudspeakers behind one small adapter: PortAudio, through sounddevice.

sounddevice is imported only when a device is wanted: without the PortAudio library its import fails.
"""

import contextlib
import sys
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from types import ModuleType
from typing import Any, Literal, TypeAlias

from voicebot.errors import VoicebotError
from voicebot.hotlines.complaints import meant
from voicebot.types import FRAMES_PER_SECOND, SAMPLE_RATE

Kind: TypeAlias = Literal["input", "output"]

COMMON_RATES = (48_000, 44_100)
"""What a device that refuses 16 kHz is asked for, after its own default."""

LATENCY = "high"
"""PortAudio's suggestion for robust streams: 28–44 ms measured; with "low" the speaker ran dry."""

Exchange: TypeAlias = Callable[[Any, int, bool, bool], bytes]
"""`(samples in, count, samples were lost, speaker ran dry) -> samples out`, int16, `count` sample frames each."""

_PACKAGES = {
    "linux": "apt install libportaudio2 (Debian, Ubuntu), dnf install portaudio (Fedora) or pacman -S portaudio (Arch)",
    "darwin": "brew install portaudio, or pip install --force-reinstall sounddevice",
    "win32": "pip install --force-reinstall sounddevice",
}


class SoundError(VoicebotError):
    """A sound device, or the library behind it, that is missing or refuses."""


def portaudio_advice(platform: str = sys.platform) -> str:
    """The command that installs PortAudio here."""
    return _PACKAGES.get(platform, _PACKAGES["linux"])


def load_sounddevice() -> ModuleType:
    """sounddevice. Raises `SoundError` naming the package to install when it, or PortAudio, is not there."""
    try:
        import sounddevice
    except OSError:
        raise SoundError(
            f"PortAudio, the library that reaches microphone and speaker, is missing: {portaudio_advice()}"
        ) from None
    except ImportError:
        raise SoundError("the Python package sounddevice is missing: pip install sounddevice") from None
    module: ModuleType = sounddevice
    return module


@dataclass(frozen=True, slots=True)
class Device:
    """A sound device as PortAudio lists it."""

    index: int
    name: str
    host: str
    """The system's sound interface it is reached through: ALSA, Core Audio, MME …"""
    inputs: int
    """Channels it records."""
    outputs: int
    rate: int
    """Its default, Hz."""
    default_input: bool = False
    default_output: bool = False

    def does(self, kind: Kind) -> bool:
        return (self.inputs if kind == "input" else self.outputs) > 0

    def is_default(self, kind: Kind) -> bool:
        return self.default_input if kind == "input" else self.default_output


@dataclass(frozen=True, slots=True)
class Format:
    """How a stream was opened."""

    rate: int
    channels: int

    @property
    def block(self) -> int:
        """Sample frames a callback gets: 20 ms."""
        return round(self.rate / FRAMES_PER_SECOND)


class Stream:
    """An open duplex stream. `alive` turns false when the device goes away."""

    def __init__(self, stream: Any, format: Format, input_name: str, output_name: str) -> None:
        self._stream = stream
        self.format = format
        self.names = f"{input_name!r}" if input_name == output_name else f"microphone {input_name!r} and speaker {output_name!r}"
        """Its devices, for people."""

    @property
    def alive(self) -> bool:
        return bool(self._stream.active)

    @property
    def latency(self) -> tuple[float, float]:
        """Seconds in and out, as PortAudio estimates them."""
        recorded, played = self._stream.latency
        return float(recorded), float(played)

    def close(self) -> None:
        """Stop at once; a device that is gone is no error."""
        with contextlib.suppress(Exception):  # PortAudioError of a stream whose device is gone: there is nothing left to close
            self._stream.abort()
        with contextlib.suppress(Exception):
            self._stream.close()


class SoundCard:
    """PortAudio: which devices there are, and streams on them. Raises `SoundError`."""

    def __init__(self) -> None:
        self._module = load_sounddevice()

    @property
    def version(self) -> str:
        """PortAudio's own name for its version."""
        return str(self._module.get_portaudio_version()[1])

    def devices(self) -> list[Device]:
        """Every device, as of the last `refresh`."""
        hosts = self._module.query_hostapis()
        inputs, outputs = (self._default(kind) for kind in ("input", "output"))
        return [
            Device(
                index=index,
                name=str(entry["name"]),
                host=str(hosts[entry["hostapi"]]["name"]),
                inputs=int(entry["max_input_channels"]),
                outputs=int(entry["max_output_channels"]),
                rate=round(entry["default_samplerate"]),
                default_input=index == inputs,
                default_output=index == outputs,
            )
            for index, entry in enumerate(self._module.query_devices())
        ]

    def refresh(self) -> None:
        """Look for devices again. Every open stream must be closed: PortAudio only looks when it starts."""
        try:
            self._module._terminate()
            self._module._initialize()
        except self._module.PortAudioError as error:
            raise SoundError(f"PortAudio cannot be started again ({_reason(error)})") from None

    def open(self, recorded: Device, played: Device, exchange: Callable[[Format], Exchange]) -> Stream:
        """Start a duplex stream, at 16 kHz mono where the devices allow it; `exchange` makes the callback for its format."""
        refusal = ""
        for format in _formats(recorded, played):
            try:
                stream = self._start(recorded, played, format, exchange(format))
            except self._module.PortAudioError as error:
                refusal = refusal or _reason(error)
                continue
            return Stream(stream, format, recorded.name, played.name)
        raise SoundError(
            f"microphone {recorded.name!r} and speaker {played.name!r} cannot be opened together ({refusal}); "
            "close what else uses them, or choose others: voicebot live --list-devices"
        )

    def _start(self, recorded: Device, played: Device, format: Format, exchange: Exchange) -> Any:
        def callback(block: Any, out: Any, count: int, _: Any, status: Any) -> None:
            out[:] = exchange(block, count, bool(status.input_overflow), bool(status.output_underflow))

        stream = self._module.RawStream(
            samplerate=format.rate,
            blocksize=format.block,
            device=(recorded.index, played.index),
            channels=(min(format.channels, recorded.inputs), format.channels),
            dtype="int16",
            latency=LATENCY,
            callback=callback,
        )
        try:
            stream.start()
        except self._module.PortAudioError:
            stream.close()
            raise
        return stream

    def _default(self, kind: Kind) -> int | None:
        try:
            index = self._module.query_devices(kind=kind)["index"]
        except (self._module.PortAudioError, ValueError):  # no device of this kind
            return None
        return int(index)


def choose(devices: Sequence[Device], kind: Kind, wanted: str | None = None) -> Device:
    """The device with this index or name (a part of it will do), by default the system's. Raises `SoundError`."""
    able = [device for device in devices if device.does(kind)]
    what = {"input": "microphone", "output": "speaker"}[kind]
    if not able:
        raise SoundError(f"this machine shows no {what}; plug one in, check its permission, then: voicebot live --list-devices")
    if wanted is None:
        return next((device for device in able if device.is_default(kind)), able[0])
    if wanted.isdigit():
        found = [device for device in able if device.index == int(wanted)]
    else:
        found = [device for device in able if device.name.casefold() == wanted.casefold()]
        found = found or [device for device in able if wanted.casefold() in device.name.casefold()]
    if not found:
        names = "; ".join(f"{device.index} {device.name}" for device in able)
        near = _nearest(wanted, able)
        raise SoundError(f"no {what} {wanted!r}; {f'did you mean {near!r}? ' if near else ''}there are: {names}")
    return found[0]


def _nearest(wanted: str, able: Sequence[Device]) -> str | None:
    """The name of a device of which `wanted` seems to be a slip, whole or one of its words."""
    words = {word.casefold(): device.name for device in reversed(able) for word in (*device.name.split(), device.name)}
    near = meant(wanted.casefold(), words)
    return words[near] if near else None


def _formats(recorded: Device, played: Device) -> list[Format]:
    """What to ask for, best first."""
    rates = dict.fromkeys((SAMPLE_RATE, played.rate, recorded.rate, *COMMON_RATES))
    channels = (1, 2) if played.outputs > 1 else (1,)
    return [Format(rate, count) for rate in rates for count in channels]


def _reason(error: Exception) -> str:
    return str(error.args[0] if error.args else error).strip()
