"""What differs between two scenes: in words for a person (`diff`) and as dotted paths for checks (`changed_fields`). Pure."""

from difflib import SequenceMatcher

from codirector.prompts.find import describe
from codirector.prompts.scene import SCENE_FIELDS, Element, Motion, Render, Scene
from codirector.prompts.words import with_article

_ELEMENT_FIELDS = ("name", "count", "colour", "material", "placement", "pose", "size", "text", "weight")


def diff(before: Scene, after: Scene) -> tuple[str, ...]:
    """One line a difference ('lighting: sunset → night', 'added red balloon'). Empty exactly when the scenes are equal."""
    lines = _element_lines(before, after)
    lines += [
        _arrow(name, getattr(before, name), getattr(after, name)) for name in SCENE_FIELDS if getattr(before, name) != getattr(after, name)
    ]
    lines += _list_lines("detail", before.details, after.details)
    lines += _list_lines("avoided", before.avoid, after.avoid)
    weights = dict.fromkeys(item.target for item in (*before.emphasis, *after.emphasis))
    old, new = ({item.target: item.weight for item in scene.emphasis} for scene in (before, after))
    lines += [
        f"weight of {target}: {old.get(target, 1.0):g} → {new.get(target, 1.0):g}"
        for target in weights
        if old.get(target) != new.get(target)
    ]
    if before.emphasis != after.emphasis and old == new:
        lines.append("weights in another order")
    lines += [
        _arrow(name, getattr(before.render, name), getattr(after.render, name), "default")
        for name in Render.model_fields
        if getattr(before.render, name) != getattr(after.render, name)
    ]
    lines += _motion_lines(before.motion, after.motion)
    lines += _list_lines(
        "adjusted",
        [f"{item.kind} {item.amount:+g}" for item in before.adjustments],
        [f"{item.kind} {item.amount:+g}" for item in after.adjustments],
    )
    lines += _list_lines("retouched", [_retouch(item) for item in before.retouches], [_retouch(item) for item in after.retouches])
    if before.upscale != after.upscale:
        lines.append(f"upscale: {before.upscale}x → {after.upscale}x")
    lines += _list_lines(
        "finish",
        [f"{item.kind} {item.value}".strip() for item in before.post],
        [f"{item.kind} {item.value}".strip() for item in after.post],
    )
    lines += _list_lines("locked", before.locked, after.locked)
    if before.base != after.base:
        lines.append(_arrow("starting picture", (before.base or "")[:12], (after.base or "")[:12]))
    if not lines and before != after:
        lines = [f"{path} changed" for path in sorted(changed_fields(before, after))]
    return tuple(lines)


def changed_fields(before: Scene, after: Scene) -> frozenset[str]:
    """Dotted paths of every difference: 'lighting', 'render.seed', 'motion.camera', 'elements.fox' (added or removed),
    'elements.fox.colour' (altered), 'elements' (only their order). Of several elements with one name the n-th is 'cat#2'."""
    paths: set[str] = set()
    for name in Scene.model_fields:
        old, new = getattr(before, name), getattr(after, name)
        if old == new:
            continue
        if name == "elements":
            paths |= _element_paths(before, after)
        elif isinstance(old, Render | Motion) and isinstance(new, Render | Motion):
            paths |= {f"{name}.{field}" for field in type(old).model_fields if getattr(old, field) != getattr(new, field)}
        else:
            paths.add(name)
    return frozenset(paths)


def _pairs(before: Scene, after: Scene) -> list[tuple[int | None, int | None]]:
    """Elements of both scenes side by side; None where one has no counterpart."""
    old, new = [element.name for element in before.elements], [element.name for element in after.elements]
    pairs: list[tuple[int | None, int | None]] = []
    for tag, i1, i2, j1, j2 in SequenceMatcher(a=old, b=new, autojunk=False).get_opcodes():
        if tag in ("equal", "replace") and i2 - i1 == j2 - j1:
            pairs += zip(range(i1, i2), range(j1, j2), strict=True)
        else:
            pairs += [(index, None) for index in range(i1, i2)] + [(None, index) for index in range(j1, j2)]
    return pairs


