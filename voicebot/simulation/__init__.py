"""Simulated callers: people with a goal, a profile and a temper, who call the hotline in audio or in text."""
