"""Our own reader on held-out renderings: F1 per field, boxes, and what it confuses.

    python -m benchmarks.reader.scenes [--number 1000] [--wear]

Pictures are painted on the spot from seeds that no training pool has: one half from the Illustrator's layouts with a held-out pair
(thing with setting, colour, or thing), one half free placements with a held-out pair. `--wear` blurs, scales, packs and disturbs
them as training does. Prints Markdown.
"""

from __future__ import annotations

import argparse
import time
from collections import Counter

import numpy as np

from benchmarks.reader.score import PROMISED, Score, box_matches, statements, truth
from codirector.tools.reader import load_reader
from codirector.tools.sketch import Atlas
from training.illustrator.art import ATLAS
from training.reader.pool import empty, put
from training.reader.scenes import Drawings, labelled

SEED = 987_654


def paint(number: int, seed: int, free: float, held: bool = True) -> tuple[np.ndarray, dict[str, np.ndarray]]:
    drawings, rng = Drawings(Atlas.load(ATLAS)), np.random.default_rng(seed)
    arrays, pictures = empty(number), []
    for at in range(number):
        picture, labels = labelled(drawings, rng, held=held, free=free)
        pictures.append(picture)
        put(arrays, at, labels)
    return np.stack(pictures), arrays


def worn(pictures: np.ndarray, seed: int) -> np.ndarray:
    import torch

    from training.reader.wear import PatchNoise, wear

    code = PatchNoise(pictures[:200])
    out = wear(pictures, np.random.default_rng(seed), code, torch.Generator().manual_seed(seed), 1.0)
    return (out.permute(0, 2, 3, 1).numpy() * 255 + 0.5).astype(np.uint8)


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--number", type=int, default=1000)
    parser.add_argument("--wear", action="store_true")
    arguments = parser.parse_args()
    reader = load_reader()
    reader.read(np.zeros((128, 128, 3), np.uint8))
    for title, free in (("the Illustrator's layouts", 0.0), ("free placements, up to five things", 1.0)):
        pictures, labels = paint(arguments.number // 2, SEED + int(free), free)
        if arguments.wear:
            pictures = worn(pictures, SEED)
        score, confused = Score(), Counter()
        places = there = names = 0
        begun = time.perf_counter()
        readings = [reader.read(picture) for picture in pictures]
        seconds = (time.perf_counter() - begun) / len(pictures)
        for at, reading in enumerate(readings):
            right = truth(labels, at, list(reader.things), reader.fields)
            score.add(right, statements(reading, right, labels, at, list(reader.things)))
            found, all_there, pairs = box_matches(reading.things, labels, at)
            places, there = places + found, there + all_there
            for number, name in pairs:
                names += reader.things[number] == name
                if reader.things[number] != name:
                    confused[reader.things[number], name] += 1
        print(f"\n### {title}, {len(pictures)} pictures with a held-out pair{', worn' if arguments.wear else ''}\n")
        print(score.table())
        mean = sum(score.f1(field) for field in PROMISED) / len(PROMISED)
        print(f"\nMean F1 of {', '.join(PROMISED)}: {100 * mean:.1f} % (promised: 85 %).")
        print(
            f"Boxes with an overlap of at least 0.5: {100 * places / there:.1f} %; of these named right:"
            f" {100 * names / max(places, 1):.1f} %."
        )
        print(f"{1000 * seconds:.0f} ms a picture.")
        print("Most confused: " + ", ".join(f"{one} as {other} ({count})" for (one, other), count in confused.most_common(12)) + ".")


if __name__ == "__main__":
    main()
