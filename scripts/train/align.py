"""Stage 2: when each state of each recording of a person sounds, by Viterbi through a network.

    python scripts/train/align.py zh-CN NETWORK.pt WORK --speech DIR [--share 0.4]

Writes WORK/LANGUAGE/aligned.pickle. Of several pronunciations the likeliest is taken; silence is optional between words.
Recordings that fit what is said no better than chance are dropped, and no others: a share of the worst would be whatever a
speaker says unlike the rest, which no network would then learn.
"""

import argparse
import pickle
from dataclasses import dataclass
from pathlib import Path

import numpy as np
import torch
from arguments import command, share
from augment import RATE, Segment
from export import PRIOR_COUNT
from features import mfcc
from inventory import SILENCE, Inventory
from network import STRIDE, Network, load
from numpy.typing import NDArray
from recordings import AlignedRecording, Recording, recordings

from voicebot.errors import VoicebotError

EDGE = 0.2
"""Seconds of silence put before and behind a recording."""

CHANCE_SCORE = 0.0
"""Recordings above it are kept: their states are likelier where they should be than on average."""

_IMPOSSIBLE = -1e9

Matrix = NDArray[np.float64]


@dataclass(frozen=True, slots=True)
class _Chain:
    """The states of one pronunciation, silence before, behind and between its words."""

    states: tuple[tuple[str, int], ...]
    optional: NDArray[np.bool_]


def align(recording: Recording, network: Network, log_priors: Matrix, inventory: Inventory) -> AlignedRecording | None:
    """None when the recording is too short for what is said."""
    likelihoods = _likelihoods(recording, network, log_priors)
    chains = [_chain(way, inventory) for way in recording.pronunciations]
    number, path = _viterbi(likelihoods, chains, inventory)
    if not path:
        return None
    chain = chains[number]
    scores = likelihoods[:, [inventory.output[state] for state in chain.states]]
    segments: list[Segment] = []
    marks: list[float] = []
    start = 0
    while start < len(path):
        end = start
        while end < len(path) and path[end] == path[start]:
            end += 1
        phone, state = chain.states[path[start]]
        if phone != SILENCE:
            segments.append(Segment(phone, state, _seconds(start), _seconds(end)))
            marks.append(float(scores[start:end, path[start]].mean()))
        start = end
    return AlignedRecording(recording, tuple(_halved(segments)), float(np.mean(marks)))


def smoothed(counts: torch.Tensor) -> Matrix:
    """Log priors of the outputs from how often training saw them."""
    seen = counts.double().numpy() + PRIOR_COUNT
    return np.asarray(np.log(seen / seen.sum()))


def _likelihoods(recording: Recording, network: Network, log_priors: Matrix) -> Matrix:
    edge = np.zeros(int(EDGE * RATE), np.float32)
    features = mfcc(np.concatenate([edge, recording.samples.astype(np.float32), edge]))
    outputs = (len(features) + STRIDE - 1) // STRIDE
    needed = network.left + STRIDE * (outputs - 1) + 1 + network.right
    tail = np.repeat(features[-1:], max(0, needed - network.left - len(features)), 0)
    padded = np.concatenate([np.repeat(features[:1], network.left, 0), features, tail])[:needed]
    with torch.no_grad():
        states, _ = network(torch.from_numpy(padded[None]))
    return torch.log_softmax(states[0], 0).double().numpy().T - log_priors


def _chain(way: tuple[tuple[str, ...], ...], inventory: Inventory) -> _Chain:
    states: list[tuple[str, int]] = []
    optional: list[bool] = []
    for word in way:
        states.append((SILENCE, 0))
        own = [(phone, state) for phone in word for state in range(inventory.lengths[phone])]
        states += own
        optional += [True, *[False] * len(own)]
    return _Chain((*states, (SILENCE, 0)), np.array([*optional, True]))


