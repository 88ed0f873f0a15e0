"""How values are written for people and spoken by a telephone voice: digits one by one, sums, days.

A synthesiser that is handed 1234 says one thousand two hundred and thirty-four; a caller who gave the end of a card number
wants to hear its digits.
"""

import re
from collections.abc import Callable
from datetime import date

from voicebot.hotlines.fields import SAY_AS
from voicebot.types import Language

_ZH_DIGITS = str.maketrans("0123456789", "零幺二三四五六七八九")
_ZH_YEAR = str.maketrans("0123456789", "零一二三四五六七八九")

LONGEST_NUMBER = 4
"""Digits up to which a bare number in a text is read as a number; longer runs are codes and telephone numbers."""

UNGROUPED = 6
"""Digits up to which a code is read in one breath."""

_RUN = re.compile(rf"(?<![\d.,])\d{{{LONGEST_NUMBER + 1},}}(?![\d.,]\d)")
_YEAR = re.compile(r"(?<!\d)[12]\d{3}(?=年)")
_TAIL = re.compile(r"(?<=尾号)\d+|(?<=ending in )\d+|(?<=last four digits )\d+")
_MONTHS = (
    "January", "February", "March", "April", "May", "June",
    "July", "August", "September", "October", "November", "December",
)  # fmt: skip
_GROUPS = {11: (3, 4, 4), 10: (3, 3, 4)}
"""Telephone numbers are read in these groups; everything else in fours."""


def digits(value: str, language: Language) -> str:
    """Digits one by one, long ones in groups: 1234 → 幺二三四 / "1 2 3 4"."""
    parts: list[str] = []
    at = 0
    sizes = iter(_GROUPS.get(len(value), (UNGROUPED,) if len(value) <= UNGROUPED else ()))
    while at < len(value):
        size = next(sizes, 4)
        parts.append(value[at : at + size])
        at += size
    if language == "zh-CN":
        return "，".join(part.translate(_ZH_DIGITS) for part in parts)
    return ", ".join(" ".join(part) for part in parts)


def written(kind: str, value: str, language: Language) -> str:
    """A slot's value as people read it. `value` as in `SlotValue`; text that is no such value comes back as it is."""
    if kind == "amount" and re.fullmatch(r"\d+(\.\d+)?", value):
        if language == "en-US":
            return f"${float(value):.2f}" if float(value) % 1 else f"${value.partition('.')[0]}"
        return f"{value.rstrip('0').rstrip('.') if '.' in value else value}元"
    if kind == "date":
        return _day(value, language)
    return value


def spoken(kind: str, value: str, language: Language) -> str:
    """The same as the synthesiser gets it."""
    if kind in ("digits", "phone", "card") and value.isdigit():
        return digits(value, language)
    if kind == "amount" and re.fullmatch(r"\d+(\.\d+)?", value):
        return _sum(value, language)
    if kind == "date":
        return readable(_day(value, language), language)
    return written(kind, value, language)


def marked(text: str, language: Language, say: Callable[[str, str, Language], str]) -> str:
    """`text` with every `{kind:value}` as `say` (`written` or `spoken`) has it: {phone:95188} → 95188, 九五幺八八."""
    return SAY_AS.sub(lambda mark: say(mark[1], mark[2], language), text)


def readable(text: str, language: Language) -> str:
    """A whole prompt for the synthesiser: codes, telephone numbers, ends of cards and Chinese years digit by digit."""
    text = _YEAR.sub(lambda year: year.group().translate(_ZH_YEAR), text) if language == "zh-CN" else text
    return _RUN.sub(lambda run: digits(run.group(), language), _TAIL.sub(lambda run: digits(run.group(), language), text))


def _sum(value: str, language: Language) -> str:
    """12.50 → 12元5角, "12 dollars and 50 cents"."""
    whole, _, rest = value.partition(".")
    cents = int((rest + "00")[:2])
    if language == "en-US":
        dollars = "1 dollar" if whole == "1" else f"{whole} dollars"
        return dollars + (f" and {cents} cent{'s' if cents > 1 else ''}" if cents else "")
    if not cents:
        return f"{whole}元"
    jiao, fen = divmod(cents, 10)
    small = (f"{jiao}角" if jiao else "零" if whole != "0" else "") + (f"{fen}分" if fen else "")
    return small if whole == "0" else f"{whole}元{small}"


def _day(value: str, language: Language) -> str:
    try:
        day = date.fromisoformat(value)
    except ValueError:
        return value
    if language == "zh-CN":
        return f"{day.year}年{day.month}月{day.day}日"
    return f"{_MONTHS[day.month - 1]} {day.day}, {day.year}"
