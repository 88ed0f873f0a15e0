"""Understanding: normalisation, dialogue acts, slots, questions; all probabilities calibrated."""

from voicebot.nlu.acts import ANYTHING_ELSE
from voicebot.nlu.cache import NluCache
from voicebot.nlu.questions import QuestionModel
from voicebot.nlu.understanding import Nlu, NluData

__all__ = ["ANYTHING_ELSE", "Nlu", "NluCache", "NluData", "QuestionModel"]
