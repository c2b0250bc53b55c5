"""`Scene`: everything a picture (or film) is asked to be, as one frozen value. Order follows the prompt guide:
[Subject] + [Action/Scene] + [Style] + [Lighting/Mood] + [Camera/Composition/Details] + [Medium].

It does not know how models are prompted (see `compile`) nor how it comes to change (see `apply`).
"""

from typing import Literal

from pydantic import Field, field_validator

from codirector.values import Sha256, Text, Value, Word

SceneField = Literal["action", "setting", "style", "lighting", "mood", "camera", "composition", "medium"]
SCENE_FIELDS: tuple[SceneField, ...] = ("action", "setting", "style", "lighting", "mood", "camera", "composition", "medium")
Attribute = Literal["colour", "material", "count", "placement", "pose", "text", "size"]


class Element(Value):
    """A thing in the scene. The first element of a scene is its main subject. `text` is lettering on it; `size` is how big it is
    for a thing of its kind ('tiny', 'big', see `sizes`), '' as big as usual."""

    name: Word
    count: int = Field(default=1, ge=1, le=99)
    colour: Text = ""
    material: Text = ""
    placement: Text = ""
    pose: Text = ""
    text: Text = ""
    size: Text = ""
    weight: float = Field(default=1.0, ge=0.0, le=3.0)


class Emphasis(Value):
    """A weight on a scene field (`style`, `lighting`, ...) or on one of `details`, by its text. 1.0 is neutral."""

    target: Word
    weight: float = Field(ge=0.0, le=3.0)


class Render(Value):
    """Render settings. None means: the model's own default. `seed` is fixed when a scene is created and kept from then on.
    `layout` says how strongly the layout sketch guides: 0.0 is free (text only), 1.0 is faithful."""

    seed: int | None = Field(default=None, ge=0, le=2**32 - 1)
    steps: int | None = Field(default=None, ge=1, le=200)
    guidance: float | None = Field(default=None, ge=0.0, le=50.0)
    width: int | None = Field(default=None, ge=64, le=4096)
    height: int | None = Field(default=None, ge=64, le=4096)
    sampler: Text = ""
    model: Text = ""
    layout: float | None = Field(default=None, ge=0.0, le=1.0)

    @field_validator("width", "height")
    @classmethod
    def _multiple_of_eight(cls, value: int | None) -> int | None:
        if value is not None and value % 8:
            raise ValueError(f"{value} is not a multiple of 8; the nearest sizes that work are {value // 8 * 8} and {value // 8 * 8 + 8}")
        return value


Easing = Literal["linear", "ease in", "ease out", "ease in and out"]


class Motion(Value):
    """What moves: the camera, the subject, for how long. Empty strings mean: not asked for. `camera` in words or as a Deforum
    schedule (see `motion`); `start` is how much the first frame shows (0.5 half as much as usual, 1.5 half as much again); `speed`
    scales how far camera and subject go; `loop`: the end leads back to the beginning; `transition` is fades at its ends."""

    camera: Text = ""
    subject: Text = ""
    seconds: float = Field(default=3.0, gt=0.0, le=600.0)
    fps: int = Field(default=24, ge=1, le=120)
    continuity: Text = ""
    framing: Text = ""
    start: float = Field(default=1.0, ge=0.25, le=4.0)
    speed: float = Field(default=1.0, ge=0.05, le=10.0)
    easing: Easing = "ease in and out"
    loop: bool = False
    transition: Text = ""


class Adjustment(Value):
    """A picture operation that needs no model, kept in order and re-applied after every render.
    `amount` is relative, -1..1 (0 is none) for tones; crop keeps the centred share 0..1; rotate is degrees -180..180, straighten
    -45..45 (turned and cut so that no corner is empty); flip is 1 (left and right) or 2 (top and bottom); denoise 0..1; lut is how
    much of the colour table `file` (a stored .cube) counts, 0..1."""

    kind: Literal["brightness", "contrast", "saturation", "warmth", "sharpness", "crop", "rotate", "straighten", "flip", "denoise", "lut"]
    amount: float = Field(ge=-180.0, le=180.0)
    file: Sha256 | None = None


class Retouching(Value):
    """A regional edit: `region` in words or as a mask file's hash; what to put there ('' with mode remove). `extend` makes the
    picture larger instead: `region` names the sides (left, right, top, bottom; '' is all), `share` by how much of its side each.
    `grow` widens the region by a share of the picture's width (negative: narrows it), `feather` is the width of its soft seam,
    `invert` takes the rest of the picture."""

    mode: Literal["fill", "remove", "extend"] = "fill"
    region: Text = ""
    mask: Sha256 | None = None
    content: Text = ""
    grow: float = Field(default=0.0, ge=-0.2, le=0.2)
    feather: float = Field(default=0.012, ge=0.0, le=0.1)
    invert: bool = False
    share: float = Field(default=0.25, gt=0.0, le=1.0)


class Post(Value):
    """A finishing step of a film. `value` in words: grade 'teal and orange', motion_blur '180' (shutter degrees), title 'The fox',
    speed_ramp 'slow in the middle', sound a file's hash."""

    kind: Literal["stabilise", "grade", "motion_blur", "denoise", "title", "speed_ramp", "sound"]
    value: Text = ""


class Scene(Value):
    """The whole structured prompt. Frozen; every change makes a new one. `locked` names fields, elements or `seed` that
    must not change. `base` is the hash of an uploaded picture the scene starts from, if any."""

    elements: tuple[Element, ...] = Field(default=(), max_length=40)
    action: Text = ""
    setting: Text = ""
    style: Text = ""
    lighting: Text = ""
    mood: Text = ""
    camera: Text = ""
    composition: Text = ""
    medium: Text = ""
    details: tuple[Word, ...] = Field(default=(), max_length=60)
    avoid: tuple[Word, ...] = Field(default=(), max_length=60)
    emphasis: tuple[Emphasis, ...] = ()
    render: Render = Render()
    motion: Motion | None = None
    adjustments: tuple[Adjustment, ...] = ()
    retouches: tuple[Retouching, ...] = ()
    upscale: int = Field(default=1, ge=1, le=4)
    post: tuple[Post, ...] = ()
    locked: tuple[Word, ...] = ()
    base: Sha256 | None = None
