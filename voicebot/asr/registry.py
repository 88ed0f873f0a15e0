"""The official Vosk models for Chinese and English: what they are called, where they come from, what they allow.

Their publisher gives no checksums, so the sha256 of an archive is recorded when it is first installed and checked from then on.
Sizes are those of the archives as their publisher lists them, in bytes, rounded; a download may be a little off.
"""

from collections.abc import Mapping
from dataclasses import dataclass

from voicebot.types import Language

HOST = "https://alphacephei.com/vosk/models/"
"""Where the official models are published."""

_MB = 1_000_000


@dataclass(frozen=True, slots=True)
class OfficialModel:
    name: str
    language: Language
    size: int
    """Bytes of the archive, rounded."""
    licence: str
    rank: int
    """Higher is more accurate."""
    summary: str
    sha256: str | None = None
    """Of the archive; None: recorded at the first install."""

    @property
    def url(self) -> str:
        return f"{HOST}{self.name}.zip"


_MODELS = (
    OfficialModel("vosk-model-small-cn-0.22", "zh-CN", 42 * _MB, "Apache-2.0", 1, "small, takes grammars"),
    OfficialModel("vosk-model-cn-0.22", "zh-CN", 1300 * _MB, "Apache-2.0", 2, "large, most accurate, takes no grammars"),
    OfficialModel("vosk-model-small-en-us-0.15", "en-US", 40 * _MB, "Apache-2.0", 1, "small, takes grammars"),
    OfficialModel("vosk-model-en-us-0.22-lgraph", "en-US", 128 * _MB, "Apache-2.0", 2, "medium, takes grammars"),
    OfficialModel("vosk-model-en-us-0.22", "en-US", 1800 * _MB, "Apache-2.0", 3, "large, most accurate, takes no grammars"),
)

OFFICIAL: Mapping[str, OfficialModel] = {model.name: model for model in _MODELS}

RECOMMENDED: Mapping[Language, str] = {"zh-CN": "vosk-model-small-cn-0.22", "en-US": "vosk-model-small-en-us-0.15"}
"""Installed when no name is given."""
