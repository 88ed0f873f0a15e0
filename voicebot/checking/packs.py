"""`voicebot hotline check`: what a pack that loads would still get wrong, by the real classifier, dialogue, voice and model."""

from collections.abc import Iterator
from dataclasses import dataclass, field
from pathlib import Path

from voicebot.asr import AcousticModel, find_model
from voicebot.checking.findings import Finding, Places
from voicebot.checking.reaching import reached_states
from voicebot.dialogue.belief import Belief
from voicebot.dialogue.catalogue import Catalogue
from voicebot.dialogue.memory import Line
from voicebot.dialogue.policy import Act, Thresholds, greet
from voicebot.dialogue.prompts import Phrasebook
from voicebot.dialogue.wording import WORDING
from voicebot.errors import ModelError
from voicebot.hotlines import Hotline, find_hotline, languages_of, load_hotline, load_profiles, prior
from voicebot.hotlines.fields import BLANK
from voicebot.hotlines.loader import PROFILES_FILE
from voicebot.hotlines.parts import PARTS_FOLDER
from voicebot.hotlines.yaml_source import YamlSource
from voicebot.nlu.normalisation import normalise
from voicebot.nlu.training import confusable_questions
from voicebot.tts import Renderer
from voicebot.types import Language

LONGEST_PROMPT_SECONDS = 12.0
"""Beyond it callers stop listening, or ask for a repetition (the hotline's rule)."""

FEWEST_EXAMPLES = 8
"""Wordings of a question below which it is often missed."""

NOT_SEPARATED = 0.5
"""Share of a question's held-out examples taken for another one, from which no wording separates the two."""

SAMPLE_VALUES = {"phone": "13800138000", "card": "6222020200112230", "amount": "1234.50", "date": "2026-12-25"}
"""What a slot says when a prompt's length is measured."""


@dataclass
class CheckedPack:
    """What came of checking a pack."""

    folder: Path
    languages: list[Language]
    findings: list[Finding] = field(default_factory=list)
    skipped: list[str] = field(default_factory=list)
    """What could not be checked, and why."""


def check_pack(name_or_path: str, language: Language | None = None, model: str | None = None) -> CheckedPack:
    """Check a pack in one language, or in all it speaks. Raises `PackError` with every mistake of a pack that does not load."""
    folder = find_hotline(name_or_path)
    spoken = languages_of(folder)
    checked = CheckedPack(folder, [language] if language else spoken)
    packs = {tag: load_hotline(str(folder), tag) for tag in (checked.languages or ["zh-CN"])}
    twins = {tag: load_hotline(str(folder), tag) for tag in spoken}
    if (folder / PROFILES_FILE).is_file():
        load_profiles(folder / PROFILES_FILE, next(iter(packs.values())))
    places = Places(folder)
    checked.findings += _settings(next(iter(packs.values())), places)
    checked.findings += _own_parts_unused(folder, packs)
    checked.findings += _untranslated(folder, twins, places)
    for pack in packs.values():
        checked.findings += _questions(pack, places)
        checked.findings += _too_long(pack, places)
        try:
            acoustic = AcousticModel.load(find_model(pack.language, model))
        except ModelError as error:
            checked.skipped.append(f"words that no model can hear, {pack.language}: {error}")
        else:
            checked.findings += _unknown_words(pack, acoustic, places)
    return checked


# ---------------------------------------------------------------- questions


def _questions(pack: Hotline, places: Places) -> Iterator[Finding]:
    """Questions that callers would not get to."""
    language = pack.language
    words: dict[str, str] = {}
    for name, question in pack.questions.items():
        if len(question.examples) < FEWEST_EXAMPLES:
            message = f"`{name}` has {len(question.examples)} examples; write {FEWEST_EXAMPLES} or more, as callers say it"
            yield Finding("few_examples", language, places.question(language, name, "examples"), message)
        for index, example in enumerate(question.examples):
            other = words.setdefault(normalise(example, language), name)
            if other != name:
                message = f"`{example}` is an example of `{other}`, too; keep it where it belongs"
                yield Finding("same_words", language, places.question(language, name, "examples", index), message)
    examples = {name: [normalise(text, language) for text in question.examples] for name, question in pack.questions.items()}
    for name, other, share in confusable_questions(examples) if len(examples) > 1 else ():
        if share >= NOT_SEPARATED:
            message = f"{share:.0%} of the examples of `{name}` are taken for `{other}`; word them further apart, or join the two"
            yield Finding("confusable", language, places.question(language, name, "examples"), message)


# ---------------------------------------------------------------- settings


def _settings(pack: Hotline, places: Places) -> Iterator[Finding]:
    """Thresholds, timeouts, businesses and a prior that do nothing, or too much."""
    reached = reached_states(pack)
    never = {state: why for state, why in reached.missing.items() if state in reached.expected}
    for missing, why in never.items():
        message = f"the state `{missing}` is never reached: {why}"
        yield Finding("unreachable", None, places.hotline("thresholds"), message)
    idle = {str(state) for state in reached.missing if state not in never}
    for name in pack.timeouts:
        if name in idle:
            where = places.hotline("timeouts", name)
            yield Finding("unused", None, where, f"the state `{name}` is never reached; take its timeouts out")
    belonging = {question.business for question in pack.questions.values()}
    for name in pack.businesses:
        if name not in belonging:
            yield Finding(
                "unreachable", None, places.hotline("businesses", name), f"`{name}` has no question; add one, or take it out"
            )
    yield from _prior(pack, places)


