"""A model's network as a checkpoint to go on from: what `export.py` wrote, read back.

    python scripts/train/restore.py MODEL_FOLDER OUT.pt --data GLOB

Weights come back as the bytes hold them. Scaling of inputs and batch norm were folded into the layers; they are set anew to
what `--data`, some shards of the language, makes of them, so that the network computes the same and trains on as usual.
"""

import argparse
import glob
import re
from pathlib import Path

import numpy as np
import torch
from arguments import command
from fit_network import CHUNK, read
from kaldi_files import Reader
from network import CEPSTRA, SPLICE, STRIDE, Network, save
from numpy.typing import NDArray
from torch import Tensor, nn
from torch.nn import functional

from voicebot.errors import VoicebotError

CHUNKS = 600
"""Of the data, for means and deviations."""

Affine = tuple[NDArray[np.float32], NDArray[np.float32]]


def restored(path: Path) -> tuple[Network, Tensor]:
    """The network of `am/final.mdl`, its norms the identity, and how often each output was seen, up to a factor."""
    data = path.read_bytes()
    given, affine, priors = _read(Reader(data, data.index(b"<Nnet3> ")))
    many = sum(name.startswith("d") for name in affine)
    if not many:
        raise VoicebotError(f"{path}: a network of another form than network.py's; it has no bottlenecks")
    layers = [(_taps(given[f"d{index}"]), _taps(given[f"a{index}"])) for index in range(1, many + 1)]
    outputs, width = affine["out"][0].shape
    network = Network(outputs, width, len(affine["d1"][0]), layers)
    named = [("a0", network.first), ("out", network.out), ("g", network.speech)]
    named += [(f"d{index}", layer) for index, layer in enumerate(network.down, 1)]
    named += [(f"a{index}", layer) for index, layer in enumerate(network.up, 1)]
    for name, layer in named:
        weights, bias = affine[name]
        layer.weight.data.copy_(torch.from_numpy(weights))
        if layer.bias is not None:
            layer.bias.data.copy_(torch.from_numpy(bias))
    return network.eval(), torch.from_numpy(priors[:outputs]) * 1e6


def _read(reader: Reader) -> tuple[dict[str, str], dict[str, Affine], NDArray[np.float32]]:
    """What each node is given, the affine components, the priors."""
    reader.expect("<Nnet3>")
    nodes = reader.until(b"\n\n").decode("ascii")
    reader.expect("<NumComponents>")
    affine: dict[str, Affine] = {}
    for _ in range(reader.int32()):
        reader.expect("<ComponentName>")
        name = reader.token()
        kind = reader.token()
        if kind == "<FixedAffineComponent>":
            reader.expect("<LinearParams>")
            weights = reader.compressed_matrix()
            reader.expect("<BiasParams>")
            affine[name] = weights, reader.vector()
        reader.until(f"</{kind[1:]} ".encode("ascii"))
    reader.until(b"<Priors> ")
    given = dict(re.findall(r"component-node name=(\w+) component=\w+ input=(.*)", nodes))
    return given, affine, reader.vector()


def _taps(given: str) -> tuple[int, ...]:
    """The outputs a layer sees: of `Append(Offset(s0, -3), s0)` -1 and 0, of `s0` alone 0."""
    parts = re.findall(r"Offset\(\w+, (-?\d+)\)|(\w+)", given.removeprefix("Append"))
    return tuple(int(offset or 0) // STRIDE for offset, _ in parts)


def settle(network: Network, frames: Tensor) -> None:
    """Give inputs and hidden units the means and deviations they have on `frames`, and change nothing of what comes out."""
    flat = frames.reshape(-1, CEPSTRA)
    _shift_inputs(network.first, flat.mean(0), flat.std(0))
    network.mean.copy_(flat.mean(0))
    network.std.copy_(flat.std(0))
    moments: list[tuple[Tensor, Tensor]] = []
    hooks = [norm.register_forward_pre_hook(lambda _, given: moments.append(_moments(given[0]))) for norm in network.norms]
    with torch.no_grad():
        network(frames)
    for hook, norm, (mean, variance) in zip(hooks, network.norms, moments, strict=True):
        hook.remove()
        norm.running_mean.copy_(mean)
        norm.running_var.copy_(variance)
        norm.weight.data.copy_(torch.sqrt(variance + norm.eps))
        norm.bias.data.copy_(mean)


def _moments(hidden: Tensor) -> tuple[Tensor, Tensor]:
    return hidden.mean(0), hidden.var(0)


def _shift_inputs(layer: nn.Linear, mean: Tensor, std: Tensor) -> None:
    weight = layer.weight.data
    layer.bias.data += weight @ mean.repeat(SPLICE)
    layer.weight.data = weight * std.repeat(SPLICE)[None]


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("model", type=Path, help="folder of a model that export.py wrote")
    parser.add_argument("out", type=Path)
    parser.add_argument("--data", required=True, help="shards of its language")
    arguments = parser.parse_args()
    network, counts = restored(arguments.model / "am" / "final.mdl")
    data = read(sorted(glob.glob(arguments.data)), network.left, network.right)  # noqa: PTH207 (an absolute pattern)
    chosen = np.random.default_rng(0).permutation(len(data.chunks))[:CHUNKS]
    frames, states = data.batch(data.chunks[chosen])
    with torch.no_grad():
        before, _ = network(frames)
        settle(network, frames)
        after, _ = network(frames)
    right = float((after.argmax(1) == states).float().mean())
    print(f"{CHUNKS * CHUNK} outputs: {right:.3f} right, loss {float(functional.cross_entropy(after, states)):.3f}")
    print(f"largest change of a logit by new means and deviations: {float((after - before).abs().max()):.1e}")
    save(arguments.out, network, counts)


if __name__ == "__main__":
    command(main)
