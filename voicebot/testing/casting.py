"""Who speaks in a spoken script: a recording played back, or the scripted caller; and what of the bot they send back."""

from pathlib import Path

from voicebot.audio.echo_way import EchoWay
from voicebot.audio.wav import open_recording
from voicebot.testing.caller import RecordedCaller
from voicebot.testing.scene import scene
from voicebot.testing.script import Script
from voicebot.testing.scripted_caller import ScriptedCaller
from voicebot.types import Synthesizer

ECHO_DB = 20.0
"""How far down the bot's voice comes back from a speakerphone; what is left of it after the telephone's own canceller lies
around 20 to 40 dB down (ITU-T G.131, G.168), and 20 is the hard end."""

ECHO_SECONDS = 0.06
"""How late: loudspeaker, a table's width of air, and the buffers of two sound cards."""


def caller_of(script: Script, folder: Path, synthesizer: Synthesizer) -> tuple[RecordedCaller | ScriptedCaller, bool]:
    """The caller of `script`, whose files lie in `folder`, and whether they come over a telephone line."""
    if script.recording is not None:
        recording = open_recording(folder / script.recording)
        keys = {pressed.frame: pressed.keys for pressed in script.pressed}
        played = {jump.frame: jump.bot for jump in script.played}
        return RecordedCaller(recording.caller_frames(), keys, script.hung_up, played), recording.telephone
    stage = scene(script, folder, synthesizer)
    return ScriptedCaller(script, stage.audio, stage.background), stage.telephone


def echo_way(script: Script) -> EchoWay | None:
    """The way of the bot's voice into the caller's leg, where the script has one and no recording holds it already."""
    if not script.echo or script.recording is not None:
        return None
    return EchoWay(ECHO_DB, ECHO_SECONDS, script.seed)
