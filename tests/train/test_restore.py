"""A network written as Kaldi's file and read back computes what it computed before."""

from pathlib import Path
from typing import Any

import numpy as np
import pytest

from tests.train.conftest import SCRIPTS
from voicebot.errors import VoicebotError

assert SCRIPTS.is_dir()

torch = pytest.importorskip("torch")
pytest.importorskip("kaldi_native_fbank")
export = pytest.importorskip("export")
inventory = pytest.importorskip("inventory")
kaldi_files = pytest.importorskip("kaldi_files")
network = pytest.importorskip("network")
restore = pytest.importorskip("restore")


@pytest.fixture
def trained(tmp_path: Path) -> tuple[Any, Path]:
    """A network whose inputs and hidden units are scaled and shifted, and the folder it was exported to."""
    torch.manual_seed(3)
    made = network.Network(len(inventory.Inventory.load("en-US").states), 32, 16)
    made.mean.uniform_(-3, 3)
    made.std.uniform_(0.5, 4)
    made.train()
    for _ in range(5):
        made(_frames(made))
    made.eval()
    network.save(tmp_path / "network.pt", made, torch.arange(1.0, 1 + len(made.out.bias)))
    export.export("en-US", tmp_path / "network.pt", tmp_path / "model")
    return made, tmp_path / "model"


def _frames(made: Any) -> Any:
    return 4 * torch.randn(40, made.left + 3 * 9 + 1 + made.right, network.CEPSTRA) + 1


def test_computes_the_same(trained: tuple[Any, Path]) -> None:
    made, folder = trained
    again, counts = restore.restored(folder / "am" / "final.mdl")
    frames = _frames(made)
    with torch.no_grad():
        before, after = made(frames), again(frames)
    assert again.layers == made.layers
    assert len(counts) == len(made.out.bias)
    for here, there in zip(before, after, strict=True):
        assert float((here - there).abs().mean()) < 0.05 * float(here.std())


def test_settling_changes_no_output_and_gives_the_norms_their_work_back(trained: tuple[Any, Path]) -> None:
    _, folder = trained
    again, _ = restore.restored(folder / "am" / "final.mdl")
    frames = _frames(again)
    with torch.no_grad():
        before, _ = again(frames)
        restore.settle(again, frames)
        after, _ = again(frames)
    assert torch.allclose(before, after, atol=1e-3)
    assert not torch.allclose(again.norms[0].running_mean, torch.zeros(again.width))
    again.dropout = 0.0
    again.train()
    with torch.no_grad():
        training, _ = again(frames)
    assert float((training - after).abs().mean()) < 0.1 * float(after.std())


def test_a_matrix_comes_back_within_a_step() -> None:
    values = np.random.default_rng(1).standard_normal((50, 20)).astype(np.float32)
    found = kaldi_files.Reader(kaldi_files.compressed_matrix(values)).compressed_matrix()
    assert found.shape == values.shape
    assert np.abs(found - values).max() < np.ptp(values) / 100


def test_another_token_is_named_with_its_place() -> None:
    with pytest.raises(ValueError, match="<Nnet3> expected at byte 0, not <Priors>"):
        kaldi_files.Reader(kaldi_files.token("<Priors>")).expect("<Nnet3>")


def test_a_network_of_another_form_is_refused_by_name(trained: tuple[Any, Path]) -> None:
    _, folder = trained
    path = folder / "am" / "final.mdl"
    data = path.read_bytes()
    for index in range(1, len(network.LAYERS) + 1):
        data = data.replace(f"<ComponentName> d{index} ".encode(), f"<ComponentName> x{index} ".encode())
    path.write_bytes(data)
    with pytest.raises(VoicebotError, match=r"final\.mdl: a network of another form"):
        restore.restored(path)
