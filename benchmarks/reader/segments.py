"""How well the outlines of seen things fit: overlap with what was drawn, on held-out renderings, against the box alone.

    python -m benchmarks.reader.segments [--number 60]

The truth is the drawing's own opaque part, less what stands before it. Only things found at about the right place are judged.
"""

from __future__ import annotations

import argparse

import cv2
import numpy as np

from benchmarks.reader.scenes import SEED
from codirector.tools.reader import load_reader
from codirector.tools.reader.segments import segment
from codirector.tools.sketch import Atlas, SketchBox
from training.illustrator.art import ATLAS
from training.illustrator.scenes import compose
from training.reader.scenes import sample_free

SIDE = 128


def drawn(atlas: Atlas, boxes: tuple[SketchBox, ...], style: str) -> list[tuple[str, np.ndarray]]:
    """(name, mask) of what is seen of each thing."""
    made: list[tuple[str, np.ndarray]] = []
    for box in sorted(boxes, key=lambda box: box.z):
        drawing = atlas.drawing(box.name, style)
        assert drawing is not None, box.name
        share = min(box.width, box.height)
        size = max(1, round(share * SIDE))
        solid = cv2.resize(drawing[..., 3], (size, size), interpolation=cv2.INTER_AREA) > 100
        rows, columns = np.nonzero(solid)
        rows, columns = rows + round((box.y - share / 2) * SIDE), columns + round((box.x - share / 2) * SIDE)
        inside = (rows >= 0) & (rows < SIDE) & (columns >= 0) & (columns < SIDE)
        mask = np.zeros((SIDE, SIDE), bool)
        mask[rows[inside], columns[inside]] = True
        made = [(name, before & ~mask) for name, before in made]
        made.append((box.name, mask))
    return made


def overlap(one: np.ndarray, other: np.ndarray) -> float:
    return float((one & other).sum() / max((one | other).sum(), 1))


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--number", type=int, default=60)
    arguments = parser.parse_args()
    reader, atlas, rng = load_reader(), Atlas.load(ATLAS), np.random.default_rng(SEED + 50)
    outlines, boxes_alone = [], []
    for _ in range(arguments.number):
        spec, boxes = sample_free(rng, held=True)
        picture, _ = compose(spec, atlas, rng, boxes)
        truth = drawn(atlas, boxes, spec.style)
        looked = reader.look(picture)
        for thing in reader.reading_of(looked, SIDE, SIDE).things:
            left, top, right, bottom = thing.box.edges
            box = np.zeros((SIDE, SIDE), bool)
            box[int(top * SIDE) : int(np.ceil(bottom * SIDE)), int(left * SIDE) : int(np.ceil(right * SIDE))] = True
            named = max((overlap(box, mask), at) for at, (name, mask) in enumerate([*truth, ("", ~box)]) if name in (thing.name, ""))
            if named[0] < 0.2:
                continue
            mask = truth[named[1]][1]
            outlines.append(overlap(segment(reader, looked, thing, picture), mask))
            boxes_alone.append(named[0])
    better = 100 * float(np.mean(np.array(outlines) > np.array(boxes_alone)))
    print(f"{len(outlines)} things. Mean overlap of the outlines {np.mean(outlines):.2f}, of the boxes {np.mean(boxes_alone):.2f}.")
    print(f"The outline fits better than the box for {better:.0f} %; median overlap {np.median(outlines):.2f}.")


if __name__ == "__main__":
    main()
