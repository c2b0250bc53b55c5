"""Styles as picture filters: what a style does to the ground, and to the whole picture; and which words name a style.

Knows words and pixels. Does not know drawings, scenes or models. The same functions make the training pictures (with fine grain and
chance, see `training.illustrator.scenes`) and the sketches of run time.
"""

from __future__ import annotations

import functools
import re
from collections.abc import Callable, Mapping

import numpy as np

STYLE_DRAWINGS: dict[str, str] = {
    "3d render": "3d",
    "flat": "flat",
    "cartoon": "cartoon",
    "ink": "ink",
    "watercolor": "cartoon",
    "pixel art": "flat",
    "pencil": "cartoon",
    "oil painting": "cartoon",
    "neon": "flat",
    "blueprint": "flat",
}
"""Which drawing a style is sketched with: all from watercolor on are filters over other styles' drawings."""

STYLE_PHRASES: dict[str, tuple[str, ...]] = {
    "3d render": (
        "3d render", "3d", "3d rendering", "3d animation", "cgi", "render", "octane render", "unreal engine", "clay", "claymation",
        "plasticine", "pixar", "toy", "photorealistic", "realistic", "photo", "photograph", "photography", "hyperrealistic",
    ),
    "flat": (
        "flat", "flat vector", "flat illustration", "flat design", "vector", "minimalist", "minimalism", "poster", "sticker", "icon",
        "emoji", "paper cut",
    ),
    "cartoon": (
        "cartoon", "cartoon style", "comic", "comics", "comic book", "anime", "manga", "ghibli", "studio ghibli", "disney", "chibi",
        "pop art", "children's book", "storybook", "illustration",
    ),
    "ink": (
        "ink", "ink drawing", "line art", "lineart", "ink line art", "black and white ink", "line drawing", "pen and ink",
        "black and white drawing", "woodcut", "engraving", "etching", "linocut", "stencil",
    ),
    "watercolor": (
        "watercolor", "watercolor painting", "watercolour", "aquarelle", "gouache", "ink wash",
    ),
    "pixel art": (
        "pixel art", "8-bit pixel art", "pixelated", "8-bit", "8 bit", "16-bit", "16 bit", "pixel", "voxel", "retro game",
    ),
    "pencil": (
        "pencil", "pencil drawing", "pencil sketch", "sketch", "charcoal", "graphite", "hand-drawn sketch", "drawing",
    ),
    "oil painting": (
        "oil painting", "oil", "oils", "oil on canvas", "impasto", "impressionist", "impressionism", "painting", "acrylic", "van gogh",
        "monet",
    ),
    "neon": (
        "neon", "neon lights", "glowing neon", "neon lines", "synthwave", "cyberpunk", "vaporwave", "tron",
    ),
    "blueprint": (
        "blueprint", "technical drawing", "schematic", "cyanotype", "blueprint drawing",
    ),
}  # fmt: skip
"""The words that lead to a style the model was trained on. Longer phrases win over shorter ones."""


def longest_in(text: str, known: Mapping[str, str]) -> str | None:
    """What the longest of the known phrases that stands in `text` as whole words leads to."""
    words = _as_words(text.lower())
    found = [phrase for phrase in known if _as_words(phrase) in words]
    return known[max(found, key=len)] if found else None


# Kept: an edit compares with some 400 phrases a dozen times, which took 10 ms.
@functools.lru_cache(maxsize=2048)
def _as_words(text: str) -> str:
    return f" {' '.join(re.sub(r'[^a-z0-9 ]+', ' ', text).split())} "


_STYLE_OF = {phrase: style for style, phrases in STYLE_PHRASES.items() for phrase in phrases}


def style_of(words: str) -> str | None:
    """The trained style that a person's style words name, of a blend the first part that names one; None if they name none."""
    return next((found for part in words.split("+") if (found := longest_in(part, _STYLE_OF))), None)


PAPER = {"day": (250, 249, 245), "sunset": (252, 222, 186), "night": (120, 128, 160)}


