"""Values in a caller's words: digit strings, telephone and card numbers, sums, days, banks, products.

The grammars find the words; here their tags become values, and the values are checked. Days are counted from a `today`
that is passed in, never from a clock.
"""

import re
from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import date

from voicebot.grammar import Grammar, Match, house_grammar
from voicebot.nlu.amounts import amount_value
from voicebot.nlu.dates import date_value
from voicebot.types import Expectation, Language, SlotValue

CARD_LENGTHS = range(13, 20)
"""Digits in a payment card number (ISO/IEC 7812: up to 19; 12 and fewer are not in use)."""

PHONE: dict[Language, re.Pattern[str]] = {"zh-CN": re.compile(r"1[3-9]\d{9}"), "en-US": re.compile(r"1?[2-9]\d{2}[2-9]\d{6}")}
"""Mainland mobile numbers (11 digits); the North American numbering plan (10, or 11 with the country code)."""

SHORTEST_RUN = 4
"""Digits in a row that count as a number where none was asked for: the end of a card."""

_NO_DIGIT = re.compile(r"一(?=[下点些样直会共般起边定遍])")
"""一 in "问一下", "快一点": no digit of a number."""

_NUMBER_KINDS = ("digits", "phone", "card")
_FOLD = {"twice": 2, "thrice": 3, "fourfold": 4}


@dataclass(frozen=True)
class SlotReader:
    """Finds slot values in normalised text of one language."""

    language: Language
    _grammars: dict[str, Grammar] = field(init=False, default_factory=dict, repr=False)

    def __post_init__(self) -> None:
        for name in ("digits", "card", "phone", "amount", "date", "banks", "products"):
            self._grammars[name] = house_grammar(self.language, name)

    def read(self, text: str, expectation: Expectation, today: date | None) -> tuple[SlotValue, ...]:
        """All values in `text`, those of the expected kind first, then as spoken; none overlap."""
        numbers = self._numbers(text, expectation)
        found = [*self._dates(text, expectation, today), *self._amounts(text, expectation)]
        found += [_named(match, "bank") for match in self._grammars["banks"].find_all("bank", text)]
        found += [_named(match, "product") for match in self._grammars["products"].find_all("product", text)]
        expects_number = expectation.kind in _NUMBER_KINDS
        ranked = sorted(
            [*((slot, 1 if expects_number else 0) for slot in numbers), *((slot, 0) for slot in found)],
            key=lambda entry: (entry[0].slot.kind != expectation.kind, -entry[1], -entry[0].length, entry[0].start),
        )
        chosen: list[_Found] = []
        for candidate, _ in ranked:
            if all(candidate.end <= other.start or other.end <= candidate.start for other in chosen):
                chosen.append(candidate)
        chosen.sort(key=lambda slot: (slot.slot.kind != expectation.kind, slot.start))
        return tuple(slot.slot for slot in chosen)

    def digits(self, text: str) -> str:
        """All digits spoken in `text`, in order: what a digit answer amounts to so far."""
        return "".join(digit_string(match.tags) for match in self._grammars["digits"].find_all("digits", text))

    def amount_so_far(self, text: str) -> tuple[bool, bool]:
        """(a sum with its unit, a bare number) is the whole of `text`."""
        grammar = self._grammars["amount"]
        return grammar.match("amount", text) is not None, grammar.match("bare", text) is not None

    def is_date(self, text: str) -> bool:
        """Whether `text` ends in a whole day."""
        found = self._grammars["date"].find_all("date", text)
        return bool(found) and found[-1].end == len(text)

    def _numbers(self, text: str, expectation: Expectation) -> list["_Found"]:
        tails = [_tail(match) for match in self._grammars["digits"].find_all("tail", text)]
        if expectation.kind in _NUMBER_KINDS:
            return tails or self._expected_number(text, expectation)
        runs = [
            _Found(match, SlotValue(*self._classify(value), match.text))
            for match in self._grammars["digits"].find_all("digits", text)
            if len(value := digit_string(match.tags)) >= SHORTEST_RUN and not _is_date(match.text)
        ]
        return tails + [run for run in runs if all(run.start >= tail.end or run.end <= tail.start for tail in tails)]

    def _expected_number(self, text: str, expectation: Expectation) -> list["_Found"]:
        """The whole answer as one number: hesitations inside it do not cut it."""
        matches = self._grammars["digits"].find_all("digits", _NO_DIGIT.sub("啊", text))
        value = "".join(digit_string(match.tags) for match in matches)
        if not value:
            return []
        whole = Match(matches[0].start, matches[-1].end, text[matches[0].start : matches[-1].end], ())
        return [_Found(whole, SlotValue(expectation.kind, value, whole.text, self.check(value, expectation)))]

    def check(self, value: str, expectation: Expectation) -> bool:
        """Whether digits can be what was asked for: length, telephone number plan, Luhn."""
        if expectation.length is not None and len(value) != expectation.length:
            return False
        if expectation.kind == "phone":
            return PHONE[self.language].fullmatch(value) is not None
        if expectation.kind == "card" and expectation.length is None:
            return len(value) in CARD_LENGTHS and luhn(value)
        return True

    def _classify(self, value: str) -> tuple[str, str]:
        if PHONE[self.language].fullmatch(value):
            return "phone", value
        if len(value) in CARD_LENGTHS and luhn(value):
            return "card", value
        return "digits", value

    def _amounts(self, text: str, expectation: Expectation) -> list["_Found"]:
        grammar = self._grammars["amount"]
        rule = "bare" if expectation.kind == "amount" else "amount"
        others = grammar.find_all("other", text)
        matches = list(grammar.find_all("amount", text))
        if rule == "bare" and not matches:
            matches = [match for match in (grammar.find("bare", text),) if match is not None]
        found = []
        for match in matches:
            value = amount_value(match.tags, self.language)
            clash = any(other.start <= match.start and other.end >= match.end for other in others)
            if value is not None and not clash:
                found.append(_Found(match, SlotValue("amount", value, match.text)))
        return found

    def _dates(self, text: str, expectation: Expectation, today: date | None) -> list["_Found"]:
        grammar = self._grammars["date"]
        matches = list(grammar.find_all("date", text))
        if not matches and expectation.kind == "date":
            matches = [match for match in (grammar.match("figures", text),) if match is not None]
        found = []
        for match in matches:
            value, valid = date_value(match.tags, today)
            found.append(_Found(match, SlotValue("date", value, match.text, valid)))
        if not found:
            for match in grammar.find_all("month_only", text):
                value, valid = date_value(match.tags, today)
                found.append(_Found(match, SlotValue("month", value, match.text, valid)))
        return found


