"""Colour words for pixels: the twelve names of the sketch's palette, by the nearest of a few reference shades in CIELAB.

Knows pixels and names. Does not know things, light or models: a fox at night is named by the pixels it has.
"""

from __future__ import annotations

import functools

import numpy as np

NAMES = ("red", "orange", "yellow", "green", "blue", "purple", "pink", "brown", "black", "white", "grey", "gold")

_SHADES: dict[str, tuple[tuple[int, int, int], ...]] = {
    "red": ((220, 40, 45), (170, 25, 30), (250, 70, 60), (120, 20, 30)),
    "orange": ((245, 140, 30), (255, 110, 20), (255, 165, 90), (230, 110, 40)),
    "yellow": ((250, 210, 50), (255, 235, 110), (250, 230, 0), (255, 245, 170)),
    "green": ((60, 165, 70), (20, 90, 40), (130, 210, 100), (150, 200, 40), (0, 150, 130), (170, 220, 160)),
    "blue": (
        (45, 110, 225),
        (30, 60, 200),
        (25, 25, 150),
        (0, 0, 250),
        (20, 40, 110),
        (100, 180, 240),
        (0, 170, 220),
        (160, 205, 240),
        (60, 90, 150),
    ),
    "purple": ((140, 70, 190), (80, 40, 120), (180, 140, 220), (110, 80, 170)),
    "pink": ((245, 130, 180), (230, 60, 130), (250, 180, 200), (255, 200, 210)),
    "brown": ((130, 85, 55), (80, 50, 35), (165, 115, 75), (190, 145, 105), (110, 60, 40), (210, 175, 140)),
    "black": ((20, 20, 24), (45, 45, 50)),
    "white": ((240, 240, 240), (255, 255, 255), (228, 228, 234)),
    "grey": ((140, 140, 145), (95, 95, 100), (185, 185, 190)),
    "gold": ((215, 165, 45), (195, 150, 60)),
}


@functools.cache
def _references() -> tuple[np.ndarray, np.ndarray]:
    shades = [shade for name in NAMES for shade in _SHADES[name]]
    owners = [number for number, name in enumerate(NAMES) for _ in _SHADES[name]]
    return to_lab(np.array(shades, np.float32)), np.array(owners)


def to_lab(rgb: np.ndarray) -> np.ndarray:
    """[n, 3] of RGB 0..255 (sRGB) -> [n, 3] of CIELAB (D65), as in CIE 15."""
    linear = rgb.astype(np.float32) / 255
    linear = np.where(linear <= 0.04045, linear / 12.92, ((linear + 0.055) / 1.055) ** 2.4)
    matrix = np.array([[0.4124, 0.3576, 0.1805], [0.2126, 0.7152, 0.0722], [0.0193, 0.1192, 0.9505]], np.float32)
    xyz = linear @ matrix.T / np.array([0.9505, 1.0, 1.089], np.float32)
    part = np.where(xyz > 0.008856, np.cbrt(xyz), 7.787 * xyz + 16 / 116)
    return np.stack([116 * part[:, 1] - 16, 500 * (part[:, 0] - part[:, 1]), 200 * (part[:, 1] - part[:, 2])], axis=1)


def colour_shares(rgb: np.ndarray) -> np.ndarray:
    """[n, 3] of RGB 0..255 -> [12] shares of the named colours (sum 1; all zero for no pixels)."""
    if len(rgb) == 0:
        return np.zeros(len(NAMES), np.float32)
    shades, owners = _references()
    nearest = owners[((to_lab(rgb)[:, None] - shades[None]) ** 2).sum(2).argmin(1)]
    return np.bincount(nearest, minlength=len(NAMES)).astype(np.float32) / len(rgb)
