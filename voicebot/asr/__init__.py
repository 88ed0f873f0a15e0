"""Speech recognition: the Vosk adapter, and the acoustic models it finds, checks and installs.

A model is found (`find_model`), verified and loaded (`AcousticModel.load`), then shared; each call has its own `VoskRecognizer`.
What can be installed and how: `voicebot.asr.install`.
"""

from voicebot.asr.model import AcousticModel
from voicebot.asr.models import FoundModel, bundled_model, find_model, list_models
from voicebot.asr.recognizer import VoskRecognizer

__all__ = ["AcousticModel", "FoundModel", "VoskRecognizer", "bundled_model", "find_model", "list_models"]
