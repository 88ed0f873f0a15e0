"""What the files of a hotline pack hold, and the `Hotline` that comes of them. docs/packs.md shows a pack.

A pack is a folder. `hotline.yaml` holds what does not depend on the language: businesses, skill groups, thresholds, profiles and
the prior. A folder for each language holds `language.yaml` (voice, prompts) and `questions/*.yaml`. Parts (`parts/*.yaml`) hold
slots, prompts and questions that are used by name.
"""

from collections.abc import Mapping
from pathlib import Path
from typing import Annotated, Any, Literal

from pydantic import BaseModel, BeforeValidator, ConfigDict, Field, model_validator

from voicebot.hotlines.fields import (
    Flag,
    Identifier,
    Number,
    PackModel,
    QuestionId,
    StateName,
    Template,
    TemplateName,
    Text,
    ThresholdName,
    Title,
    Utterance,
    Voice,
    Weight,
)
from voicebot.types import ExpectationKind, Language, Timeouts


def _listed(value: Any) -> Any:
    return (value,) if isinstance(value, str | dict) else value


def _worded(value: Any) -> Any:
    return {"text": value} if isinstance(value, str) else value


class Wording(PackModel):
    """One way to say something: a text, or `{text: …, audio: FILE.wav}` for a recording of it."""

    text: Template
    audio: str | None = Field(default=None, min_length=1, max_length=200)
    """A WAV file of the pack, from the language's folder."""


Worded = Annotated[Wording, BeforeValidator(_worded)]
Wordings = Annotated[tuple[Worded, ...], BeforeValidator(_listed), Field(min_length=1, max_length=20)]
"""One wording or several; they are used in turn."""


class Business(PackModel):
    """A field of the hotline: payment, credit, cards …"""

    title: dict[Language, Title]
    skill_group: Identifier


class PackTimeouts(PackModel):
    """Seconds, named as in VoiceXML 2.1; what is left out keeps its default."""

    completetimeout: Number | None = Field(default=None, gt=0, le=10)
    incompletetimeout: Number | None = Field(default=None, gt=0, le=20)
    maxspeechtimeout: Number | None = Field(default=None, ge=1, le=300)
    noinput: Number | None = Field(default=None, ge=0.5, le=120)
    interdigit: Number | None = Field(default=None, gt=0, le=30)

    def timeouts(self) -> Timeouts:
        """With the defaults filled in."""
        return Timeouts(**{name: value for name, value in self.model_dump().items() if value is not None})


class PriorWeights(PackModel):
    """P(question | caller): log-linear weights (see `voicebot.hotlines.prior`). Also the whole of a `prior.yaml`."""

    base: dict[Identifier, Weight] = Field(default_factory=dict)
    """Question → log weight for every caller; 0 where none is given."""
    events: dict[Identifier, dict[Identifier, Weight]] = Field(default_factory=dict)
    """Recent event → question → what it adds."""
    products: dict[Identifier, dict[Identifier, Weight]] = Field(default_factory=dict)
    """Product held → question → what it adds."""
    other: Weight = 1.0
    """Log weight of a question that the catalogue lacks."""


class PartUse(PackModel):
    """How a pack uses a part: nothing has to be said."""

    business: Identifier | None = None
    """Where the part's questions belong in this pack."""
    skill_group: Identifier | None = None
    """Who deals with them."""


def _used(value: Any) -> Any:
    if isinstance(value, list) and all(isinstance(name, str) for name in value) and len(set(value)) == len(value):
        return {name: {} for name in value}
    return {name: use if use is not None else {} for name, use in value.items()} if isinstance(value, dict) else value


