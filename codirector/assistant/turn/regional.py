"""Which part of the picture a change is about, and what that part starts from. Pure: scenes, changes and boxes in, values out.

The boxes of the picture as it is (`placed`) come from the request it was drawn with, not from a new layout: what nobody asked to
move stands where it stands. It does not know masks, models or pixels.
"""

import re
from collections.abc import Sequence

from codirector.assistant.turn.dispatch import sketch_of, sketch_with
from codirector.prompts.change import AddElement, AlterElement, Change, RemoveElement, ReplaceElement, SetField
from codirector.prompts.find import find_element
from codirector.prompts.layout import layout
from codirector.prompts.scene import Element, Scene
from codirector.prompts.sizes import scale_of
from codirector.prompts.words import singular
from codirector.tools.requests import Draft
from codirector.tools.sketch import Sketch, SketchBox, plain_colour
from codirector.values import Value

STRENGTH = {"add": 0.44, "remove": 0.44, "replace": 0.44, "tint": 0.35, "move": 0.44, "redraw": 0.5}
"""How much noise the region gets. A draft that shows the change needs little; words alone (a pose, a material) need more."""
GROW = {"add": 0.022, "remove": 0.04, "replace": 0.04, "tint": 0.01, "move": 0.03, "redraw": 0.02}
"""How far the region reaches beyond the drawings, as a share of the picture's width: shadows and halos."""
FEATHER = 0.012
LEAST_SIDE = 0.36
"""Share of the picture that an added thing is wide at least: smaller ones are hard to recognise in 128 pixels."""
MOST_SIDE, SEEN_SIDE = 0.96, 0.08
"""Shares of the picture between which a thing that is made bigger or smaller stays."""
_SPOTS = (0.78, 0.22, 0.5, 0.88, 0.12, 0.64, 0.36)


class Regional(Value):
    """A change of one part. `gone` and `come` are boxes before and after, `front` what stands before them and stays; `sketch` is
    the whole layout after the change. `words` name the part for a model that was not drawn from a sketch."""

    gone: tuple[SketchBox, ...] = ()
    come: tuple[SketchBox, ...] = ()
    front: tuple[SketchBox, ...] = ()
    sketch: Sketch | None = None
    draft: Draft | None
    way: str
    words: str = ""

    @property
    def strength(self) -> float:
        return STRENGTH[self.way]


def regional(before: Scene, after: Scene, change: Change, placed: Sketch | None) -> Regional | None:
    """The part that `change` is about, or None where it is about the whole picture."""
    boxes = placed.boxes if placed else ()
    style = after.style or "flat"
    match change:
        case AddElement(element=element) if drawn := _named_only(boxes, before, element):
            return _its_own(after, element, drawn, boxes, style)
        case AddElement(element=element):
            come = _fresh(after, len(after.elements) - 1, boxes)
            return _made("add", after, (), come, boxes, (), style, element.name) if come else None
        case RemoveElement(name=name):
            element = before.elements[find_element(before, name)]
            gone = of_element(boxes, element)
            return _made("remove", after, gone, (), _without(boxes, gone), gone, style, element.name) if gone else None
        case ReplaceElement(name=name, element=element):
            index = find_element(before, name)
            gone = of_element(boxes, before.elements[index])
            if not gone:
                return None
            rest = _without(boxes, gone)
            come = tuple(_within(box, rest) for box in _in_place(after, index, gone, before))
            return _made("replace", after, gone, come, rest, gone, style, element.name)
        case AlterElement(name=name, attribute=attribute):
            index = find_element(before, name)
            return _altered(before, after, index, attribute, boxes, style)
        case SetField(field="action"):
            return _recoloured(before, after, boxes, style)
        case _:
            return None


