"""Parts (业务零件): slots, prompts and questions that many hotlines need, each a YAML file used by name.

Those that ship lie in voicebot/hotlines/parts; a pack may bring its own in its folder `parts`, which come first.
"""

from dataclasses import dataclass
from importlib import resources
from pathlib import Path

from voicebot.errors import PackError
from voicebot.hotlines.complaints import joined, load_model, nearest, quoted
from voicebot.hotlines.schema import PartFile, PartLanguage
from voicebot.hotlines.yaml_source import YamlSource
from voicebot.types import Language

PARTS_FOLDER = "parts"


@dataclass(frozen=True)
class Part:
    """A part in the pack's language, and where it stands."""

    name: str
    source: YamlSource
    file: PartFile
    words: PartLanguage
    at: tuple[str, ...]
    """Of `words` in the file."""


class Shelf:
    """The parts that a pack can use. Each is read when it is first asked for."""

    def __init__(self, pack: Path, language: Language) -> None:
        self._language = language
        self._paths = {path.stem: path for path in [*_files(_shipped()), *_files(pack / PARTS_FOLDER)]}
        self._read: dict[str, Part | None] = {}
        self.mistakes: list[str] = []

    def part(self, name: str, where: str) -> Part | None:
        """The part called `name`; None, and a mistake at `where` or in the part's file, when there is none to use."""
        if name not in self._paths:
            self.mistakes.append(f"{where}: there is no part {quoted(name)}{nearest(name, self._paths)}")
            return None
        if name not in self._read:
            self._read[name] = self._load(name, where)
        return self._read[name]

    @property
    def used(self) -> list[Part]:
        """The parts that were asked for, by name."""
        return [part for _, part in sorted(self._read.items()) if part is not None]

    def _load(self, name: str, where: str) -> Part | None:
        try:
            source = YamlSource(self._paths[name])
            file = load_model(PartFile, source)
        except PackError as error:
            self.mistakes += str(error).splitlines()
            return None
        self.mistakes += _twins(file, source)
        words = file.languages.get(self._language)
        if words is None:
            spoken = ", ".join(file.languages)
            self.mistakes.append(f"{where}: the part `{name}` speaks {spoken}, not {self._language}; add it to {source.path}")
            return None
        return Part(name, source, file, words, ("languages", self._language))


def part_names(pack: Path | None = None) -> list[str]:
    """Names of the parts that ship, and of those that a pack brings."""
    return sorted({path.stem for path in [*_files(_shipped()), *(_files(pack / PARTS_FOLDER) if pack else [])]})


def load_part(path: Path) -> PartFile:
    """One part's file. Raises `PackError`."""
    source = YamlSource(path)
    part = load_model(PartFile, source)
    if mistakes := _twins(part, source):
        raise PackError(joined(mistakes))
    return part


def _twins(file: PartFile, source: YamlSource) -> list[str]:
    """In every language a part has the same slots and questions."""
    (first, words), *others = file.languages.items()
    wanted = {slot.name: (slot.kind, slot.length, slot.choose_from) for slot in words.slots}
    mistakes = []
    for language, other in others:
        given = {slot.name: (slot.kind, slot.length, slot.choose_from) for slot in other.slots}
        if given != wanted:
            at = source.at(("languages", language, "slots"))
            mistakes.append(f"{at}: the slots differ from those in {first}; give both the same names, kinds and lengths")
        if [question.id for question in other.questions] != [question.id for question in words.questions]:
            at = source.at(("languages", language, "questions"))
            mistakes.append(f"{at}: the questions differ from those in {first}; give both the same ids in the same order")
    return mistakes


def _shipped() -> Path:
    return Path(str(resources.files("voicebot.hotlines"))) / PARTS_FOLDER


def _files(folder: Path) -> list[Path]:
    return sorted(folder.glob("*.yaml"))
