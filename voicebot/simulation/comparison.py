"""Two runs by the same callers: what the change between them moved, and the calls in which it shows most."""

import operator
import re
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from voicebot.errors import VoicebotError
from voicebot.hotlines.complaints import nearest
from voicebot.metrics.collection import AUDIO_NAME, LOG_NAME
from voicebot.simulation.calibration import read_run
from voicebot.simulation.pairing import MEASURES, Calls, Changed, Difference, differences, most_changed
from voicebot.simulation.results import by_system, read_results

SAME = ("seed", "hotline", "language", "sha256")
"""What two runs must have in common for their callers to be the same."""

SHOWN = 10
"""Calls that changed most."""

_OPERATORS: Mapping[str, Callable[[float, float], bool]] = {
    "<=": operator.le, ">=": operator.ge, "<": operator.lt, ">": operator.gt,
}  # fmt: skip
_CONDITION = re.compile(r"\s*([a-z_]+)(?:\.(low|high|value))?\s*(<=|>=|<|>)\s*([-+]?(?:\d+\.?\d*|\.\d+))\s*")


@dataclass(frozen=True, slots=True)
class Condition:
    """`correct_coverage < -0.01`: true of a difference that must not be."""

    text: str
    kpi: str
    part: str
    """value, low or high."""
    operator: str
    limit: float

    @classmethod
    def parse(cls, text: str) -> "Condition":
        """Raises `VoicebotError` for what is none."""
        found = _CONDITION.fullmatch(text)
        if found is None:
            raise VoicebotError(f"--fail-if {text!r}: write a KPI, <, <=, > or >=, and a number, as correct_coverage < -0.01")
        kpi, part, sign, limit = found.groups()
        if kpi not in MEASURES:
            raise VoicebotError(f"--fail-if {text!r}: `{kpi}` is no KPI that is compared{nearest(kpi, MEASURES)}")
        return cls(text.strip(), kpi, part or "value", sign, float(limit))

    def holds(self, moved: Mapping[str, Difference]) -> bool:
        """Whether it is true; of a KPI that no caller has it is not."""
        if self.kpi not in moved:
            return False
        return _OPERATORS[self.operator](getattr(moved[self.kpi], self.part), self.limit)


def compare(
    first: Path, second: Path, conditions: Sequence[Condition] = (), systems: tuple[str, str] | None = None
) -> dict[str, Any]:
    """`{systems: {NAME: {callers, differences, changed}}, failed: [...]}` of `second` less `first`.

    `systems`: one of each run, by default each that both have. Raises `VoicebotError` where the callers are not the same.
    """
    runs = read_run(first), read_run(second)
    for name in SAME:
        if runs[0].get(name) != runs[1].get(name):
            raise VoicebotError(f"{first} and {second}: other {name}, so other callers; simulate both alike to compare them")
    calls = by_system(read_results(first)), by_system(read_results(second))
    pairs = [systems] if systems is not None else [(name, name) for name in calls[0] if name in calls[1]]
    if not pairs:
        raise VoicebotError(f"{first} and {second}: have no system in common; name two with --system A,B")
    document: dict[str, Any] = {"systems": {}, "failed": []}
    for one, other in pairs:
        for name, run, folder in ((one, calls[0], first), (other, calls[1], second)):
            if name not in run:
                raise VoicebotError(f"{folder}: holds no calls of {name}{nearest(name, run)}")
        moved = differences(calls[0][one], calls[1][other])
        label = one if one == other else f"{other} less {one}"
        document["systems"][label] = {
            "callers": sum(number in calls[1][other] for number in calls[0][one]),
            "differences": {key: difference.document() for key, difference in moved.items()},
            "changed": [
                _shown(changed, (calls[0][one], calls[1][other]), (first / one, second / other))
                for changed in most_changed(calls[0][one], calls[1][other], SHOWN)
            ],
        }
        document["failed"] += [f"{label}: {condition.text}" for condition in conditions if condition.holds(moved)]
    return document


def _shown(changed: Changed, calls: tuple[Calls, Calls], folders: tuple[Path, Path]) -> dict[str, Any]:
    """A caller, what came of both calls, and where they can be looked at and listened to."""
    records = [run[changed.number].record for run in calls]
    places = [folder / f"{changed.number:05d}" for folder in folders]
    return {
        "number": changed.number,
        "true_question": records[0].true_question,
        "moved": changed.moved,
        "outcomes": [record.outcome for record in records],
        "located": [record.located for record in records],
        "turns": [record.turns for record in records],
        "logs": [str(place / LOG_NAME) if (place / LOG_NAME).is_file() else None for place in places],
        "recordings": [str(place / AUDIO_NAME) if (place / AUDIO_NAME).is_file() else None for place in places],
    }


def listen_command(run: Mapping[str, Any], numbers: Sequence[int], systems: Sequence[str]) -> str:
    """What to type to record calls of a run again."""
    parts = ["voicebot simulate", f"--only {','.join(map(str, numbers))}", f"--record {len(numbers)}", f"--seed {run['seed']}"]
    parts += [f"--system {','.join(systems)}", f"--hotline {run['hotline']}", f"--lang {run['language']}"]
    parts += [f"--{name} {run[name]}" for name in ("model", "population", "wordings", "voices") if run.get(name)]
    return " ".join([*parts, "--out DIR"])
