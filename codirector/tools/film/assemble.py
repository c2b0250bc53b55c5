"""From stills and a request to one clip: shots with their cameras, transitions, captions, finishing steps. Pure but for reading files
the request names.
"""

from collections import OrderedDict
from collections.abc import Callable, Sequence
from typing import TYPE_CHECKING, NamedTuple

from codirector.tools.backend import RunContext
from codirector.tools.film.clips import Clip, Edit, PerFrame, ShotClip, unplayed
from codirector.tools.film.finish import MotionBlurred, Ramped, captioned, denoised, faded, ramp_places, titled
from codirector.tools.film.flow import Between
from codirector.tools.film.grade import Grader, read_cube, table_from_words, table_to_match
from codirector.tools.film.interpolate import Interpolator
from codirector.tools.film.keyframes import Morph
from codirector.tools.film.layers import Scenery, take_apart
from codirector.tools.film.relief import Nearness
from codirector.tools.film.rework import Redraw, Rework, Reworked
from codirector.tools.film.stabilise import Stabilised
from codirector.tools.film.stills import Still
from codirector.tools.film.values import Finish
from codirector.tools.requests import FilmRequest, Shot

if TYPE_CHECKING:
    import numpy as np

OPEN_SHOTS = 3
"""Shots whose layers are in memory at once."""


class Film(NamedTuple):
    """A film ready to be asked for its frames. `shots` are (first frame, number of frames) in the edit, before any speed ramp. `notes`
    grow while shots are opened, so they are read when the last frame is made."""

    clip: Clip
    shots: tuple[tuple[int, int], ...]
    notes: list[str]


def shot_frames(request: FilmRequest) -> list[int]:
    """How many frames each shot has, so that the whole keeps its length: shot ends are rounded, not lengths."""
    ends, total = [], 0.0
    for shot in request.shots:
        total += shot.seconds
        ends.append(round(total * request.fps))
    return [max(1, end - before) for end, before in zip(ends, [0, *ends[:-1]], strict=True)]


def assemble(
    request: FilmRequest, stills: Sequence[Still], width: int, height: int, context: RunContext, between: Interpolator = Between,
    redrawn: Callable[[Shot, float, int], Redraw] | None = None, nearness: Nearness | None = None,
) -> Film:  # fmt: skip
    """The whole film as one clip of `width` x `height`; `redrawn` as `StillMaker.redrawn`, `nearness` as in
    `relief`. Raises InputError for finishing steps that cannot be read, Unsupported for those that cannot be done."""
    counts = shot_frames(request)
    notes: list[str] = []
    opened = _Opened(width, height, request, notes, nearness)
    clips: list[Clip] = []
    for number, (shot, still, count) in enumerate(zip(request.shots, stills, counts, strict=True)):
        clip: Clip = _Lazy(opened, number, shot, still, count, request.fps, width, height)
        again = rework_of(request)
        if again is not None and redrawn is not None:
            clip = Reworked(clip, clip.places, Rework(redrawn(shot, again.strength, request.seed), moving=again.moving))
        if shot.caption:
            clip = captioned(clip, shot.caption)
        clips.append(clip)
    return join(request, clips, counts, context, notes, between)


def join(
    request: FilmRequest, clips: Sequence[Clip], counts: Sequence[int], context: RunContext, notes: list[str],
    between: Interpolator = Between,
) -> Film:  # fmt: skip
    """Shots that are clips already, one after the other, with the request's transitions and finishing steps."""
    edit = Edit(clips, [shot.transition for shot in request.shots]) if len(clips) > 1 else None
    whole: Clip = edit if edit is not None else clips[0]
    starts = edit.starts if edit is not None else (0,)
    for step in request.finish:
        whole = _finished(whole, step, context, notes, between)
    return Film(whole, tuple(zip(starts, counts, strict=True)), notes)


def _finished(clip: Clip, step: Finish, context: RunContext, notes: list[str], between: Interpolator) -> Clip:
    match step.kind:
        case "stabilise":
            return Stabilised(clip)
        case "motion_blur":
            return MotionBlurred(clip, _number(step.value, 180.0, 5.0, 360.0))
        case "denoise":
            return denoised(clip)
        case "fade":
            return faded(clip, step.value)
        case "title":
            return titled(clip, step.value, last=min(clip.frames - 1, round(2.5 * clip.fps)), place="title")
        case "speed_ramp":
            return Ramped(clip, ramp_places(step.value, clip.frames), between)
        case "grade":
            return _graded(clip, step, context, notes)
        case "upscale":
            return _Enlarged(clip, int(_number(step.value, 2, 2, 4)))
        case "rework":
            return clip  # done shot by shot, before captions and cuts


class Again(NamedTuple):
    """How frames are gone over by the picture model: `strength` 0.1 to 0.8, and whether the noise moves with the picture."""

    strength: float
    moving: bool


def rework_of(request: FilmRequest) -> Again | None:
    """What the request's step 'rework' says: '0.3', 'strongly', '0.4 with moving noise'; None where there is no such step."""
    value = next((step.value for step in reversed(request.finish) if step.kind == "rework"), None)
    return None if value is None else Again(_number(value, 0.35, 0.1, 0.8), "moving" in value.casefold() or "warped" in value.casefold())


