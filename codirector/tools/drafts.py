"""A rough picture of a regional change, made by code: what the region starts from, so that a few denoising steps are enough.

The idea is SDEdit's (Meng et al. 2022, arXiv:2108.01073): strokes, then noise, then denoising. The strokes are the atlas'
drawings. Works at the size the model draws at. Pure; it does not know diffusion.
"""

from collections.abc import Sequence
from typing import TYPE_CHECKING, Any, NamedTuple

import numpy as np

from codirector.tools import masks
from codirector.tools.repair import tinted
from codirector.tools.requests import Draft
from codirector.tools.sketch import COLOURS, Atlas, SketchBox, paste, place, plain_colour, recolour

if TYPE_CHECKING:
    from PIL.Image import Image


class Layers(NamedTuple):
    """How a model's sketch draws what a draft needs, RGB at the size the model draws at: `whole` with all things and in the picture's
    style, `ground` without any thing."""

    whole: "Image"
    ground: "Image"


def draw_draft(
    picture: "Image", mask: "Image", draft: Draft, atlas: Atlas | None, layers: Layers | None = None
) -> "tuple[Image, tuple[str, ...]]":
    """`picture` (RGB) with the change laid into `mask` (L, same size), and the names there is no drawing for. Outside the mask it
    is untouched. With `layers` things look as the model's sketch has them (in the style of the picture, with their shadows), and a gap
    is filled with the setting as the sketch has it; without, things are plain drawings and a gap is filled from beside it."""
    from PIL import Image

    before = np.asarray(picture.convert("RGB"))
    region = masks.from_image(mask)
    height, width = region.shape
    canvas = before.copy()
    if draft.fill:
        things = masks.outline(draft.kept, draft.style, atlas, width, height)
        canvas = matched_fill(canvas, region, things, np.asarray(layers.ground)) if layers else shifted_fill(canvas, region, things)
    drawn = (*draft.kept, *draft.boxes)
    unknown = [box.name for box in drawn if atlas is None or atlas.find(box.name) is None]
    known = tuple(box for box in drawn if box.name not in unknown)
    if layers is not None and not draft.tint:
        # A filter carries a thing's outline a pixel beyond the drawing.
        shape = masks.grown(masks.outline(known, draft.style, atlas, width, height), 1) if known else region & 0
        canvas = darkened(canvas, np.asarray(layers.whole), np.asarray(layers.ground), known, draft.style, atlas)
        canvas = np.where(shape[..., None] > 0, np.asarray(layers.whole), canvas)
    elif not draft.tint or draft.fill:
        for box in known:
            draw_box(canvas, box, draft.style, atlas)
    colour = plain_colour(draft.tint)
    if colour:
        shape = masks.outline(draft.boxes, draft.style, atlas, width, height) if draft.boxes else region
        canvas = tinted(canvas, shape & region, COLOURS[colour])
    return Image.fromarray(np.where(region[..., None] > 0, canvas, before)), tuple(dict.fromkeys(unknown))


def darkened(canvas: Any, whole: Any, ground: Any, boxes: Sequence[SketchBox], style: str, atlas: Atlas | None) -> Any:
    """`canvas` with the shadows that the sketch lays under `boxes`: as much darker as the sketch is than its bare ground there."""
    under = masks.shadows(boxes, style, atlas, canvas.shape[1], canvas.shape[0]) > 0
    if not under.any():
        return canvas
    share = np.clip((whole.astype(np.float32) + 8) / (ground.astype(np.float32) + 8), 0.3, 1.0).min(axis=2, keepdims=True)
    return np.where(under[..., None], (canvas * share).astype(np.uint8), canvas)


def matched_fill(picture: Any, hole: Any, things: Any, ground: Any) -> Any:
    """Fills `hole` with the setting's rough colours, brought to the tone the picture has around the hole: what was drawn along that
    ground before will be drawn along it again. `things` (mask) does not count as surroundings."""
    import cv2

    free = ((hole == 0) & (masks.grown(things, 2) == 0)).astype(np.float32)
    difference = (picture.astype(np.float32) - ground) * free[..., None]
    # Normalised convolution (Knutsson & Westin 1993): the difference outside, carried into the hole and fading with distance.
    reach = max(3.0, picture.shape[1] / 16)
    weight = cv2.GaussianBlur(free, (0, 0), reach)
    carried = cv2.GaussianBlur(difference, (0, 0), reach) / (weight[..., None] + 0.02)
    result = picture.copy()
    result[hole > 0] = np.clip(ground + carried + 0.5, 0, 255).astype(np.uint8)[hole > 0]
    return result


def draw_box(canvas: Any, box: SketchBox, style: str, atlas: Atlas | None) -> bool:
    """Lays the drawing of `box` into `canvas` (h, w, 3), in place, exactly as the layout sketch has it. False where there is none."""
    key = atlas.find(box.name) if atlas else None
    drawing = atlas.drawing(key, style) if atlas and key else None
    if drawing is None:
        return False
    colour = plain_colour(box.colour)
    if colour:
        drawing = recolour(drawing, colour)
    height, width = canvas.shape[:2]
    side = max(1, min(round(box.width * width), round(box.height * height)))
    paste(canvas, place(drawing, side, side), round(box.x * width - side / 2), round(box.y * height - side / 2))
    return True


def shifted_fill(picture: Any, hole: Any, things: Any) -> Any:
    """Fills `hole` by copying a neighbouring stretch of the same rows: these pictures are skies over grounds, so what lies
    beside is what would lie behind. `things` (mask) is not copied from. What no stretch covers is blurred in (Telea 2004)."""
    import cv2

    height, width = hole.shape
    taken = (hole > 0) | (masks.grown(things, 2) > 0)
    rim = (masks.grown(hole, 4) > 0) & ~taken
    result, left = picture.copy(), hole > 0
    grey = picture.astype(np.float32)
    offers = []
    for dx in range(-width, width + 1, max(2, width // 64)):
        for dy in (0, -height // 32, height // 32):
            if not dx and not dy:
                continue
            free = _shifted(~taken, dy, dx, False)
            covered = float((free & left).sum()) / max(1, left.sum())
            if covered < 0.15:
                continue
            both = rim & free
            fits = float(np.abs(_shifted(grey, dy, dx, 0.0)[both] - grey[both]).mean()) if both.any() else 80.0
            offers.append((fits + 60.0 * (1 - covered) + 0.05 * abs(dx) + abs(dy), dy, dx))
    for _, dy, dx in sorted(offers)[:6]:
        use = left & _shifted(~taken, dy, dx, False)
        result[use] = _shifted(picture, dy, dx, 0)[use]
        left &= ~use
        if not left.any():
            return result
    # Around the rest only what is no thing may bleed in.
    unsure = left | ((masks.grown(left.astype(np.uint8) * 255, 3) > 0) & taken & ~(hole > 0))
    blurred = cv2.inpaint(result, unsure.astype(np.uint8), 4, cv2.INPAINT_TELEA)
    result[left] = blurred[left]
    return result


def _shifted(values: Any, dy: int, dx: int, empty: Any) -> Any:
    """`values` read at (y + dy, x + dx); `empty` where that lies outside."""
    result = np.full_like(values, empty)
    height, width = values.shape[:2]
    if abs(dy) >= height or abs(dx) >= width:
        return result
    result[max(0, -dy) : height - max(0, dy), max(0, -dx) : width - max(0, dx)] = values[
        max(0, dy) : height - max(0, -dy), max(0, dx) : width - max(0, -dx)
    ]
    return result
