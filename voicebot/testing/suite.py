"""A run of many scripts: results as they come, coverage, what was flaky, and the document of `voicebot test --json`."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from typing import Any

from voicebot.testing.batch import Batch, Repeats, run_batch
from voicebot.testing.coverage import Coverage
from voicebot.testing.outcome import ScriptResult, Status


@dataclass(slots=True)
class Suite:
    """Runs a batch and keeps what came of it. With `repeat`, a script that fails once has failed."""

    batch: Batch
    repeat: int = 1
    jobs: int = 1
    stop_at_first: bool = False
    coverage: Coverage = field(default_factory=Coverage)
    repeats: Repeats = field(default_factory=Repeats)
    _results: dict[int, ScriptResult] = field(default_factory=dict)

    def run(self) -> Iterator[ScriptResult]:
        """Every result as it is there. Closing the iterator stops the workers."""
        tasks = self.batch.tasks
        for turn in range(self.repeat):
            order = list(range(len(tasks)))
            if turn % 2:
                order.reverse()  # a result that depends on what ran before shows
            for place, result in run_batch([tasks[index] for index in order], self.jobs):
                self._note(order[place], result)
                yield result
                if self.stop_at_first and result.status in (Status.FAILED, Status.CRASHED):
                    return

    def _note(self, index: int, result: ScriptResult) -> None:
        if self.repeat > 1:
            self.repeats.note(self.batch.tasks[index], result)
        if index not in self._results:
            self.coverage.add(result.records, result.hotline)
        worse = self._results.get(index)
        if worse is None or worse.status in (Status.PASSED, Status.SKIPPED):
            self._results[index] = result

    @property
    def results(self) -> list[ScriptResult]:
        """One a script, in the order of the scripts."""
        return [self._results[index] for index in sorted(self._results)]

    @property
    def failed(self) -> list[ScriptResult]:
        return [result for result in self.results if result.status in (Status.FAILED, Status.CRASHED)]

    @property
    def flaky(self) -> Mapping[str, int]:
        """Name → runs that differed from the first."""
        return self.repeats.flaky

    def counts(self) -> dict[str, int]:
        """How many passed, failed (crashes too) and were skipped."""
        skipped = sum(result.status is Status.SKIPPED for result in self.results)
        failed = len(self.failed)
        return {"passed": len(self.results) - failed - skipped, "failed": failed, "skipped": skipped}

    def document(self, figures: Mapping[str, Any]) -> dict[str, Any]:
        """The JSON of `voicebot test` (docs/json.md)."""
        return {
            **self.counts(),
            "coverage": dict(figures),
            "failures": [_failed_script(result) for result in self.failed],
            "unchecked": sum(len(result.unchecked) for result in self.results),
            "flaky": dict(self.flaky),
            "broken": list(self.batch.broken),
            "turns": sum(result.turns for result in self.results),
            "seconds": round(sum(result.seconds for result in self.results), 2),
            "wall_seconds": round(sum(result.wall_seconds for result in self.results), 3),
        }


def _failed_script(result: ScriptResult) -> dict[str, Any]:
    return {
        "name": result.name,
        "path": result.path,
        "line": result.line,
        "door": str(result.door),
        "status": str(result.status),
        "reason": result.reason,
        "audio": result.audio,
        "failures": [
            {
                "path": failure.path,
                "line": failure.line,
                "expected": failure.expected,
                "happened": failure.happened,
                "t": round(failure.frame / 50, 2),
                "belief": dict(failure.belief),
            }
            for failure in result.failures
        ],
    }
