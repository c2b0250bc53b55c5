"""The painted settings: what stands behind the things, at day, sunset and night.

Knows colours, polygons and chance (a numpy Generator, so that a seed paints the same picture again). Does not know things,
styles or captions. All painters work on one RGB picture of SIZE x SIZE, in place.
"""

from __future__ import annotations

from collections.abc import Callable

import cv2
import numpy as np

SIZE = 128
Colour = tuple[float, float, float]
Canvas = np.ndarray

SKIES: dict[str, tuple[Colour, Colour]] = {
    "day": ((85, 165, 240), (200, 230, 250)),
    "sunset": ((95, 60, 135), (252, 150, 75)),
    "night": ((8, 12, 42), (38, 50, 105)),
}
GROUND_LIGHT: dict[str, Colour] = {"day": (1, 1, 1), "sunset": (1.0, 0.74, 0.62), "night": (0.30, 0.37, 0.60)}
THING_LIGHT: dict[str, Colour] = {"day": (1, 1, 1), "sunset": (1.0, 0.84, 0.72), "night": (0.58, 0.63, 0.86)}


def lit(colour: Colour, time: str, rng: np.random.Generator, spread: float = 10) -> Colour:
    """A ground colour under the light of the time of day, a little different each time."""
    light = GROUND_LIGHT[time]
    return tuple(float(np.clip((c + rng.uniform(-spread, spread)) * part, 0, 255)) for c, part in zip(colour, light, strict=True))  # type: ignore[return-value]


def fill(canvas: Canvas, points: list[tuple[float, float]], colour: Colour) -> None:
    """A filled polygon with smooth edges; points are (x, y) as shares of the picture."""
    fixed = np.round(np.array(points) * SIZE * 16).astype(np.int32)
    cv2.fillPoly(canvas, [fixed], colour, cv2.LINE_AA, shift=4)


def disc(canvas: Canvas, x: float, y: float, radius: float, colour: Colour) -> None:
    centre = (round(x * SIZE * 16), round(y * SIZE * 16))
    cv2.circle(canvas, centre, max(1, round(radius * SIZE * 16)), colour, -1, cv2.LINE_AA, shift=4)


def box(canvas: Canvas, x0: float, y0: float, x1: float, y1: float, colour: Colour) -> None:
    cv2.rectangle(canvas, (round(x0 * SIZE), round(y0 * SIZE)), (round(x1 * SIZE) - 1, round(y1 * SIZE) - 1), colour, -1)


def gradient(canvas: Canvas, top: Colour, bottom: Colour, y0: float = 0, y1: float = 1) -> None:
    a, b = round(y0 * SIZE), round(y1 * SIZE)
    part = np.linspace(0, 1, b - a, dtype=np.float32)[:, None, None]
    canvas[a:b] = np.array(top, np.float32) * (1 - part) + np.array(bottom, np.float32) * part


def hill(canvas: Canvas, y: float, height: float, waves: float, colour: Colour, rng: np.random.Generator) -> None:
    """Everything below a soft wavy line."""
    xs = np.linspace(0, 1, 24)
    phase, second = rng.uniform(0, 7, 2)
    ys = y - height * (0.6 * np.sin(xs * waves * 6.3 + phase) + 0.4 * np.sin(xs * waves * 12 + second))
    fill(canvas, [*zip(xs, ys, strict=True), (1, 1.01), (0, 1.01)], colour)


def sky(canvas: Canvas, time: str, rng: np.random.Generator, bottom: float = 1.0) -> None:
    """The sky down to `bottom`, with a sun low at sunset, moon and stars at night, sometimes clouds at day."""
    top, low = SKIES[time]
    shift = rng.uniform(-10, 10, 3)
    gradient(canvas, tuple(np.clip(np.array(top) + shift, 0, 255)), tuple(np.clip(np.array(low) + shift, 0, 255)), 0, bottom)  # type: ignore[arg-type]
    x = rng.uniform(0.12, 0.88)
    if time == "night":
        stars(canvas, int(rng.integers(14, 30)), rng, bottom)
        y = rng.uniform(0.10, 0.22)
        disc(canvas, x, y, 0.065, (245, 240, 205))
        if rng.random() < 0.5:
            disc(canvas, x + 0.03, y - 0.015, 0.055, tuple(np.array(top) + shift))  # type: ignore[arg-type]
    elif time == "sunset":
        disc(canvas, x, bottom * rng.uniform(0.72, 0.92), 0.11, (255, 215, 120))
        for _ in range(int(rng.integers(0, 3))):
            cloud(canvas, rng.uniform(0, 1), rng.uniform(0.08, 0.35), rng.uniform(0.05, 0.08), (235, 130, 120))
    else:
        if rng.random() < 0.5:
            disc(canvas, x, rng.uniform(0.10, 0.2), 0.07, (255, 235, 110))
        for _ in range(int(rng.integers(0, 4))):
            cloud(canvas, rng.uniform(0, 1), rng.uniform(0.08, 0.35), rng.uniform(0.05, 0.09), (250, 252, 255))


