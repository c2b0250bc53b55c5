"""What was promised is measured: fields that were not asked for stay, pixels outside a region stay, the seed stays. Pure."""

import functools
import io
from collections.abc import Sequence
from typing import Any

from codirector.assistant.session.record import Check
from codirector.prompts.diff import changed_fields
from codirector.prompts.scene import Scene

OUTSIDE = "pixels changed outside the region"
REGION = "size of the region"
SHIFT = "frame shift in pixels"
SIMILAR = "similarity of the kept part"
ASKED = "asked-for change"
SMALL = 256
"""Pixels of the longer side at which a shift is measured."""


def one_change(before: Scene, after: Scene) -> Check:
    """How many parts of the scene differ. Exactly one is promised; `size` counts as one though it is width and height."""
    fields = {"size" if field in {"render.width", "render.height"} else field for field in changed_fields(before, after)}
    if any(item.mode == "extend" for item in after.retouches[len(before.retouches) :]):
        fields -= {"size"}  # a larger canvas is what was asked for
    if len(before.elements) == len(after.elements):
        # One thing in another's place is one change, though one name goes and one comes.
        swapped = sum(old.name != new.name for old, new in zip(before.elements, after.elements, strict=True))
        fields = fields if not swapped else {field for field in fields if not field.startswith("elements.")} | set(range(swapped))
    return Check(name="scene parts changed", value=float(len(fields)), passed=len(fields) == 1)


def seed_kept(before: Scene, after: Scene) -> Check:
    """Whether the seed is the one before."""
    return Check(name="seed kept", value=str(after.render.seed), passed=before.render.seed == after.render.seed)


class Pixels:
    """An encoded picture, decoded once however many checks look at it. `rgb` (h, w, 3) and `mask` (h, w) are uint8, `grey` lightness as
    float32 (h, w), `small` the same at most 256 pixels wide and high."""

    def __init__(self, data: bytes) -> None:
        self._data = data

    @functools.cached_property
    def image(self) -> Any:
        from PIL import Image

        return Image.open(io.BytesIO(self._data)).convert("RGB")

    @functools.cached_property
    def rgb(self) -> Any:
        import numpy as np

        return np.asarray(self.image)

    @functools.cached_property
    def mask(self) -> Any:
        import numpy as np
        from PIL import Image

        return np.asarray(Image.open(io.BytesIO(self._data)).convert("L"))

    @functools.cached_property
    def grey(self) -> Any:
        import numpy as np

        return np.asarray(self.image.convert("L"), dtype=np.float32)

    @functools.cached_property
    def small(self) -> Any:
        import cv2

        scale = min(1.0, SMALL / max(self.grey.shape))
        if scale == 1.0:
            return self.grey
        size = (max(8, round(self.grey.shape[1] * scale)), max(8, round(self.grey.shape[0] * scale)))
        return cv2.resize(self.grey, size, interpolation=cv2.INTER_AREA)

    def outside(self, shape: tuple[int, ...]) -> Any:
        """Where this mask is black, at the size of a picture of that shape."""
        import cv2

        mask = self.mask
        return (mask if mask.shape == shape[:2] else cv2.resize(mask, shape[1::-1], interpolation=cv2.INTER_NEAREST)) == 0


def changed_outside(before: Pixels, after: Pixels, mask: Pixels) -> Check:
    """Share of the pixels outside the mask (where it is black) that differ at all; 0 is promised for a regional edit."""
    old, new = before.rgb, after.rgb
    if old.shape != new.shape:
        return Check(name=OUTSIDE, value=f"the size changed from {old.shape[1::-1]} to {new.shape[1::-1]}", passed=False)
    outside = mask.outside(old.shape)
    share = float((_differences(old, new) > 0)[outside].mean()) if outside.any() else 0.0
    return Check(name=OUTSIDE, value=share, passed=share == 0.0)


def changed_share(before: Pixels, after: Pixels) -> Check:
    """Share of pixels that differ visibly (by more than 8 of 255 in a channel) from the picture before. Nothing is promised."""
    import cv2

    old, new = before.rgb, after.rgb
    if old.shape != new.shape:
        old = cv2.resize(old, new.shape[1::-1], interpolation=cv2.INTER_AREA)
    return Check(name="pixels visibly changed", value=round(float((_differences(old, new) > 8).mean()), 4))


