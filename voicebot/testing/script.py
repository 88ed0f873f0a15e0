"""The script language: a call written down, in YAML.

A script is a list of turns. `bot:` says what is expected of the bot, `caller:`, `keys:`, `silence:` and `hangup:` what the
caller does. One script runs typed and spoken. docs/scripts.md shows the language; these models are its definition.
"""

from collections.abc import Collection
from typing import Annotated, Any, Literal

from pydantic import Discriminator, Field, Tag, model_validator

from voicebot.testing.expectations import BotStep, Ends, Names
from voicebot.testing.moments import At, InnerPath, Moment, ScriptModel, Seconds, parse_at, parse_seconds, usual_moment
from voicebot.types import Language

__all__ = [
    "At",
    "BotStep",
    "Burst",
    "Ends",
    "Expected",
    "Hangup",
    "Keys",
    "Noise",
    "Pressed",
    "Script",
    "Silence",
    "Sound",
    "Step",
    "Utterance",
    "kind_of_turn",
    "parse_at",
    "parse_seconds",
]


class Noise(ScriptModel):
    """What is heard behind the caller, from the first frame to the last."""

    kind: Literal["white", "pink", "brown", "babble", "hum", "music"] | None = None
    audio: InnerPath | None = None
    """A recording, looped."""
    snr: float = Field(default=15.0, ge=-10, le=60)
    """Against the caller's speech, dB."""

    @model_validator(mode="after")
    def _one_source(self) -> "Noise":
        if (self.kind is None) == (self.audio is None):
            raise ValueError("noise needs either kind: or audio:")
        return self


class Burst(Noise):
    """A noise that comes and goes."""

    seconds: Seconds = 1.5


class Expected(ScriptModel):
    """`bot:` in a script."""

    bot: BotStep


class Utterance(ScriptModel):
    """`caller:` in a script."""

    caller: str = ""
    """What is said; also the label of `audio`."""
    audio: InnerPath | None = None
    """A recording instead of a synthetic voice."""
    voice: str | None = None
    rate: int | None = Field(default=None, ge=80, le=450)
    at: Moment = Field(default_factory=usual_moment)
    when: Names = ()
    """Said only if the bot's last prompt was one of these acts, else left out: recorded answers to what may not be asked."""
    about: Names = ()
    """Said only if the question that the bot asked or offered last is one of these: a caller's yes to their own question …"""
    unless_about: Names = ()
    """… and their no to any other."""
    noise: Noise | None = None
    """Only behind these words, as the script's `noise` is behind the whole call."""
    backchannel: bool = False
    """A sound that is not meant to take the floor; typed, it is left out."""

    @model_validator(mode="after")
    def _something(self) -> "Utterance":
        if not self.caller.strip() and self.audio is None:
            raise ValueError("caller: is empty and there is no audio:; write what is said, or use silence:")
        return self

    def fits(self, act: str | None, questions: Collection[str]) -> bool:
        """Whether it is an answer to the bot's last prompt, which did `act` and named `questions`."""
        named = not self.about or not set(self.about).isdisjoint(questions)
        return (not self.when or act in self.when) and named and set(self.unless_about).isdisjoint(questions)

    @property
    def conditional(self) -> bool:
        """Whether it may be left out."""
        return bool(self.when or self.about or self.unless_about)


class Keys(ScriptModel):
    """`keys:` in a script."""

    keys: str = Field(pattern=r"^[0-9*#]+$")
    at: Moment = Field(default_factory=usual_moment)


class Silence(ScriptModel):
    """`silence:` in a script: the caller says nothing for so long after the bot's turn ended."""

    silence: Seconds


class Sound(ScriptModel):
    """`noise:` in a script, as a turn of its own: something sounds at the caller's end, and nobody speaks.

    It is not meant to take the floor; typed, it is left out.
    """

    noise: Burst
    at: Moment = Field(default_factory=usual_moment)


