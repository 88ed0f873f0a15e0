"""Train the voice network that ships: voicebot/data/turntaking/voice.npz.

    python scripts/train_voice_net.py --speech DIR --cache FOLDER [--scenes N] [--epochs N]

Needs torch. DIR as for make_turn_taking_clips.py; only its development half is heard, and a part of that is held out to judge the
network on while it learns (see voice_net_stock.py). FOLDER keeps the scenes' features. An hour on one core.
"""

import argparse
from collections.abc import Iterator
from pathlib import Path

import numpy as np
import torch
from torch import nn
from voice_net_material import KINDS, scenes

from voicebot.turntaking.voice_net import BANDS, FEATURES

DENSE, HIDDEN = 40, (64, 48)
OUT = Path(__file__).resolve().parent.parent / "voicebot" / "data" / "turntaking" / "voice.npz"
BATCH = 64
TILT = 0.25
"""Standard deviation of what is added to the bands of a whole scene, in tenths of a decade: another telephone."""

FALSE_STOPS = 0.02
"""Share of the signs and noises that may be taken for turns when the judgement's threshold is chosen."""

NAMES = ("seen", "speech", "floor", "weight", "events")


class Net(nn.Module):
    def __init__(self) -> None:
        super().__init__()
        self.dense = nn.Linear(FEATURES, DENSE)
        sizes = (DENSE, *HIDDEN)
        self.layers = nn.ModuleList(nn.GRU(size, after, batch_first=True) for size, after in zip(sizes, HIDDEN, strict=False))
        self.heads = nn.Linear(HIDDEN[-1], 2)

    def forward(self, seen: torch.Tensor) -> torch.Tensor:
        values = torch.relu(self.dense(seen))
        for layer in self.layers:
            values = layer(values)[0]
        return self.heads(values)


def losses(logits: torch.Tensor, speech: torch.Tensor, floor: torch.Tensor, weight: torch.Tensor) -> torch.Tensor:
    """Of speech, and of the floor."""
    entropy = nn.functional.binary_cross_entropy_with_logits
    of_floor = (entropy(logits[..., 1], floor, reduction="none") * weight).sum() / weight.sum()
    return torch.stack([entropy(logits[..., 0], speech), of_floor])


def judge(logits: np.ndarray, speech: np.ndarray, events: np.ndarray) -> str:
    """When turns are told, at the threshold that `FALSE_STOPS` of everything else passes: what the floor can make of it."""
    peaks: dict[int, list[float]] = {kind: [] for kind in range(len(KINDS))}
    curves = []
    for scene in range(len(events)):
        heard = logits[scene, :, 0] > 0.2
        for first, last, kind in events[scene]:
            if first < 0 or last - first < 5:
                continue
            odds = np.where(np.cumsum(heard[first:last]) >= 8, logits[scene, first:last, 1], -np.inf)
            peaks[int(kind)].append(float(odds.max()))
            if kind == 0:
                curves.append(odds)
    others = np.array(peaks[1] + peaks[2])
    threshold = np.quantile(others, 1 - FALSE_STOPS)
    told = [int((curve > threshold).argmax()) * 20 + 20 if curve.max() > threshold else 9999 for curve in curves]
    missed = sum(ms == 9999 for ms in told)
    passed = [float(np.mean(np.array(peaks[kind]) > threshold)) for kind in (1, 2)]
    return (
        f"odds {threshold:.2f}: turns told after {np.percentile(told, [50, 80, 95]).astype(int).tolist()} ms, "
        f"{missed} of {len(told)} never; {passed[0]:.3f} of signs, {passed[1]:.3f} of noises"
    )


def batches(data: dict[str, torch.Tensor]) -> Iterator[list[torch.Tensor]]:
    """An epoch of training batches, each scene as if through another telephone."""
    order = torch.randperm(len(data["seen"]))
    for start in range(0, len(order) - BATCH + 1, BATCH):
        picked = order[start : start + BATCH]
        seen = data["seen"][picked].float()
        bend = torch.randn(BATCH, 1, 4)
        at = torch.linspace(0, np.pi, BANDS)
        shape = sum(bend[..., n : n + 1] * torch.cos(n * at) for n in range(4))
        seen[..., :BANDS] += TILT * shape
        yield [seen, *(data[name][picked].float() for name in NAMES[1:4])]


