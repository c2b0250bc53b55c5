"""Small things drawn once more, close up. A model that draws 128 pixels has 30 of them for a thing in a wide shot, too few for its shape
and colour; so the thing and its surroundings are drawn again at the model's own size, inside the thing's outline, and put back.

Which things, and where to look (`close_looks`), is pure; `draw_again` runs the model. The manner is that of region-wise refinement
("inpaint only masked", ADetailer). It does not know requests, nor how pictures are enlarged.
"""

from collections.abc import Callable, Iterable, Sequence
from dataclasses import replace
from typing import TYPE_CHECKING, NamedTuple

import numpy as np

from codirector.tools import masks
from codirector.tools.blocking import Listener
from codirector.tools.composite import paste_inside, resize
from codirector.tools.denoise import Drawing, denoise
from codirector.tools.events import Event, Progress
from codirector.tools.pipelines import LoadedModel
from codirector.tools.sketch import SketchBox

if TYPE_CHECKING:
    from PIL.Image import Image

SMALL = 0.45
"""A thing whose side is less than this share of the picture's shorter side is looked at again; above it little is gained."""
ROOM = 1.4
"""The side of what is looked at, in sides of the thing: it fills the view as in a close-up, which is how training shows things largest."""
SHARED = 0.5
"""Several things share a look as long as it shows no more than this share of the picture."""
LEAST_VIEW = 0.25
"""No look is closer than four times: what is put in must go on growing out of the picture that is there."""
MOST_LOOKS = 6
"""A crowd is not gone through thing by thing: each look costs as much as half a picture."""
STRENGTH = 0.55
"""How much of the first drawing is forgotten, at most: its light and its place are to stay."""
EDGE = 0.03
"""How far beyond a thing's outline is drawn anew, as a share of the view."""
FEATHER = 3
SEAM = 5
"""Pixels around what is new that are enlarged with it: what an upscaler makes of a border depends on what lies beside it."""


class Look(NamedTuple):
    """`view` (left, top, side) in pixels of a picture of the size given to `close_looks`; `boxes` what is to be drawn again there."""

    view: tuple[float, float, float]
    boxes: tuple[SketchBox, ...]


def close_looks(boxes: Sequence[SketchBox], known: Callable[[str], bool], width: int, height: int) -> tuple[Look, ...]:
    """Where a picture of `width` x `height` is looked at again, near things together. `known` says whether there is a drawing of a
    name: without one the first drawing is all there is to go by."""
    short = min(width, height)

    def side(box: SketchBox) -> float:
        return min(box.width * width, box.height * height)

    small = [box for box in sorted(boxes, key=lambda box: (box.x, box.y)) if side(box) < SMALL * short and known(box.name)]
    groups: list[list[SketchBox]] = []
    for box in small:
        near = next((group for group in groups if _extent([*group, box], width, height) * ROOM <= SHARED * short), None)
        if near is None:
            groups.append([box])
        else:
            near.append(box)
    looks = []
    for group in groups[:MOST_LOOKS]:
        view = min(max(LEAST_VIEW * short, ROOM * _extent(group, width, height)), short)
        left, top, right, bottom = _bounds(group, width, height)
        x = min(max(0.0, (left + right - view) / 2), width - view)
        y = min(max(0.0, (top + bottom - view) / 2), height - view)
        looks.append(Look((x, y, view), tuple(group)))
    return tuple(looks)


def _bounds(boxes: Iterable[SketchBox], width: int, height: int) -> tuple[float, float, float, float]:
    """In pixels. Drawings are squares of their box's shorter side, in its middle."""
    squares = [(box.x * width, box.y * height, min(box.width * width, box.height * height) / 2) for box in boxes]
    return (
        min(x - h for x, _, h in squares),
        min(y - h for _, y, h in squares),
        max(x + h for x, _, h in squares),
        max(y + h for _, y, h in squares),
    )


def _extent(boxes: Sequence[SketchBox], width: int, height: int) -> float:
    left, top, right, bottom = _bounds(boxes, width, height)
    return max(right - left, bottom - top)


class Detailed(NamedTuple):
    """One look's result: `picture` (of the model's size), `mask` (L) of what is new in it, `view` (left, top, side) as in `Look`."""

    picture: "Image"
    mask: "Image"
    view: tuple[float, float, float]


Draw = Callable[[int, int], "Image"]
"""The sketch at a size."""


