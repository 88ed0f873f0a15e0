"""The network: how far it sees, and what a checkpoint keeps."""

import pytest

from tests.train.conftest import SCRIPTS

assert SCRIPTS.is_dir()

torch = pytest.importorskip("torch")
pytest.importorskip("kaldi_native_fbank")
network = pytest.importorskip("network")


@pytest.mark.parametrize(
    ("layers", "left", "right"),
    [(network.LAYERS, 52, 16), ((((-1, 0), (0, 1)), ((-3, 0), (0,))), 4 + 3 * 4, 4 + 3)],
)
def test_an_output_sees_so_far_and_no_farther(layers: "tuple[network.Layer, ...]", left: int, right: int) -> None:
    torch.manual_seed(0)
    made = network.Network(7, 16, 8, layers).eval()
    assert (made.left, made.right) == (left, right)
    frames = torch.randn(1, left + 3 * 9 + 1 + right, network.CEPSTRA, requires_grad=True)
    states, speech = made(frames)
    assert states.shape == (1, 7, 10)
    assert speech.shape == (1, 2, 10)
    states[0, :, 4].sum().backward()
    seen = frames.grad.abs().sum((0, 2)).nonzero()
    assert int(seen.min()) == 3 * 4
    assert int(seen.max()) == 3 * 4 + left + right


def test_a_checkpoint_keeps_its_form(tmp_path) -> None:
    made = network.Network(7, 16, 8)
    network.save(tmp_path / "some.pt", made, torch.ones(7))
    read, counts = network.load(tmp_path / "some.pt")
    assert (read.layers, read.width, read.bottleneck) == (network.LAYERS, 16, 8)
    assert counts.sum() == 7