def _recoloured(before: Scene, after: Scene, boxes: tuple[SketchBox, ...], style: str) -> Regional | None:
    """What the action names in another colour ('sleeping on a blue sofa'), where the action is otherwise the same."""
    known = {singular(element.name) for element in before.elements}
    was = {box.name: box.colour for box in layout(before).boxes if box.name not in known}
    now = {box.name: box.colour for box in layout(after).boxes if box.name not in known}
    new = [name for name, colour in now.items() if name in was and was[name] != colour and plain_colour(colour)]
    drawn = tuple(box for box in boxes if new and box.name == new[0])
    if len(new) != 1 or was.keys() != now.keys() or not drawn:
        return None
    come = tuple(box.model_copy(update={"colour": now[new[0]]}) for box in drawn)
    return _made("tint", after, drawn, come, _without(boxes, drawn), drawn, style, new[0])


def _altered(before: Scene, after: Scene, index: int, attribute: str, boxes: tuple[SketchBox, ...], style: str) -> Regional | None:
    element, now = before.elements[index], after.elements[index]
    gone = of_element(boxes, element)
    if not gone:
        return None
    rest = _without(boxes, gone)
    if attribute in ("count", "placement"):
        come = _fresh(after, index, rest)
        return _made("move", after, gone, come, rest, gone, style, now.name) if come else None
    if attribute == "size":
        come = _grown(gone, scale_of(now.size) / scale_of(element.size))
        return _made("move", after, gone, come, rest, gone, style, now.name)
    come = tuple(box.model_copy(update={"colour": now.colour}) for box in gone)
    way = "tint" if attribute == "colour" and plain_colour(now.colour) else "redraw"
    return _made(way, after, gone, come, rest, gone, style, now.name)


def _named_only(boxes: tuple[SketchBox, ...], before: Scene, element: Element) -> tuple[SketchBox, ...]:
    """The boxes of a thing that was drawn because another names it ('on a red sofa') and that now becomes one of its own."""
    known = {singular(other.name) for other in before.elements}
    return () if singular(element.name) in known else of_element(boxes, element)


def _its_own(after: Scene, element: Element, drawn: tuple[SketchBox, ...], boxes: tuple[SketchBox, ...], style: str) -> Regional | None:
    rest = _without(boxes, drawn)
    if element.placement:
        come = _fresh(after, len(after.elements) - 1, rest)
        return _made("move", after, drawn, come, rest, drawn, style, element.name) if come else None
    if element.size:
        return _made("move", after, drawn, _grown(drawn, scale_of(element.size)), rest, drawn, style, element.name)
    come = tuple(box.model_copy(update={"colour": element.colour}) for box in drawn)
    way = "tint" if plain_colour(element.colour) and element.colour != (drawn[0].colour or "") else "redraw"
    return _made(way, after, drawn, come, rest, drawn, style, element.name)


def pinned(scene: Scene, placed: Sketch | None) -> Sketch | None:
    """The layout of the picture as it is, with the scene's style, setting and light: for changes of the whole picture that move nothing."""
    return None if placed is None else sketch_with(scene, placed.boxes)


def of_element(boxes: tuple[SketchBox, ...], element: Element) -> tuple[SketchBox, ...]:
    """The element's boxes: same name and colour; by name alone where the colour has changed since they were drawn."""
    named = tuple(box for box in boxes if box.name == singular(element.name))
    return tuple(box for box in named if (box.colour or "") == element.colour) or named


def _made(
    way: str, after: Scene, gone: tuple[SketchBox, ...], come: tuple[SketchBox, ...], kept: tuple[SketchBox, ...],
    where: tuple[SketchBox, ...], style: str, words: str,
) -> Regional:  # fmt: skip
    """`where`: the boxes whose place in the drawing order the new ones take (none: by the layout of the new scene)."""
    order = _ordered(after, kept, come)
    first = min((order.index(box) for box in come), default=-1)
    # A thing that goes may have stood before or behind what stays; what is drawn after it in the old order stood before it.
    front = tuple(box for box in kept if (order.index(box) > first if come else _nearer(box, where)) and _meets(box, (*gone, *come)))
    behind = tuple(box for box in kept if box not in front and _meets(box, (*gone, *come)))
    if way == "tint":
        draft = Draft(boxes=come, tint=after_colour(come), style=style)
        behind = ()
    elif way == "redraw":
        draft = None
    else:
        draft = Draft(fill=bool(gone), kept=(*behind, *front) if gone else (), boxes=come, style=style)
    return Regional(
        gone=gone,
        come=come,
        front=front,
        sketch=sketch_with(after, order),
        draft=draft,
        way=way,
        words=words,
    )


