"""From a template's name to a `Prompt`: variants, values, and how values are spoken."""

from collections.abc import Mapping

from voicebot.dialogue.catalogue import Catalogue
from voicebot.dialogue.memory import Line
from voicebot.dialogue.wording import WORDING
from voicebot.types import Bargein, Language, Prompt

_BARGEIN: Mapping[str, Bargein] = {"goodbye": "speech", "transfer": "off"}

_ZH_DIGITS = str.maketrans("0123456789", "零幺二三四五六七八九")


def say_as_digits(value: str, language: Language) -> str:
    """Digits one by one, as a telephone voice reads them: 1234 → 幺二三四 / 1 2 3 4."""
    return value.translate(_ZH_DIGITS) if language == "zh-CN" else " ".join(value)


class Phrasebook:
    """Renders lines. The pack's wording comes before the house's."""

    def __init__(self, catalogue: Catalogue) -> None:
        self._catalogue = catalogue
        self._language = catalogue.language

    def variants(self, name: str) -> tuple[str, ...]:
        """The wordings of a template. Raises `KeyError` for a name that neither the pack nor the house has."""
        return self._catalogue.prompt(name) or WORDING[self._language][name]

    def render(self, line: Line, turn: int = 0) -> Prompt:
        """`line` in its `turn`-th variant, counted round."""
        wordings = self.variants(line.name)
        template = wordings[turn % len(wordings)]
        values = dict(line.values)
        text = fill(template, values)
        spoken = fill(template, {name: self._spoken(name, value) for name, value in values.items()})
        return Prompt(line.name, line.act, text, spoken, line.question, _BARGEIN.get(line.act, "speech"))

    def _spoken(self, name: str, value: str) -> str:
        return say_as_digits(value, self._language) if name == "value" and value.isdigit() else value


def fill(template: str, values: Mapping[str, str]) -> str:
    """`template` with `{name}` replaced; a placeholder without a value stays out of what is said."""
    text = template
    for name, value in values.items():
        text = text.replace("{" + name + "}", value)
    return text


def capitalised(text: str) -> str:
    """A sentence begins with a capital, also when a title begins it."""
    return text[:1].upper() + text[1:]
