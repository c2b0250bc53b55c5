"""From a plan to what is to be done: the scene after the turn, and the request for a tool. Pure: seeds come in as arguments.

It does not know backends; which one serves the request, and whether it can, is checked by the registry before any work.
"""

from functools import lru_cache

from codirector.assistant.plan import Animate, Create, Plan, Refine, Wish
from codirector.assistant.session.record import SessionView
from codirector.errors import InputError, RefusedChange, Unsupported
from codirector.prompts.apply import apply
from codirector.prompts.change import Change, Retouch
from codirector.prompts.compile import CompiledPrompt, compile
from codirector.prompts.dialects import dialect_for
from codirector.prompts.diff import diff
from codirector.prompts.instruct import instruction
from codirector.prompts.layout import LayoutBox, layout
from codirector.prompts.scene import Scene
from codirector.tools.requests import EditRequest, GenerateRequest, InpaintRequest, Request
from codirector.tools.sketch import Sketch, SketchBox
from codirector.values import Sha256, Value

EDIT_STRENGTH = 0.6
NOWHERE = "plain white background"
"""What stands behind the things of a scene that names no setting."""


class Resolved(Value):
    """A plan applied: the scene after the turn, the one change (None for a new scene), what differs, the wishes still open."""

    scene: Scene
    change: Change | None = None
    diff: tuple[str, ...] = ()
    later: tuple[Wish, ...] = ()
    notes: tuple[str, ...] = ()


def resolve(plan: Plan, view: SessionView, seed: int, default_model: str = "") -> Resolved:
    """Applies `plan` to the session's scene. `seed` is used only by a new scene that names none.
    Raises RefusedChange (from apply) and InputError when there is nothing to change yet."""
    match plan:
        case Create(scene=scene, later=later):
            render = scene.render.evolve(
                seed=seed if scene.render.seed is None else scene.render.seed, model=scene.render.model or default_model
            )
            scene = scene.evolve(render=render)
            dropped = tuple(
                f"Your earlier wish “{wish.text}” belonged to the previous picture; undo brings it back." for wish in view.later
            )
            return Resolved(scene=scene, diff=diff(Scene(), scene), later=later, notes=dropped)
        case Refine(change=change, later=later, taken=taken):
            if view.scene is None:
                raise InputError(
                    "There is no picture to change yet.", "Describe one first, for example: a fox in the snow at sunset, watercolor"
                )
            scene = apply(view.scene, change)
            # A kept wish may be taken out of turn, in its own words.
            kept = later if taken else merged(tuple(wish for wish in view.later if wish.change != change), later)
            return Resolved(scene=scene, change=change, diff=diff(view.scene, scene), later=kept)
        case Animate(motion=motion, later=later):
            if view.scene is None:
                raise InputError("There is no picture to set in motion yet.", "Describe one first, for example: a fox in the snow")
            if view.scene.motion == motion:
                raise RefusedChange("It moves like that already.", "Say what should be different, for example: slower")
            scene = view.scene.evolve(motion=motion)
            return Resolved(scene=scene, diff=diff(view.scene, scene), later=merged(view.later, later))
        case _:
            raise AssertionError(f"{plan.action} does not make a scene")


def merged(kept: tuple[Wish, ...], new: tuple[Wish, ...]) -> tuple[Wish, ...]:
    """Wishes in the order they were said, each once."""
    seen = {wish.text for wish in kept}
    return kept + tuple(wish for wish in new if wish.text not in seen)


def sketch_of(scene: Scene) -> Sketch | None:
    """The scene's layout as a hint for backends that can draw from one; None if it has no things."""
    boxes = layout(scene).boxes
    return sketch_with(scene, tuple(_square(box, boxes) for box in boxes))


def sketch_with(scene: Scene, boxes: tuple[SketchBox, ...]) -> Sketch | None:
    """`boxes` on the scene's setting, as a hint; None where there is nothing to show. What lies behind the things of an uploaded
    picture is in the picture: its sketch says nothing about it."""
    if scene.base is not None:
        return Sketch(boxes=boxes, style=scene.style) if boxes else None
    if not boxes and not scene.setting:
        return None
    return Sketch(boxes=boxes, style=scene.style, ground=scene.setting or NOWHERE, light=scene.lighting, variant=scene.render.seed or 0)


def _square(box: LayoutBox, boxes: tuple[LayoutBox, ...]) -> SketchBox:
    """Drawings are square with air around narrow things: a tall box gives its height, a wide one a side of the same area. Of several equal
    things in a row none reaches into the next: those that overlap cannot be counted."""
    side = box.height if box.width < box.height else (box.width * box.height) ** 0.5
    row = [abs(other.x - box.x) for other in boxes if other.name == box.name and other is not box and abs(other.y - box.y) < box.height / 2]
    side = min([side, *(0.98 * apart for apart in row if apart)])
    y = box.y + (box.height - side) / 2 if side < box.height else box.y
    return SketchBox(name=box.name, x=box.x, y=y, width=side, height=side, colour=box.colour)


def compiled(scene: Scene) -> CompiledPrompt:
    """The scene in the words of the model it names. Kept: one turn asks for the same scene four times."""
    return _compiled(scene)  # pyright: ignore[reportArgumentType] (frozen values are hashable; pydantic makes their hash at run time)


@lru_cache(maxsize=32)
def _compiled(scene: Scene) -> CompiledPrompt:
    # The motion is the film's business (see `film`); the picture's words leave nothing out by not telling it.
    return compile(scene.evolve(motion=None), dialect_for(scene.render.model))


def request_for(
    scene: Scene, change: Change | None, picture: Sha256 | None, mask: Sha256 | None = None, sketch: Sketch | None = None
) -> Request:
    """The request that makes `scene` real. Picked by what is present: a retouched region in-paints `picture` inside `mask`, an
    uploaded base (`picture` is how it looks now) is edited, everything else is made anew from the same seed. `sketch`: a layout
    other than the scene's own (that of the picture as it is). Changes of one part are the business of `editing`. Raises
    Unsupported."""
    if scene.render.seed is None:
        raise AssertionError("a resolved scene has a seed")
    prompt, render = compiled(scene), scene.render
    common = {
        "model": render.model,
        "prompt": prompt.spans,
        "negative": prompt.negative,
        "seed": render.seed,
        "steps": render.steps,
        "guidance": render.guidance,
        "width": render.width,
        "height": render.height,
        "sampler": render.sampler,
        "sketch": sketch or sketch_of(scene),
        "sketch_scale": render.layout,
    }
    if isinstance(change, Retouch):
        if picture is None or mask is None:
            raise Unsupported("There is no picture to retouch yet.", "Make or upload one first.")
        return InpaintRequest(**common, image=picture, mask=mask, instruction=instruction(change))
    if scene.base is not None:
        return EditRequest(**common, image=picture or scene.base, strength=EDIT_STRENGTH, instruction=instruction(change))
    return GenerateRequest(**common)
