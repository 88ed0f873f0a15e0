"""What no single file can know: names that belong together, blanks that get a value, things that would be said twice.

Every function yields mistakes, `file:line: what is wrong, and what to write instead`.
"""

from collections import Counter
from collections.abc import Iterable, Iterator, Mapping, Sequence
from pathlib import Path

from voicebot.hotlines.complaints import nearest, quoted
from voicebot.hotlines.composing import Catalogue, Place
from voicebot.hotlines.fields import BLANK
from voicebot.hotlines.names import TEMPLATES, THRESHOLDS
from voicebot.hotlines.parts import PARTS_FOLDER
from voicebot.hotlines.schema import HotlineFile, LanguageFile, PriorWeights, Question, Slot, Wording
from voicebot.hotlines.yaml_source import Location, YamlSource
from voicebot.types import LANGUAGES, Language

VOICES: Mapping[Language, tuple[str, ...]] = {"zh-CN": ("cmn",), "en-US": ("en",)}
"""First part of the espeak-ng voices that speak a language."""


def pack_mistakes(pack: HotlineFile, source: YamlSource, language: Language) -> Iterator[str]:
    """Of `hotline.yaml`, but for its prior."""
    yield from threshold_mistakes(pack.thresholds, source)
    titles: dict[tuple[str, ...], Mapping[Language, str]]
    titles = {("businesses", name, "title"): business.title for name, business in pack.businesses.items()}
    for kind, table in (("products", pack.products), ("events", pack.events)):
        titles |= {(kind, name): title for name, title in table.items()}
    for at, title in titles.items():
        if language not in title:
            yield f"{source.at(at)}: `{at[1]}` has no title in {language}; add `{language}: …`"


def threshold_mistakes(thresholds: Mapping[str, float], source: YamlSource) -> Iterator[str]:
    """Thresholds out of range."""
    for name, value in thresholds.items():
        least, most, whole = THRESHOLDS[name]
        if not least <= value <= most or (whole and value != int(value)):
            number = "a whole number" if whole else "a number"
            yield f"{source.at(('thresholds', name))}: `{name}:` must be {number} from {least:g} to {most:g}, not {value:g}"


def language_mistakes(words: LanguageFile, source: YamlSource, language: Language) -> Iterator[str]:
    """Of `language.yaml`."""
    if words.voice.split("+")[0].split("-")[0] not in VOICES[language]:
        fitting = " or ".join(VOICES[language])
        yield f"{source.at(('voice',))}: the voice {quoted(words.voice)} does not speak {language}; use {fitting}…"
    yield from prompt_mistakes(words.prompts, source, ("prompts",))
    yield from _twice(words.out_of_scope, source, ("out_of_scope",))


def prompt_mistakes(prompts: Mapping[str, Sequence[Wording]], source: YamlSource, at: Location) -> Iterator[str]:
    """Blanks that a template has no value for, and blanks without which it says nothing."""
    for name, wordings in prompts.items():
        may, must = TEMPLATES[name]
        for index, wording in enumerate(wordings):
            place = source.at((*at, name, index))
            blanks = set(BLANK.findall(wording.text))
            for blank in sorted(blanks - may):
                yield f"{place}: `{name}:` has no value for `{{{blank}}}`{nearest(blank, may)}"
            for blank in sorted(must - blanks):
                yield f"{place}: `{name}:` must say `{{{blank}}}`; put it in"
            if wording.audio is not None and blanks:
                yield f"{place}: a recording cannot say `{{{min(blanks)}}}`; leave out `audio:`, or the blank"


def catalogue_mistakes(catalogue: Catalogue) -> Iterator[str]:
    """Of the questions, each by itself and all together."""
    for name, question in catalogue.questions.items():
        yield from _question_mistakes(question, catalogue.places[name], catalogue.questions)
    titles: dict[str, str] = {}
    slots: dict[str, tuple[Slot, str]] = {}
    for name, question in catalogue.questions.items():
        place = catalogue.places[name]
        other = titles.setdefault(question.title, name)
        if other != name:
            first = catalogue.places[other].at("title")
            yield f"{place.at('title')}: title {quoted(question.title)} is that of `{other}`, too ({first}); reword one"
        for slot in question.slots:
            known, where = slots.setdefault(slot.name, (slot, place.at("slots")))
            if _meaning(known) != _meaning(slot):
                yield f"{place.at('slots')}: slot `{slot.name}` is not what it is at {where}; make them alike, or rename one"


def _meaning(slot: Slot) -> tuple[object, ...]:
    """All of a slot but its title: a value given for one question is used for the next."""
    return tuple(getattr(slot, name) for name in Slot.model_fields if name != "title")


