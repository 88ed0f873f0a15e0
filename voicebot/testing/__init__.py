"""Dialogue scripts and the caller that speaks them: one language for fixtures, regression tests and simulation."""
