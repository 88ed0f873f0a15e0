"""Who calls: every distribution that simulated callers are drawn from, with its source, in one YAML (docs/simulation.md).

Every value names where it comes from, or says `assumed`. A share is `{share: 0.3, source: assumed}`; a quantity is normal
(`{mean, sd, least, most, source}`) or log-normal (`{median, sigma, least, most, source}`), cut at `least` and `most`; a choice is
`{weights: {name: weight}, source}`.
"""

from importlib.resources import as_file, files
from pathlib import Path
from typing import Annotated

from pydantic import Field, model_validator

from voicebot.hotlines.complaints import load_model
from voicebot.hotlines.fields import Identifier, Number, PackModel, Text
from voicebot.hotlines.yaml_source import YamlSource
from voicebot.simulation.chance import Chance

NOISES = ("babble", "pink", "brown", "white", "hum")
"""Kinds of noise that `voicebot.audio.effects.coloured_noise` makes."""

_Probability = Annotated[Number, Field(ge=0, le=1)]


class Share(PackModel):
    """A probability."""

    share: _Probability
    source: Text

    def happens(self, chance: Chance, topic: str, count: int = 0) -> bool:
        return chance.happens(self.share, topic, count)


class Normal(PackModel):
    """A normal quantity, cut at both ends."""

    mean: Number
    sd: Annotated[Number, Field(ge=0)]
    least: Number
    most: Number
    source: Text

    @model_validator(mode="after")
    def _in_order(self) -> "Normal":
        if not self.least <= self.mean <= self.most:
            raise ValueError(f"its mean {self.mean:g} must lie between `least:` {self.least:g} and `most:` {self.most:g}")
        return self

    def draw(self, chance: Chance, topic: str, count: int = 0) -> float:
        return min(self.most, max(self.least, chance.normal(self.mean, self.sd, topic, count)))


class LogNormal(PackModel):
    """A positive quantity with a long tail, cut at both ends."""

    median: Annotated[Number, Field(gt=0)]
    sigma: Annotated[Number, Field(ge=0, le=5)]
    least: Annotated[Number, Field(ge=0)]
    most: Number
    source: Text

    @model_validator(mode="after")
    def _in_order(self) -> "LogNormal":
        if not self.least <= self.median <= self.most:
            raise ValueError(f"its median {self.median:g} must lie between `least:` {self.least:g} and `most:` {self.most:g}")
        return self

    def draw(self, chance: Chance, topic: str, count: int = 0) -> float:
        return min(self.most, max(self.least, chance.lognormal(self.median, self.sigma, topic, count)))


class NoiseKinds(PackModel):
    """What kind of noise is around the caller."""

    weights: Annotated[dict[Identifier, Annotated[Number, Field(ge=0)]], Field(min_length=1)]
    source: Text

    @model_validator(mode="after")
    def _known(self) -> "NoiseKinds":
        for name in self.weights:
            if name not in NOISES:
                raise ValueError(f"`{name}` is no noise; known: {', '.join(NOISES)}")
        if not sum(self.weights.values()) > 0:
            raise ValueError("all weights are 0; give one of them more")
        return self


class Goals(PackModel):
    """What callers come with."""

    outside: Share
    """A question that the catalogue lacks."""
    second: Share
    """A second question of the catalogue, asked after the first."""
    evenly: Share
    """Questions drawn evenly from the catalogue; the others as often as the pack's base weights say."""


class Profiles(PackModel):
    """What the hotline knows of them. The rest are neutral: products held, nothing that just happened."""

    informative: Share
    """What just happened to them has to do with their question."""
    misleading: Share
    """What just happened to them has nothing to do with it."""
    another_event: Share
    """Beside the one that counts, an older event."""


class FirstTurn(PackModel):
    vague: Share
    """The first description leaves product or problem open."""
    agent: Share
    """Asks for a person before anything else."""
    early: Share
    """Speaks before the first prompt ends."""


class Manner(PackModel):
    """How they talk; shares are per utterance unless it says per caller."""

    opening: Share
    elaboration: Share
    hesitation: Share
    repair: Share
    """Breaks off and begins again."""
    vague_again: Share
    """A vague caller, asked to describe it again, is vague again."""
    volunteers: Share
    """Adds the question in their own words to a yes."""
    corrects: Share
    """Says what it is instead, together with the no."""
    picks_by_place: Share
    picks_by_name: Share
    """The rest say it in their own words."""
    backchannel: Share
    """Per long prompt: a sign of listening into it. Audio only."""
    cut_in: Share
    """Per turn of the bot after the first: speaks before it ends."""
    beside_the_point: Share
    silent: Share
    """Says nothing when it is their turn."""
    repeat: Share
    """Asks to hear it again."""
    slower: Share
    wait: Share
    keys: Share
    """Types numbers and scores on the key pad. Per caller."""
    pauses_in_numbers: Share
    """Pauses long between groups of digits. Per caller."""
    lacks_value: Share
    """Does not have the number that is asked for."""
    thanks: Share


class Temper(PackModel):
    """What it takes, and what they think of answers."""

    patience: LogNormal
    """Annoyances (a wrong guess, words not understood, the same question again …) until they give up."""
    wants_agent: Share
    """Of those who give up: ask for a person; the others hang up. Per caller."""
    accepts: Share
    """Is content with the answer to the right question."""
    disputes_wrong: Share
    """Notices and says so when the answer is to another question."""
    accepts_agent: Share
    """Says yes to the offer of an agent while the question is open."""
    corrects_second: Share
    """Has a second question and says it together with "yes, there is something else"."""


class Timing(PackModel):
    reaction_s: LogNormal
    """From the end of the bot's turn to the first sound."""
    cut_in_s: LogNormal
    """From the start of the bot's turn to the first sound of those who speak into it."""
    number_pause_s: LogNormal
    backchannel_s: LogNormal
    """From the start of a prompt to a sign of listening."""
    loses_patience_s: Normal
    """Quiet, when it is the bot's turn, after which they speak up again."""


class Line(PackModel):
    """Room, noise and telephone. Audio tier; the text tier knows the SNR alone."""

    snr_db: Normal
    noise: NoiseKinds
    level_dbfs: Normal
    """Active speech level."""
    room: Share
    """A hall in the room; the others speak close."""
    t60_s: LogNormal
    direct_db: Normal
    """Direct sound against reverberation, where there is a room."""
    echo: Share
    """The bot's voice comes back."""
    echo_attenuation_db: Normal
    echo_delay_s: Normal
    loss: Share
    """Lines that lose packets."""
    loss_rate: LogNormal
    """Of such a line."""
    mulaw: Share
    """µ-law; the others are A-law."""


class Population(PackModel):
    """The whole file."""

    goals: Goals
    profiles: Profiles
    first_turn: FirstTurn
    manner: Manner
    temper: Temper
    timing: Timing
    line: Line

    @model_validator(mode="after")
    def _add_up(self) -> "Population":
        if self.profiles.informative.share + self.profiles.misleading.share > 1:
            raise ValueError("`profiles:` informative and misleading are more than 1 together; lower one")
        if self.manner.picks_by_place.share + self.manner.picks_by_name.share > 1:
            raise ValueError("`manner:` picks_by_place and picks_by_name are more than 1 together; lower one")
        return self


def load_population(path: Path | None = None) -> Population:
    """The population at `path`, by default the one that ships. Raises `PackError` with every mistake and its line."""
    if path is not None:
        return load_model(Population, YamlSource(path))
    with as_file(files(__package__) / "population.yaml") as shipped:
        return load_model(Population, YamlSource(shipped))
