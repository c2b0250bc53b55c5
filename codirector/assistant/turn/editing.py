"""Changes of one part of the picture: which request makes them, inside which mask. Finds the mask with the tools, so it has effects.

What belongs to the change is said by `regional` (for the scene's things) or by the words, the box or the mask of a retouch. It
does not run the generating request itself (see `render`).
"""

import io
from typing import NamedTuple

from codirector.assistant.session.record import ArtifactRef, SessionView
from codirector.assistant.turn.dispatch import Resolved, compiled, request_for, sketch_with
from codirector.assistant.turn.regional import FEATHER, GROW, Regional, of_element, pinned, regional
from codirector.assistant.turn.state import Tools
from codirector.errors import InputError, UnknownName, Unsupported
from codirector.prompts.apply import extended_size
from codirector.prompts.change import Change, Retouch, SetField
from codirector.prompts.find import matches
from codirector.prompts.instruct import instruction
from codirector.prompts.scene import Element, Retouching, Scene
from codirector.prompts.words import without_article
from codirector.tools.backend import Capabilities
from codirector.tools.requests import REQUEST, Draft, EditRequest, GenerateRequest, InpaintRequest, RegionRequest, RepairRequest, Request
from codirector.tools.sketch import Sketch, SketchBox, plain_colour
from codirector.values import Value

PHOTO_STRENGTH = 0.9
TIGHTER = 0.5
"""Share of its margin that a region keeps at the second try."""
RELIT = ("lighting", "mood", "style", "medium")
"""Fields that change how all of a picture looks and none of its shapes."""
HELD_STRENGTH = 0.85
"""Noise for a picture whose shapes a ControlNet holds: as an EditRequest's own strength they would be lost long before."""


class Edit(NamedTuple):
    """A regional change ready to run: what makes it, and the hash of the mask it keeps to."""

    request: Request
    mask: str


class Place(Value):
    """What a region is made from: see RegionRequest."""

    gone: tuple[SketchBox, ...] = ()
    come: tuple[SketchBox, ...] = ()
    front: tuple[SketchBox, ...] = ()
    words: str = ""
    mask: str | None = None
    grow: float = 0.0
    invert: bool = False


def placed(view: SessionView) -> Sketch | None:
    """The layout the newest picture was drawn along; None where there is none (an upload, a model without sketches)."""
    for stored in reversed(view.history):
        turn = stored.turn
        if turn.request and turn.request.get("sketch") and any(ref.role == "picture" for ref in turn.artifacts):
            request = REQUEST.validate_python(turn.request)
            return getattr(request, "sketch", None)
        if turn.action == "create" and turn.artifacts:
            return None
    return None


def choose_edit(resolved: Resolved, view: SessionView, picture: ArtifactRef, tools: Tools, tight: bool = False) -> Edit | None:
    """The regional edit that makes the change, or None where the change is about the whole picture or the model cannot in-paint.
    `tight`: with less margin and more noise, for a second try. Raises InputError, Unsupported."""
    change, before, after = resolved.change, view.scene, resolved.scene
    if change is None or before is None:
        return None
    if isinstance(change, Retouch):
        return _retouch(change.retouching, before, view, picture, tools, tight)
    part = regional(before, after, change, placed(view))
    if part is None or not can_inpaint(after, tools):
        return None
    margin = GROW[part.way] * (TIGHTER if tight else 1.0)
    sketched = follows_sketches(after, tools)
    place = Place(gone=part.gone, come=part.come, front=part.front if sketched else (), grow=margin)
    mask = find_region(place, picture, after, tools)
    request = _inpaint(after, part, picture, mask, sketched, tight)
    return Edit(request.evolve(instruction=instruction(change)), mask)


def _inpaint(scene: Scene, part: Regional, picture: ArtifactRef, mask: str, sketched: bool, tight: bool) -> InpaintRequest:
    whole = request_for(scene, None, None, sketch=part.sketch).model_dump(exclude={"kind", "upscale", "image", "strength"})
    strength = min(1.0, part.strength + (0.2 if tight else 0.0)) if sketched else 1.0
    return InpaintRequest.model_validate(
        whole | {
            "width": None, "height": None, "image": picture.sha256, "mask": mask, "strength": strength,
            "feather": feather(picture), "draft": part.draft if sketched else None, "window": True,
        }
    )  # fmt: skip


def feather(picture: ArtifactRef) -> int:
    """Pixels of the soft seam in a picture of that size."""
    return min(64, max(1, round(FEATHER * picture.width)))


