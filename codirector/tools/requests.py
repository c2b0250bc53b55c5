"""Requests: one frozen value that holds everything one piece of work needs. Pictures are named by the SHA-256 of their
bytes and read through the run's context, so a request is small, hashable and can be sent to another machine.

It does not know which backend will run it; `Capabilities` (see `capabilities`) says who can.
"""

from typing import Annotated, Any, Literal, Self

from pydantic import Field, TypeAdapter, model_validator

from codirector.tools.adjust import Step
from codirector.tools.film.values import Actor, Camera, FilmFormat, Finish, Transition
from codirector.tools.sketch import Sketch, SketchBox
from codirector.tools.structure import Structure
from codirector.values import Sha256, Span, Text, Value


class RenderRequest(Value):
    """What every generating request has. `prompt` and `negative` are spans whose texts are put together as they stand (no
    separator is added). Sizes in pixels of the finished picture, multiples of 8; a model that draws small and enlarges (the
    embedded one: 128 px, then Real-ESRGAN) sees to that itself. `guidance` is the classifier-free guidance scale; None means
    the model's default. `sketch` is a layout hint a backend may use; `sketch_scale` 0 (free) .. 1 (faithful).
    `upscale` makes the result 2 to 4 times as wide and high on top of width and height; None or 1: as it is. `watched`: a preview after
    every step, where the backend can, whatever it costs. `details`: things that are small in the sketch are drawn once more, close up, by
    models that draw small."""

    model: Text = ""
    prompt: tuple[Span, ...]
    negative: tuple[Span, ...] = ()
    seed: int = Field(ge=0, le=2**32 - 1)
    steps: int | None = Field(default=None, ge=1, le=200)
    guidance: float | None = Field(default=None, ge=0.0, le=50.0)
    width: int | None = Field(default=None, ge=64, le=4096, multiple_of=8)
    height: int | None = Field(default=None, ge=64, le=4096, multiple_of=8)
    sampler: Text = ""
    sketch: Sketch | None = None
    sketch_scale: float | None = Field(default=None, ge=0.0, le=1.0)
    upscale: int | None = Field(default=None, ge=1, le=4)
    watched: bool = False
    details: bool = True


class GenerateRequest(RenderRequest):
    """Text to image."""

    kind: Literal["generate"] = "generate"


class EditRequest(RenderRequest):
    """Image to image: `image` is re-noised by `strength` (0 keeps it, 1 forgets it) and denoised towards the prompt. `instruction` is the
    change in words, for models that edit by instruction; they get it in the prompt's place. `structure`: what of `image` is held to, by
    a ControlNet, while the rest is drawn anew. `places`: which noise lies where, as a map (see `noise`), so that frames of a film share
    what they show of the same place; None: noise of the seed as it comes."""

    kind: Literal["edit"] = "edit"
    image: Sha256
    strength: float = Field(default=0.6, gt=0.0, le=1.0)
    instruction: Text = ""
    structure: Structure = ""
    places: Sha256 | None = None


class Draft(Value):
    """A rough picture of a change, laid into the region before noise is added (as in SDEdit, Meng et al. 2022), so that a few
    steps are enough. In this order: `fill` fills the region from around it, `kept` draws things again that the region uncovers,
    `boxes` draws the things that come, `tint` gives a palette colour to what `boxes` outline and keeps its light and dark.
    Backends without drawings leave `kept` and `boxes` out and say so."""

    fill: bool = False
    kept: tuple[SketchBox, ...] = ()
    boxes: tuple[SketchBox, ...] = ()
    tint: Text = ""
    style: Text = "flat"


class InpaintRequest(RenderRequest):
    """Only where `mask` is white changes; every pixel where it is black comes back bit for bit. `feather`: pixels of the soft
    seam, all inside the mask. `draft`: what the region starts from instead of the picture. `window`: compute only the part of
    the picture around the mask, where the backend can. `instruction` and `structure` as in EditRequest."""

    kind: Literal["inpaint"] = "inpaint"
    image: Sha256
    mask: Sha256
    strength: float = Field(default=1.0, gt=0.0, le=1.0)
    feather: int = Field(default=0, ge=0, le=64)
    draft: Draft | None = None
    window: bool = False
    instruction: Text = ""
    structure: Structure = ""


