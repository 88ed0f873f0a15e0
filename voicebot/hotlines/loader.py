"""From a pack's folder to a `Hotline`, or to complaints that name file and line."""

import hashlib
from collections.abc import Iterable, Mapping
from importlib import resources
from pathlib import Path
from typing import Any

from voicebot.errors import PackError
from voicebot.hotlines.complaints import load_model
from voicebot.hotlines.schema import Hotline, HotlineFile, LanguageFile, Profile, Question, QuestionsFile
from voicebot.hotlines.yaml_source import YamlSource
from voicebot.types import LANGUAGES, Language

HOTLINE_FILE = "hotline.yaml"
LANGUAGE_FILE = "language.yaml"


def bundled_hotlines() -> list[str]:
    """Names of the packs that ship."""
    here = Path(str(resources.files("voicebot.hotlines")))
    return sorted(path.parent.name for path in here.glob(f"*/{HOTLINE_FILE}"))


def find_hotline(name_or_path: str) -> Path:
    """The folder of a pack: one that ships, by name, or any folder with a hotline.yaml. Raises `PackError`."""
    path = Path(name_or_path)
    if (path / HOTLINE_FILE).is_file():
        return path
    if path.name == HOTLINE_FILE and path.is_file():
        return path.parent
    shipped = bundled_hotlines()
    if name_or_path in shipped:
        return Path(str(resources.files("voicebot.hotlines"))) / name_or_path
    raise PackError(f"{name_or_path}: no such hotline; these ship: {', '.join(shipped)}; or give a folder with a {HOTLINE_FILE}")


def load_hotline(name_or_path: str, language: Language) -> Hotline:
    """A pack in one language. Raises `PackError` with every mistake that was found, `file:line: …` a line each."""
    folder = find_hotline(name_or_path)
    spoken = folder / language
    if not (spoken / LANGUAGE_FILE).is_file():
        there = [tag for tag in LANGUAGES if (folder / tag / LANGUAGE_FILE).is_file()]
        raise PackError(f"{folder}: has no {language}/{LANGUAGE_FILE}; it speaks {', '.join(there) or 'no language yet'}")
    source = YamlSource(folder / HOTLINE_FILE)
    pack = load_model(HotlineFile, source)
    language_source = YamlSource(spoken / LANGUAGE_FILE)
    wording = load_model(LanguageFile, language_source)
    question_files = sorted((spoken / "questions").glob("*.yaml"))
    if not question_files:
        raise PackError(f"{spoken / 'questions'}: holds no *.yaml with questions; add one")
    questions = _questions(question_files, pack)
    _check_names(source, pack, questions)
    files = [folder / HOTLINE_FILE, spoken / LANGUAGE_FILE, *question_files]
    return Hotline(
        name=pack.name,
        language=language,
        title=wording.title,
        notice=pack.notice,
        voice=wording.voice,
        rate=wording.rate,
        questions=questions,
        prompts=dict(wording.prompts),
        out_of_scope=wording.out_of_scope,
        thresholds=dict(pack.thresholds),
        timeouts={state: timeouts.timeouts() for state, timeouts in pack.timeouts.items()},
        businesses=pack.businesses,
        skill_group=pack.skill_group,
        risk_group=pack.risk_group,
        survey=pack.survey,
        products=pack.products,
        events=pack.events,
        prior=pack.prior,
        sha256=_hash(folder, files),
    )


def _questions(files: Iterable[Path], pack: HotlineFile) -> dict[str, Question]:
    """All questions by id, their skill groups filled in. Raises `PackError` for names that do not fit."""
    found: dict[str, Question] = {}
    placed: dict[str, tuple[YamlSource, int]] = {}
    mistakes: list[str] = []
    for path in files:
        source = YamlSource(path)
        for index, question in enumerate(load_model(QuestionsFile, source).questions):
            at = ("questions", index)
            if question.id in found:
                first = placed[question.id][0].at(("questions", placed[question.id][1], "id"))
                mistakes.append(
                    f"{source.at((*at, 'id'))}: question `{question.id}` is there twice, first at {first}; rename one"
                )
            if question.business not in pack.businesses:
                known = ", ".join(pack.businesses)
                mistakes.append(
                    f"{source.at((*at, 'business'))}: business `{question.business}` is not in {HOTLINE_FILE}; known: {known}"
                )
                continue
            group = pack.businesses[question.business].skill_group
            found[question.id] = (
                question if "skill_group" in question.model_fields_set else question.model_copy(update={"skill_group": group})
            )
            placed[question.id] = (source, index)
    for name, question in found.items():
        source, index = placed[name]
        mistakes += [
            f"{source.at(('questions', index, 'related'))}: related question `{other}` is not in the catalogue"
            for other in question.related
            if other not in found
        ]
        slots = {slot.name for slot in question.slots}
        mistakes += [
            f"{source.at(('questions', index, 'answer'))}: the answer names `{{{slot}}}`, which is no slot of this question"
            for slot in _placeholders(question.answer)
            if slot not in slots
        ]
    if mistakes:
        raise PackError("\n".join(mistakes))
    return found


def _placeholders(text: str) -> list[str]:
    return [part.partition("}")[0] for part in text.split("{")[1:] if "}" in part]


def _check_names(source: YamlSource, pack: HotlineFile, questions: Mapping[str, Question]) -> None:
    """Every name in the prior is one of the pack's. Raises `PackError`."""
    mistakes: list[str] = []
    prior = pack.prior
    tables: list[tuple[tuple[str, ...], Mapping[str, float]]] = [(("prior", "base"), prior.base)]
    for kind, known, table in (("events", pack.events, prior.events), ("products", pack.products, prior.products)):
        for name, weights in table.items():
            tables.append((("prior", kind, name), weights))
            if name not in known:
                mistakes.append(f"{source.at(('prior', kind, name))}: `{name}` is not among {kind}: {', '.join(known) or 'none'}")
    for at, table_of in tables:
        mistakes += [
            f"{source.at((*at, name))}: question `{name}` is not in the catalogue" for name in table_of if name not in questions
        ]
    if mistakes:
        raise PackError("\n".join(mistakes))


def _hash(folder: Path, files: Iterable[Path]) -> str:
    digest = hashlib.sha256()
    for path in files:
        content = path.read_bytes()
        digest.update(f"{path.relative_to(folder).as_posix()}\0{len(content)}\0".encode() + content)
    return digest.hexdigest()


def load_profile(given: str | Mapping[str, Any], hotline: Hotline, where: str = "profile") -> dict[str, Any]:
    """A caller's profile from a YAML file, or given in place. Raises `PackError` for a name the pack does not have."""
    if isinstance(given, str):
        source = YamlSource(Path(given))
        profile = load_model(Profile, source)
        where = given
    else:
        try:
            profile = Profile.model_validate(dict(given))
        except ValueError as error:
            first = str(error).splitlines()
            raise PackError(f"{where}: profile: {' '.join(line.strip() for line in first[1:3])}") from None
    for kind, names, known in (("events", profile.events, hotline.events), ("products", profile.products, hotline.products)):
        for name in names:
            if name not in known:
                raise PackError(f"{where}: `{name}` is not among the pack's {kind}: {', '.join(known)}")
    return profile.model_dump(exclude_defaults=True, mode="json")