def _retouch(wish: Retouching, scene: Scene, view: SessionView, picture: ArtifactRef, tools: Tools, tight: bool) -> Edit:
    """A region named or painted by the person, or new ground around the picture."""
    if wish.mode == "extend":
        return _extend(wish, scene, view, picture, tools)
    now = placed(view)
    found = matches(scene, wish.region) if wish.region and scene.elements else ()
    boxes = of_element(now.boxes, scene.elements[found[0]]) if now and len(found) == 1 else ()
    grow = (GROW["remove"] if wish.mode == "remove" else GROW["add"]) * (TIGHTER if tight else 1.0)
    if wish.mask:
        boxes = ()
    place = Place(
        gone=boxes, words="" if boxes or wish.mask else wish.region, mask=wish.mask, grow=(0.0 if wish.mask else grow) + wish.grow,
        invert=wish.invert,
    )  # fmt: skip
    mask = find_region(place, picture, scene, tools)
    soft = min(64, round(wish.feather * picture.width))
    plain = {"image": picture.sha256, "mask": mask, "feather": soft, "seed": scene.render.seed or 0}
    colour = only_colour(wish.content)
    if colour:
        return Edit(RepairRequest.model_validate(plain | {"tint": colour}), mask)
    own = bool(scene.render.model) and can_inpaint(scene, tools)
    if wish.mode == "remove" and not own and _knows(RepairRequest.model_validate(plain), tools):
        # A fill fits on to what is around it; a wide seam would let the edge of what was there shine through.
        return Edit(RepairRequest.model_validate(plain | {"feather": min(soft, 2)}), mask)
    if not can_inpaint(scene, tools):
        raise Unsupported("This model cannot change a region of a picture.", "Choose another model, or change the whole picture.")
    if scene.base is not None and wish.content and follows_sketches(scene, tools):
        # A drawing on a photograph: only its own outline changes, the photograph around it stays sharp.
        box = _box_for(element_of(wish.content), boxes, tools.store.artifacts.read(mask))
        mask = find_region(Place(come=(box,), grow=0.004), picture, scene, tools)
    return Edit(_fill(wish, scene, now, boxes, picture, mask, tools).evolve(instruction=instruction(Retouch(retouching=wish))), mask)


def _fill(
    wish: Retouching, scene: Scene, now: Sketch | None, boxes: tuple[SketchBox, ...], picture: ArtifactRef, mask: str, tools: Tools
) -> InpaintRequest:  # fmt: skip
    """In-painting: the region's content in the words of the prompt and, for a model that follows sketches, as a drawing."""
    sketched = follows_sketches(scene, tools)
    thing = element_of(wish.content) if wish.content else None
    box = _box_for(thing, boxes, tools.store.artifacts.read(mask)) if thing and sketched else None
    rest = tuple(other for other in now.boxes if other not in boxes) if now else ()
    sketch = sketch_with(scene, (*rest, box) if box else rest)
    elements = (thing,) if thing else tuple(e for e in scene.elements if not boxes or e.name != boxes[0].name)
    said = compiled(scene.evolve(elements=elements, action="", details=()))
    whole = request_for(scene, None, None, sketch=sketch).model_dump(exclude={"kind", "upscale", "image", "strength", "prompt"})
    draft = Draft(fill=True, boxes=(box,) if box else (), style=scene.style or "flat") if sketched else None
    return InpaintRequest.model_validate(
        whole | {
            "prompt": said.spans or request_for(scene, None, None).prompt, "width": None, "height": None, "image": picture.sha256,  # type: ignore[union-attr]
            "mask": mask, "feather": min(64, round(wish.feather * picture.width)), "draft": draft, "window": True, "sketch": sketch,
            "strength": (0.5 if box else 0.9) if sketched else 1.0,
        }
    )  # fmt: skip