def _graded(clip: Clip, step: Finish, context: RunContext, notes: list[str]) -> Clip:
    if step.file is None:
        table, unknown = table_from_words(step.value)
        notes += unknown
        return PerFrame(clip, Grader(table))
    data = context.blobs.read(step.file)
    if data.lstrip()[:200].upper().find(b"LUT_") >= 0 or b"LUT_3D_SIZE" in data[:4096]:
        return PerFrame(clip, Grader(read_cube(data.decode("utf-8", errors="replace"))))
    import numpy as np

    from codirector.tools.pictures import open_picture

    reference = np.asarray(open_picture(data, "the reference picture").image.convert("RGB"))
    return PerFrame(clip, Grader(table_to_match(clip.frame(0), reference)))


def _number(text: str, usual: float, low: float, high: float) -> float:
    import re

    found = re.search(r"\d+(?:\.\d+)?", text)
    if found is None:
        factor = 0.5 if re.search(r"slight|little|subtle", text) else 1.7 if re.search(r"strong|heavy|a lot", text) else 1.0
        return min(high, usual * factor)
    return min(high, max(low, float(found[0])))


class _Enlarged:
    """A clip's frames enlarged by Real-ESRGAN, each from the same network: what is the same before is the same after."""

    def __init__(self, clip: Clip, factor: int) -> None:
        self._clip, self._factor = clip, factor
        self.frames, self.fps = clip.frames, clip.fps
        self.width, self.height = clip.width * factor, clip.height * factor
        self._upscaler = None

    def frame(self, index: int) -> "np.ndarray":
        import numpy as np
        from PIL import Image

        from codirector.tools.upscale import Upscaler

        if self._upscaler is None:
            self._upscaler = Upscaler()
        return np.asarray(self._upscaler.enlarge(Image.fromarray(self._clip.frame(index)), self._factor))


class _Opened:
    """The shots whose layers are in memory, the least used let go first."""

    def __init__(self, width: int, height: int, request: FilmRequest, notes: list[str], nearness: Nearness | None) -> None:
        self._nearness = nearness
        self._size, self._request, self._notes = (width, height), request, notes
        self._clips: OrderedDict[int, ShotClip | Morph] = OrderedDict()

    def get(self, number: int, make: Callable[[], ShotClip | Morph]) -> "ShotClip | Morph":
        if number not in self._clips:
            self._clips[number] = make()
            while len(self._clips) > OPEN_SHOTS:
                self._clips.popitem(last=False)
        self._clips.move_to_end(number)
        return self._clips[number]

    def open(self, shot: Shot, still: Still, count: int, seed: int) -> "ShotClip | Morph":
        """The shot's clip with its layers cut out."""
        width, height = self._size
        scenery = _scenery(still, width, height, self._nearness)
        self._notes += scenery.notes
        missing = unplayed(scenery, shot.actors)
        if missing:
            self._notes.append(f"{', '.join(missing).capitalize()} could not be cut out of the still, so it cannot move on its own.")
        clip = ShotClip(scenery, shot.camera, shot.actors, count, self._request.fps, width, height, seed)
        if still.then is None:
            return clip
        then = _scenery(still.then, width, height, self._nearness)
        after = ShotClip(then, shot.camera, shot.actors, count, self._request.fps, width, height, seed)
        return Morph(clip, after)


def _scenery(still: Still, width: int, height: int, nearness: Nearness | None) -> Scenery:
    """The still, cropped to the film's shape, as layers."""
    import cv2
    import numpy as np

    picture = still.pixels()
    rows, columns = picture.shape[:2]
    boxes = tuple(still.sketch.boxes) if still.sketch else ()
    wanted = width / height
    if abs(columns / rows - wanted) > 0.01:
        cut_w, cut_h = (round(rows * wanted), rows) if columns / rows > wanted else (columns, round(columns / wanted))
        left, top = (columns - cut_w) // 2, (rows - cut_h) // 2
        picture = picture[top : top + cut_h, left : left + cut_w]
        boxes = tuple(
            box.model_copy(
                update={
                    "x": (box.x * columns - left) / cut_w, "y": (box.y * rows - top) / cut_h,
                    "width": box.width * columns / cut_w, "height": box.height * rows / cut_h,
                }
            )
            for box in boxes
        )  # fmt: skip
    if picture.shape[1] < width or picture.shape[1] > 2 * width:
        target = (width, height)
        picture = cv2.resize(picture, target, interpolation=cv2.INTER_AREA if picture.shape[1] > width else cv2.INTER_CUBIC)
    return take_apart(np.ascontiguousarray(picture), boxes, still.outline, nearness=nearness)


class _Lazy:
    """A shot that is taken apart when its first frame is asked for."""

    def __init__(self, opened: _Opened, number: int, shot: Shot, still: Still, count: int, fps: float, width: int, height: int) -> None:
        self._opened, self._number, self._shot, self._still = opened, number, shot, still
        self.frames, self.fps, self.width, self.height = count, fps, width, height

    def frame(self, index: int) -> "np.ndarray":
        return self._clip().frame(index)

    def places(self, index: int, field: int) -> "np.ndarray":
        """See `ShotClip.places`; of a still that turns into another, the first one's."""
        return self._clip().places(index, field)

    def _clip(self) -> "ShotClip | Morph":
        return self._opened.get(self._number, lambda: self._opened.open(self._shot, self._still, self.frames, self._number))