class HotlineFile(PackModel):
    """`hotline.yaml`."""

    name: Identifier
    version: Title = "1"
    notice: Text
    """What has to be said about the pack: who made it, that answers are illustrative."""
    businesses: dict[Identifier, Business] = Field(min_length=1)
    skill_group: Identifier = "general"
    """Where calls go that belong to no business."""
    risk_group: Identifier = "security"
    parts: Annotated[dict[Identifier, PartUse], BeforeValidator(_used)] = Field(default_factory=dict)
    """Parts that the whole pack uses: their prompts, settings and questions."""
    survey: Flag = False
    thresholds: dict[ThresholdName, Number] = Field(default_factory=dict)
    timeouts: dict[StateName, PackTimeouts] = Field(default_factory=dict)
    """Per state of the dialogue (docs/dialogue.md), and `default`."""
    products: dict[Identifier, dict[Language, Title]] = Field(default_factory=dict)
    """What a caller may hold."""
    events: dict[Identifier, dict[Language, Title]] = Field(default_factory=dict)
    """What may just have happened to a caller."""
    prior: PriorWeights = Field(default_factory=PriorWeights)


_NUMBERS = ("digits", "phone", "card")


class Slot(PackModel):
    """A value that an answer needs."""

    name: Identifier
    title: Title
    """What it is called to the caller: 卡号后四位."""
    kind: ExpectationKind = "digits"
    length: int | None = Field(default=None, ge=1, le=40, strict=True)
    """Digits; None for any number of them."""
    ask: Wordings | None = None
    """How it is asked for; `{slot}` is the title, `{options}` what may be chosen (kind choice)."""
    offer: Wordings | None = None
    """How it is asked for where there are some of the caller's own to choose from: `{options}` names them."""
    again: Wordings | None = None
    """What is said after a value that fails its check; then it is asked for again."""
    options: tuple[Title, ...] | None = Field(default=None, min_length=2, max_length=3)
    """What may be chosen, for kind choice."""
    choose_from: Literal["cards", "orders"] | None = None
    """The caller's own, from the profile: up to three are named, and the value is the end of the number of the chosen one.
    Where the profile has none, the digits are asked for."""
    option: Template = "{title}"
    """How one of them is named: `{title}` and `{tail}`, the end of its number."""
    least: Number | None = None
    most: Number | None = None
    """For amounts."""
    matches: Literal["phone", "id_tail"] | None = None
    """What of the profile it must equal; any value is taken where the profile does not have it."""
    read_back: Literal["by_confidence", "always", "never"] = "by_confidence"
    """Whether it is read back as a question: when it was heard badly, always (what is dialled or booked), or not at all (what
    identifies somebody)."""
    tries: int = Field(default=3, ge=1, le=6, strict=True)
    """Times it is asked for."""
    required: Flag = False
    """Without it the call goes to an agent; else the answer is given as far as it goes without."""

    @model_validator(mode="after")
    def _askable(self) -> "Slot":
        if self.kind in ("open", "yesno", "statement"):
            raise ValueError(f"a slot cannot be of kind {self.kind}; use digits, phone, card, amount, date or choice")
        if (self.kind == "choice") != (self.options is not None):
            raise ValueError("`kind: choice` and `options:` belong together; write both or neither")
        if len(set(self.options or ())) < len(self.options or ()):
            raise ValueError("two of its `options:` are alike; reword one")
        if self.length is not None and self.kind not in _NUMBERS:
            raise ValueError(f"`length:` is for digits, phone and card, not for {self.kind}; take it out")
        if self.choose_from is not None and (self.kind != "digits" or not 3 <= (self.length or 0) <= 8):
            raise ValueError("`choose_from:` needs `kind: digits` and a `length:` of 3 to 8, the end of the number")
        if self.offer is not None and self.choose_from is None:
            raise ValueError("`offer:` belongs to `choose_from:`; write that too, or `ask:` instead")
        if (self.least is not None or self.most is not None) and self.kind != "amount":
            raise ValueError(f"`least:` and `most:` are for amounts, not for {self.kind}; take them out")
        if self.least is not None and self.most is not None and self.least > self.most:
            raise ValueError(f"`least:` {self.least:g} is above `most:` {self.most:g}; exchange them")
        if self.matches == "phone" and self.kind != "phone" or self.matches == "id_tail" and self.kind != "digits":
            raise ValueError(f"`matches: {self.matches}` does not fit kind {self.kind}; phone is a phone, id_tail is digits")
        return self


