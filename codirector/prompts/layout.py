"""`layout(scene)`: where each thing stands, as boxes in shares of the picture. Pure and deterministic, no randomness.

A box depends only on its own element (its size word too), on the camera, and on the boxes of the elements before it: what is added later
is fitted in around what is there, so adding a thing at the end never moves the others. Changing an element may move the ones after it.
What is only named in a pose, a placement or the action has a box too, beside what names it (see `companions`).

It does not know what the things look like (see the art atlas in tools) nor whether a backend uses the boxes at all.
"""

import math
import re
from typing import NamedTuple

from pydantic import Field

from codirector.prompts.companions import head_of, named_by, seen_elements
from codirector.prompts.scene import Element, Scene
from codirector.prompts.sizes import scale_of
from codirector.prompts.vocabulary import Size, canonical, fold, relations, thing
from codirector.prompts.words import plural, singular
from codirector.values import Text, Value, Word

GROUND = 0.82
"""Where the feet of things that stand are: a share of the height, from the top."""
MAX_BOXES = 60
_MAX_PER_ELEMENT = 16
_INSIDE = 0.8
"""The share of a box's width, and of its height, that stays inside the picture; so at least 64 % of its area."""
_MAIN_HEIGHT: dict[Size, float] = {"tiny": 0.34, "small": 0.42, "medium": 0.5, "large": 0.58, "huge": 0.68}
_OTHER_HEIGHT: dict[Size, float] = {"tiny": 0.24, "small": 0.32, "medium": 0.38, "large": 0.44, "huge": 0.54}
_CAMERA_SCALE = {
    "extreme close-up": 1.7, "macro shot": 1.6, "close-up": 1.4, "medium close-up": 1.25, "portrait": 1.35, "full body": 1.1,
    "wide shot": 0.55, "establishing shot": 0.4, "panorama": 0.45, "wide-angle lens": 0.7, "bird's-eye view": 0.65, "fisheye lens": 0.85,
}  # fmt: skip
_COLUMNS = {"far left": 0.15, "far right": 0.85, "left": 0.25, "right": 0.75, "centre": 0.5}
_FLOOR_SLOTS = (0.78, 0.22, 0.5, 0.9, 0.1, 0.64, 0.36)
_SKY_SLOTS = (0.76, 0.24, 0.5, 0.9, 0.1, 0.63, 0.37)
_RELATION = re.compile(rf"(?:^|\s)({'|'.join(re.escape(word) for word in relations())}|in)\s+(.+)$")
_SEATS = frozenset(
    ("sofa", "couch", "bench", "chair", "armchair", "bed", "throne", "swing", "bike", "bicycle", "motorcycle", "horse", "pony", "donkey",
     "camel", "elephant", "sled", "raft", "hammock", "scooter")
)  # fmt: skip
_TABLES = frozenset(("table", "desk", "counter", "tray", "board", "plate", "shelf", "workbench", "nightstand", "stool"))
"""Seats are sat or lain upon in their middle; tables are drawn with air above, into which things are sunk; elsewhere they stand on top."""


class LayoutBox(Value):
    """A thing and its place: centre `x`, `y`, `width` and `height` in shares of the picture (0..1; may overhang a little).
    `name` is singular; a count of three makes three boxes."""

    name: Word
    x: float = Field(ge=-0.5, le=1.5)
    y: float = Field(ge=-0.5, le=1.5)
    width: float = Field(gt=0.0, le=2.0)
    height: float = Field(gt=0.0, le=2.0)
    colour: Text = ""


class Layout(Value):
    """Boxes in drawing order, far ones first. `notes` says what found no place."""

    boxes: tuple[LayoutBox, ...] = ()
    notes: tuple[str, ...] = ()


class _Placed(NamedTuple):
    """A box with the element it belongs to and its depth: -1 behind, 0 the main line, 1 in front."""

    box: LayoutBox
    element: int
    depth: float


def layout(scene: Scene) -> Layout:
    """Boxes for every element: as many as its count (16 at most for one element, 60 in all), three for a plural without a number."""
    framings = [_CAMERA_SCALE.get(canonical(part, "camera"), 1.0) for part in scene.camera.split(",") if part.strip()]
    scale = next((framing for framing in framings if framing != 1.0), 1.0)
    placed: list[_Placed] = []
    notes: list[str] = []
    elements = seen_elements(scene)
    for index in _order(scene, elements):
        element = elements[index]
        boxes = _boxes(index, element, placed, scale)
        room = MAX_BOXES - len(placed)
        shown = boxes[: min(room, _MAX_PER_ELEMENT)]
        if len(shown) < element.count:
            most = f"{_MAX_PER_ELEMENT} of a kind and {MAX_BOXES} in all"
            notes.append(f"The layout shows {len(shown)} of {element.count} {plural(element.name)}; it holds {most}.")
        placed += shown
    ordered = sorted(placed, key=lambda item: (item.depth, round(item.box.y + item.box.height / 2, 3), item.element))
    return Layout(boxes=tuple(item.box for item in ordered), notes=tuple(notes))