def _question_mistakes(question: Question, place: Place, questions: Mapping[str, Question]) -> Iterator[str]:
    yield from _twice(question.examples, place.source, (*place.location, "examples"))
    for index, other in enumerate(question.related):
        if other == question.id:
            yield f"{place.at('related', index)}: `{other}` is this question itself; take it out"
        elif other not in questions:
            yield f"{place.at('related', index)}: `{other}` is not in the catalogue{nearest(other, questions)}"
    yield from _twice(question.related, place.source, (*place.location, "related"))
    yield from _twice(question.use, place.source, (*place.location, "use"))
    names = Counter(slot.name for slot in question.slots)
    for name in (name for name, count in names.items() if count > 1):
        yield f"{place.at('slots')}: slot `{name}` is there twice, perhaps from a part in `use:`; rename or remove one"
    for blank in dict.fromkeys(BLANK.findall(question.answer)):
        if blank not in names:
            yield f"{place.at('answer')}: `{{{blank}}}` is no slot of this question{nearest(blank, names)}"
    if question.audio is not None and BLANK.search(question.answer):
        yield f"{place.at('audio')}: a recording cannot say the slots of the answer; leave out `audio:`, or the slots"
    for slot in question.slots:
        yield from slot_mistakes(slot, place.at("slots"))


def slot_mistakes(slot: Slot, where: str) -> Iterator[str]:
    """Blanks in what a slot says."""
    ask = {"slot", "options"} if slot.options is not None else {"slot"}
    said = (("ask", slot.ask, ask), ("again", slot.again, {"slot"}), ("offer", slot.offer, {"slot", "options"}))
    for field, wordings, may in said:
        for wording in wordings or ():
            for blank in sorted(set(BLANK.findall(wording.text)) - may):
                yield f"{where}: slot `{slot.name}`: `{field}:` has no value for `{{{blank}}}`{nearest(blank, may)}"
            if wording.audio is not None:
                yield f"{where}: slot `{slot.name}`: `{field}:` cannot be a recording; leave out `audio:`"
    choosing = slot.ask if slot.options is not None else slot.offer
    if any("{options}" not in wording.text for wording in choosing or ()):
        field = "ask" if slot.options is not None else "offer"
        yield f"{where}: slot `{slot.name}`: `{field}:` must say `{{options}}`; put it in"
    for blank in sorted(set(BLANK.findall(slot.option)) - {"title", "tail"}):
        yield f"{where}: slot `{slot.name}`: `option:` has no value for `{{{blank}}}`; use {{title}} and {{tail}}"


def prior_mistakes(
    prior: PriorWeights, source: YamlSource, at: tuple[str, ...], pack: HotlineFile, questions: Iterable[str]
) -> Iterator[str]:
    """Every name in the prior is one of the pack's."""
    tables: list[tuple[tuple[str, ...], Iterable[str]]] = [((*at, "base"), prior.base)]
    for kind, known, table in (("events", pack.events, prior.events), ("products", pack.products, prior.products)):
        for name, weights in table.items():
            tables.append(((*at, kind, name), weights))
            if name not in known:
                yield f"{source.at((*at, kind, name))}: `{name}` is none of the {kind} of hotline.yaml{nearest(name, known)}"
    for place, names in tables:
        for name in names:
            if name not in questions:
                yield f"{source.at((*place, name))}: `{name}` is not in the catalogue{nearest(name, questions)}"


def stray_mistakes(folder: Path, read: Iterable[Path]) -> Iterator[str]:
    """YAML files of a pack that nothing would read."""
    known = set(read)
    patterns = (
        "*.y*ml",
        "*/language.y*ml",
        "*/questions/**/*.y*ml",
        f"{PARTS_FOLDER}/*.y*ml",
        *(f"{tag}/*.y*ml" for tag in LANGUAGES),
    )
    for path in sorted({path for pattern in patterns for path in folder.glob(pattern)}):
        if not path.name.startswith(".") and path.is_file() and path not in known:
            yield f"{path}:1: nothing reads this file; packs have {_EXPECTED}: rename it, or move it out of the pack"


_EXPECTED = (
    "hotline.yaml, prior.yaml, profiles.yaml, parts/*.yaml, and in each language's folder language.yaml and questions/*.yaml"
)


def _twice(texts: Sequence[str], source: YamlSource, at: Location) -> Iterator[str]:
    seen: set[str] = set()
    for index, text in enumerate(texts):
        if text in seen:
            yield f"{source.at((*at, index))}: {quoted(text)} is there twice; take one out"
        seen.add(text)
