"""The network: how far it sees, and that one grown wider computes the same."""

import pytest

from tests.train.conftest import SCRIPTS

assert SCRIPTS.is_dir()

torch = pytest.importorskip("torch")
pytest.importorskip("kaldi_native_fbank")
network = pytest.importorskip("network")
fit_network = pytest.importorskip("fit_network")


@pytest.mark.parametrize(("layers", "left", "right"), [(network.FIRST_LAYERS, 16, 16), (network.LAYERS, 34, 16)])
def test_an_output_sees_so_far_and_no_farther(layers: tuple[tuple[int, int, int], ...], left: int, right: int) -> None:
    torch.manual_seed(0)
    made = network.Network(7, 16, layers).eval()
    assert (made.left, made.right) == (left, right)
    frames = torch.randn(1, left + 3 * 9 + 1 + right, network.CEPSTRA, requires_grad=True)
    states, speech = made(frames)
    assert states.shape == (1, 7, 10)
    assert speech.shape == (1, 2, 10)
    states[0, :, 4].sum().backward()
    seen = frames.grad.abs().sum((0, 2)).nonzero()
    assert int(seen.min()) == 3 * 4
    assert int(seen.max()) == 3 * 4 + left + right


def test_a_wider_network_begins_as_the_same_function() -> None:
    torch.manual_seed(0)
    made = network.Network(7, 16, network.LAYERS).eval()
    frames = torch.randn(2, made.left + 3 * 5 + 1 + made.right, network.CEPSTRA)
    wide = fit_network.widened(made, 24).eval()
    assert wide.layers == made.layers
    with torch.no_grad():
        difference = (wide(frames)[0] - made(frames)[0]).abs().max()
        spread = made(frames)[0].std()
    assert difference < 0.25 * spread


def test_a_checkpoint_keeps_its_form(tmp_path) -> None:
    made = network.Network(7, 16, network.LAYERS)
    network.save(tmp_path / "some.pt", made, torch.ones(7))
    read, counts = network.load(tmp_path / "some.pt")
    assert (read.layers, read.width) == (network.LAYERS, 16)
    assert counts.sum() == 7
