"""Hotline packs: schema, loader, parts, profiles, prior, and the packs that ship."""

from voicebot.hotlines.loader import bundled_hotlines, find_hotline, languages_of, load_hotline
from voicebot.hotlines.prior import prior
from voicebot.hotlines.profiles import Profile, load_profile, load_profiles
from voicebot.hotlines.schema import Hotline, Question

__all__ = [
    "Hotline",
    "Profile",
    "Question",
    "bundled_hotlines",
    "find_hotline",
    "languages_of",
    "load_hotline",
    "load_profile",
    "load_profiles",
    "prior",
]
