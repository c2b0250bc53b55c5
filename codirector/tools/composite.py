"""Sizes a model works at, masks, and putting a new picture into an old one without touching a pixel outside the mask.

Pure functions on Pillow pictures. They do not know diffusion.
"""

from typing import TYPE_CHECKING, Any

from codirector.errors import InputError
from codirector.values import Value

if TYPE_CHECKING:
    from PIL.Image import Image

STEP = 8
"""Latents are eighths of pixels."""
MAX_WORK_RATIO = 2.25
"""A model works on at most this many times the pixels it was trained at; larger pictures are worked on smaller."""


class Sizes(Value):
    """`width` x `height`: what comes out. `base_width` x `base_height`: what the model itself draws."""

    width: int
    height: int
    base_width: int
    base_height: int


def to_step(pixels: float) -> int:
    """The nearest multiple of 8, at least 8."""
    return max(STEP, round(pixels / STEP) * STEP)


def sizes_to_draw(width: int, height: int, native: int, enlarges: bool) -> Sizes:
    """For a new picture of `width` x `height`. A model that enlarges draws with its native length on the shorter side, which is
    where its training lies; others draw at the wanted size."""
    if not enlarges:
        return Sizes(width=width, height=height, base_width=to_step(width), base_height=to_step(height))
    scale = native / min(width, height)
    return Sizes(width=width, height=height, base_width=to_step(width * scale), base_height=to_step(height * scale))


def sizes_to_rework(width: int, height: int, native: int, enlarges: bool) -> Sizes:
    """For a picture that is there already: it comes back at its own size, whatever that is."""
    scale = native / min(width, height) if enlarges else min(1.0, (MAX_WORK_RATIO * native * native / (width * height)) ** 0.5)
    return Sizes(width=width, height=height, base_width=to_step(width * scale), base_height=to_step(height * scale))


def resize(image: "Image", width: int, height: int) -> "Image":
    """`image` at a size, smoothly; itself where it has that size already."""
    from PIL import Image

    return image if image.size == (width, height) else image.resize((width, height), Image.Resampling.LANCZOS)


def repeat(image: "Image", width: int, height: int) -> "Image":
    """`image` at a size by repeating pixels: every edge stays where it is, and sharp."""
    from PIL import Image

    return image.resize((width, height), Image.Resampling.NEAREST)


def snapped(image: "Image") -> "Image":
    """Pixel art with every cell of one colour, in few levels."""
    import numpy as np
    from PIL import Image

    from codirector.tools.sketch_styles import pixel_art

    return Image.fromarray(pixel_art(np.asarray(image.convert("RGB"))))


def flatten(image: "Image") -> "Image":
    """RGB; what is transparent becomes white."""
    from PIL import Image

    if image.mode != "RGBA":
        return image.convert("RGB")
    paper = Image.new("RGBA", image.size, (255, 255, 255, 255))
    return Image.alpha_composite(paper, image).convert("RGB")


def read_mask(mask: "Image", width: int, height: int) -> "Image":
    """A mask ('L', 0 or 255) of that size. What is transparent counts as black. Raises InputError where nothing is white."""
    from PIL import Image

    if mask.mode == "RGBA":
        mask = Image.alpha_composite(Image.new("RGBA", mask.size, (0, 0, 0, 255)), mask)
    grey = mask.convert("L").resize((width, height), Image.Resampling.NEAREST)
    hard = grey.point([0] * 128 + [255] * 128)
    if hard.getbbox() is None:
        raise InputError("The mask is empty, so nothing would change.", "Paint what may change in white.")
    return hard


def shrink_mask(mask: "Image", width: int, height: int) -> "Image":
    """The mask at a smaller size: a pixel is white where any of what it covers is, so that the whole region may change."""
    import numpy as np
    from PIL import Image

    small = mask.resize((width, height), Image.Resampling.BOX)
    return Image.fromarray(((np.asarray(small) > 0) * 255).astype(np.uint8))


def paste_inside(original: "Image", new: "Image", mask: "Image", feather: int = 0) -> "Image":
    """`original` with `new` where `mask` is white. Every pixel where it is black is the original's, bit for bit.

    `feather` > 0 blends over that many pixels, all of them inside the mask. All three have one size; an RGBA original stays
    RGBA, opaque where it changed.
    """
    import numpy as np
    from PIL import Image

    inside = np.asarray(mask) >= 128
    box = Image.fromarray(inside).getbbox()
    if box is None:
        return original.copy()
    # Only what lies around the region is worked on; a black border keeps the distances to its edge right.
    left, top, right, bottom = max(0, box[0] - 1), max(0, box[1] - 1), min(mask.width, box[2] + 1), min(mask.height, box[3] + 1)
    inside = inside[top:bottom, left:right]
    share = inside.astype(np.float32)
    if feather:
        share *= _ramp(inside, feather)
    old = np.asarray(original.crop((left, top, right, bottom)))
    fresh = np.asarray(new.crop((left, top, right, bottom)).convert(original.mode))
    mixed = (old * (1 - share[..., None]) + fresh * share[..., None] + 0.5).astype(np.uint8)
    result = original.copy()
    result.paste(Image.fromarray(np.where(inside[..., None], mixed, old)), (left, top))
    return result


def _ramp(inside: Any, feather: int) -> Any:
    """0..1 by distance from the mask's edge, reaching 1 after `feather` pixels."""
    import cv2
    import numpy as np

    distance = cv2.distanceTransform(np.asarray(inside).astype(np.uint8), cv2.DIST_L2, cv2.DIST_MASK_PRECISE)
    return np.clip(distance / (feather + 1), 0.0, 1.0)


def changed_outside(before: "Image", after: "Image", mask: "Image") -> int:
    """How many pixels differ where the mask is black."""
    import numpy as np

    differs = (np.asarray(before) != np.asarray(after.convert(before.mode))).any(axis=-1)
    return int((differs & (np.asarray(mask) < 128)).sum())
