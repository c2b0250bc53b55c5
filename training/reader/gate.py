"""The gate: is this a picture of the reader's world at all? Writes `models/reader/world.npz`.

    python -m training.reader.gate --others FOLDER [FOLDER ...] [--number 1500]

Distances of the layers' features from those of renderings, energies and certainties (see tools.reader.world), weighed by a logistic
regression. Right: freshly painted pictures, most of them worn; two thirds of them give the shapes, one third the weights. Wrong: crops
of the pictures in the folders given (photographs and drawings that ship in packages), which are few; so it is judged by leaving files
out. Knows pictures and the reader; the photographs of benchmarks/reader are not to be among them.
"""

from __future__ import annotations

import argparse
from pathlib import Path

import numpy as np
import torch

from codirector.tools.reader import load_reader
from codirector.tools.reader.reader import as_array
from codirector.tools.reader.world import Shape, World, features, save_world, shape_of
from codirector.tools.sketch import Atlas
from training.illustrator.art import ATLAS
from training.reader.scenes import Drawings, labelled
from training.reader.wear import PatchNoise, wear

CROPS = 5


Parts = tuple[list[np.ndarray], list[float]]


def painted(number: int, seed: int = 77, held: bool = False) -> list[Parts]:
    drawings, rng = Drawings(Atlas.load(ATLAS)), np.random.default_rng(seed)
    pictures = np.stack([labelled(drawings, rng, held=held)[0] for _ in range(number)])
    worn = wear(pictures, rng, PatchNoise(pictures[:300]), torch.Generator().manual_seed(seed), 0.7)
    return [parts(picture) for picture in (worn.permute(0, 2, 3, 1).numpy() * 255).astype(np.uint8)]


def parts(picture: np.ndarray) -> Parts:
    reader = load_reader()
    return reader.gate_parts(reader.look(picture))


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
    test = painted(arguments.number // 4, 78, held=True)
    files = sorted(
        path for folder in arguments.others for path in folder.rglob("*") if path.suffix.lower() in (".jpg", ".jpeg", ".png", ".webp")
    )
    wrong = [[parts(crop) for crop in crops(path, rng)] for path in files]
    shaped = [each for at, each in enumerate(right) if at % 3]
    shapes = tuple(shape_of(np.stack([summaries[layer] for summaries, _ in shaped])) for layer in range(len(shaped[0][0])))
    seen = rows(shapes, [each for at, each in enumerate(right) if at % 3 == 0])
    others = [rows(shapes, each) for each in wrong]
    world = fitted(shapes, seen, others)
    said = [world.probability(*each) for each in test]
    print(
        f"Painted pictures with pairs it never saw, taken for its world: {100 * float(np.mean(np.array(said) > 0.5)):.1f} % of {len(test)}."
    )
    missed = []
    for fold in range(10):
        model = fitted(shapes, seen, [each for at, each in enumerate(others) if at % 10 != fold])
        missed += [files[at].name for at in range(fold, len(files), 10) if model.probability(*wrong[at][0]) > 0.5]
    print(
        f"Other pictures left out of the fit (ten folds) and known as others: {len(files) - len(missed)} of {len(files)}."
        f" Missed: {', '.join(missed)}"
    )
    save_world(world, reader.folder)


def rows(shapes: tuple[Shape, ...], found: list[Parts]) -> np.ndarray:
    return np.array([features(shapes, *each) for each in found])


def fitted(shapes: tuple[Shape, ...], right: np.ndarray, wrong: list[np.ndarray]) -> World:
    """The regression; both sides weigh the same."""
    others = np.concatenate(wrong)
    every = np.concatenate([right, others])
    mean, scale = every.mean(0), every.std(0)
    scale = np.where(scale > 1e-4, scale, 1.0)
    wanted = np.concatenate([np.ones(len(right)), np.zeros(len(others))])
    weights, bias = fit((every - mean) / scale, wanted, np.where(wanted == 1, len(others) / len(right), 1.0))
    return World(shapes, mean, scale, weights, bias)


if __name__ == "__main__":
    main()
