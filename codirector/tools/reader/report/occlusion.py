"""Does a heat map tell the truth? Hide its hottest part, and as much where it is cold, and see what the score does.

Knows pictures, maps and functions that score and hide. What a hidden part is filled with has to hold nothing of what is tested
(Sturmfels et al. 2020, on baselines). A thing is hidden by a blur of its surroundings, which brings in no new edges or colours (as
in RISE, Petsiuk et al. 2018). A setting is its surroundings: snow blurred over snow is snow, so settings are hidden by plain grey.
"""

from __future__ import annotations

from collections.abc import Callable

import numpy as np

from codirector.tools.reader.report.values import Occlusion

AREA = 0.15
"""The share of the picture that is hidden."""
GREY = 128
Hide = Callable[[np.ndarray, np.ndarray], np.ndarray]
"""A picture [h, w, 3] uint8 and a mask [h, w] -> the picture with what is marked hidden."""


def hidden(image: np.ndarray, mask: np.ndarray) -> np.ndarray:
    """`image` [h, w, 3] uint8 with what `mask` [h, w] marks filled from around it."""
    import cv2

    sigma = max(image.shape[:2]) / 8
    keep = (~mask).astype(np.float32)[..., None]
    around = cv2.GaussianBlur(image.astype(np.float32) * keep, (0, 0), sigma)
    weight = cv2.GaussianBlur(keep, (0, 0), sigma).reshape(*mask.shape, 1)
    filled = around / np.maximum(weight, 1e-3)
    soft = cv2.GaussianBlur(mask.astype(np.float32), (0, 0), 1.0)[..., None]
    return np.clip(image * (1 - soft) + filled * soft, 0, 255).astype(np.uint8)


def greyed(image: np.ndarray, mask: np.ndarray) -> np.ndarray:
    """`image` [h, w, 3] uint8 with what `mask` [h, w] marks made plain grey, with a soft edge."""
    import cv2

    soft = cv2.GaussianBlur(mask.astype(np.float32), (0, 0), 1.0)[..., None]
    return np.clip(image * (1 - soft) + GREY * soft, 0, 255).astype(np.uint8)


def hottest(values: np.ndarray, shape: tuple[int, int], area: float = AREA, *, cold: bool = False) -> np.ndarray:
    """The mask [h, w] of the `area` share of pixels where the map is hottest (or coldest)."""
    import cv2

    large = cv2.resize(values.astype(np.float32), (shape[1], shape[0]), interpolation=cv2.INTER_CUBIC)
    # Ties (a map that is zero in most places) are broken by distance from the hot part, so that the cold part is one piece.
    rows, columns = np.mgrid[0 : shape[0], 0 : shape[1]]
    top = np.unravel_index(int(large.argmax()), large.shape)
    far = np.hypot(rows - top[0], columns - top[1]) / max(shape)
    order = (large - large.min()) / max(float(large.max() - large.min()), 1e-9) - 0.05 * far
    number = max(1, int(area * order.size))
    flat = np.argpartition(order.ravel() if cold else -order.ravel(), number)[:number]
    mask = np.zeros(order.size, bool)
    mask[flat] = True
    return mask.reshape(shape)


def check(
    label: str, image: np.ndarray, values: np.ndarray, score: Callable[[np.ndarray], float], area: float = AREA, hide: Hide = hidden
) -> Occlusion:
    """`score` gives the label's score 0..1 in a picture like `image`."""
    shape = (image.shape[0], image.shape[1])
    return Occlusion(
        label=label,
        before=score(image),
        hot_hidden=score(hide(image, hottest(values, shape, area))),
        cold_hidden=score(hide(image, hottest(values, shape, area, cold=True))),
        area=area,
    )
