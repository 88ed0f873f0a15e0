"""The phones of a language, the states of the network they are made of, and the transition ids that stand for them in a graph.

Phone 1 is silence, phone 2 unknown speech: a state for each output of the network, silence left out, between two on the output
for speech as such. Then every phone in the forms that word boundaries need: at the beginning, inside, at the end, or the whole
of a word. All forms of a phone share its states.
"""

import math
from dataclasses import dataclass, field
from functools import cached_property
from pathlib import Path

import kaldi_files

SILENCE = "SIL"
UNKNOWN = "SPN_S"
_PLACES = {"B": "begin", "I": "internal", "E": "end", "S": "singleton"}
_STATES = Path(__file__).parent / "states"


@dataclass(frozen=True)
class Inventory:
    """The states of one language's network."""

    language: str
    states: tuple[tuple[str, int], ...]
    """(phone, state) of each output of the network; the first is silence."""
    output: dict[tuple[str, int], int] = field(init=False)

    def __post_init__(self) -> None:
        object.__setattr__(self, "output", {state: number for number, state in enumerate(self.states)})

    @classmethod
    def load(cls, language: str) -> "Inventory":
        """From states/LANGUAGE.txt."""
        lines = (_STATES / f"{language}.txt").read_text(encoding="utf-8").splitlines()
        pairs = (line.split() for line in lines if line and not line.startswith("#"))
        return cls(language, tuple((phone, int(state)) for phone, state in pairs))

    @cached_property
    def lengths(self) -> dict[str, int]:
        """States of each phone, silence left out."""
        return {phone: 1 + ((phone, 1) in self.output) for phone, _ in self.states if phone != SILENCE}

    @cached_property
    def phones(self) -> tuple[str, ...]:
        """Names of the phones with their places in a word; the index is Kaldi's phone number, 0 is epsilon."""
        names = ["<eps>", SILENCE, UNKNOWN]
        for phone in sorted(self.lengths):
            # A Mandarin initial (one state) is never last in a word; every English phone may be.
            initial = self.language == "zh-CN" and self.lengths[phone] == 1
            names += [f"{phone}_{place}" for place in ("BI" if initial else "BIES")]
        return tuple(names)

    @cached_property
    def number(self) -> dict[str, int]:
        return {name: number for number, name in enumerate(self.phones)}

    @property
    def speech_output(self) -> int:
        """The output of the second head that says "speech": unknown words stand on it. The one before it says "no speech"."""
        return len(self.states) + 1

    @cached_property
    def triples(self) -> tuple[tuple[int, int, int], ...]:
        """(phone, state, output), sorted as Kaldi sorts them."""
        listed = [(1, 0, 0), (2, 0, self.speech_output), (2, len(self.states), self.speech_output)]
        listed += [(2, state, state) for state in range(1, len(self.states))]
        for number, name in enumerate(self.phones[3:], 3):
            phone = name.rpartition("_")[0]
            listed += [(number, state, self.output[phone, state]) for state in range(self.lengths[phone])]
        return tuple(sorted(listed))

    @cached_property
    def transitions(self) -> dict[tuple[int, int], tuple[int, int]]:
        """(phone, state) → transition ids of its self-loop and of its step forward; they count from 1."""
        return {(phone, state): (2 * index + 1, 2 * index + 2) for index, (phone, state, _) in enumerate(self.triples)}

    @property
    def last_transition(self) -> int:
        return 2 * len(self.triples)

    def length(self, name: str) -> int:
        """States of a phone with its place."""
        return {SILENCE: 1, UNKNOWN: len(self.states) + 1}.get(name) or self.lengths[name.rpartition("_")[0]]

    def placed(self, pronunciation: tuple[str, ...]) -> list[str]:
        """The phones of a word with their places."""
        last = len(pronunciation) - 1
        if last == 0:
            return [f"{pronunciation[0]}_S"]
        return [f"{phone}_{'B' if index == 0 else 'E' if index == last else 'I'}" for index, phone in enumerate(pronunciation)]

    def word_boundaries(self) -> str:
        """The text of graph/phones/word_boundary.int."""
        lines = ["1 nonword", "2 singleton"]
        lines += [f"{number} {_PLACES[name[-1]]}" for number, name in enumerate(self.phones[3:], 3)]
        return "\n".join(lines) + "\n"

    def transition_model(self) -> bytes:
        """Kaldi's TransitionModel over these phones."""
        groups: dict[int, list[int]] = {}
        for number, name in enumerate(self.phones[1:], 1):
            groups.setdefault(self.length(name), []).append(number)
        entries = [(groups[length], length) for length in sorted(groups)]
        logs = [0.0] + [math.log(0.5)] * self.last_transition
        return kaldi_files.transition_model(entries, self.triples, logs)