def draw_again(
    model: LoadedModel, drawing: Drawing, base: "Image", looks: Sequence[Look], style: str, draw: Draw, listener: Listener
) -> list[Detailed]:
    """What `looks` show of `base` (as `drawing` made it along a sketch in `style`, which `draw` draws) once more. In a regional change
    nothing outside of its mask is drawn. Raises Cancelled within one step of Stop."""
    made: list[Detailed] = []
    for number, look in enumerate(looks):
        listener.send(Progress(stage="detail", step=number, steps=len(looks)))
        made.append(_look_again(model, drawing, put_back(base, made), look, style, draw, listener))
    if looks:
        listener.send(Progress(stage="detail", step=len(looks), steps=len(looks)))
    return made


def _look_again(model: LoadedModel, drawing: Drawing, base: "Image", look: Look, style: str, draw: Draw, listener: Listener) -> Detailed:
    from PIL import Image, ImageChops

    native = model.nature.native
    left, top, side = look.view
    closer = native / side
    part = base.resize((native, native), Image.Resampling.LANCZOS, box=(left, top, left + side, top + side))
    whole = round(base.width * closer), round(base.height * closer)
    x, y = min(round(left * closer), whole[0] - native), min(round(top * closer), whole[1] - native)
    cut = (x, y, x + native, y + native)
    inside = masks.grown(masks.outline(look.boxes, style, model.drawings(), *whole), max(1, round(EDGE * native)))
    mask = Image.fromarray(inside).crop(cut)
    if drawing.mask is not None:
        allowed = drawing.mask.resize((native, native), Image.Resampling.NEAREST, box=(left, top, left + side, top + side))
        mask = ImageChops.darker(mask, allowed)
    again = replace(
        drawing, task="inpaint", width=native, height=native, image=part, mask=mask, start=None, window=None,
        strength=min(STRENGTH, drawing.strength), control=draw(*whole).crop(cut), places=None, watched=False,
    )  # fmt: skip
    drawn, _ = denoise(model, again, _Quiet(listener))
    return Detailed(paste_inside(part, drawn, mask, FEATHER), mask, look.view)


def put_back(base: "Image", made: Sequence[Detailed]) -> "Image":
    """`base` with every look's result in its place, at the resolution of `base`."""
    from PIL import Image

    result = base
    for picture, mask, (left, top, side) in made:
        scale = picture.width / side
        x0, y0, x1, y1 = int(np.ceil(left)), int(np.ceil(top)), int(left + side), int(top + side)
        box = ((x0 - left) * scale, (y0 - top) * scale, (x1 - left) * scale, (y1 - top) * scale)
        size = (x1 - x0, y1 - y0)
        small, where = (each.resize(size, Image.Resampling.BOX, box=box) for each in (picture, mask))
        result = result.copy()
        result.paste(small, (x0, y0), where)
    return result


def put_in(finished: "Image", made: Sequence[Detailed], scale: float, enlarge: Callable[["Image", int, int], "Image"]) -> "Image":
    """`finished` (`scale` times the base's size) with every look's result at the resolution it was drawn at. `enlarge` brings a picture to
    a larger size."""
    from PIL import Image

    for picture, mask, (left, top, side) in made:
        closer = scale * side / picture.width
        bounds = mask.getbbox()
        if bounds is None:
            continue
        x0, y0, x1, y1 = (
            max(0, bounds[0] - SEAM),
            max(0, bounds[1] - SEAM),
            min(mask.width, bounds[2] + SEAM),
            min(mask.height, bounds[3] + SEAM),
        )
        size = round((x1 - x0) * closer), round((y1 - y0) * closer)
        part, where = picture.crop((x0, y0, x1, y1)), mask.crop((x0, y0, x1, y1)).resize(size, Image.Resampling.BILINEAR)
        place = round(left * scale + x0 * closer), round(top * scale + y0 * closer)
        part = resize(part, *size) if closer <= 1 else enlarge(part, *size)
        finished = finished.copy()
        finished.paste(part, place, where)
    return finished


class _Quiet(Listener):
    """Stop is heard through it; progress and previews of a single look are not shown."""

    def __init__(self, listener: Listener) -> None:
        self._listener = listener

    @property
    def previews(self) -> bool:
        return False

    def send(self, event: Event) -> None:
        """Nothing: the stage's own progress counts looks."""

    def check(self) -> None:
        self._listener.check()
