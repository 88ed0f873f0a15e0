"""A console call that is kept: the fixture that `voicebot replay` repeats, and both legs for listening."""

from pathlib import Path

from voicebot.audio.wav import StereoWriter
from voicebot.engine import Engine
from voicebot.events import EventLog
from voicebot.live.console.orders import Order
from voicebot.live.keeping import CallKeeper, Circumstances
from voicebot.types import Frame

STEREO = "call.wav"
"""Both legs, beside the fixture's `caller.wav`."""


class Kept:
    """Writes one call into `folder`. Raises `VoicebotError` when it cannot."""

    def __init__(self, folder: Path, order: Order, engine: Engine) -> None:
        assert engine.model is not None
        circumstances = Circumstances(order.hotline, order.language, order.profile, order.seed, False, engine.model.path.name)
        self._folder = folder
        self._keeper = CallKeeper(folder, circumstances)
        self._stereo = StereoWriter(folder / STEREO)
        self._frames = 0

    def press(self, key: str) -> None:
        """A key goes down in the frame that comes next."""
        self._keeper.press(key)

    def frame(self, caller: Frame, bot: Frame) -> None:
        """Both legs' 20 ms, as they went into the call and came out."""
        self._keeper.frame(caller)
        self._stereo.write(caller, bot)
        self._frames += 1

    def finish(self, log: EventLog) -> str | None:
        """Write the rest; the folder's name. A call without a frame leaves nothing."""
        with self._stereo:
            pass
        self._keeper.finish(log)
        if self._frames:
            return self._folder.name
        (self._folder / STEREO).unlink()
        self._folder.rmdir()
        return None
