"""The noise channel: what a recogniser makes of what was said, without sound.

Fitted on calls of the audio tier (`voicebot calibrate`). Outcomes as they were seen there (how much of an utterance was wrong,
how sure the recogniser was, whether it heard a phrase of its grammar, or nothing) are drawn again for utterances of the same
kind, SNR and length, and the words are damaged to that degree with the confusions that were seen. Short answers that were
said often are heard as they were. Without a fit every word is heard.
"""

import json
from collections.abc import Mapping, Sequence
from importlib.resources import files
from itertools import pairwise
from pathlib import Path
from typing import Annotated, Any, Literal, Protocol

from pydantic import BaseModel, ConfigDict, Field, ValidationError

from voicebot.errors import VoicebotError
from voicebot.hotlines.schema import Hotline
from voicebot.nlu.homophones import sound_distance, syllables
from voicebot.simulation.chance import Chance
from voicebot.simulation.observations import GROUPS, joined, units_of
from voicebot.simulation.phrasing import Utterance
from voicebot.types import Expectation, Hypothesis, Language, Recognition

BANDS = (5.0, 10.0, 15.0, 20.0)
"""Limits of the bands of SNR in dB."""

LENGTHS = (2, 4, 7, 12, 20)
"""Limits of the classes of length, in units."""

FEW = 12
"""Outcomes from which on those of a narrower class are drawn from."""

SOUNDS_ALIKE = 6
"""Units that one that was never seen misheard may be heard as."""

SHARPNESS = 1.6
"""Power of the weights by which errors fall on units: what a recogniser knows well it hardly ever mishears. Chosen so that the
question classifier is as often misled by damaged words as by words that were really misheard (development callers)."""

_Count = Annotated[int, Field(ge=0)]
_Share = Annotated[float, Field(ge=0, le=1)]


class Channel(Protocol):
    """Hears what was said, or nothing (None: it was taken for noise)."""

    def hear(
        self, utterance: Utterance, expectation: Expectation, snr_db: float, chance: Chance, count: int
    ) -> Recognition | None: ...


class PerfectChannel:
    """Every word as it was said."""

    def hear(
        self, utterance: Utterance, expectation: Expectation, snr_db: float, chance: Chance, count: int
    ) -> Recognition | None:
        return Recognition.of_text(utterance.text)


class Outcome(BaseModel):
    """What became of an utterance that was observed."""

    model_config = ConfigDict(extra="forbid", frozen=True)

    lost: bool = False
    wrong: Annotated[float, Field(ge=0)] = 0.0
    """Errors a unit."""
    confidence: _Share = 0.0
    phrase: bool = False
    heard: str | None = None
    """The words, where they were another phrase than what was said, or for a phrase that was said often."""


class ChannelFile(BaseModel):
    """`channels/LANGUAGE.json`, and what `voicebot calibrate` writes."""

    model_config = ConfigDict(extra="forbid", frozen=True)

    schema_name: Literal["voicebot-channel"] = Field(alias="schema")
    version: Literal[1]
    language: Language
    source: dict[str, Any]
    """Which run it was fitted on."""
    confusions: dict[str, dict[str, _Count]]
    """Unit said → unit heard in its place (empty: left out) → how often."""
    insertions: dict[str, _Count]
    """Units that were put in."""
    propensity: dict[str, _Share]
    """Unit → share of its occurrences that were misheard."""
    context: Annotated[list[_Share], Field(min_length=3, max_length=3)]
    """Share of units misheard that stand between words as they stand in the pack's examples on no side, on one, on both: the
    recogniser's language model knows those."""
    run: _Share
    """Errors that are followed by another one."""
    outcomes: dict[str, list[Outcome]]
    """`kind/band/length` → what became of utterances of that class."""
    phrases: dict[str, list[Outcome]]
    """`kind/band/text` of what was said often → what became of it."""
    unit_seconds: Annotated[float, Field(ge=0)]
    """Speech, a unit."""
    latency_s: Annotated[float, Field(ge=0)]
    """From the end of speech to the bot's answer."""


