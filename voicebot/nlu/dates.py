"""Days from the tags of the date grammars, counted from a `today` that is passed in."""

from calendar import monthrange
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, timedelta

_CENTURY = 2000
"""Two spoken digits of a year belong to it."""


@dataclass(slots=True)
class _Parts:
    year: int | None = None
    month: int | None = None
    day: int | None = None
    weekday: int | None = None
    """1 Monday … 7 Sunday."""
    days: int | None = None
    """From today."""
    months: int | None = None
    weeks: int | None = None
    years: int | None = None
    figures: str = ""


def date_value(tags: Sequence[str], today: date | None) -> tuple[str, bool]:
    """(ISO date, or ISO month where no day was named; whether there is such a day).

    A day without month or year is the latest one that is not after `today`: callers speak of what has happened.
    Without `today`, what is relative to it stays an ISO 8601 duration ("-P1D") or lacks its year ("--03-05").
    """
    parts = _parts(tags)
    if today is None:
        return _without_today(parts)
    if parts.days is not None:
        return (today + timedelta(days=parts.days)).isoformat(), True
    if parts.weekday is not None:
        return _weekday(parts, today).isoformat(), True
    if parts.weeks is not None:
        return (today + timedelta(weeks=parts.weeks)).isoformat(), True
    if parts.months is not None and parts.day is None:
        year, month = _month_from(today, parts.months)
        if "ago" in tags[-1]:
            return date(year, month, min(today.day, monthrange(year, month)[1])).isoformat(), True
        return f"{year:04d}-{month:02d}", True
    return _calendar(parts, today)


def _parts(tags: Sequence[str]) -> _Parts:
    parts = _Parts()
    for tag in tags:
        name, sign, number = tag[:1], tag[1:2], tag[2:]
        if sign == "=" and name in "MDW":
            setattr(parts, {"M": "month", "D": "day", "W": "weekday"}[name], int(number))
        elif tag.isdigit():
            parts.figures += tag
        elif tag == "Y":
            parts.year = int(parts.figures) + (_CENTURY if len(parts.figures) == 2 else 0)
            parts.figures = ""
        elif tag == "Y2000":
            parts.year, parts.figures = _CENTURY + int(parts.figures), ""
        elif tag == "YMD":
            parts.year, parts.month, parts.day = int(parts.figures[:4]), int(parts.figures[4:6]), int(parts.figures[6:8])
        elif tag.endswith("_ago"):
            setattr(parts, tag.removesuffix("_ago"), -int(parts.figures))
        else:
            unit = tag.rstrip("0123456789").rstrip("+-")
            setattr(parts, unit + "s", int(tag[len(unit) :]))
    return parts


def _weekday(parts: _Parts, today: date) -> date:
    assert parts.weekday is not None
    monday = today - timedelta(days=today.weekday())
    if parts.weeks is not None:
        return monday + timedelta(weeks=parts.weeks, days=parts.weekday - 1)
    day = monday + timedelta(days=parts.weekday - 1)
    return day if day <= today else day - timedelta(weeks=1)


def _calendar(parts: _Parts, today: date) -> tuple[str, bool]:
    year, month, day = parts.year, parts.month, parts.day
    if parts.years is not None:
        year = today.year + parts.years
    if parts.months is not None:
        year, month = _month_from(today, parts.months)
    if month is None:
        year, month = _month_from(today, 0 if (day or 1) <= today.day else -1)
    if year is None:
        year = today.year if (month, day or 1) <= (today.month, today.day) else today.year - 1
        if month == 2 and day == 29:
            year = next((y for y in range(year, year - 8, -1) if monthrange(y, 2)[1] == 29), year)
    if day is None:
        return f"{year:04d}-{month:02d}", 1 <= month <= 12
    return f"{year:04d}-{month:02d}-{day:02d}", _exists(year, month, day)


def _without_today(parts: _Parts) -> tuple[str, bool]:
    for count, unit in ((parts.days, "D"), (parts.weeks if parts.weekday is None else None, "W")):
        if count is not None:
            return f"{'-' if count < 0 else ''}P{abs(count)}{unit}", True
    if parts.weekday is not None:
        week = f"{'-' if (parts.weeks or 0) < 0 else ''}P{abs(parts.weeks or 0)}W"
        return f"{week}-{parts.weekday}", True
    if parts.months is not None:
        month = f"{'-' if parts.months < 0 else ''}P{abs(parts.months)}M"
        return (month if parts.day is None else f"{month}-{parts.day:02d}"), True
    year = f"{parts.year:04d}" if parts.year is not None else "-"
    month = f"{parts.month:02d}" if parts.month is not None else "-"
    if parts.day is None:
        return f"{year}-{month}", True
    return f"{year}-{month}-{parts.day:02d}", _exists(parts.year or 2024, parts.month or 1, parts.day)


def _month_from(today: date, months: int) -> tuple[int, int]:
    index = today.year * 12 + today.month - 1 + months
    return index // 12, index % 12 + 1


def _exists(year: int, month: int, day: int) -> bool:
    return 1 <= month <= 12 and year >= 1 and 1 <= day <= monthrange(year, month)[1]
