"""`apply(scene, change)`: one change, one new scene. Pure and deterministic. It refuses, with a reason a person understands, what is
locked and what makes no sense. One block a kind of change: a new kind is a new block.

It does not know where changes come from (see the planner) nor what they do to pixels (see tools).
"""

from functools import singledispatch

from pydantic import ValidationError

from codirector.errors import RefusedChange
from codirector.prompts.apply_settings import motion_with, parse_count, render_with
from codirector.prompts.change import (
    AddDetail,
    AddElement,
    Adjust,
    AlterElement,
    ApplyPost,
    Avoid,
    Change,
    Lock,
    RemoveDetail,
    RemoveElement,
    ReplaceElement,
    Retouch,
    SetField,
    SetMotion,
    SetRender,
    Upscale,
    Weigh,
)  # fmt: skip
from codirector.prompts.find import describe, field_named, find_element, find_text, matches
from codirector.prompts.scene import SCENE_FIELDS, Element, Emphasis, Render, Retouching, Scene
from codirector.prompts.sizes import scale_of, sized
from codirector.prompts.vocabulary import canonical, fold
from codirector.prompts.words import with_article, without_article

LOCKABLE = (*SCENE_FIELDS, "elements", "details", "avoid", "seed", "steps", "guidance", "size", "sampler", "model", "layout", "motion")
"""What `Lock` may name besides the elements."""


_ADJUSTABLE = {
    "crop": (0.05, 1.0), "rotate": (-180.0, 180.0), "straighten": (-45.0, 45.0), "flip": (1.0, 2.0), "denoise": (0.0, 1.0),
    "lut": (0.0, 1.0),
}  # fmt: skip
"""Least and greatest amount, where it is not -1 to 1."""


def apply(scene: Scene, change: Change) -> Scene:
    """The scene after the change; `scene` itself stays as it was. Raises RefusedChange."""
    try:
        after = _apply(change, scene)
    except ValidationError as error:
        first = error.errors()[0]
        where = ".".join(str(part) for part in first["loc"]) or "value"
        raise RefusedChange(f"That value does not fit ({where}: {first['msg']}).", "Give another one; nothing was changed.") from error
    if after == scene:
        raise RefusedChange("That changes nothing: the scene is like this already.", "Say what should be different.")
    if scene != Scene() and not (after.elements or after.setting or after.action or after.details or after.base):
        raise RefusedChange("That would leave an empty picture.", "Replace it with something else, or start a new picture.")
    return after


@singledispatch
def _apply(change: object, scene: Scene) -> Scene:
    raise RefusedChange(f"'{type(change).__name__}' is no change this version knows.", "Update Codirector to open it.")


@_apply.register
def _(change: AddElement, scene: Scene) -> Scene:
    _check_unlocked(scene, "elements")
    if len(scene.elements) >= 40:
        raise RefusedChange("The scene already holds 40 elements, the most it can.", "Remove one first.")
    if any(fold(term) == fold(change.element.name) for term in scene.avoid):
        raise RefusedChange(
            f"'{change.element.name}' is on the list of things to avoid.", f"Allow it again first: 'stop avoiding {change.element.name}'."
        )
    return scene.evolve(elements=(*scene.elements, change.element))


@_apply.register
def _(change: RemoveElement, scene: Scene) -> Scene:
    index = _unlocked_element(scene, change.name)
    gone = scene.elements[index]
    rest = scene.elements[:index] + scene.elements[index + 1 :]
    if not any(fold(element.name) == fold(gone.name) for element in rest):
        # A placement beside something that is gone would make the model draw it again.
        rest = tuple(element.evolve(placement="") if _may_follow(scene, element, gone.name) else element for element in rest)
    return scene.evolve(elements=rest)


@_apply.register
def _(change: ReplaceElement, scene: Scene) -> Scene:
    index = _unlocked_element(scene, change.name)
    old, new = scene.elements[index], change.element
    if (
        fold(describe(old)) == fold(describe(new))
        and new.pose in ("", old.pose)
        and new.placement in ("", old.placement)
        and new.text in ("", old.text)
    ):
        raise RefusedChange(f"It is already {with_article(describe(old))}.", "Name something else to put there.")
    new = new.evolve(placement=new.placement or old.placement, count=new.count if new.count != 1 else old.count)
    elements = [
        element.evolve(placement=element.placement.replace(old.name, new.name)) if _may_follow(scene, element, old.name) else element
        for element in scene.elements
    ]
    elements[index] = new
    return scene.evolve(elements=tuple(elements))


