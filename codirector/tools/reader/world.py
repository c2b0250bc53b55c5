"""Is a picture of the reader's small world at all? What the layers found is compared with what they find in renderings.

Mahalanobis distances of each layer's means and spreads (Lee et al. 2018) in the first principal directions, and what lies outside of
these; the energy of the answers (Liu et al. 2020: the logarithm of the sum of exponentials of the logits); and how sure the reader
is. A logistic regression weighs them (see training/reader/gate.py). Knows numbers; what the reader saw is handed in.
"""

from __future__ import annotations

import functools
import math
from collections.abc import Sequence
from pathlib import Path
from typing import TYPE_CHECKING, NamedTuple

import numpy as np

from codirector.errors import InternalError

if TYPE_CHECKING:
    from codirector.tools.reader.network import ReaderNetwork
    from codirector.tools.reader.reader import Looked
    from codirector.tools.reader.reading import SeenThing

LAYERS = ("early", "middle", "late", "grid")
FILE = "world.npz"


class Shape(NamedTuple):
    """How one layer's summaries lie in renderings: `middle` [d], principal `directions` [d, k], `spread` [k] (standard deviations along
    them, floored), and the mean square `rest` outside of them."""

    middle: np.ndarray
    directions: np.ndarray
    spread: np.ndarray
    rest: float

    def distances(self, summary: np.ndarray) -> tuple[float, float]:
        """Logarithms of the mean square distance in the directions, and of that outside of them relative to renderings."""
        apart = summary - self.middle
        along = apart @ self.directions
        outside = max(float(apart @ apart - along @ along), 1e-9)
        return math.log(max(float(np.mean((along / self.spread) ** 2)), 1e-9)), math.log(outside / self.rest)


class World(NamedTuple):
    """The detector: shapes of LAYERS and of the feature vector, then the logistic regression over all features."""

    shapes: tuple[Shape, ...]
    mean: np.ndarray
    scale: np.ndarray
    weights: np.ndarray
    bias: float

    def probability(self, summaries: Sequence[np.ndarray], confidence: Sequence[float]) -> float:
        """That the picture is of the reader's world, 0..1. `summaries` as from `summaries_of`, `confidence` as from `confidence_of`."""
        values = (np.array(features(self.shapes, summaries, confidence)) - self.mean) / self.scale
        return float(1 / (1 + math.exp(-float(np.clip(values @ self.weights + self.bias, -30, 30)))))


def features(shapes: Sequence[Shape], summaries: Sequence[np.ndarray], confidence: Sequence[float]) -> list[float]:
    """What the regression weighs."""
    distances = [value for shape, summary in zip(shapes, summaries, strict=True) for value in shape.distances(summary)]
    return [*confidence, *distances]


def summaries_of(looked: Looked) -> list[np.ndarray]:
    """Mean and standard deviation of every channel of each layer, and the feature vector."""
    import torch

    layers = [getattr(looked.features, name)[0] for name in LAYERS]
    return [torch.cat([layer.mean((1, 2)), layer.std((1, 2))]).numpy() for layer in layers] + [looked.features.vector[0].numpy()]


def confidence_of(network: ReaderNetwork, looked: Looked, things: Sequence[SeenThing], sure: Sequence[float]) -> list[float]:
    """How surely things are seen and named, `sure` of each field, and the energies of fields and of the three likeliest cells."""
    import torch

    best = max((thing.score for thing in things), default=0.0)
    mean = sum(thing.score for thing in things) / max(len(things), 1)
    energies = [float(head(looked.features.vector)[0].logsumexp(0)) for head in network.fields.values()]
    logits = network.cells(looked.features.grid[0].flatten(1).T)["thing"]
    present, energy = torch.sigmoid(looked.present).reshape(-1), logits.logsumexp(1)
    top = present.topk(3).indices
    cells = [float(present.max()), float(present.sum()), *energy[top].tolist(), *logits[top].softmax(1).amax(1).tolist()]
    cells += [float(energy.mean()), float((energy * present).sum() / present.sum().clamp_min(1e-9))]
    return [best, mean, float(not things), *sure, *energies, *cells]


@functools.cache
def load_world(folder: Path) -> World:
    """Raises InternalError where the file is missing."""
    path = folder / FILE
    if not path.is_file():
        raise InternalError(f"The reader's gate is not in {folder}.", "Fetch the repository again: models/reader belongs to it.")
    with np.load(path) as kept:
        shapes = tuple(
            Shape(
                kept[f"{name}_middle"], kept[f"{name}_directions"].astype(np.float32), kept[f"{name}_spread"], float(kept[f"{name}_rest"])
            )
            for name in (*LAYERS, "vector")
        )  # fmt: skip
        return World(shapes, kept["mean"], kept["scale"], kept["weights"], float(kept["bias"]))


def save_world(world: World, folder: Path) -> None:
    parts: dict[str, np.ndarray] = {}
    for name, shape in zip((*LAYERS, "vector"), world.shapes, strict=True):
        parts |= {f"{name}_middle": shape.middle.astype(np.float32), f"{name}_directions": shape.directions.astype(np.float16)}
        parts |= {f"{name}_spread": shape.spread.astype(np.float32), f"{name}_rest": np.array(shape.rest)}
    rest = {"mean": world.mean, "scale": world.scale, "weights": world.weights, "bias": np.array(world.bias)}
    np.savez_compressed(folder / FILE, **parts, **{name: value.astype(np.float32) for name, value in rest.items()})  # type: ignore[arg-type]
    load_world.cache_clear()


def shape_of(summaries: np.ndarray, directions: int = 48, floor: float = 0.02) -> Shape:
    """Summaries [n, d] of renderings -> their shape. `floor`: added to each variance as a share of their mean."""
    middle = summaries.mean(0)
    values, vectors = np.linalg.eigh(np.cov((summaries - middle).T))
    kept, axes = values[::-1][:directions], vectors[:, ::-1][:, :directions]
    apart = summaries - middle
    rest = ((apart**2).sum(1) - ((apart @ axes) ** 2).sum(1)).mean()
    return Shape(middle, axes, np.sqrt(kept + floor * kept.mean()), float(max(rest, 1e-9)))