def stars(canvas: Canvas, number: int, rng: np.random.Generator, bottom: float) -> None:
    for x, y, size in rng.random((number, 3)):
        disc(canvas, x, y * bottom, 0.004 + 0.006 * size, (250, 245, 225))


def cloud(canvas: Canvas, x: float, y: float, size: float, colour: Colour) -> None:
    for dx, dy, part in ((-1.2, 0.25, 0.7), (0, 0, 1), (1.1, 0.2, 0.75), (0.5, -0.3, 0.7)):
        disc(canvas, x + dx * size, y + dy * size, size * part, colour)


def pine(canvas: Canvas, x: float, foot: float, height: float, colour: Colour, trunk: Colour) -> None:
    box(canvas, x - height * 0.04, foot - height * 0.2, x + height * 0.05, foot, trunk)
    for level in range(3):
        top, low = foot - height * (1 - level * 0.24), foot - height * (0.56 - level * 0.21)
        half = height * (0.16 + 0.07 * level)
        fill(canvas, [(x, top), (x - half, low), (x + half, low)], colour)


def plain(canvas: Canvas, time: str, rng: np.random.Generator, colour: Colour = (240, 240, 240)) -> None:
    base = np.array(colour, np.float32) + rng.uniform(-6, 6, 3)
    light = {"day": np.ones(3), "sunset": np.array([1.0, 0.80, 0.66]), "night": np.array([0.34, 0.38, 0.55])}[time]
    low = base * light * rng.uniform(0.86, 1.0)
    gradient(canvas, tuple(np.clip(base * light, 0, 255)), tuple(np.clip(low, 0, 255)))  # type: ignore[arg-type]


def forest(canvas: Canvas, time: str, rng: np.random.Generator) -> None:
    sky(canvas, time, rng, 0.7)
    for depth in range(3):
        foot = 0.56 + 0.09 * depth
        hill(canvas, foot, 0.02, 1, lit((70 - 8 * depth, 135 - 14 * depth, 70 - 5 * depth), time, rng), rng)
        shade = lit((45 + 12 * (2 - depth), 115 + 12 * (2 - depth) - 20 * depth, 62), time, rng)
        for x in np.arange(-0.05, 1.1, 0.16 - 0.01 * depth) + rng.uniform(-0.06, 0.06):
            if depth < 2 or abs(x - 0.5) > 0.28:
                pine(
                    canvas,
                    x + rng.uniform(-0.04, 0.04),
                    foot + 0.03,
                    rng.uniform(0.26, 0.40) + 0.07 * depth,
                    shade,
                    lit((95, 65, 45), time, rng),
                )
    hill(canvas, 0.80, 0.02, 1, lit((72, 128, 58), time, rng), rng)


def desert(canvas: Canvas, time: str, rng: np.random.Generator) -> None:
    sky(canvas, time, rng, 0.7)
    for depth in range(3):
        hill(
            canvas,
            0.60 + 0.13 * depth,
            0.06 - 0.01 * depth,
            rng.uniform(0.4, 0.9),
            lit((225 + 8 * depth, 180 + 8 * depth, 115 + 6 * depth), time, rng),
            rng,
        )
        if depth < 2:
            for _ in range(int(rng.integers(0, 3))):
                x, h, green = rng.uniform(0.05, 0.95), rng.uniform(0.10, 0.18), lit((75, 140, 75), time, rng)
                foot = 0.63 + 0.12 * depth
                box(canvas, x - 0.016, foot - h, x + 0.018, foot, green)
                box(canvas, x - 0.055, foot - h * 0.75, x - 0.03, foot - h * 0.4, green)
                box(canvas, x - 0.055, foot - h * 0.5, x + 0.05, foot - h * 0.38, green)
                box(canvas, x + 0.03, foot - h * 0.8, x + 0.055, foot - h * 0.38, green)


