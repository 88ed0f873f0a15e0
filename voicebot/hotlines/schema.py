"""What a hotline pack holds. docs/packs.md shows one; these models are its definition.

A pack is a folder. `hotline.yaml` holds what does not depend on the language: businesses, skill groups, thresholds, profiles and the
prior. A folder for each language holds `language.yaml` (voice, prompts) and `questions/*.yaml`.
"""

import math
from collections.abc import Mapping
from typing import Annotated, Any, Literal

from pydantic import AfterValidator, BaseModel, BeforeValidator, ConfigDict, Field, model_validator

from voicebot.types import ExpectationKind, Language, Timeouts

Identifier = Annotated[str, Field(pattern=r"^[a-z][a-z0-9_]{0,63}$")]
"""A name in code: lower-case letters, digits, underscores."""

Text = Annotated[str, Field(min_length=1, max_length=2000)]


def _finite(value: float) -> float:
    if not math.isfinite(value):
        raise ValueError("must be a finite number")
    return value


Number = Annotated[float, Field(strict=True), AfterValidator(_finite)]


def _listed(value: Any) -> Any:
    return (value,) if isinstance(value, str) else value


Wordings = Annotated[tuple[Text, ...], BeforeValidator(_listed), Field(min_length=1)]
"""One wording or several; they are used in turn."""


class PackModel(BaseModel):
    """Strict: an unknown key is a mistake, and so is a number where a text should be."""

    model_config = ConfigDict(extra="forbid", frozen=True)


class Business(PackModel):
    """A field of the hotline: payment, credit, cards …"""

    title: dict[Language, Text]
    skill_group: Identifier


class PackTimeouts(PackModel):
    """Seconds, named as in VoiceXML 2.1; what is left out keeps its default."""

    completetimeout: Number | None = Field(default=None, gt=0, le=10)
    incompletetimeout: Number | None = Field(default=None, gt=0, le=20)
    maxspeechtimeout: Number | None = Field(default=None, gt=0, le=300)
    noinput: Number | None = Field(default=None, gt=0, le=120)
    interdigit: Number | None = Field(default=None, gt=0, le=30)

    def timeouts(self) -> Timeouts:
        """With the defaults filled in."""
        return Timeouts(**{name: value for name, value in self.model_dump().items() if value is not None})


class PriorWeights(PackModel):
    """P(question | caller): log-linear weights (see `voicebot.hotlines.prior`)."""

    base: dict[Identifier, Number] = Field(default_factory=dict)
    """Question → log weight for every caller; 0 where none is given."""
    events: dict[Identifier, dict[Identifier, Number]] = Field(default_factory=dict)
    """Recent event → question → what it adds."""
    products: dict[Identifier, dict[Identifier, Number]] = Field(default_factory=dict)
    """Product held → question → what it adds."""
    other: Number = 1.0
    """Log weight of a question that the catalogue lacks."""


class HotlineFile(PackModel):
    """`hotline.yaml`."""

    name: Identifier
    version: Text = "1"
    notice: Text
    """What has to be said about the pack: who made it, that answers are illustrative."""
    businesses: dict[Identifier, Business] = Field(min_length=1)
    skill_group: Identifier = "general"
    """Where calls go that belong to no business."""
    risk_group: Identifier = "security"
    survey: bool = False
    thresholds: dict[Identifier, Number] = Field(default_factory=dict)
    timeouts: dict[Identifier, PackTimeouts] = Field(default_factory=dict)
    """Per state of the dialogue (docs/dialogue.md), and `default`."""
    products: dict[Identifier, dict[Language, Text]] = Field(default_factory=dict)
    """What a caller may hold."""
    events: dict[Identifier, dict[Language, Text]] = Field(default_factory=dict)
    """What may just have happened to a caller."""
    prior: PriorWeights = Field(default_factory=PriorWeights)


class Slot(PackModel):
    """A value that an answer needs."""

    name: Identifier
    title: Text
    """What it is called to the caller: 卡号后四位."""
    kind: ExpectationKind = "digits"
    length: int | None = Field(default=None, ge=1, le=40, strict=True)

    @model_validator(mode="after")
    def _askable(self) -> "Slot":
        if self.kind in ("open", "yesno", "choice", "statement"):
            raise ValueError(f"a slot cannot be of kind {self.kind}; use digits, phone, card, amount or date")
        if self.length is not None and self.kind not in ("digits", "phone", "card"):
            raise ValueError(f"length: is for digits, phone and card, not for {self.kind}")
        return self


class Question(PackModel):
    """A question of the catalogue, in one language."""

    id: Identifier
    business: Identifier
    title: Text
    """The short name the bot offers it by: 花呗还款失败."""
    examples: tuple[Text, ...] = Field(min_length=3)
    """What callers say, as they say it."""
    answer: Text
    """Two sentences; `{slot name}` where a slot's value goes."""
    slots: tuple[Slot, ...] = ()
    related: tuple[Identifier, ...] = ()
    """Questions that callers ask next, or mean instead."""
    agent_only: bool = False
    """Goes to an agent once it is located."""
    skill_group: Identifier = "general"
    """Filled in from the business where it is left out."""


class QuestionsFile(PackModel):
    """`questions/*.yaml`."""

    questions: tuple[Question, ...] = Field(min_length=1)


class LanguageFile(PackModel):
    """`language.yaml`."""

    title: Text
    voice: Text
    """espeak-ng voice: cmn, en-us, en-us+f3 …"""
    rate: int = Field(default=200, ge=80, le=450, strict=True)
    """Words a minute."""
    prompts: dict[Identifier, Wordings] = Field(default_factory=dict)
    """Template → wordings, in place of the house's (docs/packs.md lists the templates)."""
    out_of_scope: tuple[Text, ...] = ()
    """What callers say that the catalogue has no question for."""


class Profile(PackModel):
    """Who is calling and what just happened to them."""

    name: str = ""
    tier: Literal["basic", "gold", "platinum", "diamond"] | None = None
    products: tuple[Identifier, ...] = ()
    events: tuple[Identifier, ...] = ()
    """Most recent first."""


class Hotline(BaseModel):
    """A pack in one language, as the rest of the house uses it."""

    model_config = ConfigDict(frozen=True, arbitrary_types_allowed=True)

    name: str
    language: Language
    title: str
    notice: str
    voice: str
    rate: int
    questions: dict[str, Question]
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
    """Of the pack's files."""
