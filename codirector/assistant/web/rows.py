"""A scene as labelled rows, each saying whether this turn changed it and from what. Pure."""

from collections.abc import Iterator, Sequence
from typing import Literal

from codirector.prompts.scene import SCENE_FIELDS, Element, Motion, Scene
from codirector.values import Value

State = Literal["same", "added", "changed", "removed"]


class Row(Value):
    """`before` is what stood there before the turn, where that differs and was not empty."""

    key: str
    label: str
    value: str
    before: str = ""
    state: State = "same"


def row(key: str, label: str, now: str, before: str | None) -> Row | None:
    """None for what neither is nor was. `before` None: there is nothing to compare with."""
    if before is None or before == now:
        return Row(key=key, label=label, value=now) if now else None
    state: State = "added" if not before else "changed" if now else "removed"
    return Row(key=key, label=label, value=now, before=before, state=state)


def scene_rows(scene: Scene, before: Scene | None) -> tuple[Row, ...]:
    """What the picture is asked to be. `before` None: nothing is marked."""
    weights = {emphasis.target: emphasis.weight for emphasis in scene.emphasis}
    old_weights = {emphasis.target: emphasis.weight for emphasis in before.emphasis} if before else {}
    rows: list[Row | None] = list(element_rows(scene.elements, before.elements if before else None))
    for field in SCENE_FIELDS:
        now = weighed(getattr(scene, field), weights.get(field, 1.0))
        rows.append(row(field, field.capitalize(), now, weighed(getattr(before, field), old_weights.get(field, 1.0)) if before else None))
    for key, label in (
        ("details", "Details"),
        ("avoid", "Avoid"),
        ("post", "Finishing"),
        ("adjustments", "Adjusted"),
        ("retouches", "Retouched"),
    ):
        now, old = listed(scene, key, weights), listed(before, key, old_weights) if before else None
        rows.append(row(key, label, now, old))
    rows.append(row("motion", "Motion", motion(scene), motion(before) if before else None))
    rows.append(row("upscale", "Enlarged", enlarged(scene), enlarged(before) if before else None))
    rows.append(row("base", "Starts from", based(scene), based(before) if before else None))
    rows.append(row("locked", "Locked", ", ".join(scene.locked), ", ".join(before.locked) if before else None))
    return tuple(found for found in rows if found is not None)


def setting_rows(scene: Scene, before: Scene | None) -> tuple[Row, ...]:
    """The render settings that are set."""
    now, old = settings(scene), settings(before) if before else None
    found = (row(key, label, now[key], old[key] if old is not None else None) for key, label in SETTING_LABELS.items())
    return tuple(item for item in found if item is not None)


SETTING_LABELS = {
    "seed": "Seed",
    "size": "Size",
    "steps": "Steps",
    "guidance": "Guidance",
    "sampler": "Sampler",
    "model": "Model",
    "layout": "Layout",
}


def settings(scene: Scene) -> dict[str, str]:
    render = scene.render
    size = f"{render.width or '…'} × {render.height or '…'}" if render.width or render.height else ""
    numbers = {name: "" if getattr(render, name) is None else f"{getattr(render, name):g}" for name in ("steps", "guidance", "layout")}
    seed = "" if render.seed is None else str(render.seed)
    return {"seed": seed, "size": size, "sampler": render.sampler, "model": render.model} | numbers


def element_rows(now: Sequence[Element], before: Sequence[Element] | None) -> Iterator[Row]:
    """Elements are told apart by name; one that took another's place is shown as that place changed."""
    old = {element.name: element for element in before or ()}
    names = {element.name for element in now}
    gone = [element for element in before or () if element.name not in names]
    for index, element in enumerate(now):
        label = "Subject" if index == 0 else "With"
        key = f"element:{index}:{element.name}"
        was: str | None = None
        if before is not None:
            if element.name in old:
                was = described(old[element.name])
            elif index < len(before) and before[index] in gone:
                gone.remove(before[index])
                was = described(before[index])
            else:
                was = ""
        found = row(key, label, described(element), was)
        if found:
            yield found
    for element in gone:
        yield Row(key=f"gone:{element.name}", label="Removed", value="", before=described(element), state="removed")


def described(element: Element) -> str:
    """One thing in a person's words: '3 red glass balloons, floating, in the sky'."""
    head = " ".join(
        part
        for part in (str(element.count) if element.count > 1 else "", element.size, element.colour, element.material, element.name)
        if part
    )
    tail = [element.pose, element.placement, f"saying “{element.text}”" if element.text else ""]
    return weighed(", ".join([head, *(part for part in tail if part)]), element.weight)


def weighed(text: str, weight: float) -> str:
    return f"{text} (× {weight:g})" if text and weight != 1.0 else text


def listed(scene: Scene, key: str, weights: dict[str, float]) -> str:
    """Several things in one row."""
    match key:
        case "details":
            return ", ".join(weighed(detail, weights.get(detail, 1.0)) for detail in scene.details)
        case "avoid":
            return ", ".join(scene.avoid)
        case "post":
            return ", ".join(f"{post.kind.replace('_', ' ')} {post.value}".strip() for post in scene.post)
        case "adjustments":
            return ", ".join(f"{adjustment.kind} {adjustment.amount:+g}" for adjustment in scene.adjustments)
        case _:
            return ", ".join(f"{item.mode} {item.region} {item.content}".strip() for item in scene.retouches)


def motion(scene: Scene) -> str:
    if scene.motion is None:
        return ""
    asked = scene.motion
    moves = ", ".join(part for part in (asked.camera, asked.subject, asked.continuity, asked.framing, asked.transition) if part)
    more = [f"{asked.speed:g} × speed"] if asked.speed != 1.0 else []
    more += [f"starts {'wider' if asked.start > 1.0 else 'closer'} (× {asked.start:g})"] if asked.start != 1.0 else []
    more += [asked.easing] if asked.easing != Motion().easing else []
    more += ["loops"] if asked.loop else []
    return ", ".join([moves or "still", *more, f"{asked.seconds:g} s at {asked.fps} frames/s"])


def enlarged(scene: Scene) -> str:
    return f"{scene.upscale} times" if scene.upscale > 1 else ""


def based(scene: Scene) -> str:
    return "your picture" if scene.base else ""
