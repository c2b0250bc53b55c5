"""Filling a hole in a picture from the rest of it, without a model: patches that fit are found and laid over each other.

PatchMatch (Barnes et al. 2009) from coarse to fine, with the voting of Wexler et al. 2007; written in NumPy, vectorised over all
pixels at once (jump flooding in place of the scan order). The same input gives the same result. Where the hole is large the
work is done small, and the detail is taken from the place each patch came from. It does not know what the picture shows.
"""

from typing import Any

import numpy as np

from codirector.errors import InputError
from codirector.tools import masks

PATCH = 7
WORK_SIDE = 360
"""Pixels of the longer side of the crop that patches are searched in."""
ROUNDS, LATER_ROUNDS = 4, 2
"""Rounds of searching and voting at the smallest size, and at those above, which begin with what is known from below."""
NEAR = 24
"""Pixels around a known match that are searched at the larger sizes."""


def repair(picture: Any, mask: Any, seed: int = 0) -> Any:
    """`picture` (h, w, 3) uint8 with what `mask` covers filled from around it. Outside the mask it is untouched, bit for bit.
    Raises InputError where there is nothing left to fill from."""
    if mask.all():
        raise InputError("The region is the whole picture, so there is nothing to fill it from.", "Choose a smaller region.")
    if not mask.any():
        return picture
    left, top, right, bottom = _surroundings(mask)
    crop, hole = picture[top:bottom, left:right], mask[top:bottom, left:right] > 0
    result = picture.copy()
    result[top:bottom, left:right][hole] = _fill(np.ascontiguousarray(crop), hole, seed)[hole]
    return result


