"""Training on whole sequences: maximum mutual information over the chain of states (Bahl et al., 1986; Povey et al., 2016).

A frame's right state may be a bad choice for the path through it: states that are easily told apart by their neighbours need
no sharp line between them, states that the words leave open do. So the network is trained on with the share of the right paths
in all paths, where paths go by the states' own bigram, seen in the alignments. A path is right when at every output it is in a
state that the alignment has there or one output to either side; where exactly a phone ends is nobody's question.
"""

import torch
from torch import Tensor

UNSEEN = 1e-5
"""Of a transition no alignment has."""


class StateChain:
    """The bigram of states, and what it makes of a network's outputs."""

    def __init__(self, sequences: list[Tensor], outputs: int, scale: float) -> None:
        """`sequences`: aligned states; `scale`: acoustic scale, as the decoder will have it."""
        counts = torch.full((outputs, outputs), UNSEEN)
        seen = torch.zeros(outputs)
        for states in sequences:
            pairs = states[:-1].long() * outputs + states[1:].long()
            counts += torch.bincount(pairs, minlength=outputs**2).reshape(outputs, outputs)
            seen += torch.bincount(states.long(), minlength=outputs)
        self._transitions = counts / counts.sum(1, keepdim=True)
        share = (seen + 1) / (seen + 1).sum()
        self._start = share
        self._log_prior = share.log()
        self._scale = scale

    def loss(self, logits: Tensor, states: Tensor) -> Tensor:
        """Negative log share of the right paths, an output. `logits`: (batch, outputs, n); `states`: (batch, n)."""
        scores = self._scale * (logits.log_softmax(1) - self._log_prior[:, None]).transpose(1, 2)
        every = self._total(scores, None)
        right = self._total(scores, self._allowed(states))
        return (every - right).mean() / states.shape[1]

    def _allowed(self, states: Tensor) -> Tensor:
        before = torch.cat([states[:, :1], states[:, :-1]], 1)
        behind = torch.cat([states[:, 1:], states[:, -1:]], 1)
        allowed = torch.zeros(*states.shape, len(self._start))
        for near in (before, states, behind):
            allowed.scatter_(2, near[:, :, None], 1.0)
        return allowed

    def _total(self, scores: Tensor, allowed: Tensor | None) -> Tensor:
        """Log sum over paths, by the forward algorithm. `scores`: (batch, n, outputs); returns (batch)."""
        most = scores.amax(2, keepdim=True).detach()
        likely = (scores - most).exp()
        if allowed is not None:
            likely = likely * allowed
        total = most.sum((1, 2))
        forward = self._start * likely[:, 0]
        for index in range(1, scores.shape[1]):
            mass = forward.sum(1, keepdim=True)
            total = total + mass.log().squeeze(1)
            forward = (forward / mass) @ self._transitions * likely[:, index]
        return total + forward.sum(1).log()
