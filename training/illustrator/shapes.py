"""From a few words a shape to drawings in four styles: the third group's own pictures, before they become tiles.

A drawing is a text of shapes on a square of 100 x 100 units (12 more on every side are not cut off), separated by semicolons and painted
in their order:

    COLOUR c X Y RADIUS           circle                COLOUR r X Y WIDTH HEIGHT [ROUNDING]   rectangle
    COLOUR e X Y RX RY            ellipse               COLOUR p X Y X Y X Y ...               polygon
    COLOUR d PATH                 path of SVG           COLOUR lWIDTH PATH                     line along a path of SVG
    figure COAT TROUSERS SKIN     a person from the front, hands at their sides; `robed ROBE SKIN` one in a long robe

A `=` before the colour paints the shape a second time, mirrored at the middle. `+` and `-` behind it make it lighter and darker, twice
if written twice. Knows shapes, colours and light. Does not know which things there are, nor the atlas.
"""

from __future__ import annotations

import io

import cv2
import numpy as np
from PIL import Image

SIDE = 384
"""Pixels a side while a drawing is shaded; the atlas shrinks it afterwards."""

PALETTE = {
    "wood": (160, 104, 58), "stone": (150, 150, 158), "steel": (142, 160, 182), "iron": (74, 80, 92), "gold": (240, 186, 52),
    "red": (214, 52, 50), "blue": (56, 116, 214), "green": (72, 158, 72), "yellow": (250, 208, 60), "orange": (240, 132, 40),
    "purple": (126, 74, 178), "pink": (242, 140, 178), "white": (246, 246, 244), "black": (44, 44, 52), "skin": (250, 200, 152),
    "sand": (232, 200, 140), "brick": (186, 86, 64), "water": (70, 158, 224), "glass": (168, 216, 242), "straw": (230, 190, 90),
    "bone": (238, 232, 212), "leather": (118, 74, 46), "cloth": (212, 190, 156), "grey": (110, 112, 120), "teal": (50, 150, 150),
}  # fmt: skip

LIGHT = np.array([-0.45, -0.6, 0.66], np.float32)
"""Where the light comes from: above left, before the picture."""

FIGURE = (
    "={trousers} r 39 66 10 27 2; =leather e 42 93 9 4.5; ={coat}- l10 M36 46L28 66; ={skin} c 27.5 68 5; "
    "{coat} d M33 44Q50 37 67 44L65 72L35 72Z; {skin} r 45 34 10 9; {skin} c 50 25 15.5; =black c 44.5 26 1.9; "
    "black- l1.6 M45 32Q50 36 55 32"
)
ROBED = (
    "={robe}- l11 M37 47L29 66; ={skin} c 28 68 5; {robe} d M35 43Q50 37 65 43L73 95L27 95Z; {skin} c 50 25 15.5; "
    "=black c 44.5 26 1.9; black- l1.6 M45 32Q50 36 55 32"
)


def colour_of(name: str) -> str:
    """`wood--` -> the hexadecimal colour, twice darker."""
    plain = name.rstrip("+-")
    steps = name.count("+") - name.count("-")
    values = np.array(PALETTE[plain], float)
    values = values + (255 - values) * (1 - 0.72**steps) if steps > 0 else values * 0.74**-steps
    return "#" + "".join(f"{round(value):02x}" for value in values)


def svg_of(text: str) -> str:
    """The inside of an SVG picture for a drawing's text."""
    parts = []
    for words in (each.split() for each in text.replace("\n", " ").split(";") if each.strip()):
        if words[0] in ("figure", "robed"):
            names = ("coat", "trousers", "skin") if words[0] == "figure" else ("robe", "skin")
            template = FIGURE if words[0] == "figure" else ROBED
            parts.append(svg_of(template.format(**dict(zip(names, words[1:], strict=True)))))
            continue
        shape = _shape_of(words[0].lstrip("="), words[1], words[2:])
        parts.append(shape)
        if words[0].startswith("="):
            parts.append(f'<g transform="translate(100 0) scale(-1 1)">{shape}</g>')
    return "".join(parts)


def _shape_of(colour: str, kind: str, rest: list[str]) -> str:
    fill = f'fill="{colour_of(colour)}"'
    if kind.startswith("l"):
        joins = 'stroke-linecap="round" stroke-linejoin="round"'
        return f'<path d="{" ".join(rest)}" fill="none" stroke="{colour_of(colour)}" stroke-width="{kind[1:]}" {joins}/>'
    if kind == "d":
        return f'<path d="{" ".join(rest)}" {fill}/>'
    if kind == "p":
        return f'<polygon points="{" ".join(rest)}" {fill}/>'
    tag, names = {
        "c": ("circle", ("cx", "cy", "r")),
        "e": ("ellipse", ("cx", "cy", "rx", "ry")),
        "r": ("rect", ("x", "y", "width", "height", "rx")),
    }[kind]
    values = " ".join(f'{name}="{value}"' for name, value in zip(names, rest, strict=False))
    return f"<{tag} {values} {fill}/>"


