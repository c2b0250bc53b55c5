"""Masks as arrays: made from boxes, drawings and ovals; grown, shrunk, inverted, smoothed; turned into PNG and back.

A mask is (height, width) uint8, 255 where the picture may change and 0 where it may not, nothing between. Pure functions; they
do not look at pictures (see `regions`) nor know why something is selected.
"""

import io
from collections.abc import Iterable
from typing import TYPE_CHECKING, Any

import numpy as np

from codirector.errors import InputError
from codirector.tools.sketch import Atlas, SketchBox, cast_shadows, paste, place
from codirector.tools.sketch_styles import SHADOWS, style_of

if TYPE_CHECKING:
    from PIL.Image import Image

Mask = np.ndarray[Any, np.dtype[np.uint8]]
_SEEN = 26
"""Least opacity (of 255) at which a pixel belongs to a drawing."""
_SHADED = 0.25
"""Least share of a shadow's full darkness at which a pixel belongs to it."""


def empty(width: int, height: int) -> Mask:
    """Nothing selected."""
    return np.zeros((height, width), np.uint8)


def rectangle(box: tuple[float, float, float, float], width: int, height: int) -> Mask:
    """`box` is (left, top, right, bottom) in shares of the picture, in any order; at least one pixel."""
    mask = empty(width, height)
    x0, x1 = sorted((box[0], box[2]))
    y0, y1 = sorted((box[1], box[3]))
    left, top = min(max(0, round(x0 * width)), width - 1), min(max(0, round(y0 * height)), height - 1)
    mask[top : max(top + 1, round(y1 * height)), left : max(left + 1, round(x1 * width))] = 255
    return mask


def oval(box: SketchBox, width: int, height: int) -> Mask:
    """The ellipse inside a sketch box: the guess for a thing nobody has drawn."""
    y, x = np.ogrid[:height, :width]
    across = ((x + 0.5) / width - box.x) / (box.width / 2)
    down = ((y + 0.5) / height - box.y) / (box.height / 2)
    return ((across**2 + down**2 <= 1.0) * 255).astype(np.uint8)


def outline(boxes: Iterable[SketchBox], style: str, atlas: Atlas | None, width: int, height: int) -> Mask:
    """What the drawings of `boxes` cover, without gaps inside; an oval where there is no drawing."""
    mask = empty(width, height)
    for box in boxes:
        key = atlas.find(box.name) if atlas else None
        drawing = atlas.drawing(key, style) if atlas and key else None
        if drawing is None:
            mask |= oval(box, width, height)
            continue
        side = max(1, min(round(box.width * width), round(box.height * height)))
        left, top = round(box.x * width - side / 2), round(box.y * height - side / 2)
        here = slice(max(0, top), max(0, top + side)), slice(max(0, left), max(0, left + side))
        canvas = np.zeros((*mask[here].shape, 3), np.uint8)
        if not canvas.size:
            continue
        white = drawing.copy()
        white[..., :3] = 255
        paste(canvas, place(white, side, side), min(0, left), min(0, top))
        mask[here] |= filled(((canvas[..., 0] >= _SEEN) * 255).astype(np.uint8))
    return mask


def shadows(boxes: Iterable[SketchBox], style: str, atlas: Atlas | None, width: int, height: int) -> Mask:
    """The shadows that a sketch in that style casts under `boxes`; nothing where the style has none, or for things in the air."""
    strength = SHADOWS.get(style_of(style) or "flat", 0.0)
    standing = [box for box in boxes if atlas is not None and atlas.find(box.name) not in (None, *atlas.floating)]
    if not strength or not standing:
        return empty(width, height)
    canvas = np.full((height, width, 3), 255, np.uint8)
    cast_shadows(canvas, standing, strength)
    return ((canvas[..., 0] < 255 * (1 - _SHADED * strength)) * 255).astype(np.uint8)


def grown(mask: Mask, pixels: int) -> Mask:
    """Wider by `pixels` on all sides, round at the corners; narrower where negative."""
    import cv2

    if not pixels:
        return mask
    size = 2 * abs(pixels) + 1
    # Distances instead of a large structuring element: the time does not depend on `pixels`.
    if size > 31:
        away = 255 - mask if pixels > 0 else mask
        distance = cv2.distanceTransform(away, cv2.DIST_L2, cv2.DIST_MASK_PRECISE)
        reached = distance <= pixels if pixels > 0 else distance > -pixels
        return (reached * 255).astype(np.uint8)
    disc = cv2.getStructuringElement(cv2.MORPH_ELLIPSE, (size, size))
    return (cv2.dilate(mask, disc) if pixels > 0 else cv2.erode(mask, disc)).astype(np.uint8)


def filled(mask: Mask) -> Mask:
    """Without holes: what is not reached from outside the picture belongs to it."""
    import cv2

    padded = np.pad(mask, 1)
    cv2.floodFill(padded, None, (0, 0), 128)  # type: ignore[call-overload]
    return ((padded[1:-1, 1:-1] != 128) * 255).astype(np.uint8)


def cleaned(mask: Mask, least_share: float = 0.0008) -> Mask:
    """Without specks: pieces and holes smaller than `least_share` of the picture go."""
    import cv2

    least = least_share * mask.size
    for _ in range(2):
        count, labels, stats, _ = cv2.connectedComponentsWithStats(mask, connectivity=8)
        small = [number for number in range(1, count) if stats[number, cv2.CC_STAT_AREA] < least]
        if small:
            mask = np.where(np.isin(labels, small), 0, mask).astype(np.uint8)
        mask = 255 - mask  # the second round takes the holes
    return mask


def share(mask: Mask) -> float:
    """How much of the picture is selected, 0..1."""
    return float((mask > 0).mean())


def bounds(mask: Mask) -> tuple[int, int, int, int]:
    """(left, top, right, bottom) in pixels, right and bottom outside. Raises InputError for an empty mask."""
    ys, xs = np.flatnonzero(mask.any(axis=1)), np.flatnonzero(mask.any(axis=0))
    if not len(ys):
        raise InputError("The region is empty, so nothing would change.", "Name another region, or paint a mask.")
    return int(xs[0]), int(ys[0]), int(xs[-1]) + 1, int(ys[-1]) + 1


def resized(mask: Mask, width: int, height: int) -> Mask:
    """At another size, with smooth borders (they do not turn into stairs), then hard again."""
    import cv2

    if mask.shape == (height, width):
        return mask
    soft = cv2.resize(mask, (width, height), interpolation=cv2.INTER_CUBIC if width > mask.shape[1] else cv2.INTER_AREA)
    return ((soft >= 128) * 255).astype(np.uint8)


def to_png(mask: Mask) -> bytes:
    """The mask as an L-mode PNG; the same mask gives the same bytes."""
    from PIL import Image

    out = io.BytesIO()
    Image.fromarray(mask).save(out, "PNG", compress_level=4)
    return out.getvalue()


def from_image(image: "Image") -> Mask:
    """White counts as selected, from the middle grey on; what is transparent does not."""
    if image.mode == "RGBA":
        alpha = np.asarray(image.getchannel("A"))
        return ((np.asarray(image.convert("L")) >= 128) & (alpha >= 128)).astype(np.uint8) * 255
    return ((np.asarray(image.convert("L")) >= 128) * 255).astype(np.uint8)
