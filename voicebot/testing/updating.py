"""Accepting new behaviour: what a script expected in vain is written anew, in its place in the file, and nothing else is touched.

Only what says plainly what to write instead can be accepted: act, state, questions, wording, slots, and how the call ended.
Conditions on the belief, events, timing and combinations are listed for a person to look at.
"""

from collections import Counter, defaultdict
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any, TypeAlias

from ruamel.yaml import YAML
from ruamel.yaml.nodes import MappingNode, Node, ScalarNode, SequenceNode

from voicebot.testing.loading import LoadedScript
from voicebot.testing.outcome import Failure, ScriptResult
from voicebot.testing.writing import flow, write_file

Place: TypeAlias = tuple[str | int, ...]


@dataclass(frozen=True, slots=True)
class Change:
    """One turn of one script, or its `ends:`, with all that is new in it."""

    path: str
    line: int
    scripts: tuple[str, ...]
    """Names of the scripts (rows) that the place belongs to."""
    failures: tuple[Failure, ...]

    def lines(self) -> list[str]:
        """`- expected`, `+ happened`, for people."""
        return [line for failure in self.failures for line in (f"- {failure.expected}", f"+ {failure.happened}")]


@dataclass(slots=True)
class Update:
    """What was written and what could not be."""

    written: list[Change] = field(default_factory=list)
    refused: list[Change] = field(default_factory=list)
    left: list[str] = field(default_factory=list)
    """`file:line: why it was left as it is`."""


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
    by_file: dict[str, dict[Place, list[tuple[str, Failure]]]] = defaultdict(lambda: defaultdict(list))
    for result in results:
        if result.reason:
            outcome.left.append(f"{result.where}: {result.reason.splitlines()[0]}")
        for failure in result.failures:
            if failure.remedy is None:
                outcome.left.append(f"{failure.path}:{failure.line}: expected {failure.expected}; {failure.happened}")
            else:
                by_file[failure.path][failure.place].append((result.name, failure))
    for path, places in by_file.items():
        for place in list(places):
            names = {name for name, _ in places[place]}
            if len(names) < shared.get((path, place), 1):
                line = places.pop(place)[0][1].line
                outcome.left.append(f"{path}:{line}: others that share this turn still expect it; write it by hand")
        _update_file(path, places, accept, outcome)
    return outcome


def _update_file(
    path: str,
    places: dict[Place, list[tuple[str, Failure]]],
    accept: Callable[[Change], bool],
    outcome: Update,
) -> None:
    text = Path(path).read_text("utf8")
    root = YAML(typ="rt").compose(text)
    edits: list[tuple[int, int, str]] = []
    for group in sorted(places.values(), key=lambda group: group[0][1].line):
        change = Change(path, group[0][1].line, tuple(dict.fromkeys(name for name, _ in group)), _distinct(group))
        try:
            wanted = [_edit(text, root, failure) for failure in _agreed(group)]
        except _Left as reason:
            outcome.left.append(f"{path}:{change.line}: {reason}")
            continue
        if accept(change):
            edits += wanted
            outcome.written.append(change)
        else:
            outcome.refused.append(change)
    for start, end, new in sorted(edits, reverse=True):
        text = text[:start] + new + text[end:]
    if edits:
        write_file(path, text)


class _Left(Exception):
    """Why a place is left as it is."""


def _distinct(group: Sequence[tuple[str, Failure]]) -> tuple[Failure, ...]:
    return tuple({(failure.expected, failure.happened): failure for _, failure in group}.values())


def _agreed(group: Sequence[tuple[str, Failure]]) -> list[Failure]:
    """One failure for each key of the place, where all rows want the same there."""
    found: dict[Place, Failure] = {}
    for _, failure in group:
        assert failure.remedy is not None
        other = found.setdefault(failure.remedy.key, failure)
        if other.remedy != failure.remedy:
            raise _Left(f"its rows differ in what they would have here ({other.happened}; {failure.happened}); write it by hand")
    return list(found.values())


def _edit(text: str, root: Node, failure: Failure) -> tuple[int, int, str]:
    """Where the value stands, and what to put there. Raises `_Left`."""
    assert failure.remedy is not None
    node: Any = root
    for part in (*failure.place, *failure.remedy.key):
        node = _child(node, part)
    start, end = node.start_mark.index, node.end_mark.index
    if "${" in text[start:end]:
        raise _Left(
            f"its value comes from a variable ({text[start:end].strip()}); expected {failure.expected}; {failure.happened}"
        )
    if not isinstance(node, ScalarNode):
        end = _trimmed(text, start, end)
    return start, end, flow(failure.remedy.value)


def _child(node: Any, part: str | int) -> Any:
    if isinstance(node, MappingNode):
        found = next((value for key, value in node.value if key.value == part), None)
        if found is not None:
            return found
    elif isinstance(node, SequenceNode) and isinstance(part, int) and part < len(node.value):
        return node.value[part]
    raise _Left("the expectation stands in a variable or a fragment; write it by hand")


def _trimmed(text: str, start: int, end: int) -> int:
    """A block collection ends where the next one begins; without the white space in between."""
    while end > start and text[end - 1].isspace():
        end -= 1
    return end
