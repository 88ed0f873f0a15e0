"""The acoustic network: nine spliced frames, then layers that see three of their input's frames each; one output each 30 ms.

It hears 160 ms ahead, no more than its first form did, because a caller waits for that; it hears further back, which costs
nobody anything. A second head tells speech from silence; unknown words stand on it.
"""

from collections.abc import Sequence
from pathlib import Path

import torch
from torch import Tensor, nn
from torch.nn import functional

CEPSTRA = 40
SPLICE = 9
STRIDE = 3
"""Frames of 10 ms an output."""

Layer = tuple[int, int, int]
"""What a layer sees of the one before it, in outputs from its own."""

FIRST_LAYERS: tuple[Layer, ...] = ((-1, 0, 1),) * 4
"""Of checkpoints that do not say: the prototypes, 160 ms to either side."""

LAYERS: tuple[Layer, ...] = ((-1, 0, 1), (-1, 0, 1), (-2, 0, 1), (-2, 0, 1), (-4, -2, 0))
"""340 ms back, 160 ms ahead."""


class Network(nn.Module):
    """MFCC in, two heads of logits out."""

    def __init__(self, outputs: int, width: int = 256, layers: Sequence[Layer] = FIRST_LAYERS, dropout: float = 0.05) -> None:
        super().__init__()
        self.width = width
        self.layers = tuple((layer[0], layer[1], layer[2]) for layer in layers)
        self.left = SPLICE // 2 - STRIDE * sum(layer[0] for layer in layers)
        """Frames it needs before an output's own."""
        self.right = SPLICE // 2 + STRIDE * sum(layer[2] for layer in layers)
        self.c0 = nn.Conv1d(CEPSTRA, width, SPLICE, stride=STRIDE)
        self.cs = nn.ModuleList([nn.Conv1d(width, width, 3) for _ in layers])
        self.bn = nn.ModuleList([nn.BatchNorm1d(width) for _ in range(len(layers) + 1)])
        self.out = nn.Conv1d(width, outputs, 1)
        self.g = nn.Conv1d(width, 2, 1)
        self.register_buffer("mean", torch.zeros(CEPSTRA))
        self.register_buffer("std", torch.ones(CEPSTRA))
        self.dropout = dropout

    def forward(self, frames: Tensor) -> tuple[Tensor, Tensor]:
        """`frames`: (batch, left + 3·(n − 1) + 1 + right, CEPSTRA). Returns (batch, outputs, n) and (batch, 2, n)."""
        kind = torch.bfloat16 if self.training else torch.float32
        hidden = ((frames - self.mean) / self.std).to(kind)
        hidden = _normalised(self.bn[0], functional.relu(_affine(hidden, self.c0, range(SPLICE), STRIDE)))
        for seen, layer, norm in zip(self.layers, self.cs, list(self.bn)[1:], strict=True):
            taps = [offset - seen[0] for offset in seen]
            hidden = self._dropped(_normalised(norm, functional.relu(_affine(hidden, layer, taps))))
        states, speech = _affine(hidden, self.out, (0,)), _affine(hidden, self.g, (0,))
        return states.float().transpose(1, 2), speech.float().transpose(1, 2)

    def _dropped(self, hidden: Tensor) -> Tensor:
        """Units left out for a whole chunk: a mask a frame would cost more than the products."""
        if not self.training:
            return hidden
        kept = torch.rand(len(hidden), 1, hidden.shape[-1]) >= self.dropout
        return hidden * (kept / (1 - self.dropout)).to(hidden.dtype)


def _affine(frames: Tensor, layer: nn.Module, taps: Sequence[int], stride: int = 1) -> Tensor:
    """A convolution as one matrix product over spliced frames: much faster on a CPU than Conv1d."""
    length = frames.shape[1] - taps[-1]
    spliced = torch.cat([frames[:, tap : tap + length : stride] for tap in taps], 2)
    weight = layer.weight.permute(0, 2, 1).reshape(layer.weight.shape[0], -1).to(frames.dtype)
    return functional.linear(spliced, weight, layer.bias.to(frames.dtype))


def _normalised(norm: nn.Module, hidden: Tensor) -> Tensor:
    return norm(hidden.reshape(-1, hidden.shape[-1])).reshape(hidden.shape)


def load(path: Path) -> tuple[Network, Tensor]:
    """A checkpoint: the network, ready to use, and how often each output was seen in training."""
    body = torch.load(path, weights_only=True)
    network = Network(len(body["sd"]["out.bias"]), body["H"], body.get("layers", FIRST_LAYERS))
    network.load_state_dict(body["sd"])
    network.eval()
    return network, body["cnt"]


def save(path: Path, network: Network, counts: Tensor) -> None:
    """Write a checkpoint; whole or not at all."""
    work = path.with_suffix(".work")
    torch.save({"sd": network.state_dict(), "H": network.width, "layers": network.layers, "cnt": counts}, work)
    work.replace(path)