def flat_ground(ground: np.ndarray, time: str) -> np.ndarray:
    return np.minimum((ground.astype(np.int32) + 14) // 28 * 28, 255).astype(np.uint8)


def ink_ground(ground: np.ndarray, time: str) -> np.ndarray:
    """Paper with a wash where the ground is dark, and thin lines along its edges."""
    import cv2

    grey = cv2.cvtColor(ground, cv2.COLOR_RGB2GRAY)
    lines = np.abs(cv2.Laplacian(cv2.GaussianBlur(grey, (3, 3), 0), cv2.CV_32F, ksize=3))
    strength = 0.6 * np.clip((lines - 14) / 60, 0, 1)[..., None]  # fainter than the things' own outlines
    paper = np.array(PAPER[time], np.float32)
    wash = paper * (0.86 + 0.14 * (grey.astype(np.float32) / 255 > {"day": 0.6, "sunset": 0.45, "night": 0.2}[time]))[..., None]
    return (wash * (1 - strength) + np.array((60, 60, 72)) * strength).astype(np.uint8)


def _edges(picture: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
    """-> (luminance, gradient magnitude), float32 of the picture's size; a step from black to white is about 500."""
    import cv2

    grey = cv2.cvtColor(picture, cv2.COLOR_RGB2GRAY).astype(np.float32)
    return grey, cv2.magnitude(cv2.Sobel(grey, cv2.CV_32F, 1, 0), cv2.Sobel(grey, cv2.CV_32F, 0, 1))


def wash(picture: np.ndarray) -> np.ndarray:
    """Watercolour without chance: wet edges, pigment that gathers at borders, washed-out light. uint8 -> float32."""
    import cv2

    soft = picture
    for _ in range(2):
        soft = cv2.bilateralFilter(soft, 7, 40, 5)
    edge = cv2.GaussianBlur(_edges(soft)[1], (3, 3), 0)
    washed = soft.astype(np.float32) * 0.82 + 255 * 0.18
    return washed * (1 - 0.35 * np.clip(edge / 220, 0, 1)[..., None])


def pixel_art(picture: np.ndarray, cells: int = 32) -> np.ndarray:
    """`cells` squares along the shorter side, in steps of 36 levels."""
    import cv2

    height, width = picture.shape[:2]
    scale = cells / min(height, width)
    size = (max(1, round(width * scale)), max(1, round(height * scale)))
    small = cv2.resize(picture, size, interpolation=cv2.INTER_AREA).astype(np.float32)
    stepped = np.clip(np.round(small / 36) * 36, 0, 255).astype(np.uint8)
    return cv2.resize(stepped, (width, height), interpolation=cv2.INTER_NEAREST)


def pencil(picture: np.ndarray) -> np.ndarray:
    """Grey shading on paper, dark outlines."""
    grey, edge = _edges(picture)
    shade = 205 + 0.18 * grey  # never darker than a light shading: the outlines carry the drawing
    drawn = shade * (1 - 0.85 * np.clip(edge / 260, 0, 1))
    return np.clip(drawn[..., None] * np.array((1.0, 0.99, 0.965)), 0, 255).astype(np.uint8)


def oil_painting(picture: np.ndarray, radius: int = 2) -> np.ndarray:
    """Kuwahara's filter (Kuwahara et al. 1976) with stronger colours: every place takes the mean of the calmest quarter around it."""
    import cv2

    values = picture.astype(np.float32)
    grey = cv2.cvtColor(picture, cv2.COLOR_RGB2GRAY).astype(np.float32)
    side = radius + 1
    mean, level, square = (cv2.blur(each, (side, side), borderType=cv2.BORDER_REFLECT) for each in (values, grey, grey * grey))
    spread = square - level**2
    best, least = mean, np.full(grey.shape, np.inf, np.float32)
    shift = side // 2 + 1
    for dy in (-shift, shift):
        for dx in (-shift, shift):
            moved = np.array([[1, 0, dx], [0, 1, dy]], np.float32)
            size = (picture.shape[1], picture.shape[0])
            near = cv2.warpAffine(mean, moved, size, borderMode=cv2.BORDER_REFLECT)
            calm = cv2.warpAffine(spread, moved, size, borderMode=cv2.BORDER_REFLECT)
            best = np.where((calm < least)[..., None], near, best)
            least = np.minimum(calm, least)
    middle = best.mean(axis=2, keepdims=True)
    return np.clip(middle + (best - middle) * 1.3, 0, 255).astype(np.uint8)


def neon(picture: np.ndarray) -> np.ndarray:
    """Glowing outlines in the colours of what they surround, on near black."""
    import cv2

    _, edge = _edges(picture)
    values = picture.astype(np.float32)
    bright = values / np.maximum(values.max(axis=2, keepdims=True), 1) * 255
    lines = bright * np.clip(edge / 200, 0, 1)[..., None]
    glow = cv2.GaussianBlur(lines, (0, 0), 3)
    return np.clip(values * 0.12 + np.array((10, 6, 24)) + lines + 0.9 * glow, 0, 255).astype(np.uint8)


def blueprint(picture: np.ndarray) -> np.ndarray:
    """White outlines on blue paper."""
    grey, edge = _edges(picture)
    line = np.clip(edge / 200, 0, 1)[..., None]
    paper = np.array((22, 66, 140), np.float32) * (0.85 + 0.25 * grey / 255)[..., None]
    return np.clip(paper * (1 - line) + np.array((225, 235, 250), np.float32) * line, 0, 255).astype(np.uint8)


GROUND_FILTERS: dict[str, Callable[[np.ndarray, str], np.ndarray]] = {"flat": flat_ground, "pixel art": flat_ground, "ink": ink_ground}
"""What a style does to the setting before things are laid on it: (RGB uint8, time of day) -> RGB uint8."""

PICTURE_FILTERS: dict[str, Callable[[np.ndarray], np.ndarray]] = {
    "watercolor": lambda picture: np.clip(wash(picture), 0, 255).astype(np.uint8),
    "pixel art": pixel_art,
    "pencil": pencil,
    "oil painting": oil_painting,
    "neon": neon,
    "blueprint": blueprint,
}
"""What a style does to the whole: RGB uint8 -> RGB uint8."""

SHADOWS: dict[str, float] = {"3d render": 0.45, "cartoon": 0.22, "watercolor": 0.22, "oil painting": 0.3, "pencil": 0.3}
"""How dark the shadow under a standing thing is, 0..1."""
