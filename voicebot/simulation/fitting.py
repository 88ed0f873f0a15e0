"""Fits the noise channel to a run of the audio tier: `voicebot calibrate`."""

from collections import Counter, defaultdict
from collections.abc import Iterable, Mapping
from itertools import pairwise
from statistics import median
from typing import Any

from voicebot.errors import VoicebotError
from voicebot.hotlines.schema import Hotline
from voicebot.simulation.channel import ChannelFile, Outcome, band_of, class_key, known_pairs, sides_known
from voicebot.simulation.observations import Observation, align, units_of
from voicebot.types import Language

LEAST_OBSERVATIONS = 200
"""Utterances below which a channel would be guesswork."""

OFTEN = 8
"""Times a short answer must have been said to be heard as it was."""

LONGEST_PHRASE = 8
"""Units of the longest such answer."""

SMOOTHING = 5.0
"""Occurrences' worth of the average propensity that a unit's own is mixed with."""

SPEECH_S_A_UNIT: Mapping[Language, float] = {"zh-CN": 0.22, "en-US": 0.36}
"""Seconds of speech a unit at the voices' mean rate, measured on the shipped bank."""


def fit_channel(
    observations: Iterable[Observation], language: Language, source: Mapping[str, Any], hotline: Hotline | None = None
) -> ChannelFile:
    """The channel that the observations of `hotline`'s callers show. Raises `VoicebotError` for too few of them."""
    seen = [observation for observation in observations if observation.units]
    if len(seen) < LEAST_OBSERVATIONS:
        raise VoicebotError(
            f"{len(seen)} utterances are too few to fit a channel on; simulate more calls (at least {LEAST_OBSERVATIONS})"
        )
    confusions, insertions = _confusions(seen)
    return ChannelFile(
        schema="voicebot-channel",
        version=1,
        language=language,
        source={**source, "utterances": len(seen)},
        confusions=confusions,
        insertions=insertions,
        propensity=_propensity(seen, language),
        context=_context(seen, language, known_pairs(hotline) if hotline is not None else frozenset()),
        run=_run(seen, language),
        outcomes=_outcomes(seen),
        phrases=_phrases(seen),
        unit_seconds=SPEECH_S_A_UNIT[language],
        latency_s=_latency(seen, language),
    )


def _confusions(seen: list[Observation]) -> tuple[dict[str, dict[str, int]], dict[str, int]]:
    """Unit → what was heard instead → how often; and what was put in. Phrases of a grammar are wrong as a whole, and left out."""
    counted: dict[str, Counter[str]] = defaultdict(Counter)
    put_in: Counter[str] = Counter()
    for observation in seen:
        if observation.phrase:
            continue
        for said, heard in observation.errors:
            if said:
                counted[said][heard] += 1
            else:
                put_in[heard] += 1
    return {said: dict(sorted(own.items())) for said, own in sorted(counted.items())}, dict(sorted(put_in.items()))


def _propensity(seen: list[Observation], language: Language) -> dict[str, float]:
    """Unit → share of its occurrences that were misheard, drawn towards the average."""
    said: Counter[str] = Counter()
    wrong: Counter[str] = Counter()
    for observation in seen:
        if observation.phrase or not observation.said:
            continue
        said.update(units_of(observation.said, language))
        wrong.update(unit for unit, _ in observation.errors if unit)
    average = sum(wrong.values()) / max(1, sum(said.values()))
    return {
        unit: round(min(1.0, (wrong[unit] + SMOOTHING * average) / (often + SMOOTHING)), 3)
        for unit, often in sorted(said.items())
    }


def _run(seen: list[Observation], language: Language) -> float:
    """Share of the errors that are followed by another one."""
    errors = followed = 0
    for observation in seen:
        if observation.phrase or not (observation.said and observation.heard):
            continue
        pairs = align(units_of(observation.said, language), units_of(observation.heard, language))
        wrong = [one != other for one, other in pairs if one]
        errors += sum(wrong)
        followed += sum(one and other for one, other in pairwise(wrong))
    return round(followed / max(1, errors), 3)


def _context(seen: list[Observation], language: Language, known: frozenset[tuple[str, str]]) -> list[float]:
    """Share of units misheard by how many of their sides are known, each drawn towards that of all."""
    wrong, all_of = [0, 0, 0], [0, 0, 0]
    for observation in seen:
        if observation.phrase or not (observation.said and observation.heard):
            continue
        said = units_of(observation.said, language)
        pairs = [pair for pair in align(said, units_of(observation.heard, language)) if pair[0]]
        for (one, other), sides in zip(pairs, sides_known(said, known), strict=True):
            all_of[sides] += 1
            wrong[sides] += one != other
    average = sum(wrong) / max(1, sum(all_of))
    smoothed = ((w + SMOOTHING * average) / (n + SMOOTHING) for w, n in zip(wrong, all_of, strict=True))
    return [round(share, 3) for share in smoothed]


def _outcomes(seen: list[Observation]) -> dict[str, list[Outcome]]:
    """Class → what became of its utterances."""
    found: dict[str, list[Outcome]] = defaultdict(list)
    for observation in seen:
        outcome = _outcome(observation)
        found[class_key(observation.kind, observation.snr_db, observation.units)].append(outcome)
    return {key: _sorted(own) for key, own in sorted(found.items())}


def _phrases(seen: list[Observation]) -> dict[str, list[Outcome]]:
    """Short answers that were said often, with what was heard of each."""
    found: dict[str, list[Outcome]] = defaultdict(list)
    often: Counter[str] = Counter()
    for observation in seen:
        if observation.said and observation.kind and observation.units <= LONGEST_PHRASE:
            heard = observation.heard if observation.errors else None
            key = f"{observation.kind}/{band_of(observation.snr_db)}/{observation.said}"
            found[key].append(_outcome(observation).model_copy(update={"heard": heard}))
            often[f"{observation.kind}/{observation.said}"] += 1

    def said_often(key: str) -> bool:
        kind, _, text = key.split("/", 2)
        return often[f"{kind}/{text}"] >= OFTEN

    return {key: _sorted(own) for key, own in sorted(found.items()) if said_often(key)}


def _outcome(observation: Observation) -> Outcome:
    if observation.heard is None:
        return Outcome(lost=True)
    wrong = len(observation.errors) / observation.units
    return Outcome(
        wrong=round(wrong, 3),
        confidence=round(observation.confidence, 3),
        phrase=observation.phrase,
        heard=observation.heard or None if observation.phrase and observation.errors else None,
    )


def _sorted(outcomes: list[Outcome]) -> list[Outcome]:
    return sorted(outcomes, key=lambda o: (o.lost, o.phrase, o.wrong, o.confidence, o.heard or ""))


def _latency(seen: list[Observation], language: Language) -> float:
    """From the end of speech to the bot's answer: the median of what is left of the wait after the speech itself."""
    left = [o.wait_s - o.units * SPEECH_S_A_UNIT[language] for o in seen if o.wait_s is not None and o.units <= LONGEST_PHRASE]
    return round(max(0.0, median(left)), 2) if left else 0.5
