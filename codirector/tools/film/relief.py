"""The depth of a still from a depth model, where one is on this machine: how near each place is, and the background cut into slabs of like
depth, so that a camera that moves shows what stands before what (as in layered depth images, Shade et al. 1998).

Without a model depth is guessed from the height in the picture (see `layers`). Any depth model of transformers will do (DPT: Ranftl et
al. 2021; Depth Anything: Yang et al. 2024); such models tell nearness up to a scale and a shift, which `layers.FAR` and `NEAR` set.
It does not know cameras.
"""

from collections.abc import Callable
from itertools import pairwise
from pathlib import Path
from typing import TYPE_CHECKING, NamedTuple

from codirector.errors import CodirectorError, DoesNotFit
from codirector.tools.device import free_on, human_bytes
from codirector.tools.structure import depths, find_depth_model

if TYPE_CHECKING:
    import numpy as np

SLABS = 6
"""Into how many slabs a background is cut at most."""
LEAST_SHARE = 0.02
"""A slab that is less of the picture than this joins the one behind it."""
HEADROOM = 500 * 1024**2
"""Bytes for a depth model's activations."""

Nearness = Callable[["np.ndarray"], "np.ndarray"]
"""A picture (H, W, 3) to how near each of its places is, (H, W) float32, 0 far to 1 near."""


class Slab(NamedTuple):
    """What of a picture is at least as near as this slab: `alpha` (H, W) 0..1, `nearer` (H, W) booleans of what is nearer still, and the
    plane through it: nearness a + b * y, y in shares of the width from the middle."""

    alpha: "np.ndarray"
    nearer: "np.ndarray"
    plane: tuple[float, float]


def find_nearness(models: Path) -> tuple[Nearness | None, str]:
    """The depth model's view of a picture, and a note; (None, '') where there is no model, (None, why) where it does not fit."""
    source = find_depth_model(models)
    if source is None:
        return None, ""
    try:
        check_memory(source)
    except CodirectorError as error:
        return None, f"{error.message} The depth of the still was guessed from the height in the picture."

    def near(picture: "np.ndarray") -> "np.ndarray":
        import numpy as np
        from PIL import Image

        return np.asarray(depths(Image.fromarray(picture), source))[..., 0].astype(np.float32) / 255

    return near, ""


def check_memory(source: Path) -> None:
    """Raises DoesNotFit, with the numbers, where a depth model in the folder `source` exceeds the memory that is free."""
    weights = sum(file.stat().st_size for pattern in ("*.safetensors", "*.bin") for file in source.glob(pattern))
    needed, free = 2 * weights + HEADROOM, free_on("cpu")
    if needed > free:
        raise DoesNotFit(
            f"The depth model in {source} needs about {human_bytes(needed)} of memory; {human_bytes(free)} are free.",
            "Take a smaller one, such as Depth Anything V2 Small.",
        )


def slabs(near: "np.ndarray", most: int = SLABS) -> list[Slab]:
    """`near` (H, W) 0..1 cut where it has the fewest places, far ones first; the first reaches over the whole picture. At least one."""
    import cv2
    import numpy as np

    height, width = near.shape
    smooth = cv2.GaussianBlur(near, (0, 0), 1.0)
    edges = [-1.0, *_cuts(smooth, most), 2.0]
    rows = (np.arange(height) + 0.5 - height / 2) / width
    found = []
    for low, high in pairwise(edges):
        inside = (smooth >= low) & (smooth < high)
        shown = cv2.GaussianBlur((smooth >= low).astype(np.float32), (0, 0), 0.7) if found else np.ones_like(smooth)
        found.append(Slab(shown, smooth >= high, _plane(smooth, inside, rows)))
    return found


def _cuts(near: "np.ndarray", most: int) -> list[float]:
    """Values between 0 and 1, each in a gap between hills of the histogram, and leaving enough on both sides."""
    import numpy as np

    counts, edges = np.histogram(near, bins=64, range=(0.0, 1.0))
    share = np.convolve(counts / near.size, np.ones(3) / 3, mode="same")
    below = np.cumsum(counts) / near.size
    cuts: list[float] = []
    for bin_ in np.argsort(share[1:-1], kind="stable") + 1:
        value = float(edges[bin_ + 1])
        apart = [0.0, *sorted([*cuts, value]), 1.0]
        shares = np.diff([0.0, *(float(below[np.searchsorted(edges, each) - 1]) for each in apart[1:-1]), 1.0])
        if min(np.diff(apart)) >= 0.08 and shares.min() >= LEAST_SHARE:
            cuts.append(value)
        if len(cuts) + 1 >= most:
            break
    return sorted(cuts)


def _plane(near: "np.ndarray", inside: "np.ndarray", rows: "np.ndarray") -> tuple[float, float]:
    """Nearness a + b * y through the places `inside`: level where they hardly reach over the height, never falling towards the bottom,
    as no ground does."""
    import numpy as np

    values, y = near[inside], np.broadcast_to(rows[:, None], near.shape)[inside]
    if not len(values):
        return 0.5, 0.0
    spread = float(y.var())
    slope = max(0.0, float(((y - y.mean()) * (values - values.mean())).mean() / spread)) if spread > 1e-3 else 0.0
    return float(values.mean() - slope * y.mean()), slope