def beach(canvas: Canvas, time: str, rng: np.random.Generator) -> None:
    horizon = rng.uniform(0.42, 0.5)
    sky(canvas, time, rng, horizon)
    gradient(canvas, lit((40, 130, 195), time, rng), lit((95, 195, 215), time, rng), horizon, 0.72)
    hill(canvas, 0.66, 0.018, 1, lit((245, 250, 250), time, rng), rng)
    hill(canvas, 0.685, 0.02, 1, lit((242, 218, 160), time, rng), rng)
    if rng.random() < 0.6:
        x = rng.choice([rng.uniform(0.02, 0.14), rng.uniform(0.86, 0.98)])
        fill(canvas, [(x - 0.015, 0.72), (x + 0.02, 0.72), (x + 0.03, 0.3), (x + 0.012, 0.3)], lit((130, 90, 60), time, rng))
        for angle in np.linspace(-2.9, -0.2, 6):
            tip = (x + 0.02 + 0.17 * np.cos(angle), 0.33 + 0.10 * np.sin(angle) + 0.06)
            fill(
                canvas,
                [(x + 0.02, 0.29), tip, (x + 0.02 + 0.08 * np.cos(angle), 0.24 + 0.08 * np.sin(angle) + 0.02)],
                lit((60, 150, 75), time, rng),
            )


def snow(canvas: Canvas, time: str, rng: np.random.Generator) -> None:
    sky(canvas, time, rng, 0.75)
    hill(canvas, 0.58, 0.05, rng.uniform(0.5, 1), lit((205, 220, 240), time, rng), rng)
    for _ in range(int(rng.integers(2, 7))):
        x, foot, h = rng.uniform(0, 1), rng.uniform(0.60, 0.68), rng.uniform(0.16, 0.28)
        pine(canvas, x, foot, h, lit((95, 140, 140), time, rng), lit((95, 70, 60), time, rng))
        fill(canvas, [(x, foot - h), (x - h * 0.1, foot - h * 0.72), (x + h * 0.1, foot - h * 0.72)], lit((250, 250, 255), time, rng))
    hill(canvas, 0.70, 0.03, rng.uniform(0.4, 0.9), lit((240, 246, 255), time, rng, 4), rng)
    for x, y, size in rng.random((int(rng.integers(15, 40)), 3)):
        disc(
            canvas,
            x,
            y,
            0.006 + 0.007 * size,
            lit((255, 255, 255), "day" if time == "day" else time, rng, 0) if time != "night" else (200, 210, 240),
        )


def meadow(canvas: Canvas, time: str, rng: np.random.Generator) -> None:
    sky(canvas, time, rng, 0.7)
    for depth in range(3):
        hill(
            canvas,
            0.56 + 0.10 * depth,
            0.045,
            rng.uniform(0.4, 0.9),
            lit((125 - 12 * depth, 195 - 8 * depth, 85 - 6 * depth), time, rng),
            rng,
        )
    palette = ((250, 90, 100), (255, 225, 80), (250, 250, 250), (190, 120, 230), (255, 150, 200))
    for x, y, which in rng.random((int(rng.integers(20, 45)), 3)):
        disc(canvas, x, 0.74 + 0.26 * y, 0.010 + 0.010 * y, lit(palette[int(which * 5)], time, rng))


def mountains(canvas: Canvas, time: str, rng: np.random.Generator) -> None:
    sky(canvas, time, rng, 0.75)
    for depth in range(2):
        for _ in range(3 - depth):
            x, half, top = rng.uniform(0, 1), rng.uniform(0.26, 0.42), rng.uniform(0.14, 0.30) + 0.12 * depth
            fill(
                canvas,
                [(x, top), (x - half, 0.76), (x + half, 0.76)],
                lit((130 - 25 * depth, 140 - 22 * depth, 165 - 20 * depth), time, rng),
            )
            cut = 0.30
            low = top + cut * (0.76 - top)
            teeth = [
                (x - half * cut, low),
                (x - half * cut * 0.4, low - 0.03),
                (x, low + 0.02),
                (x + half * cut * 0.45, low - 0.03),
                (x + half * cut, low),
            ]
            fill(canvas, [(x, top), *teeth], lit((248, 250, 255), time, rng, 3))
    hill(canvas, 0.72, 0.03, 0.8, lit((95, 150, 85), time, rng), rng)
    hill(canvas, 0.82, 0.02, 0.8, lit((80, 135, 70), time, rng), rng)


