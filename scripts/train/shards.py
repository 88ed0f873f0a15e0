"""Training data in shards: features and states of a hundred utterances each, made one process a shard.

A shard is an npz file: `features` (frames, 40) float16, `states` (outputs,) int16, `frames` (utterances,) frames of each.
"""

import os
import traceback
from collections.abc import Callable, Iterable
from pathlib import Path

import numpy as np
from augment import RATE, Segment
from features import mfcc
from inventory import Inventory
from network import STRIDE
from numpy.typing import NDArray

_HOP, _WINDOW = 160, 400
"""Samples from frame to frame, and of a frame."""


class Shard:
    """Utterances gathered for one file."""

    def __init__(self, inventory: Inventory) -> None:
        self._inventory = inventory
        self._features: list[NDArray[np.float16]] = []
        self._states: list[NDArray[np.int16]] = []

    def add(self, samples: NDArray[np.float32], segments: Iterable[Segment]) -> None:
        """Samples on the scale of int16; outside the segments there is silence."""
        features = mfcc(samples)
        centres = (np.arange(0, len(features), STRIDE) * _HOP + _WINDOW / 2) / RATE
        states = np.zeros(len(centres), np.int16)
        for segment in segments:
            first, last = np.searchsorted(centres, (segment.start, segment.end))
            states[first:last] = self._inventory.output[segment.phone, segment.state]
        self._features.append(features.astype(np.float16))
        self._states.append(states)

    def save(self, path: Path) -> float:
        """Write it, whole or not at all; returns its hours."""
        frames = np.array([len(features) for features in self._features])
        work = path.with_suffix(".work.npz")
        np.savez(work, features=np.concatenate(self._features), states=np.concatenate(self._states), frames=frames)
        work.replace(path)
        return float(frames.sum()) / 100 / 3600


def make_all(paths: Iterable[Path], make: Callable[[Path], None], processes: int = 1) -> None:
    """`make` each file that is not there yet, in a process of its own: espeak crashes now and then, and costs only its shard."""
    todo = [path for path in paths if not path.exists()]
    running: dict[int, Path] = {}
    while todo or running:
        while todo and len(running) < processes:
            path = todo.pop(0)
            child = os.fork()
            if child == 0:
                _run(make, path)
            running[child] = path
        child, status = os.wait()
        path = running.pop(child)
        if status:
            print(f"{path.name}: lost, its process ended with {status}", flush=True)


def _run(make: Callable[[Path], None], path: Path) -> None:
    code = 1
    try:
        make(path)
        code = 0
    except Exception:  # said here: the parent only sees the exit status
        traceback.print_exc()
    finally:
        os._exit(code)
