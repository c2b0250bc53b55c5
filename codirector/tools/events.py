"""What a running request reports: `Progress` and `Preview` while it runs, one `Done` at the end. Errors are raised, not sent.

The same events travel from a local backend, a server or a cluster. They do not know who listens.
"""

from typing import Annotated, Any, Literal

from pydantic import Field

from codirector.errors import InternalError
from codirector.values import Value


class Progress(Value):
    """`step` of `steps` of `stage` is finished (step 0: the stage begins). `seconds_left` until the end of the stage, where long work
    can tell."""

    kind: Literal["progress"] = "progress"
    stage: str
    step: int = Field(ge=0)
    steps: int = Field(ge=0)
    seconds_left: float | None = None


class Preview(Value):
    """How the picture looks after `step`: an encoded image (JPEG or PNG by `media_type`)."""

    kind: Literal["preview"] = "preview"
    step: int = Field(ge=0)
    steps: int = Field(ge=0)
    data: bytes = Field(repr=False)
    media_type: str = "image/jpeg"
    width: int
    height: int


class Product(Value):
    """A finished file. `role` says what it is: 'picture' (the result), 'base' (before upscaling), 'mask', 'sketch', 'film', 'strip'
    (some frames of a film side by side), 'timeline' (OpenTimelineIO; its size is the film's), 'comparison' (a labelled sheet),
    'variant' (one picture of it), 'explained' (a sheet of figures on how a picture was read or made) and 'report' (all of them as an
    HTML page; its size is theirs, one below the other)."""

    role: Literal[
        "picture", "base", "mask", "sketch", "video", "film", "strip", "timeline", "comparison", "variant", "explained", "report"
    ] = "picture"
    media_type: str = "image/png"
    data: bytes = Field(repr=False)
    width: int
    height: int


class Done(Value):
    """The end. `facts` are what really ran (model id, revision, steps, guidance, size, sampler, device, dtype, versions,
    seconds per stage): JSON values only. `notes` are sentences for the person: everything that could not be honoured."""

    kind: Literal["done"] = "done"
    products: tuple[Product, ...]
    facts: dict[str, Any] = Field(default={})
    notes: tuple[str, ...] = ()

    @property
    def picture(self) -> Product:
        """The result. Raises InternalError where the run made none (a film has none)."""
        found = next((product for product in self.products if product.role == "picture"), None)
        if found is None:
            raise InternalError("The run ended without a picture.", "This is a fault of ours; please report it.")
        return found


Event = Annotated[Progress | Preview | Done, Field(discriminator="kind")]
