"""What a user did wrong, said in one line.

A `VoicebotError` carries a sentence that says what is wrong, where, and what to do about it. The command line prints it
and exits with code 2; library users may catch it. Anything else that escapes is a defect of voicebot.
"""


class VoicebotError(Exception):
    """One clear line for the person at the keyboard: what is wrong, where, and what to do."""


class AudioError(VoicebotError):
    """A recording, frame or sample rate that cannot be used."""


class ModelError(VoicebotError):
    """An acoustic model that is missing, damaged or unusable."""


class PackError(VoicebotError):
    """A hotline pack, grammar, profile or script that does not say what it should: `file:line: what, and what instead`."""


class SpeechSynthesisError(VoicebotError):
    """A voice or text the synthesiser cannot speak."""


class StorageError(VoicebotError):
    """Nothing can be written where results go: the disk is full, or gone. No other call of a batch would fare better."""
