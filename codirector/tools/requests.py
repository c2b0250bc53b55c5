"""Requests: one frozen value that holds everything one piece of work needs. Pictures are named by the SHA-256 of their
bytes and read through the run's context, so a request is small, hashable and can be sent to another machine.

It does not know which backend will run it; `Capabilities` (see `capabilities`) says who can.
"""

from typing import Annotated, Literal

from pydantic import Field, TypeAdapter

from codirector.tools.sketch import Sketch
from codirector.values import Sha256, Span, Text, Value


class RenderRequest(Value):
    """What every generating request has. `prompt` and `negative` are spans whose texts are put together as they stand (no
    separator is added). Sizes in pixels of the finished picture, multiples of 8; a model that draws small and enlarges (the
    embedded one: 128 px, then Real-ESRGAN) sees to that itself. `guidance` is the classifier-free guidance scale; None means
    the model's default. `sketch` is a layout hint a backend may use; `sketch_scale` 0 (free) .. 1 (faithful).
    `upscale` makes the result 2 to 4 times as wide and high on top of width and height; None or 1: as it is."""

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


class GenerateRequest(RenderRequest):
    """Text to image."""

    kind: Literal["generate"] = "generate"


class EditRequest(RenderRequest):
    """Image to image: `image` is re-noised by `strength` (0 keeps it, 1 forgets it) and denoised towards the prompt."""

    kind: Literal["edit"] = "edit"
    image: Sha256
    strength: float = Field(default=0.6, gt=0.0, le=1.0)


class InpaintRequest(RenderRequest):
    """Only where `mask` is white changes; every pixel where it is black comes back bit for bit."""

    kind: Literal["inpaint"] = "inpaint"
    image: Sha256
    mask: Sha256
    strength: float = Field(default=1.0, gt=0.0, le=1.0)
    feather: int = Field(default=0, ge=0, le=64)


class UpscaleRequest(Value):
    """`factor` times as wide and high."""

    kind: Literal["upscale"] = "upscale"
    model: Text = ""
    image: Sha256
    factor: int = Field(default=4, ge=2, le=4)


Request = Annotated[GenerateRequest | EditRequest | InpaintRequest | UpscaleRequest, Field(discriminator="kind")]
REQUEST: TypeAdapter[Request] = TypeAdapter(Request)
RequestKind = Literal["generate", "edit", "inpaint", "upscale"]
