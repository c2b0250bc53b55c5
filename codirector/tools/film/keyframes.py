"""One still turning into another while the camera moves. Both are seen through the same camera, so only what differs between them
changes.
"""

from typing import TYPE_CHECKING

from codirector.tools.film.camera import ease
from codirector.tools.film.clips import Remembered, ShotClip

if TYPE_CHECKING:
    import numpy as np


class Morph(Remembered):
    """`before` at the first frame, `after` at the last, in between both laid over each other."""

    def __init__(self, before: ShotClip, after: ShotClip) -> None:
        super().__init__(before.frames, before.fps, before.width, before.height)
        self._before, self._after = before, after

    def make(self, index: int) -> "np.ndarray":
        import cv2

        share = ease(index / max(1, self.frames - 1), "ease in and out")
        return cv2.addWeighted(self._before.frame(index), 1.0 - share, self._after.frame(index), share, 0.0)

    def places(self, index: int, field: int) -> "np.ndarray":
        """Those of the still it begins with; see `ShotClip.places`."""
        return self._before.places(index, field)
