"""Bringing a reworked picture back into line with the one it was made from: models that edit by instruction shift and scale what they
return by a few pixels, which would show at the seam where it is put back.

A similarity (shift, scale, turn) is fitted by the enhanced correlation coefficient (Evangelidis & Psarakis 2008, through OpenCV) on what
was to stay. Pure; it does not know models.
"""

from typing import TYPE_CHECKING, Any, NamedTuple

import numpy as np

if TYPE_CHECKING:
    from PIL.Image import Image

LONGEST = 320
"""Pixels of the longer side the fit is made at."""
MOST_SHIFT, MOST_SCALE = 0.08, 0.12
"""A fit that moves by more (as a share of the width) or scales by more has lost its way."""

ALIKE = 0.5
"""Least correlation of the two where they are laid over each other; below, they do not show the same."""


class Registered(NamedTuple):
    """`image` in line with the original; `shift` is how far its corners were moved at most, in pixels (0.0: it was left as it came)."""

    image: "Image"
    shift: float


def register(made: "Image", original: "Image", mask: "Image | None" = None) -> Registered:
    """`made` (RGB) moved onto `original` (RGB, same size), fitted outside `mask` (L, white: was to change). As it came where no fit is
    found, or where the fit brings what was to stay no closer."""
    import cv2
    from PIL import Image

    scale = min(1.0, LONGEST / max(original.size))
    size = (max(16, round(original.width * scale)), max(16, round(original.height * scale)))
    old, new = (cv2.GaussianBlur(_grey(image, size), (0, 0), 1.0) for image in (original, made))
    kept = np.full(old.shape, 255, np.uint8)
    if mask is not None:
        kept = np.asarray(mask.convert("L").resize(size, Image.Resampling.BOX)) == 0
        kept = (kept * 255).astype(np.uint8)
    if kept.mean() < 12 or old.std() < 2:
        return Registered(made, 0.0)
    warp = np.eye(2, 3, dtype=np.float32)
    try:
        done = (cv2.TERM_CRITERIA_EPS | cv2.TERM_CRITERIA_COUNT, 60, 1e-5)
        alike, found = cv2.findTransformECC(old, new, warp, cv2.MOTION_AFFINE, done, kept, 5)
    except cv2.error:
        return Registered(made, 0.0)
    if alike < ALIKE:
        return Registered(made, 0.0)
    found = _similar(np.asarray(found, np.float64))
    corners = np.array([[0, 0, 1], [size[0], 0, 1], [0, size[1], 1], [size[0], size[1], 1]], float).T
    moved = float(np.abs(found @ corners - corners[:2]).max())
    if moved > (MOST_SHIFT + MOST_SCALE) * size[0] or moved < 0.05:
        return Registered(made, 0.0)
    back = cv2.warpAffine(new, found, size, flags=cv2.INTER_LINEAR | cv2.WARP_INVERSE_MAP, borderMode=cv2.BORDER_REPLICATE)
    stays = kept > 0
    if np.abs(back - old)[stays].mean() >= np.abs(new - old)[stays].mean():
        return Registered(made, 0.0)
    found[:, 2] *= original.width / size[0]
    whole = cv2.warpAffine(
        np.asarray(made.convert("RGB")), found, original.size, flags=cv2.INTER_CUBIC | cv2.WARP_INVERSE_MAP, borderMode=cv2.BORDER_REPLICATE
    )
    return Registered(Image.fromarray(whole), round(moved / scale, 2))


def _grey(image: "Image", size: tuple[int, int]) -> Any:
    from PIL import Image

    return np.asarray(image.convert("L").resize(size, Image.Resampling.BOX), np.float32)


def _similar(affine: Any) -> Any:
    """The similarity (one scale, one angle) nearest to an affine map: shear is noise of the fit."""
    a, b = (affine[0, 0] + affine[1, 1]) / 2, (affine[1, 0] - affine[0, 1]) / 2
    return np.array([[a, -b, affine[0, 2]], [b, a, affine[1, 2]]])