class FittedChannel:
    """Draws from a `ChannelFile`."""

    def __init__(self, fitted: ChannelFile, hotline: Hotline | None = None) -> None:
        """`hotline`: whose callers speak; what its examples say is heard better."""
        self._fitted = fitted
        self._known = known_pairs(hotline) if hotline is not None else frozenset()
        self._language = fitted.language
        self._outcomes = _with_wider(fitted.outcomes)
        self._phrases = _in_any_band(fitted.phrases)
        self._any: dict[str, int] = {}
        for heard in fitted.confusions.values():
            for unit, often in heard.items():
                self._any[unit] = self._any.get(unit, 0) + often
        replaced = sum(self._any.values())
        inserted = sum(fitted.insertions.values())
        often_first = sorted((unit for unit in self._any if unit), key=lambda unit: (-self._any[unit], unit))
        self._sounds = {unit: syllables(unit) for unit in often_first}
        self._sounding: dict[str, dict[str, int]] = {}
        self._insertion_share = inserted / max(1, inserted + replaced)
        self._usual = sum(fitted.propensity.values()) / max(1, len(fitted.propensity))

    def hear(
        self, utterance: Utterance, expectation: Expectation, snr_db: float, chance: Chance, count: int
    ) -> Recognition | None:
        said = units_of(utterance.text, self._language)
        outcome = self._outcome(said, GROUPS.get(expectation.kind, expectation.kind), snr_db, chance, count)
        if outcome.lost:
            return None
        seconds = len(said) * self._fitted.unit_seconds + max(0, len(utterance.parts) - 1) * utterance.pause_s
        seconds += self._fitted.latency_s
        if outcome.heard is not None:
            best = outcome.heard
        elif outcome.phrase:
            best = joined(said, self._language)
        else:
            best = self._damaged(said, outcome.wrong, chance, f"channel {count}")
        hypotheses = (Hypothesis(best),) if best else ()
        return Recognition(hypotheses, hypotheses, outcome.phrase, seconds, outcome.confidence)

    def _outcome(self, said: Sequence[str], kind: str, snr_db: float, chance: Chance, count: int) -> Outcome:
        text = joined(said, self._language)
        seen = self._phrases.get(f"{kind}/{band_of(snr_db)}/{text}") or self._phrases.get(f"{kind}//{text}")
        if seen is None:
            key = class_key(kind, snr_db, len(said))
            classes = (self._outcomes.get(place, []) for place in (key, *wider(key)))
            seen = next((own for own in classes if len(own) >= FEW), None)
        if not seen:
            return Outcome(confidence=1.0)
        return seen[int(len(seen) * chance.unit("channel outcome", count))]

    def _damaged(self, said: Sequence[str], wrong: float, chance: Chance, topic: str) -> str:
        """`said` with `wrong` errors a unit, where units that are often misheard are hit first."""
        exact = wrong * len(said)
        errors = int(exact) + chance.happens(exact % 1.0, f"{topic} errors")
        if not errors:
            return joined(said, self._language)
        heard: list[str] = list(said)
        for turn, place in enumerate(self._places(said, errors, chance, topic)):
            if self._fitted.insertions and chance.happens(self._insertion_share, f"{topic} insertion", turn):
                more = chance.weighted(self._fitted.insertions, f"{topic} put in", turn)
                heard[place] = joined((said[place], more), self._language)
            elif others := self._fitted.confusions.get(said[place]) or self._alike(said[place]):
                heard[place] = chance.weighted(others, f"{topic} instead", turn)
        return joined([unit for unit in heard if unit], self._language)

    def _places(self, said: Sequence[str], errors: int, chance: Chance, topic: str) -> list[int]:
        """Where errors fall: they come in runs, as words are misheard, not characters, and on units that are often misheard."""
        usual, propensity = self._usual, self._fitted.propensity
        contexts = [self._fitted.context[count] for count in sides_known(said, self._known)]
        weights = [
            max(0.005, propensity.get(unit, usual) * context) ** SHARPNESS for unit, context in zip(said, contexts, strict=True)
        ]
        # the draw without replacement by the largest u^(1/weight) (Efraimidis and Spirakis 2006)
        order = sorted(range(len(said)), key=lambda i: -(chance.unit(f"{topic} place", i) ** (1.0 / weights[i])))
        places: list[int] = []
        while len(places) < min(errors, len(said)):
            following = places[-1] + 1 if places else len(said)
            if (
                following < len(said)
                and following not in places
                and chance.happens(self._fitted.run, f"{topic} run", len(places))
            ):
                places.append(following)
            else:
                places.append(next(place for place in order if place not in places))
        return places

    def _alike(self, unit: str) -> dict[str, int]:
        """What a unit that was never misheard may be heard as: units heard in place of others, those that sound like it first."""
        if unit not in self._sounding:
            self._sounding[unit] = self._nearest_sounds(unit) if self._language == "zh-CN" else self._any
        return self._sounding[unit]

    def _nearest_sounds(self, unit: str) -> dict[str, int]:
        """The `SOUNDS_ALIKE` units whose syllables are nearest to that of `unit`; of equally near ones those heard most."""
        own = syllables(unit)
        others = sorted(self._sounds, key=lambda other: sound_distance(own, self._sounds[other]))
        return {other: self._any[other] for other in [other for other in others if other != unit][:SOUNDS_ALIKE]}


