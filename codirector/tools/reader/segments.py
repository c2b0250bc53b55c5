"""The outline of a seen thing: where the grid names it, refined to the edges of the pixels.

The cells that name the thing say roughly where it is; GrabCut (Rother et al. 2004) draws the line between its colours and those around
its box. Knows the reader and OpenCV. It tells things from their surroundings by colour, so a white thing on snow bleeds out.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

from codirector.tools.reader.reading import SeenThing

if TYPE_CHECKING:
    from codirector.tools.reader.reader import Looked, OwnReader

AIR = 0.08
"""How far outside of the box, in shares of its size, a thing may still reach."""
LEAST = 0.1
"""Below this share of its box an outline is not believed, and the cells' is taken."""


def named_at(reader: OwnReader, looked: Looked, name: str) -> np.ndarray:
    """[rows, columns]: the probability of the name in each cell of the grid."""
    import torch

    with torch.inference_mode():
        grid = looked.features.grid[0]
        shares = reader.network.cells(grid.flatten(1).T)["thing"].softmax(1)[:, reader.things.index(name)]
        return shares.reshape(grid.shape[1:]).numpy()


def segment(reader: OwnReader, looked: Looked, thing: SeenThing, image: np.ndarray) -> np.ndarray:
    """The mask [h, w] of a seen thing in `image` [h, w, 3] RGB uint8, the picture that was looked at in any size; some 20 ms at 128 px."""
    import cv2

    height, width = image.shape[:2]
    heat = cv2.resize(named_at(reader, looked, thing.name), (width, height), interpolation=cv2.INTER_LINEAR)
    left, top, right, bottom = thing.box.edges
    air_x, air_y = AIR * (right - left), AIR * (bottom - top)
    rows = slice(max(0, int((top - air_y) * height)), max(1, int(np.ceil((bottom + air_y) * height))))
    columns = slice(max(0, int((left - air_x) * width)), max(1, int(np.ceil((right + air_x) * width))))
    inside = np.zeros((height, width), bool)
    inside[rows, columns] = True
    marks = np.full((height, width), cv2.GC_BGD, np.uint8)
    marks[inside] = cv2.GC_PR_BGD
    strong = inside & (heat > 0.5 * float(heat[inside].max()))
    marks[strong] = cv2.GC_PR_FGD
    y, x = int(np.clip(thing.box.y * height, 0, height - 1)), int(np.clip(thing.box.x * width, 0, width - 1))
    marks[max(0, y - 2) : y + 3, max(0, x - 2) : x + 3] = cv2.GC_FGD
    if (marks == cv2.GC_BGD).sum() < 16:  # it fills the picture: there is nothing to tell it from
        return strong
    cv2.setRNGSeed(1)
    cv2.grabCut(np.ascontiguousarray(image[..., ::-1]), marks, (0, 0, 1, 1), np.zeros((1, 65)), np.zeros((1, 65)), 4, cv2.GC_INIT_WITH_MASK)  # type: ignore[call-overload]
    found = (marks == cv2.GC_FGD) | (marks == cv2.GC_PR_FGD)
    return found if found.sum() >= LEAST * inside.sum() else strong
