"""Comparing inside a chat: the current scene and seed over several models, styles, step counts, guidance values or samplers.

The scene itself stays as it is; each variant comes with the message that would go on from it. It does not know how a request is run.
"""

from collections.abc import Sequence
from itertools import product as combinations
from typing import NamedTuple

from codirector.assistant.plan import Compare
from codirector.assistant.turn.dispatch import request_for
from codirector.assistant.turn.render import product, run_request, with_provenance
from codirector.assistant.turn.state import Tools, TurnState
from codirector.errors import InputError
from codirector.prompts.apply import apply
from codirector.prompts.change import Change, SetField, SetRender
from codirector.prompts.scene import Scene
from codirector.tools.comparison import MOST, sheet

EXAMPLE = "For example: compare flat and cartoon, or compare 4, 8 and 16 steps."


class Variant(NamedTuple):
    """One cell: what is different in it, the scene that makes it, and the message that takes it over."""

    label: str
    scene: Scene
    message: str


class Choice(NamedTuple):
    """One value of one axis."""

    label: str
    change: Change
    message: str


def variants(scene: Scene, plan: Compare, present: Sequence[str] = ()) -> tuple[Variant, ...]:
    """The scene once for every combination of the plan's axes; where it names none, once for every model that is `present`.
    Raises InputError for fewer than two or more than `MOST`, and RefusedChange for a value a scene cannot take."""
    axes = axes_of(plan if any(axes_of(plan)) else plan.evolve(models=tuple(present)))
    axes = [axis for axis in axes if axis]
    cells = list(combinations(*axes)) if axes else []
    if len(cells) < 2:
        which = (
            f"Only one picture model is here ({present[0]})." if present and not any(axes_of(plan)) else "A comparison needs two or more."
        )
        raise InputError(which, EXAMPLE)
    if len(cells) > MOST:
        raise InputError(f"That would be {len(cells)} pictures; a comparison shows {MOST} at most.", "Leave some values out.")
    found = []
    for cell in cells:
        varied = scene
        for choice in cell:
            # The value the scene has already is a cell like any other; only applying it would be refused as no change.
            varied = varied if _has(varied, choice.change) else apply(varied, choice.change)
        found.append(Variant(", ".join(choice.label for choice in cell), varied, " ".join(choice.message for choice in cell)))
    return tuple(found)


def axes_of(plan: Compare) -> list[list[Choice]]:
    """The plan's axes in a fixed order, those it leaves empty included."""
    return [
        [Choice(name, _render("model", name), f"--model {name}") for name in plan.models],
        [Choice(style, SetField(field="style", value=style), f"make it {style}") for style in plan.styles],
        [Choice(f"{count} steps", _render("steps", str(count)), f"--steps {count}") for count in plan.steps],
        [Choice(f"guidance {value:g}", _render("guidance", f"{value:g}"), f"--cfg {value:g}") for value in plan.guidances],
        [Choice(name, _render("sampler", name), f"--sampler {name}") for name in plan.samplers],
    ]


def _render(setting: str, value: str) -> SetRender:
    return SetRender.model_validate({"setting": setting, "value": value})


def _has(scene: Scene, change: Change) -> bool:
    if isinstance(change, SetField):
        return str(getattr(scene, change.field)) == change.value
    return isinstance(change, SetRender) and str(getattr(scene.render, change.setting, None)) in (change.value, f"{change.value}.0")


def draw_comparison(state: TurnState, tools: Tools) -> TurnState:
    """Makes every variant and the sheet of them. Every one is checked before the first is drawn. Raises CodirectorError."""
    began = tools.clock()
    plan, view = state["planned"].plan, state["view"]
    assert isinstance(plan, Compare)
    if view.scene is None:
        raise InputError("There is no picture to compare yet.", "Describe one first, for example: a fox in the snow at sunset, watercolor")
    cells = variants(view.scene, plan, () if any(axes_of(plan)) or not tools.render else tools.present_models())
    if not tools.render:
        return {"reply_text": said(cells, ()), "suggestions": tuple(cell.message for cell in cells)[:4], "seconds": state["seconds"]}
    requests = [request_for(cell.scene, None, None) for cell in cells]
    for request in requests:
        tools.check(request)
    pictures, notes = [], []
    for cell, request in zip(cells, requests, strict=True):
        done = run_request(request, state["owner"], tools)
        drawn = done.picture
        notes += [f"{cell.label}: {note}" for note in done.notes]
        pictures.append(with_provenance(drawn, cell.scene, request, done.facts).evolve(role="variant"))
    shown = product("comparison", sheet([each.data for each in pictures], [cell.label for cell in cells]))
    return {
        "products": (shown, *pictures), "reply_text": said(cells, tuple(dict.fromkeys(notes))),
        "suggestions": tuple(cell.message for cell in cells)[:MOST],
        "seconds": state["seconds"] | {"render": tools.clock() - began},
    }  # fmt: skip


def said(cells: Sequence[Variant], notes: Sequence[str]) -> str:
    """What stands under the sheet."""
    lines = [f"{number}. **{cell.label}** – to go on with it, say “{cell.message}”" for number, cell in enumerate(cells, start=1)]
    return "\n\n".join(["The same scene and seed, side by side; your picture is as it was.", "\n".join(lines), *notes])
