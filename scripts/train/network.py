"""The acoustic network: nine spliced frames, then factored layers (TDNN-F; Povey et al., 2018); one output each 30 ms.

A layer squeezes what it sees of the one before into a bottleneck, widens it again, and adds it to what came in: at the same
size it is twice as deep as plain layers, and it learns faster. The whole hears 160 ms ahead, because a caller waits for that;
it hears three times as far back, which costs nobody anything. A second head tells speech from silence; unknown words stand on
it.
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

WIDTH = 640
BOTTLENECK = 112

Taps = tuple[int, ...]
Layer = tuple[Taps, Taps]
"""What its bottleneck sees of the layer before, and what it makes its outputs from of the bottleneck, in outputs from its own."""

LAYERS: tuple[Layer, ...] = (
    *(((-1, 0), (0, 1)),) * 4,
    *(((-1, 0), (-1, 0)),) * 4,
    *(((-2, 0), (0,)),) * 2,
)
"""520 ms back, 160 ms ahead."""

_SHORT_NUMBERS = torch.cpu._is_avx512_bf16_supported()
"""Whether this processor multiplies in 16 bits itself: twice as fast; one that has to imitate it takes ten times as long."""

SKIP = 0.66
"""Share of a layer's input in its output."""


class Network(nn.Module):
    """MFCC in, two heads of logits out."""

    def __init__(
        self,
        outputs: int,
        width: int = WIDTH,
        bottleneck: int = BOTTLENECK,
        layers: Sequence[Layer] = LAYERS,
        dropout: float = 0.05,
    ) -> None:
        super().__init__()
        self.width, self.bottleneck = width, bottleneck
        self.layers = tuple((tuple(seen), tuple(made)) for seen, made in layers)
        self.left = SPLICE // 2 - STRIDE * sum(min(seen) + min(made) for seen, made in layers)
        """Frames it needs before an output's own."""
        self.right = SPLICE // 2 + STRIDE * sum(max(seen) + max(made) for seen, made in layers)
        self.first = nn.Linear(SPLICE * CEPSTRA, width)
        self.down = nn.ModuleList([nn.Linear(width * len(seen), bottleneck, bias=False) for seen, _ in layers])
        self.up = nn.ModuleList([nn.Linear(bottleneck * len(made), width) for _, made in layers])
        self.norms = nn.ModuleList([nn.BatchNorm1d(width) for _ in range(len(layers) + 1)])
        self.out = nn.Linear(width, outputs)
        self.speech = nn.Linear(width, 2)
        self.register_buffer("mean", torch.zeros(CEPSTRA))
        self.register_buffer("std", torch.ones(CEPSTRA))
        self.dropout = dropout

    def forward(self, frames: Tensor) -> tuple[Tensor, Tensor]:
        """`frames`: (batch, left + 3·(n − 1) + 1 + right, CEPSTRA). Returns (batch, outputs, n) and (batch, 2, n)."""
        kind = torch.bfloat16 if self.training and _SHORT_NUMBERS else torch.float32
        hidden = ((frames - self.mean) / self.std).to(kind)
        hidden = self._active(0, _affine(hidden, self.first, range(SPLICE), STRIDE))
        for index, (seen, made) in enumerate(self.layers):
            squeezed = _affine(hidden, self.down[index], [tap - min(seen) for tap in seen])
            new = self._dropped(self._active(index + 1, _affine(squeezed, self.up[index], [tap - min(made) for tap in made])))
            before = -min(seen) - min(made)
            hidden = torch.add(new, hidden[:, before : before + new.shape[1]], alpha=SKIP)
        states, speech = _affine(hidden, self.out, (0,)), _affine(hidden, self.speech, (0,))
        return states.float().transpose(1, 2), speech.float().transpose(1, 2)

    def _active(self, index: int, hidden: Tensor) -> Tensor:
        norm = self.norms[index]
        return functional.relu(norm(hidden.reshape(-1, hidden.shape[-1])).reshape(hidden.shape))

    def _dropped(self, hidden: Tensor) -> Tensor:
        """Units left out for a whole chunk: a mask a frame would cost more than the products."""
        if not self.training:
            return hidden
        kept = torch.rand(len(hidden), 1, hidden.shape[-1]) >= self.dropout
        return hidden * (kept / (1 - self.dropout)).to(hidden.dtype)


def _affine(frames: Tensor, layer: nn.Linear, taps: Sequence[int], stride: int = 1) -> Tensor:
    """One matrix product over spliced frames: much faster on a CPU than a convolution."""
    length = frames.shape[1] - taps[-1]
    spliced = torch.cat([frames[:, tap : tap + length : stride] for tap in taps], 2)
    bias = None if layer.bias is None else layer.bias.to(frames.dtype)
    return functional.linear(spliced, layer.weight.to(frames.dtype), bias)


def load(path: Path) -> tuple[Network, Tensor]:
    """A checkpoint: the network, ready to use, and how often each output was seen in training."""
    body = torch.load(path, weights_only=True)
    state = body["state"]
    network = Network(len(state["out.bias"]), len(state["first.bias"]), len(state["down.0.weight"]), body["layers"])
    network.load_state_dict(state)
    network.eval()
    return network, body["counts"]


def save(path: Path, network: Network, counts: Tensor) -> None:
    """Write a checkpoint; whole or not at all."""
    work = path.with_suffix(".work")
    torch.save({"state": network.state_dict(), "layers": network.layers, "counts": counts}, work)
    work.replace(path)
