"""Frames gone over by the picture model: key frames are noised and denoised again (as Deforum does), what that changed is carried to the
frames between them along the flow, and from each key frame into the next.

What keeps it from flickering is that only the change is carried and the camera's motion stays exact: measured with the embedded model,
a third of the error of frames gone over one by one. Noise that moves with the picture (see `noise`) and key frames that start from what
the one before them became can be had, and made it worse there (benchmarks/motion): a cell of its noise is 32 pixels of the film wide, and
what it draws wrong adds up. It does not know which model draws.
"""

from collections import OrderedDict
from collections.abc import Callable
from typing import TYPE_CHECKING, NamedTuple

from codirector.tools.film.clips import Clip, Remembered
from codirector.tools.film.flow import flow_between, occluded, warp
from codirector.tools.noise import FIELD

if TYPE_CHECKING:
    import numpy as np

EVERY = 8
"""Frames from key frame to key frame."""
KEPT = 3

Redraw = Callable[["np.ndarray", "np.ndarray | None"], "np.ndarray"]
"""A frame (H, W, 3) and its places (rows, columns; None: noise of the seed as it comes) to the frame gone over, of the same size."""


class Rework(NamedTuple):
    """How a shot is gone over: `every` so-manieth frame is a key frame; `moving`: the noise goes along with the picture; `carried`: the
    share of the last key frame's change that the next one starts from."""

    redraw: Redraw
    every: int = EVERY
    moving: bool = False
    carried: float = 0.0


class Reworked(Remembered):
    """A shot with its frames gone over. Key frames are made in order, each once for as long as it is remembered; `redraw` should keep
    what it made, since a key frame rests on all before it."""

    def __init__(self, clip: Clip, places: "Callable[[int, int], np.ndarray] | None", how: Rework) -> None:
        """`places` as `ShotClip.places`; None where nobody knows: then noise does not move."""
        super().__init__(clip.frames, clip.fps, clip.width, clip.height)
        self._clip, self._places, self._how = clip, places, how
        self._changes: OrderedDict[int, np.ndarray] = OrderedDict()

    def make(self, index: int) -> "np.ndarray":
        import numpy as np

        every = self._how.every
        before, share = index // every, index % every / every
        frame = self._clip.frame(index)
        change = self._carried(frame, before)
        if share:
            after = before + 1
            last = (self.frames - 1) // every
            change = (1 - share) * change + share * self._carried(frame, after) if after <= last else change
        return np.clip(frame + change + 0.5, 0, 255).astype(np.uint8)

    def _carried(self, frame: "np.ndarray", key: int) -> "np.ndarray":
        """What going over key frame `key` changed, where it is seen in `frame`."""
        place = key * self._how.every
        change, other = self._change(key), self._clip.frame(place)
        return change if other is frame else _moved(change, frame, other)

    def _change(self, key: int) -> "np.ndarray":
        """(H, W, 3) float32: key frame `key` gone over, less itself."""
        import numpy as np

        first = 1 + max((number for number in self._changes if number <= key), default=-1)
        for number in range(first, key + 1):
            index, before = number * self._how.every, self._changes.get(number - 1)
            frame = self._clip.frame(index)
            start = frame.astype(np.float32)
            if before is not None and self._how.carried:
                start = start + self._how.carried * _moved(before, frame, self._clip.frame(index - self._how.every))
            places = self._places(index, FIELD) if self._places and self._how.moving else None
            made = self._how.redraw(np.clip(start + 0.5, 0, 255).astype(np.uint8), places)
            self._changes[number] = _level(made.astype(np.float32) - frame, before)
            if len(self._changes) > KEPT:
                self._changes.popitem(last=False)
        return self._changes[key]


def _moved(change: "np.ndarray", frame: "np.ndarray", other: "np.ndarray") -> "np.ndarray":
    """`change` of `other`, brought to where `frame` shows the same places; nothing where it hides them."""
    import cv2
    import numpy as np

    there, back = flow_between(frame, other, "fast"), flow_between(other, frame, "fast")
    seen = cv2.GaussianBlur((~occluded(there, back)).astype(np.float32), (0, 0), 1.5)
    return warp(change, there) * seen[..., None]


def _level(change: "np.ndarray", before: "np.ndarray | None") -> "np.ndarray":
    """`change` with the mean of the change before it: the picture gets no lighter or darker from key frame to key frame."""
    return change if before is None else change - change.mean(axis=(0, 1)) + before.mean(axis=(0, 1))