class Question(PackModel):
    """A question of the catalogue, in one language."""

    id: QuestionId
    business: Identifier
    title: Title
    """The short name the bot offers it by: 花呗还款失败."""
    examples: tuple[Utterance, ...] = Field(min_length=3, max_length=500)
    """What callers say, as they say it."""
    answer: Template
    """Two sentences; `{slot name}` where a slot's value goes."""
    audio: str | None = Field(default=None, min_length=1, max_length=200)
    """A WAV file of the pack that is played as the answer."""
    use: tuple[Identifier, ...] = Field(default=(), max_length=8)
    """Parts whose slots are asked for before the answer, in this order."""
    slots: tuple[Slot, ...] = Field(default=(), max_length=8)
    """Asked for after those of the parts."""
    related: tuple[Identifier, ...] = Field(default=(), max_length=8)
    """Questions that callers ask next, or mean instead."""
    agent_only: Flag = False
    """Goes to an agent once it is located and its slots are filled."""
    skill_group: Identifier = "general"
    """Filled in from the business where it is left out."""


class QuestionsFile(PackModel):
    """`questions/*.yaml`."""

    questions: tuple[Question, ...] = Field(min_length=1, max_length=1000)


class LanguageFile(PackModel):
    """`language.yaml`."""

    title: Title
    notice: Text | None = None
    """The pack's notice in this language, where the one in hotline.yaml is in another."""
    voice: Voice
    """espeak-ng voice: cmn, en-us, en-us+f3 …"""
    rate: int = Field(default=200, ge=80, le=450, strict=True)
    """Words a minute."""
    prompts: dict[TemplateName, Wordings] = Field(default_factory=dict)
    """Template → wordings, in place of the house's (docs/packs.md lists the templates)."""
    out_of_scope: tuple[Utterance, ...] = Field(default=(), max_length=1000)
    """What callers say that the catalogue has no question for."""


class PartQuestion(Question):
    """A question that a part brings; the pack says which business it belongs to."""

    business: Identifier = "general"


class PartLanguage(PackModel):
    """A part in one language."""

    prompts: dict[TemplateName, Wordings] = Field(default_factory=dict)
    slots: tuple[Slot, ...] = Field(default=(), max_length=8)
    """Asked for before the answer of a question that uses the part."""
    questions: tuple[PartQuestion, ...] = Field(default=(), max_length=50)
    """Added to the catalogue of a pack that uses the part."""


class PartFile(PackModel):
    """`parts/*.yaml`: something that many hotlines need."""

    title: dict[Language, Title]
    agent_only: Flag = False
    """A question that uses it goes to an agent, with the slots."""
    survey: Flag = False
    thresholds: dict[ThresholdName, Number] = Field(default_factory=dict)
    timeouts: dict[StateName, PackTimeouts] = Field(default_factory=dict)
    languages: dict[Language, PartLanguage] = Field(min_length=1)


class Hotline(BaseModel):
    """A pack in one language, as the rest of the house uses it. Immutable: a call keeps the pack it opened with."""

    model_config = ConfigDict(frozen=True, arbitrary_types_allowed=True)

    name: str
    language: Language
    title: str
    notice: str
    voice: str
    rate: int
    questions: dict[str, Question]
    """By id; the slots of their parts are among their slots."""
    prompts: dict[str, tuple[str, ...]]
    out_of_scope: tuple[str, ...]
    thresholds: dict[str, float]
    timeouts: dict[str, Timeouts]
    businesses: dict[str, Business]
    skill_group: str
    risk_group: str
    survey: bool
    products: Mapping[str, Mapping[Language, str]]
    events: Mapping[str, Mapping[Language, str]]
    prior: PriorWeights
    sha256: str
    """Of the pack's files and of the parts it uses."""
    parts: tuple[str, ...] = ()
    """Parts in use."""
    recordings: Mapping[str, Path] = Field(default_factory=dict)
    """Key of a recorded prompt (`Prompt.audio`) → its WAV file, checked to be 16-bit PCM."""
    recorded: Mapping[str, str] = Field(default_factory=dict)
    """Wording of a prompt, or an answer → the key of its recording."""
