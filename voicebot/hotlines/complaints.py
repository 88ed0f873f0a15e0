"""Data into models, and mistakes into `file:line: what is wrong, and what to write instead`, one a line."""

import difflib
import re
import types
from collections.abc import Iterable, Iterator
from typing import Any, TypeVar, Union, get_args, get_origin

from pydantic import BaseModel, ValidationError

from voicebot.errors import PackError
from voicebot.hotlines.yaml_source import Location, YamlSource, kind_of

MOST_COMPLAINTS = 30
"""Mistakes listed at once; nobody reads more, and they often have one cause."""

LONGEST_QUOTE = 60
"""Characters of a wrong value that are shown."""

Model = TypeVar("Model", bound=BaseModel)

_WANTED = {
    "string_type": "text",
    "int_type": "a whole number",
    "int_parsing": "a whole number",
    "int_from_float": "a whole number",
    "float_type": "a number",
    "float_parsing": "a number",
    "bool_type": "true or false",
    "bool_parsing": "true or false",
    "tuple_type": "a list (`- item` lines, or [a, b])",
    "list_type": "a list (`- item` lines, or [a, b])",
    "dict_type": "a mapping (`key: value` lines)",
    "model_type": "a mapping (`key: value` lines)",
    "model_attributes_type": "a mapping (`key: value` lines)",
}


_DIGITS = re.compile(r"\^\\d\{(\d+),(\d+)\}\$")
"""A pattern of digits alone, and how many."""

_NO_PLACES = ("function-", "tuple[", "constrained-", "literal[")


def load_model(model: type[Model], source: YamlSource, data: Any | None = None, at: Location = ()) -> Model:
    """`data` (default: the whole file) as a `model`; `at` is where in the file it stands.

    Raises `PackError` with every mistake, one a line.
    """
    try:
        return model.model_validate(source.mapping() if data is None else data)
    except ValidationError as error:
        raise PackError(joined(complaints(model, source, error, at))) from None


def joined(mistakes: Iterable[str]) -> str:
    """The text of an error: each mistake once, one a line, and how many were left out."""
    lines = list(dict.fromkeys(mistakes))
    left = len(lines) - MOST_COMPLAINTS
    return "\n".join(lines[:MOST_COMPLAINTS] + ([f"and {left} more mistakes; put these right first"] if left > 0 else []))


def complaints(model: type[BaseModel], source: YamlSource, error: ValidationError, at: Location = ()) -> list[str]:
    """`file:line: what is wrong`, for each mistake of a pydantic error."""
    return [f"{source.at((*at, *place))}: {what}" for place, what in mistakes_in(model, error)]


def mistakes_in(model: type[BaseModel], error: ValidationError) -> list[tuple[tuple[int | str, ...], str]]:
    """(place, what is wrong and what to write instead) of each mistake; a key that is only mistyped is one, not two."""
    mistakes = [(_place(mistake["loc"]), mistake) for mistake in error.errors(include_url=False)]
    missing = {place for place, mistake in mistakes if mistake["type"] == "missing"}
    mistyped: dict[tuple[int | str, ...], tuple[int | str, ...]] = {}
    for place, mistake in mistakes:
        if mistake["type"] == "extra_forbidden":
            siblings = [str(other[-1]) for other in missing - set(mistyped.values()) if other[:-1] == place[:-1]]
            if near := meant(str(place[-1]), siblings):
                mistyped[place] = (*place[:-1], near)
    said = []
    for place, mistake in mistakes:
        if place in mistyped:
            said.append((place, f"{_label(place)} is not known here; did you mean `{mistyped[place][-1]}`?"))
        elif mistake["type"] != "missing" or place not in mistyped.values():
            said.append((place, _say(model, mistake)))
    return said


def nearest(name: str, known: Iterable[str]) -> str:
    """The end of a complaint about a name: `; did you mean …?`, else what is known."""
    names = sorted(known)
    if near := meant(name, names):
        return f"; did you mean `{near}`?"
    listed = ", ".join(names[:12]) + (" …" if len(names) > 12 else "")
    return f"; known: {listed or 'none'}"


def meant(name: str, known: Iterable[str]) -> str | None:
    """The known name that `name` seems to be a slip of: a near one, or one of the same letters (short names are never near)."""
    names = sorted(known)
    same = (other for other in names if sorted(other) == sorted(name))
    return next(iter(difflib.get_close_matches(name, names, 1)), None) or next(same, None)


def quoted(value: object) -> str:
    """A wrong value, cut short, on one line."""
    text = str(value) if isinstance(value, str | int | float) else kind_of(value)
    plain = "".join(sign if sign.isprintable() else f"\\x{ord(sign):02x}" for sign in text[:LONGEST_QUOTE])
    return f"`{plain}{'…' if len(text) > LONGEST_QUOTE else ''}`"


