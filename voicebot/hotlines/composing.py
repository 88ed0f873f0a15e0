"""A pack's catalogue: the questions of its files and of its parts, each with the slots of the parts it uses."""

from collections.abc import Iterable
from dataclasses import dataclass, field
from pathlib import Path

from voicebot.errors import PackError
from voicebot.hotlines.complaints import load_model, nearest, quoted
from voicebot.hotlines.parts import Part, Shelf
from voicebot.hotlines.schema import HotlineFile, Question, QuestionsFile, Slot
from voicebot.hotlines.yaml_source import Location, YamlSource

MOST_QUESTIONS = 2000
"""In one pack: beyond it, training the classifier takes minutes."""


@dataclass(frozen=True)
class Place:
    """Where a question stands."""

    source: YamlSource
    location: Location

    def at(self, *more: str | int) -> str:
        """`file:line` of something of the question."""
        return self.source.at((*self.location, *more))


@dataclass
class Catalogue:
    """Questions by id, where they stand, and what is wrong with them so far."""

    questions: dict[str, Question] = field(default_factory=dict)
    places: dict[str, Place] = field(default_factory=dict)
    mistakes: list[str] = field(default_factory=list)

    def add(self, question: Question, place: Place, pack: HotlineFile) -> None:
        """Take a question in; its skill group comes from its business where it has none."""
        if question.id in self.questions:
            first = self.places[question.id].at("id")
            self.mistakes.append(f"{place.at('id')}: question `{question.id}` is there twice, first at {first}; rename one")
            return
        business = pack.businesses.get(question.business)
        if business is None:
            end = nearest(question.business, pack.businesses)
            self.mistakes.append(f"{place.at('business')}: {quoted(question.business)} is no business of hotline.yaml{end}")
        elif "skill_group" not in question.model_fields_set:
            question = question.model_copy(update={"skill_group": business.skill_group})
        self.questions[question.id] = question
        self.places[question.id] = place


def compose(source: YamlSource, pack: HotlineFile, files: Iterable[Path], shelf: Shelf) -> Catalogue:
    """The catalogue of a pack. Mistakes are in `Catalogue.mistakes` and `Shelf.mistakes`."""
    catalogue = Catalogue()
    for path in files:
        _add_file(catalogue, path, pack, shelf)
    for name, use in pack.parts.items():
        part = shelf.part(name, source.at(("parts", name)))
        if part is not None:
            _add_part(catalogue, part, use.business, use.skill_group, pack, shelf)
    if len(catalogue.questions) > MOST_QUESTIONS:
        catalogue.mistakes.append(f"{source.at(())}: {len(catalogue.questions)} questions; a pack may have {MOST_QUESTIONS}")
    return catalogue


def _add_file(catalogue: Catalogue, path: Path, pack: HotlineFile, shelf: Shelf) -> None:
    try:
        source = YamlSource(path)
        questions = load_model(QuestionsFile, source).questions
    except PackError as error:
        catalogue.mistakes += str(error).splitlines()
        return
    for index, question in enumerate(questions):
        place = Place(source, ("questions", index))
        catalogue.add(_with_parts(question, place, shelf), place, pack)


def _add_part(catalogue: Catalogue, part: Part, business: str | None, group: str | None, pack: HotlineFile, shelf: Shelf) -> None:
    for index, question in enumerate(part.words.questions):
        place = Place(part.source, (*part.at, "questions", index))
        given = {"business": business or question.business, **({"skill_group": group} if group else {})}
        whole = Question(**{**{name: getattr(question, name) for name in question.model_fields_set}, **given})
        if whole.business not in pack.businesses:
            catalogue.mistakes.append(
                f"{place.at('id')}: the part's question `{whole.id}` has no business here; "
                f"write `{part.name}: {{business: …}}` under parts: in hotline.yaml{nearest(whole.business, pack.businesses)}"
            )
            continue
        catalogue.add(_with_parts(whole, place, shelf), place, pack)


def _with_parts(question: Question, place: Place, shelf: Shelf) -> Question:
    """`question` with the slots of its parts before its own."""
    slots: list[Slot] = []
    agent_only = question.agent_only
    for index, name in enumerate(question.use):
        part = shelf.part(name, place.at("use", index))
        if part is not None:
            slots += [slot for slot in part.words.slots if slot not in slots]
            agent_only = agent_only or part.file.agent_only
    if not question.use:
        return question
    return question.model_copy(update={"slots": (*slots, *question.slots), "agent_only": agent_only})
