"""Settings given as text: render settings ('7', '512x768', 'three') and motion settings ('slow zoom in', '3'). Pure.

Every function raises RefusedChange, with the range that works, for a value it cannot use and for one that is set already.
"""

import re

from codirector.errors import RefusedChange
from codirector.prompts.motion_settings import parse_camera_setting, parse_motion_setting
from codirector.prompts.scene import Motion, Render
from codirector.prompts.words import parse_number

_UNSET = frozenset({"", "default", "none", "automatic", "auto"})
_RANGES: dict[str, tuple[float, float, bool]] = {
    "seed": (0, 2**32 - 1, True), "steps": (1, 200, True), "guidance": (0.0, 50.0, False), "layout": (0.0, 1.0, False),
    "width": (64, 4096, True), "height": (64, 4096, True), "seconds": (0.04, 600.0, False), "fps": (1, 120, True), "count": (0, 99, True),
}  # fmt: skip


def parse_count(text: str) -> int:
    """0 to 99 from '3' or 'three'."""
    return int(_number("count", text))


def parse_size(text: str) -> tuple[int, int]:
    """Width and height in pixels from '512x768', '512 × 768', '512 by 768' or '512' (a square); multiples of 8, 64 to 4096."""
    parts = [
        part for part in re.split(r"\s*(?:x|×|\*|\bby\b|,)\s*", text.strip().casefold().replace("px", "").replace("pixels", "")) if part
    ]
    if len(parts) not in (1, 2):
        raise RefusedChange(f"'{text}' is not a size.", "Write it like 512x768 (width x height, in pixels).")
    width, height = (int(_number(name, part)) for name, part in zip(("width", "height"), (parts[0], parts[-1]), strict=True))
    for pixels in (width, height):
        if pixels % 8:
            raise RefusedChange(
                f"The size {width}x{height} does not work: {pixels} is not a multiple of 8.",
                f"The nearest that works is {_nearest(width)}x{_nearest(height)}.",
            )
    return width, height


def render_with(render: Render, setting: str, text: str) -> Render:
    """The render settings with one of them set from text. '' or 'default' goes back to the model's default."""
    unset = text.strip().casefold() in _UNSET
    changes: dict[str, object]
    match setting:
        case "size":
            width, height = (None, None) if unset else parse_size(text)
            changes = {"width": width, "height": height}
        case "seed":
            if unset:
                raise RefusedChange("A picture always has a seed.", "Give a whole number, or ask for a new variation.")
            changes = {"seed": int(_number("seed", text))}
        case "sampler" | "model":
            changes = {setting: "" if unset else " ".join(text.split())}
        case "layout":
            words = {"free": 0.0, "off": 0.0, "faithful": 1.0, "on": 1.0, "full": 1.0}
            plain = text.strip().casefold()
            percent = _number("percent", plain.removesuffix("%")) / 100 if plain.endswith("%") else None
            changes = {
                "layout": None if unset else words.get(plain, percent) if plain in words or percent is not None else _number("layout", text)
            }
            if changes["layout"] is not None:
                _check_range("layout", float(str(changes["layout"])), text)
        case _:
            number = None if unset else _number(setting, text)
            changes = {setting: int(number) if number is not None and _RANGES[setting][2] else number}
    after = render.evolve(**changes)
    if after == render:
        now = " x ".join(str(value) for value in changes.values())
        raise RefusedChange(f"The {setting} is already {'the default' if unset else now}.", f"Give another {setting}.")
    return after


def motion_with(motion: Motion | None, setting: str, text: str) -> Motion:
    """The motion settings (fresh ones where there were none) with one of them set from text."""
    before = motion or Motion()
    match setting:
        case "seconds":
            value: object = _number("seconds", re.sub(r"\s*(s|sec|secs|second|seconds)$", "", text.strip().casefold()))
        case "fps":
            value = int(_number("fps", re.sub(r"\s*(fps|frames per second)$", "", text.strip().casefold())))
        case "camera":
            value = parse_camera_setting(text)
        case "start" | "speed" | "easing" | "loop":
            value = parse_motion_setting(before, setting, text)
        case _:
            value = " ".join(text.split())
    after = before.evolve(**{setting: value})
    if (motion is not None and after == motion) or not str(value):
        now = getattr(before, setting)
        if str(value) or not now:
            raise RefusedChange(
                f"The motion's {setting} is already {now}." if now else f"There is no {setting} motion to take away.", "Name another one."
            )
    return after


def _number(name: str, text: str) -> float:
    number = parse_number(text)
    if number is None:
        raise RefusedChange(f"'{text}' is not a number for the {name}.", _range_hint(name))
    _check_range(name, number, text)
    if name in _RANGES and _RANGES[name][2] and number != int(number):
        raise RefusedChange(f"The {name} must be a whole number, not {text}.", _range_hint(name))
    return number


def _check_range(name: str, number: float, text: str) -> None:
    if name in _RANGES and not _RANGES[name][0] <= number <= _RANGES[name][1]:
        raise RefusedChange(f"The {name} cannot be {text.strip()}.", _range_hint(name))


def _range_hint(name: str) -> str:
    if name not in _RANGES:
        return "Give a number."
    low, high, whole = _RANGES[name]
    unit = {"width": " pixels", "height": " pixels", "seconds": " seconds"}.get(name, "")
    return f"Give a {'whole number' if whole else 'number'} from {low:g} to {high if whole else format(high, 'g')}{unit}."


def _nearest(pixels: int) -> int:
    return max(64, min(4096, round(pixels / 8) * 8))