def render(svg: str, *, crisp: bool = False) -> np.ndarray:
    """RGBA [SIDE, SIDE]; `crisp`: every pixel has one of the drawing's own colours."""
    import resvg_py

    names = 'xmlns="http://www.w3.org/2000/svg" xmlns:xlink="http://www.w3.org/1999/xlink"'
    how = ' shape-rendering="crispEdges"' if crisp else ""
    text = f'<svg {names} viewBox="-12 -12 124 124"{how}>{svg}</svg>'
    return np.asarray(Image.open(io.BytesIO(bytes(resvg_py.svg_to_bytes(svg_string=text, width=SIDE, height=SIDE)))).convert("RGBA"))


def shaded(text: str) -> dict[str, np.ndarray]:
    """Drawing style -> RGBA [SIDE, SIDE] of a drawing's text."""
    svg = svg_of(text)
    smooth, crisp = render(svg), render(svg, crisp=True).astype(np.int64)
    regions = np.where(crisp[..., 3] > 127, (crisp[..., 0] << 16) + (crisp[..., 1] << 8) + crisp[..., 2], -1)
    return {
        "flat": _lit(smooth, 0.10),
        "cartoon": _outlined(_lit(smooth, 0.22), regions),
        "3d": _rounded(smooth, regions),
        "ink": _lines(smooth, regions),
    }


def _lit(drawing: np.ndarray, strength: float) -> np.ndarray:
    """A little lighter above left, a little darker below right."""
    y, x = np.mgrid[0:SIDE, 0:SIDE].astype(np.float32) / SIDE - 0.5
    factor = (1 - strength * (x * 0.8 + y * 1.2))[..., None]
    rgb = drawing[..., :3] * factor
    return np.concatenate([rgb.clip(0, 255), drawing[..., 3:]], axis=2).astype(np.uint8)


def _edges(regions: np.ndarray, width: int) -> np.ndarray:
    """Where two regions (or one and the outside) meet, 0..1, `width` pixels wide."""
    meeting = np.zeros(regions.shape, np.uint8)
    meeting[:, 1:] |= regions[:, 1:] != regions[:, :-1]
    meeting[1:] |= regions[1:] != regions[:-1]
    brush = cv2.getStructuringElement(cv2.MORPH_ELLIPSE, (width, width))
    return cv2.GaussianBlur(cv2.dilate(meeting, brush).astype(np.float32), (3, 3), 0)


def _outlined(drawing: np.ndarray, regions: np.ndarray) -> np.ndarray:
    """A dark outline in the drawing's own colours, thinner and paler lines between its parts."""
    outer = _edges(np.where(regions < 0, -1, 0), 9)[..., None]
    inner = _edges(regions, 5)[..., None]
    spread = cv2.erode(np.where(drawing[..., 3:] > 127, drawing[..., :3], 255), np.ones((11, 11), np.uint8)).astype(np.float32)
    rgb = drawing[..., :3].astype(np.float32)
    rgb = rgb * (1 - 0.45 * inner)
    rgb = rgb * (1 - outer) + spread * 0.35 * outer
    alpha = np.maximum(drawing[..., 3:] / 255.0, outer)
    return np.concatenate([rgb, 255 * alpha], axis=2).clip(0, 255).astype(np.uint8)


def _rounded(drawing: np.ndarray, regions: np.ndarray) -> np.ndarray:
    """Every part as if it were a cushion under the light, with a soft highlight."""
    height = np.zeros(regions.shape, np.float32)
    for region in np.unique(regions[regions >= 0]):
        mask = np.pad((regions == region).astype(np.uint8), 1)
        inside = cv2.distanceTransform(mask, cv2.DIST_L2, 5)[1:-1, 1:-1]
        height += 26 * np.sqrt(1 - (1 - np.minimum(inside / 26, 1)) ** 2)
    height += 0.35 * cv2.GaussianBlur((regions >= 0).astype(np.float32), (0, 0), 24) * 60
    height = cv2.GaussianBlur(height, (0, 0), 2.5)
    slope_y, slope_x = np.gradient(height)
    normal = np.stack([-slope_x, -slope_y, np.full_like(height, 0.9)], axis=2)
    normal /= np.linalg.norm(normal, axis=2, keepdims=True)
    diffuse = (normal @ (LIGHT / np.linalg.norm(LIGHT))).clip(0, 1)
    half = LIGHT / np.linalg.norm(LIGHT) + np.array([0, 0, 1], np.float32)
    shine = (normal @ (half / np.linalg.norm(half))).clip(0, 1) ** 24
    rgb = drawing[..., :3] * (0.52 + 0.66 * diffuse)[..., None] + 70 * shine[..., None]
    return np.concatenate([rgb.clip(0, 255), drawing[..., 3:]], axis=2).astype(np.uint8)


def _lines(drawing: np.ndarray, regions: np.ndarray) -> np.ndarray:
    """Black lines on paper-white; what is nearly black stays so."""
    ink = _edges(regions, 9)
    dark = (drawing[..., :3] @ np.array([0.299, 0.587, 0.114]) < 62) & (drawing[..., 3] > 127)
    ink = np.maximum(ink, dark.astype(np.float32))[..., None]
    alpha = np.maximum(drawing[..., 3:] / 255.0, ink)
    return np.concatenate([np.repeat(250 - 222 * ink, 3, axis=2), 255 * alpha], axis=2).clip(0, 255).astype(np.uint8)
