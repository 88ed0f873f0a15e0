"""Who is calling and what just happened to them."""

from collections.abc import Mapping
from pathlib import Path
from typing import Annotated, Any, Literal

from pydantic import Field, ValidationError

from voicebot.errors import PackError
from voicebot.hotlines.complaints import joined, load_model, mistakes_in, nearest
from voicebot.hotlines.fields import Identifier, PackModel, QuestionId, Title
from voicebot.hotlines.schema import Hotline
from voicebot.hotlines.yaml_source import YamlSource
from voicebot.types import OTHER


class Possession(PackModel):
    """A card or an order of the caller."""

    title: Title
    """What it is called: 工商银行, 昨天的运动鞋."""
    number: Annotated[str, Field(pattern=r"^\d{3,32}$")]
    """Of it, whole or the end: only its last digits are said."""


class Profile(PackModel):
    """Who is calling and what just happened to them. Everything may be left out."""

    name: Annotated[str, Field(max_length=60)] = ""
    tier: Literal["basic", "gold", "platinum", "diamond"] | None = None
    products: tuple[Identifier, ...] = Field(default=(), max_length=50)
    events: tuple[Identifier, ...] = Field(default=(), max_length=50)
    """Most recent first."""
    phone: Annotated[str, Field(pattern=r"^\d{7,15}$")] | None = None
    """The number on file: what an identity check compares with."""
    id_tail: Annotated[str, Field(pattern=r"^\d{4,6}$")] | None = None
    """The last digits of the identity number on file."""
    cards: tuple[Possession, ...] = Field(default=(), max_length=50)
    """Most likely meant first."""
    orders: tuple[Possession, ...] = Field(default=(), max_length=50)
    """Most recent first."""


class LabelledProfile(Profile):
    """A profile with the question that its owner called about."""

    question: QuestionId | Literal["other"]
    """`other`: one that the catalogue lacks."""


class ProfilesFile(PackModel):
    """`profiles.yaml`: profiles with the question of each, for fitting the prior and for simulated callers."""

    profiles: tuple[LabelledProfile, ...] = Field(min_length=1, max_length=20_000)


def load_profile(given: str | Mapping[str, Any], hotline: Hotline, where: str = "profile") -> dict[str, Any]:
    """A caller's profile from a YAML file, or given in place. Raises `PackError` for what the pack does not have."""
    if isinstance(given, str):
        source = YamlSource(Path(given))
        profile = load_model(Profile, source)
        mistakes = [f"{source.at(at)}: {what}" for at, what in _unknown(profile, hotline)]
    else:
        try:
            profile = Profile.model_validate(dict(given))
        except ValidationError as error:
            raise PackError(joined(f"{where}: {what}" for _, what in mistakes_in(Profile, error))) from None
        mistakes = [f"{where}: {what}" for _, what in _unknown(profile, hotline)]
    if mistakes:
        raise PackError(joined(mistakes))
    return _plain(profile)


def load_profiles(path: Path, hotline: Hotline) -> list[tuple[dict[str, Any], str]]:
    """(profile, question) of a file of labelled profiles. Raises `PackError` with every mistake."""
    source = YamlSource(path)
    data = {"profiles": source.data} if isinstance(source.data, list) else source.mapping()
    model = load_model(ProfilesFile, source, data)
    mistakes, labelled = [], []
    for index, profile in enumerate(model.profiles):
        at = (index,) if isinstance(source.data, list) else ("profiles", index)
        if profile.question not in hotline.questions and profile.question != OTHER:
            end = nearest(profile.question, hotline.questions)
            mistakes.append(f"{source.at((*at, 'question'))}: `{profile.question}` is not in the catalogue{end}")
        mistakes += [f"{source.at((*at, *place))}: {what}" for place, what in _unknown(profile, hotline)]
        labelled.append((_plain(profile), profile.question))
    if mistakes:
        raise PackError(joined(mistakes))
    return labelled


def _unknown(profile: Profile, hotline: Hotline) -> list[tuple[tuple[str | int, ...], str]]:
    """Products and events that the pack does not know."""
    tables: tuple[tuple[str, tuple[str, ...], Mapping[str, Any]], ...] = (
        ("events", profile.events, hotline.events),
        ("products", profile.products, hotline.products),
    )
    return [
        ((kind, index), f"`{name}` is none of the {kind} of hotline.yaml{nearest(name, known)}")
        for kind, names, known in tables
        for index, name in enumerate(names)
        if name not in known
    ]


def _plain(profile: Profile) -> dict[str, Any]:
    return profile.model_dump(exclude_defaults=True, exclude={"question"}, mode="json")