def known_pairs(hotline: Hotline) -> frozenset[tuple[str, str]]:
    """Units that follow each other somewhere in the pack's examples and titles."""
    texts = (text for question in hotline.questions.values() for text in (*question.examples, question.title))
    return frozenset(pair for text in texts for pair in pairwise(units_of(text, hotline.language)))


def sides_known(said: Sequence[str], known: frozenset[tuple[str, str]]) -> list[int]:
    """For each unit, on how many sides it stands as in the examples: 0, 1 or 2."""
    follows = [pair in known for pair in pairwise(said)]
    return [before + after for before, after in zip([False, *follows], [*follows, False], strict=True)] if said else []


def band_of(snr_db: float) -> int:
    """Which of the bands an SNR lies in, from the noisiest."""
    return sum(snr_db > limit for limit in BANDS)


def class_key(kind: str, snr_db: float, length: int) -> str:
    """Key of the class that an utterance of `length` units belongs to."""
    return f"{kind}/{band_of(snr_db)}/{sum(length > limit for limit in LENGTHS)}"


def wider(key: str) -> tuple[str, ...]:
    """Keys of the classes that hold a class, the narrowest first: other bands, other lengths, both, everything."""
    kind, band, length = key.split("/")
    return f"{kind}//{length}", f"{kind}/{band}/", f"{kind}//", "//"


def _with_wider(outcomes: Mapping[str, Sequence[Outcome]]) -> dict[str, list[Outcome]]:
    found: dict[str, list[Outcome]] = {}
    for key, own in outcomes.items():
        for place in (key, *wider(key)):
            found.setdefault(place, []).extend(own)
    return found


def _in_any_band(phrases: Mapping[str, Sequence[Outcome]]) -> dict[str, list[Outcome]]:
    """`kind//text` → outcomes of all bands, beside those of each band that has enough of them."""
    found: dict[str, list[Outcome]] = {}
    for key, own in phrases.items():
        kind, _, text = key.split("/", 2)
        found.setdefault(f"{kind}//{text}", []).extend(own)
        if len(own) >= FEW:
            found[key] = list(own)
    return found


def load_channel(language: Language, given: str | None = None, hotline: Hotline | None = None) -> Channel:
    """`given`: a file that `voicebot calibrate` wrote, or `perfect`; by default the channel that ships for the language.

    `hotline`: whose callers speak.

    Raises `VoicebotError` for a file that is none, or for another language.
    """
    if given == "perfect":
        return PerfectChannel()
    shipped = files(__package__) / "channels" / f"{language}.json"
    try:
        text = Path(given).read_text("utf8") if given is not None else shipped.read_text("utf8")
    except UnicodeDecodeError:
        raise VoicebotError(f"{given}: is not UTF-8 text; give a file that `voicebot calibrate` wrote") from None
    except FileNotFoundError:
        if given is None:
            return PerfectChannel()
        raise VoicebotError(f"{given}: no such file; give one that `voicebot calibrate` wrote, or perfect") from None
    return FittedChannel(_read(text, given or shipped.name, language), hotline)


def _read(text: str, where: str, language: Language) -> ChannelFile:
    try:
        data: Mapping[str, Any] = json.loads(text)
        found = ChannelFile.model_validate(data)
    except ValidationError as error:
        first = error.errors(include_url=False)[0]
        place = ".".join(str(part) for part in first["loc"])
        raise VoicebotError(f"{where}: {place}: {first['msg']}; give a file that `voicebot calibrate` wrote") from None
    except ValueError:
        raise VoicebotError(f"{where}: is not JSON; give a file that `voicebot calibrate` wrote") from None
    if found.language != language:
        raise VoicebotError(f"{where}: the channel is {found.language}, the hotline {language}; calibrate one for it")
    return found