@_apply.register
def _(change: AlterElement, scene: Scene) -> Scene:
    index = _unlocked_element(scene, change.name)
    element = scene.elements[index]
    value: str | int = change.value
    if change.attribute == "count":
        value = parse_count(change.value)
        if value == 0:
            raise RefusedChange(f"None of '{element.name}' would be left.", f"Say 'remove the {element.name}' instead.")
    elif change.attribute == "size":
        value = _size_after(element, change.value)
    elif (
        change.attribute == "placement"
        and _refers_to(change.value, element.name)
        and not matches(scene.evolve(elements=_without(scene, index)), element.name)
    ):
        raise RefusedChange(f"The {element.name} cannot stand {change.value}.", "Place it by another element or by a side of the picture.")
    if fold(str(getattr(element, change.attribute))) == fold(str(value)):
        now = getattr(element, change.attribute)
        raise RefusedChange(
            f"The {change.attribute} of the {element.name} is already {now}."
            if now
            else f"The {element.name} has no {change.attribute} to take away.",
            f"Name another {change.attribute}.",
        )
    return _with_element(scene, index, element.evolve(**{change.attribute: value}))


def _size_after(element: Element, said: str) -> str:
    """The size word after a wish. The largest and the smallest are as far as it goes."""
    size = sized(element.size, said)
    if size is None:
        raise RefusedChange(f"'{said}' is no size.", "Say for example: bigger, much smaller, tiny, huge, twice as big.")
    if scale_of(size) == scale_of(element.size):
        raise RefusedChange(
            f"The {element.name} is {element.size} already." if size else f"The {element.name} has its usual size already.",
            "Go closer, or make something else smaller." if size else "Say how big it should be, for example: huge.",
        )
    return size


@_apply.register
def _(change: SetField, scene: Scene) -> Scene:
    _check_unlocked(scene, change.field)
    now = getattr(scene, change.field)
    if not change.value and not now:
        raise RefusedChange(f"The scene has no {change.field} to take away.")
    if now and _same(now, change.value, change.field):
        raise RefusedChange(f"The {change.field} is already '{now}'.", "Name another one.")
    emphasis = scene.emphasis if change.value else tuple(item for item in scene.emphasis if item.target != change.field)
    return scene.evolve(**{change.field: change.value}, emphasis=emphasis)


@_apply.register
def _(change: AddDetail, scene: Scene) -> Scene:
    _check_unlocked(scene, "details")
    if any(fold(detail) == fold(change.detail) for detail in scene.details):
        raise RefusedChange(f"The detail '{change.detail}' is already there.", f"To make it count more, say 'emphasise {change.detail}'.")
    if len(scene.details) >= 60:
        raise RefusedChange("The scene already holds 60 details, the most it can.", "Remove one first.")
    return scene.evolve(details=(*scene.details, change.detail))


@_apply.register
def _(change: RemoveDetail, scene: Scene) -> Scene:
    _check_unlocked(scene, "details")
    index = find_text(scene.details, change.detail)
    if index is None:
        raise RefusedChange(
            f"There is no detail '{change.detail}'.",
            f"The details are: {', '.join(scene.details)}." if scene.details else "There are no details.",
        )
    gone = scene.details[index]
    details = scene.details[:index] + scene.details[index + 1 :]
    emphasis = tuple(item for item in scene.emphasis if item.target != gone or gone in details)
    return scene.evolve(details=details, emphasis=emphasis)


@_apply.register
def _(change: Weigh, scene: Scene) -> Scene:
    field = field_named(change.target)
    if field and not matches(scene, change.target):
        _check_unlocked(scene, field)
        if not getattr(scene, field):
            raise RefusedChange(f"The scene has no {field} to weigh.", f"Set the {field} first.")
        return _emphasised(scene, field, change.weight)
    part = find_text(_weighable(scene), change.target)
    found = matches(scene, change.target)
    if part is not None and not (found and fold(scene.elements[found[0]].name) == fold(change.target)):
        target = _weighable(scene)[part]
        _check_unlocked(scene, next((name for name in SCENE_FIELDS if getattr(scene, name) == target), "details"))
        return _emphasised(scene, next((name for name in SCENE_FIELDS if getattr(scene, name) == target), target), change.weight)
    index = _unlocked_element(scene, change.target)
    element = scene.elements[index]
    if element.weight == change.weight:
        raise RefusedChange(f"The weight of the {element.name} is already {change.weight:g}.")
    return _with_element(scene, index, element.evolve(weight=change.weight))


