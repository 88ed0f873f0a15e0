"""Hotline packs: schema, loader, prior, and the packs that ship."""

from voicebot.hotlines.loader import bundled_hotlines, find_hotline, load_hotline, load_profile
from voicebot.hotlines.prior import prior
from voicebot.hotlines.schema import Hotline, Profile, Question

__all__ = ["Hotline", "Profile", "Question", "bundled_hotlines", "find_hotline", "load_hotline", "load_profile", "prior"]
