"""Findings: what is not wrong in a pack, and still would not work as its author means it."""

from dataclasses import dataclass
from pathlib import Path

from voicebot.hotlines.loader import HOTLINE_FILE, LANGUAGE_FILE
from voicebot.hotlines.yaml_source import YamlSource
from voicebot.types import Language


@dataclass(frozen=True, slots=True)
class Finding:
    """One thing to look at."""

    kind: str
    """unreachable, confusable, same_words, few_examples, untranslated, unknown_words, too_long, prior, unused."""
    language: Language | None
    """None where it concerns the pack in every language."""
    where: str
    """`file:line`, or a file."""
    message: str

    def __str__(self) -> str:
        return f"{self.where}: {self.message}"


class Places:
    """Where things stand in a pack that loads: for findings."""

    def __init__(self, folder: Path) -> None:
        self._folder = folder
        self._questions: dict[tuple[Language, str], tuple[YamlSource, int]] = {}

    def hotline(self, *at: str | int) -> str:
        """`file:line` in hotline.yaml."""
        return YamlSource(self._folder / HOTLINE_FILE).at(at)

    def language(self, language: Language, *at: str | int) -> str:
        """`file:line` in a language's language.yaml."""
        return YamlSource(self._folder / language / LANGUAGE_FILE).at(at)

    def question(self, language: Language, name: str, *at: str | int) -> str:
        """`file:line` of a question; the pack's file for one that a part brings."""
        if not any(known == language for known, _ in self._questions):
            self._find(language)
        found = self._questions.get((language, name))
        return found[0].at(("questions", found[1], *at)) if found else self.hotline("parts")

    def _find(self, language: Language) -> None:
        for path in sorted((self._folder / language / "questions").glob("*.yaml")):
            source = YamlSource(path)
            for index, question in enumerate(source.mapping()["questions"]):
                self._questions[language, question["id"]] = (source, index)
