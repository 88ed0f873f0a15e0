"""The decoding graph Vosk composes at run time: pronunciations as HCLr.fst, the language model as Gr.fst.

Built with OpenFst's command line tools (Debian: libfst-tools, libfst22-plugins-base), at build time only.
"""

import math
import os
import subprocess
from collections import Counter
from dataclasses import dataclass, field
from pathlib import Path

from inventory import SILENCE, UNKNOWN, Inventory
from ngram import END, START, Gram, NGrams

from voicebot.errors import VoicebotError

UNKNOWN_WORD = "[unk]"

PAUSE = 0.3
"""Chance of silence after a word."""

UNKNOWN_COST = {"zh-CN": 8.0, "en-US": 3.0}
"""Of a phone in an unknown word, as a natural logarithm, chosen on development audio: with less, more is rejected."""

_PLUGINS = sorted(str(path) for path in Path("/usr/lib").glob("*/fst/*") if path.is_dir() and not path.name.endswith(".d"))
"""Debian keeps OpenFst's plugins off the loader's path."""

_INSTALL = "OpenFst's tools are installed with: apt-get install libfst-tools libfst22-plugins-base"

Arc = tuple[int, int, int, int, float]
"""From, to, input label, output label, cost."""


@dataclass
class _Tree:
    """The pronunciations as a prefix tree over transition ids."""

    inventory: Inventory
    arcs: list[Arc] = field(default_factory=list)
    children: dict[tuple[int, int], int] = field(default_factory=dict)
    nodes: int = 2
    """Node 0 is before a word, node 1 behind one."""

    def grow(self, node: int, phone: str, shared: bool = True) -> int:
        """Down from `node` along the states of `phone`: the step first, then the loop on the state it leads to."""
        for state in range(self.inventory.length(phone)):
            loop, step = self.inventory.transitions[self.inventory.number[phone], state]
            if shared and (node, step) in self.children:
                node = self.children[node, step]
                continue
            below, self.nodes = self.nodes, self.nodes + 1
            self.arcs += [(node, below, step, 0, 0.0), (below, below, loop, 0, 0.0)]
            if shared:
                self.children[node, step] = below
            node = below
        return node

    def unknown(self, cost: float) -> int:
        """Down from before a word to the end of an unknown one: any phones, each at `cost`.

        They are states of the one phone for unknown speech: with phones of their own, Kaldi would tell lattices of unknown words
        apart by what they may have been, which takes it minutes.
        """
        phone = self.inventory.number[UNKNOWN]
        first, last = 0, self.inventory.length(UNKNOWN) - 1
        between, end, self.nodes = self.nodes, self.nodes + 1, self.nodes + 2
        self.arcs.append((_BEFORE, between, self.inventory.transitions[phone, first][1], 0, 0.0))
        for name, length in self.inventory.lengths.items():
            node = between
            for state in range(length):
                loop, step = self.inventory.transitions[phone, self.inventory.output[name, state]]
                below, self.nodes = self.nodes, self.nodes + 1
                self.arcs += [(node, below, step, 0, 0.0 if state else cost), (below, below, loop, 0, 0.0)]
                node = below
            self.arcs.append((node, between, 0, 0, 0.0))
        self.arcs.append((between, end, self.inventory.transitions[phone, last][1], 0, 0.0))
        return end


_BEFORE, _BEHIND = 0, 1


def build(
    folder: Path,
    inventory: Inventory,
    pronunciations: dict[str, set[tuple[str, ...]]],
    language_model: NGrams,
    unknown_cost: float | None = None,
) -> None:
    """Write graph/ of the model in `folder`."""
    graph = folder / "graph"
    (graph / "phones").mkdir(parents=True, exist_ok=True)
    words = [UNKNOWN_WORD, *sorted(pronunciations)]
    number = {word: index for index, word in enumerate(words, 1)}
    cost = UNKNOWN_COST[inventory.language] if unknown_cost is None else unknown_cost
    arcs, homophones = _lexicon(inventory, pronunciations, number, cost)
    label = _write_lexicon(graph, arcs, number)
    _write_language_model(graph, language_model, label)
    (graph / "words.txt").write_text(
        "<eps> 0\n" + "".join(f"{word} {label[word]}\n" for word in sorted(words, key=label.__getitem__)), encoding="utf-8"
    )
    marks = (inventory.last_transition + index for index in range(1, homophones + 1))
    (graph / "disambig_tid.int").write_text("".join(f"{mark}\n" for mark in marks), encoding="ascii")
    (graph / "phones" / "word_boundary.int").write_text(inventory.word_boundaries(), encoding="ascii")


