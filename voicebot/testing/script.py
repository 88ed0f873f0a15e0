"""The script language: a call written down, in YAML.

A script is a list of turns. `bot:` says what is expected of the bot, `caller:`, `keys:`, `silence:` and `hangup:` what the
caller does. One script runs typed and spoken. docs/scripts.md shows the language; these models are its definition.
"""

import re
from pathlib import Path
from typing import Annotated, Any, Literal

from pydantic import AfterValidator, BaseModel, BeforeValidator, ConfigDict, Discriminator, Field, Tag, model_validator

from voicebot.types import Language

DEFAULT_AT = "end+0.4s"
"""People answer a question 0.2–0.5 s after it ended (Stivers et al., PNAS 2009)."""

Anchor = Literal["prompt", "end", "caller"]
_AT = re.compile(r"(prompt|end|caller)?\s*([+-]?\s*\d+(?:\.\d+)?)\s*(ms|s)")
_DURATION = re.compile(r"(\d+(?:\.\d+)?)\s*(ms|s)?")


class _Model(BaseModel):
    model_config = ConfigDict(extra="forbid", frozen=True, populate_by_name=True)


class At(_Model):
    """A moment relative to something the caller hears or did.

    `prompt`: the bot's next turn began to sound; `end`: it ended (the bot waits); `caller`: the caller's own last words ended.
    """

    anchor: Anchor
    seconds: float


def parse_at(value: Any) -> Any:
    """`prompt+1.2s`, `end+400ms`, `caller+0.6s` → `At`."""
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


def _inside(value: str) -> str:
    path = Path(value)
    if path.is_absolute() or ".." in path.parts:
        raise ValueError(f"{value!r} leads out of the script's folder; give a path inside it")
    return value


Moment = Annotated[At, BeforeValidator(parse_at)]
Seconds = Annotated[float, BeforeValidator(parse_seconds), Field(ge=0, le=3600)]
InnerPath = Annotated[str, Field(min_length=1), AfterValidator(_inside)]
"""A file beside the script: relative, never leading out of its folder."""


Acts = Annotated[tuple[str, ...], BeforeValidator(lambda value: (value,) if isinstance(value, str) else value)]
"""One act of the bot or several: confirm, [confirm, read_back]."""


class Noise(_Model):
    """What is heard behind the caller, from the first frame to the last."""

    kind: Literal["white", "pink", "brown", "babble", "hum"] | None = None
    audio: InnerPath | None = None
    """A recording, looped."""
    snr: float = Field(default=15.0, ge=-10, le=60)
    """Against the caller's speech, dB."""

    @model_validator(mode="after")
    def _one_source(self) -> "Noise":
        if (self.kind is None) == (self.audio is None):
            raise ValueError("noise needs either kind: or audio:")
        return self


class BotStep(_Model):
    """What the bot is expected to do next; every field given must hold for one of its prompts or decisions."""

    act: str | None = None
    question: str | None = None
    questions: tuple[str, ...] | None = None
    says: str | None = Field(default=None)
    """The whole wording."""
    says_like: str | None = Field(default=None, alias="says~")
    """A part of the wording, or a /regular expression/."""
    stopped_within: Seconds | None = None
    """Audio only: silence within this long of the caller's first sound."""


class Expected(_Model):
    """`bot:` in a script."""

    bot: BotStep


class Utterance(_Model):
    """`caller:` in a script."""

    caller: str = ""
    """What is said; also the label of `audio`."""
    audio: InnerPath | None = None
    """A recording instead of a synthetic voice."""
    voice: str | None = None
    rate: int | None = Field(default=None, ge=80, le=450)
    at: Moment = Field(default_factory=lambda: At(**parse_at(DEFAULT_AT)))
    when: Acts = ()
    """Said only if the bot's last prompt was one of these acts, else left out: recorded answers to what may not be asked."""
    noise: Noise | None = None
    """Only behind these words, as the script's `noise` is behind the whole call."""
    backchannel: bool = False
    """A sound that is not meant to take the floor; typed, it is left out."""

    @model_validator(mode="after")
    def _something(self) -> "Utterance":
        if not self.caller.strip() and self.audio is None:
            raise ValueError("caller: is empty and there is no audio:; write what is said, or use silence:")
        return self