@dataclass(frozen=True, slots=True)
class _Found:
    """A value and where it stands."""

    match: Match
    slot: SlotValue

    @property
    def start(self) -> int:
        return self.match.start

    @property
    def end(self) -> int:
        return self.match.end

    @property
    def length(self) -> int:
        return self.match.end - self.match.start


def digit_string(tags: Sequence[str]) -> str:
    """Tags of the digits grammar as digits: `8 twice` is 88, `2 zero_after` 20, `9 hundred` 900."""
    digits: list[str] = []
    for tag in tags:
        if tag in _FOLD:
            digits[-1] *= _FOLD[tag]
        elif tag == "zero_after":
            digits.append("0")
        elif tag == "hundred":
            digits.append("00")
        elif tag.isdigit():
            digits.append(tag)
    return "".join(digits)


def luhn(digits: str) -> bool:
    """The check digit of ISO/IEC 7812-1, annex B."""
    total = 0
    for index, digit in enumerate(reversed(digits)):
        value = int(digit) * (2 if index % 2 else 1)
        total += value - 9 if value > 9 else value
    return total % 10 == 0


def _tail(match: Match) -> _Found:
    return _Found(match, SlotValue("digits", digit_string(match.tags), match.text))


def _named(match: Match, kind: str) -> _Found:
    return _Found(match, SlotValue(kind, match.tag or match.text, match.text))


def _is_date(text: str) -> bool:
    return text.endswith(("号", "日", "月", "年"))
