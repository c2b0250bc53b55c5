"""Camera moves as numbers: a pose for every frame, and the homography by which a plane of the scene is seen from a pose. Pure NumPy.

The scene is made of planes in front of a pinhole camera of focal length 1 (53 degrees over the width). Coordinates are shares of the
width from the middle, x to the right, y down; a plane is given by its inverse depth `a + b * y`; the main subject stands at depth 1.
Source: the homography a plane induces, Hartley & Zisserman, Multiple View Geometry, 13.1: H = K R (I - C n^T / d) K^-1.
"""

from typing import TYPE_CHECKING, Any, NamedTuple

from codirector.tools.film.values import Camera, Easing

if TYPE_CHECKING:
    import numpy as np

MIRRORED = 0.1
"""This share of the picture beyond its border may come into sight, mirrored: a little of that shows less than a tighter crop."""
MOST_OVERSCAN = 1.8
"""A shot is never cropped more than this to keep the picture's border out of sight; beyond, the border is mirrored."""


class Pose(NamedTuple):
    """Where the camera is in one frame; units as in `values.Move`."""

    zoom: float = 1.0
    dolly: float = 0.0
    pan: float = 0.0
    tilt: float = 0.0
    truck: float = 0.0
    pedestal: float = 0.0
    orbit: float = 0.0
    roll: float = 0.0


def ease(share: float, easing: Easing) -> float:
    """0..1 to 0..1 with the speed changed at the ends; 0 and 1 stay."""
    share = min(max(share, 0.0), 1.0)
    match easing:
        case "ease in":
            return share * share
        case "ease out":
            return 1.0 - (1.0 - share) ** 2
        case "ease in and out":
            return share * share * (3.0 - 2.0 * share)
        case _:
            return share


def pose_at(camera: Camera, time: float, seconds: float, seed: int = 0) -> Pose:
    """The pose `time` seconds into a shot of `seconds`. Any time may be asked for, in any order."""
    share = min(max(time / seconds, 0.0), 1.0) if seconds > 0 else 0.0
    if camera.loop:
        # There and back: the frame after the last is the first again.
        share = 1.0 - abs(2.0 * share - 1.0)
    found = dict.fromkeys(Pose._fields, 0.0) | {"zoom": 1.0}
    for move in camera.moves:
        if move.kind in ("shake", "handheld"):
            across, down, turn = _unrest(move.kind, time, seed)
            found["pan"] += move.amount * across
            found["tilt"] += move.amount * down
            found["roll"] += move.amount * 30.0 * turn
            continue
        done = ease((share - move.begin) / max(move.end - move.begin, 1e-9), camera.easing)
        if move.kind == "zoom":
            found["zoom"] *= move.amount**done
        else:
            found[move.kind] += move.amount * done
    for kind, values in camera.samples:
        value = _sample(values, share)
        if kind == "zoom":
            found["zoom"] *= value
        else:
            found[kind] += value
    if camera.start != 1.0:
        found["zoom"] *= camera.start ** (ease(share, camera.easing) - 1.0)
    if camera.focus is not None:
        # The point zoomed at stays where it is on the screen.
        pull = found["zoom"] - 1.0
        found["pan"] += (camera.focus[0] - 0.5) * pull
        found["tilt"] -= (camera.focus[1] - 0.5) * pull
    return Pose(**found)


def _sample(values: tuple[float, ...], share: float) -> float:
    place = share * (len(values) - 1)
    low = int(place)
    high = min(low + 1, len(values) - 1)
    return values[low] + (values[high] - values[low]) * (place - low)


def _unrest(kind: str, time: float, seed: int) -> tuple[float, float, float]:
    """Three smooth noises of about unit size: sums of sines of unrelated frequencies (Hz), phases by the seed."""
    import numpy as np

    rates = (0.37, 0.81, 1.43) if kind == "handheld" else (3.1, 5.3, 7.9)
    phases = np.random.default_rng([seed, len(kind)]).uniform(0.0, 2.0 * np.pi, (3, 3))
    waves = np.sin(2.0 * np.pi * np.asarray(rates) * time + phases) * (0.6, 0.3, 0.2)
    across, down, turn = waves.sum(axis=1)
    return float(across), float(down), float(turn)


def homography(pose: Pose, plane: tuple[float, float], aspect: float) -> "np.ndarray":
    """3 x 3: from a plane's place in the still to its place in the frame, both in shares of the width from the middle. `aspect` is
    height by width (vertical shares are of the height)."""
    import numpy as np

    a, b = plane
    angle = np.deg2rad(pose.orbit)
    # Around the subject at depth 1: the camera goes to the side and keeps looking at it.
    place = np.array([np.sin(angle) + pose.truck, -pose.pedestal * aspect, 1.0 - np.cos(angle) + pose.dolly])
    look = np.array([[np.cos(angle), 0.0, np.sin(angle)], [0.0, 1.0, 0.0], [-np.sin(angle), 0.0, np.cos(angle)]])
    seen = look @ (np.eye(3) - np.outer(place, (0.0, b, a)))
    turn = np.deg2rad(pose.roll)
    cos, sin = np.cos(turn) * pose.zoom, np.sin(turn) * pose.zoom
    lens = np.array([[cos, -sin, -pose.pan], [sin, cos, pose.tilt * aspect], [0.0, 0.0, 1.0]])
    return lens @ seen


def to_pixels(matrix: "np.ndarray", source: tuple[int, int], target: tuple[int, int]) -> "np.ndarray":
    """The homography between pixel centres of a (width, height) source and target of the same shape."""
    import numpy as np

    def frame(size: tuple[int, int]) -> Any:
        return np.array([[size[0], 0.0, size[0] / 2 - 0.5], [0.0, size[0], size[1] / 2 - 0.5], [0.0, 0.0, 1.0]])

    return frame(target) @ matrix @ np.linalg.inv(frame(source))


def overscan(poses: list[Pose], plane: tuple[float, float], aspect: float) -> float:
    """The least extra zoom, at most MOST_OVERSCAN, with which no frame looks beyond the still's border; 1.0: none is needed."""
    low, high = 1.0, MOST_OVERSCAN
    if _inside(poses, plane, aspect, low):
        return low
    if not _inside(poses, plane, aspect, high):
        return high
    for _ in range(14):
        middle = (low + high) / 2
        low, high = (low, middle) if _inside(poses, plane, aspect, middle) else (middle, high)
    return high


def _inside(poses: list[Pose], plane: tuple[float, float], aspect: float, extra: float) -> bool:
    import numpy as np

    corners = np.array([[-0.5, 0.5, -0.5, 0.5], [-aspect / 2, -aspect / 2, aspect / 2, aspect / 2], [1.0, 1.0, 1.0, 1.0]])
    limit = np.array([[0.5], [aspect / 2]]) * (1.0 + MIRRORED)
    for pose in poses:
        back = np.linalg.inv(homography(pose._replace(zoom=pose.zoom * extra), plane, aspect)) @ corners
        if (back[2] <= 1e-6).any() or (np.abs(back[:2] / back[2]) > limit).any():
            return False
    return True
