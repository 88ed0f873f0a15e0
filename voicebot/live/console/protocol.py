"""What page and server say to each other over the WebSocket `/ws`.

The page begins with a `Start`. Then it sends the caller's frames (binary, 640 bytes: 320 samples, int16, little endian, 16 kHz)
and small JSON messages; the server sends the call's frames (binary, as `wire.sound` packs them) and JSON:

| type | |
|---|---|
| `queued` | `position` (1 is next), `why`: busy or loading |
| `opened` | the call begins; `recorded` |
| `events` | `events`: what was logged, as `news.told` writes it |
| `notice` | `text` for the person |
| `ended` | the last message of a call: its figures |
| `failed` | the last message of a call that broke; an apology is played before it |
| `refused` | `why`: full, invalid, slow; `text` |
"""

from typing import Annotated, Any, Literal

from pydantic import BaseModel, ConfigDict, Field, ValidationError

from voicebot.errors import VoicebotError
from voicebot.live.console.limits import WORDS
from voicebot.live.console.orders import Doing
from voicebot.types import Language


class _Model(BaseModel):
    model_config = ConfigDict(frozen=True, extra="forbid", strict=True)


class Start(_Model):
    """The page's first message."""

    type: Literal["start"]
    doing: Doing
    hotline: str = Field(max_length=200)
    language: Language
    profile: dict[str, Any] = Field(default_factory=dict)
    record: bool = False
    source: str = Field(default="", max_length=200)
    """Which caller to watch: an id of the library or of the scripts, or `simulated`: the caller with the number `seed`."""
    seed: int = Field(default=0, ge=0, lt=2**31)


class Key(_Model):
    """A key of the key pad; in a chat a whole entry."""

    type: Literal["key"]
    key: Annotated[str, Field(pattern=r"^[0-9*#]{1,32}$")]


class Say(_Model):
    """Typed words; empty in a chat for a silence."""

    type: Literal["say"]
    text: str = Field(max_length=WORDS)


class HangUp(_Model):
    """The caller hangs up."""

    type: Literal["hangup"]


Said = Key | Say | HangUp
_KINDS: dict[str, type[Key] | type[Say] | type[HangUp]] = {"key": Key, "say": Say, "hangup": HangUp}


def read_start(text: str) -> Start:
    """The page's first message. Raises `VoicebotError`."""
    try:
        return Start.model_validate_json(text)
    except ValidationError as error:
        raise VoicebotError(f"not a start: {_first(error)}") from None


def read_said(text: str) -> Said:
    """A later message. Raises `VoicebotError`."""
    try:
        kind = _Typed.model_validate_json(text).type
        return _KINDS[kind].model_validate_json(text)
    except ValidationError as error:
        raise VoicebotError(f"not understood: {_first(error)}") from None


class _Typed(BaseModel):
    type: Literal["key", "say", "hangup"]


def _first(error: ValidationError) -> str:
    first = error.errors(include_url=False, include_input=False)[0]
    return f"{'.'.join(map(str, first['loc'])) or 'message'}: {first['msg']}"