def _order(scene: Scene, elements: tuple[Element, ...]) -> list[int]:
    """The elements as they are laid out: after each the things that it names ('fighting a dragon'), and before it those that it is placed
    by ('asleep on a sofa'). So what is added at the end comes last, and what is named keeps its place when it becomes an element."""
    order: list[int] = []
    for index in range(len(scene.elements)):
        later = range(index + 1, len(elements))
        linked = [other for head in named_by(scene, index) for other in later if head_of(elements[other].name) == head]
        match = _RELATION.search(f" {fold(elements[index].placement)}")
        wanted = {singular(word) for word in match[2].split()} if match else set()
        under = [other for other in linked if head_of(elements[other].name) in wanted]
        order += [other for other in (*under, index, *linked) if other not in order]
    return list(dict.fromkeys((*order, *range(len(elements)))))


def _boxes(index: int, element: Element, placed: list[_Placed], scale: float) -> list[_Placed]:
    known = thing(element.name)
    size: Size = known.size if known else "medium"
    aspect = known.aspect if known else 1.0
    height = (_MAIN_HEIGHT if index == 0 else _OTHER_HEIGHT)[size] * scale * scale_of(element.size)
    count = min(element.count if element.count > 1 or singular(element.name) == element.name else 3, _MAX_PER_ELEMENT)
    columns = count if count <= 4 else math.ceil(math.sqrt(count * 1.5))
    rows = math.ceil(count / columns)
    width = height * aspect
    # A row of several shares the width of the picture, a block of several its height.
    shrink = (
        min(1.0, 1.05 / width, 1.05 / height) if count == 1 else min(1.0, 0.92 / (columns * width * 1.06), 0.8 / (rows * height * 1.06))
    )
    width, height = max(width * shrink, 0.02), max(height * shrink, 0.02)
    # Narrow things in a row stand as far apart as they are tall where the row has the whole width: side by side they would be one mass.
    step = width * 1.06 if element.placement else max(width * 1.06, min(height * 1.06, 0.92 / columns))
    block_width, block_height = (step * columns, height * 1.06 * rows) if count > 1 else (width, height)
    x, y, depth = _spot(index, element, placed, block_width, block_height, bool(known and known.in_sky))
    boxes = []
    for number in range(count):
        row, column = divmod(number, columns)
        in_row = min(columns, count - row * columns)
        bx = x + (column - (in_row - 1) / 2) * step
        by = y + (row - (rows - 1) / 2) * height * 1.06
        boxes.append(_Placed(_box(element, bx, by, width, height), index, depth))
    return boxes


def _spot(index: int, element: Element, placed: list[_Placed], width: float, height: float, in_sky: bool) -> tuple[float, float, float]:
    """Centre and depth of an element's block of boxes."""
    placement = canonical(element.placement, "placement").casefold() if element.placement else ""
    related = _related(element.placement, placed)
    if related:
        return _beside(*related, width, height, placed, index)
    y = _sky_line(height) if in_sky and index else _ground_line(height)
    if in_sky and not index:
        y = 0.45
    depth = 0.0
    x = next(
        (share for word, share in sorted(_COLUMNS.items(), key=lambda item: -len(item[0])) if re.search(rf"\b{word}\b", placement)), None
    )
    if "background" in placement or placement.startswith("behind"):
        y, depth = 0.62 - height / 2, -1.0
    elif "foreground" in placement or placement.startswith("in front"):
        y, depth = 0.97 - height / 2, 1.0
    elif re.search(r"\b(?:top|sky|overhead|air)\b", placement):
        y = _sky_line(height)
    elif re.search(r"\b(?:bottom|ground)\b", placement):
        y = 1.0 - height / 2 - 0.03
    elif placement == "in the centre":
        y = 0.5 if in_sky else min(_ground_line(height), 0.55)
    elif placement == "in the corner":
        x, y = 0.85, 0.85 - height / 2 + 0.05
    if x is None:
        x = 0.5 if not placed else _free(_SKY_SLOTS if y < 0.4 else _FLOOR_SLOTS, y, width, height, placed)
    return _clamp(x, width), _clamp(y, height), depth


