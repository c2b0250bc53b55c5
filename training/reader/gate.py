"""The gate: is this a picture of the reader's world at all? Writes `gate` into `models/reader/config.json`.

    python -m training.reader.gate --others FOLDER [FOLDER ...] [--number 1500]

A logistic regression on the reader's feature vector and on how sure it is of what it says. Right: freshly painted pictures, half
of them worn. Wrong: crops of the pictures in the folders given (photographs and drawings that ship in packages), which are few; so it
is judged by leaving files out. Knows pictures and the reader; the photographs of benchmarks/reader are not to be among them.
"""

from __future__ import annotations

import argparse
import json
from pathlib import Path

import numpy as np
import torch

from codirector.tools.reader import load_reader
from codirector.tools.reader.reader import as_array, gate_features
from codirector.tools.sketch import Atlas
from training.illustrator.art import ATLAS
from training.reader.scenes import Drawings, labelled
from training.reader.wear import PatchNoise, wear

CROPS = 5


def painted(number: int) -> np.ndarray:
    reader, drawings, rng = load_reader(), Drawings(Atlas.load(ATLAS)), np.random.default_rng(77)
    pictures = np.stack([labelled(drawings, rng)[0] for _ in range(number)])
    worn = wear(pictures, rng, PatchNoise(pictures[:300]), torch.Generator().manual_seed(7), 0.7)
    pictures = (worn.permute(0, 2, 3, 1).numpy() * 255).astype(np.uint8)
    return np.array([features(reader, picture) for picture in pictures])


def features(reader, picture: np.ndarray) -> list[float]:
    looked = reader.look(picture)
    reading = reader.reading_of(looked, picture.shape[1], picture.shape[0])
    with torch.inference_mode():
        sure = [
            float(reader.network.fields[name](looked.features.vector).softmax(1).max()) for name in ("style", "setting", "time", "framing")
        ]
    return gate_features(looked, reading.things, sure)


def crops(path: Path, rng: np.random.Generator) -> list[np.ndarray]:
    """The whole picture and parts of it, some mirrored, brighter or darker."""
    from PIL import Image

    with Image.open(path) as opened:
        opened.draft("RGB", (1600, 1600))
        image = as_array(opened.convert("RGB"))
    step = max(1, min(image.shape[:2]) // 700)
    image = image[::step, ::step]
    out = [image]
    for _ in range(CROPS - 1):
        side = int(min(image.shape[:2]) * rng.uniform(0.35, 1.0))
        y, x = int(rng.integers(0, image.shape[0] - side + 1)), int(rng.integers(0, image.shape[1] - side + 1))
        part = image[y : y + side, x : x + side]
        part = part[:, ::-1] if rng.random() < 0.5 else part
        out.append(np.clip(part * rng.uniform(0.6, 1.3), 0, 255).astype(np.uint8))
    return out


def fit(values: np.ndarray, wanted: np.ndarray, weight: np.ndarray, strength: float = 3e-3) -> tuple[np.ndarray, float]:
    """Ridge logistic regression by L-BFGS -> weights, bias."""
    x, y, w = (torch.from_numpy(each.astype(np.float64)) for each in (values, wanted, weight))
    parameters = torch.zeros(x.shape[1] + 1, dtype=torch.float64, requires_grad=True)
    optimiser = torch.optim.LBFGS([parameters], max_iter=60, line_search_fn="strong_wolfe")

    def closure() -> torch.Tensor:
        optimiser.zero_grad()
        loss = torch.nn.functional.binary_cross_entropy_with_logits(x @ parameters[:-1] + parameters[-1], y, weight=w)
        loss = loss + strength * parameters[:-1].square().sum()
        loss.backward()
        return loss

    optimiser.step(closure)
    found = parameters.detach().numpy()
    return found[:-1], float(found[-1])


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--others", type=Path, nargs="+", required=True)
    parser.add_argument("--number", type=int, default=1500)
    arguments = parser.parse_args()
    torch.set_num_threads(1)
    reader, rng = load_reader(), np.random.default_rng(5)
    right = painted(arguments.number)
    files = sorted(
        path for folder in arguments.others for path in folder.rglob("*") if path.suffix.lower() in (".jpg", ".jpeg", ".png", ".webp")
    )
    wrong = {path: np.array([features(reader, crop) for crop in crops(path, rng)]) for path in files}
    every = np.concatenate([right, *wrong.values()])
    mean, spread = every.mean(0), every.std(0)
    spread = np.where(spread > 1e-4, spread, 1.0)  # numbers that are always zero say nothing
    train, test = right[: int(0.8 * len(right))], right[int(0.8 * len(right)) :]

    def model(without: Path | None) -> tuple[np.ndarray, float]:
        others = np.concatenate([values for path, values in wrong.items() if path != without])
        values = (np.concatenate([train, others]) - mean) / spread
        wanted = np.concatenate([np.ones(len(train)), np.zeros(len(others))])
        weight = np.where(wanted == 1, len(others) / len(train), 1.0)
        return fit(values, wanted, weight)

    weights, bias = model(None)
    score = ((test - mean) / spread) @ weights + bias
    print(f"Painted pictures it did not see, taken for its world: {100 * float((score > 0).mean()):.1f} % of {len(test)}.")
    missed = []
    folds = [files[at::10] for at in range(10)]
    for fold in folds:
        others = np.concatenate([values for path, values in wrong.items() if path not in fold])
        values = (np.concatenate([train, others]) - mean) / spread
        wanted = np.concatenate([np.ones(len(train)), np.zeros(len(others))])
        held, offset = fit(values, wanted, np.where(wanted == 1, len(others) / len(train), 1.0))
        for path in fold:
            first = float(((wrong[path][0] - mean) / spread) @ held + offset)
            if first > 0:
                missed.append(path.name)
    print(
        f"Other pictures left out of the fit (ten folds) and known as others: {len(files) - len(missed)} of {len(files)}."
        f" Missed: {', '.join(missed)}"
    )
    path = reader.folder / "config.json"
    config = json.loads(path.read_text(encoding="utf-8"))
    config["gate"] = {
        "mean": mean.round(5).tolist(),
        "spread": spread.round(5).tolist(),
        "weights": weights.round(5).tolist(),
        "bias": round(bias, 5),
    }
    path.write_text(json.dumps(config, indent=1), encoding="utf-8")


if __name__ == "__main__":
    main()