@_apply.register
def _(change: Avoid, scene: Scene) -> Scene:
    _check_unlocked(scene, "avoid")
    if change.undo:
        index = find_text(scene.avoid, change.term)
        if index is None:
            raise RefusedChange(
                f"'{change.term}' is not on the list of things to avoid.", f"The list: {', '.join(scene.avoid) or 'empty'}."
            )
        gone = scene.avoid[index]
        emphasis = tuple(item for item in scene.emphasis if item.target != gone or gone in scene.details)
        return scene.evolve(avoid=scene.avoid[:index] + scene.avoid[index + 1 :], emphasis=emphasis)
    if any(fold(term) == fold(change.term) for term in scene.avoid):
        raise RefusedChange(f"'{change.term}' is already avoided.")
    wanted = fold(without_article(change.term))
    if any(wanted in (fold(element.name), fold(describe(element))) for element in scene.elements):
        raise RefusedChange(
            f"'{change.term}' is in the scene, so it cannot be avoided at the same time.", f"Say 'remove the {change.term}' first."
        )
    if len(scene.avoid) >= 60:
        raise RefusedChange("60 things are avoided already, the most there can be.", "Allow one again first.")
    return scene.evolve(avoid=(*scene.avoid, change.term))


@_apply.register
def _(change: SetRender, scene: Scene) -> Scene:
    _check_unlocked(scene, change.setting)
    return scene.evolve(render=render_with(scene.render, change.setting, change.value))


@_apply.register
def _(change: SetMotion, scene: Scene) -> Scene:
    _check_unlocked(scene, "motion")
    return scene.evolve(motion=motion_with(scene.motion, change.setting, change.value))


@_apply.register
def _(change: Retouch, scene: Scene) -> Scene:
    retouching = change.retouching
    if not retouching.region and retouching.mask is None and retouching.mode != "extend":
        raise RefusedChange("A retouch needs to know where.", "Name the region ('the sky', 'top left') or paint a mask.")
    if retouching.mode == "fill" and not retouching.content:
        raise RefusedChange("A fill needs to know what to put there.", "Say what, or use 'remove' to take something away.")
    if retouching.mode == "remove" and retouching.content:
        raise RefusedChange("Removing puts nothing in place.", "Use 'fill' to put something there.")
    if scene.retouches and scene.retouches[-1] == retouching:
        raise RefusedChange("This retouch was just made.", "Say what should be different, or undo it.")
    render = _extended(scene, retouching) if retouching.mode == "extend" else scene.render
    return scene.evolve(retouches=(*scene.retouches, retouching), render=render)


@_apply.register
def _(change: Adjust, scene: Scene) -> Scene:
    kind, amount = change.adjustment.kind, change.adjustment.amount
    if change.undo:
        places = [number for number, item in enumerate(scene.adjustments) if item.kind == kind]
        if not places:
            there = ", ".join(dict.fromkeys(item.kind for item in scene.adjustments)) or "nothing"
            raise RefusedChange(f"There is no {kind} adjustment to take back.", f"Adjusted so far: {there}.")
        return scene.evolve(adjustments=scene.adjustments[: places[-1]] + scene.adjustments[places[-1] + 1 :])
    low, high = _ADJUSTABLE.get(kind, (-1.0, 1.0))
    if not low <= amount <= high:
        raise RefusedChange(f"{kind} by {amount:g} is out of range.", f"It goes from {low:g} to {high:g}.")
    if amount == (1.0 if kind == "crop" else 0.0):
        raise RefusedChange(f"{kind} by {amount:g} changes nothing.", "Say how much.")
    if kind == "lut" and change.adjustment.file is None:
        raise RefusedChange("A colour table needs its file.", "Attach a .cube file.")
    return scene.evolve(adjustments=(*scene.adjustments, change.adjustment))


@_apply.register
def _(change: Upscale, scene: Scene) -> Scene:
    if change.factor == scene.upscale:
        now = "not upscaled" if scene.upscale == 1 else f"upscaled {scene.upscale} times"
        raise RefusedChange(f"The picture is already {now}.", "Choose another factor, 1 to 4.")
    return scene.evolve(upscale=change.factor)


