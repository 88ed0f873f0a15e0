"""Stage 3: train the network on shards, framewise.

    python scripts/train/fit_network.py zh-CN OUT.pt --data GLOB[@EPOCH_SHARE]... [--noise DIR] [--start NETWORK.pt] [--epochs 3]

Every batch is disturbed anew (`disturb.py`). Cross-entropy over the states with a little label smoothing, and over speech
against silence for the second head; with `--sequence SCALE` the loss is mostly that of whole paths at this acoustic scale
(`sequence.py`), which wants a network that is trained already. AdamW with one cycle of the learning rate. With `--start`
training goes on from a network. The last shard of every glob is kept for validation where there are enough.
"""

import argparse
import glob
import time
import zipfile
from dataclasses import dataclass
from pathlib import Path

import numpy as np
import torch
from arguments import command, positive
from disturb import Disturbance
from inventory import Inventory
from network import STRIDE, Network, load, save
from sequence import StateChain
from torch import Tensor, nn
from torch.nn import functional

from voicebot.errors import VoicebotError

CHUNK = 60
"""Outputs a training example: 1.8 s."""

BATCH = 48
SMOOTHING = 0.02
SPEECH_WEIGHT = 0.2
FRAME_WEIGHT = 0.1
"""Of the framewise loss when whole paths are trained: it keeps the posteriors posteriors."""

CLIP = 5.0
VALIDATION_CHUNKS = 400
FEW_SHARDS = 3
"""With no more than these, none is kept for validation."""


@dataclass(frozen=True)
class Data:
    """Utterances of some shards, padded by their first and last frames, and where chunks begin in them."""

    features: Tensor
    states: Tensor
    chunks: np.ndarray
    """(chunks, 2): first frame, first output."""
    context: int
    """Frames a chunk has before its first output's own and behind its last one's, together."""

    def batch(self, chunks: np.ndarray) -> tuple[Tensor, Tensor]:
        frames = torch.arange(STRIDE * (CHUNK - 1) + 1 + self.context)
        first, output = torch.from_numpy(chunks[:, 0]), torch.from_numpy(chunks[:, 1])
        return self.features[first[:, None] + frames].float(), self.states[output[:, None] + torch.arange(CHUNK)].long()


def read(paths: list[str], left: int, right: int) -> Data:
    """All utterances long enough for a chunk, for a network that needs `left` and `right` frames around an output's own."""
    features, states, chunks = [], [], []
    frame = output = 0
    for path in paths:
        try:
            with np.load(path) as file:
                shard = dict(file)
        except (ValueError, zipfile.BadZipFile, EOFError):
            raise VoicebotError(f"{path}: no shard, or a damaged one; delete it and make it again") from None
        ends = np.cumsum(shard["frames"])
        outputs = (shard["frames"] + STRIDE - 1) // STRIDE
        for end, count, made, last in zip(ends, shard["frames"], outputs, np.cumsum(outputs), strict=True):
            if made < CHUNK:
                continue
            needed = left + STRIDE * (made - 1) + 1 + right
            own = shard["features"][end - count : end]
            tail = max(0, needed - left - count)
            features.append(np.concatenate([np.repeat(own[:1], left, 0), own, np.repeat(own[-1:], tail, 0)])[:needed])
            states.append(shard["states"][last - made : last])
            starts = [*range(0, made - CHUNK + 1, CHUNK), *([made - CHUNK] if made % CHUNK else [])]
            chunks += [(frame + STRIDE * start, output + start) for start in starts]
            frame, output = frame + needed, output + made
    return Data(
        torch.from_numpy(np.concatenate(features)), torch.from_numpy(np.concatenate(states)), np.array(chunks), left + right
    )


def train(
    network: Network,
    sources: list[tuple[Data, float]],
    validation: list[tuple[str, Data]],
    disturb: Disturbance,
    epochs: float,
    rate: float,
    seed: int,
    chain: StateChain | None = None,
) -> None:
    """An epoch holds the named share of every source's chunks, drawn anew. With a `chain`, whole paths are trained."""
    chance = np.random.default_rng(seed)
    steps = int(epochs * sum(len(data.chunks) * share for data, share in sources) / BATCH)
    optimizer = torch.optim.AdamW(network.parameters(), lr=rate, weight_decay=1e-3)
    schedule = torch.optim.lr_scheduler.OneCycleLR(optimizer, rate, total_steps=steps + 1, pct_start=0.12, final_div_factor=50)
    network.train()
    started, step, total = time.monotonic(), 0, 0.0
    while step < steps:
        for data, chunks in _epoch(sources, chance):
            frames, states = data.batch(chunks)
            out, speech = network(disturb(frames))
            loss = functional.cross_entropy(out, states, label_smoothing=SMOOTHING)
            if chain:
                loss = chain.loss(out, states) + FRAME_WEIGHT * loss
            loss = loss + SPEECH_WEIGHT * functional.cross_entropy(speech, (states > 0).long())
            optimizer.zero_grad()
            loss.backward()
            nn.utils.clip_grad_norm_(network.parameters(), CLIP)
            optimizer.step()
            schedule.step()
            step, total = step + 1, total + float(loss.detach())
            if step % 200 == 0:
                print(f"{step}/{steps} loss {total / 200:.3f} {time.monotonic() - started:.0f} s", flush=True)
                total = 0.0
            if step == steps:
                break
        print("  ".join(f"{name}: {_accuracy(network, data)}" for name, data in validation), flush=True)


