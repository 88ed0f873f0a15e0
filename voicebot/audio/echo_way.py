"""The bot's voice on its way from the caller's loudspeaker into their microphone, frame by frame."""

import numpy as np

from voicebot.audio.effects import echo_path
from voicebot.types import FRAME_SAMPLES, SAMPLE_RATE, Frame

ROOM_SECONDS = 0.15
"""How long the room answers."""


class EchoWay:
    """Takes the bot's frames, gives the echo in the caller's."""

    def __init__(self, attenuation_db: float, delay: float, seed: int) -> None:
        """`attenuation_db` down and `delay` seconds late, through a small room made from `seed`."""
        impulse = np.zeros(round((delay + ROOM_SECONDS) * SAMPLE_RATE), np.int16)
        impulse[0] = 16384
        way = echo_path(impulse, attenuation_db, delay, np.random.default_rng(seed)).astype(np.float64) / 16384.0
        self._way = way[: int(np.flatnonzero(way)[-1]) + 1]
        self._past = np.zeros(len(self._way) - 1)

    def push(self, bot: Frame) -> Frame:
        """The echo in the caller's frame after the one in which `bot` sounded."""
        heard = np.concatenate([self._past, bot.astype(np.float64)])
        self._past = heard[FRAME_SAMPLES:]
        size = 1 << (len(heard) + len(self._way)).bit_length()
        echo = np.fft.irfft(np.fft.rfft(heard, size) * np.fft.rfft(self._way, size), size)
        part = echo[len(heard) - FRAME_SAMPLES : len(heard)]
        return np.clip(np.rint(part), -32768, 32767).astype(np.int16)
