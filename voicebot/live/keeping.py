"""A live call kept as a fixture: what `voicebot replay` repeats to the same decisions.

The caller's leg is kept as it went into the call, frame for frame, with the frames in which keys went down. It is spooled to
disk while the call runs; `call.yaml` appears last, so a folder with one is whole.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any, BinaryIO

import numpy as np
from ruamel.yaml import YAML
from ruamel.yaml.comments import CommentedMap

from voicebot.audio.wav import write_wav
from voicebot.call import NOTHING, following
from voicebot.errors import VoicebotError
from voicebot.events import CallEnded, EventLog, write_log
from voicebot.metrics.call_record import call_record
from voicebot.replay import SCRIPT_NAME
from voicebot.testing.files import write_text
from voicebot.types import Frame, Language

RECORDING = "caller.wav"
EVENTS = "events.jsonl"
_SPOOL = "caller.pcm.part"

NOTICES: Mapping[Language, str] = {"zh-CN": "本次通话将被录音。", "en-US": "This call is being recorded."}
"""Said to the caller before a call that is kept."""


@dataclass(frozen=True, slots=True)
class Circumstances:
    """What a replay needs to know beside the audio."""

    hotline: str
    language: Language
    profile: Mapping[str, Any]
    seed: int
    echo: bool
    model: str
    """Name of the acoustic model, for people."""


class CallKeeper:
    """Writes one call into a folder of its own."""

    def __init__(self, folder: Path, circumstances: Circumstances) -> None:
        """Raises `VoicebotError` when the folder cannot be written or holds a call already."""
        self._folder = folder
        self._circumstances = circumstances
        self._pressed: list[tuple[int, str]] = []
        self._jumps: list[tuple[int, int]] = []
        """Frames in which another of the bot's frames sounded than the one after the last."""
        self._played: int | None = None
        self._frames = 0
        if (folder / SCRIPT_NAME).exists() or (folder / RECORDING).exists():
            raise VoicebotError(f"{folder}: holds a call already; give --save another folder")
        try:
            folder.mkdir(parents=True, exist_ok=True)
            self._spool: BinaryIO = (folder / _SPOOL).open("wb")
        except OSError as error:
            raise self._failed(error) from None

    def press(self, key: str) -> None:
        """`key` goes down in the frame that comes next."""
        if self._pressed and self._pressed[-1][0] == self._frames:
            self._pressed[-1] = (self._frames, self._pressed[-1][1] + key)
        else:
            self._pressed.append((self._frames, key))

    def frame(self, frame: Frame, played: int | None = None) -> None:
        """The caller's frame, as it went into the call, and what of the bot sounded meanwhile."""
        if self._circumstances.echo and played != following(self._played):
            self._jumps.append((self._frames, NOTHING if played is None else played))
        self._played = played
        self._frames += 1
        try:
            self._spool.write(frame.astype("<i2").tobytes())
        except OSError as error:
            raise self._failed(error) from None

    def finish(self, log: EventLog) -> Path:
        """Write recording, event log and script; returns the script's path. A call without a frame leaves nothing."""
        spool = self._folder / _SPOOL
        script = self._folder / SCRIPT_NAME
        try:
            self._spool.close()
            if self._frames:
                write_wav(self._folder / RECORDING, np.fromfile(spool, dtype="<i2").astype(np.int16, copy=False))
                write_text(self._folder / EVENTS, write_log(log.records))
                self._write_script(script, log)
            spool.unlink()
        except OSError as error:
            raise self._failed(error) from None
        return script

    def _write_script(self, path: Path, log: EventLog) -> None:
        part = path.with_name(path.name + ".part")
        with part.open("w", encoding="utf8", newline="\n") as file:
            yaml = YAML()
            yaml.allow_unicode = True
            yaml.width = 120
            yaml.dump(self._script(log), file)
        part.replace(path)

    def _script(self, log: EventLog) -> CommentedMap:
        given = self._circumstances
        record = call_record(log.records)
        ended = next((r.event for r in reversed(log.records) if isinstance(r.event, CallEnded)), None)
        ends: dict[str, Any] = {"outcome": record.outcome, "confirmed": record.confirmed}
        if record.located is not None:
            ends["located"] = record.located
        script = CommentedMap(name=self._folder.resolve().name, hotline=given.hotline, language=given.language)
        if given.profile:
            script["profile"] = dict(given.profile)
        if given.seed:
            script["seed"] = given.seed
        if given.echo:
            script["echo"] = True
        script["recording"] = RECORDING
        if self._pressed:
            script["pressed"] = [{"keys": keys, "frame": frame} for frame, keys in self._pressed]
        if self._jumps:
            script["played"] = [_in_a_line(frame=frame, bot=bot) for frame, bot in self._jumps]
        if ended is None or ended.by == "caller":
            script["hung_up"] = True
        script["ends"] = ends
        script.yaml_set_comment_before_after_key("ends", before="as the call came out; write what would have been right")
        script["origin"] = "recorded from a live call"
        script["note"] = f"heard through the acoustic model {given.model}"
        return script

    def _failed(self, error: OSError) -> VoicebotError:
        return VoicebotError(
            f"{self._folder}: the call cannot be kept ({error.strerror}); free some space or give --save another folder"
        )


def _in_a_line(**values: int) -> CommentedMap:
    """A mapping that takes one line of the file."""
    written = CommentedMap(values)
    written.fa.set_flow_style()
    return written
