"""Regions of any picture, without a trained model: by words code can know (sky, background, a colour, a side), by a box, by a click.

Colour decides what belongs, edges decide where it ends (GrabCut, Rother et al. 2004, through OpenCV). It does not recognise things:
"the dog" needs a segmenter (see `segmenters`), a box, a click or a painted mask, and it says so.
"""

import re
from typing import Any

import numpy as np

from codirector.errors import InputError
from codirector.tools import masks
from codirector.tools.masks import Mask

WORK_SIDE = 480
"""Pixels of the longer side that selections are made at; the border is then carried to the full size."""
SIDES: dict[str, tuple[float, float, float, float]] = {
    "top left": (0, 0, 0.5, 0.5), "top right": (0.5, 0, 1, 0.5), "bottom left": (0, 0.5, 0.5, 1), "bottom right": (0.5, 0.5, 1, 1),
    "upper left": (0, 0, 0.5, 0.5), "upper right": (0.5, 0, 1, 0.5), "lower left": (0, 0.5, 0.5, 1), "lower right": (0.5, 0.5, 1, 1),
    "left": (0, 0, 0.5, 1), "right": (0.5, 0, 1, 1), "top": (0, 0, 1, 0.5), "bottom": (0, 0.5, 1, 1),
    "upper half": (0, 0, 1, 0.5), "lower half": (0, 0.5, 1, 1), "centre": (0.25, 0.25, 0.75, 0.75), "center": (0.25, 0.25, 0.75, 0.75),
    "middle": (0.25, 0.25, 0.75, 0.75), "everything": (0, 0, 1, 1), "whole picture": (0, 0, 1, 1), "foreground": (0, 0.6, 1, 1),
}  # fmt: skip
_HUES: dict[str, tuple[tuple[float, float], ...]] = {
    "red": ((0, 12), (340, 360)), "orange": ((12, 40),), "brown": ((10, 45),), "yellow": ((40, 70),), "gold": ((35, 60),),
    "green": ((70, 170),), "turquoise": ((160, 200),), "blue": ((185, 262),), "purple": ((262, 310),), "pink": ((300, 350),),
}  # fmt: skip
_COLOUR_WORDS = {
    "gray": "grey", "golden": "gold", "violet": "purple", "teal": "turquoise", "cyan": "turquoise", "magenta": "pink",
    "crimson": "red", "scarlet": "red", "navy": "blue",
}  # fmt: skip
_SKY = frozenset({"sky", "skies", "heaven", "clouds"})
_SUBJECT = frozenset({"subject", "main subject", "person", "main thing", "object", "main object"})
_LOW = {
    "grass": "green",
    "lawn": "green",
    "meadow": "green",
    "water": "blue",
    "sea": "blue",
    "lake": "blue",
    "ocean": "blue",
    "snow": "white",
}
KNOWN = "the sky, the background, the subject, a colour (“the red one”), the grass, the water, the snow, or a side (“top left”)"


def select(picture: Any, words: str) -> Mask | None:
    """The mask of what `words` name in `picture` ((h, w, 3) uint8), or None where colour and place do not tell. Raises InputError
    where they would, but there is no such place in this picture."""
    plain = re.sub(r"[^a-z ]+", " ", words.lower())
    plain = re.sub(r"\b(?:the|a|an|only|just|of|picture|image|photo|part|area|region|side|half|one|ones|thing|corner|all)\b", " ", plain)
    plain = " ".join(plain.split())
    if plain in SIDES or words.lower().strip() in SIDES:
        return masks.rectangle(SIDES.get(plain) or SIDES[words.lower().strip()], picture.shape[1], picture.shape[0])
    if not plain:
        return masks.rectangle(SIDES["everything"], picture.shape[1], picture.shape[0]) if words.strip() else None
    found = _known(picture, plain)
    if found is not None and masks.share(found) < 0.001:
        raise InputError(f"I cannot find “{words}” in this picture.", "Paint the region, draw a box around it, or click on it.")
    return found


def _known(picture: Any, plain: str) -> Mask | None:
    small = _small(picture)
    colour = next((c for word in plain.split() if (c := _COLOUR_WORDS.get(word, word)) in (*_HUES, "black", "white", "grey")), None)
    if plain in _SKY or plain.split()[-1] in _SKY:
        found = sky(small)
    elif plain in ("background", "backdrop"):
        found = 255 - subject(small)
    elif plain in _SUBJECT:
        found = subject(small)
    elif plain in _LOW or plain.split()[-1] in _LOW:
        found = low_place(small, _LOW[plain if plain in _LOW else plain.split()[-1]])
    elif colour:
        found = coloured(small, colour)
    else:
        return None
    return masks.resized(found, picture.shape[1], picture.shape[0])


