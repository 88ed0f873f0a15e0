"""Text to speech: espeak-ng rendered purely, a cache beside it, and the player that turns prompts into frames."""

from voicebot.tts.cache import CachedSynthesizer, cache_folder
from voicebot.tts.renderer import Renderer

__all__ = ["CachedSynthesizer", "Renderer", "cache_folder"]