def city(canvas: Canvas, time: str, rng: np.random.Generator) -> None:
    sky(canvas, time, rng, 0.8)
    for depth in range(2):
        x = rng.uniform(-0.08, 0)
        while x < 1:
            width = rng.uniform(0.13, 0.22)
            top = rng.uniform(0.15, 0.42) + 0.10 * depth
            wall = lit(((165, 175, 195), (150, 130, 125), (125, 140, 165))[int(rng.integers(3))], time, rng)
            wall = tuple(c * (1.08 - 0.2 * depth) for c in wall)
            box(canvas, x, top, x + width - 0.01, 0.78, wall)  # type: ignore[arg-type]
            if depth:
                light = (255, 220, 120) if time != "day" else (200, 225, 245)
                for row in np.arange(top + 0.04, 0.70, 0.075):
                    for column in np.arange(x + 0.022, x + width - 0.04, 0.055):
                        glows = time == "day" or rng.random() < 0.7
                        box(canvas, column, row, column + 0.028, row + 0.04, light if glows else tuple(c * 0.7 for c in wall))  # type: ignore[arg-type]
            x += width
    gradient(canvas, lit((120, 122, 130), time, rng), lit((90, 92, 100), time, rng), 0.76, 1)
    box(canvas, 0, 0.75, 1, 0.78, lit((185, 185, 185), time, rng))
    for x in np.arange(rng.uniform(-0.2, 0), 1, 0.28):
        box(canvas, max(x, 0), 0.89, max(x + 0.15, 0.02), 0.915, lit((240, 235, 210), time, rng))


def sea(canvas: Canvas, time: str, rng: np.random.Generator) -> None:
    horizon = rng.uniform(0.46, 0.56)
    sky(canvas, time, rng, horizon)
    gradient(canvas, lit((45, 120, 190), time, rng), lit((25, 85, 155), time, rng), horizon, 1)
    crest = lit((150, 205, 235), time, rng)
    for y in np.linspace(horizon + 0.05, 0.97, 6):
        for _ in range(3):
            x, w = rng.uniform(-0.1, 1), rng.uniform(0.06, 0.12) * (0.6 + y)
            fill(canvas, [(x, y), (x + w / 2, y - 0.018), (x + w, y), (x + w / 2, y - 0.006)], crest)


def space(canvas: Canvas, time: str, rng: np.random.Generator) -> None:
    del time  # there is no time of day out there
    tint = np.array(((24, 14, 48), (10, 16, 46), (30, 10, 36))[int(rng.integers(3))], np.float32)
    gradient(canvas, tuple(tint), tuple(tint * 0.4))
    glow = cv2.resize(rng.random((4, 4)).astype(np.float32), (SIZE, SIZE), interpolation=cv2.INTER_CUBIC).clip(0.45, 1) - 0.45
    canvas[:] = np.clip(canvas + glow[..., None] * np.array(((150, 60, 180), (50, 90, 190), (190, 60, 110))[int(rng.integers(3))]), 0, 255)
    stars(canvas, int(rng.integers(30, 60)), rng, 1.0)
    for _ in range(int(rng.integers(1, 3))):
        x, y, r = rng.choice([rng.uniform(0.05, 0.25), rng.uniform(0.75, 0.95)]), rng.uniform(0.08, 0.92), rng.uniform(0.05, 0.12)
        colour = ((220.0, 130.0, 80.0), (110.0, 170.0, 220.0), (200.0, 180.0, 130.0), (160.0, 110.0, 190.0))[int(rng.integers(4))]
        disc(canvas, x, y, r, tuple(part * 0.7 for part in colour))  # type: ignore[arg-type]
        disc(canvas, x - r * 0.15, y - r * 0.15, r * 0.8, colour)


