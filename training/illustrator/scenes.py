"""Scenes: a description is drawn by chance (`sample_spec`) and composed into a picture and its layout sketch (`compose`).

Knows the world, the settings, the drawings and the styles' filters. Does not know captions, latents or models. The sketch comes
from the same `draw_sketch` as at run time.
"""

from __future__ import annotations

from dataclasses import dataclass

import cv2
import numpy as np

from codirector.tools.sketch import (
    COLOURS,
    GREY,
    GROUND_SIDE,
    Atlas,
    Sketch,
    SketchBox,
    cast_shadows,
    draw_sketch,
    paste,
    place,
    recolour,
)
from codirector.tools.sketch_styles import GROUND_FILTERS, PICTURE_FILTERS, SHADOWS, wash
from training.illustrator.settings import SIZE, THING_LIGHT, paint
from training.illustrator.world import (
    ALL_STYLES,
    ALL_THINGS,
    BY_NAME,
    FRAMINGS,
    PLAIN_COLOURS,
    SETTINGS,
    STYLES,
    THING_COLOURS,
    THINGS,
    TIMES,
    held_out,
)

STYLE_SHARES = (0.22, 0.18, 0.18, 0.16, 0.16, 0.10)
ALL_STYLE_SHARES = (0.16, 0.12, 0.14, 0.12, 0.12, 0.08, 0.08, 0.08, 0.05, 0.05)
WIDER = 0.5
"""How often a scene of the whole world takes its things from all drawings instead of the judged ones."""


@dataclass(frozen=True)
class Item:
    """`count` equal things at one placement ("" = anywhere)."""

    name: str
    count: int = 1
    colour: str | None = None
    placement: str = ""


@dataclass(frozen=True)
class Shares:
    """How often what is drawn: the framings in the order of `FRAMINGS`, a colour of a thing's own, one thing, several equal ones."""

    framings: tuple[float, ...] = (0.38, 0.42, 0.20)
    coloured: float = 0.22
    single: float = 0.66
    several: float = 0.14


HARDER = Shares(framings=(0.30, 0.42, 0.28), coloured=0.32, single=0.58, several=0.19)
"""More of what the denoiser is worst at: small things, colours, several at once."""


@dataclass(frozen=True)
class SceneSpec:
    """What a caption can say about a picture. Everything else (the exact place, the hills, the clouds) is chance."""

    items: tuple[Item, ...]
    setting: str = "plain"
    plain_colour: str = "white"
    style: str = "flat"
    time: str = "day"
    framing: str = "medium"


def is_held_out(spec: SceneSpec) -> bool:
    """Whether the scene contains a pair that training must never show."""
    names = [item.name for item in spec.items]
    return (
        any(held_out("setting", name, spec.setting) for name in names if spec.setting != "plain")
        or any(held_out("colour", item.name, item.colour) for item in spec.items if item.colour)
        or (len(names) == 2 and held_out("pair", *sorted(names)))
    )


def sample_spec(rng: np.random.Generator, *, held: bool = False, whole_world: bool = False, shares: Shares = Shares()) -> SceneSpec:
    """One scene description; with `held`, one that contains a held-out pair; of the judged things and styles, or of all."""
    while True:
        spec = _any_spec(rng, whole_world, shares)
        if is_held_out(spec) == held:
            return spec


def _any_spec(rng: np.random.Generator, whole_world: bool, often: Shares) -> SceneSpec:
    things = ALL_THINGS if whole_world and rng.random() < WIDER else THINGS
    styles, shares = (ALL_STYLES, ALL_STYLE_SHARES) if whole_world else (STYLES, STYLE_SHARES)
    names = [things[int(number)].name for number in rng.choice(len(things), 2, replace=False)]
    draw = rng.random()
    colours = [str(rng.choice(THING_COLOURS)) if rng.random() < often.coloured else None for _ in names]
    framing = str(rng.choice(list(FRAMINGS), p=often.framings))
    if draw < often.single:
        placement = str(rng.choice(["", "left", "centre", "right"], p=(0.5, 0.19, 0.12, 0.19)))
        if framing == "close-up":
            placement = "" if placement != "centre" else placement
        items = (Item(names[0], 1, colours[0], placement),)
    elif draw < often.single + often.several:
        items = (Item(names[0], 2 if rng.random() < 0.6 else 3, colours[0]),)
    else:
        items = (Item(names[0], 1, colours[0], "left"), Item(names[1], 1, colours[1], "right"))
    setting = "plain" if rng.random() < 0.18 else str(rng.choice(SETTINGS[1:]))
    plain_colour = str(rng.choice(PLAIN_COLOURS)) if rng.random() < 0.6 else "white"
    time = str(rng.choice(TIMES, p=(0.5, 0.25, 0.25)))
    return SceneSpec(items, setting, plain_colour, str(rng.choice(styles, p=shares)), time, framing)