class RegionRequest(Value):
    """Find a region of `image`; the result is a mask (product 'picture': L-mode PNG of the picture's size, white inside). Shares of
    the picture for `box` (left, top, right, bottom) and `point` (x, y). What is given is united: outlines of the drawings `gone`
    and `come` (less those of `front`, which stand before them), the place that `words` name, a `box`, a click, a `mask`.
    Then `grow` pixels (negative: shrink), then `invert`."""

    kind: Literal["region"] = "region"
    model: Text = "regions"
    image: Sha256
    gone: tuple[SketchBox, ...] = ()
    come: tuple[SketchBox, ...] = ()
    front: tuple[SketchBox, ...] = ()
    style: Text = "flat"
    words: Text = ""
    prompt: tuple[Span, ...] = ()
    seed: int = Field(default=0, ge=0, le=2**32 - 1)
    box: tuple[float, float, float, float] | None = None
    point: tuple[float, float] | None = None
    mask: Sha256 | None = None
    grow: int = Field(default=0, ge=-512, le=512)
    invert: bool = False


class RepairRequest(Value):
    """Take what `mask` covers out of `image` and fill the place from the rest of the picture, without a generating model. With
    `tint` nothing is taken out: the region takes that colour, its light and dark kept. Outside `mask` every pixel stays."""

    kind: Literal["repair"] = "repair"
    model: Text = "regions"
    image: Sha256
    mask: Sha256
    tint: Text = ""
    feather: int = Field(default=0, ge=0, le=64)
    seed: int = Field(default=0, ge=0, le=2**32 - 1)


OWN = "reader"
"""Our own readers, as a model."""


class ReadRequest(Value):
    """Say what `image` shows, or answer `question` about it. `model`: 'reader' (our own readers), a vision-language model's folder or
    hub id, or a vision chat model ('openai:…'). No picture comes back; `Done.facts` hold `text`, `sure` and `reader`."""

    kind: Literal["read"] = "read"
    model: Text = OWN
    image: Sha256
    question: str = Field(default="", max_length=2000)


class UpscaleRequest(Value):
    """`factor` times as wide and high."""

    kind: Literal["upscale"] = "upscale"
    model: Text = ""
    image: Sha256
    factor: int = Field(default=4, ge=2, le=4)


class Shot(Value):
    """One take of a film: a still (`image` by its hash, or `still` to be made first) and what the camera and the things in it do for
    `seconds`. `then` is what the still turns into by the end of the shot. `sketch` says where the things are, so that near ones move in
    front of far ones; a still with a sketch of its own needs none. `caption` is written into the picture. `transition` leads into it.
    `words` are what a video model is told of a shot that starts from an image."""

    image: Sha256 | None = None
    still: GenerateRequest | EditRequest | None = None
    then: GenerateRequest | None = None
    seconds: float = Field(default=3.0, gt=0.0, le=600.0)
    camera: Camera = Camera()
    actors: tuple[Actor, ...] = ()
    sketch: Sketch | None = None
    caption: Text = ""
    words: Text = ""
    transition: Transition = Transition()

    @model_validator(mode="after")
    def _one_source(self) -> Self:
        if (self.image is None) == (self.still is None):
            raise ValueError("a shot starts from an image or from a still to be made, one of the two")
        return self


class FilmRequest(Value):
    """Stills to a film; with a `model` that makes films by itself, its frames instead of moved stills. `width` x `height` are even numbers
    of pixels. `adjust` is done to every still before it moves; `finish` are steps over the frames, in order; `sound` a sound file by its
    hash, cut to the film's length. `seed` is for the camera's unrest. `origin` is the request by which a still that comes by its hash
    was made, for whoever wants to make it again; nothing reads it here. With `stills` the pictures drawn for the shots come back, too
    (role 'variant', in the order of the shots)."""

    kind: Literal["film"] = "film"
    model: Text = ""
    shots: tuple[Shot, ...] = Field(min_length=1, max_length=200)
    fps: int = Field(default=24, ge=1, le=120)
    width: int | None = Field(default=None, ge=16, le=4096, multiple_of=2)
    height: int | None = Field(default=None, ge=16, le=4096, multiple_of=2)
    adjust: tuple[Step, ...] = ()
    finish: tuple[Finish, ...] = ()
    sound: Sha256 | None = None
    format: FilmFormat = "mp4"
    title: Text = ""
    seed: int = Field(default=0, ge=0, le=2**32 - 1)
    origin: dict[str, Any] | None = None
    stills: bool = False


Request = Annotated[
    GenerateRequest | EditRequest | InpaintRequest | UpscaleRequest | RegionRequest | RepairRequest | ReadRequest | FilmRequest,
    Field(discriminator="kind"),
]
REQUEST: TypeAdapter[Request] = TypeAdapter(Request)
RequestKind = Literal["generate", "edit", "inpaint", "upscale", "region", "repair", "read", "film"]
