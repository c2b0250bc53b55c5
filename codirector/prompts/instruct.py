"""`instruction(change)`: one change as a sentence to a model that edits by instruction ("add a red balloon on the left"). Pure.

It does not know which models those are, nor the person's own words: the change is what was understood of them.
"""

from functools import singledispatch

from codirector.prompts.change import (
    AddDetail,
    AddElement,
    AlterElement,
    Avoid,
    Change,
    RemoveDetail,
    RemoveElement,
    ReplaceElement,
    Retouch,
    SetField,
)
from codirector.prompts.find import describe
from codirector.prompts.scene import Element
from codirector.prompts.words import with_article

_FIELDS = {
    "style": "turn it into {value} style", "lighting": "change the light to {value}", "mood": "make the mood {value}",
    "camera": "show it as a {value}", "composition": "arrange it as {value}", "medium": "make it look like {value}",
    "action": "let the main subject be {value}",
}  # fmt: skip
_ATTRIBUTES = {
    "colour": "make the {name} {value}", "material": "make the {name} out of {value}", "placement": "move the {name} {value}",
    "pose": "make the {name} {value}", "text": "write “{value}” on the {name}", "count": "show {value} of the {name}",
    "size": "make the {name} {value}",
}  # fmt: skip


def instruction(change: Change | None) -> str:
    """The sentence, without a capital or a full stop; '' for a change that draws nothing (a lock, a seed) or is none."""
    return _words(change)


@singledispatch
def _words(change: object) -> str:
    return ""


@_words.register
def _(change: AddElement) -> str:
    return f"add {_named(change.element)} {change.element.placement}".strip()


@_words.register
def _(change: RemoveElement) -> str:
    return f"remove the {change.name}"


@_words.register
def _(change: ReplaceElement) -> str:
    return f"replace the {change.name} with {_named(change.element)}"


@_words.register
def _(change: AlterElement) -> str:
    return _ATTRIBUTES[change.attribute].format(name=change.name, value=change.value or "plain")


@_words.register
def _(change: SetField) -> str:
    if not change.value:
        return f"remove the {change.field}"
    if change.field == "setting":
        return f"change the background to {change.value.removeprefix('in ').removeprefix('on ')}"
    return _FIELDS[change.field].format(value=change.value)


@_words.register
def _(change: AddDetail) -> str:
    return f"add {change.detail}"


@_words.register
def _(change: RemoveDetail) -> str:
    return f"remove {change.detail}"


@_words.register
def _(change: Avoid) -> str:
    return "" if change.undo else f"remove any {change.term}"


@_words.register
def _(change: Retouch) -> str:
    wish = change.retouching
    if wish.mode == "extend":
        return "continue the picture beyond its border"
    where = wish.region or "the marked part"
    return f"remove {where}" if wish.mode == "remove" else f"replace {where} with {wish.content}"


def _named(element: Element) -> str:
    return describe(element) if element.count > 1 else with_article(describe(element))
