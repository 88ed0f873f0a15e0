"""Kaldi's binary model format, as far as `am/final.mdl` needs it: tokens, numbers, vectors, matrices, components, transitions.

Written after Kaldi's own readers: io-funcs-inl.h (numbers carry their size), kaldi-vector.cc, compressed-matrix.cc (format 1,
"CM"), hmm-topology.cc, transition-model.cc, nnet3/nnet-nnet.cc.
"""

import struct
from collections.abc import Sequence

import numpy as np
from numpy.typing import ArrayLike, NDArray


def token(text: str) -> bytes:
    """A word of the format, with the space that ends it."""
    return text.encode("ascii") + b" "


def int32(value: int) -> bytes:
    return b"\4" + struct.pack("<i", value)


def float32(value: float) -> bytes:
    return b"\4" + struct.pack("<f", value)


def float64(value: float) -> bytes:
    return b"\10" + struct.pack("<d", value)


def vector(values: ArrayLike) -> bytes:
    data = np.asarray(values, "<f4")
    return token("FV") + int32(len(data)) + data.tobytes()


def integers(values: Sequence[int]) -> bytes:
    return b"\4" + struct.pack("<i", len(values)) + np.asarray(values, "<i4").tobytes()


def compressed_matrix(matrix: ArrayLike) -> bytes:
    """A matrix in a byte an element: each column's quartiles in 16 bits, elements in 64, 128 and 63 steps between them."""
    values = np.asarray(matrix, np.float32)
    rows, columns = values.shape
    least = float(values.min())
    extent = float(values.max() - least) * 1.0001 + 1e-9

    def coded(row: NDArray[np.float32]) -> NDArray[np.int64]:
        return np.clip((row - least) / extent * 65535 + 0.499, 0, 65535).astype(np.int64)

    ordered = np.sort(values, 0)
    zero = np.minimum(coded(ordered[0]), 65532)
    quarter = np.minimum(np.maximum(coded(ordered[rows // 4]), zero + 1), 65533)
    three = np.minimum(np.maximum(coded(ordered[3 * (rows // 4)]), quarter + 1), 65534)
    full = np.maximum(coded(ordered[-1]), three + 1)
    marks = [least + extent / 65535.0 * mark for mark in (zero, quarter, three, full)]
    low = np.clip(np.floor((values - marks[0]) / (marks[1] - marks[0]) * 64 + 0.5), 0, 64)
    middle = 64 + np.clip(np.floor((values - marks[1]) / (marks[2] - marks[1]) * 128 + 0.5), 0, 128)
    high = 192 + np.clip(np.floor((values - marks[2]) / (marks[3] - marks[2]) * 63 + 0.5), 0, 63)
    body = np.where(values < marks[1], low, np.where(values < marks[2], middle, high)).astype(np.uint8)
    quartiles = np.stack([zero, quarter, three, full], 1).astype("<u2")
    head = token("CM") + struct.pack("<ffii", least, extent, rows, columns)
    return head + quartiles.tobytes() + body.T.copy().tobytes()


def fixed_affine(weights: ArrayLike, bias: ArrayLike) -> bytes:
    """`FixedAffineComponent`: weights of shape (out, in)."""
    body = token("<LinearParams>") + compressed_matrix(weights) + token("<BiasParams>") + vector(bias)
    return token("<FixedAffineComponent>") + body + token("</FixedAffineComponent>")


def nonlinearity(kind: str, size: int) -> bytes:
    """`RectifiedLinearComponent` or `LogSoftmaxComponent`, its statistics empty."""
    statistics = token("<ValueAvg>") + vector([]) + token("<DerivAvg>") + vector([]) + token("<Count>") + float64(0.0)
    return token(f"<{kind}>") + token("<Dim>") + int32(size) + statistics + token(f"</{kind}>")


def no_op(size: int) -> bytes:
    """`NoOpComponent`: gives a sum of nodes a name."""
    body = token("<Dim>") + int32(size) + token("<BackpropScale>") + float32(1.0)
    return token("<NoOpComponent>") + body + token("</NoOpComponent>")


def nnet3(nodes: Sequence[str], components: Sequence[tuple[str, bytes]]) -> bytes:
    """A network: its nodes as config lines, then its components."""
    head = (
        token("<Nnet3>") + b"\n" + "\n".join(nodes).encode("ascii") + b"\n\n" + token("<NumComponents>") + int32(len(components))
    )
    body = b"".join(token("<ComponentName>") + token(name) + data for name, data in components)
    return head + body + token("</Nnet3>")


def topology(entries: Sequence[tuple[Sequence[int], int]]) -> bytes:
    """Left-to-right models: phones, and how many emitting states each of them has; a self-loop and a step, half and half."""
    phones = sorted(phone for group, _ in entries for phone in group)
    entry_of = [-1] * (max(phones) + 1)
    for number, (group, _) in enumerate(entries):
        for phone in group:
            entry_of[phone] = number
    body = token("<Topology>") + integers(phones) + integers(entry_of) + int32(len(entries))
    for _, states in entries:
        body += int32(states + 1)
        for state in range(states):
            body += int32(state) + int32(2) + int32(state) + float32(0.5) + int32(state + 1) + float32(0.5)
        body += int32(-1) + int32(0)
    return body + token("</Topology>")


def transition_model(
    entries: Sequence[tuple[Sequence[int], int]], triples: Sequence[tuple[int, int, int]], logs: Sequence[float]
) -> bytes:
    """`triples`: phone, state, output of the network, sorted; `logs`: of the transition ids, the first unused."""
    body = token("<TransitionModel>") + topology(entries) + token("<Triples>") + int32(len(triples))
    body += b"".join(int32(number) for triple in triples for number in triple)
    return body + token("</Triples>") + token("<LogProbs>") + vector(logs) + token("</LogProbs>") + token("</TransitionModel>")


class Reader:
    """Reads from `at` on what the functions above wrote."""

    def __init__(self, data: bytes, at: int = 0) -> None:
        self._data = data
        self._at = at

    def until(self, mark: bytes) -> bytes:
        """Everything before `mark`; goes on behind it."""
        end = self._data.index(mark, self._at)
        found = self._data[self._at : end].strip()
        self._at = end + len(mark)
        return found

    def token(self) -> str:
        return self.until(b" ").decode("ascii")

    def expect(self, text: str) -> None:
        """Raise `ValueError` where another token stands."""
        at, found = self._at, self.token()
        if found != text:
            raise ValueError(f"{text} expected at byte {at}, not {found}")

    def int32(self) -> int:
        _, value = self._numbers("<bi")
        return int(value)

    def vector(self) -> NDArray[np.float32]:
        self.expect("FV")
        return self._array("<f4", self.int32()).astype(np.float32)

    def compressed_matrix(self) -> NDArray[np.float32]:
        self.expect("CM")
        least, extent, rows, columns = self._numbers("<ffii")
        quartiles = self._array("<u2", 4 * columns).reshape(columns, 4)
        marks = least + extent / 65535.0 * quartiles.astype(np.float64)
        body = self._array("u1", rows * columns).reshape(columns, rows).astype(np.float64)
        zero, quarter, three, full = (marks[:, index : index + 1] for index in range(4))
        low = zero + (quarter - zero) * body / 64
        middle = quarter + (three - quarter) * (body - 64) / 128
        high = three + (full - three) * (body - 192) / 63
        return np.where(body <= 64, low, np.where(body <= 192, middle, high)).T.astype(np.float32)

    def _numbers(self, form: str) -> tuple[float, ...]:
        found = struct.unpack_from(form, self._data, self._at)
        self._at += struct.calcsize(form)
        return found

    def _array(self, kind: str, count: int) -> NDArray[np.generic]:
        found = np.frombuffer(self._data, kind, count, self._at)
        self._at += found.nbytes
        return found
