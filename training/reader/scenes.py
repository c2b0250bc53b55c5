"""Labelled pictures for the reader: the Illustrator's scenes, and freer ones with up to five things anywhere, with a box for each.

Knows the Illustrator's world and painters. Does not know the network. A pair that `world.held_out` keeps from training is in no
training picture, free ones included; `held` asks for pictures that contain one. No generated picture is ever shown.
"""

from __future__ import annotations

from dataclasses import dataclass, replace

import numpy as np

from codirector.tools.reader.colours import NAMES, colour_shares
from codirector.tools.sketch import Atlas, SketchBox, recolour
from training.illustrator.scenes import STYLE_SHARES, Item, SceneSpec, compose, is_held_out, lay_out, sample_spec
from training.illustrator.world import FRAMINGS, PLAIN_COLOURS, SETTINGS, STYLES, THING_COLOURS, THINGS, TIMES, held_out

CLASSES = tuple(thing.name for thing in THINGS)
NUMBER = {name: number for number, name in enumerate(CLASSES)}
MOST = 6
"""Boxes a picture's labels have room for."""


@dataclass(frozen=True)
class Emphasis:
    """What is shown how often: the share of things in another colour than their own, and of the styles, in the order of STYLES."""

    coloured: float = 0.3
    styles: tuple[float, ...] = STYLE_SHARES


HARD = Emphasis(0.45, (0.17, 0.15, 0.22, 0.12, 0.22, 0.12))
"""For training: recoloured drawings, cartoons and watercolours are named worst."""


@dataclass(frozen=True)
class Labels:
    """What a picture shows. `boxes` [n, 4]: centre x, y, width, height of what is drawn (without the air around it), in shares.
    `colours` [n, 12]: shares of the named colours in the drawing by daylight. -1 = unknown or meaningless."""

    things: tuple[int, ...]
    boxes: np.ndarray
    colours: np.ndarray
    recoloured: tuple[int, ...]
    style: int
    setting: int
    plain: int
    time: int
    framing: int
    spec: SceneSpec


class Drawings:
    """An atlas, and what its drawings are like: bounds of what is drawn (left, top, right, bottom in shares) and named colours."""

    def __init__(self, atlas: Atlas) -> None:
        self.atlas = atlas
        self._facts: dict[tuple[str, str, str | None], tuple[tuple[float, float, float, float], np.ndarray]] = {}

    def facts(self, name: str, style: str, colour: str | None) -> tuple[tuple[float, float, float, float], np.ndarray]:
        key = (name, style, colour)
        if key not in self._facts:
            self._facts[key] = self._measure(*key)
        return self._facts[key]

    def _measure(self, name: str, style: str, colour: str | None) -> tuple[tuple[float, float, float, float], np.ndarray]:
        drawing = self.atlas.drawing(name, style)
        assert drawing is not None, name
        solid = drawing[..., 3] > 100
        rows, columns = np.flatnonzero(solid.any(1)), np.flatnonzero(solid.any(0))
        height, width = solid.shape
        bounds = (columns[0] / width, rows[0] / height, (columns[-1] + 1) / width, (rows[-1] + 1) / height)
        pixels = (recolour(drawing, colour) if colour else drawing)[..., :3][solid][::7]
        shares = colour_shares(pixels)
        if colour:  # its darkest and lightest parts may be nearer to another name
            shares = 0.25 * shares
            shares[NAMES.index(colour)] += 0.75
        return bounds, shares


def _allowed(names: list[str], colours: list[str | None], setting: str) -> bool:
    return not (
        any(held_out("setting", name, setting) for name in names if setting != "plain")
        or any(held_out("colour", name, colour) for name, colour in zip(names, colours, strict=True) if colour)
        or any(held_out("pair", *sorted((one, other))) for one in names for other in names if one < other)
    )


