"""Adjustments that need no model: tones, sharpness, denoising, colour tables, crop, rotate, straighten, flip. Pure: bytes in, PNG bytes
out; alpha is kept. No adjustments: the same bytes come back.

They work in display-referred sRGB, not in linear light, as most photo editors' sliders do.
"""

import io
import math
from collections.abc import Iterable, Sequence
from typing import TYPE_CHECKING, Any, Literal

from codirector.tools.luts import Table, look_up, parse_cube
from codirector.values import Value

if TYPE_CHECKING:
    from PIL.Image import Image

Kind = Literal["brightness", "contrast", "saturation", "warmth", "sharpness", "crop", "rotate", "straighten", "flip", "denoise", "lut"]
SHAPES = ("crop", "rotate", "straighten", "flip")
"""Kinds that move pixels."""
REACH = 3
"""Pixels that resampling a turned picture may carry a change."""


class Step(Value):
    """`amount`: tones -1..1 (0 is none), `crop` the centred share that stays (0..1], `rotate` degrees counter-clockwise, `straighten`
    the same but cut so that no corner is empty, `flip` 1 (left and right) or 2 (top and bottom), `denoise` 0..1, `lut` 0..1 of the
    colour table `table` (the bytes of a .cube file)."""

    kind: Kind
    amount: float
    table: bytes = b""


def adjust(data: bytes, steps: Sequence[Step]) -> bytes:
    """Applies `steps` in order to an encoded picture and returns PNG bytes. Raises InputError for a colour table that is none."""
    if not steps:
        return data
    from PIL import Image

    from codirector.tools.pictures import to_png

    picture = Image.open(io.BytesIO(data))
    alpha = picture.getchannel("A") if picture.mode == "RGBA" else None
    picture = picture.convert("RGB")
    for step in steps:
        if step.kind in SHAPES:
            picture = _shaped(picture, step.kind, step.amount, smooth=True)
            alpha = _shaped(alpha, step.kind, step.amount, smooth=True) if alpha is not None else None
        else:
            picture = _toned(picture, step)
    if alpha is not None:
        picture.putalpha(alpha)
    return to_png(picture)


def carried_along(mask: bytes, adjustments: Iterable[Any], size: tuple[int, int]) -> "Image | None":
    """A mask (PNG) after the same crops and turns, at the finished picture's `size`, a little wider where turning resamples. None
    where that leaves nothing of it."""
    from PIL import Image, ImageFilter

    moved = Image.open(io.BytesIO(mask)).convert("L")
    turned = False
    for item in adjustments:
        if item.kind in SHAPES:
            moved = _shaped(moved, item.kind, item.amount, smooth=False)
            turned = turned or item.kind in ("rotate", "straighten")
    if turned:
        moved = moved.filter(ImageFilter.MaxFilter(2 * REACH + 1))
    moved = moved.resize(size, Image.Resampling.NEAREST)
    return moved if moved.getbbox() else None


def _toned(picture: "Image", step: Step) -> "Image":
    from PIL import Image, ImageEnhance

    amount = step.amount
    match step.kind:
        case "brightness":
            return ImageEnhance.Brightness(picture).enhance(1.0 + amount)
        case "contrast":
            return ImageEnhance.Contrast(picture).enhance(1.0 + amount)
        case "saturation":
            return ImageEnhance.Color(picture).enhance(1.0 + amount)
        case "sharpness":
            return ImageEnhance.Sharpness(picture).enhance(1.0 + 2.0 * amount)
        case "warmth":
            red, green, blue = picture.split()
            return Image.merge("RGB", (_scale(red, 1.0 + 0.25 * amount), green, _scale(blue, 1.0 - 0.25 * amount)))
        case "denoise":
            return _denoised(picture, amount)
        case "lut":
            return _through(picture, parse_cube(step.table), amount)
        case _:
            raise AssertionError(f"{step.kind} is no tone")


def _shaped(picture: "Image", kind: str, amount: float, smooth: bool) -> "Image":
    """A crop or a turn of a picture or a band. `smooth`: with interpolation; masks are moved without."""
    from PIL import Image

    resample = Image.Resampling.BICUBIC if smooth else Image.Resampling.NEAREST
    match kind:
        case "crop":
            share = min(max(amount, 0.05), 1.0)
            return _centre(picture, max(1, round(picture.width * share)), max(1, round(picture.height * share)))
        case "rotate":
            return picture.rotate(amount, resample=resample, expand=amount % 90 == 0)
        case "straighten":
            width, height = inscribed(picture.width, picture.height, amount)
            return _centre(picture.rotate(amount, resample=resample), width, height)
        case _:
            return picture.transpose(Image.Transpose.FLIP_LEFT_RIGHT if amount == 1 else Image.Transpose.FLIP_TOP_BOTTOM)


def _centre(picture: "Image", width: int, height: int) -> "Image":
    left, top = (picture.width - width) // 2, (picture.height - height) // 2
    return picture.crop((left, top, left + width, top + height))


def inscribed(width: int, height: int, degrees: float) -> tuple[int, int]:
    """The largest rectangle of the same shape that lies wholly inside the turned picture, a pixel smaller to be safe."""
    angle = math.radians(abs(degrees) % 180)
    sine, cosine = abs(math.sin(angle)), abs(math.cos(angle))
    scale = min(width / (width * cosine + height * sine), height / (width * sine + height * cosine))
    return max(1, int(width * scale) - 1), max(1, int(height * scale) - 1)


def _scale(band: "Image", factor: float) -> "Image":
    return band.point([min(255, round(value * factor)) for value in range(256)])


def _denoised(picture: "Image", amount: float) -> "Image":
    """Non-local means (Buades et al. 2005) on lightness and colour, through OpenCV; strength up to 12 of 255. In strips, so that
    memory stays small."""
    import cv2
    import numpy as np
    from PIL import Image

    pixels = np.asarray(picture)
    strength, reach, strip = 12.0 * amount, 16, 512
    result = np.empty_like(pixels)
    for top in range(0, pixels.shape[0], strip):
        start, end = max(0, top - reach), min(pixels.shape[0], top + strip + reach)
        part = cv2.fastNlMeansDenoisingColored(np.ascontiguousarray(pixels[start:end]), None, strength, strength, 5, 15)
        result[top : top + strip] = part[top - start : top - start + strip]
    return Image.fromarray(result)


def _through(picture: "Image", table: Table, amount: float) -> "Image":
    import numpy as np
    from PIL import Image

    pixels = np.asarray(picture)
    result = np.empty_like(pixels)
    for top in range(0, pixels.shape[0], 256):
        part = pixels[top : top + 256]
        graded = look_up(table, part.astype(np.float32) / 255.0) * 255.0
        result[top : top + 256] = np.clip(part + amount * (graded - part) + 0.5, 0, 255).astype(np.uint8)
    return Image.fromarray(result)