def _epoch(sources: list[tuple[Data, float]], chance: np.random.Generator) -> list[tuple[Data, np.ndarray]]:
    """Batches of one source each, in random order."""
    batches = []
    for data, share in sources:
        order = chance.permutation(len(data.chunks))[: int(len(data.chunks) * share)]
        batches += [(data, data.chunks[order[start : start + BATCH]]) for start in range(0, len(order) - BATCH + 1, BATCH)]
    return [batches[index] for index in chance.permutation(len(batches))]


def _accuracy(network: Network, data: Data) -> str:
    network.eval()
    with torch.no_grad():
        frames, states = data.batch(data.chunks[:VALIDATION_CHUNKS])
        out, speech = network(frames)
        loss = float(functional.cross_entropy(out, states))
        right = float((out.argmax(1) == states).float().mean())
        heard = float((speech.argmax(1) == (states > 0)).float().mean())
    network.train()
    return f"loss {loss:.3f} right {right:.3f} speech {heard:.3f}"


def _sources(given: list[str], network: Network) -> tuple[list[tuple[Data, float]], list[tuple[str, Data]]]:
    """What `--data` names, with the share of it an epoch holds, and what is kept for validation."""
    sources, validation = [], []
    for item in given:
        pattern, _, share = item.partition("@")
        paths = sorted(glob.glob(pattern))  # noqa: PTH207 (an absolute pattern)
        if not paths:
            raise VoicebotError(f"{pattern}: there are no shards; did the stage that makes them lose them all?")
        held = paths[-1:] if len(paths) > FEW_SHARDS else []
        sources.append((read(paths[: len(paths) - len(held)], network.left, network.right), float(share or 1)))
        validation += [(Path(pattern).parent.name, read(held, network.left, network.right))] if held else []
        print(f"{pattern}: {len(paths)} shards, {len(sources[-1][0].states) * 0.03 / 3600:.1f} h", flush=True)
    return sources, validation


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("language", choices=("zh-CN", "en-US"))
    parser.add_argument("out", type=Path)
    parser.add_argument("--data", action="append", required=True, help="shards, and what share of them an epoch holds")
    parser.add_argument("--start", type=Path, help="network to go on from")
    parser.add_argument("--epochs", type=positive, default=3.0)
    parser.add_argument("--rate", type=positive, default=1.5e-3, help="highest learning rate")
    parser.add_argument("--sequence", type=positive, metavar="SCALE", help="train on whole paths, at this acoustic scale")
    parser.add_argument("--threads", type=int, default=1, help="one beats two on shared cores")
    parser.add_argument("--seed", type=int, default=0)
    parser.add_argument("--noise", type=Path, help="folder of sounds; every second is mixed in")
    arguments = parser.parse_args()
    torch.set_num_threads(arguments.threads)
    torch.manual_seed(arguments.seed)
    outputs = len(Inventory.load(arguments.language).states)
    if arguments.start:
        network, _ = load(arguments.start)
    else:
        network = Network(outputs)
    sources, validation = _sources(arguments.data, network)
    if not arguments.start:
        some = sources[0][0].features[::7].float()
        network.mean.copy_(some.mean(0))
        network.std.copy_(some.std(0))
    noises = sorted(arguments.noise.rglob("*.ogg"))[::2] if arguments.noise else []
    disturb = Disturbance(noises, arguments.seed)
    print("before:", "  ".join(f"{name}: {_accuracy(network, data)}" for name, data in validation), flush=True)
    chain = StateChain([data.states for data, _ in sources], outputs, arguments.sequence) if arguments.sequence else None
    train(network, sources, validation, disturb, arguments.epochs, arguments.rate, arguments.seed, chain)
    counts = sum(share * torch.bincount(data.states.long(), minlength=outputs).float() for data, share in sources)
    save(arguments.out, network, counts)


if __name__ == "__main__":
    command(main)
