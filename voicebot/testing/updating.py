"""Accepting new behaviour: what a script expected in vain is written anew, in its place in the file, and nothing else is touched.

Only what says plainly what to write instead can be accepted: act, state, questions, wording, slots, and how the call ended.
Conditions on the belief, events, timing and combinations are listed for a person to look at.
"""

from collections import Counter, defaultdict
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path

from voicebot.testing.loading import LoadedScript
from voicebot.testing.outcome import Failure, ScriptResult
from voicebot.testing.script_text import Place, ScriptText, Spot
from voicebot.testing.writing import flow, write_file


@dataclass(frozen=True, slots=True)
class Change:
    """One turn of one script, or its `ends:`, with all that is new in it."""

    path: str
    line: int
    scripts: tuple[str, ...]
    """Names of the scripts (rows) that the place belongs to."""
    failures: tuple[Failure, ...]

    def lines(self) -> list[str]:
        """`- what is expected`, `+ what is written in its place`, for people."""
        return [line for failure in self.failures for line in (f"- {failure.expected}", f"+ {_written(failure)}")]


@dataclass(slots=True)
class Update:
    """What was written and what could not be."""

    written: list[Change] = field(default_factory=list)
    refused: list[Change] = field(default_factory=list)
    left: list[str] = field(default_factory=list)
    """`file:line: why it was left as it is`."""


@dataclass(frozen=True, slots=True)
class _Wanted:
    """A value to be put anew."""

    script: str
    failure: Failure
    spot: Spot | None
    """Where it stands; None where nothing can be written."""


def sharing(scripts: Iterable[LoadedScript]) -> Counter[tuple[str, Place]]:
    """How many scripts (rows, users of a fragment) each expectation in a file belongs to."""
    count: Counter[tuple[str, Place]] = Counter()
    for script in scripts:
        count.update({(str(origin.source.path), (*origin.at, "bot")) for origin in script.turns})
        count[str(script.path), tuple(script.ends.at)] += 1
    return count


def update(results: Iterable[ScriptResult], accept: Callable[[Change], bool], shared: Mapping[tuple[str, Place], int]) -> Update:
    """Rewrite the files of the failed scripts where `accept` says so, turn by turn in the order of the file.

    `shared`: of all scripts that were run, see `sharing`; what other scripts still expect is not taken from them.
    """
    outcome = Update()
    by_file: dict[str, list[tuple[str, Failure]]] = defaultdict(list)
    for result in results:
        if result.reason:
            outcome.left.append(f"{result.where}: {result.reason.splitlines()[0]}")
        for failure in result.failures:
            if failure.remedy is None:
                outcome.left.append(f"{failure.path}:{failure.line}: {_difference(failure)}")
            else:
                by_file[failure.path].append((result.name, failure))
    for path, failures in by_file.items():
        _update_file(path, failures, accept, outcome, shared)
    return outcome


def _update_file(
    path: str,
    failures: Sequence[tuple[str, Failure]],
    accept: Callable[[Change], bool],
    outcome: Update,
    shared: Mapping[tuple[str, Place], int],
) -> None:
    file = ScriptText(Path(path).read_text("utf8"))
    places: dict[Place, list[_Wanted]] = defaultdict(list)
    for name, failure in failures:
        spot = file.find(failure)
        places[failure.row if spot and spot.in_row else failure.place].append(_Wanted(name, failure, spot))
    edits: list[tuple[int, int, str]] = []
    for place, group in sorted(places.items(), key=lambda item: _line(file, item)):
        names = tuple(dict.fromkeys(wanted.script for wanted in group))
        change = Change(path, _line(file, (place, group)), names, _distinct(wanted.failure for wanted in group))
        try:
            if len(names) < shared.get((path, place), 1):
                raise _Left(f"others that share this turn still expect it ({_difference(group[0].failure)})")
            new = [_edit(file, wanted) for wanted in _agreed(group)]
        except _Left as reason:
            outcome.left.append(f"{path}:{change.line}: {reason}; write it by hand")
            continue
        if accept(change):
            edits += new
            outcome.written.append(change)
        else:
            outcome.refused.append(change)
    if edits:
        write_file(path, file.with_edits(edits))


def _line(file: ScriptText, item: tuple[Place, Sequence[_Wanted]]) -> int:
    """Of the turn, or of the row."""
    place, group = item
    return file.line(place) if place == group[0].failure.row else group[0].failure.line


class _Left(Exception):
    """Why a place is left as it is."""


def _written(failure: Failure) -> str:
    """The key, and the value that it gets."""
    if failure.remedy is None:
        return failure.happened
    value = failure.remedy.value
    what = " ".join(part for part in failure.remedy.key if isinstance(part, str))
    return f"{what}: {', '.join(value) if isinstance(value, list | tuple) else value}"


def _difference(failure: Failure) -> str:
    return f"expected {failure.expected}; {failure.happened}"


def _distinct(failures: Iterable[Failure]) -> tuple[Failure, ...]:
    return tuple({(failure.expected, failure.happened): failure for failure in failures}.values())


def _agreed(group: Sequence[_Wanted]) -> list[_Wanted]:
    """One for each key of the place, where all rows want the same there."""
    found: dict[Place, _Wanted] = {}
    for wanted in group:
        assert wanted.failure.remedy is not None
        other = found.setdefault(wanted.spot.at if wanted.spot else wanted.failure.remedy.key, wanted).failure.remedy
        assert other is not None
        if other.value != wanted.failure.remedy.value:
            raise _Left(f"its rows differ in what they would have here ({other.value}, {wanted.failure.remedy.value})")
    return list(found.values())


def _edit(file: ScriptText, wanted: _Wanted) -> tuple[int, int, str]:
    """Where the value stands, and what to put there. Raises `_Left`."""
    failure, spot = wanted.failure, wanted.spot
    assert failure.remedy is not None
    if spot is None:
        raise _Left(f"the expectation stands in a variable or a fragment ({_difference(failure)})")
    old = file.text[spot.start : spot.end]
    if "${" in old:
        raise _Left(f"its value comes from a variable ({old.strip()}): {_difference(failure)}")
    return spot.start, spot.end, flow(failure.remedy.value)