class Hangup(ScriptModel):
    """`hangup:` in a script."""

    hangup: Moment


TURNS: dict[str, type[ScriptModel]] = {
    "bot": Expected,
    "caller": Utterance,
    "keys": Keys,
    "silence": Silence,
    "noise": Sound,
    "hangup": Hangup,
}
"""Kinds of turns by the key that makes them one; of several, the first."""

WHAT_A_TURN_IS = (
    "a turn is one of `- bot: {act: …}`, `- caller: …`, `- keys: …`, `- silence: 7s`, `- noise: {kind: babble}`, "
    "`- hangup: end+1s`, `- include: …`"
)


BOTH_SIDES = "the bot and the caller take turns; write `- bot: …` and `- caller: …` as two items of the list"


def kind_of_turn(turn: Any) -> str | None:
    """Which kind of turn this is, by its keys, so that its mistakes are named in its own words."""
    if isinstance(turn, ScriptModel):
        return next((kind for kind, model in TURNS.items() if type(turn) is model), None)
    if not isinstance(turn, dict):
        return None
    return next((kind for kind in TURNS if kind in turn), "caller" if "audio" in turn else None)


Step = Annotated[
    Annotated[Expected, Tag("bot")]
    | Annotated[Utterance, Tag("caller")]
    | Annotated[Keys, Tag("keys")]
    | Annotated[Silence, Tag("silence")]
    | Annotated[Sound, Tag("noise")]
    | Annotated[Hangup, Tag("hangup")],
    Discriminator(kind_of_turn, custom_error_type="script_turn", custom_error_message=WHAT_A_TURN_IS),
]


class Pressed(ScriptModel):
    """Keys that went down in a recorded call."""

    keys: str = Field(pattern=r"^[0-9*#A-D]+$")
    frame: int = Field(ge=0)
    """Frames of 20 ms since the call began."""


class Played(ScriptModel):
    """Which of the bot's frames sounded in a frame of a recorded speakerphone call; then the next, until another of these."""

    frame: int = Field(ge=0)
    bot: int = Field(ge=-1)
    """-1: none of them."""


class Settings(ScriptModel):
    """What a script changes in its pack, to try what the pack as it stands does not show."""

    survey: bool | None = None
    thresholds: dict[str, float] = Field(default_factory=dict)
    """By name (docs/dialogue.md)."""


class Script(ScriptModel):
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
    settings: Settings = Field(default_factory=Settings)
    only: Literal["typed", "spoken"] | None = None
    """The one way in which the script makes sense, where it is not both."""
    vars: dict[str, Any] = Field(default_factory=dict)
    """Names for `${name}`; gone, as are the next two, once the script is expanded (see `voicebot.testing.expanding`)."""
    fragments: dict[str, Any] | str | list[str] = Field(default_factory=dict)
    """Turns to include by name, or files beside the script that hold some."""
    rows: tuple[dict[str, Any], ...] = ()
    """Variables of one script each."""
    turns: tuple[Step, ...] = ()
    recording: InnerPath | None = None
    """The whole caller leg of a call as it happened, instead of turns: played from the first frame on, whatever the bot says."""
    pressed: tuple[Pressed, ...] = ()
    """Keys of the recorded call that were no tones in its audio."""
    played: tuple[Played, ...] = ()
    """What the loudspeaker of the recorded call played and when, as the sound card saw it; without it, each frame at once."""
    hung_up: bool = False
    """The recorded caller hung up where the recording ends."""
    echo: bool = False
    """The caller is on a speakerphone, and the bot's voice leaks into their leg: it is to be cancelled. In a `recording:` it is
    there already; behind `turns:` it is added, as a room would."""
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
        if self.recording is None and (self.pressed or self.hung_up or self.played):
            raise ValueError("pressed:, played: and hung_up: belong to a recording:; in turns: write - keys: … and - hangup: …")
        return self
