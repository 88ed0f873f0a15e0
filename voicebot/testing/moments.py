"""The small words of the script language: moments, durations, files beside the script."""

import re
from pathlib import Path
from typing import Annotated, Any, Literal

from pydantic import AfterValidator, BaseModel, BeforeValidator, ConfigDict, Field

from voicebot.hotlines.yaml_source import kind_of

DEFAULT_AT = "end+0.4s"
"""People answer a question 0.2–0.5 s after it ended (Stivers et al., PNAS 2009)."""

Anchor = Literal["prompt", "end", "caller"]
_AT = re.compile(r"(prompt|end|caller)?\s*([+-]?\s*\d+(?:\.\d+)?)\s*(ms|s)")
_DURATION = re.compile(r"(\d+(?:\.\d+)?)\s*(ms|s)?")


class ScriptModel(BaseModel):
    """Strict, as packs are: an unknown key is a mistake."""

    model_config = ConfigDict(extra="forbid", frozen=True, populate_by_name=True)


class At(ScriptModel):
    """A moment relative to something the caller hears or did.

    `prompt`: the bot's next turn began to sound; `end`: it ended (the bot waits); `caller`: the caller's own last words ended.
    """

    anchor: Anchor
    seconds: float

    def __str__(self) -> str:
        return f"{self.anchor}{self.seconds:+g}s"


def parse_at(value: Any) -> Any:
    """`prompt+1.2s`, `end+400ms`, `caller+0.6s` → `At`."""
    if isinstance(value, bool | int | float | list):
        raise ValueError(f"must be a moment, not {kind_of(value)}; write prompt+1.2s, end+0.4s or caller+600ms")
    if not isinstance(value, str):
        return value
    found = _AT.fullmatch(value.strip())
    if found is None:
        raise ValueError(f"{value!r} is not a moment; write prompt+1.2s, end+0.4s or caller+600ms")
    number = float(found[2].replace(" ", "")) / (1000 if found[3] == "ms" else 1)
    return {"anchor": found[1] or "end", "seconds": number}


def parse_seconds(value: Any) -> Any:
    """`7s`, `350ms` or a plain number of seconds → float."""
    if isinstance(value, bool) or not isinstance(value, str):
        return value
    found = _DURATION.fullmatch(value.strip())
    if found is None:
        raise ValueError(f"{value!r} is not a duration; write 7s or 350ms")
    return float(found[1]) / (1000 if found[2] == "ms" else 1)


def usual_moment() -> At:
    """When a caller speaks if nothing else is said."""
    return At(**parse_at(DEFAULT_AT))


def _inside(value: str) -> str:
    path = Path(value)
    if path.is_absolute() or ".." in path.parts:
        raise ValueError(f"{value!r} leads out of the script's folder; give a path inside it")
    return value


Moment = Annotated[At, BeforeValidator(parse_at)]
Seconds = Annotated[float, BeforeValidator(parse_seconds), Field(ge=0, le=3600)]
InnerPath = Annotated[str, Field(min_length=1), AfterValidator(_inside)]
"""A file beside the script: relative, never leading out of its folder."""
