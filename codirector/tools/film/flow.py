"""Optical flow (DIS: Kroeger et al. 2016, arXiv:1603.03590) and frames in between from it, with what is hidden in one of the two taken
from the other. Pure functions on arrays; flow is (H, W, 2) float32, pixels right and down.

It does not know films. FILM and RIFE answer the same question with a network (see `interpolate`).
"""

from typing import TYPE_CHECKING, NamedTuple

if TYPE_CHECKING:
    import numpy as np

Quality = str
"""'fast' for motion blur and measuring, 'fine' for frames that are shown."""


def flow_between(first: "np.ndarray", second: "np.ndarray", quality: Quality = "fine") -> "np.ndarray":
    """Where each pixel of `first` (RGB bytes) is in `second`, relative to where it was."""
    import cv2

    preset = cv2.DISOPTICAL_FLOW_PRESET_MEDIUM if quality == "fine" else cv2.DISOPTICAL_FLOW_PRESET_FAST
    estimator = cv2.DISOpticalFlow_create(preset)  # pyright: ignore[reportAttributeAccessIssue]
    if quality == "fine":
        estimator.setVariationalRefinementIterations(10)
        estimator.setPatchStride(3)
    one, two = (cv2.cvtColor(frame, cv2.COLOR_RGB2GRAY) for frame in (first, second))
    return estimator.calc(one, two, None)  # pyright: ignore[reportCallIssue, reportArgumentType]


def warp(frame: "np.ndarray", flow: "np.ndarray") -> "np.ndarray":
    """The frame fetched along the flow: result(p) = frame(p + flow(p)), bilinear, the border repeated."""
    import cv2

    grid_x, grid_y = _grid(flow.shape[:2])
    return cv2.remap(frame, grid_x + flow[..., 0], grid_y + flow[..., 1], cv2.INTER_LINEAR, borderMode=cv2.BORDER_REPLICATE)


def inconsistency(forward: "np.ndarray", backward: "np.ndarray") -> "np.ndarray":
    """How far (pixels) one is from home after going along `forward` and back along `backward`: large where something is hidden in the
    other frame (Sundaram, Brox & Keutzer 2010)."""
    import numpy as np

    return np.linalg.norm(forward + warp(backward, forward), axis=-1)


def occluded(forward: "np.ndarray", backward: "np.ndarray") -> "np.ndarray":
    """(H, W) booleans: has no counterpart in the other frame. The threshold grows with the motion, as in Sundaram et al."""
    import numpy as np

    length = np.linalg.norm(forward, axis=-1) + np.linalg.norm(warp(backward, forward), axis=-1)
    return inconsistency(forward, backward) > 0.5 + 0.05 * length


class Between:
    """Frames between two frames. The flows are worked out once."""

    def __init__(self, first: "np.ndarray", second: "np.ndarray", quality: Quality = "fine") -> None:
        self._first, self._second = first, second
        self._forward = flow_between(first, second, quality)
        self._backward = flow_between(second, first, quality)

    def at(self, share: float) -> "np.ndarray":
        """The frame `share` (0..1) of the way. Each of the two is splatted half-way along its own flow and fetched from there; where they
        disagree, the one in which the place can be seen counts."""
        import numpy as np

        if share <= 0.0:
            return self._first
        if share >= 1.0:
            return self._second
        return np.clip(self.sides(share).mixed + 0.5, 0, 255).astype(np.uint8)

    def sides(self, share: float) -> "Sides":
        """What there is to make the frame `share` (above 0, below 1) of the way from."""
        import cv2
        import numpy as np

        one, weight_one, flow_one = _fetch(self._first, self._forward, self._backward, share)
        two, weight_two, flow_two = _fetch(self._second, self._backward, self._forward, 1.0 - share)
        weight_one, weight_two = weight_one * (1.0 - share), weight_two * share
        total = weight_one + weight_two
        mixed = (one * weight_one[..., None] + two * weight_two[..., None]) / np.maximum(total, 1e-6)[..., None]
        plain = cv2.addWeighted(self._first, 1.0 - share, self._second, share, 0.0).astype(np.float32)
        lost = np.clip(1.0 - total * 50.0, 0.0, 1.0)[..., None]
        return Sides(one, two, weight_one, weight_two, flow_one, flow_two, mixed * (1.0 - lost) + plain * lost)