def _surroundings(mask: Any) -> tuple[int, int, int, int]:
    """The hole with as much again on each side: what is far away is rarely what was hidden."""
    left, top, right, bottom = masks.bounds((mask > 0).astype(np.uint8))
    reach_x, reach_y = max(48, right - left), max(48, (bottom - top) // 2)
    box = max(0, left - reach_x), max(0, top - reach_y), min(mask.shape[1], right + reach_x), min(mask.shape[0], bottom + reach_y)
    inside = mask[box[1] : box[3], box[0] : box[2]] > 0
    return box if (~inside).sum() > 4 * PATCH * PATCH else (0, 0, mask.shape[1], mask.shape[0])


def _fill(picture: Any, hole: Any, seed: int) -> Any:
    import cv2

    scale = min(1.0, WORK_SIDE / max(picture.shape[:2]))
    if scale == 1.0:
        return _pyramid(picture, hole, seed)[0]
    size = (max(8, round(picture.shape[1] * scale)), max(8, round(picture.shape[0] * scale)))
    small = cv2.resize(picture, size, interpolation=cv2.INTER_AREA)
    # A small pixel belongs to the hole where any of what it covers does.
    small_hole = cv2.resize(hole.astype(np.float32), size, interpolation=cv2.INTER_AREA) > 0
    filled, source = _pyramid(small, small_hole, seed)
    return _with_detail(picture, hole, filled, source)


def _with_detail(picture: Any, hole: Any, filled: Any, source: Any) -> Any:
    """The fill at full size: colours from the small fill, fine detail from where each small patch came from."""
    import cv2

    height, width = picture.shape[:2]
    rows, columns = filled.shape[:2]
    smooth = cv2.resize(filled, (width, height), interpolation=cv2.INTER_CUBIC).astype(np.float32)
    coarse = cv2.resize(cv2.resize(picture, (columns, rows), interpolation=cv2.INTER_AREA), (width, height), interpolation=cv2.INTER_CUBIC)
    result = picture.copy()
    ys, xs = np.nonzero(hole)
    small_y, small_x = np.minimum(ys * rows // height, rows - 1), np.minimum(xs * columns // width, columns - 1)
    offset = source[small_y, small_x] - np.stack([small_y, small_x], axis=1)
    from_y = np.clip(ys + np.round(offset[:, 0] * height / rows).astype(int), 0, height - 1)
    from_x = np.clip(xs + np.round(offset[:, 1] * width / columns).astype(int), 0, width - 1)
    detail = picture[from_y, from_x].astype(np.float32) - coarse[from_y, from_x]
    detail[hole[from_y, from_x]] = 0
    result[ys, xs] = np.clip(smooth[ys, xs] + detail + 0.5, 0, 255).astype(np.uint8)
    return result


def _pyramid(picture: Any, hole: Any, seed: int) -> tuple[Any, Any]:
    """The filled picture, and for each pixel the (y, x) it came from."""
    import cv2

    levels = [(picture, hole)]
    while min(levels[-1][0].shape[:2]) >= 4 * PATCH and levels[-1][1].any() and len(levels) < 7:
        image, gap = levels[-1]
        size = (max(PATCH + 2, image.shape[1] // 2), max(PATCH + 2, image.shape[0] // 2))
        gap_small = cv2.resize(gap.astype(np.float32), size, interpolation=cv2.INTER_AREA) > 0
        if (~_blocked(gap_small)).sum() < 30:
            break
        levels.append((cv2.resize(image, size, interpolation=cv2.INTER_AREA), gap_small))
    generator = np.random.default_rng(seed)
    current, source = None, None
    for image, gap in reversed(levels):
        if current is None:
            current = cv2.inpaint(image, gap.astype(np.uint8), 3, cv2.INPAINT_TELEA)
        else:
            grown = cv2.resize(current, (image.shape[1], image.shape[0]), interpolation=cv2.INTER_CUBIC)
            current = np.where(gap[..., None], grown, image)
        current, source = _level(image, gap, current, source, generator)
    return current, source


def _blocked(hole: Any) -> Any:
    """Centres whose patch touches the hole or leaves the picture: nothing may be copied from there."""
    import cv2

    half = PATCH // 2
    blocked = cv2.dilate(hole.astype(np.uint8), np.ones((PATCH, PATCH), np.uint8)) > 0
    blocked[:half], blocked[-half:], blocked[:, :half], blocked[:, -half:] = True, True, True, True
    return blocked


def _level(image: Any, hole: Any, current: Any, source: Any, generator: Any) -> tuple[Any, Any]:
    """Search and vote at one size, a few times."""
    import cv2

    height, width = hole.shape
    blocked = _blocked(hole)
    rows, columns = np.mgrid[:height, :width]
    identity = np.stack([rows, columns], axis=2)
    free = np.argwhere(~blocked)
    if not len(free):
        return current, identity
    # Only patches that touch the hole are looked for; all others are their own best match.
    asked = cv2.dilate(hole.astype(np.uint8), np.ones((PATCH, PATCH), np.uint8)) > 0
    ys, xs = np.nonzero(asked)
    if source is None:
        best = free[generator.integers(0, len(free), len(ys))]
    else:
        up = cv2.resize(source.astype(np.float32), (width, height), interpolation=cv2.INTER_NEAREST)
        ratio = np.array([height / source.shape[0], width / source.shape[1]])
        best = np.clip((up[ys, xs] * ratio).round().astype(int), 0, [height - 1, width - 1])
        bad = blocked[best[:, 0], best[:, 1]]
        best[bad] = free[generator.integers(0, len(free), int(bad.sum()))]
    number = np.full(hole.shape, -1)
    number[ys, xs] = np.arange(len(ys))
    for _ in range(ROUNDS if source is None else LATER_ROUNDS):
        best = _search(current, blocked, ys, xs, best, number, generator, source is None)
        current = _vote(image, hole, ys, xs, best)
    source = identity.copy()
    source[ys, xs] = best
    return current, source


def _patches(image: Any, ys: Any, xs: Any) -> Any:
    """(n, PATCH * PATCH * 3) float32 around each centre; the picture is continued by its own border."""
    half = PATCH // 2
    padded = np.pad(image, ((half, half), (half, half), (0, 0)), mode="reflect")
    windows = np.lib.stride_tricks.sliding_window_view(padded, (PATCH, PATCH), axis=(0, 1))  # type: ignore[call-overload]
    return windows[ys, xs].reshape(len(ys), -1).astype(np.float32)


def _search(current: Any, blocked: Any, ys: Any, xs: Any, best: Any, number: Any, generator: Any, first: bool) -> Any:
    height, width = blocked.shape
    target = _patches(current, ys, xs)

    def cost(places: Any) -> Any:
        difference = _patches(current, places[:, 0], places[:, 1]) - target
        # A little for distance: of two patches that fit alike, the nearer one is more likely right; rows count more than columns,
        # since ground, horizon and sky lie in rows.
        away = np.abs(places[:, 0] - ys) / height * 2.0 + np.abs(places[:, 1] - xs) / width * 0.5
        return np.einsum("nd,nd->n", difference, difference) / difference.shape[1] + 60.0 * away

    cost_now = cost(best)

    def offer(places: Any, valid: Any) -> None:
        nonlocal cost_now
        places = np.clip(places, 0, [height - 1, width - 1])
        valid = np.flatnonzero(valid & ~blocked[places[:, 0], places[:, 1]])
        if not len(valid):
            return
        picked = places[valid]
        difference = _patches(current, picked[:, 0], picked[:, 1]) - target[valid]
        away = np.abs(picked[:, 0] - ys[valid]) / height * 2.0 + np.abs(picked[:, 1] - xs[valid]) / width * 0.5
        found = np.einsum("nd,nd->n", difference, difference) / difference.shape[1] + 60.0 * away
        better = found < cost_now[valid]
        best[valid[better]], cost_now[valid[better]] = picked[better], found[better]

    for jump in (8, 4, 2, 1) if first else (4, 1):
        for dy, dx in ((0, jump), (0, -jump), (jump, 0), (-jump, 0)):
            ny, nx = np.clip(ys + dy, 0, height - 1), np.clip(xs + dx, 0, width - 1)
            neighbour = number[ny, nx]
            known = neighbour >= 0
            moved = np.where(known[:, None], best[np.maximum(neighbour, 0)] - [dy, dx], np.stack([ys, xs], axis=1))
            offer(moved, known)
    radius = max(height, width) if first else NEAR
    while radius >= 1:
        jitter = generator.integers(-radius, radius + 1, best.shape)
        offer(best + jitter, np.ones(len(ys), bool))
        radius //= 2 if first else 3
    return best


def _vote(image: Any, hole: Any, ys: Any, xs: Any, best: Any) -> Any:
    """Every pixel of the hole becomes the mean of what the patches over it say."""
    height, width = hole.shape
    half = PATCH // 2
    total, weight = np.zeros((height, width, 3)), np.zeros((height, width))
    # Patches near the hole's border fit for certain; those deep inside have only guesses to fit to.
    import cv2

    depth = cv2.distanceTransform(hole.astype(np.uint8), cv2.DIST_L2, 3)
    trust = 1.3 ** -np.minimum(depth[ys, xs], 60.0)
    for dy in range(-half, half + 1):
        for dx in range(-half, half + 1):
            ty, tx, sy, sx = ys + dy, xs + dx, best[:, 0] + dy, best[:, 1] + dx
            fits = (ty >= 0) & (ty < height) & (tx >= 0) & (tx < width)
            # For one offset no pixel is met twice, so plain addition will do.
            total[ty[fits], tx[fits]] += image[sy[fits], sx[fits]] * trust[fits, None]
            weight[ty[fits], tx[fits]] += trust[fits]
    voted = np.clip(total / np.maximum(weight, 1e-30)[..., None] + 0.5, 0, 255).astype(np.uint8)
    return np.where(hole[..., None], voted, image)


def tinted(picture: Any, mask: Any, colour: tuple[int, int, int]) -> Any:
    """What `mask` covers in another colour, its light and dark kept (relative to their mean): hue and level come from `colour`."""
    inside = mask > 0
    light = picture[inside].astype(np.float32) @ np.array([0.299, 0.587, 0.114], np.float32)
    target = np.array(colour, np.float32)
    shade = np.clip((light - light.mean()) / 255, -0.6, 0.6)[:, None] if len(light) else np.zeros((0, 1), np.float32)
    painted = np.where(shade > 0, target + (255 - target) * shade * 1.3, target * (1 + 1.3 * shade))
    result = picture.copy()
    result[inside] = np.clip(painted + 0.5, 0, 255).astype(np.uint8)
    return result
