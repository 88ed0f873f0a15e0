"""From a template's name to a `Prompt`: variants, values, and what the synthesiser gets."""

import re
from collections.abc import Iterable, Mapping

from voicebot.dialogue.catalogue import Catalogue
from voicebot.dialogue.memory import Line
from voicebot.dialogue.say_as import marked, readable, spoken, written
from voicebot.dialogue.wording import WORDING
from voicebot.hotlines.schema import Hotline
from voicebot.types import Bargein, Prompt

_BARGEIN: Mapping[str, Bargein] = {"transfer": "off"}
"""Acts that cannot be interrupted: after them the caller speaks to somebody else."""

_SENTENCE = re.compile(
    r"(?:[^。！？；.!?]|[.!?](?=[\w}]))*(?:[。！？；]|[.!?](?![\w}]))+[”\"]?\s*|(?:[^。！？；.!?]|[.!?](?=[\w}]))+$"
)
"""Up to a full stop that is no decimal point."""

_BLANK = re.compile(r"\{([a-z][a-z0-9_]*)\}")


class Phrasebook:
    """Renders lines. The pack's wording comes before the house's."""

    def __init__(self, catalogue: Catalogue) -> None:
        self._catalogue = catalogue
        self._language = catalogue.language

    def variants(self, name: str) -> tuple[str, ...]:
        """The wordings of a template. Raises `KeyError` for a name that neither the pack nor the house has."""
        return self._catalogue.prompt(name) or WORDING[self._language][name]

    def render(self, line: Line, turn: int = 0) -> Prompt:
        """`line` in its `turn`-th wording, counted round."""
        wordings = self.variants(line.name)
        template = wordings[turn % len(wordings)]
        values = dict(line.values)
        said = fill(template, {**values, **dict(line.spoken)})
        return Prompt(
            name=line.name,
            act=line.act,
            text=capitalised(marked(fill(template, values), self._language, written)),
            spoken=readable(capitalised(marked(said, self._language, spoken)), self._language),
            question=line.question,
            bargein=_BARGEIN.get(line.act, "speech"),
            audio=self._catalogue.recording(values["answer"] if line.name == "answer" else template),
        )


def fixed_prompts(hotline: Hotline) -> list[str]:
    """Every wording without a blank, as the synthesiser gets it: what can be rendered before a call."""
    house = WORDING[hotline.language]
    wordings = [text for name in house for text in hotline.prompts.get(name, house[name])]
    fixed = [marked(text, hotline.language, spoken) for text in wordings if not _BLANK.search(text)]
    return [readable(capitalised(text), hotline.language) for text in fixed]


def fill(template: str, values: Mapping[str, str]) -> str:
    """`template` with every `{name}` replaced that has a value."""
    return _BLANK.sub(lambda blank: values.get(blank[1], blank[0]), template)


def without_blanks(text: str, titles: Mapping[str, str], filled: Iterable[str]) -> str:
    """An answer without the sentences that need a value nobody gave; if they all do, the value's name stands in for it."""
    known = set(filled)
    whole = [part for part in _SENTENCE.findall(text) if set(_BLANK.findall(part)) <= known]
    if whole:
        return "".join(whole).strip()
    return _BLANK.sub(lambda blank: blank[0] if blank[1] in known else titles.get(blank[1], ""), text)


def capitalised(text: str) -> str:
    """A sentence begins with a capital, also when a title begins it."""
    return text[:1].upper() + text[1:]
