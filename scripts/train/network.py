"""The acoustic network: nine spliced frames, then four layers that see three of their input's frames each; one output each 30 ms.

Context is 16 frames (160 ms) to either side. A second head tells speech from silence; unknown words stand on it.
"""

from pathlib import Path

import torch
from torch import Tensor, nn
from torch.nn import functional

CEPSTRA = 40
SPLICE = 9
LAYERS = 4
STRIDE = 3
"""Frames of 10 ms an output."""

CONTEXT = SPLICE // 2 + STRIDE * LAYERS


class Network(nn.Module):
    """MFCC in, two heads of logits out."""

    def __init__(self, outputs: int, width: int = 256, dropout: float = 0.05) -> None:
        super().__init__()
        self.width = width
        self.c0 = nn.Conv1d(CEPSTRA, width, SPLICE, stride=STRIDE)
        self.cs = nn.ModuleList([nn.Conv1d(width, width, 3) for _ in range(LAYERS)])
        self.bn = nn.ModuleList([nn.BatchNorm1d(width) for _ in range(LAYERS + 1)])
        self.out = nn.Conv1d(width, outputs, 1)
        self.g = nn.Conv1d(width, 2, 1)
        self.register_buffer("mean", torch.zeros(CEPSTRA))
        self.register_buffer("std", torch.ones(CEPSTRA))
        self.drop = nn.Dropout(dropout)

    def forward(self, frames: Tensor) -> tuple[Tensor, Tensor]:
        """`frames`: (batch, 3·(n − 1) + 1 + 2·CONTEXT, CEPSTRA). Returns (batch, outputs, n) and (batch, 2, n)."""
        hidden = (frames - self.mean) / self.std
        hidden = _normalised(self.bn[0], functional.relu(self._affine(hidden, self.c0, SPLICE, STRIDE)))
        for layer, norm in zip(self.cs, list(self.bn)[1:], strict=True):
            hidden = self.drop(_normalised(norm, functional.relu(self._affine(hidden, layer, 3))))
        states, speech = self._affine(hidden, self.out, 1), self._affine(hidden, self.g, 1)
        return states.transpose(1, 2), speech.transpose(1, 2)

    def _affine(self, frames: Tensor, layer: nn.Module, splice: int, stride: int = 1) -> Tensor:
        """A convolution as one matrix product over spliced frames: much faster on a CPU than Conv1d; bfloat16 in training."""
        kind = torch.bfloat16 if self.training else torch.float32
        length = frames.shape[1] - splice + 1
        spliced = torch.cat([frames[:, start : start + length : stride] for start in range(splice)], 2).to(kind)
        weight = layer.weight.permute(0, 2, 1).reshape(layer.weight.shape[0], -1).to(kind)
        return functional.linear(spliced, weight, layer.bias.to(kind)).float()


def _normalised(norm: nn.Module, hidden: Tensor) -> Tensor:
    return norm(hidden.reshape(-1, hidden.shape[-1])).reshape(hidden.shape)


def load(path: Path) -> tuple[Network, Tensor]:
    """A checkpoint: the network, ready to use, and how often each output was seen in training."""
    body = torch.load(path, weights_only=True)
    network = Network(len(body["sd"]["out.bias"]), body["H"])
    network.load_state_dict(body["sd"])
    network.eval()
    return network, body["cnt"]


def save(path: Path, network: Network, counts: Tensor) -> None:
    """Write a checkpoint; whole or not at all."""
    work = path.with_suffix(".work")
    torch.save({"sd": network.state_dict(), "H": network.width, "cnt": counts}, work)
    work.replace(path)
