"""A trained network as `am/final.mdl`, with the configuration Vosk reads beside it.

    python scripts/train/export.py zh-CN NETWORK.pt MODEL_FOLDER

Batch norm and input scaling fold into the affine layers, whose weights are written in a byte each (same error rates).
"""

import argparse
import math
from collections.abc import Iterable, Sequence
from pathlib import Path

import numpy as np
import torch
from arguments import command
from features import MFCC_CONF
from inventory import Inventory
from kaldi_files import fixed_affine, int32, nnet3, no_op, nonlinearity, token, vector
from network import CEPSTRA, SKIP, SPLICE, STRIDE, Network, load
from numpy.typing import NDArray

from voicebot.errors import VoicebotError

PRIOR_COUNT = 20.0
"""Added to the training count of every state."""

PRIOR_FLOOR = 0.3
"""Least prior of a state, as a share of the even one: a rare state with a tiny prior would swallow whole sentences."""

UNKNOWN_BIAS = {"zh-CN": 1.0, "en-US": 0.9}
"""Log factor in favour of unknown words, chosen on development audio: higher rejects more, and costs right answers."""

ACOUSTIC_SCALE = {"zh-CN": 0.5, "en-US": 1.5}
"""Chosen on development audio, for each network that ships."""

LATTICE_BEAM = {"zh-CN": 6.0, "en-US": 4.0}
"""Wider gives longer n-best lists and costs time in noise: at 8, a second of noise can take Vosk seconds to make a list of."""

# Twelve frames a chunk: a partial word comes a tenth of a second earlier than with 20, for the same text and time.
_MODEL_CONF = """--min-active=200
--max-active=2000
--beam=9.0
--lattice-beam={beam}
--acoustic-scale={scale}
--frame-subsampling-factor=3
--frames-per-chunk=12
--endpoint.silence-phones=1
--endpoint.rule2.min-trailing-silence=0.5
--endpoint.rule3.min-trailing-silence=0.75
--endpoint.rule4.min-trailing-silence=1.0
"""

Array = NDArray[np.float64]


def export(language: str, checkpoint: Path, folder: Path, bias: float | None = None, scale: float | None = None) -> None:
    """Write am/ and conf/ of a model."""
    network, counts = load(checkpoint)
    inventory = Inventory.load(language)
    if len(network.out.bias) != len(inventory.states):
        raise VoicebotError(f"{checkpoint}: a network of {len(network.out.bias)} states, {language} has {len(inventory.states)}")
    priors = _priors(counts.double().numpy(), UNKNOWN_BIAS[language] if bias is None else bias)
    context = token("<LeftContext>") + int32(network.left) + token("<RightContext>") + int32(network.right)
    body = b"\0B" + inventory.transition_model() + _nnet(network) + context + token("<Priors>") + vector(priors)
    for name in ("am", "conf"):
        (folder / name).mkdir(parents=True, exist_ok=True)
    (folder / "am" / "final.mdl").write_bytes(body)
    (folder / "conf" / "mfcc.conf").write_text(MFCC_CONF, encoding="ascii")
    scale = ACOUSTIC_SCALE[language] if scale is None else scale
    (folder / "conf" / "model.conf").write_text(_MODEL_CONF.format(scale=scale, beam=LATTICE_BEAM[language]), encoding="ascii")


def renumber(folder: Path, inventory: Inventory) -> None:
    """Give the network of a model that was exported before the transition ids that graphs of `inventory` go by.

    Raises `VoicebotError` for a network that is not of this inventory's states.
    """
    path = folder / "am" / "final.mdl"
    body = path.read_bytes()
    head = token("<Priors>") + token("FV") + int32(len(inventory.states) + 2)
    if b"<Nnet3> " not in body or head not in body:
        raise VoicebotError(f"{path}: not a network of scripts/train for {inventory.language}; its graph can not be rebuilt here")
    path.write_bytes(b"\0B" + inventory.transition_model() + body[body.index(b"<Nnet3> ") :])