def _free(slots: tuple[float, ...], y: float, width: float, height: float, placed: list[_Placed]) -> float:
    """The slot where a block overlaps least with what is placed; the earlier one wins a tie."""
    return min(
        slots, key=lambda x: round(sum(_overlap(_clamp(x, width), _clamp(y, height), width, height, item.box) for item in placed), 4)
    )


def _overlap(x: float, y: float, width: float, height: float, box: LayoutBox) -> float:
    across = min(x + width / 2, box.x + box.width / 2) - max(x - width / 2, box.x - box.width / 2)
    down = min(y + height / 2, box.y + box.height / 2) - max(y - height / 2, box.y - box.height / 2)
    return max(0.0, across) * max(0.0, down)


def _related(placement: str, placed: list[_Placed]) -> tuple[str, tuple[float, float, float, float], float, bool | None] | None:
    """The relation word, the frame (left, top, right, bottom) of the earlier element it refers to, that element's depth, and whether it is
    a seat (None: a table or the like)."""
    match = _RELATION.search(f" {fold(placement)}")
    if not match:
        return None
    wanted = {singular(word) for word in match[2].split()}
    for item in placed:
        if set(fold(item.box.name).split()) <= wanted or wanted <= set(fold(item.box.name).split()):
            boxes = [other.box for other in placed if other.element == item.element]
            frame = (
                min(box.x - box.width / 2 for box in boxes), min(box.y - box.height / 2 for box in boxes),
                max(box.x + box.width / 2 for box in boxes), max(box.y + box.height / 2 for box in boxes),
            )  # fmt: skip
            head = fold(item.box.name).split()[-1]
            return match[1], frame, item.depth, None if head in _TABLES else head in _SEATS
    return None


def _beside(
    relation: str,
    frame: tuple[float, float, float, float],
    depth: float,
    seat: bool | None,
    width: float,
    height: float,
    placed: list[_Placed],
    index: int,
) -> tuple[float, float, float]:
    left, top, right, bottom = frame
    middle, feet = (left + right) / 2, bottom - height / 2
    if relation in ("behind",):
        x, y, depth = middle + (right - left) * 0.3, bottom - (bottom - top) * 0.15 - height / 2, depth - 0.5
    elif relation in ("in front of",):
        x, y, depth = middle - (right - left) * 0.15, bottom + 0.06 - height / 2, depth + 0.5
    elif relation in ("above", "over"):
        x, y = middle, top - height / 2 - 0.03
    elif relation == "in":  # a kitten in a teacup: its lower half is behind the rim
        x, y, depth = middle, top + (bottom - top) * 0.5 - height / 2, depth - 0.1
    elif relation == "on" and seat:
        x, y, depth = middle, top + (bottom - top) * 0.55 - height / 2, depth + 0.1
    elif relation in ("on top of", "on", "atop"):
        # What lies on the very top edge of a table's box would float.
        sunk = 0.3 * (bottom - top) if seat is None else 0.04
        x, y, depth = middle, top + sunk - height / 2, depth + 0.1
    elif relation in ("below", "under", "underneath", "beneath"):
        x, y, depth = middle, bottom + height / 2 + 0.02 if bottom + height < 1.0 else bottom - height / 2, depth + 0.2
    elif relation == "inside":
        x, y, depth = middle, (top + bottom) / 2, depth + 0.1
    else:
        on_left, on_right = left - width / 2 - 0.02, right + width / 2 + 0.02
        if "left" in relation:
            x, y = on_left, feet
        elif "right" in relation:
            x, y = on_right, feet
        else:
            sides = (on_right, on_left) if 1.0 - right >= left else (on_left, on_right)
            x, y = _free(sides, feet, width, height, placed), feet
    return _clamp(x, width), _clamp(y, height), depth


def _ground_line(height: float) -> float:
    """The centre of a thing that stands on the ground; large ones reach below it rather than out of the top."""
    return max(GROUND - height / 2, min(0.5, height / 2 + 0.02)) if height <= 0.96 else 0.5


def _sky_line(height: float) -> float:
    return max(0.06 + height / 2, 0.2)


def _clamp(centre: float, size: float) -> float:
    reach = size * (_INSIDE - 0.5)
    return 0.5 if reach > 0.5 else min(max(centre, reach), 1.0 - reach)


def _box(element: Element, x: float, y: float, width: float, height: float) -> LayoutBox:
    return LayoutBox(
        name=singular(element.name), x=round(_clamp(x, width), 4), y=round(_clamp(y, height), 4),
        width=round(width, 4), height=round(height, 4), colour=element.colour,
    )  # fmt: skip
