"""`Clip`: frames that can be asked for in any order, and the ways to put clips together. Finishing steps are clips around clips.

Because every frame can be made on its own, a film goes on after a crash at the very frame it stopped at, and needs the memory of a few
frames however long it is. A frame is an array (height, width, 3) of RGB bytes.
"""

from collections import OrderedDict
from collections.abc import Callable, Iterator, Sequence
from typing import TYPE_CHECKING, Protocol

from codirector.tools.film.actors import actor_matrix
from codirector.tools.film.camera import Pose, homography, overscan, pose_at, to_pixels
from codirector.tools.film.layers import Layer, Scenery
from codirector.tools.film.values import Actor, Camera, Transition

if TYPE_CHECKING:
    import numpy as np

KEPT_FRAMES = 24
"""Frames a clip remembers for neighbours that ask again."""


class Clip(Protocol):
    """`frames` pictures of `width` x `height` pixels, `fps` a second."""

    frames: int
    fps: float
    width: int
    height: int

    def frame(self, index: int) -> "np.ndarray":
        """Frame `index`, 0 .. frames - 1. The same index gives the same frame, always."""
        ...


class Remembered:
    """Base of clips: keeps the last few frames; `make` does the work."""

    def __init__(self, frames: int, fps: float, width: int, height: int) -> None:
        self.frames, self.fps, self.width, self.height = frames, fps, width, height
        self._kept: OrderedDict[int, np.ndarray] = OrderedDict()

    def frame(self, index: int) -> "np.ndarray":
        if not 0 <= index < self.frames:
            raise IndexError(f"frame {index} of {self.frames}")
        if index not in self._kept:
            self._kept[index] = self.make(index)
            if len(self._kept) > KEPT_FRAMES:
                self._kept.popitem(last=False)
        self._kept.move_to_end(index)
        return self._kept[index]

    def make(self, index: int) -> "np.ndarray":
        raise NotImplementedError


class FramesClip:
    """Frames that exist already, in memory or behind a function."""

    def __init__(self, frames: "Sequence[np.ndarray]", fps: float) -> None:
        self._frames = frames
        self.frames, self.fps = len(frames), fps
        self.height, self.width = frames[0].shape[:2]

    def frame(self, index: int) -> "np.ndarray":
        return self._frames[index]


class ShotClip(Remembered):
    """A camera moving through a still that was taken apart, with things in it that move."""

    def __init__(
        self, scenery: Scenery, camera: Camera, actors: Sequence[Actor], frames: int, fps: float, width: int, height: int, seed: int = 0
    ) -> None:
        super().__init__(frames, fps, width, height)
        self.seconds = frames / fps
        self._scenery, self._camera, self._seed = scenery, camera, seed
        self._actors = _cast(scenery, actors)
        self._loop = camera.loop
        aspect = height / width
        self._aspect = aspect
        checked = sorted({round(index * (frames - 1) / min(96, max(1, frames - 1))) for index in range(min(97, frames))})
        self.overscan = overscan([self.pose(index / fps) for index in checked], scenery.background.plane, aspect)

    def pose(self, time: float) -> Pose:
        """Where the camera is after `time` seconds. The last frame is where the moves end."""
        # A loop's first frame follows its last; otherwise the last frame is the end of the move.
        span = self.seconds if self._loop else max(self.seconds - 1.0 / self.fps, 1e-9)
        return pose_at(self._camera, time, span, self._seed)

    def make(self, index: int) -> "np.ndarray":
        return self.at(index / self.fps)

    def at(self, time: float) -> "np.ndarray":
        """The frame at any moment, in seconds."""
        import cv2
        import numpy as np

        size, still = (self.width, self.height), (self._scenery.width, self._scenery.height)
        picture: np.ndarray | None = None
        for layer, matrix in self._seen(time):
            pixels = to_pixels(matrix, still, size)
            if picture is None:
                seen = cv2.warpPerspective(layer.pixels[..., :3], pixels, size, flags=cv2.INTER_LINEAR, borderMode=cv2.BORDER_REFLECT_101)
                picture = np.asarray(seen)
                continue
            seen = cv2.warpPerspective(layer.pixels, pixels, size, flags=cv2.INTER_LINEAR, borderMode=cv2.BORDER_CONSTANT)
            _lay_over(picture, seen)
        assert picture is not None
        return picture

    def places(self, index: int, field: int) -> "np.ndarray":
        """(rows, columns), the longer side `field`: a number for the place of the scene that is seen there in frame `index`, the same
        number for the same place in every frame. Each layer has its own numbers; the background's go on beyond the picture."""
        import cv2
        import numpy as np

        scale = field / max(self.width, self.height)
        size = max(8, round(self.width * scale)), max(8, round(self.height * scale))
        x, y = np.meshgrid(np.arange(size[0], dtype=np.float64), np.arange(size[1], dtype=np.float64))
        frame = np.stack([x.ravel(), y.ravel(), np.ones(x.size)])
        found = np.zeros(x.size, np.int64)
        for number, (layer, matrix) in enumerate(self._seen(index / self.fps)):
            pixels = to_pixels(matrix, size, size)
            back = np.linalg.inv(pixels) @ frame
            # Twice the picture's size, the picture in the middle of it.
            column = np.rint(back[0] / back[2] + size[0] / 2).clip(0, 2 * size[0] - 1).astype(np.int64)
            row = np.rint(back[1] / back[2] + size[1] / 2).clip(0, 2 * size[1] - 1).astype(np.int64)
            own = number % 16 * 4 * size[0] * size[1] + row * 2 * size[0] + column
            if number == 0:
                found = own
                continue
            alpha = cv2.resize(layer.pixels[..., 3], size, interpolation=cv2.INTER_AREA)
            shown = cv2.warpPerspective(alpha, pixels, size, flags=cv2.INTER_LINEAR, borderMode=cv2.BORDER_CONSTANT)
            found = np.where(shown.ravel() > 127, own, found)
        return found.reshape(size[1], size[0])

    def _seen(self, time: float) -> "Iterator[tuple[Layer, np.ndarray]]":
        """The layers, far ones first, each with the homography from its place in the still to the frame (shares of the width)."""
        pose = self.pose(time)
        # What the tighter crop enlarges are the camera's ways, too; asked for are shares of the frame.
        extra = self.overscan
        pose = pose._replace(zoom=pose.zoom * extra, truck=pose.truck / extra, pedestal=pose.pedestal / extra)
        for number, layer in enumerate(self._scenery.layers):
            matrix = homography(pose, layer.plane, self._aspect)
            for actor in self._actors.get(number, ()):
                matrix = matrix @ actor_matrix(actor, layer.stand, time, self.seconds, self._loop)
            yield layer, matrix


