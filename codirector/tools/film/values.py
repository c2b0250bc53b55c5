"""The values a film request is made of: camera moves, what things do, finishing steps. They know no pictures and no prompts."""

from typing import Literal

from pydantic import Field

from codirector.values import Sha256, Text, Value

CameraKind = Literal["zoom", "dolly", "pan", "tilt", "truck", "pedestal", "orbit", "roll", "shake", "handheld"]
ActorKind = Literal["jump", "bounce", "walk", "run", "drift", "float", "sway", "spin", "breathe", "shake", "grow", "fall"]
Easing = Literal["linear", "ease in", "ease out", "ease in and out"]
FilmFormat = Literal["mp4", "webm", "mov", "gif", "webp", "png"]
"""H.264, VP9, ProRes 422 HQ, and three of pictures: animated GIF and WebP, and a ZIP of PNG files."""


class Move(Value):
    """One camera move between the shares `begin` and `end` of a shot. `amount`: zoom a factor; dolly the share of the way to the
    subject; pan, truck (positive is right), tilt, pedestal (positive is up) shares of the frame; orbit, roll degrees; shake and
    handheld the amplitude as a share of the width."""

    kind: CameraKind
    amount: float
    begin: float = Field(default=0.0, ge=0.0, le=1.0)
    end: float = Field(default=1.0, ge=0.0, le=1.0)


class Camera(Value):
    """What the camera does in a shot. `samples` (kind, a value each frame) come on top of the moves. `start` is how much more (above 1)
    or less the first frame shows; `focus` the point (shares of the picture) that a zoom goes to, None: the middle."""

    moves: tuple[Move, ...] = ()
    samples: tuple[tuple[CameraKind, tuple[float, ...]], ...] = ()
    easing: Easing = "ease in and out"
    loop: bool = False
    start: float = Field(default=1.0, ge=0.25, le=4.0)
    focus: tuple[float, float] | None = None


class Actor(Value):
    """What one thing of the shot does; `name` as in the shot's sketch, '' the first box. `x` right, `y` up."""

    name: Text = ""
    kind: ActorKind
    x: float = 0.0
    y: float = 0.0
    strength: float = Field(default=1.0, gt=0.0, le=5.0)
    rate: float = Field(default=0.7, gt=0.0, le=10.0)


class Finish(Value):
    """A step after the frames are made, in order. `value` in words or numbers; `file` a reference picture (grade), a .cube table
    (grade) or another file by hash. `rework` comes before all others, whatever its place: the picture model goes over frames of every
    shot, by the strength `value` ('0.3'; '0.3 with moving noise': noise that goes along with what the frames show)."""

    kind: Literal["stabilise", "grade", "motion_blur", "denoise", "title", "fade", "speed_ramp", "upscale", "rework"]
    value: Text = ""
    file: Sha256 | None = None


class Transition(Value):
    """How a shot begins: `seconds` are taken from both shots. A cut takes none."""

    kind: Literal["cut", "crossfade", "fade", "wipe", "slide"] = "cut"
    seconds: float = Field(default=0.5, ge=0.0, le=5.0)