def after_colour(boxes: tuple[SketchBox, ...]) -> str:
    return (boxes[0].colour or "") if boxes else ""


def _nearer(box: SketchBox, gone: tuple[SketchBox, ...]) -> bool:
    """Whether `box` stands before all of `gone`: its feet are lower in the picture."""
    return all(box.y + box.height / 2 > other.y + other.height / 2 + 0.005 for other in gone)


def _meets(box: SketchBox, others: tuple[SketchBox, ...]) -> bool:
    return any(overlap(box, other) > 0 for other in others)


def overlap(one: SketchBox, two: SketchBox) -> float:
    """The area both cover, as a share of the picture."""
    across = min(one.x + one.width / 2, two.x + two.width / 2) - max(one.x - one.width / 2, two.x - two.width / 2)
    down = min(one.y + one.height / 2, two.y + two.height / 2) - max(one.y - one.height / 2, two.y - two.height / 2)
    return max(0.0, across) * max(0.0, down)


def _ordered(after: Scene, kept: tuple[SketchBox, ...], come: tuple[SketchBox, ...]) -> tuple[SketchBox, ...]:
    """`kept` in their order, `come` among them where the new scene's layout has that thing: before what it stands behind."""
    names = [box.name for box in layout(after).boxes]
    order = list(kept)
    for box in come:
        later = set(names[names.index(box.name) + 1 :]) - {box.name} if box.name in names else set()
        place = next((number for number, other in enumerate(order) if other.name in later), len(order))
        order.insert(place, box)
    return tuple(order)


def _without(boxes: tuple[SketchBox, ...], gone: tuple[SketchBox, ...]) -> tuple[SketchBox, ...]:
    return tuple(box for box in boxes if box not in gone)


def _laid_out(scene: Scene, index: int) -> tuple[SketchBox, ...]:
    """Where a layout of the whole scene puts the element."""
    sketch = sketch_of(scene)
    return of_element(sketch.boxes, scene.elements[index]) if sketch else ()


def _fresh(after: Scene, index: int, kept: tuple[SketchBox, ...]) -> tuple[SketchBox, ...]:
    """Boxes for an element that comes or moves: the layout's, carried along with the thing its placement refers to, and without
    a wish for a place moved to where it covers least of what is there."""
    boxes = _laid_out(after, index)
    # A second thing of the same name and colour: the last ones are the new ones.
    count = max(1, after.elements[index].count)
    already = sum(box.name == singular(after.elements[index].name) for box in kept)
    boxes = boxes[-count:] if already and len(boxes) > count else boxes
    if not boxes:
        return ()
    placement = after.elements[index].placement
    for number, other in enumerate(after.elements):
        if number != index and placement and re.search(rf"\b{re.escape(singular(other.name))}\b", placement):
            was, laid = of_element(kept, other), _laid_out(after, number)
            if was and laid:
                return _moved(boxes, was[0].x - laid[0].x, (was[0].y + was[0].height / 2) - (laid[0].y + laid[0].height / 2))
    if placement or len(boxes) != 1 or not kept:
        return boxes
    (alone,) = boxes
    return (_room_for(alone, kept),)


def _room_for(box: SketchBox, kept: tuple[SketchBox, ...]) -> SketchBox:
    """`box`, not smaller than can be recognised, moved along its line, and made up to a third smaller, to where it covers least of what is
    there and is not cut off by the picture's border. The layout's own place wins a tie."""
    box = _resized(box, max(1.0, LEAST_SIDE / box.width))
    scales = [scale for scale in (1.0, 0.82, 0.68) if scale * box.width >= LEAST_SIDE] or [1.0]
    return _best_place(box, scales, (box.x, *_SPOTS), kept)


