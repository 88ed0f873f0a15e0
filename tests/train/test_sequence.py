"""The share of right paths, against all paths counted one by one."""

import itertools
import math

import pytest

from tests.train.conftest import SCRIPTS

assert SCRIPTS.is_dir()

torch = pytest.importorskip("torch")
sequence = pytest.importorskip("sequence")

SCALE = 0.7


@pytest.fixture
def aligned():
    return [torch.tensor([0, 0, 1, 1, 2, 0, 0]), torch.tensor([0, 1, 1, 2, 2, 0])]


def _shares(aligned, logits, right):
    """Log sums over all paths and over those that `right(path)` accepts."""
    counts = [[sequence.UNSEEN] * 3 for _ in range(3)]
    seen = [1.0] * 3
    for states in aligned:
        for state in states.tolist():
            seen[state] += 1
        for first, second in itertools.pairwise(states.tolist()):
            counts[first][second] += 1
    prior = [count / sum(seen) for count in seen]
    log = logits.log_softmax(0)
    every = good = 0.0
    for path in itertools.product(range(3), repeat=logits.shape[1]):
        value = prior[path[0]]
        for first, second in itertools.pairwise(path):
            value *= counts[first][second] / sum(counts[first])
        for index, state in enumerate(path):
            value *= math.exp(SCALE * (float(log[state, index]) - math.log(prior[state])))
        every += value
        good += value if right(path) else 0.0
    return math.log(every), math.log(good)


def test_counts_every_path_and_those_within_one_output_of_the_alignment(aligned):
    logits = torch.randn(3, 5, generator=torch.Generator().manual_seed(3))
    states = [0, 0, 1, 2, 2]

    def right(path):
        return all(state in states[max(0, index - 1) : index + 2] for index, state in enumerate(path))

    every, good = _shares(aligned, logits, right)
    loss = sequence.StateChain(aligned, 3, SCALE).loss(logits[None], torch.tensor([states]))
    assert float(loss) == pytest.approx((every - good) / 5, rel=1e-4)


def test_a_step_down_the_gradient_makes_the_right_paths_likelier(aligned):
    chain = sequence.StateChain(aligned, 3, SCALE)
    logits = torch.zeros(2, 3, 6, requires_grad=True)
    states = torch.tensor([[0, 0, 1, 1, 2, 0], [0, 1, 1, 2, 0, 0]])
    before = chain.loss(logits, states)
    (slope,) = torch.autograd.grad(before, logits)
    assert float(chain.loss(logits - slope, states).detach()) < float(before.detach())
