"""Takes the shake out of a clip: the camera's path is measured, smoothed, and each frame moved from the one to the other.

The path is found by tracking corners (Shi & Tomasi 1994) from frame to frame with pyramidal Lucas-Kanade and fitting a similarity by
RANSAC; smoothing is a Gaussian over time, as in Grundmann et al. 2011's simplest baseline. A smooth move that is meant stays.
"""

from typing import TYPE_CHECKING

from codirector.tools.film.clips import Clip, Remembered

if TYPE_CHECKING:
    import numpy as np

TRACK_SIDE = 320
"""Pixels; the width at which motion is measured."""
MOST_CROP = 1.25


class Stabilised(Remembered):
    """`clip` held steady. `strength` 0..1 sets how long the smoothing is: 1 is about a second and a half. The first frame that is asked
    for costs a pass over the whole clip. Frames are enlarged by `crop`, just so much that no border shows."""

    def __init__(self, clip: Clip, strength: float = 1.0) -> None:
        super().__init__(clip.frames, clip.fps, clip.width, clip.height)
        self._clip, self._strength = clip, strength
        self._correction: np.ndarray | None = None
        self.crop = 1.0

    def make(self, index: int) -> "np.ndarray":
        import cv2
        import numpy as np

        if self._correction is None:
            path = camera_path(self._clip)
            self._correction = smooth(path, self._strength * 0.75 * self.fps) - path
            self.crop = _crop(self._correction, self.height / self.width)
        x, y, angle, size = self._correction[index]
        cos, sin = np.cos(angle) * np.exp(size) * self.crop, np.sin(angle) * np.exp(size) * self.crop
        middle = np.array([self.width / 2 - 0.5, self.height / 2 - 0.5])
        turn = np.array([[cos, -sin], [sin, cos]])
        shift = middle - turn @ middle + np.array([x, y]) * self.width * self.crop
        matrix = np.hstack([turn, shift[:, None]])
        frame = self._clip.frame(index)
        size_px = (self.width, self.height)
        return cv2.warpAffine(frame, matrix, size_px, flags=cv2.INTER_CUBIC, borderMode=cv2.BORDER_REFLECT_101)


def camera_path(clip: Clip) -> "np.ndarray":
    """(frames, 4): where the picture has moved to since the first frame: x, y (shares of the width), angle (radians), log of the size."""
    import cv2
    import numpy as np

    path = np.zeros((clip.frames, 4))
    before = None
    for index in range(clip.frames):
        frame = clip.frame(index)
        scale = min(1.0, TRACK_SIDE / frame.shape[1])
        grey = cv2.cvtColor(frame, cv2.COLOR_RGB2GRAY)
        grey = cv2.resize(grey, None, fx=scale, fy=scale, interpolation=cv2.INTER_AREA)
        if before is not None:
            path[index] = path[index - 1] + similarity_between(before, grey)
        before = grey
    return path


def similarity_between(first: "np.ndarray", second: "np.ndarray") -> "np.ndarray":
    """(x, y, angle, log size) by which the picture moved about its middle, from two grey frames; zeros where nothing can be tracked."""
    import cv2
    import numpy as np

    nothing = np.zeros(4)
    corners = cv2.goodFeaturesToTrack(first, 400, 0.005, 6, blockSize=5)
    if corners is None or len(corners) < 8:
        return nothing
    moved, found, _ = cv2.calcOpticalFlowPyrLK(first, second, corners, None, winSize=(19, 19), maxLevel=3)  # pyright: ignore[reportCallIssue, reportArgumentType]
    again, found_back, _ = cv2.calcOpticalFlowPyrLK(second, first, moved, None, winSize=(19, 19), maxLevel=3)  # pyright: ignore[reportCallIssue, reportArgumentType]
    good = (found.ravel() == 1) & (found_back.ravel() == 1) & (np.linalg.norm(again - corners, axis=-1).ravel() < 0.7)
    if good.sum() < 8:
        return nothing
    cv2.setRNGSeed(0)
    middle = np.array([first.shape[1] / 2 - 0.5, first.shape[0] / 2 - 0.5], np.float32)
    one, two = corners[good].reshape(-1, 2) - middle, moved[good].reshape(-1, 2) - middle
    matrix, _ = cv2.estimateAffinePartial2D(one, two, method=cv2.RANSAC, ransacReprojThreshold=1.0, maxIters=2000, confidence=0.999)
    if matrix is None:
        return nothing
    size = float(np.hypot(matrix[0, 0], matrix[1, 0]))
    angle = float(np.arctan2(matrix[1, 0], matrix[0, 0]))
    return np.array([matrix[0, 2] / first.shape[1], matrix[1, 2] / first.shape[1], angle, np.log(max(size, 1e-6))])


def smooth(path: "np.ndarray", sigma: float) -> "np.ndarray":
    """A Gaussian over time; the ends are continued by point reflection, so that a steady move does not slow down there."""
    import numpy as np

    if sigma <= 0 or len(path) < 3:
        return path
    reach = min(len(path) - 1, max(1, int(3 * sigma)))
    head = 2 * path[0] - path[1 : reach + 1][::-1]
    tail = 2 * path[-1] - path[-reach - 1 : -1][::-1]
    long = np.concatenate([head, path, tail])
    kernel = np.exp(-0.5 * (np.arange(-reach, reach + 1) / sigma) ** 2)
    kernel /= kernel.sum()
    return np.stack([np.convolve(long[:, column], kernel, mode="valid") for column in range(path.shape[1])], axis=1)


def _crop(correction: "np.ndarray", aspect: float) -> float:
    import numpy as np

    shift = np.abs(correction[:, :2]).max(axis=0) * (2.0, 2.0 / aspect)
    turn = np.abs(correction[:, 2]).max()
    shrink = np.exp(-min(0.0, float(correction[:, 3].min())))
    return float(min(MOST_CROP, (1.0 + shift.max()) * (1.0 + turn * max(aspect, 1 / aspect)) * shrink))
