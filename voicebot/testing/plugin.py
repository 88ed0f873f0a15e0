"""The pytest plugin: `*.call.yaml` files are collected beside ordinary tests, a test each script (and each of its rows).

`pytest --voicebot-spoken` speaks them instead of typing them; `--voicebot-hotline` answers with another pack. Everything of
pytest's works: -k, --lf, -x, JUnit XML, xdist.
"""

from collections.abc import Iterator
from pathlib import Path
from typing import TYPE_CHECKING, Any

import pytest

if TYPE_CHECKING:
    from voicebot.testing.batch import ScriptTask
    from voicebot.testing.outcome import ScriptResult

ENDING = ".call.yaml"
"""As `voicebot.testing.loading.SCRIPT_ENDING`: pytest loads plugins at its start, so nothing big is imported up here."""


def pytest_addoption(parser: pytest.Parser) -> None:
    group = parser.getgroup("voicebot", "voicebot dialogue scripts")
    group.addoption("--voicebot-spoken", action="store_true", help="speak dialogue scripts, through the whole engine")
    group.addoption("--voicebot-hotline", metavar="NAME|PATH", help="pack that dialogue scripts are answered with")
    group.addoption("--voicebot-out", metavar="DIR", help="keep log and audio of failed dialogue scripts")


def pytest_collect_file(file_path: Path, parent: pytest.Collector) -> "ScriptFile | None":
    return ScriptFile.from_parent(parent, path=file_path) if file_path.name.endswith(ENDING) else None


class ScriptFile(pytest.File):
    """One `*.call.yaml`."""

    def collect(self) -> Iterator["ScriptItem"]:
        from voicebot.errors import PackError
        from voicebot.testing.loading import load_scripts

        try:
            loaded = load_scripts(self.path)
        except PackError as error:
            raise self.CollectError(str(error)) from None
        for index, script in enumerate(loaded):
            name, line = item_name(script.name), script.origin.line
            yield ScriptItem.from_parent(self, name=name, script=script.name, index=index, line=line)


def item_name(script: str) -> str:
    """A script's name as pytest can pick it out again: square brackets and `::` are its own marks."""
    return script.translate(str.maketrans("[]", "()")).replace("::", ":")


class ScriptFailed(Exception):
    """Carries the result to the report."""

    def __init__(self, result: "ScriptResult") -> None:
        super().__init__(result.name)
        self.result = result


class ScriptItem(pytest.Item):
    """One script."""

    def __init__(self, *, script: str, index: int, line: int, **more: Any) -> None:
        super().__init__(**more)
        self._script = script
        self._index = index
        self._line = line

    def runtest(self) -> None:
        from voicebot.testing.batch import run_batch, run_task
        from voicebot.testing.outcome import Door, Status

        task = self._task()
        # spoken ones in a process of their own: native libraries can kill it
        result = run_task(task) if task.door is Door.TYPED else next(result for _, result in run_batch([task]))
        if result.unchecked:
            self.add_report_section("call", "not checked when typed", "\n".join(finding.expected for finding in result.unchecked))
        if result.status is Status.SKIPPED:
            pytest.skip(result.reason)
        if result.status is not Status.PASSED:
            raise ScriptFailed(result)

    def _task(self) -> "ScriptTask":
        from voicebot.testing.batch import ScriptTask
        from voicebot.testing.outcome import Door
        from voicebot.testing.running import RunSettings

        option = self.config.getoption
        door = Door.SPOKEN if option("--voicebot-spoken") else Door.TYPED
        settings = RunSettings(hotline=option("--voicebot-hotline"), out=option("--voicebot-out"))
        return ScriptTask(str(self.path), self._index, self._script, self._line, door, settings)

    def repr_failure(self, excinfo: pytest.ExceptionInfo[BaseException], style: Any = None) -> Any:
        from voicebot.testing.timeline import page

        if isinstance(excinfo.value, ScriptFailed):
            return page(excinfo.value.result)
        return super().repr_failure(excinfo, style)

    def reportinfo(self) -> tuple[Path, int, str]:
        return self.path, self._line - 1, self.name
