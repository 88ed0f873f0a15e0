"""Train and build a language's model: synthesis, alignment, training, export, graph, evaluation. Run it again and it goes on.

    python scripts/train/make_model.py zh-CN WORK --speech DIR [--aligner NETWORK.pt] [--folds] [--install] [--share 0.05]

`--speech` holds the unpacked recordings (zh-words, zh-syllables, en-fsdd-train, en-speechocean762-train, noise). A first
network is trained on synthetic speech alone, frame by frame; training goes on from it on whole paths, with the recordings. They
are aligned by the first network, or by a better one where `--aligner` names it: one that came out of a run before, or a model
read back (`restore.py`). `--folds` also trains networks that leave people out, and judges them. `--install` puts the result
where voicebot finds it; without it the model is WORK/LANGUAGE/model. A stage whose file is there is not run again: delete the
file to repeat it. `--share` makes a part of the speech, in a folder of its own in WORK, trains on that and tests on fewer
utterances, which shows that every stage runs.
"""

import argparse
import subprocess
import sys
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

from arguments import command, count, share
from build_graph import MODELS
from parts import FOLDS, PARTS

from voicebot.errors import VoicebotError

HERE = Path(__file__).parent

SYNTHETIC_SHARDS = 60
"""About 0.45 h each, every utterance heard over two lines."""

PEOPLE_SHARDS = {"words": 10, "words-left": 3, "syllables": 10, "a": 8, "b": 8, "rest": 20}
"""About 0.25 h each."""


@dataclass(frozen=True, slots=True)
class Course:
    """How a network is trained."""

    epochs: float
    rate: float
    synthetic: float
    """Share of the synthetic speech an epoch holds."""
    sequence: bool = False
    """On whole paths, at the language's acoustic scale (`sequence.py`)."""


FIRST = Course(3.0, 2e-3, 1.0)
"""From nothing, on synthetic speech."""

PATHS = Course(1.8, 6e-4, 0.5, sequence=True)
"""On from there, with people."""

FOLD = Course(1.0, 6e-4, 0.4, sequence=True)
"""On from `first` without some of them, and shorter: to judge what a stranger may expect."""

SEQUENCE_SCALE = {"zh-CN": 0.5, "en-US": 0.9}
"""Acoustic scale while whole paths are trained: about what the network before decoded best with."""


class Maker:
    """The stages of one language."""

    def __init__(self, arguments: argparse.Namespace) -> None:
        self._language: str = arguments.language
        whole = arguments.share == 1
        work: Path = arguments.work if whole else arguments.work / f"share-{arguments.share:g}"
        self._work = str(work)
        self._home = work / arguments.language
        self._share = ["--share", str(arguments.share)]
        self._arguments = arguments
        self._home.mkdir(parents=True, exist_ok=True)

    def run(self) -> None:
        """All stages in order."""
        noise = ["--noise", str(self._arguments.speech / "noise")]
        processes = ["--processes", str(self._arguments.processes)]
        shards = ["--shards", str(count(self._arguments.share, SYNTHETIC_SHARDS))]
        self._script("synthesize.py", self._language, self._work, *shards, *noise, *processes)
        first = self._network("first", [], FIRST, None)
        self._align(self._arguments.aligner or first)
        for part in PARTS[self._language]:
            shards = ["--shards", str(count(self._arguments.share, PEOPLE_SHARDS[part]))]
            self._script("splice.py", self._language, self._work, part, *shards, *noise, *processes)
        last = self._network("last", PARTS[self._language], PATHS, first)
        model = MODELS / self._language if self._arguments.install else self._home / "model"
        self._script("build_graph.py", self._language, "--network", str(last), "--model", str(model))
        self._script("../bench_asr.py", self._language, "--model", str(model), *self._share)
        if self._arguments.folds:
            self._judge(first, noise)

    def _network(self, name: str, parts: Sequence[str], course: Course, start: Path | None) -> Path:
        out = self._home / f"{name}.pt"
        if not out.exists():
            data = [f"{self._home}/synthetic/*.npz@{course.synthetic}", *(f"{self._home}/{part}/*.npz" for part in parts)]
            given = [item for pattern in data for item in ("--data", pattern)]
            begin = ["--start", str(start)] if start else []
            pace = ["--epochs", str(course.epochs), "--rate", str(course.rate)]
            whole = ["--sequence", str(SEQUENCE_SCALE[self._language])] if course.sequence else []
            noise = ["--noise", str(self._arguments.speech / "noise")]
            self._script("fit_network.py", self._language, str(out), *given, *begin, *pace, *whole, *noise)
        return out

    def _align(self, network: Path) -> None:
        if not (self._home / "aligned.pickle").exists():
            speech = ["--speech", str(self._arguments.speech), *self._share]
            self._script("align.py", self._language, str(network), self._work, *speech)

    def _judge(self, first: Path, noise: list[str]) -> None:
        """`first` has heard no people."""
        for left in FOLDS[self._language]:
            heard = [part for part in PARTS[self._language] if part not in left]
            fold = self._network("without-" + "-".join(left), heard, FOLD, first)
            speech = ["--speech", str(self._arguments.speech)]
            self._script("judge_people.py", self._language, str(fold), ",".join(left), *speech, *noise, *self._share)

    def _script(self, name: str, *arguments: str) -> None:
        print(f"{name} {' '.join(arguments)}", flush=True)
        subprocess.run([sys.executable, str(HERE / name), *arguments], check=True)


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("language", choices=("zh-CN", "en-US"))
    parser.add_argument("work", type=Path, help="folder for everything that is made (a few gigabytes)")
    parser.add_argument("--speech", type=Path, required=True, help="folder of the unpacked recordings")
    parser.add_argument("--aligner", type=Path, help="network to align the recordings with")
    parser.add_argument("--folds", action="store_true", help="train and judge networks that leave people out")
    parser.add_argument("--install", action="store_true", help="replace the bundled model")
    parser.add_argument("--share", type=share, default=1.0, help="of the speech and the tests, for a quick run")
    parser.add_argument("--processes", type=int, default=2, help="for synthesis and splicing")
    arguments = parser.parse_args()
    if arguments.install and arguments.share < 1:
        parser.error("a model of a share of the speech is not to be installed: leave out --install or --share")
    try:
        Maker(arguments).run()
    except subprocess.CalledProcessError as error:
        raise VoicebotError(f"a stage ended with exit code {error.returncode}; run the same command to go on") from None


if __name__ == "__main__":
    command(main)