def _differences(old: Any, new: Any) -> Any:
    """The largest difference of a channel, (h, w) uint8. Channel by channel: NumPy's maximum along a short axis takes ten times as long."""
    import cv2

    red, green, blue = cv2.split(cv2.absdiff(old, new))
    return cv2.max(cv2.max(red, green), blue)


def region_share(mask: Pixels) -> Check:
    """How much of the picture may change."""
    return Check(name=REGION, value=round(float((mask.mask > 0).mean()), 4))


def frame_shift(before: Pixels, after: Pixels, mask: Pixels) -> Check:
    """How far what lies outside the mask has moved, in pixels: by phase correlation (Kuglin & Hines 1975) of two 256 px copies, the
    region left out of both. Below one pixel is promised."""
    import cv2
    import numpy as np

    old, new = before.small, after.small
    if old.shape != new.shape:
        return Check(name=SHIFT, value="the shape changed", passed=False)
    # A small pixel lies outside only where all of what it covers does.
    inside = cv2.resize((~mask.outside(before.grey.shape)).astype(np.float32), old.shape[::-1], interpolation=cv2.INTER_AREA) > 0
    if (old == new)[~inside].all():
        return Check(name=SHIFT, value=0.0, passed=True)
    window = cv2.createHanningWindow(old.shape[::-1], cv2.CV_32F)
    # OpenCV lays the window over what it is given.
    (x, y), response = cv2.phaseCorrelate(old.copy(), np.where(inside, old, new), window)
    # A weak peak says that the pictures have little in common, not that anything moved.
    moved = float(np.hypot(x, y)) * after.grey.shape[1] / old.shape[1] if response > 0.1 else 0.0
    return Check(name=SHIFT, value=round(moved, 2), passed=moved < 1.0)


def kept_similarity(before: Pixels, after: Pixels, mask: Pixels | None) -> Check:
    """Structural similarity (Wang et al. 2004, on lightness, 7 x 7 windows) of what was to be kept: the part outside the mask, or
    without a mask the whole picture, for which nothing is promised. 1.0 is the same."""
    import numpy as np

    old, new = before.grey, after.grey
    if old.shape != new.shape:
        return Check(name=SIMILAR, value="the size changed", passed=False if mask else None)
    if mask is None:
        return Check(name=SIMILAR, value=round(float(_ssim(old, new).mean()), 4))
    outside = mask.outside(old.shape)
    if not outside.any():
        return Check(name=SIMILAR, value="nothing was to be kept")
    if (old == new)[outside].all():
        return Check(name=SIMILAR, value=1.0, passed=True)
    # The region's pixels must not count as differences of their neighbours outside.
    value = float(_ssim(old, np.where(outside, new, old))[outside].mean())
    return Check(name=SIMILAR, value=round(value, 4), passed=value > 0.999)


def in_one_line(checks: Sequence[Check]) -> str:
    """What was measured of a regional edit, as a sentence; '' where nothing was regional."""
    by_name = {check.name: check for check in checks}
    if OUTSIDE not in by_name:
        return ""
    outside, region = by_name[OUTSIDE], by_name.get(REGION)
    share = f" ({100 * float(region.value):.0f} % of the picture)" if region and isinstance(region.value, float) else ""
    said = ["0 pixels changed" if outside.value == 0 else f"{outside.value} of the pixels changed"]
    said[0] += f" outside the region{share}"
    shift = by_name.get(SHIFT)
    if shift and isinstance(shift.value, float):
        said.append("no shift" if shift.value < 0.5 else f"shifted by {shift.value:g} px")
    if SIMILAR in by_name:
        said.append(f"similarity of the rest {by_name[SIMILAR].value}")
    if ASKED in by_name:
        said.append(f"asked-for change: {by_name[ASKED].value}")
    return "Checked: " + ", ".join(said) + "."


def _ssim(one: Any, two: Any) -> Any:
    import cv2

    def mean(values: Any) -> Any:
        return cv2.blur(values, (7, 7))

    a, b = mean(one), mean(two)
    variance_a, variance_b, both = mean(one * one) - a * a, mean(two * two) - b * b, mean(one * two) - a * b
    c1, c2 = (0.01 * 255) ** 2, (0.03 * 255) ** 2
    return ((2 * a * b + c1) * (2 * both + c2)) / ((a * a + b * b + c1) * (variance_a + variance_b + c2))
