"""Picture adjustments that need no model: tones, sharpness, crop, rotate. Pure: bytes in, PNG bytes out; alpha is kept.

They work in display-referred sRGB, not in linear light, as most photo editors' sliders do.
"""

import io
from collections.abc import Sequence
from typing import Literal

from codirector.values import Value

Kind = Literal["brightness", "contrast", "saturation", "warmth", "sharpness", "crop", "rotate"]


class Step(Value):
    """`amount`: tones -1..1 (0 is none), `crop` the centred share that stays (0..1], `rotate` degrees counter-clockwise."""

    kind: Kind
    amount: float


def adjust(data: bytes, steps: Sequence[Step]) -> bytes:
    """Applies `steps` in order to an encoded picture and returns PNG bytes. No steps: the same bytes come back."""
    if not steps:
        return data
    from PIL import Image

    picture = Image.open(io.BytesIO(data))
    alpha = picture.getchannel("A") if picture.mode == "RGBA" else None
    picture = picture.convert("RGB")
    for step in steps:
        picture, alpha = _apply(picture, alpha, step)
    if alpha is not None:
        picture.putalpha(alpha)
    out = io.BytesIO()
    picture.save(out, format="PNG")
    return out.getvalue()


def _apply(picture, alpha, step: Step):
    from PIL import Image, ImageEnhance

    match step.kind:
        case "brightness":
            return ImageEnhance.Brightness(picture).enhance(1.0 + step.amount), alpha
        case "contrast":
            return ImageEnhance.Contrast(picture).enhance(1.0 + step.amount), alpha
        case "saturation":
            return ImageEnhance.Color(picture).enhance(1.0 + step.amount), alpha
        case "sharpness":
            return ImageEnhance.Sharpness(picture).enhance(1.0 + 2.0 * step.amount), alpha
        case "warmth":
            red, green, blue = picture.split()
            return Image.merge("RGB", (_scale(red, 1.0 + 0.25 * step.amount), green, _scale(blue, 1.0 - 0.25 * step.amount))), alpha
        case "crop":
            share = min(max(step.amount, 0.05), 1.0)
            width, height = max(1, round(picture.width * share)), max(1, round(picture.height * share))
            left, top = (picture.width - width) // 2, (picture.height - height) // 2
            box = (left, top, left + width, top + height)
            return picture.crop(box), alpha.crop(box) if alpha else None
        case "rotate":
            turned = picture.rotate(step.amount, resample=Image.Resampling.BICUBIC, expand=step.amount % 90 == 0)
            return turned, alpha.rotate(step.amount, expand=step.amount % 90 == 0) if alpha else None


def _scale(band, factor: float):
    return band.point([min(255, round(value * factor)) for value in range(256)])
