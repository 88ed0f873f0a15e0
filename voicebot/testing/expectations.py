"""What a script may expect of the bot: of one of its turns (`bot:`), and of the whole call (`ends:`)."""

import re
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Annotated, Any, TypeAlias, get_args

from pydantic import AfterValidator, BeforeValidator, Field, field_validator, model_validator

from voicebot import events
from voicebot.testing.moments import ScriptModel, Seconds

EVENT_FIELDS: Mapping[str, tuple[str, ...]] = {kind.__name__: tuple(kind.__dataclass_fields__) for kind in get_args(events.Event)}
"""Every event that can stand in a log, and its fields."""

AUDIO_EVENTS = frozenset(
    kind.__name__
    for kind in (
        events.Hushed,
        events.Paused,
        events.Resumed,
        events.VoiceLate,
        events.SpeechStarted,
        events.PartialHeard,
        events.SpeechDiscarded,
        events.SpeechEnded,
        events.TurnRejoined,
        events.Recognized,
    )
)
"""Events that only a spoken call has."""

_CONDITION = re.compile(r"p\(\s*([a-z][a-z0-9_]*)\s*\)\s*(<=|>=|<|>)\s*(?:p\(\s*([a-z][a-z0-9_]*)\s*\)|(\d*\.?\d+)(%)?)")
_COUNT = re.compile(r"(<=|>=|==|=|<|>)?\s*(\d+)")


@dataclass(frozen=True, slots=True)
class Condition:
    """`p(huabei) > 0.7`, or `p(a) > p(b)`."""

    question: str
    sign: str
    other: str | None
    number: float

    @classmethod
    def parse(cls, text: str) -> "Condition":
        """Raises ValueError for what is no condition."""
        found = _CONDITION.fullmatch(text.strip())
        if found is None:
            raise ValueError(f"{text!r} is no condition on the belief; write p(question) > 0.7 or p(one) > p(other)")
        number = float(found[4] or 0.0) / (100 if found[5] else 1)
        return cls(found[1], found[2], found[3], number)


@dataclass(frozen=True, slots=True)
class Count:
    """`3`, or `<= 3`."""

    sign: str
    number: int

    @classmethod
    def parse(cls, text: str | int) -> "Count":
        """Raises ValueError for what is no count."""
        found = _COUNT.fullmatch(str(text).strip())
        if found is None:
            raise ValueError(f"{text!r} is no count; write 3 or <= 3")
        return cls("==" if found[1] in (None, "=") else found[1], int(found[2]))

    def holds(self, value: int) -> bool:
        return compare(value, self.sign, self.number)


def compare(left: float, sign: str, right: float) -> bool:
    """`left sign right`."""
    match sign:
        case "<":
            return left < right
        case "<=":
            return left <= right
        case ">":
            return left > right
        case ">=":
            return left >= right
    return left == right


class EventPattern(ScriptModel):
    """An event by its name, and values that its fields must have."""

    name: str
    fields: dict[str, Any] = Field(default_factory=dict)

    def __str__(self) -> str:
        inner = ", ".join(f"{name}: {value}" for name, value in self.fields.items())
        return f"{self.name}({inner})" if inner else self.name

    @property
    def audio_only(self) -> bool:
        return self.name in AUDIO_EVENTS


def _listed(value: Any) -> Any:
    return [value] if isinstance(value, str | dict) else value


def _event(value: Any) -> Any:
    """`Transferred`, or `{Transferred: {reason: risk}}` → a pattern."""
    if isinstance(value, str):
        return {"name": value}
    if isinstance(value, dict) and len(value) == 1 and isinstance(fields := next(iter(value.values())), dict):
        return {"name": next(iter(value)), "fields": fields}
    if isinstance(value, EventPattern):
        return value
    raise ValueError("an event is its name, or its name with values: {Transferred: {reason: risk}}")


def _says(value: str) -> str:
    if len(value) > 1 and value.startswith("/") and value.endswith("/"):
        try:
            re.compile(value[1:-1])
        except re.error as error:
            raise ValueError(
                f"{value} is no regular expression ({error}); put it right, or write the words without slashes"
            ) from None
    return value


def _condition(value: str) -> str:
    Condition.parse(value)
    return value


def _count(value: str | int) -> str | int:
    Count.parse(value)
    return value


Names: TypeAlias = Annotated[tuple[str, ...], BeforeValidator(_listed)]
"""One name or several: confirm, [confirm, read_back]."""
Part = Annotated[str, Field(min_length=1), AfterValidator(_says)]
Parts = Annotated[tuple[Part, ...], BeforeValidator(_listed)]
"""Parts of a wording, each plain or a /regular expression/."""
Conditions = Annotated[tuple[Annotated[str, AfterValidator(_condition)], ...], BeforeValidator(_listed)]
Events = Annotated[tuple[Annotated[EventPattern, BeforeValidator(_event)], ...], BeforeValidator(_listed)]
CountText = Annotated[str | int, AfterValidator(_count)]


class BotStep(ScriptModel):
    """What the bot is expected to do next. All that is given must hold for one and the same turn of the bot."""

    act: str | None = None
    """Of the decision, or of one of the prompts."""
    state: str | None = None
    """The state of the dialogue after it (docs/dialogue.md)."""
    question: str | None = None
    """A question that the decision or one of the prompts names."""
    questions: tuple[str, ...] | None = None
    """All the questions that the decision names, in any order."""
    says: str | None = None
    """The whole wording: of one of the prompts, or of all of them in a row."""
    says_like: Parts = Field(default=(), alias="says~")
    """Parts of the wording, or /regular expressions/: of one of the prompts, or of all of them in a row."""
    slots: dict[str, str] = Field(default_factory=dict)
    """Slots filled by now, with their values."""
    belief: Conditions = ()
    """`p(question) > 0.7`; a name that begins those of several questions stands for all of them together."""
    events: Events = ()
    """Events since the caller's last step, in this order, others in between."""
    stopped_within: Seconds | None = None
    """Audio only: silence within this long of the caller's first sound."""
    within: Seconds | None = None
    """Audio only: the bot's first sound within this long of the caller's last."""
    any_of: tuple["BotStep", ...] = ()
    """At least one of these."""
    unless: "BotStep | None" = Field(default=None, alias="not")
    """Not all of this."""

    @field_validator("act", "state", "question", "says", mode="before")
    @classmethod
    def _one(cls, value: Any) -> Any:
        if isinstance(value, list):
            raise ValueError("is one, not a list; for one of several write any_of: [{act: confirm}, {act: answer}]")
        return value

    @model_validator(mode="after")
    def _something(self) -> "BotStep":
        if not self.model_fields_set:
            raise ValueError("bot: expects nothing; write what it does, as in {act: confirm}")
        return self


class Ends(ScriptModel):
    """`ends:` in a script: how the call must come out."""

    outcome: str | None = None
    located: str | None = None
    confirmed: bool | None = None
    turns: CountText | None = None
    """Caller turns up to the first answer or the transfer, as `turns` of a replay: a number, or `<= 3`."""
    total_turns: CountText | None = None
    """Caller turns of the whole call."""
    within: Seconds | None = None
    """Audio only: length of the call."""
    slots: dict[str, str] = Field(default_factory=dict)
    events: Events = ()
    """Events of the whole call, in this order, others in between."""
    any_of: tuple["Ends", ...] = ()
    unless: "Ends | None" = Field(default=None, alias="not")