def _lexicon(
    inventory: Inventory, pronunciations: dict[str, set[tuple[str, ...]]], number: dict[str, int], unknown_cost: float
) -> tuple[list[Arc], int]:
    """Arcs of the closed prefix tree, and the largest number of words that sound alike."""
    tree = _Tree(inventory)
    alike: Counter[int] = Counter()
    for word, ways in sorted(pronunciations.items()):
        for way in sorted(ways):
            leaf = _BEFORE
            for phone in inventory.placed(way):
                leaf = tree.grow(leaf, phone)
            alike[leaf] += 1
            tree.arcs.append((leaf, _BEHIND, inventory.last_transition + alike[leaf], number[word], 0.0))
    unknown = tree.unknown(unknown_cost)
    tree.arcs.append((unknown, _BEHIND, inventory.last_transition + 1, number[UNKNOWN_WORD], 0.0))
    tree.arcs.append((_BEHIND, _BEFORE, 0, 0, -math.log(1 - PAUSE)))
    silence = tree.grow(_BEHIND, SILENCE, shared=False)
    entry, loop = tree.arcs[-2:]
    tree.arcs[-2:] = [(*entry[:4], -math.log(PAUSE)), loop, (silence, _BEFORE, 0, 0, 0.0)]
    return tree.arcs, max(alike.values())


def _write_lexicon(graph: Path, arcs: list[Arc], number: dict[str, int]) -> dict[str, int]:
    """HCLr.fst; returns the labels OpenFst gave the words so that it can look ahead."""
    text, pairs = graph / "HCL.txt", graph / "relabel"
    # An utterance begins behind a word, that is with optional silence, and ends before one.
    lines = [f"{arc[0]} {arc[1]} {arc[2]} {arc[3]} {arc[4]:.4f}" for arc in sorted(arcs, key=lambda arc: arc[0] != _BEHIND)]
    text.write_text("\n".join([*lines, f"{_BEFORE} 0"]) + "\n", encoding="ascii")
    ahead = ("fstconvert", "--fst_type=olabel_lookahead", f"--save_relabel_opairs={pairs}")
    _openfst(text, ("fstcompile",), ("fstarcsort", "--sort_type=olabel"), ahead, into=graph / "HCLr.fst")
    moved = {int(old): int(new) for old, new in (line.split() for line in pairs.read_text(encoding="ascii").splitlines())}
    text.unlink()
    pairs.unlink()
    return {word: moved[index] for word, index in number.items()}


def _write_language_model(graph: Path, model: NGrams, label: dict[str, int]) -> None:
    """Gr.fst: a state a history, back-off over epsilon."""
    histories = [(), *sorted(model.after)]
    # The start state comes first: it is the history of a sentence's beginning.
    histories.sort(key=lambda history: history != (START,))
    state = {history: index for index, history in enumerate(histories)}

    def next_state(history: Gram) -> int:
        while history not in state:
            history = history[1:]
        return state[history]

    lines: list[str] = []
    for history in histories:
        here = state[history]
        following = model.after[history] if history else model.unigrams
        for word, probability in following.items():
            cost = f"{-math.log(probability):.4f}"
            if word == END:
                lines.append(f"{here} {cost}")
            else:
                reached = next_state((*history, word)[-(model.order - 1) :])
                lines.append(f"{here} {reached} {label[word]} {label[word]} {cost}")
        if history:
            lines.append(f"{here} {next_state(history[1:])} 0 0 {-math.log(model.backoff[history]):.4f}")
    text = graph / "G.txt"
    # fstcompile takes the first line's state as the start.
    lines.sort(key=lambda line: (not line.startswith("0 "), len(line.split()) < 4))
    text.write_text("\n".join(lines) + "\n", encoding="ascii")
    _openfst(
        text, ("fstcompile",), ("fstarcsort", "--sort_type=ilabel"), ("fstconvert", "--fst_type=const"), into=graph / "Gr.fst"
    )
    text.unlink()


def _openfst(text: Path, *tools: tuple[str, ...], into: Path) -> None:
    """`text` through the tools, one after another. Raises `VoicebotError`."""
    environment = {**os.environ, "LD_LIBRARY_PATH": os.pathsep.join([*_PLUGINS, os.environ.get("LD_LIBRARY_PATH", "")])}
    data = text.read_bytes()
    for tool in tools:
        try:
            data = subprocess.run(tool, input=data, capture_output=True, check=True, env=environment).stdout
        except FileNotFoundError:
            raise VoicebotError(f"{tool[0]}: not found; {_INSTALL}") from None
        except subprocess.CalledProcessError as error:
            said = error.stderr.decode(errors="replace").strip().splitlines() or ["it said nothing"]
            raise VoicebotError(f"{tool[0]} failed: {said[-1]}; {_INSTALL}, if that was not done") from None
    into.write_bytes(data)