def _extend(wish: Retouching, scene: Scene, view: SessionView, picture: ArtifactRef, tools: Tools) -> Edit:
    """New ground: the picture on a larger canvas, and a mask of what is new."""
    from PIL import Image

    from codirector.tools.pictures import to_png

    width, height = extended_size(picture.width, picture.height, wish)
    left = (width - picture.width) // (1 + ("right" in wish.region)) if "left" in wish.region else 0
    top = (height - picture.height) // (1 + ("bottom" in wish.region)) if "top" in wish.region else 0
    with Image.open(io.BytesIO(tools.store.artifacts.read(picture.sha256))) as old:
        canvas, fresh = Image.new(old.mode, (width, height)), Image.new("L", (width, height), 255)
        canvas.paste(old, (left, top))
    fresh.paste(0, (left, top, left + picture.width, top + picture.height))
    canvas_ref = tools.store.artifacts.write(to_png(canvas), "image/png", "canvas", width, height)
    mask = tools.store.artifacts.write(to_png(fresh), "image/png", "mask", width, height).sha256
    plain = {"image": canvas_ref.sha256, "mask": mask, "seed": scene.render.seed or 0}
    sketched = follows_sketches(scene, tools)
    # The small model knows its own drawings; a photograph's surroundings are continued from the photograph.
    if not can_inpaint(scene, tools) or (scene.base is not None and sketched):
        return Edit(RepairRequest.model_validate(plain), mask)
    now = placed(view)
    boxes = tuple(_onto_canvas(box, picture, canvas_ref, left, top) for box in now.boxes) if now else ()
    # On a larger canvas the setting of the sketch would lie elsewhere than in the picture; what is there says enough.
    whole = request_for(scene, None, None, sketch=Sketch(boxes=boxes, style=scene.style) if boxes else None)
    fields = whole.model_dump(exclude={"kind", "upscale", "image", "strength"})
    draft = Draft(fill=True, style=scene.style or "flat") if sketched else None
    more = {"width": None, "height": None, "draft": draft, "strength": 0.75 if sketched else 1.0, "feather": 0}
    return Edit(InpaintRequest.model_validate(fields | plain | more), mask)


def _onto_canvas(box: SketchBox, old: ArtifactRef, new: ArtifactRef, left: int, top: int) -> SketchBox:
    """The same place in pixels, as shares of the larger canvas."""
    return box.model_copy(
        update={
            "x": (box.x * old.width + left) / new.width, "y": (box.y * old.height + top) / new.height,
            "width": box.width * old.width / new.width, "height": box.height * old.height / new.height,
        }
    )  # fmt: skip


def element_of(content: str) -> Element:
    """The thing a retouch puts in place: 'a red balloon' is a balloon, red."""
    plain = without_article(content)
    words = plain.split()
    if len(words) > 1 and plain_colour(words[0]):
        return Element(name=" ".join(words[1:])[:200], colour=words[0])
    return Element(name=plain[:200])


def only_colour(content: str) -> str:
    """The palette colour where `content` names nothing but one ('blue', 'bright red'); '' otherwise."""
    words = [
        word for word in content.lower().split() if word not in ("a", "the", "in", "bright", "dark", "light", "deep", "colour", "color")
    ]
    return (plain_colour(words[0]) or "") if len(words) == 1 else ""


def _box_for(thing: Element, boxes: tuple[SketchBox, ...], mask: bytes) -> SketchBox:
    """Where the new thing is drawn: in the place of what it takes, else as large as the mask allows."""
    if boxes:
        return boxes[0].model_copy(update={"name": thing.name, "colour": thing.colour})
    from PIL import Image

    with Image.open(io.BytesIO(mask)) as image:
        bounds, width, height = image.convert("L").getbbox() or (0, 0, *image.size), image.width, image.height
    across, down = (bounds[2] - bounds[0]) / width, (bounds[3] - bounds[1]) / height
    side = min(bounds[2] - bounds[0], bounds[3] - bounds[1])
    return SketchBox(
        name=thing.name, x=(bounds[0] / width) + across / 2, y=(bounds[1] / height) + down / 2, width=side / width,
        height=side / height, colour=thing.colour,
    )  # fmt: skip


def find_region(place: Place, picture: ArtifactRef, scene: Scene, tools: Tools) -> str:
    """The hash of the mask of `place` in `picture`, stored. Raises InputError where there is no such region."""
    request = RegionRequest(
        image=picture.sha256, gone=place.gone, come=place.come, front=place.front, style=scene.style or "flat", words=place.words,
        mask=place.mask, grow=round(place.grow * picture.width), invert=place.invert,
    )  # fmt: skip
    if _knows(request, tools):
        data = tools.run(request, "", tools.cancel, lambda event: None).picture.data
    else:
        data = _without_region_tool(place, picture, tools)
    return tools.store.artifacts.write(data, "image/png", "mask", picture.width, picture.height).sha256


