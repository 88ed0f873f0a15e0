"""Make the recordings of audio_fixtures/ and their manifest.

    python scripts/make_fixtures.py                        # what is missing or was changed
    python scripts/make_fixtures.py --all
    python scripts/make_fixtures.py --check zh-plain en-plain   # make these again elsewhere and compare
    python scripts/make_fixtures.py --speech DIR           # also those cut from people's recordings

A fixture's call.yaml is the source: every caller turn with `audio:` is rendered in the turn's or the script's `voice:` and
`rate:`, at 8 kHz µ-law where the script says `line: telephone`. The voices are espeak variants that no bundled model was trained
on (HELD_OUT in scripts/asr_material.py). The same wheels on the same machine give the same samples: pins are in pyproject.toml.

A turn named in audio_fixtures/people.yaml is cut from people's recordings instead; those need `--speech`, a folder with the
unpacked corpora, and are otherwise left as they are.
"""

import argparse
import hashlib
import json
import sys
import tempfile
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

import numpy as np
import soxr
from ruamel.yaml import YAML

from voicebot.audio import effects
from voicebot.audio.wav import write_wav
from voicebot.testing.loading import load_script
from voicebot.testing.scene import DEFAULT_RATES, SPEECH_LEVEL_DB
from voicebot.testing.script import Script, Utterance
from voicebot.tts import Renderer
from voicebot.types import SAMPLE_RATE, Samples

FIXTURES = Path(__file__).resolve().parent.parent / "audio_fixtures"
MANIFEST = "manifest.json"
PEOPLE = "people.yaml"
QUIET_SHARE = 0.02
"""Of the peak: what lies below it at the ends of a recorded word is cut off."""

CROSSFADE = 160
"""Samples over which spliced words are faded at their ends."""


@dataclass(frozen=True, slots=True)
class Cut:
    """A turn made of recorded words: files below the speech folder, and the quiet after each, in seconds."""

    files: tuple[str, ...]
    gaps: tuple[float, ...]


def people() -> dict[str, Cut]:
    """`fixture/file.wav` → the recordings it is cut from."""
    listed = YAML(typ="safe").load((FIXTURES / PEOPLE).read_text("utf-8")) or {}
    return {name: Cut(tuple(entry["files"]), tuple(entry.get("gaps", ()))) for name, entry in listed.items()}


def spoken(script: Script) -> Iterator[Utterance]:
    """The caller turns that have a recording."""
    yield from (turn for turn in script.turns if isinstance(turn, Utterance) and turn.audio is not None)


def render(turn: Utterance, script: Script, renderer: Renderer) -> Samples:
    """A turn in its synthetic voice."""
    voice = turn.voice or script.voice
    if voice is None:
        raise SystemExit(f"{script.name}: `{turn.caller}` has no voice: to make {turn.audio} with")
    speech = renderer.render(turn.caller, voice, turn.rate or script.rate or DEFAULT_RATES[script.language])
    return effects.set_level(speech.samples, SPEECH_LEVEL_DB)


def splice(cut: Cut, speech: Path) -> Samples:
    """Recorded words one after the other, equally loud."""
    parts: list[Samples] = []
    for index, name in enumerate(cut.files):
        parts.append(effects.set_level(_word(speech / name), SPEECH_LEVEL_DB))
        parts.append(np.zeros(round((cut.gaps[index] if index < len(cut.gaps) else 0.0) * SAMPLE_RATE), np.int16))
    return np.concatenate(parts)


def _word(path: Path) -> Samples:
    import soundfile

    data, rate = soundfile.read(path, dtype="float64", always_2d=True)
    values = soxr.resample(data.mean(axis=1), rate, SAMPLE_RATE)
    loud = np.flatnonzero(np.abs(values) > QUIET_SHARE * np.abs(values).max())
    values = values[max(0, loud[0] - CROSSFADE) : loud[-1] + CROSSFADE]
    fade = np.linspace(0.0, 1.0, CROSSFADE)
    values[:CROSSFADE] *= fade
    values[-CROSSFADE:] *= fade[::-1]
    return np.clip(np.rint(values / np.abs(values).max() * 16384), -32768, 32767).astype(np.int16)


def write(samples: Samples, path: Path, script: Script) -> None:
    """As the line carries it: 16 kHz PCM, or 8 kHz µ-law."""
    path.parent.mkdir(parents=True, exist_ok=True)
    if script.line == "telephone":
        narrow = np.clip(np.rint(soxr.resample(samples.astype(np.float64), SAMPLE_RATE, 8000)), -32768, 32767).astype(np.int16)
        write_wav(path, narrow, 8000, "mulaw")
    else:
        write_wav(path, samples)


def load_for_making(path: Path) -> Script:
    """A script whose recordings may not be there yet."""
    return Script.model_validate(YAML(typ="safe").load(path.read_text("utf-8")))


def make(name: str, out: Path, speech: Path | None, again: bool) -> list[Path]:
    """The recordings of one fixture that can be made here; those that were written."""
    script = load_for_making(FIXTURES / name / "call.yaml")
    renderer, cuts, written = Renderer(), people(), []
    try:
        for turn in spoken(script):
            assert turn.audio is not None
            target = out / name / turn.audio
            cut = cuts.get(f"{name}/{turn.audio}")
            if (target.exists() and not again) or (cut is not None and speech is None):
                continue
            write(splice(cut, speech) if cut and speech else render(turn, script, renderer), target, script)
            written.append(target)
    finally:
        renderer.close()
    return written


def manifest() -> dict[str, object]:
    """sha256 of every recording, with origin and licence of its fixture."""
    entries: dict[str, object] = {}
    for folder in sorted(path.parent for path in FIXTURES.glob("*/call.yaml")):
        script = load_script(folder / "call.yaml")
        sums = {file.name: hashlib.sha256(file.read_bytes()).hexdigest() for file in sorted(folder.glob("*.wav"))}
        entries[folder.name] = {"origin": script.origin, "licence": script.licence, "sha256": sums}
    return entries


def check(names: list[str], speech: Path | None) -> int:
    """Make fixtures again in a folder of their own; how many differ from the manifest."""
    listed = json.loads((FIXTURES / MANIFEST).read_text("utf-8"))
    wrong = 0
    with tempfile.TemporaryDirectory() as folder:
        for name in names:
            for file in make(name, Path(folder), speech, again=True):
                same = hashlib.sha256(file.read_bytes()).hexdigest() == listed[name]["sha256"].get(file.name)
                wrong += not same
                print(f"{name}/{file.name}: {'the same' if same else 'DIFFERENT'}")
    return wrong


def main() -> int:
    """Parse, make, write the manifest."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("names", nargs="*", help="fixtures (default: all)")
    parser.add_argument("--all", action="store_true", help="make every recording again")
    parser.add_argument("--check", action="store_true", help="compare instead of writing")
    parser.add_argument("--speech", type=Path, help="folder with the unpacked recordings of people")
    args = parser.parse_args()
    names = args.names or sorted(path.parent.name for path in FIXTURES.glob("*/call.yaml"))
    if args.check:
        return 1 if check(names, args.speech) else 0
    for name in names:
        for file in make(name, FIXTURES, args.speech, again=args.all):
            print(file.relative_to(FIXTURES.parent))
    (FIXTURES / MANIFEST).write_text(json.dumps(manifest(), ensure_ascii=False, indent=1) + "\n", "utf-8")
    return 0


if __name__ == "__main__":
    sys.exit(main())
