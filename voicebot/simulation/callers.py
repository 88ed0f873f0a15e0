"""Simulated callers as they are drawn: goal, what the hotline knows of them, temper, voice and line."""

import math
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any, Literal, TypeAlias

from voicebot.hotlines.schema import Hotline
from voicebot.simulation.chance import Chance
from voicebot.simulation.population import Population
from voicebot.simulation.voices import CallerVoice, LanguageVoices
from voicebot.types import OTHER, Language

ProfileKind: TypeAlias = Literal["informative", "misleading", "neutral"]

HELD = 0.45
"""Probability of each product to be held beside those that belong to the question. Assumed."""

_SURNAMES: Mapping[Language, str] = {"zh-CN": "王李张刘陈杨黄赵吴周", "en-US": "ABCDEFGHJK"}


@dataclass(frozen=True, slots=True)
class Goal:
    """What a caller comes with."""

    question: str
    """Of the catalogue, or `OTHER`."""
    second: str | None = None


@dataclass(frozen=True, slots=True)
class Persona:
    """What stays the same in a whole call."""

    vague: bool
    agent_first: bool
    early: bool
    """Speaks before the first prompt ends."""
    keys: bool
    pauses_in_numbers: bool
    patience: float
    """Annoyances until they give up."""
    wants_agent: bool
    """Giving up, asks for a person instead of hanging up."""


@dataclass(frozen=True, slots=True)
class CallerLine:
    """Room, noise and telephone of one caller."""

    snr_db: float
    noise: str
    level_dbfs: float
    t60_s: float | None
    """None for a close talker."""
    direct_db: float
    echo_attenuation_db: float | None
    echo_delay_s: float
    loss_rate: float
    law: str


@dataclass(frozen=True)
class SimulatedCaller:
    """Caller `number` of a population under a seed: the same whatever they call and whoever asks."""

    number: int
    seed: int
    goal: Goal
    profile: Mapping[str, Any]
    profile_kind: ProfileKind
    persona: Persona
    voice: CallerVoice
    line: CallerLine
    chance: Chance

    @property
    def labels(self) -> dict[str, Any]:
        """For the head of the log, unseen by the bot."""
        found: dict[str, Any] = {
            "name": f"{self.number:05d}",
            "true_question": self.goal.question,
            "profile_kind": self.profile_kind,
            "vague": self.persona.vague,
            "early": self.persona.early,
            "agent_first": self.persona.agent_first,
            "snr_db": round(self.line.snr_db, 1),
            "noise": self.line.noise,
            "voice": self.voice.name,
        }
        if self.goal.second is not None:
            found["also_asks"] = [self.goal.second]
        return found


def draw_caller(population: Population, voices: LanguageVoices, hotline: Hotline, seed: int, number: int) -> SimulatedCaller:
    """Caller `number` (from 0) under `seed`."""
    chance = Chance(seed, number)
    kind = _profile_kind(population, chance)
    goal, events = _goal(population, hotline, kind, chance)
    if goal.question == OTHER and kind == "informative":
        kind = "neutral"
    return SimulatedCaller(
        number=number,
        seed=seed,
        goal=goal,
        profile=_profile(hotline, goal, events, chance),
        profile_kind=kind,
        persona=_persona(population, chance),
        voice=voices.draw(chance),
        line=_line(population, chance),
        chance=chance,
    )


def _profile_kind(population: Population, chance: Chance) -> ProfileKind:
    drawn, shares = chance.unit("profile kind"), population.profiles
    if drawn < shares.informative.share:
        return "informative"
    return "misleading" if drawn < shares.informative.share + shares.misleading.share else "neutral"


def _goal(population: Population, hotline: Hotline, kind: ProfileKind, chance: Chance) -> tuple[Goal, tuple[str, ...]]:
    """The question and what just happened: after something happened they call about it, or about something else.

    Of the questions that an event points to, each is as likely as the pack's weights say: of the pack's labelled profiles whose
    question belongs to their event, 56 of 73 ask the one with the largest weight.
    """
    outside = population.goals.outside.happens(chance, "outside")
    pointing = {event: weights for event, weights in hotline.prior.events.items() if weights}
    events: tuple[str, ...] = ()
    if kind == "neutral" or not pointing or (outside and kind == "informative"):
        question = _any_question(population, hotline, chance)
    else:
        event = chance.pick(sorted(pointing), "event")
        events = (event,)
        if kind == "informative":
            question = chance.weighted({q: math.exp(weight) for q, weight in pointing[event].items()}, "question")
        else:
            question = _any_question(population, hotline, chance, without=frozenset(pointing[event]))
        if population.profiles.another_event.happens(chance, "another event"):
            events = (event, *(other for other in [chance.pick(sorted(pointing), "other event")] if other != event))
    question = OTHER if outside else question
    second = None
    if question != OTHER and population.goals.second.happens(chance, "second"):
        second = _any_question(population, hotline, chance, "second question", frozenset({question}))
    return Goal(question, second if second != question else None), events