def sample_free(
    rng: np.random.Generator, *, held: bool = False, emphasis: Emphasis = Emphasis()
) -> tuple[SceneSpec, tuple[SketchBox, ...]]:
    """A scene with none to five things of any size anywhere, which overlap a little at most."""
    while True:
        number = int(rng.choice([0, 1, 2, 3, 4, 5], p=(0.05, 0.25, 0.28, 0.20, 0.13, 0.09)))
        kinds = max(1, number - int(rng.integers(0, 2))) if number else 0
        names = [THINGS[int(each)].name for each in rng.choice(len(THINGS), kinds, replace=False)]
        colours = [str(rng.choice(THING_COLOURS)) if rng.random() < emphasis.coloured else None for _ in names]
        setting = "plain" if rng.random() < 0.16 else str(rng.choice(SETTINGS[1:]))
        if number == 0 and setting == "plain":
            continue
        if number and _allowed(names, colours, setting) == held:
            continue
        break
    most = {0: 0.0, 1: 0.86, 2: 0.6, 3: 0.46, 4: 0.42, 5: 0.38}[number]
    boxes: list[SketchBox] = []
    for each in range(number):
        which = each % kinds
        for attempt in range(30):
            side = rng.uniform(0.19, most) * (1 - attempt / 80)
            low = side / 2 - 0.12 * side
            x, y = rng.uniform(low, 1 - low), rng.uniform(low, 1 - low)
            if all(_overlap(x, y, side, box) < 0.18 for box in boxes):
                boxes.append(
                    SketchBox(
                        name=names[which], x=float(x), y=float(y), width=float(side), height=float(side), colour=colours[which], z=each
                    )
                )
                break
    items = tuple(
        Item(name, sum(box.name == name for box in boxes), colour) for name, colour in zip(names, colours, strict=True)
        if any(box.name == name for box in boxes)
    )  # fmt: skip
    side = max((box.width for box in boxes), default=0.0)
    framing = next((name for name, (least, greatest) in FRAMINGS.items() if least <= side <= greatest), "")
    plain = str(rng.choice(PLAIN_COLOURS)) if rng.random() < 0.6 else "white"
    style, time = str(rng.choice(STYLES, p=emphasis.styles)), str(rng.choice(TIMES, p=(0.4, 0.3, 0.3)))
    return SceneSpec(items, setting, plain, style, time, framing), tuple(boxes)


def _sample_hard(rng: np.random.Generator, held: bool, emphasis: Emphasis) -> SceneSpec:
    """A scene of the Illustrator's with further colours, and styles as `emphasis` says."""
    while True:
        spec = sample_spec(rng, held=held)
        items = tuple(
            item if item.colour or rng.random() > emphasis.coloured else replace(item, colour=str(rng.choice(THING_COLOURS)))
            for item in spec.items
        )
        spec = replace(spec, items=items, style=str(rng.choice(STYLES, p=emphasis.styles)))
        if is_held_out(spec) == held:
            return spec


def _overlap(x: float, y: float, side: float, box: SketchBox) -> float:
    across = min(x + side / 2, box.x + box.width / 2) - max(x - side / 2, box.x - box.width / 2)
    down = min(y + side / 2, box.y + box.height / 2) - max(y - side / 2, box.y - box.height / 2)
    return max(0.0, across) * max(0.0, down) / min(side, box.width) ** 2


def labelled(
    drawings: Drawings, rng: np.random.Generator, *, held: bool = False, free: float = 0.5, emphasis: Emphasis | None = None
) -> tuple[np.ndarray, Labels]:
    """One picture [128, 128, 3] RGB uint8 and what it shows; without `emphasis` as often as the Illustrator shows it."""
    if rng.random() < free:
        spec, boxes = sample_free(rng, held=held, emphasis=emphasis or Emphasis())
    else:
        spec = _sample_hard(rng, held, emphasis) if emphasis else sample_spec(rng, held=held)
        boxes = lay_out(spec, rng)
    picture, _ = compose(spec, drawings.atlas, rng, boxes)
    return picture, label(drawings, spec, boxes)


def label(drawings: Drawings, spec: SceneSpec, boxes: tuple[SketchBox, ...]) -> Labels:
    """The labels of a composed scene."""
    tight, colours = [], []
    for box in boxes:
        (left, top, right, bottom), shares = drawings.facts(box.name, spec.style, box.colour)
        side = min(box.width, box.height)
        x0, y0 = box.x - side / 2, box.y - side / 2
        edges = np.clip([x0 + left * side, y0 + top * side, x0 + right * side, y0 + bottom * side], 0, 1)
        tight.append([(edges[0] + edges[2]) / 2, (edges[1] + edges[3]) / 2, edges[2] - edges[0], edges[3] - edges[1]])
        colours.append(shares)
    return Labels(
        things=tuple(NUMBER[box.name] for box in boxes),
        boxes=np.array(tight, np.float32).reshape(-1, 4),
        colours=np.array(colours, np.float32).reshape(-1, len(NAMES)),
        recoloured=tuple(int(box.colour is not None) for box in boxes),
        style=STYLES.index(spec.style),
        setting=SETTINGS.index(spec.setting),
        plain=PLAIN_COLOURS.index(spec.plain_colour) if spec.setting == "plain" else -1,
        time=-1 if spec.setting == "space" else TIMES.index(spec.time),
        framing=list(FRAMINGS).index(spec.framing) if spec.framing else -1,
        spec=spec,
    )
