"""The kinds of values that packs are made of, each with its own complaint."""

import math
import re
import unicodedata
from collections.abc import Callable, Collection
from datetime import date
from typing import Annotated

from pydantic import AfterValidator, BaseModel, BeforeValidator, ConfigDict, Field

from voicebot.hotlines.complaints import nearest, quoted
from voicebot.hotlines.names import STATES, TEMPLATES, THRESHOLDS
from voicebot.types import OTHER

Identifier = Annotated[str, Field(pattern=r"^[a-z][a-z0-9_]{0,63}$")]
"""A name in code: lower-case letters, digits, underscores."""

BLANK = re.compile(r"\{([a-z][a-z0-9_]*)\}")
"""`{name}`: where a value goes."""

SAY_AS = re.compile(r"\{(digits|phone|card|amount|date):([^{}]*)\}")
"""`{kind:value}`: a value that is written and spoken as its kind: `{phone:95188}`."""

_CJK = r"[\u3000-\u303f\u3400-\u9fff\uf900-\ufaff\uff00-\uffef]"
_FOLDED = re.compile(rf"(?<={_CJK}) (?={_CJK})")
_VALUES = {"digits": r"\d{1,32}", "phone": r"\d{3,15}", "card": r"\d{12,19}", "amount": r"\d{1,12}(\.\d{1,2})?"}


def _tidy(text: str) -> str:
    """Line breaks and runs of spaces are one space; between Chinese characters, where YAML folds lines, none."""
    return _FOLDED.sub("", " ".join(text.split()))


def _printable(text: str) -> str:
    for sign in "" if text.isprintable() else text:
        if unicodedata.category(sign) in ("Cc", "Cf", "Cs", "Co"):
            raise ValueError(f"holds the invisible character U+{ord(sign):04X}; take it out")
    if text and not any(sign.isalnum() for sign in text):
        raise ValueError(f"has no word in it (`{text[:20]}`); write something that can be said")
    return text


def _without_brackets(text: str) -> str:
    if "{" in text or "}" in text:
        raise ValueError("has a curly bracket, which only prompts and answers may have; take it out")
    return text


def _well_bracketed(text: str) -> str:
    for kind, value in SAY_AS.findall(text):
        if not _sayable(kind, value):
            raise ValueError(
                f"`{{{kind}:{value[:30]}}}` is no {kind}; write digits, an amount like 12.50, or a date like 2026-03-05"
            )
    if re.search(r"[{}]", BLANK.sub("", SAY_AS.sub("", text))):
        raise ValueError("has a curly bracket that belongs to no `{name}`; write `{name}`, or take it out")
    return text


def _sayable(kind: str, value: str) -> bool:
    if kind != "date":
        return re.fullmatch(_VALUES[kind], value, re.ASCII) is not None
    try:
        return date.fromisoformat(value).isoformat() == value
    except ValueError:
        return False


_TIDY = BeforeValidator(lambda value: _tidy(value) if isinstance(value, str) else value)
_PRINTABLE = AfterValidator(_printable)
_NO_BRACKETS = AfterValidator(_without_brackets)

Text = Annotated[str, _TIDY, Field(min_length=1, max_length=1000), _PRINTABLE, _NO_BRACKETS]
"""Words that people read."""

Title = Annotated[str, _TIDY, Field(min_length=1, max_length=80), _PRINTABLE, _NO_BRACKETS]
"""The name of a thing, as it is said within a prompt."""

Utterance = Annotated[str, _TIDY, Field(min_length=1, max_length=200), _PRINTABLE, _NO_BRACKETS]
"""What a caller says."""

Template = Annotated[str, _TIDY, Field(min_length=1, max_length=1000), _PRINTABLE, AfterValidator(_well_bracketed)]
"""What the bot says: `{name}` where a value goes, `{kind:value}` for what is spoken as digits, phone, card, amount or date."""


def _finite(value: float) -> float:
    if not math.isfinite(value):
        raise ValueError("must be a finite number; write digits, with a point where it is needed")
    return value


Number = Annotated[float, Field(strict=True), AfterValidator(_finite)]

Flag = Annotated[bool, Field(strict=True)]

Weight = Annotated[float, Field(strict=True, ge=-30, le=30), AfterValidator(_finite)]
"""A log weight: e^30 to one is certainty."""


def _known_as(table: Collection[str], kind: str) -> Callable[[str], str]:
    def check(name: str) -> str:
        if name not in table:
            raise ValueError(f"{quoted(name)} is no {kind}{nearest(name, table)}")
        return name

    return check


TemplateName = Annotated[str, AfterValidator(_known_as(TEMPLATES, "prompt of the house"))]
ThresholdName = Annotated[str, AfterValidator(_known_as(THRESHOLDS, "threshold"))]
StateName = Annotated[str, AfterValidator(_known_as(STATES, "state"))]


def _no_reserved_name(name: str) -> str:
    if name == OTHER:
        raise ValueError(f"`{OTHER}` stands for a question that the catalogue lacks; choose another name")
    return name


QuestionId = Annotated[Identifier, AfterValidator(_no_reserved_name)]


def _voice(name: str) -> str:
    if re.fullmatch(r"[a-z]{2,3}(-[a-z0-9]+)*(\+[A-Za-z0-9_]+)?", name) is None:
        raise ValueError(f"{quoted(name)} is no espeak-ng voice; write cmn, en-us, or one with a variant like en-us+f3")
    return name


Voice = Annotated[str, Field(min_length=1, max_length=60), AfterValidator(_voice)]


class PackModel(BaseModel):
    """Strict: an unknown key is a mistake, and so is a number where a text should be."""

    model_config = ConfigDict(extra="forbid", frozen=True)