def train(data: dict[str, torch.Tensor], held: dict[str, torch.Tensor], epochs: int, out: Path) -> None:
    flat = data["seen"].reshape(-1, FEATURES)[::7].float()
    mean, scale = flat.mean(dim=0), 1.0 / (flat.std(dim=0) + 1e-3)
    net = Net()
    optimizer = torch.optim.AdamW(net.parameters(), lr=3e-3, weight_decay=0.01)
    steps = len(data["seen"]) // BATCH
    schedule = torch.optim.lr_scheduler.OneCycleLR(optimizer, 4e-3, total_steps=steps * epochs, pct_start=0.15)
    for epoch in range(epochs):
        total = np.zeros(2)
        for seen, speech, floor, weight in batches(data):
            parts = losses(net((seen - mean) * scale), speech, floor, weight)
            optimizer.zero_grad()
            parts.sum().backward()
            nn.utils.clip_grad_norm_(net.parameters(), 1.0)
            optimizer.step()
            schedule.step()
            total += parts.detach().numpy()
        with torch.no_grad():
            logits = net((held["seen"].float() - mean) * scale)
            kept = losses(logits, held["speech"].float(), held["floor"].float(), held["weight"].float())
        said = judge(logits.numpy(), held["speech"].numpy(), held["events"].numpy())
        print(f"epoch {epoch}: {(total / steps).round(4)}, held out {kept.numpy().round(4)}; {said}", flush=True)
        save(net, mean.numpy(), scale.numpy(), out)


def save(net: Net, mean: np.ndarray, scale: np.ndarray, out: Path) -> None:
    """In the layout of `VoiceWeights`."""
    parts = {name: value.detach().numpy() for name, value in net.named_parameters()}
    arrays = {
        "mean": mean,
        "scale": scale,
        "dense": parts["dense.weight"].T,
        "dense_bias": parts["dense.bias"],
        "heads": parts["heads.weight"].T,
        "heads_bias": parts["heads.bias"],
    }
    for number in range(len(HIDDEN)):
        for ours, theirs in (("inner", "ih"), ("again", "hh")):
            arrays[f"{ours}{number}"] = parts[f"layers.{number}.weight_{theirs}_l0"].T
            arrays[f"{ours}_bias{number}"] = parts[f"layers.{number}.bias_{theirs}_l0"]
    out.parent.mkdir(parents=True, exist_ok=True)
    np.savez(out, **{name: np.ascontiguousarray(array, np.float32) for name, array in arrays.items()})


def material(folder: Path, part: str, speech: Path, count: int, synthetic: int, seed: int) -> dict[str, torch.Tensor]:
    """Scenes of `part`, from `folder` where they have been drawn before."""
    path = folder / f"{part}-{count}-{seed}.npz"
    if not path.exists():
        columns: list[list[np.ndarray]] = [[] for _ in NAMES]
        for scene in scenes(speech, part, count, synthetic, seed):  # type: ignore[arg-type]
            for column, array in zip(columns, scene, strict=True):
                column.append(array if array.dtype == np.int16 else array.astype(np.float16))
        folder.mkdir(parents=True, exist_ok=True)
        np.savez(path, **{name: np.stack(column) for name, column in zip(NAMES, columns, strict=True)})
        print(f"{part}: {count} scenes", flush=True)
    with np.load(path) as arrays:
        return {name: torch.from_numpy(arrays[name]) for name in NAMES}


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--speech", type=Path, required=True)
    parser.add_argument("--cache", type=Path, required=True)
    parser.add_argument("--scenes", type=int, default=9000)
    parser.add_argument("--synthetic", type=int, default=2000, help="espeak utterances a language")
    parser.add_argument("--epochs", type=int, default=24)
    parser.add_argument("--seed", type=int, default=0)
    parser.add_argument("--out", type=Path, default=OUT)
    args = parser.parse_args()
    torch.manual_seed(args.seed)
    torch.set_num_threads(1)
    held = material(args.cache, "held", args.speech, args.scenes // 12, args.synthetic // 6, args.seed)
    train(material(args.cache, "train", args.speech, args.scenes, args.synthetic, args.seed), held, args.epochs, args.out)


if __name__ == "__main__":
    main()