def _within(box: SketchBox, kept: tuple[SketchBox, ...]) -> SketchBox:
    """`box` where it is, or aside and up to a third smaller where the picture's border would cut it off or it would cover other things."""
    return _best_place(box, (1.0, 0.85, 0.7), (box.x,), kept)


def _best_place(box: SketchBox, scales: Sequence[float], places: Sequence[float], kept: tuple[SketchBox, ...]) -> SketchBox:
    """At one of `places` (x), or as far to the side as it goes or as little as is needed, whichever covers least; the first of equals."""
    best, least = box, float("inf")
    for scale in scales:
        sized = _resized(box, scale)
        half = sized.width / 2
        for x in (*places, *((half, 1 - half) if len(places) > 1 else (min(max(box.x, half), 1 - half),))):
            tried = sized.model_copy(update={"x": round(x, 4)})
            covered = sum(overlap(tried, other) for other in kept) / (tried.width * tried.height)
            outside = max(0.0, half - x, x + half - 1) / sized.width
            # A thing cut off, or made small in a picture of 128 pixels, is harder to recognise than one in front of another.
            cost = round(covered + 4 * outside + 0.6 * (1 - scale), 3)
            if cost < least:
                best, least = tried, cost
    return best


def _resized(box: SketchBox, scale: float) -> SketchBox:
    """What stands keeps its feet, what hangs in the air its top."""
    if scale == 1.0:
        return box
    tall = box.height * scale
    y = box.y + (box.height - tall) / 2 * (1 if box.y > 0.45 else -1)
    return box.model_copy(update={"y": round(y, 4), "width": box.width * scale, "height": tall})


def _grown(boxes: tuple[SketchBox, ...], times: float) -> tuple[SketchBox, ...]:
    """Boxes so many times as large where they are, several of them as far apart as they are large; not larger than the picture and not
    smaller than can be seen."""
    middle = sum(box.x for box in boxes) / len(boxes)
    most, least = max(box.height for box in boxes), min(box.height for box in boxes)
    times = max(min(times, MOST_SIDE / most), min(1.0, SEEN_SIDE / least))
    grown = (_resized(box.model_copy(update={"x": middle + (box.x - middle) * times}), times) for box in boxes)
    # What grows from its feet keeps its head in the picture.
    return tuple(
        box.model_copy(update={"x": _clamped(box.x, box.width), "y": max(_clamped(box.y, box.height), box.height / 2)}) for box in grown
    )


def _in_place(after: Scene, index: int, gone: tuple[SketchBox, ...], before: Scene) -> tuple[SketchBox, ...]:
    """Boxes for what takes another's place: as large as it is, its feet where the other's were. Where it has a placement of its
    own, there."""
    laid = _laid_out(after, index)
    if not laid or after.elements[index].placement != before.elements[index].placement or len(laid) != len(gone):
        return laid or gone
    return tuple(
        new.model_copy(update={"x": old.x, "y": _clamped(old.y + old.height / 2 - new.height / 2, new.height)})
        for old, new in zip(sorted(gone, key=lambda box: box.x), sorted(laid, key=lambda box: box.x), strict=True)
    )


def _moved(boxes: tuple[SketchBox, ...], dx: float, dy: float) -> tuple[SketchBox, ...]:
    return tuple(
        box.model_copy(update={"x": _clamped(box.x + dx, box.width), "y": _clamped(box.y + dy, box.height)}) if dx or dy else box
        for box in boxes
    )


def _clamped(centre: float, size: float) -> float:
    """At most a fifth of it outside the picture."""
    reach = size * 0.3
    return 0.5 if reach > 0.5 else round(min(max(centre, reach), 1.0 - reach), 4)