def _viterbi(likelihoods: Matrix, chains: list[_Chain], inventory: Inventory) -> tuple[int, list[int]]:
    """The best chain and its best path, from one of its first two states to one of its last two; no path: too few outputs.

    All chains at once, the shorter ones padded: the time goes into steps, not into states.
    """
    length, width = len(likelihoods), max(len(chain.states) for chain in chains)
    scores = np.full((length, len(chains), width), _IMPOSSIBLE)
    skips = np.full((len(chains), width), _IMPOSSIBLE)
    for row, chain in enumerate(chains):
        scores[:, row, : len(chain.states)] = likelihoods[:, [inventory.output[state] for state in chain.states]]
        skips[row, 2 : len(chain.states)] = np.where(chain.optional[1:-1], 0.0, _IMPOSSIBLE)
    reached = np.full((len(chains), width + 2), _IMPOSSIBLE)  # two impossible states in front
    reached[:, 2:4] = scores[0, :, :2]
    back = np.zeros((length, len(chains), width), np.int8)
    for time in range(1, length):
        stay, one, two = reached[:, 2:], reached[:, 1:-1], reached[:, :-2] + skips
        back[time] = np.where(two > np.maximum(stay, one), 2, one > stay)
        reached[:, 2:] = np.maximum(np.maximum(stay, one), two) + scores[time]
    ends = [
        (reached[row, 2 + len(chain.states) - last], row, len(chain.states) - last)
        for row, chain in enumerate(chains)
        for last in (1, 2)
    ]
    total, row, state = max(ends)
    if total < _IMPOSSIBLE / 2:
        return 0, []
    path = []
    for time in range(length - 1, -1, -1):
        path.append(state)
        state -= int(back[time, row, state])
    return row, path[::-1]


def _seconds(output: int) -> float:
    """When an output begins, from the recording's own start: half a stride before the middle of its frame."""
    return (output * STRIDE * 0.01 + 0.0125) - 0.015 - EDGE


def _halved(segments: list[Segment]) -> list[Segment]:
    """The two states of a phone get half of it each: what synthetic speech is labelled with."""
    done = list(segments)
    for index, (first, second) in enumerate(zip(segments, segments[1:], strict=False)):
        if first.state == 0 and second.state == 1 and first.phone == second.phone:
            middle = (first.start + second.end) / 2
            done[index] = Segment(first.phone, 0, first.start, middle)
            done[index + 1] = Segment(second.phone, 1, middle, second.end)
    return done


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("language", choices=("zh-CN", "en-US"))
    parser.add_argument("network", type=Path)
    parser.add_argument("work", type=Path)
    parser.add_argument("--speech", type=Path, required=True, help="folder of the unpacked recordings")
    parser.add_argument("--share", type=share, default=1.0, help="part of the recordings to use, for a quick run")
    arguments = parser.parse_args()
    torch.set_num_threads(1)
    inventory = Inventory.load(arguments.language)
    network, counts = load(arguments.network)
    log_priors = smoothed(counts)
    found, short = [], 0
    for recording in recordings(arguments.language, arguments.speech, inventory, arguments.share):
        aligned = align(recording, network, log_priors, inventory)
        short += aligned is None
        found += [aligned] if aligned else []
    kept = [aligned for aligned in found if aligned.score > CHANCE_SCORE]
    if not kept:
        heard = len(found) + short
        reason = f"none of {heard} recordings fits what is said; is the network trained?" if heard else "holds no recordings"
        raise VoicebotError(f"{arguments.speech}: {reason}")
    folder = arguments.work / arguments.language
    folder.mkdir(parents=True, exist_ok=True)
    with (folder / "aligned.pickle").open("wb") as stream:
        pickle.dump(kept, stream, -1)
    mean = np.mean([aligned.score for aligned in kept])
    lost = f"{short} too short, {len(found) - len(kept)} no better than chance"
    print(f"{arguments.language}: {len(kept)} aligned, {lost}, mean score {mean:.2f}")


if __name__ == "__main__":
    command(main)
