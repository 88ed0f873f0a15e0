"""Rows of binary features with a weight a row and a weight a column, multiplied with dense matrices.

Utterances have some hundred features of some ten thousand. All that training needs is `rows @ weights` and its transpose,
so these two are all there is; a sparse matrix library would be the largest thing in the installation.
"""

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from voicebot.nlu.features import Features

Matrix = NDArray[np.float32]

_CHUNK = 1 << 22
"""Numbers gathered at a time: keeps peak memory near 16 MB and the gathered part in the cache."""


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
        columns = np.concatenate(found) if found else np.zeros(0, np.int64)
        return cls(pointers, columns.astype(np.int64), len(vocabulary))

    def __len__(self) -> int:
        return len(self.pointers) - 1

    def transposed(self) -> "SparseRows":
        """Columns as rows."""
        order = np.argsort(self.columns, kind="stable")
        row_of = np.repeat(np.arange(len(self)), np.diff(self.pointers))
        counts = np.bincount(self.columns, minlength=self.width)
        pointers = np.concatenate([[0], np.cumsum(counts)]).astype(np.int64)
        return SparseRows(pointers, row_of[order].astype(np.int64), len(self))

    def times(self, dense: Matrix) -> Matrix:
        """`self @ dense`, shape (rows, dense columns)."""
        out = np.zeros((len(self), dense.shape[1]), np.float32)
        start = 0
        budget = max(1, _CHUNK // max(1, dense.shape[1]))
        while start < len(self):
            end = int(np.searchsorted(self.pointers, self.pointers[start] + budget, side="right")) - 1
            end = min(len(self), max(start + 1, end))
            pointers = self.pointers[start : end + 1]
            filled = np.flatnonzero(np.diff(pointers))
            if len(filled):
                gathered = dense[self.columns[pointers[0] : pointers[-1]]]
                out[start + filled] = np.add.reduceat(gathered, pointers[filled] - pointers[0], axis=0)
            start = end
        return out


def columns_of(row: Features, vocabulary: Features) -> NDArray[np.int64]:
    """Places of the row's features in the sorted vocabulary, unknown ones left out."""
    if not len(vocabulary):
        return np.zeros(0, np.int64)
    places = np.searchsorted(vocabulary, row)
    places[places == len(vocabulary)] = 0
    known: NDArray[np.int64] = places[vocabulary[places] == row]
    return known