def sky(picture: Any) -> Mask:
    """What reaches down from the upper border, is smooth, and is blue, bright or of the upper border's own colour."""
    import cv2

    hue, saturation, value = _hsv(picture)
    lab = cv2.cvtColor(picture, cv2.COLOR_RGB2LAB).astype(np.float32)
    height = picture.shape[0]
    band = max(2, height // 20)
    median = np.median(lab[:band].reshape(-1, 3), axis=0)
    near = np.linalg.norm(lab - median, axis=2) < 38
    blue = (hue > 175) & (hue < 265) & (saturation > 0.12) & (value > 0.25)
    bright = (saturation < 0.22) & (value > 0.62)
    grey = cv2.GaussianBlur(cv2.cvtColor(picture, cv2.COLOR_RGB2GRAY), (0, 0), 1.2)
    edges = cv2.dilate(cv2.Canny(grey, 40, 110), np.ones((2, 2), np.uint8)) > 0
    likely = ((near | blue | bright) & ~edges).astype(np.uint8)
    count, labels = cv2.connectedComponents(likely, connectivity=4)
    touching = np.unique(labels[:band][likely[:band] > 0])
    seed = np.isin(labels, touching[touching > 0])
    if count < 2 or not seed.any():
        return masks.empty(picture.shape[1], picture.shape[0])
    trimap = np.full(picture.shape[:2], cv2.GC_PR_BGD, np.uint8)
    trimap[seed] = cv2.GC_PR_FGD
    trimap[: max(1, height // 60)][seed[: max(1, height // 60)]] = cv2.GC_FGD
    trimap[int(height * 0.97) :] = cv2.GC_BGD
    found = _grabcut(picture, trimap, rounds=2)
    # GrabCut knows colours, not places: a blue car is no sky. What does not hang together with the seed goes.
    _, labels = cv2.connectedComponents(found, connectivity=4)
    kept = np.unique(labels[seed & (found > 0)])
    return masks.cleaned((np.isin(labels, kept[kept > 0]) * 255).astype(np.uint8), 0.003)


def subject(picture: Any) -> Mask:
    """What stands out from the picture's rim: GrabCut with the rim as background."""
    import cv2

    height, width = picture.shape[:2]
    trimap = np.full((height, width), cv2.GC_PR_FGD, np.uint8)
    rim_x, rim_y = max(2, width // 14), max(2, height // 14)
    trimap[:rim_y], trimap[-2:], trimap[:, :rim_x], trimap[:, -rim_x:] = cv2.GC_BGD, cv2.GC_BGD, cv2.GC_BGD, cv2.GC_BGD
    return masks.filled(masks.cleaned(_grabcut(picture, trimap, rounds=5), 0.004))


def coloured(picture: Any, colour: str) -> Mask:
    """What has that colour and hangs together."""
    import cv2

    hue, saturation, value = _hsv(picture)
    if colour in _HUES:
        inside = np.zeros(hue.shape, bool)
        for low, high in _HUES[colour]:
            inside |= (hue >= low) & (hue <= high)
        floor = {"pink": 0.18, "brown": 0.25}.get(colour, 0.42)
        inside &= (saturation > floor) & (value > 0.2)
        if colour == "brown":
            inside &= value < 0.65
        elif colour == "orange":
            inside &= value >= 0.6
    elif colour == "white":
        inside = (saturation < 0.15) & (value > 0.8)
    elif colour == "black":
        inside = value < 0.22
    else:
        inside = (saturation < 0.15) & (value >= 0.22) & (value <= 0.8)
    mask = cv2.morphologyEx((inside * 255).astype(np.uint8), cv2.MORPH_CLOSE, np.ones((5, 5), np.uint8)).astype(np.uint8)
    return masks.cleaned(mask, 0.002)


def low_place(picture: Any, colour: str) -> Mask:
    """Ground or water: a colour, but only pieces that reach into the lower half."""
    import cv2

    mask = coloured(picture, colour)
    _, labels = cv2.connectedComponents(mask, connectivity=8)
    low = np.unique(labels[picture.shape[0] // 2 :])
    reach = np.isin(labels, low[low > 0])
    reach[: picture.shape[0] // 4] = False
    return (reach * 255).astype(np.uint8)


def in_box(picture: Any, box: tuple[float, float, float, float]) -> Mask:
    """The thing inside a box (shares of the picture): GrabCut with everything outside the box as background. The whole box where
    nothing stands out in it."""
    import cv2

    small = _small(picture)
    area = masks.rectangle(box, small.shape[1], small.shape[0])
    trimap = np.where(area > 0, cv2.GC_PR_FGD, cv2.GC_BGD).astype(np.uint8)
    if masks.share(area) > 0.97:
        return masks.rectangle(box, picture.shape[1], picture.shape[0])
    found = masks.filled(masks.cleaned(_grabcut(small, trimap, rounds=4)))
    if found.sum() < 0.05 * area.sum():
        return masks.rectangle(box, picture.shape[1], picture.shape[0])
    return masks.resized(found, picture.shape[1], picture.shape[0])


def at_point(picture: Any, point: tuple[float, float], tolerance: float = 22.0) -> Mask:
    """What hangs together with the clicked point (shares of the picture) in colour (`tolerance` in CIELAB), up to the next edge."""
    import cv2

    small = _small(picture)
    height, width = small.shape[:2]
    x, y = min(width - 1, max(0, int(point[0] * width))), min(height - 1, max(0, int(point[1] * height)))
    smooth = cv2.bilateralFilter(small, 7, 30, 5)
    lab = cv2.cvtColor(smooth, cv2.COLOR_RGB2LAB).astype(np.float32)
    near = (np.linalg.norm(lab - lab[y, x], axis=2) < tolerance).astype(np.uint8)
    near[y, x] = 1
    _, labels = cv2.connectedComponents(near, connectivity=4)
    piece = (labels == labels[y, x]).astype(np.uint8) * 255
    trimap = np.full((height, width), cv2.GC_BGD, np.uint8)
    trimap[masks.grown(piece, max(3, width // 60)) > 0] = cv2.GC_PR_BGD
    trimap[piece > 0] = cv2.GC_PR_FGD
    trimap[max(0, y - 1) : y + 2, max(0, x - 1) : x + 2] = cv2.GC_FGD
    found = masks.filled(masks.cleaned(_grabcut(small, trimap, rounds=2)))
    if not found[y, x]:
        found = piece
    return masks.resized(found, picture.shape[1], picture.shape[0])


def along_edges(picture: Any, heat: Any, threshold: float) -> Mask:
    """What a map (0..1, the picture's size) marks from `threshold` on, its border moved to where the picture's colours change: GrabCut
    with the hottest places as sure, the coldest as sure background. As it is where nothing stands out."""
    import cv2

    small = _small(picture)
    warm = cv2.resize(heat, (small.shape[1], small.shape[0]), interpolation=cv2.INTER_AREA)
    trimap = np.full(warm.shape, cv2.GC_PR_BGD, np.uint8)
    trimap[warm < threshold / 3] = cv2.GC_BGD
    trimap[warm >= threshold] = cv2.GC_PR_FGD
    trimap[warm >= (1 + threshold) / 2] = cv2.GC_FGD
    found = masks.filled(masks.cleaned(_grabcut(small, trimap, rounds=4)))
    hot = (warm >= threshold).astype(np.uint8) * 255
    if found.sum() < 0.1 * hot.sum():
        found = hot
    return masks.resized(found, picture.shape[1], picture.shape[0])


def _grabcut(picture: Any, trimap: Any, rounds: int) -> Mask:
    """255 where GrabCut says foreground. A trimap with one side only comes back as it is: there is nothing to divide."""
    import cv2

    sure = np.isin(trimap, (cv2.GC_FGD, cv2.GC_PR_FGD))
    if sure.all() or not sure.any():
        return (sure * 255).astype(np.uint8)
    cv2.setRNGSeed(0)  # GrabCut's colour models start from a random clustering
    work, back, front = trimap.copy(), np.zeros((1, 65)), np.zeros((1, 65))
    try:
        cv2.grabCut(np.ascontiguousarray(picture[..., ::-1]), work, None, back, front, rounds, cv2.GC_INIT_WITH_MASK)  # type: ignore[call-overload]
    except cv2.error:
        # Too few samples for a colour model (a picture of a handful of pixels): the guess stands.
        return (sure * 255).astype(np.uint8)
    return (np.isin(work, (cv2.GC_FGD, cv2.GC_PR_FGD)) * 255).astype(np.uint8)


def _small(picture: Any) -> Any:
    import cv2

    scale = WORK_SIDE / max(picture.shape[:2])
    if scale >= 1:
        return np.ascontiguousarray(picture)
    size = (max(1, round(picture.shape[1] * scale)), max(1, round(picture.shape[0] * scale)))
    return cv2.resize(picture, size, interpolation=cv2.INTER_AREA)


def _hsv(picture: Any) -> tuple[Any, Any, Any]:
    """Hue in degrees, saturation and value 0..1."""
    import cv2

    hsv = cv2.cvtColor(picture.astype(np.float32) / 255, cv2.COLOR_RGB2HSV)
    return hsv[..., 0], hsv[..., 1], hsv[..., 2]
