"""A pool of labelled pictures on disk, painted once and shown several times with different wear (see `wear`).

    python -m training.reader.pool --number 60000 --out .runs/reader/pool --seed 1

Knows scenes and arrays. Does not know the network.
"""

from __future__ import annotations

import argparse
from pathlib import Path

import numpy as np

from codirector.tools.reader.colours import NAMES
from codirector.tools.sketch import Atlas
from training.illustrator.art import ATLAS
from training.illustrator.settings import SIZE
from training.reader.scenes import HARD, MOST, Drawings, Labels, labelled

FIELDS = ("style", "setting", "plain", "time", "framing")


def empty(number: int) -> dict[str, np.ndarray]:
    """Arrays for the labels of `number` pictures; -1 everywhere there is nothing."""
    return {
        "things": np.full((number, MOST), -1, np.int16),
        "boxes": np.zeros((number, MOST, 4), np.float32),
        "colours": np.zeros((number, MOST, len(NAMES)), np.float16),
        "recoloured": np.zeros((number, MOST), np.int8),
        **{field: np.full(number, -1, np.int8) for field in FIELDS},
    }


def put(arrays: dict[str, np.ndarray], at: int, labels: Labels) -> None:
    count = len(labels.things)
    arrays["things"][at, :count] = labels.things
    arrays["boxes"][at, :count] = labels.boxes
    arrays["colours"][at, :count] = labels.colours
    arrays["recoloured"][at, :count] = labels.recoloured
    for field in FIELDS:
        arrays[field][at] = getattr(labels, field)


def paint(number: int, out: Path, seed: int, held: bool, free: float) -> None:
    drawings, rng = Drawings(Atlas.load(ATLAS)), np.random.default_rng(seed)
    out.mkdir(parents=True, exist_ok=True)
    pictures = np.lib.format.open_memmap(out / "pictures.npy", "w+", np.uint8, (number, SIZE, SIZE, 3))
    arrays = empty(number)
    for at in range(number):
        pictures[at], labels = labelled(drawings, rng, held=held, free=free, emphasis=None if held else HARD)
        put(arrays, at, labels)
        if at % 2000 == 1999:
            print(at + 1, flush=True)
    pictures.flush()
    np.savez(out / "labels.npz", **arrays)  # type: ignore[arg-type]


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--number", type=int, default=30_000)
    parser.add_argument("--out", type=Path, required=True)
    parser.add_argument("--seed", type=int, default=1)
    parser.add_argument("--held", action="store_true", help="only pictures with a held-out pair")
    parser.add_argument("--free", type=float, default=0.5, help="the share of free scenes")
    arguments = parser.parse_args()
    paint(arguments.number, arguments.out, arguments.seed, arguments.held, arguments.free)


if __name__ == "__main__":
    main()