def underwater(canvas: Canvas, time: str, rng: np.random.Generator) -> None:
    gradient(canvas, lit((70, 185, 215), time, rng), lit((15, 75, 135), time, rng))
    before = canvas.copy()
    for _ in range(3):
        x, w = rng.uniform(0, 1), rng.uniform(0.05, 0.1)
        fill(canvas, [(x, 0), (x + w, 0), (x + w * 2 - 0.25, 0.8), (x - 0.25, 0.8)], lit((150, 225, 235), time, rng))
    canvas[:] = cv2.addWeighted(canvas, 0.35, before, 0.65, 0)
    hill(canvas, 0.86, 0.03, 0.7, lit((205, 190, 140), time, rng), rng)
    for _ in range(int(rng.integers(3, 7))):
        x, h, green = rng.uniform(0, 1), rng.uniform(0.12, 0.32), lit((45, 150, 95), time, rng)
        ys = np.linspace(0.92, 0.92 - h, 9)
        xs = x + 0.02 * np.sin(ys * 30)
        fill(canvas, [*zip(xs - 0.014, ys, strict=True), *reversed(list(zip(xs + 0.014, ys, strict=True)))], green)
    if rng.random() < 0.6:
        disc(canvas, rng.uniform(0, 1), 0.92, rng.uniform(0.04, 0.08), lit((240, 120, 120), time, rng))
    for x, y, size in rng.random((int(rng.integers(6, 16)), 3)):
        disc(canvas, x, y * 0.9, 0.008 + 0.014 * size, lit((200, 240, 250), time, rng))


def clouds(canvas: Canvas, time: str, rng: np.random.Generator) -> None:
    sky(canvas, time, rng)
    colour: Colour = {"day": (250, 252, 255), "sunset": (245, 150, 130), "night": (70, 82, 130)}[time]  # type: ignore[assignment]
    for _ in range(int(rng.integers(4, 8))):
        cloud(canvas, rng.uniform(0, 1), rng.choice([rng.uniform(0.05, 0.3), rng.uniform(0.7, 0.98)]), rng.uniform(0.07, 0.12), colour)


def room(canvas: Canvas, time: str, rng: np.random.Generator) -> None:
    light = time if time != "sunset" else "day"
    wall = ((235, 220, 195), (200, 215, 225), (225, 200, 205), (205, 220, 195))[int(rng.integers(4))]
    gradient(canvas, lit(wall, light, rng), lit(wall, light, rng), 0, 0.72)
    view = np.zeros_like(canvas)
    sky(view, time, rng)
    x = rng.choice([rng.uniform(0.05, 0.15), rng.uniform(0.58, 0.68)])
    box(canvas, x - 0.02, 0.08, x + 0.29, 0.50, lit((250, 248, 240), light, rng))
    a, b, c, d = round(0.10 * SIZE), round(0.48 * SIZE), round(x * SIZE), round((x + 0.27) * SIZE)
    canvas[a:b, c:d] = cv2.resize(view, (d - c, b - a), interpolation=cv2.INTER_AREA)
    box(canvas, x + 0.127, 0.10, x + 0.143, 0.48, lit((250, 248, 240), light, rng))
    box(canvas, x, 0.28, x + 0.27, 0.295, lit((250, 248, 240), light, rng))
    gradient(canvas, lit((170, 120, 80), light, rng), lit((140, 95, 62), light, rng), 0.70, 1)
    box(canvas, 0, 0.69, 1, 0.715, lit((245, 240, 230), light, rng))
    rug = lit(((180, 70, 70), (70, 110, 160), (110, 150, 100))[int(rng.integers(3))], light, rng)
    fill(canvas, [(0.2, 0.84), (0.8, 0.84), (0.92, 0.97), (0.08, 0.97)], rug)


PAINTERS: dict[str, Callable[[Canvas, str, np.random.Generator], None]] = {
    "plain": plain, "forest": forest, "desert": desert, "beach": beach, "snow": snow, "meadow": meadow, "mountains": mountains,
    "city": city, "sea": sea, "space": space, "underwater": underwater, "sky": clouds, "room": room,
}  # fmt: skip


def paint(setting: str, time: str, rng: np.random.Generator, plain_colour: Colour | None = None) -> Canvas:
    """A fresh picture of a setting at a time of day."""
    canvas = np.zeros((SIZE, SIZE, 3), np.uint8)
    if setting == "plain":
        plain(canvas, time, rng, plain_colour or (240, 240, 240))
    else:
        PAINTERS[setting](canvas, time, rng)
    return canvas
