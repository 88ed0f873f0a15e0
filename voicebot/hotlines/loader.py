"""From a pack's folder to a `Hotline`, or to complaints that name file and line."""

import hashlib
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from importlib import resources
from pathlib import Path

from voicebot.errors import PackError
from voicebot.hotlines import consistency
from voicebot.hotlines.complaints import joined, load_model
from voicebot.hotlines.composing import Catalogue, compose
from voicebot.hotlines.parts import PARTS_FOLDER, Part, Shelf
from voicebot.hotlines.recordings import Recordings
from voicebot.hotlines.schema import Hotline, HotlineFile, LanguageFile, PriorWeights, Wording
from voicebot.hotlines.yaml_source import YamlSource
from voicebot.types import LANGUAGES, Language

HOTLINE_FILE = "hotline.yaml"
LANGUAGE_FILE = "language.yaml"
PRIOR_FILE = "prior.yaml"
PROFILES_FILE = "profiles.yaml"

SKELETON = "skeleton"
"""Folder of the pack that `voicebot hotline new` copies: it does not ship as a hotline."""


def bundled_hotlines() -> list[str]:
    """Names of the packs that ship."""
    return sorted(path.parent.name for path in _home().glob(f"*/{HOTLINE_FILE}") if path.parent.name != SKELETON)


def find_hotline(name_or_path: str) -> Path:
    """The folder of a pack: one that ships, by name, or any folder with a hotline.yaml. Raises `PackError`."""
    path = Path(name_or_path)
    try:
        if (path / HOTLINE_FILE).is_file():
            return path
        if path.name == HOTLINE_FILE and path.is_file():
            return path.parent
        a_folder = name_or_path != "" and path.is_dir()
    except (OSError, ValueError):
        a_folder = False  # no name that a file could have: it is none of the packs either
    shipped = bundled_hotlines()
    if name_or_path in shipped:
        return _home() / name_or_path
    if a_folder:
        raise PackError(f"{path}: has no {HOTLINE_FILE}; give the folder of a pack, or begin one with `voicebot hotline new`")
    shown = "".join(sign if sign.isprintable() else "?" for sign in name_or_path[:200])
    raise PackError(f"{shown}: no such hotline; these ship: {', '.join(shipped)}; or give a folder with a {HOTLINE_FILE}")


def languages_of(folder: Path) -> list[Language]:
    """Languages that the pack in `folder` speaks."""
    return [tag for tag in LANGUAGES if (folder / tag / LANGUAGE_FILE).is_file()]


def load_hotline(name_or_path: str, language: Language) -> Hotline:
    """A pack in one language. Raises `PackError` with every mistake that was found, `file:line: …` a line each."""
    folder = find_hotline(name_or_path)
    if language not in languages_of(folder):
        there = ", ".join(languages_of(folder))
        raise PackError(f"{folder}: has no {language}/{LANGUAGE_FILE}; it speaks {there or 'no language yet'}")
    return _Loading(folder, language).hotline()


@dataclass(frozen=True)
class _Sources:
    """The files of a pack, read."""

    hotline: YamlSource
    pack: HotlineFile
    language: YamlSource
    words: LanguageFile
    questions: list[Path]
    prior: YamlSource | None
    weights: PriorWeights


