"""Writes the trained weights as `models/reader/`: `model.safetensors` in half precision and `config.json` with all words.

    python -m training.reader.export

Keeps the gate and the calibration that stand in an older `config.json` only where `--keep` says so: they belong to their weights.
"""

from __future__ import annotations

import argparse
import json
from pathlib import Path

import torch
from safetensors.torch import save_file

from codirector.tools.embedded import MODELS
from training.illustrator.world import FRAMINGS, PLAIN_COLOURS, SETTINGS, STYLES, THINGS, TIMES
from training.reader.train import RUN


def export(checkpoint: Path, folder: Path, keep: bool, side: int, which: str) -> None:
    saved = torch.load(checkpoint, weights_only=False, map_location="cpu")
    weights = {}
    for name, value in saved[which].items():
        if name.endswith("num_batches_tracked"):
            continue
        exact = "running" in name or value.ndim == 0
        weights[name] = (value.float() if exact else value.half()).contiguous()
    folder.mkdir(parents=True, exist_ok=True)
    save_file(weights, folder / "model.safetensors", metadata={"step": str(saved["step"]), "minutes": str(round(saved["minutes"], 1))})
    path = folder / "config.json"
    old = json.loads(path.read_text(encoding="utf-8")) if keep and path.exists() else {}
    config = {
        "side": side,
        "things": [thing.name for thing in THINGS],
        "plurals": {thing.name: thing.plural for thing in THINGS},
        "synonyms": {thing.name: list(thing.synonyms) for thing in THINGS},
        "fields": {
            "style": list(STYLES), "setting": list(SETTINGS), "plain": list(PLAIN_COLOURS), "time": list(TIMES), "framing": list(FRAMINGS),
        },
    }  # fmt: skip
    path.write_text(json.dumps(config | {name: old[name] for name in ("gate",) if name in old}, indent=1), encoding="utf-8")


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--checkpoint", type=Path, default=RUN / "checkpoint.pt")
    parser.add_argument("--out", type=Path, default=MODELS / "reader")
    parser.add_argument("--side", type=int, default=128, help="the shorter side it reads pictures at, in pixels")
    parser.add_argument("--weights", choices=("model", "average"), default="model", help="the last ones, or their moving average")
    parser.add_argument("--keep", action="store_true", help="keep the gate of the config that is there")
    arguments = parser.parse_args()
    export(arguments.checkpoint, arguments.out, arguments.keep, arguments.side, arguments.weights)


if __name__ == "__main__":
    main()
