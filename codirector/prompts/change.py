"""`Change`: the single moves a turn may make, as a discriminated union on `kind`. A turn holds exactly one: that is a type.

It does not know whether a change makes sense for a scene (see `apply`).
"""

from typing import Annotated, Literal

from pydantic import Field, TypeAdapter

from codirector.prompts.scene import Adjustment, Attribute, Element, Post, Retouching, SceneField
from codirector.values import Text, Value, Word


class AddElement(Value):
    kind: Literal["add_element"] = "add_element"
    element: Element


class RemoveElement(Value):
    kind: Literal["remove_element"] = "remove_element"
    name: Word


class ReplaceElement(Value):
    """`name` goes, `element` takes its place in the order and keeps its placement and count unless it names others."""

    kind: Literal["replace_element"] = "replace_element"
    name: Word
    element: Element


class AlterElement(Value):
    """One attribute of one element. `value` is text; for `count` a whole number as text ('3'), for `size` as a person would say
    it ('bigger', 'half as big', 'huge')."""

    kind: Literal["alter_element"] = "alter_element"
    name: Word
    attribute: Attribute
    value: Text


class SetField(Value):
    """One scene field. An empty value clears it."""

    kind: Literal["set_field"] = "set_field"
    field: SceneField
    value: Text


class AddDetail(Value):
    kind: Literal["add_detail"] = "add_detail"
    detail: Word


class RemoveDetail(Value):
    kind: Literal["remove_detail"] = "remove_detail"
    detail: Word


class Weigh(Value):
    """Weight of an element (by name), a field (by field name) or a detail (by text). 1.0 is neutral."""

    kind: Literal["weigh"] = "weigh"
    target: Word
    weight: float = Field(ge=0.0, le=3.0)


class Avoid(Value):
    """Add a term to the negative prompt, or take it out again (`undo=True`)."""

    kind: Literal["avoid"] = "avoid"
    term: Word
    undo: bool = False


class SetRender(Value):
    """One render setting. `value` is text as a person would write it ('7', '512x768'); `size` sets width and height."""

    kind: Literal["set_render"] = "set_render"
    setting: Literal["seed", "steps", "guidance", "size", "sampler", "model", "layout"]
    value: Text


class Retouch(Value):
    kind: Literal["retouch"] = "retouch"
    retouching: Retouching


class Adjust(Value):
    """Put an adjustment on top of the stack, or take the last one of its kind out of it, wherever it lies (`undo=True`)."""

    kind: Literal["adjust"] = "adjust"
    adjustment: Adjustment
    undo: bool = False


class Upscale(Value):
    kind: Literal["upscale"] = "upscale"
    factor: int = Field(default=2, ge=1, le=4)


class SetMotion(Value):
    """One motion setting. `value` is text ('slow zoom in', '3', 'slower', 'wider', 'on')."""

    kind: Literal["set_motion"] = "set_motion"
    setting: Literal["camera", "subject", "seconds", "fps", "continuity", "framing", "start", "speed", "easing", "loop", "transition"]
    value: Text


class ApplyPost(Value):
    kind: Literal["post"] = "post"
    post: Post


class Lock(Value):
    """Keep `target` (a field, an element's name or `seed`) as it is from now on; or let it go again (`undo=True`)."""

    kind: Literal["lock"] = "lock"
    target: Word
    undo: bool = False


Change = Annotated[
    AddElement | RemoveElement | ReplaceElement | AlterElement | SetField | AddDetail | RemoveDetail | Weigh | Avoid
    | SetRender | Retouch | Adjust | Upscale | SetMotion | ApplyPost | Lock,
    Field(discriminator="kind"),
]  # fmt: skip
CHANGE: TypeAdapter[Change] = TypeAdapter(Change)
