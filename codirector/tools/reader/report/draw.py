"""Numbers into pictures: zoomed pixels with their values, feature maps, a vector as a barcode, boxes, heat maps over a picture.

Knows arrays and Pillow. It does not know what the numbers mean.
"""

from __future__ import annotations

import functools
import io
from collections.abc import Sequence
from typing import TYPE_CHECKING

import numpy as np

from codirector.tools.reader.reading import Box
from codirector.tools.reader.report.values import Figure

if TYPE_CHECKING:
    from PIL.ImageFont import FreeTypeFont, ImageFont

PAPER, INK, LINE = (255, 255, 255), (32, 33, 36), (208, 212, 220)
_BOXES = ((217, 48, 37), (26, 115, 232), (24, 128, 56), (156, 39, 176), (230, 126, 34), (0, 131, 143))


@functools.cache
def font(size: int) -> FreeTypeFont | ImageFont:
    from PIL import ImageFont

    return ImageFont.load_default(size)


def figure(name: str, image: np.ndarray, caption: str, alt: str) -> Figure:
    """`image` [h, w, 3] RGB uint8 as a PNG."""
    from PIL import Image

    buffer = io.BytesIO()
    Image.fromarray(image).save(buffer, "PNG", compress_level=4)
    return Figure(name=name, png=buffer.getvalue(), caption=caption, alt=alt, width=image.shape[1], height=image.shape[0])


def resized(image: np.ndarray, width: int, height: int, *, sharp: bool = False) -> np.ndarray:
    import cv2

    smaller = width < image.shape[1]
    how = cv2.INTER_NEAREST if sharp else cv2.INTER_AREA if smaller else cv2.INTER_CUBIC
    return cv2.resize(image, (width, height), interpolation=how)


def fitted(image: np.ndarray, longest: int) -> np.ndarray:
    scale = longest / max(image.shape[:2])
    return resized(image, max(1, round(image.shape[1] * scale)), max(1, round(image.shape[0] * scale)))


def squared(image: np.ndarray, side: int) -> np.ndarray:
    """The whole picture in a square of `side` pixels, paper beside it."""
    small = fitted(image, side)
    out = np.full((side, side, 3), PAPER, np.uint8)
    top, left = (side - small.shape[0]) // 2, (side - small.shape[1]) // 2
    out[top : top + small.shape[0], left : left + small.shape[1]] = small
    return out


def heat(values: np.ndarray) -> np.ndarray:
    """[h, w] -> RGB: the least value dark violet, the greatest yellow."""
    import cv2

    span = float(values.max() - values.min())
    scaled = ((values - values.min()) / (span or 1.0) * 255).astype(np.uint8)
    return cv2.cvtColor(cv2.applyColorMap(scaled, cv2.COLORMAP_INFERNO), cv2.COLOR_BGR2RGB)


def overlay(image: np.ndarray, values: np.ndarray, share: float = 0.55) -> np.ndarray:
    """A heat map laid over a picture."""
    import cv2

    large = cv2.resize(values.astype(np.float32), (image.shape[1], image.shape[0]), interpolation=cv2.INTER_CUBIC)
    return np.clip(image * (1 - share) + heat(large) * share, 0, 255).astype(np.uint8)


def pixel_grid(patch: np.ndarray, cell: int = 58) -> np.ndarray:
    """[k, k, 3] -> every pixel as a square with its red, green and blue value written on it."""
    from PIL import Image, ImageDraw

    rows, columns = patch.shape[:2]
    picture = Image.fromarray(np.repeat(np.repeat(patch, cell, 0), cell, 1))
    pen = ImageDraw.Draw(picture)
    for row in range(rows):
        for column in range(columns):
            value = patch[row, column]
            ink = (0, 0, 0) if float(value @ np.array([0.299, 0.587, 0.114])) > 120 else (255, 255, 255)
            for line, number in enumerate(value):
                pen.text((column * cell + cell / 2, row * cell + 15 + 14 * line), str(int(number)), fill=ink, font=font(13), anchor="mm")
            pen.rectangle((column * cell, row * cell, (column + 1) * cell, (row + 1) * cell), outline=(128, 128, 128))
    return np.asarray(picture)


def framed(image: np.ndarray, boxes: Sequence[tuple[Box, str]]) -> np.ndarray:
    """The picture with named boxes."""
    from PIL import Image, ImageDraw

    picture = Image.fromarray(image)
    pen = ImageDraw.Draw(picture)
    width, height = picture.size
    for number, (box, words) in enumerate(boxes):
        colour = _BOXES[number % len(_BOXES)]
        left, top, right, bottom = box.edges
        pen.rectangle((left * width, top * height, right * width - 1, bottom * height - 1), outline=colour, width=3)
        if words:
            at = (left * width + 3, max(top * height - 18, 1))
            pen.rectangle(pen.textbbox(at, words, font=font(14)), fill=colour)
            pen.text(at, words, fill=(255, 255, 255), font=font(14))
    return np.asarray(picture)


def outlined(image: np.ndarray, masks: Sequence[np.ndarray]) -> np.ndarray:
    """The picture with the edge of each mask [h, w] drawn in the colour of its box."""
    import cv2

    out = image.copy()
    for number, mask in enumerate(masks):
        large = cv2.resize(mask.astype(np.uint8), (image.shape[1], image.shape[0]), interpolation=cv2.INTER_LINEAR)
        edges, _ = cv2.findContours(large, cv2.RETR_EXTERNAL, cv2.CHAIN_APPROX_NONE)
        cv2.drawContours(out, edges, -1, _BOXES[number % len(_BOXES)], 2)
    return out


def sheet(tiles: Sequence[tuple[np.ndarray, str]], columns: int, tile: int = 120) -> np.ndarray:
    """Pictures in a grid with a word below each. Tiles are scaled to the same width."""
    from PIL import Image, ImageDraw

    rows = -(-len(tiles) // columns)
    tall = max((round(tile * image.shape[0] / image.shape[1]) for image, _ in tiles), default=tile)
    canvas = Image.new("RGB", (columns * (tile + 8) + 8, rows * (tall + 28) + 8), PAPER)
    pen = ImageDraw.Draw(canvas)
    for number, (image, words) in enumerate(tiles):
        x, y = 8 + number % columns * (tile + 8), 8 + number // columns * (tall + 28)
        canvas.paste(Image.fromarray(resized(image, tile, tall, sharp=image.shape[1] < tile)), (x, y))
        pen.text((x, y + tall + 4), words, fill=INK, font=font(13))
    return np.asarray(canvas)


def barcode(vector: np.ndarray, width: int = 768, height: int = 72) -> np.ndarray:
    """A vector as stripes, dark where a number is small and bright where it is large."""
    return resized(heat(vector[None].astype(np.float32)), width, height, sharp=True)


def bars(rows: Sequence[tuple[str, float]], width: int = 640) -> np.ndarray:
    """Named shares 0..1 as bars."""
    from PIL import Image, ImageDraw

    canvas = Image.new("RGB", (width, 8 + 28 * max(len(rows), 1)), PAPER)
    pen = ImageDraw.Draw(canvas)
    for number, (words, share) in enumerate(rows):
        y = 6 + 28 * number
        pen.text((6, y + 4), words[:34], fill=INK, font=font(14))
        pen.rectangle((250, y, 250 + (width - 330) * min(max(share, 0.0), 1.0), y + 20), fill=(26, 115, 232))
        pen.rectangle((250, y, width - 80, y + 20), outline=LINE)
        pen.text((width - 72, y + 4), f"{100 * share:.0f} %", fill=INK, font=font(14))
    return np.asarray(canvas)