def _element_lines(before: Scene, after: Scene) -> list[str]:
    lines = []
    for i, j in _pairs(before, after):
        old = before.elements[i] if i is not None else None
        new = after.elements[j] if j is not None else None
        if old and new and old.name != new.name:
            lines.append(f"replaced {_label(old)} with {_label(new)}")
        elif old and new:
            changed = [field for field in _ELEMENT_FIELDS if getattr(old, field) != getattr(new, field)]
            lines += [
                _arrow(f"{new.name} {field}", getattr(old, field), getattr(new, field), "usual" if field == "size" else "none")
                for field in changed
            ]
        elif new:
            lines.append(f"added {_label(new)}")
        elif old:
            lines.append(f"removed {_label(old)}")
    return lines


def _element_paths(before: Scene, after: Scene) -> set[str]:
    paths: set[str] = set()
    old_keys, new_keys = _keys(before.elements), _keys(after.elements)
    for i, j in _pairs(before, after):
        if i is not None and j is not None and before.elements[i].name == after.elements[j].name:
            old, new = before.elements[i], after.elements[j]
            paths |= {f"elements.{new_keys[j]}.{field}" for field in _ELEMENT_FIELDS if getattr(old, field) != getattr(new, field)}
            continue
        if i is not None:
            paths.add(f"elements.{old_keys[i]}")
        if j is not None:
            paths.add(f"elements.{new_keys[j]}")
    return paths or {"elements"}


def _keys(elements: tuple[Element, ...]) -> list[str]:
    keys, seen = [], {}
    for element in elements:
        seen[element.name] = seen.get(element.name, 0) + 1
        keys.append(element.name if seen[element.name] == 1 else f"{element.name}#{seen[element.name]}")
    return keys


def _label(element: Element) -> str:
    extra = [
        element.pose,
        element.placement,
        f"saying '{element.text}'" if element.text else "",
        f"weight {element.weight:g}" if element.weight != 1 else "",
    ]
    return " ".join(part for part in (describe(element), *extra) if part)


def _arrow(name: str, old: object, new: object, nothing: str = "none") -> str:
    before = nothing if old is None or old == "" else str(old)
    after = nothing if new is None or new == "" else str(new)
    return f"{name}: {after}" if before == "none" else f"{name}: {before} → {after}"


def _list_lines(label: str, old: tuple[str, ...] | list[str], new: tuple[str, ...] | list[str]) -> list[str]:
    if list(old) == list(new):
        return []
    lines = []
    for tag, i1, i2, j1, j2 in SequenceMatcher(a=list(old), b=list(new), autojunk=False).get_opcodes():
        if tag != "equal":
            lines += [f"no longer {label}: {text}" for text in old[i1:i2]] + [f"{label}: {text}" for text in new[j1:j2]]
    return lines


def _motion_lines(old: Motion | None, new: Motion | None) -> list[str]:
    if old == new:
        return []
    if new is None:
        return ["motion: taken away"]
    before = old or Motion()
    lines = [
        _arrow(f"motion {name}", getattr(before, name), getattr(new, name))
        for name in Motion.model_fields
        if getattr(before, name) != getattr(new, name)
    ]
    return lines or [f"motion: {new.seconds:g} seconds at {new.fps} frames a second"]


def _retouch(item: object) -> str:
    mode, region, content, mask = (getattr(item, name) for name in ("mode", "region", "content", "mask"))
    if mode == "extend":
        return f"extended on {region or 'all sides'}"
    where = region or f"mask {str(mask)[:12]}"
    return f"{where} removed" if mode == "remove" else f"{where} filled with {with_article(content) if content else 'nothing'}"
