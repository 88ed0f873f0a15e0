"""Rows of features in the compressed form that training walks over."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import TypeAlias

import numpy as np
from numpy.typing import NDArray

from voicebot.nlu.features import Features

Matrix: TypeAlias = NDArray[np.float32]
Vector: TypeAlias = NDArray[np.float32]
Indices: TypeAlias = NDArray[np.int64]


@dataclass(frozen=True)
class SparseRows:
    """Row i has the columns `columns[pointers[i]:pointers[i + 1]]`, with `values`; every row has length one, or none."""

    pointers: Indices
    columns: Indices
    values: Vector
    width: int

    @classmethod
    def of(cls, rows: Sequence[Features], vocabulary: Features, worth: Vector) -> "SparseRows":
        """Features outside `vocabulary` (sorted) are left out; `worth` is the value of each that is in it."""
        found = [columns_of(row, vocabulary) for row in rows]
        pointers = np.concatenate([[0], np.cumsum([len(row) for row in found])]).astype(np.int64)
        values = [worth[row] / np.float32(np.sqrt(np.square(worth[row]).sum()) or 1.0) for row in found]
        columns = np.concatenate([*found, np.zeros(0, np.int64)]).astype(np.int64)
        return cls(pointers, columns, np.concatenate([*values, np.zeros(0, np.float32)]), len(vocabulary))

    def dense(self, batch: Indices, kept: float, chance: np.random.Generator) -> tuple[Indices, Matrix]:
        """Rows `batch` as (the columns that occur, shape (u,); a dense matrix over them, shape (b, u)).

        Each value is hidden with probability 1 − `kept`. A batch has few distinct columns, so dense products over these are
        several times as fast as sparse ones over all.
        """
        counts = self.pointers[batch + 1] - self.pointers[batch]
        owner = np.repeat(np.arange(len(batch)), counts)
        begins = np.cumsum(counts) - counts
        places = np.arange(int(counts.sum())) - np.repeat(begins - self.pointers[batch], counts)
        seen = chance.random(len(places), dtype=np.float32) < kept
        places, owner = places[seen], owner[seen]
        used, inside = np.unique(self.columns[places], return_inverse=True)
        matrix = np.zeros((len(batch), len(used)), np.float32)
        matrix[owner, inside] = self.values[places] / np.float32(np.sqrt(kept))
        return used, matrix


def columns_of(row: Features, vocabulary: Features) -> Indices:
    """Places of the row's features in the sorted vocabulary, unknown ones left out."""
    if not len(vocabulary):
        return np.zeros(0, np.int64)
    places = np.searchsorted(vocabulary, row)
    places[places == len(vocabulary)] = 0
    known: Indices = places[vocabulary[places] == row]
    return known
