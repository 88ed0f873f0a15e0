"""A telephone hotline's voice bot and its simulator: full duplex, belief first, fully offline."""

from importlib.metadata import PackageNotFoundError, version

try:
    __version__ = version("voicebot")
except PackageNotFoundError:  # imported from a source tree that was never installed
    __version__ = "0+source"
