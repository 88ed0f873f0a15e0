"""Train the voice network that ships: voicebot/data/turntaking/voice.npz.

    python scripts/train_voice_net.py --speech DIR [--scenes N] [--epochs N] [--cache FILE]

Needs torch. DIR as for make_turn_taking_clips.py; only its development half is heard. Half an hour on one core.
"""

import argparse
from pathlib import Path

import numpy as np
import torch
from torch import nn
from voice_net_material import scenes

from voicebot.turntaking.voice_net import FEATURES

DENSE, HIDDEN = 32, 48
OUT = Path(__file__).resolve().parent.parent / "voicebot" / "data" / "turntaking" / "voice.npz"
FLOOR_SHARE = 1.0
"""Weight of the floor's loss beside that of speech."""


class Net(nn.Module):
    def __init__(self) -> None:
        super().__init__()
        self.dense = nn.Linear(FEATURES, DENSE)
        self.gru = nn.GRU(DENSE, HIDDEN, batch_first=True)
        self.heads = nn.Linear(HIDDEN, 2)

    def forward(self, seen: torch.Tensor) -> torch.Tensor:
        return self.heads(self.gru(torch.relu(self.dense(seen)))[0])


def losses(net: Net, batch: list[torch.Tensor]) -> tuple[torch.Tensor, torch.Tensor]:
    seen, speech, floor, weight = batch
    logits = net(seen)
    entropy = nn.functional.binary_cross_entropy_with_logits
    of_speech = entropy(logits[..., 0], speech)
    of_floor = (entropy(logits[..., 1], floor, reduction="none") * weight).sum() / weight.sum()
    return of_speech, of_floor


def train(data: list[np.ndarray], epochs: int) -> tuple[Net, np.ndarray, np.ndarray]:
    mean = data[0].reshape(-1, FEATURES).mean(axis=0)
    scale = 1.0 / (data[0].reshape(-1, FEATURES).std(axis=0) + 1e-3)
    tensors = [torch.from_numpy(array) for array in ((data[0] - mean) * scale, *data[1:])]
    held = len(tensors[0]) // 20
    net, batch = Net(), 48
    optimizer = torch.optim.Adam(net.parameters(), lr=3e-3)
    steps = (len(tensors[0]) - held) // batch
    schedule = torch.optim.lr_scheduler.OneCycleLR(optimizer, 4e-3, total_steps=steps * epochs)
    for epoch in range(epochs):
        order = held + torch.randperm(len(tensors[0]) - held)
        total = np.zeros(2)
        for step in range(steps):
            picked = order[step * batch : (step + 1) * batch]
            parts = losses(net, [tensor[picked] for tensor in tensors])
            optimizer.zero_grad()
            (parts[0] + FLOOR_SHARE * parts[1]).backward()
            nn.utils.clip_grad_norm_(net.parameters(), 1.0)
            optimizer.step()
            schedule.step()
            total += [float(part) for part in parts]
        with torch.no_grad():
            kept = losses(net, [tensor[:held] for tensor in tensors])
        print(f"epoch {epoch}: trained on {total / steps}, held out {[round(float(part), 4) for part in kept]}", flush=True)
    return net, mean, scale


def save(net: Net, mean: np.ndarray, scale: np.ndarray, out: Path) -> None:
    """In the layout of `VoiceWeights`."""
    parts = {name: value.detach().numpy() for name, value in net.named_parameters()}
    arrays = {
        "mean": mean,
        "scale": scale,
        "dense": parts["dense.weight"].T,
        "dense_bias": parts["dense.bias"],
        "inner": parts["gru.weight_ih_l0"].T,
        "inner_bias": parts["gru.bias_ih_l0"],
        "again": parts["gru.weight_hh_l0"].T,
        "again_bias": parts["gru.bias_hh_l0"],
        "heads": parts["heads.weight"].T,
        "heads_bias": parts["heads.bias"],
    }
    out.parent.mkdir(parents=True, exist_ok=True)
    np.savez(out, **{name: np.ascontiguousarray(array, np.float32) for name, array in arrays.items()})


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--speech", type=Path, required=True)
    parser.add_argument("--scenes", type=int, default=6000)
    parser.add_argument("--synthetic", type=int, default=1200, help="espeak utterances a language")
    parser.add_argument("--epochs", type=int, default=20)
    parser.add_argument("--seed", type=int, default=0)
    parser.add_argument("--cache", type=Path, help="keep the scenes' features here")
    parser.add_argument("--out", type=Path, default=OUT)
    args = parser.parse_args()
    torch.manual_seed(args.seed)
    torch.set_num_threads(1)
    if args.cache is not None and args.cache.exists():
        data = [np.load(args.cache)[name] for name in ("seen", "speech", "floor", "weight")]
    else:
        drawn = list(scenes(args.speech, args.scenes, args.synthetic, args.seed))
        data = [np.stack(parts).astype(np.float32) for parts in zip(*drawn, strict=True)]
        if args.cache is not None:
            np.savez(args.cache, **dict(zip(("seen", "speech", "floor", "weight"), data, strict=True)))
    net, mean, scale = train(data, args.epochs)
    save(net, mean, scale, args.out)


if __name__ == "__main__":
    main()
