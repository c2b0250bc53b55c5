"""Trains the network that mends in-betweens: `python -m training.motion.train --minutes 15`. Resumes; writes models/interpolation only
when told to (`--export`).

Loss: the Charbonnier distance (Charbonnier et al. 1994) to the true frame. Crops are turned, mirrored and played backwards by chance. It
trains on whatever parts of the pool are there, so that the painting of clips may go on beside it. Does not know how it is judged.
"""

import argparse
import json
import math
import time
from pathlib import Path

import numpy as np
import torch

from codirector.tools.film.interpolate import OWN
from codirector.tools.film.mend_network import MendNetwork
from training.motion.clips import RUN

TRUTH = 16


def batch(parts: list[np.ndarray], size: int, rng: np.random.Generator) -> torch.Tensor:
    """[size, 19, h, w] float32, augmented together."""
    taken = []
    for _ in range(size):
        part = parts[int(rng.integers(len(parts)))]
        # Of each two crops the first is where the flow is most wrong, which is what there is to learn.
        taken.append(part[2 * int(rng.integers(len(part) // 2)) + int(rng.random() < 0.25)])
    crops = torch.from_numpy(np.stack(taken)).float()
    if rng.random() < 0.5:
        crops = backwards(crops)
    if rng.random() < 0.5:
        crops = mirrored(crops)
    if rng.random() < 0.5:
        crops = turned(crops)
    return crops.contiguous(memory_format=torch.channels_last)


def backwards(crops: torch.Tensor) -> torch.Tensor:
    """The two frames change places."""
    order = [3, 4, 5, 0, 1, 2, 6, 7, 8, 10, 9, 13, 14, 11, 12, 15, 16, 17, 18]
    crops = crops[:, order]
    crops[:, 15] = 1 - crops[:, 15]
    return crops


def mirrored(crops: torch.Tensor) -> torch.Tensor:
    """Left to right; flows to the right become flows to the left."""
    crops = crops.flip(3)
    crops[:, [11, 13]] *= -1
    return crops


def turned(crops: torch.Tensor) -> torch.Tensor:
    """Rows become columns, and so do the flows' directions."""
    return crops.transpose(2, 3)[:, [*range(11), 12, 11, 14, 13, *range(15, 19)]].contiguous()


def train(arguments: argparse.Namespace) -> None:
    torch.set_num_threads(arguments.threads)
    torch.manual_seed(arguments.seed)
    path = RUN / f"{arguments.name}.pt"
    network, average = MendNetwork().to(memory_format=torch.channels_last), MendNetwork()
    average.load_state_dict(network.state_dict())
    optimiser = torch.optim.AdamW(network.parameters(), lr=arguments.rate, weight_decay=1e-4)
    minutes, step = 0.0, 0
    if path.exists():
        state = torch.load(path, weights_only=True)
        network.load_state_dict(state["network"])
        average.load_state_dict(state["average"])
        optimiser.load_state_dict(state["optimiser"])
        minutes, step = state["minutes"], state["step"]
    rng = np.random.default_rng([arguments.seed, step])
    stored, sums, parts, looked = time.monotonic(), np.zeros(2), [], 0.0
    with (RUN / f"{arguments.name}.jsonl").open("a", encoding="utf-8") as log:
        while minutes < arguments.minutes:
            begun = time.process_time()
            if time.monotonic() - looked > 30:
                parts, looked = [np.load(part, mmap_mode="r") for part in sorted(arguments.pool.glob("part-*.npy"))], time.monotonic()
            crops = batch(parts, arguments.batch, rng)
            share = minutes / arguments.minutes
            for group in optimiser.param_groups:
                group["lr"] = arguments.rate * min(1.0, (step + 1) / 100) * (0.02 + 0.98 * 0.5 * (1 + math.cos(math.pi * share)))
            seen, truth = crops[:, :TRUTH], crops[:, TRUTH:]
            made = network(seen)
            loss = ((made - truth).square() + 1e-6).sqrt().mean()
            optimiser.zero_grad()
            loss.backward()
            torch.nn.utils.clip_grad_norm_(network.parameters(), 1.0)
            optimiser.step()
            step += 1
            keep = min(0.998, 1 - 1 / (1 + step / 3))
            with torch.no_grad():
                for mine, theirs in zip(average.parameters(), network.parameters(), strict=True):
                    mine.lerp_(theirs, 1 - keep)
                sums += [float((made - truth).square().mean()), float((seen[:, 6:9] - truth).square().mean())]
            minutes += (time.process_time() - begun) / 60
            if step % 50 == 0:
                ours, flow = (-10 * math.log10(value / 50) for value in sums)
                line = {"step": step, "minutes": round(minutes, 2), "db": round(ours, 2), "flow_db": round(flow, 2), "parts": len(parts)}
                log.write(json.dumps(line) + "\n")
                log.flush()
                sums = np.zeros(2)
            if time.monotonic() - stored > 60 or minutes >= arguments.minutes:
                state = {"network": network.state_dict(), "average": average.state_dict(), "optimiser": optimiser.state_dict(),
                         "minutes": minutes, "step": step}  # fmt: skip
                torch.save(state, path.with_suffix(".new"))
                path.with_suffix(".new").replace(path)
                stored = time.monotonic()


def export(name: str, folder: Path) -> None:
    """The averaged weights as float16."""
    from safetensors.torch import save_file

    state = torch.load(RUN / f"{name}.pt", weights_only=True)["average"]
    folder.mkdir(parents=True, exist_ok=True)
    save_file({key: value.half().contiguous() for key, value in state.items()}, folder / OWN)


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--pool", type=Path, default=RUN / "pool")
    parser.add_argument("--name", default="mend", help="of the run, so that several can lie side by side")
    parser.add_argument("--minutes", type=float, default=15, help="processor time over all resumptions; the learning rate falls to its end")
    parser.add_argument("--batch", type=int, default=8)
    parser.add_argument("--rate", type=float, default=1e-3)
    parser.add_argument("--threads", type=int, default=1)
    parser.add_argument("--seed", type=int, default=1)
    parser.add_argument("--export", type=Path, help="write the weights of the run into this folder instead of training")
    arguments = parser.parse_args()
    if arguments.export:
        export(arguments.name, arguments.export)
    else:
        train(arguments)


if __name__ == "__main__":
    main()