def _place(location: tuple[int | str, ...]) -> tuple[int | str, ...]:
    """A pydantic location without the parts that stand for no place in the file (`[key]`, names of union members)."""
    return tuple(
        part for part in location if part != "[key]" and not str(part).startswith(("function-", "tuple[", "constrained-"))
    )


def _say(model: type[BaseModel], mistake: Any) -> str:
    """One mistake in plain words."""
    place = _place(mistake["loc"])
    label, given, context = _label(place), mistake["input"], mistake.get("ctx", {})
    match mistake["type"]:
        case "string_unicode":
            return f"{label} holds a character that cannot be written; type it again"
        case "missing":
            return f"{label} is missing; add it"
        case "extra_forbidden":
            owner = _model_at(model, place[:-1])
            known = _field_names(owner) if owner is not None else []
            return f"{label} is not known here{nearest(str(place[-1]), known)}"
        case kind if kind in _WANTED:
            scalar = isinstance(given, str | int | float)
            quotes = "; put it in quotes if it is meant as text" if kind == "string_type" and scalar else ""
            return f"{label} must be {_WANTED[kind]}, not {kind_of(given)}{quotes}"
        case "string_pattern_mismatch":
            return f"{label} {quoted(given)} {_fitting(context['pattern'])}"
        case "string_too_short" | "too_short" if isinstance(given, str):
            return f"{label} is empty; write something, or take the line out"
        case "string_too_long" | "too_long" if isinstance(given, str):
            return f"{label} has {len(given)} characters; {context['max_length']} at most: shorten it"
        case "too_short":
            return f"{label} has {context['actual_length']} of at least {context['min_length']}; add more"
        case "too_long":
            return f"{label} has more than {context['max_length']}; take some out"
        case "literal_error":
            choices = str(context["expected"]).replace("'", "")
            return f"{label} {quoted(given)} is not one of: {choices}"
        case "greater_than" | "greater_than_equal" | "less_than" | "less_than_equal":
            return f"{label} {quoted(given)} is out of range; it {_limits(str(mistake['msg']))}"
    message = str(mistake["msg"]).removeprefix("Value error, ")
    return f"{label} {message[:1].lower()}{message[1:]}" if place else message


def _fitting(pattern: str) -> str:
    """What is wrong with a text that does not fit `pattern`, and what to write."""
    if digits := _DIGITS.fullmatch(pattern):
        return f"is no number of {digits[1]} to {digits[2]} digits; write digits alone, in quotes"
    if pattern.startswith("^[0-9*#"):
        return "are no keys of a telephone; write 0-9, * and #"
    return "is no name; write lower-case letters, digits and _, a letter first, 64 at most"


def _limits(message: str) -> str:
    return "must be " + message.removeprefix("Input should be ")


def _label(place: tuple[int | str, ...]) -> str:
    """The value's name: `title:`, or `examples:` item 3."""
    if not place:
        return "the file"
    if isinstance(place[-1], int):
        names = [str(part) for part in place if isinstance(part, str)]
        return f"`{names[-1] if names else ''}:` item {place[-1] + 1}"
    return f"{quoted(place[-1])[:-1]}:`"


def _field_names(model: type[BaseModel]) -> list[str]:
    return [field.alias or name for name, field in model.model_fields.items()]


def _model_at(model: type[BaseModel], place: tuple[int | str, ...]) -> type[BaseModel] | None:
    """The model that a mapping at `place` is read as."""
    here: list[Any] = [model]
    for part in place:
        here = [inner for kind in here for inner in _inside(kind, part)]
    return next((kind for kind in here if isinstance(kind, type) and issubclass(kind, BaseModel)), None)


def _inside(kind: Any, part: int | str) -> Iterator[Any]:
    """Types that a value of type `kind` may have at `part`."""
    if isinstance(kind, type) and issubclass(kind, BaseModel):
        fields = {field.alias or name: field.annotation for name, field in kind.model_fields.items()}
        yield from _unfolded(fields.get(str(part)))
    elif get_origin(kind) is dict:
        yield from _unfolded(get_args(kind)[1])
    elif get_origin(kind) in (tuple, list):
        yield from _unfolded(get_args(kind)[0])


def _unfolded(kind: Any) -> Iterator[Any]:
    """`kind`, or the members of a union."""
    if get_origin(kind) in (Union, types.UnionType):
        for inner in get_args(kind):
            yield from _unfolded(inner)
    elif hasattr(kind, "__metadata__"):
        yield from _unfolded(get_args(kind)[0])
    else:
        yield kind
