"""Sums of money from the tags of the amount grammars."""

from collections.abc import Sequence
from decimal import Decimal

from voicebot.types import Language

_POWERS = {"ten": 10, "hundred": 100, "thousand": 1000}
_BLOCKS = {"wan": 10_000, "yi": 100_000_000}


def amount_value(tags: Sequence[str], language: Language) -> str | None:
    """Yuan or dollars as decimal text ("3500", "2.50"); None when the tags hold no number."""
    value = _chinese(tags) if language == "zh-CN" else _english(tags)
    if value is None:
        return None
    text = f"{value:.2f}"
    return text[:-3] if text.endswith(".00") else text


def _chinese(tags: Sequence[str]) -> Decimal | None:
    """Reads 三千五 as 3500, 一万二 as 12000, 两块五 as 2.50: a last bare digit counts one place below the last unit."""
    whole = Decimal(0)
    """Of finished blocks of ten thousand."""
    block = Decimal(0)
    pending: str = ""
    """Digits not yet given their place."""
    power = 0
    """Place of the last unit, for a bare digit after it; 0 once a 零 was said."""
    fraction = Decimal(0)
    seen = point = False
    in_yuan = False
    for tag in tags:
        seen = True
        if tag.isdigit():
            if pending == "" and tag == "0" and power and not point:
                power = 0
            pending += tag
        elif tag == "point":
            point, block, pending = True, block + _int(pending), ""
        elif tag in _POWERS:
            block += (_int(pending) if pending.strip("0") else Decimal(1)) * _POWERS[tag]
            pending, power = "", _POWERS[tag]
        elif tag in _BLOCKS:
            block += _places(pending, power) if not point else _decimals(pending)
            whole, block = (whole + block) * _BLOCKS[tag], Decimal(0)
            pending, power, point = "", _BLOCKS[tag], False
        elif tag == "yuan":
            block += _decimals(pending) if point else _places(pending, power)
            pending, point, in_yuan, power = "", False, True, 0
        elif tag == "jiao":
            fraction += _int(pending) / 10
            pending, in_yuan = "", True
        elif tag == "fen":
            fraction += _int(pending) / 100
            pending, in_yuan = "", True
        elif tag == "half":
            if in_yuan:
                fraction += Decimal("0.5")
            elif whole:
                whole += Decimal(power) / 2
            else:
                pending = "0.5"
    if pending:
        block += _decimals(pending) if point else Decimal(pending) if "." in pending else _places(pending, power)
    return whole + block + fraction if seen else None


def _places(pending: str, power: int) -> Decimal:
    """A single bare digit after 百, 千 or 万 stands one place below it (三千五 = 3500); otherwise digits as they are."""
    if not pending:
        return Decimal(0)
    if power >= 100 and len(pending) == 1:
        return Decimal(pending) * power / 10
    return _int(pending)


def _decimals(pending: str) -> Decimal:
    return Decimal("0." + pending) if pending else Decimal(0)


def _int(pending: str) -> Decimal:
    return Decimal(pending) if pending else Decimal(0)


def _english(tags: Sequence[str]) -> Decimal | None:
    """Thirty five dollars fifty, two grand, a hundred and twenty: tens and units add, larger words multiply."""
    total = group = Decimal(0)
    figures = ""
    """Digits typed or read one by one."""
    dollars: Decimal | None = None
    point = False
    for tag in tags:
        if tag.isdigit():
            group, figures = _add_number(group, figures, tag, point)
        elif tag == "point":
            point, figures = True, ""
            total, group = total + group, Decimal(0)
        elif tag == "hundred":
            group *= 100
            figures = ""
        elif tag in ("thousand", "million", "thousand_figures"):
            total += group * (1_000_000 if tag == "million" else 1000)
            group, figures = Decimal(0), ""
        elif tag == "dollars":
            dollars = total + (_decimals(figures) if point else group)
            total, group, figures, point = Decimal(0), Decimal(0), "", False
        elif tag in ("cents", "cents_after"):
            dollars = (dollars or Decimal(0)) + group / 100
            group, figures = Decimal(0), ""
        elif tag == "half":
            dollars = (dollars or Decimal(0)) + Decimal("0.5")
    if not tags:
        return None
    rest = total + (_decimals(figures) if point else group)
    return rest if dollars is None else dollars + rest


def _add_number(group: Decimal, figures: str, tag: str, point: bool) -> tuple[Decimal, str]:
    """A digit after a digit is the next figure; a unit after a ten is added to it."""
    if figures and len(tag) == 1 and figures[-1:].isdigit():
        figures += tag
        return (group if point else Decimal(figures)), figures
    if len(tag) == 1 and group % 10 == 0 and group > 0 and not point:
        return group + Decimal(tag), ""
    if point:
        return group, figures + tag
    return group + Decimal(tag), tag if group == 0 and len(tag) == 1 else ""