def lay_out(spec: SceneSpec, rng: np.random.Generator) -> tuple[SketchBox, ...]:
    """Boxes for all things of a scene: standing things near the ground, floating ones in the air, equal ones side by side."""
    low, high = FRAMINGS[spec.framing]
    boxes: list[SketchBox] = []
    single = len(spec.items) == 1
    for number, item in enumerate(spec.items):
        side = rng.uniform(low, high)
        if item.count > 1:
            side = min(side, 0.98 / item.count) * rng.uniform(0.9, 1.0)
        elif not single:
            side = min(side, 0.56) * rng.uniform(0.82, 1.0)
        room = max(0.0, 0.5 - side / 2)
        floats = BY_NAME[item.name].floats or spec.setting in {"space", "underwater", "sky"}
        if floats:
            y = rng.uniform(max(side / 2, 0.28), max(side / 2 + 0.01, min(1 - side / 2, 0.60)))
        else:
            foot = rng.uniform(0.80, 0.95) if spec.framing != "close-up" else rng.uniform(0.90, 1.0)
            y = foot - side / 2
        if item.count > 1:
            step = max(side * 1.02, (0.92 / item.count) * rng.uniform(0.9, 1.05))
            middle = 0.5 + rng.uniform(-0.04, 0.04)
            xs = [middle + (index - (item.count - 1) / 2) * step for index in range(item.count)]
        else:
            margin = max(side / 2, 0.20)
            places = {"left": margin + rng.uniform(-0.03, 0.05), "right": 1 - margin - rng.uniform(-0.03, 0.05)}
            places["centre"] = 0.5 + rng.uniform(-0.04, 0.04)
            xs = [places.get(item.placement, 0.5 + rng.uniform(-0.6, 0.6) * room)]
        for x in xs:
            jitter = rng.uniform(-0.02, 0.02) if item.count > 1 else 0.0
            boxes.append(
                SketchBox(
                    name=item.name, x=float(x), y=float(y + jitter), width=float(side), height=float(side), colour=item.colour, z=number
                )
            )
    return tuple(boxes)


def watercolor(picture: np.ndarray, rng: np.random.Generator) -> np.ndarray:
    """Wet edges, pigment that gathers at borders, washed-out light, paper grain."""
    warp = cv2.resize(rng.uniform(-1.6, 1.6, (12, 12, 2)).astype(np.float32), (SIZE, SIZE), interpolation=cv2.INTER_CUBIC)
    ys, xs = np.mgrid[0:SIZE, 0:SIZE].astype(np.float32)
    soft = cv2.remap(picture, xs + warp[..., 0], ys + warp[..., 1], cv2.INTER_LINEAR, borderMode=cv2.BORDER_REFLECT)
    pigment = cv2.resize(rng.uniform(-1, 1, (10, 10)).astype(np.float32), (SIZE, SIZE), interpolation=cv2.INTER_CUBIC)
    washed = wash(soft) + 9 * pigment[..., None]
    grain = cv2.GaussianBlur(rng.normal(0, 1, (SIZE, SIZE)).astype(np.float32), (3, 3), 0)
    return np.clip(washed * (1 + 0.02 * grain[..., None]), 0, 255).astype(np.uint8)


def rough_ground(ground: np.ndarray) -> np.ndarray:
    """A painted setting as the sketch shows it: GROUND_SIDE x GROUND_SIDE patches of colour."""
    return cv2.resize(ground, (GROUND_SIDE, GROUND_SIDE), interpolation=cv2.INTER_AREA)


def compose(
    spec: SceneSpec, atlas: Atlas, rng: np.random.Generator, boxes: tuple[SketchBox, ...] | None = None, with_ground: bool = True
) -> tuple[np.ndarray, np.ndarray]:
    """-> (the picture, its sketch), both RGB uint8 of SIZE x SIZE. The sketch lies on the setting's rough colours before any style;
    without `with_ground` on grey."""
    boxes = lay_out(spec, rng) if boxes is None else boxes
    ground = paint(spec.setting, spec.time, rng, COLOURS[spec.plain_colour] if spec.plain_colour != "white" else (245, 245, 245))
    rough = rough_ground(ground) if with_ground else None
    if spec.style == "3d render":
        ground = cv2.GaussianBlur(ground, (3, 3), 0)
    if spec.style in GROUND_FILTERS:
        ground = GROUND_FILTERS[spec.style](ground, spec.time)
    if spec.style in SHADOWS:
        cast_shadows(ground, [box for box in boxes if not BY_NAME[box.name].floats], SHADOWS[spec.style])
    light = np.ones(3) if spec.setting == "space" else np.array(THING_LIGHT[spec.time])
    for box in boxes:
        drawing = atlas.drawing(box.name, spec.style)
        assert drawing is not None, box.name
        if box.colour:
            drawing = recolour(drawing, box.colour)
        side = round(min(box.width, box.height) * SIZE)
        placed = place(drawing, side, side).copy()
        placed[..., :3] = placed[..., :3] * light
        paste(ground, placed, round(box.x * SIZE - side / 2), round(box.y * SIZE - side / 2))
    if spec.style == "watercolor":
        ground = watercolor(ground, rng)
    elif spec.style in PICTURE_FILTERS:
        ground = PICTURE_FILTERS[spec.style](ground)
    sketch = np.asarray(draw_sketch(Sketch(boxes=boxes, style=spec.style, light=spec.time), atlas, SIZE, SIZE, rough))
    return ground, sketch


def empty_sketch() -> np.ndarray:
    """The sketch that says nothing."""
    return np.full((SIZE, SIZE, 3), GREY, np.uint8)