def _without_region_tool(place: Place, picture: ArtifactRef, tools: Tools) -> bytes:
    """The plain boxes: what there is where no backend finds regions."""
    from codirector.tools import masks

    if place.mask is not None:
        return tools.store.artifacts.read(place.mask)
    boxes = (*place.gone, *place.come)
    if not boxes:
        raise InputError(f"I cannot find “{place.words}” in the picture.", "Paint the region, or name one of the things in the scene.")
    mask = masks.empty(picture.width, picture.height)
    for box in boxes:
        left, top = box.x - box.width / 2, box.y - box.height / 2
        mask |= masks.rectangle((left, top, left + box.width, top + box.height), picture.width, picture.height)
    return masks.to_png(masks.grown(mask, round(place.grow * picture.width)))


def can_inpaint(scene: Scene, tools: Tools) -> bool:
    """Whether the scene's model can change a region."""
    return _capabilities(scene, tools) is not None


def follows_sketches(scene: Scene, tools: Tools) -> bool:
    """Whether it draws along a layout sketch, so that drafts of its drawings mean something to it."""
    can = _capabilities(scene, tools)
    return can is not None and can.sketch


def by_instruction(request: Request, scene: Scene, change: Change | None, picture: ArtifactRef, tools: Tools) -> Request:
    """`request` for a change of the whole picture, as a sentence about `picture` where the scene's model edits by instruction and the
    change can be said; else as it is."""
    can = _capabilities(scene, tools)
    said = instruction(change)
    if can is None or not can.instructed or not said or not isinstance(request, GenerateRequest):
        return request
    fields = request.model_dump(exclude={"kind", "width", "height"})
    return EditRequest.model_validate(fields | {"image": picture.sha256, "strength": 1.0, "instruction": said})


def held_to_structure(request: Request, scene: Scene, change: Change | None, picture: ArtifactRef, tools: Tools) -> Request:
    """`request` for another light or style as a reworking of `picture` that keeps its shapes, where the scene's model has a ControlNet
    for its edges or depths; else as it is. A model with layout sketches keeps its shapes by those."""
    can = _capabilities(scene, tools)
    if can is None or can.sketch or not can.structures or not isinstance(change, SetField) or change.field not in RELIT:
        return request
    if not isinstance(request, GenerateRequest | EditRequest):
        return request
    fields = request.model_dump(exclude={"kind", "width", "height"})
    return EditRequest.model_validate(fields | {"image": picture.sha256, "strength": HELD_STRENGTH, "structure": can.structures[0]})


def _capabilities(scene: Scene, tools: Tools) -> Capabilities | None:
    zeros = "0" * 64
    probe = InpaintRequest(model=scene.render.model, prompt=(), seed=0, image=zeros, mask=zeros)
    try:
        return tools.check(probe).capabilities(scene.render.model)
    except (Unsupported, UnknownName):
        return None


def _knows(request: Request, tools: Tools) -> bool:
    try:
        tools.check(request)
    except (Unsupported, UnknownName):
        return False
    return True


def sketch_now(resolved: Resolved, view: SessionView) -> Sketch | None:
    """The layout for drawing the whole picture anew: where things stand now, unless the change is about where things stand."""
    change, before = resolved.change, view.scene
    if change is None or before is None or before.elements != resolved.scene.elements:
        return None
    if getattr(change, "field", "") in ("camera", "composition") or change.kind == "set_render":
        return None
    return pinned(resolved.scene, placed(view))


def kept_outside(finished: bytes, scene: Scene, request: Request, view: SessionView, tools: Tools) -> bytes:
    """The finished picture (after adjustments and enlarging) with the finished picture before outside the region. Sharpening and
    Real-ESRGAN carry a change some pixels beyond it; here that is undone. Where the adjustments differ, `finished` as it is."""
    from PIL import Image

    from codirector.tools.adjust import carried_along
    from codirector.tools.composite import paste_inside
    from codirector.tools.pictures import to_png

    before = view.scene
    if before is None or view.picture is None or (before.adjustments, before.upscale) != (scene.adjustments, scene.upscale):
        return finished
    old, new = (Image.open(io.BytesIO(data)) for data in (tools.store.artifacts.read(view.picture.sha256), finished))
    mask = carried_along(tools.store.artifacts.read(request.mask), scene.adjustments, new.size)  # type: ignore[union-attr]
    if old.size != new.size or mask is None:
        return finished
    mode = "RGBA" if "RGBA" in (old.mode, new.mode) else "RGB"
    return to_png(paste_inside(old.convert(mode), new.convert(mode), mask))
