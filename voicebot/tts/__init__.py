"""Text to speech: espeak-ng rendered purely, a cache beside it, and the player that turns prompts into frames."""

from voicebot.tts.cache import CachedSynthesizer
from voicebot.tts.renderer import Renderer

__all__ = ["CachedSynthesizer", "Renderer"]
