"""A script's file as text, in which single values can be found and put anew, everything else as it was."""

import re
from dataclasses import dataclass
from typing import Any, TypeAlias

from ruamel.yaml import YAML
from ruamel.yaml.nodes import MappingNode, ScalarNode, SequenceNode

from voicebot.testing.outcome import Failure

Place: TypeAlias = tuple[str | int, ...]
"""Keys and numbers from the top of the file."""

_VARIABLE = re.compile(r"\$\{([A-Za-z_][A-Za-z0-9_]*)\}")


@dataclass(frozen=True, slots=True)
class Spot:
    """Where a value stands in the text."""

    at: Place
    start: int
    end: int
    in_row: bool
    """It is a row's own: the place of the expectation names a variable."""


class ScriptText:
    """One file."""

    def __init__(self, text: str) -> None:
        self.text = text
        self._root: Any = YAML(typ="rt").compose(text)

    def find(self, failure: Failure) -> Spot | None:
        """Where the value stands that the failure is about; None where that is in a variable that others use, or a fragment.

        A variable that stands for nothing else is followed to the row that fills it.
        """
        assert failure.remedy is not None
        node: Any = self._root
        at: Place = ()
        for part in (*failure.place, *failure.remedy.key):
            node = _child(node, part)
            at, node = self._through((*at, part), node, failure.row)
            if node is None:
                return None
        start, end = node.start_mark.index, node.end_mark.index
        while end > start and self.text[end - 1].isspace():  # of what stands in a block: it ends where the next one begins
            end -= 1
        return Spot(at, start, end, bool(failure.row) and at[: len(failure.row)] == failure.row)

    def line(self, place: Place) -> int:
        """The line of what stands there, counted from 1; of what it stands in, where it does not stand there itself."""
        node, line = self._root, 1
        for part in place:
            node = _child(node, part)
            if node is None:
                break
            line = node.start_mark.line + 1
        return line

    def with_edits(self, edits: list[tuple[int, int, str]]) -> str:
        """The text with each (start, end, new) done."""
        text = self.text
        for start, end, new in sorted(set(edits), reverse=True):
            text = text[:start] + new + text[end:]
        return text

    def _through(self, at: Place, node: Any, row: Place) -> tuple[Place, Any]:
        found = _VARIABLE.fullmatch(node.value) if isinstance(node, ScalarNode) else None
        if found is None or not row or self.text.count(found[0]) > 1:
            return at, node
        inner = self._root
        for part in (*row, found[1]):
            inner = _child(inner, part)
        return ((*row, found[1]), inner) if inner is not None else (at, node)


def _child(node: Any, part: str | int) -> Any:
    """What stands below `node` under a key or a number; None where nothing does."""
    if isinstance(node, MappingNode):
        return next((value for key, value in node.value if key.value == part), None)
    if isinstance(node, SequenceNode) and isinstance(part, int) and part < len(node.value):
        return node.value[part]
    return None
