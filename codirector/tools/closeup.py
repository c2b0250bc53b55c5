"""A region of a large picture seen close up: the model works on a square around the region, at its own size, instead of on the whole
picture made tiny. What comes back is put into the picture again. Pure.
"""

from typing import TYPE_CHECKING, NamedTuple

from codirector.tools.requests import InpaintRequest
from codirector.tools.sketch import Sketch, SketchBox

if TYPE_CHECKING:
    from PIL.Image import Image

LARGER = 4.5
"""A picture more than so many times the model's size on its shorter side is worked on close up: enlarging by more blurs."""
MARGIN = 0.35
"""Surroundings on each side, as a share of the region's longer side."""


class CloseUp(NamedTuple):
    """`box` (left, top, right, bottom) of `whole` in pixels; the request, picture and mask are those of the part."""

    box: tuple[int, int, int, int]
    whole: "Image"
    request: InpaintRequest
    image: "Image"
    mask: "Image"

    def put_back(self, part: "Image") -> "Image":
        """The whole picture with `part` in its place."""
        result = self.whole.copy()
        result.paste(part.convert(result.mode), self.box[:2])
        return result


def close_up(request: InpaintRequest, image: "Image", mask: "Image", native: int) -> CloseUp | None:
    """The part of `image` to work on, or None where the whole is small enough or the region is most of it."""
    bounds = mask.getbbox()
    if not request.window or bounds is None or min(image.size) <= LARGER * native:
        return None
    side = max(bounds[2] - bounds[0], bounds[3] - bounds[1])
    side = min(max(native, round(side * (1 + 2 * MARGIN))) // 8 * 8, *image.size)
    if side > 0.9 * min(image.size):
        return None
    left = min(max(0, (bounds[0] + bounds[2] - side) // 2), image.width - side)
    top = min(max(0, (bounds[1] + bounds[3] - side) // 2), image.height - side)
    box = (left, top, left + side, top + side)
    if bounds[0] < left or bounds[1] < top or bounds[2] > box[2] or bounds[3] > box[3]:
        return None

    def moved(boxes: tuple[SketchBox, ...]) -> tuple[SketchBox, ...]:
        return tuple(part for each in boxes if (part := _inside(each, box, image.size)) is not None)

    draft = request.draft
    if draft is not None:
        draft = draft.evolve(kept=moved(draft.kept), boxes=moved(draft.boxes))
    sketch = None if request.sketch is None else Sketch(boxes=moved(request.sketch.boxes), style=request.sketch.style)
    part = request.evolve(draft=draft, sketch=sketch)
    return CloseUp(box, image, part, image.crop(box), mask.crop(box))


def _inside(each: SketchBox, box: tuple[int, int, int, int], size: tuple[int, int]) -> SketchBox | None:
    """A sketch box in shares of the part; None where it lies outside. Boxes are squares of their shorter side (see sketch)."""
    width, height = box[2] - box[0], box[3] - box[1]
    side = min(each.width * size[0], each.height * size[1])
    x, y = (each.x * size[0] - box[0]) / width, (each.y * size[1] - box[1]) / height
    if not (-0.5 <= x <= 1.5 and -0.5 <= y <= 1.5) or side / width > 2:
        return None
    return each.model_copy(update={"x": x, "y": y, "width": side / width, "height": side / height})