def _prior(pack: Hotline, places: Places) -> Iterator[Finding]:
    """Events that change nothing, and those that leave no doubt."""
    limits = Thresholds.of(pack.thresholds)
    guessed = False
    for event in pack.events:
        if not pack.prior.events.get(event):
            yield Finding(
                "prior", None, places.hotline("events", event), f"`{event}` has no weights in the prior; it changes nothing"
            )
            continue
        belief = Belief.of(prior(pack, {"events": [event]}))
        question, p = belief.questions()[0]
        guessed = guessed or greet(belief, limits).act == Act.PROACTIVE_GUESS
        if p >= limits.answer:
            message = f"`{event}` alone makes `{question}` {p:.0%} likely, so any word gets its answer; weigh it less"
            yield Finding("prior", None, places.hotline("prior", "events", event), message)
    if pack.prior.events and not guessed:
        message = "no event makes a question likely enough to be asked before it is asked; weigh the likeliest more"
        yield Finding("unreachable", None, places.hotline("prior", "events"), message)


def _own_parts_unused(folder: Path, packs: dict[Language, Hotline]) -> Iterator[Finding]:
    used = {part for pack in packs.values() for part in pack.parts}
    for path in sorted((folder / PARTS_FOLDER).glob("*.yaml")):
        if path.stem not in used:
            yield Finding("unused", None, f"{path}:1", f"no question uses the part `{path.stem}`; use it, or take the file out")


# ---------------------------------------------------------------- translation


def _untranslated(folder: Path, packs: dict[Language, Hotline], places: Places) -> Iterator[Finding]:
    """What is there in one language and not in the other."""
    for language, pack in packs.items():
        own = YamlSource(folder / language / "language.yaml").mapping()
        for other, twin in packs.items():
            if other == language:
                continue
            theirs = YamlSource(folder / other / "language.yaml").mapping()
            for name in own.get("prompts") or {}:
                if name not in (theirs.get("prompts") or {}):
                    where = places.language(language, "prompts", name)
                    yield Finding("untranslated", other, where, f"the prompt `{name}` is not in {other}; say it there, too")
            for name, question in pack.questions.items():
                where = places.question(language, name)
                if name not in twin.questions:
                    yield Finding("untranslated", other, where, f"question `{name}` is not in {other}; write it there, too")
                elif language == next(iter(packs)) and _shape(pack, name) != _shape(twin, name):
                    message = (
                        f"question `{name}` has another business, other slots or related questions in {other}; make them alike"
                    )
                    yield Finding("untranslated", other, where, message)
                elif question.audio and not twin.questions[name].audio:
                    yield Finding("untranslated", other, where, f"the answer of `{name}` is not recorded in {other}")


def _shape(pack: Hotline, name: str) -> tuple[object, ...]:
    question = pack.questions[name]
    slots = tuple((slot.name, slot.kind, slot.length, slot.choose_from) for slot in question.slots)
    return question.business, slots, frozenset(question.related), question.agent_only, question.skill_group


# ---------------------------------------------------------------- voice and model


def _too_long(pack: Hotline, places: Places) -> Iterator[Finding]:
    """Prompts longer than anybody listens to, by the voice that says them. Raises `SpeechSynthesisError` for a missing voice."""
    catalogue = Catalogue(pack)
    book = Phrasebook(catalogue)
    renderer = Renderer()
    try:
        for name, question in pack.questions.items():
            values = {slot.name: SAMPLE_VALUES.get(slot.kind, "1" * (slot.length or 4)) for slot in question.slots}
            answer = BLANK.sub(lambda blank, values=values: values.get(blank[1], blank[0]), question.answer)  # type: ignore[misc]
            if catalogue.recording(question.answer):
                continue
            line = Line("answer", "answer", name, (("answer", answer), ("question", question.title)))
            seconds = renderer.render(book.render(line).spoken, pack.voice, pack.rate).seconds
            if seconds > LONGEST_PROMPT_SECONDS:
                message = f"the answer of `{name}` lasts {seconds:.1f} s; {LONGEST_PROMPT_SECONDS:.0f} at most: shorten it"
                yield Finding("too_long", pack.language, places.question(pack.language, name, "answer"), message)
        for name, wordings in pack.prompts.items():
            for text in wordings:
                if BLANK.search(text) or catalogue.recording(text) or text in WORDING[pack.language].get(name, ()):
                    continue
                seconds = renderer.render(
                    book.render(Line(name, name), wordings.index(text)).spoken, pack.voice, pack.rate
                ).seconds
                if seconds > LONGEST_PROMPT_SECONDS:
                    message = f"the prompt `{name}` lasts {seconds:.1f} s; {LONGEST_PROMPT_SECONDS:.0f} at most: shorten it"
                    yield Finding("too_long", pack.language, places.language(pack.language, "prompts", name), message)
    finally:
        renderer.close()


def _unknown_words(pack: Hotline, model: AcousticModel, places: Places) -> Iterator[Finding]:
    """Words of titles, options and examples that the acoustic model cannot hear, however clearly they are said."""
    language = pack.language
    for name, question in pack.questions.items():
        named = [question.title, *(option for slot in question.slots for option in slot.options or ())]
        for text, unheard in model.uncovered(tuple(normalise(text, language) for text in named)).items():
            message = f"{model.name} cannot hear {_listed(unheard)} of `{text}`, by which callers choose; use other words"
            yield Finding("unknown_words", language, places.question(language, name, "title"), message)
        gaps = model.uncovered(tuple(normalise(text, language) for text in question.examples))
        if gaps:
            unheard = tuple(sorted({word for words in gaps.values() for word in words}))
            message = (
                f"{model.name} cannot hear {_listed(unheard)} in {len(gaps)} of {len(question.examples)} examples of `{name}`"
            )
            yield Finding("unknown_words", language, places.question(language, name, "examples"), message)


def _listed(words: tuple[str, ...]) -> str:
    shown = ", ".join(f"`{word}`" for word in words[:6])
    return shown + (f" and {len(words) - 6} more" if len(words) > 6 else "")