def _priors(counts: Array, bias: float) -> Array:
    priors = (counts + PRIOR_COUNT) / (counts + PRIOR_COUNT).sum()
    floored = np.maximum(priors, PRIOR_FLOOR / len(counts))
    return np.concatenate([floored, [1.0], [(1.0 - priors[0]) * math.exp(-bias)]])


def _nnet(network: Network) -> bytes:
    components: list[tuple[str, bytes]] = []
    nodes = [f"input-node name=input dim={CEPSTRA}"]

    def node(name: str, component: bytes, given: str) -> str:
        components.append((name, component))
        nodes.append(f"component-node name={name} component={name} input={given}")
        return name

    def active(index: int, affine: bytes, given: str) -> str:
        return node(f"r{index}", nonlinearity("RectifiedLinearComponent", network.width), node(f"a{index}", affine, given))

    splice = _spliced("input", range(-(SPLICE // 2), SPLICE // 2 + 1))
    hidden = active(0, fixed_affine(*_normalised(_scaled_input(network), network.norms[0])), splice)
    for index, (seen, made) in enumerate(network.layers, 1):
        narrow = _numbers(network.down[index - 1].weight)
        squeezed = node(f"d{index}", fixed_affine(narrow, np.zeros(len(narrow))), _spliced(hidden, _frames(seen)))
        wide = fixed_affine(*_normalised(_affine(network.up[index - 1]), network.norms[index]))
        new = active(index, wide, _spliced(squeezed, _frames(made)))
        hidden = node(f"s{index}", no_op(network.width), f"Sum(Scale({SKIP}, {hidden}), {new})")
    for name, layer in (("out", network.out), ("g", network.speech)):
        logits = node(name, fixed_affine(*_affine(layer)), hidden)
        node(f"{name}s", nonlinearity("LogSoftmaxComponent", len(layer.bias)), logits)
    nodes.append("output-node name=output input=Append(outs, gs) objective=linear")
    return nnet3(nodes, components)


def _frames(taps: Sequence[int]) -> list[int]:
    return [STRIDE * tap for tap in taps]


def _spliced(node: str, offsets: Iterable[int]) -> str:
    parts = [node if offset == 0 else f"Offset({node}, {offset})" for offset in offsets]
    return f"Append({', '.join(parts)})" if len(parts) > 1 else parts[0]


def _affine(layer: torch.nn.Linear) -> tuple[Array, Array]:
    return _numbers(layer.weight), _numbers(layer.bias)


def _scaled_input(network: Network) -> tuple[Array, Array]:
    """The first layer over cepstra that are still to be shifted and scaled."""
    weights, bias = _affine(network.first)
    weights = weights * np.tile(1.0 / _numbers(network.std), SPLICE)[None]
    return weights, bias - weights @ np.tile(_numbers(network.mean), SPLICE)


def _normalised(affine: tuple[Array, Array], norm: torch.nn.BatchNorm1d) -> tuple[Array, Array]:
    """An affine layer with the norm behind it."""
    weights, bias = affine
    scale = _numbers(norm.weight / torch.sqrt(norm.running_var + norm.eps))
    return weights * scale[:, None], (bias - _numbers(norm.running_mean)) * scale + _numbers(norm.bias)


def _numbers(tensor: torch.Tensor) -> Array:
    return np.asarray(tensor.detach().double().numpy())


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("language", choices=("zh-CN", "en-US"))
    parser.add_argument("network", type=Path)
    parser.add_argument("folder", type=Path)
    parser.add_argument("--bias", type=float, help="log factor in favour of unknown words")
    parser.add_argument("--scale", type=float, help="acoustic scale")
    arguments = parser.parse_args()
    export(arguments.language, arguments.network, arguments.folder, arguments.bias, arguments.scale)


if __name__ == "__main__":
    command(main)