def _cast(scenery: Scenery, actors: Sequence[Actor]) -> dict[int, tuple[Actor, ...]]:
    """Which layers each actor is: those of its name, or the largest where it names none (or one that was not cut out)."""
    things = [(number, layer) for number, layer in enumerate(scenery.layers) if layer.name]
    found: dict[int, tuple[Actor, ...]] = {}
    for actor in actors:
        named = [number for number, layer in things if actor.name and layer.name == actor.name]
        if not named and things and not actor.name:
            named = [max(things, key=lambda item: item[1].stand.width * item[1].stand.height)[0]]
        for number in named:
            found[number] = (*found.get(number, ()), actor)
    return found


def unplayed(scenery: Scenery, actors: Sequence[Actor]) -> tuple[str, ...]:
    """Names of actors for whom there is no layer, so that nothing of what was asked for is dropped silently."""
    played = [actor for cast in _cast(scenery, actors).values() for actor in cast]
    return tuple(actor.name or "the subject" for actor in actors if actor not in played)


def _lay_over(picture: "np.ndarray", layer: "np.ndarray") -> None:
    """Puts premultiplied RGBA over RGB, in place, only where there is something."""
    import cv2
    import numpy as np

    alpha = layer[..., 3]
    rows, columns = np.flatnonzero(alpha.any(axis=1)), np.flatnonzero(alpha.any(axis=0))
    if not len(rows):
        return
    part = np.s_[rows[0] : rows[-1] + 1, columns[0] : columns[-1] + 1]
    under = picture[part]
    behind = cv2.multiply(under, cv2.cvtColor(255 - alpha[part], cv2.COLOR_GRAY2RGB), scale=1 / 255)
    picture[part] = cv2.add(behind, np.ascontiguousarray(layer[part][..., :3]))


class Edit(Remembered):
    """Shots one after the other. A transition takes its time from both its shots."""

    def __init__(self, clips: Sequence[Clip], transitions: Sequence[Transition]) -> None:
        """`transitions[i]` leads into `clips[i]`; the first is not used. One that is longer than half of a shot is shortened."""
        self._clips = clips
        first = clips[0]
        self._overlaps = [0]
        starts = [0]
        for number in range(1, len(clips)):
            change = transitions[number]
            wanted = 0 if change.kind == "cut" else round(change.seconds * first.fps)
            overlap = max(0, min(wanted, clips[number - 1].frames // 2, clips[number].frames // 2))
            self._overlaps.append(overlap)
            starts.append(starts[-1] + clips[number - 1].frames - overlap)
        self.starts = tuple(starts)
        self._transitions = transitions
        super().__init__(starts[-1] + clips[-1].frames, first.fps, first.width, first.height)

    def make(self, index: int) -> "np.ndarray":
        number = max(at for at, start in enumerate(self.starts) if start <= index)
        own = index - self.starts[number]
        picture = self._clips[number].frame(own)
        overlap = self._overlaps[number]
        if number == 0 or own >= overlap:
            return picture
        before = self._clips[number - 1].frame(index - self.starts[number - 1])
        return mix(before, picture, (own + 1) / (overlap + 1), self._transitions[number].kind)


def mix(before: "np.ndarray", after: "np.ndarray", share: float, kind: str) -> "np.ndarray":
    """The picture `share` (0..1) of the way from one shot into the next."""
    import cv2
    import numpy as np

    width = after.shape[1]
    match kind:
        case "wipe":
            edge = round(width * share)
            return np.concatenate([after[:, :edge], before[:, edge:]], axis=1)
        case "slide":
            edge = round(width * share)
            return np.concatenate([before[:, edge:], after[:, :edge]], axis=1)
        case "fade":
            # Through black.
            one, share = (before, 1.0 - 2.0 * share) if share < 0.5 else (after, 2.0 * share - 1.0)
            return cv2.convertScaleAbs(one, alpha=share)
        case _:
            return cv2.addWeighted(before, 1.0 - share, after, share, 0.0)


class PerFrame(Remembered):
    """A clip with a function over each frame; the function also gets the index."""

    def __init__(self, clip: Clip, function: "Callable[[np.ndarray, int], np.ndarray]") -> None:
        super().__init__(clip.frames, clip.fps, clip.width, clip.height)
        self._clip, self._function = clip, function

    def make(self, index: int) -> "np.ndarray":
        return self._function(self._clip.frame(index), index)
