"""Numbers that callers give when they are asked: drawn once a call, said as people say them, or typed."""

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from voicebot.hotlines.schema import Slot
from voicebot.simulation.chance import Chance
from voicebot.types import Language

DIGITS_ASKED = 6
"""Digits of a number whose length the pack leaves open."""

_ZH_NAMES = "零一二三四五六七八九"
_EN_NAMES = ("zero", "one", "two", "three", "four", "five", "six", "seven", "eight", "nine")
_EN_TEENS = ("ten", "eleven", "twelve", "thirteen", "fourteen", "fifteen", "sixteen", "seventeen", "eighteen", "nineteen")
_EN_TENS = ("", "", "twenty", "thirty", "forty", "fifty", "sixty", "seventy", "eighty", "ninety")
_MONTHS = (
    "January",
    "February",
    "March",
    "April",
    "May",
    "June",
    "July",
    "August",
    "September",
    "October",
    "November",
    "December",
)
_ORDINALS = {1: "first", 2: "second", 3: "third", 5: "fifth", 8: "eighth", 9: "ninth", 12: "twelfth", 20: "twentieth"}
_GROUPS: Mapping[int, tuple[int, ...]] = {11: (3, 4, 4), 10: (3, 3, 4)}
_SUMS = (50, 80, 120, 200, 350, 500, 800, 1000, 1500, 2000, 3500, 5000, 8000)
"""Sums that come up in calls; in yuan or dollars. Assumed."""


@dataclass(frozen=True, slots=True)
class Value:
    """A number the caller has at hand."""

    parts: tuple[str, ...]
    """As it is said; between the parts people pause."""
    keys: str
    """As it is typed; empty for what the key pad cannot say."""
    numbers: tuple[int, ...] = ()
    """What must be in a sum or a day that is read back."""
    digits: str = ""
    """What must be in a number that is read back."""

    def is_read_back(self, said: str) -> bool:
        """Whether what the bot read back is this; hidden digits (`*`) count as right."""
        if self.digits:
            heard = re.sub(r"[^\d*]", "", said)
            shown = re.fullmatch(re.escape(heard).replace(r"\*", r"\d"), self.digits)
            return bool(heard) and shown is not None
        if self.numbers:
            return set(self.numbers) <= {int(number) for number in re.findall(r"\d+", said)}
        return "".join(self.parts) in said


def value_of(slot: Slot, profile: Mapping[str, object], language: Language, chance: Chance) -> Value:
    """The caller's value for `slot`; the same whenever it is asked for."""
    topic = f"value {slot.name}"
    match slot.kind:
        case "phone":
            return _number(str(profile.get("phone", "")) or _drawn(11, topic, chance), language)
        case "card":
            return _number(_card(topic, chance), language)
        case "amount":
            return _amount(slot, topic, language, chance)
        case "date":
            return _day(chance.integer(1, 12, topic, 1), chance.integer(1, 28, topic, 2), language)
        case "choice":
            return Value((chance.pick(slot.options or ("",), topic),), "")
    return _number(_tail(slot, profile, topic, chance), language)


def spoken_digits(digits: str, language: Language) -> tuple[str, ...]:
    """Digits one by one, long ones in groups: 13812345678 → 幺三八 · 幺二三四 · 五六七八."""
    sizes = _GROUPS.get(len(digits)) or (4,) * (len(digits) // 4) + ((len(digits) % 4,) if len(digits) % 4 else ())
    names: Sequence[str] = _ZH_NAMES.replace("一", "幺") if language == "zh-CN" else _EN_NAMES
    joint = "" if language == "zh-CN" else " "
    parts, at = [], 0
    for size in sizes:
        parts.append(joint.join(names[int(digit)] for digit in digits[at : at + size]))
        at += size
    return tuple(parts)


def number_name(number: int, language: Language) -> str:
    """A number below 100,000 (zh) or 10,000 (en) in words: 3500 → 三千五百, "three thousand five hundred"."""
    if language == "zh-CN":
        return _chinese(number)
    words: list[str] = []
    for size, name in ((1000, "thousand"), (100, "hundred")):
        if number >= size:
            words += [_EN_NAMES[number // size], name]
            number %= size
    if number >= 20:
        words.append(_EN_TENS[number // 10])
        number %= 10
    if 10 <= number < 20:
        words.append(_EN_TEENS[number - 10])
    elif number or not words:
        words.append(_EN_NAMES[number])
    return " ".join(words)


def _chinese(number: int) -> str:
    text, skipped = "", False
    for size, name in ((10_000, "万"), (1000, "千"), (100, "百"), (10, "十")):
        digit, number = divmod(number, size)
        if digit:
            text += ("零" if skipped else "") + _ZH_NAMES[digit] + name
            skipped = False
        else:
            skipped = bool(text)
    if number or not text:
        text += ("零" if skipped and number else "") + _ZH_NAMES[number]
    return text.removeprefix("一") if text.startswith("一十") else text


def _number(digits: str, language: Language) -> Value:
    return Value(spoken_digits(digits, language), digits, digits=digits)


def _tail(slot: Slot, profile: Mapping[str, object], topic: str, chance: Chance) -> str:
    """Digits that an identity check or the choice of a card expects, else any."""
    length = slot.length or DIGITS_ASKED
    if slot.matches == "id_tail" and "id_tail" in profile:
        return str(profile["id_tail"])
    own = profile.get(slot.choose_from or "")
    if isinstance(own, list) and own:
        return str(own[0]["number"])[-length:]
    return _drawn(length, topic, chance)


def _drawn(count: int, topic: str, chance: Chance) -> str:
    return "".join(str(chance.integer(0, 9, topic, index)) for index in range(count))


def _card(topic: str, chance: Chance) -> str:
    """Sixteen digits whose last one is their check digit (ISO/IEC 7812-1, Luhn)."""
    body = "62" + _drawn(13, topic, chance)
    doubled = [int(digit) * (2 if index % 2 == 0 else 1) for index, digit in enumerate(body)]
    total = sum(number - 9 if number > 9 else number for number in doubled)
    return f"{body}{-total % 10}"


def _amount(slot: Slot, topic: str, language: Language, chance: Chance) -> Value:
    least, most = slot.least or 0, slot.most or max(_SUMS)
    sums = [amount for amount in _SUMS if least <= amount <= most] or [round(least)]
    amount = chance.pick(sums, topic)
    unit = chance.pick(("块", "元", "块钱"), f"{topic} unit") if language == "zh-CN" else "dollars"
    joint = "" if language == "zh-CN" else " "
    return Value((f"{number_name(amount, language)}{joint}{unit}",), str(amount), numbers=(amount,))


def _day(month: int, day: int, language: Language) -> Value:
    if language == "zh-CN":
        return Value((f"{_chinese(month)}月{_chinese(day)}号",), "", numbers=(month, day))
    tens, ones = divmod(day, 10)
    if day in _ORDINALS:
        ordinal = _ORDINALS[day]
    elif day < 20:
        ordinal = f"{number_name(day, language)}th"
    else:
        ordinal = f"{_EN_TENS[tens]} {_ORDINALS.get(ones, f'{_EN_NAMES[ones]}th')}"
    return Value((f"{_MONTHS[month - 1]} {ordinal}",), "", numbers=(day,))
