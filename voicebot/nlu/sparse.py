"""Rows of features in the compressed form that training walks over."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import TypeAlias

import numpy as np
from numpy.typing import NDArray

from voicebot.nlu.features import Features

Matrix: TypeAlias = NDArray[np.float32]


@dataclass(frozen=True)
class SparseRows:
    """Row i has the columns `columns[pointers[i]:pointers[i + 1]]`."""

    pointers: NDArray[np.int64]
    columns: NDArray[np.int64]
    width: int

    @classmethod
    def of(cls, rows: Sequence[Features], vocabulary: Features) -> "SparseRows":
        """Features outside `vocabulary` (sorted) are left out."""
        found = [columns_of(row, vocabulary) for row in rows]
        pointers = np.concatenate([[0], np.cumsum([len(row) for row in found])]).astype(np.int64)
        return cls(pointers, np.concatenate([*found, np.zeros(0, np.int64)]).astype(np.int64), len(vocabulary))


def columns_of(row: Features, vocabulary: Features) -> NDArray[np.int64]:
    """Places of the row's features in the sorted vocabulary, unknown ones left out."""
    if not len(vocabulary):
        return np.zeros(0, np.int64)
    places = np.searchsorted(vocabulary, row)
    places[places == len(vocabulary)] = 0
    known: NDArray[np.int64] = places[vocabulary[places] == row]
    return known
