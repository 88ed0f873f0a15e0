"""What a caller sounds like at the hotline's end: voice, room, noise, telephone, lost packets, echo."""

from dataclasses import dataclass, field

import numpy as np

from voicebot.audio import effects
from voicebot.audio.levels import level_db, saturated, scale, to_int16
from voicebot.audio.resample import resample
from voicebot.simulation.callers import SimulatedCaller
from voicebot.simulation.phrasing import Utterance
from voicebot.types import FRAME_SAMPLES, SAMPLE_RATE, SILENCE, Frame, Samples, Synthesizer

NOISE_SECONDS = 12
"""Length of the background before it repeats."""

PITCH_STEP = 1000
"""The pitch is set by pretending that the sound had another sampling rate, in steps of a thousandth."""


def voiced(caller: SimulatedCaller, utterance: Utterance, synthesizer: Synthesizer) -> Samples:
    """`utterance` in the caller's voice, room and telephone, at the caller's level."""
    pause = np.zeros(round(utterance.pause_s * SAMPLE_RATE), np.int16)
    parts: list[Samples] = []
    for part in utterance.parts:
        samples = synthesizer.render(part, caller.voice.name, caller.voice.rate).samples
        parts += [resample(samples, round(PITCH_STEP * caller.voice.pitch), PITCH_STEP), pause]
    speech = np.concatenate(parts[:-1])
    if caller.line.t60_s is not None:
        reverberant = np.concatenate([speech, np.zeros(round(caller.line.t60_s * SAMPLE_RATE / 2), np.int16)])
        speech = effects.room(reverberant, caller.chance.sound("room"), caller.line.t60_s, caller.line.direct_db)
    return effects.telephone(effects.set_level(speech, caller.line.level_dbfs), caller.line.law)


def background(caller: SimulatedCaller) -> Samples:
    """The noise around the caller, `snr_db` below their voice at the microphone, through the telephone: `NOISE_SECONDS` of it."""
    noise = effects.coloured_noise(caller.line.noise, NOISE_SECONDS * SAMPLE_RATE, caller.chance.sound("noise"))
    return effects.telephone(scale(noise, caller.line.level_dbfs - caller.line.snr_db - level_db(noise)), caller.line.law)


@dataclass
class CallerLeg:
    """Mixes what the caller says with what is around them, frame by frame."""

    caller: SimulatedCaller
    _noise: Samples = field(init=False, repr=False)
    _frame: int = field(init=False, default=0)
    _saying: Samples = field(init=False, repr=False)
    _position: int = field(init=False, default=0)
    _last: Frame = field(init=False, default_factory=lambda: SILENCE)
    _lost: int = field(init=False, default=0)

    def __post_init__(self) -> None:
        self._noise = background(self.caller)
        self._noise.setflags(write=False)  # frames in which nothing else sounds are pieces of it
        self._saying = SILENCE[:0]
        self._losses = self.caller.chance.sound("loss")
        line = self.caller.line
        self._echo: list[Frame] | None = None
        self._echo_gain = 0.0
        if line.echo_attenuation_db is not None:
            self._echo_gain = 10 ** (-line.echo_attenuation_db / 20)
            self._echo = [SILENCE] * max(1, round(line.echo_delay_s * SAMPLE_RATE / FRAME_SAMPLES))

    def say(self, samples: Samples) -> None:
        """Begin to speak."""
        self._saying, self._position = samples, 0

    @property
    def speaking(self) -> bool:
        return self._position < len(self._saying)

    def hear_bot(self, frame: Frame) -> None:
        """The bot's last 20 ms, which may come back."""
        if self._echo is not None:
            self._echo.append(frame)

    def next_frame(self) -> Frame:
        """The next 20 ms: int16, shape (320,)."""
        start = self._frame * FRAME_SAMPLES % (len(self._noise) - FRAME_SAMPLES)
        self._frame += 1
        noise = self._noise[start : start + FRAME_SAMPLES]
        if not self.speaking and self._echo is None:
            return self._over_packets(noise)
        mixed = noise.astype(np.int32)
        if self.speaking:
            part = self._saying[self._position : self._position + FRAME_SAMPLES]
            mixed[: len(part)] += part
            self._position += FRAME_SAMPLES
        if self._echo is not None:
            return self._over_packets(to_int16(mixed + self._echo.pop(0) * self._echo_gain))
        return self._over_packets(saturated(mixed))

    def _over_packets(self, frame: Frame) -> Frame:
        """A lost packet: the one before it again, at half its level; of several in a row, silence."""
        rate = self.caller.line.loss_rate
        if not rate or self._losses.random() >= rate:
            self._last, self._lost = frame, 0
            return frame
        self._lost += 1
        self._last = scale(self._last, -6.0) if self._lost <= 2 else SILENCE
        return self._last
