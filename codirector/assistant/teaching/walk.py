"""A walk through the denoising of one picture: the same request once more, watched after every step, each step with what was measured.

A step's picture is what the model takes the end for at that step (the predicted clean latents), not the noisy latents themselves.
Backends that show nothing while they draw cannot be walked through, and it says so.
"""

from __future__ import annotations

import dataclasses
import io
from collections.abc import Sequence
from typing import TYPE_CHECKING, NamedTuple

from codirector.assistant.session.provenance import pixels_hash
from codirector.assistant.session.record import SessionView
from codirector.assistant.turn.dispatch import request_for
from codirector.assistant.turn.events import Previewed, TurnEvent
from codirector.assistant.turn.render import plain_picture, product, run_request, with_picture_in_history
from codirector.assistant.turn.reply import offer
from codirector.assistant.turn.state import Tools
from codirector.errors import InputError, Unsupported
from codirector.tools.comparison import MOST, sheet
from codirector.tools.events import Preview, Product
from codirector.tools.pictures import to_png
from codirector.tools.requests import REQUEST, Request

if TYPE_CHECKING:
    from PIL.Image import Image

SETTLED = 2.0
"""Percent of change below which a step only works on details."""
GO_ON = ("drag the guidance scale", "what happens in the reverse process?")


class Step(NamedTuple):
    """`away`: percent by which it differs from the finished picture; `moved`: from the step before (None for the first), as mean
    difference of colour values."""

    number: int
    picture: Image
    away: float
    moved: float | None


class Walked(NamedTuple):
    """The words, the sheet and after it the single pictures."""

    text: str
    products: tuple[Product, ...] = ()


def walk(view: SessionView, tools: Tools, owner: str) -> Walked:
    """Draws the current picture again and shows every step. Raises InputError without a picture, Unsupported where nothing can be
    seen of the steps, CodirectorError."""
    if view.scene is None:
        raise InputError("There is no picture whose steps could be shown.", "Describe one first, for example: a fox in the snow")
    if not tools.render:
        return Walked("The picture is drawn once more with the same seed and shown after every step; for that, drawing must be on.")
    view = with_picture_in_history(view, tools)
    request = request_behind(view).evolve(watched=True)
    tools.check(request)
    frames: list[Preview] = []

    def emit(event: TurnEvent) -> None:
        tools.emit(event)
        if isinstance(event, Previewed):
            frames.append(event.preview)

    done = run_request(request, owner, dataclasses.replace(tools, emit=emit))
    if not frames:
        raise Unsupported("This model shows nothing of its steps while it draws.", "Try the embedded one, or: compare 2, 4 and 8 steps")
    steps = measured(frames, _opened(done.picture.data))
    shown = picked(steps)
    total = frames[0].steps
    labels = [*(f"step {step.number} of {total}" for step in shown), "finished"]
    pictures = [*(to_png(step.picture) for step in shown), done.picture.data]
    before = plain_picture(view, tools)
    same = before is not None and pixels_hash(tools.store.artifacts.read(before.sha256)) == pixels_hash(done.picture.data)
    text = said(shown, labels, steps, same)
    variants = [product("variant", data) for data in pictures]
    return Walked(text, (product("comparison", sheet(pictures, labels)), *variants))


def request_behind(view: SessionView) -> Request:
    """What drew the current picture as a whole; where parts of it were edited, what draws its scene as a whole."""
    assert view.scene is not None
    stored = next(
        (each for each in reversed(view.history) if view.picture is not None and view.picture in each.turn.artifacts and each.turn.request),
        None,
    )
    if stored is not None and stored.turn.tool in ("generate", "edit") and stored.turn.scene == view.scene:
        return REQUEST.validate_python(stored.turn.request)
    return request_for(view.scene, None, None)


def measured(frames: Sequence[Preview], finished: Image) -> tuple[Step, ...]:
    """The steps with how far each is from the end and from the one before."""
    import numpy as np

    def colours(image: Image) -> np.ndarray:
        return np.asarray(image, dtype=np.float32)

    found: list[Step] = []
    for frame in frames:
        image = _opened(frame.data)
        now, end = colours(image), colours(finished.resize(image.size))
        before = colours(found[-1].picture.resize(image.size)) if found else None
        moved = None if before is None else float(np.abs(now - before).mean() / 2.55)
        found.append(Step(frame.step, image, float(np.abs(now - end).mean() / 2.55), moved))
    return tuple(found)


def picked(steps: Sequence[Step]) -> tuple[Step, ...]:
    """As many as a sheet holds beside the finished picture: the first, the last, and others evenly between them."""
    most = MOST - 1
    if len(steps) <= most:
        return tuple(steps)
    return tuple(steps[round(place * (len(steps) - 1) / (most - 1))] for place in range(most))


def said(shown: Sequence[Step], labels: Sequence[str], steps: Sequence[Step], same: bool) -> str:
    """What stands under the sheet: a line a picture, then what the walk shows."""
    lines = []
    for number, (step, label) in enumerate(zip(shown, labels, strict=False), start=1):
        moved = "" if step.moved is None else f"; {step.moved:.1f} % changed in this step"
        lines.append(f"{number}. **{label}** – {step.away:.1f} % away from the finished picture{moved}")
    end = "it is your picture, pixel for pixel" if same else "decoded and enlarged, before adjustments and edits of parts"
    lines.append(f"{len(shown) + 1}. **{labels[-1]}** – {end}")
    intro = "The same request and seed once more, seen after every step: what the model takes the end for at that moment."
    return "\n\n".join([intro, "\n".join(lines), *_lesson(steps), f"Go on from here:\n\n{offer(GO_ON)}"])


def _lesson(steps: Sequence[Step]) -> list[str]:
    """What the measurements say; nothing of a walk of one or two steps."""
    moves = [(step.moved, step.number) for step in steps if step.moved is not None]
    if len(moves) < 2:
        return []
    most, where = max(moves)
    last = max((number for moved, number in moves if moved >= SETTLED), default=steps[0].number)
    words = f"Most changes between steps {where - 1} and {where} ({most:.1f} %)"
    settled = f"; after step {last} no step changes {SETTLED:.0f} % any more: details from there on" if last < steps[-1].number else ""
    return [f"{words}{settled}."]


def _opened(data: bytes) -> Image:
    from PIL import Image

    with Image.open(io.BytesIO(data)) as opened:
        return opened.convert("RGB")