@_apply.register
def _(change: ApplyPost, scene: Scene) -> Scene:
    if change.post in scene.post:
        raise RefusedChange(f"'{change.post.kind.replace('_', ' ')}' is already applied.", "Choose another finishing step.")
    return scene.evolve(post=(*scene.post, change.post))


@_apply.register
def _(change: Lock, scene: Scene) -> Scene:
    target = _lock_target(scene, change.target)
    held = tuple(name for name in scene.locked if fold(name) == fold(target))
    if change.undo:
        if not held:
            raise RefusedChange(f"'{target}' is not locked.", f"Locked: {', '.join(scene.locked) or 'nothing'}.")
        return scene.evolve(locked=tuple(name for name in scene.locked if name not in held))
    if held:
        raise RefusedChange(f"'{target}' is already locked.", f"Say 'unlock {target}' to let it go.")
    return scene.evolve(locked=(*scene.locked, target))


def extended_size(width: int, height: int, retouching: Retouching) -> tuple[int, int]:
    """Width and height after an extension, multiples of 8."""
    sides = retouching.region.split()
    across, down = sum(side in ("left", "right") for side in sides), sum(side in ("top", "bottom") for side in sides)
    wider, higher = (max(8, round(side * retouching.share / 8) * 8) for side in (width, height))
    return width + wider * across, height + higher * down


def _extended(scene: Scene, retouching: Retouching) -> Render:
    """The render settings for the larger picture, so that a later change of all of it keeps the new frame. An upload has its own
    size, and a model's default is known only of the embedded one."""
    render = scene.render
    if scene.base is not None or (render.model and render.width is None):
        return render
    width, height = extended_size(render.width or 512, render.height or 512, retouching)
    if max(width, height) > 4096:
        raise RefusedChange(f"The picture would be {width} x {height} pixels.", "4096 on a side is the most.")
    return render.evolve(width=width, height=height)


def is_locked(scene: Scene, target: str) -> bool:
    """Whether a field, an element's name or a render setting is locked (all elements are where 'elements' is)."""
    return any(fold(name) == fold(target) for name in scene.locked)


def _lock_target(scene: Scene, target: str) -> str:
    plain = fold(target)
    if plain in LOCKABLE:
        return plain
    if not matches(scene, target) and (field := field_named(target)):
        return field
    for name in scene.locked:
        if fold(name) == plain:
            return name
    return scene.elements[find_element(scene, target)].name


def _check_unlocked(scene: Scene, target: str) -> None:
    if is_locked(scene, target):
        raise RefusedChange(f"'{target}' is locked.", f"Say 'unlock {target}' first.")


def _unlocked_element(scene: Scene, name: str) -> int:
    index = find_element(scene, name)
    _check_unlocked(scene, "elements")
    _check_unlocked(scene, scene.elements[index].name)
    return index


def _with_element(scene: Scene, index: int, element: Element) -> Scene:
    return scene.evolve(elements=(*scene.elements[:index], element, *scene.elements[index + 1 :]))


def _without(scene: Scene, index: int) -> tuple[Element, ...]:
    return scene.elements[:index] + scene.elements[index + 1 :]


def _weighable(scene: Scene) -> tuple[str, ...]:
    """Everything `emphasis` may name by its text: details, avoided terms, parts of a style blend, field values."""
    parts = tuple(part.strip() for part in scene.style.split("+") if part.strip()) if "+" in scene.style else ()
    return (*scene.details, *scene.avoid, *parts, *(value for name in SCENE_FIELDS if (value := getattr(scene, name))))


def _emphasised(scene: Scene, target: str, weight: float) -> Scene:
    now = next((item.weight for item in scene.emphasis if item.target == target), 1.0)
    if now == weight:
        raise RefusedChange(f"The weight of '{target}' is already {weight:g}.", "Name another weight, 0 to 3; 1 is neutral.")
    rest = tuple(item for item in scene.emphasis if item.target != target)
    return scene.evolve(emphasis=rest if weight == 1.0 else (*rest, Emphasis(target=target, weight=weight)))


def _may_follow(scene: Scene, element: Element, name: str) -> bool:
    return _refers_to(element.placement, name) and not is_locked(scene, element.name)


def _refers_to(placement: str, name: str) -> bool:
    return f" {fold(name)} " in f" {fold(placement)} "


def _same(now: str, value: str, field: str) -> bool:
    if fold(now) == fold(value):
        return True
    return field != "action" and bool(value) and fold(canonical(now, field)) == fold(canonical(value, field))  # type: ignore[arg-type]
