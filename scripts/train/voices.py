"""Who speaks the synthetic training speech: espeak's own variants but those kept for development and tests, and two hundred
invented ones.

Two builds of espeak-ng are used, because they sound a little different: the one of the PyPI package espeakng-loader, which
callers in simulation speak with, and Debian's.
"""

import contextlib
import random
import shutil
import sys
import tempfile
from pathlib import Path

import espeakng_loader

sys.path.append(str(Path(__file__).resolve().parents[1]))  # the held-out voices have one list, beside the development audio
from asr_material import HELD_OUT, VOICES

KEPT = HELD_OUT | frozenset(VOICES["check"])
"""Variants for tests, and for choices made on the way: a network is judged on voices it never heard."""

UNFIT = frozenset(
    ("Demonic", "Mr", "RicishayMax", "RicishayMax2", "RicishayMax3", "Storm", "Tweaky", "UniRobot", "croak", "fast")
    + ("robosoft8", "whisper", "whisperf")
)
"""Variants that no caller sounds like."""

INVENTED = 200
"""espeak holds at most 349 voices; languages other than the two are left out of the copied data to make room."""

_LANGUAGES = ("sit", "gmw")
"""Families of Mandarin and English in espeak-ng-data/lang."""

_DEBIAN = (Path("/usr/lib/x86_64-linux-gnu"), Path("/usr/lib/aarch64-linux-gnu"))


def libraries() -> dict[str, tuple[str, Path]]:
    """Name → espeak's library and its data folder, of the builds that are installed."""
    found = {"pypi": (espeakng_loader.get_library_path(), Path(espeakng_loader.get_data_path()))}
    for folder in _DEBIAN:
        if (folder / "espeak-ng-data").is_dir():
            found["debian"] = (str(folder / "libespeak-ng.so.1"), folder / "espeak-ng-data")
    return found


def prepared(work: Path, build: str) -> tuple[str, Path, list[str]]:
    """The library of `build`, a copy of its data with the invented variants inside (made once), and the variants to train on."""
    library, data = libraries()[build]
    copy = work / f"espeak-{build}" / "espeak-ng-data"
    if not copy.exists():
        copy.parent.mkdir(parents=True, exist_ok=True)
        with tempfile.TemporaryDirectory(dir=work) as folder:
            made = _thinned(data, Path(folder) / copy.name)
            with contextlib.suppress(OSError):  # the other language's run was first
                made.rename(copy)
    stock = sorted(path.name for path in (data / "voices" / "!v").iterdir())
    return library, copy, [name for name in stock if name not in KEPT | UNFIT and " " not in name]


def _thinned(data: Path, copy: Path) -> Path:
    """A copy of espeak's data without what no run speaks, with the invented variants."""
    shutil.copytree(data, copy)
    for folder in (copy / "lang").iterdir():
        if folder.name not in _LANGUAGES:
            shutil.rmtree(folder) if folder.is_dir() else folder.unlink()
    shutil.rmtree(copy / "voices" / "mb", ignore_errors=True)
    chance = random.Random(77)
    for number in range(INVENTED):
        (copy / "voices" / "!v" / f"r{number:03d}").write_text(_invented(f"r{number:03d}", chance), encoding="ascii")
    return copy


def _invented(name: str, chance: random.Random) -> str:
    """A voice file: another throat (formants, their heights and widths), another larynx, another microphone."""
    high = chance.random() < 0.5
    throat = chance.uniform(1.0, 1.3) if high else chance.uniform(0.85, 1.1)
    pitch = chance.uniform(120, 200) if high else chance.uniform(70, 125)
    lines = ["language variant", f"name {name}", f"pitch {pitch:.0f} {pitch * chance.uniform(1.2, 1.7):.0f}"]
    if chance.random() < 0.25:
        lines.append(f"klatt {chance.randint(1, 5)}")
    lines.append(f"formant 0 {100 * throat:.0f} {chance.uniform(80, 120):.0f} {chance.uniform(90, 150):.0f}")
    for formant in range(1, 9):
        odd = chance.uniform(0.8, 1.2) if chance.random() < 0.15 else 1.0
        place = 100 * throat * chance.uniform(0.87, 1.13) * odd
        height = chance.uniform(60, 150) if formant < 4 else chance.uniform(20, 150)
        lines.append(f"formant {formant} {place:.0f} {height:.0f} {chance.uniform(75, 170):.0f}")
    for share, line in (
        (0.3, f"flutter {chance.randint(1, 25)}"),
        (0.4, f"roughness {chance.randint(0, 5)}"),
        (0.3, f"voicing {chance.randint(40, 120)}"),
        (0.4, f"consonants {chance.randint(30, 140)} {chance.randint(30, 140)}"),
        (0.2, f"echo {chance.randint(10, 130)} {chance.randint(5, 35)}"),
        (0.3, "breathw 150 150 200 200 400 400\nbreath " + " ".join(str(chance.randint(0, 10)) for _ in range(8))),
        (0.5, "tone " + " ".join(f"{hertz} {chance.randint(80, 255)}" for hertz in (600, 1200, 2000, 3000))),
        (0.3, "stressAmp " + " ".join(str(chance.randint(12, 24)) for _ in range(8))),
    ):
        if chance.random() < share:
            lines.append(line)
    return "\n".join(lines) + "\n"