class Keys(_Model):
    """`keys:` in a script."""

    keys: str = Field(pattern=r"^[0-9*#]+$")
    at: Moment = Field(default_factory=lambda: At(**parse_at(DEFAULT_AT)))


class Silence(_Model):
    """`silence:` in a script: the caller says nothing for so long after the bot's turn ended."""

    silence: Seconds


class Hangup(_Model):
    """`hangup:` in a script."""

    hangup: Moment


_KINDS = {"bot": "bot", "caller": "caller", "audio": "caller", "keys": "keys", "silence": "silence", "hangup": "hangup"}


def _kind(turn: Any) -> str | None:
    """Which kind of turn this is, by its keys, so that its mistakes are named in its own words."""
    if isinstance(turn, _Model):
        return next(_KINDS[name] for name in type(turn).model_fields if name in _KINDS)
    return next((_KINDS[key] for key in _KINDS if key in turn), None) if isinstance(turn, dict) else None


Step = Annotated[
    Annotated[Expected, Tag("bot")]
    | Annotated[Utterance, Tag("caller")]
    | Annotated[Keys, Tag("keys")]
    | Annotated[Silence, Tag("silence")]
    | Annotated[Hangup, Tag("hangup")],
    Discriminator(
        _kind,
        custom_error_type="script_turn",
        custom_error_message="a turn is one of `- bot: {act: …}`, `- caller: …`, `- keys: …`, `- silence: 7s`, "
        "`- hangup: end+1s`",
    ),
]


class Pressed(_Model):
    """Keys that went down in a recorded call."""

    keys: str = Field(pattern=r"^[0-9*#A-D]+$")
    frame: int = Field(ge=0)
    """Frames of 20 ms since the call began."""


class Ends(_Model):
    """`ends:` in a script: how the call must come out."""

    outcome: str | None = None
    located: str | None = None
    confirmed: bool | None = None
    turns: str | int | None = None
    """A number, or `<= 3`."""
    within: Seconds | None = None


class Script(_Model):
    """A whole script, or the `call.yaml` of a fixture."""

    name: str = Field(min_length=1)
    hotline: str = "hotline_95188"
    language: Language = "zh-CN"
    profile: dict[str, Any] | InnerPath | None = None
    true_question: str | None = None
    """What the caller wants solved; `other` when the catalogue lacks it."""
    also_asks: tuple[str, ...] = ()
    """Further questions of the same call."""
    voice: str | None = None
    rate: int | None = Field(default=None, ge=80, le=450)
    line: Literal["wideband", "telephone"] = "wideband"
    noise: Noise | None = None
    seed: int = 0
    turns: tuple[Step, ...] = ()
    recording: InnerPath | None = None
    """The whole caller leg of a call as it happened, instead of turns: played from the first frame on, whatever the bot says."""
    pressed: tuple[Pressed, ...] = ()
    """Keys of the recorded call that were no tones in its audio."""
    hung_up: bool = False
    """The recorded caller hung up where the recording ends."""
    ends: Ends = Field(default_factory=Ends)
    origin: str = ""
    licence: str = ""
    note: str = ""

    @model_validator(mode="after")
    def _one_caller(self) -> "Script":
        if self.recording is None and not self.turns:
            raise ValueError("turns: is missing or empty; write what bot and caller do, or give recording:")
        if self.recording is not None and any(not isinstance(turn, Expected) for turn in self.turns):
            raise ValueError("recording: is the whole caller leg; beside it turns: may only expect (- bot: …)")
        if self.recording is None and (self.pressed or self.hung_up):
            raise ValueError("pressed: and hung_up: belong to a recording:; in turns: write - keys: … and - hangup: …")
        return self