class Sides(NamedTuple):
    """Two frames brought to a moment between them: pictures (H, W, 3) float32 0..255, how far each is to be trusted (H, W) 0..1, the flow
    each came along (H, W, 2), and both `mixed` by that trust."""

    one: "np.ndarray"
    two: "np.ndarray"
    weight_one: "np.ndarray"
    weight_two: "np.ndarray"
    flow_one: "np.ndarray"
    flow_two: "np.ndarray"
    mixed: "np.ndarray"


def _fetch(frame: "np.ndarray", flow: "np.ndarray", back: "np.ndarray", share: float) -> "tuple[np.ndarray, np.ndarray, np.ndarray]":
    """`frame` moved `share` of the way along `flow`, how much each pixel of the result is to be trusted, and the flow there."""
    import numpy as np

    middle, cover = splat_flow(flow, share, _importance(frame, flow, back))
    picture = warp(frame, -share * middle).astype(np.float32)
    doubt = warp(inconsistency(flow, back), -share * middle)
    trust = np.exp(-((doubt / 1.5) ** 2)) + 1e-3
    return picture, trust * np.clip(cover, 0.02, 1.0), middle


def _importance(frame: "np.ndarray", flow: "np.ndarray", back: "np.ndarray") -> "np.ndarray":
    """Which of two pixels landing on one place is in front: the one that is seen in both frames (Niklaus & Liu 2020 use the same
    measure to order what they splat)."""
    import numpy as np

    del frame
    return np.exp(-np.minimum(inconsistency(flow, back), 6.0)).astype(np.float32)


def splat_flow(flow: "np.ndarray", share: float, importance: "np.ndarray") -> "tuple[np.ndarray, np.ndarray]":
    """The flow as seen from the places `share` of the way along it: (H, W, 2), and how much landed there (0 where nothing did). Holes
    are filled from around them."""
    import cv2
    import numpy as np

    height, width = flow.shape[:2]
    grid_x, grid_y = _grid((height, width))
    x, y = grid_x + share * flow[..., 0], grid_y + share * flow[..., 1]
    left, top = np.floor(x).astype(np.int64), np.floor(y).astype(np.int64)
    weights = np.zeros(height * width, np.float32)
    sums = np.zeros((2, height * width), np.float32)
    cover = np.zeros(height * width, np.float32)
    for dx in (0, 1):
        for dy in (0, 1):
            px, py = left + dx, top + dy
            part = (1.0 - np.abs(x - px)) * (1.0 - np.abs(y - py))
            inside = (px >= 0) & (px < width) & (py >= 0) & (py < height)
            index = (py * width + px)[inside]
            share_here = (part * importance)[inside]
            weights += np.bincount(index, share_here, height * width).astype(np.float32)
            cover += np.bincount(index, part[inside], height * width).astype(np.float32)
            for channel in range(2):
                sums[channel] += np.bincount(index, share_here * flow[..., channel][inside], height * width).astype(np.float32)
    found = (sums / np.maximum(weights, 1e-6)).reshape(2, height, width).transpose(1, 2, 0)
    cover = cover.reshape(height, width)
    empty = weights.reshape(height, width) < 0.05
    if empty.any():
        found = _fill(found, empty)
    found = np.dstack([cv2.medianBlur(np.ascontiguousarray(found[..., channel], np.float32), 3) for channel in range(2)])
    return found, cover


def _fill(values: "np.ndarray", empty: "np.ndarray") -> "np.ndarray":
    """Holes filled with the weighted mean of what is around them, from near to far."""
    import cv2
    import numpy as np

    known = (~empty).astype(np.float32)
    result, done = values * known[..., None], known.copy()
    for size in (3, 7, 15, 31, 63, 127):
        if done.min() > 0:
            break
        weight = cv2.blur(known, (size, size))
        spread = cv2.blur(values * known[..., None], (size, size)) / np.maximum(weight, 1e-6)[..., None]
        fresh = (done == 0) & (weight > 1e-4)
        result[fresh] = spread[fresh]
        done[fresh] = 1.0
    return result


def _grid(shape: tuple[int, ...]) -> "tuple[np.ndarray, np.ndarray]":
    import numpy as np

    height, width = shape[:2]
    x, y = np.meshgrid(np.arange(width, dtype=np.float32), np.arange(height, dtype=np.float32))
    return x, y