class _Loading:
    """One loading of a pack."""

    def __init__(self, folder: Path, language: Language) -> None:
        self._folder = folder
        self._language = language
        self._shelf = Shelf(folder, language)
        self._recordings = Recordings(folder / language)

    def hotline(self) -> Hotline:
        """The pack. Raises `PackError`."""
        sources = self._read()
        catalogue = compose(sources.hotline, sources.pack, sources.questions, self._shelf)
        used = {part.name: part for part in self._shelf.used}
        parts = {name: used[name] for name in sources.pack.parts if name in used}
        self._record(sources, catalogue, parts)
        mistakes = [*catalogue.mistakes, *self._shelf.mistakes]
        mistakes += consistency.stray_mistakes(self._folder, self._known(sources))
        mistakes += consistency.pack_mistakes(sources.pack, sources.hotline, self._language)
        mistakes += consistency.language_mistakes(sources.words, sources.language, self._language)
        for part in self._shelf.used:
            mistakes += consistency.threshold_mistakes(part.file.thresholds, part.source)
            mistakes += consistency.prompt_mistakes(part.words.prompts, part.source, (*part.at, "prompts"))
        if not mistakes:  # else names seem unknown that stand in a file which could not be read
            mistakes += consistency.catalogue_mistakes(catalogue)
            at = ("prior",) if sources.prior is None else ()
            source = sources.prior or sources.hotline
            mistakes += consistency.prior_mistakes(sources.weights, source, at, sources.pack, catalogue.questions)
        mistakes += self._recordings.mistakes
        if mistakes:
            raise PackError(joined(mistakes))
        return self._composed(sources, catalogue, parts)

    def _read(self) -> _Sources:
        """All files but the questions'. Raises `PackError` with the mistakes of each."""
        spoken = self._folder / self._language
        hotline = YamlSource(self._folder / HOTLINE_FILE)
        pack = load_model(HotlineFile, hotline)
        language = YamlSource(spoken / LANGUAGE_FILE)
        words = load_model(LanguageFile, language)
        questions = sorted((spoken / "questions").glob("*.yaml"))
        if not questions:
            raise PackError(f"{spoken / 'questions'}: holds no *.yaml with questions; add one")
        prior, weights = None, pack.prior
        if (self._folder / PRIOR_FILE).is_file():
            prior = YamlSource(self._folder / PRIOR_FILE)
            weights = load_model(PriorWeights, prior)
            if "prior" in pack.model_fields_set:
                raise PackError(f"{hotline.at(('prior',))}: `prior:` is in {PRIOR_FILE}, too; keep one of them")
        return _Sources(hotline, pack, language, words, questions, prior, weights)

    def _known(self, sources: _Sources) -> list[Path]:
        """Files that something reads: those of the other language, too."""
        folder = self._folder
        known = [folder / HOTLINE_FILE, folder / PRIOR_FILE, folder / PROFILES_FILE, *(folder / PARTS_FOLDER).glob("*.yaml")]
        for tag in LANGUAGES:
            known += [folder / tag / LANGUAGE_FILE, *(folder / tag / "questions").glob("*.yaml")]
        return known

    def _record(self, sources: _Sources, catalogue: Catalogue, parts: Mapping[str, Part]) -> None:
        """Look at every recording."""
        for name, wordings in sources.words.prompts.items():
            for index, wording in enumerate(wordings):
                if wording.audio is not None:
                    self._recordings.add(wording.text, wording.audio, sources.language.at(("prompts", name, index)))
        for question in catalogue.questions.values():
            if question.audio is not None:
                self._recordings.add(question.answer, question.audio, catalogue.places[question.id].at("audio"))
        for part in parts.values():
            for name, wordings in part.words.prompts.items():
                if any(wording.audio is not None for wording in wordings):
                    at = part.source.at((*part.at, "prompts", name))
                    self._recordings.mistakes.append(
                        f"{at}: a part has no recordings; put `audio:` into the pack's language.yaml"
                    )

    def _composed(self, sources: _Sources, catalogue: Catalogue, parts: Mapping[str, Part]) -> Hotline:
        """All of it together: the pack's own prompts and settings go before those of its parts."""
        pack, words = sources.pack, sources.words
        prompts = [part.words.prompts for part in parts.values()]
        timeouts = {state: given for part in parts.values() for state, given in part.file.timeouts.items()} | pack.timeouts
        thresholds = {name: value for part in parts.values() for name, value in part.file.thresholds.items()}
        return Hotline(
            name=pack.name,
            language=self._language,
            title=words.title,
            notice=words.notice or pack.notice,
            voice=words.voice,
            rate=words.rate,
            questions=catalogue.questions,
            prompts={name: _texts(wordings) for table in (*prompts, words.prompts) for name, wordings in table.items()},
            out_of_scope=words.out_of_scope,
            thresholds=thresholds | pack.thresholds,
            timeouts={state: given.timeouts() for state, given in timeouts.items()},
            businesses=pack.businesses,
            skill_group=pack.skill_group,
            risk_group=pack.risk_group,
            survey=pack.survey or any(part.file.survey for part in parts.values()),
            products=pack.products,
            events=pack.events,
            prior=sources.weights,
            sha256=self._hash(sources),
            parts=tuple(part.name for part in self._shelf.used),
            recordings=self._recordings.paths,
            recorded=self._recordings.keys,
        )

    def _hash(self, sources: _Sources) -> str:
        """Of everything the pack was made of."""
        files = [sources.hotline.path, sources.language.path, *sources.questions, *self._recordings.paths.values()]
        files += [sources.prior.path] if sources.prior is not None else []
        named = [(path.relative_to(self._folder).as_posix(), path) for path in files]
        named += [(f"{PARTS_FOLDER}/{part.source.path.name}", part.source.path) for part in self._shelf.used]
        return _sha256(sorted(set(named)))


def _texts(wordings: Iterable[Wording]) -> tuple[str, ...]:
    return tuple(wording.text for wording in wordings)


def _sha256(named: Iterable[tuple[str, Path]]) -> str:
    digest = hashlib.sha256()
    for name, path in named:
        content = path.read_bytes()
        digest.update(f"{name}\0{len(content)}\0".encode() + content)
    return digest.hexdigest()


def _home() -> Path:
    return Path(str(resources.files("voicebot.hotlines")))