def _any_question(
    population: Population, hotline: Hotline, chance: Chance, topic: str = "question", without: frozenset[str] = frozenset()
) -> str:
    """A question of the catalogue, drawn evenly or as often as callers ask it."""
    names = tuple(name for name in hotline.questions if name not in without) or tuple(hotline.questions)
    if population.goals.evenly.happens(chance, f"{topic} evenly"):
        return chance.pick(names, topic)
    return chance.weighted({name: math.exp(hotline.prior.base.get(name, 0.0)) for name in names}, topic)


def _profile(hotline: Hotline, goal: Goal, events: tuple[str, ...], chance: Chance) -> dict[str, Any]:
    """What is on file: products, events, and numbers that an identity check or a choice of cards asks for."""
    belongs = {name for name, weights in hotline.prior.products.items() if weights.get(goal.question, 0.0) > 0.0}
    products = [name for name in hotline.products if name in belongs or chance.happens(HELD, f"product {name}")]
    surname = chance.pick(_SURNAMES[hotline.language], "surname")
    found: dict[str, Any] = {
        "name": f"{surname}{'女士' if chance.happens(0.5, 'title') else '先生'}" if hotline.language == "zh-CN" else surname,
        "products": products,
        "events": list(events),
        "phone": _phone(hotline.language, chance),
        "id_tail": _digits(4, "id tail", chance),
    }
    for kind in ("cards", "orders"):
        titles = _possessions(hotline.language)[kind]
        count = chance.integer(0, 3, kind)
        numbers = (_digits(12, f"{kind} {index}", chance) for index in range(count))
        found[kind] = [{"title": titles[index], "number": number} for index, number in enumerate(numbers)]
    return {name: value for name, value in found.items() if value}


def _possessions(language: Language) -> Mapping[str, tuple[str, ...]]:
    if language == "zh-CN":
        return {"cards": ("工商银行", "建设银行", "招商银行"), "orders": ("昨天的运动鞋", "上周的电饭煲", "上个月的手机壳")}
    return {"cards": ("Chase", "Citibank", "Wells Fargo"), "orders": ("the running shoes", "the rice cooker", "the phone case")}


def _digits(count: int, topic: str, chance: Chance) -> str:
    return "".join(str(chance.integer(0, 9, topic, index)) for index in range(count))


def _phone(language: Language, chance: Chance) -> str:
    if language == "zh-CN":
        return f"1{chance.integer(3, 9, 'phone prefix')}{_digits(9, 'phone', chance)}"
    area, exchange = chance.integer(201, 989, "area"), chance.integer(201, 989, "exchange")
    return f"{area}{exchange}{_digits(4, 'phone', chance)}"


def _persona(population: Population, chance: Chance) -> Persona:
    first, manner, temper = population.first_turn, population.manner, population.temper
    return Persona(
        vague=first.vague.happens(chance, "vague"),
        agent_first=first.agent.happens(chance, "agent first"),
        early=first.early.happens(chance, "early"),
        keys=manner.keys.happens(chance, "keys"),
        pauses_in_numbers=manner.pauses_in_numbers.happens(chance, "pauses in numbers"),
        patience=temper.patience.draw(chance, "patience"),
        wants_agent=temper.wants_agent.happens(chance, "wants agent"),
    )


def _line(population: Population, chance: Chance) -> CallerLine:
    line = population.line
    return CallerLine(
        snr_db=line.snr_db.draw(chance, "snr"),
        noise=chance.weighted(line.noise.weights, "noise"),
        level_dbfs=line.level_dbfs.draw(chance, "level"),
        t60_s=line.t60_s.draw(chance, "t60") if line.room.happens(chance, "room") else None,
        direct_db=line.direct_db.draw(chance, "direct"),
        echo_attenuation_db=line.echo_attenuation_db.draw(chance, "echo level") if line.echo.happens(chance, "echo") else None,
        echo_delay_s=line.echo_delay_s.draw(chance, "echo delay"),
        loss_rate=line.loss_rate.draw(chance, "loss rate") if line.loss.happens(chance, "loss") else 0.0,
        law="mulaw" if line.mulaw.happens(chance, "law") else "alaw",
    )
