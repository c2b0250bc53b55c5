"""Making a scene's picture: one generating request at most, then adjustments and upscaling, which need no diffusion model.

It does not know how requests are run (`Tools.run`) nor where pictures are kept (`Tools.store`).
"""

import io
from collections.abc import Mapping
from typing import Any

from codirector.assistant.session.record import ArtifactRef, Check, Run, SessionView, Turn
from codirector.assistant.session.sealing import sealed
from codirector.assistant.turn import checks, editing, judging
from codirector.assistant.turn.dispatch import Resolved, compiled, request_for
from codirector.assistant.turn.events import Previewed, Working
from codirector.assistant.turn.state import Tools
from codirector.errors import InputError, Unsupported
from codirector.prompts.change import ApplyPost, Retouch
from codirector.prompts.scene import Scene
from codirector.tools.adjust import Step, adjust
from codirector.tools.events import Done, Preview, Product, Progress
from codirector.tools.requests import InpaintRequest, RepairRequest, Request, UpscaleRequest

PLAIN = "base"
"""Role of the picture before adjustments and upscaling were applied: what the next turn's adjustments start from."""


def choose_request(resolved: Resolved, view: SessionView, tools: Tools) -> Request | None:
    """The generating request of this turn, or None if the picture stays as it was drawn (an adjustment, a lock). A change of one
    part is made in that part only, where the model can (see `editing`). Raises Unsupported for what this version cannot make."""
    change = resolved.change
    if isinstance(change, ApplyPost) and resolved.scene.motion is None:
        raise Unsupported("This is a finish for films, and the picture does not move yet.", "Set it in motion first: slow zoom in")
    view = with_picture_in_history(view, tools)
    picture = plain_picture(view, tools)
    if isinstance(change, Retouch) and picture is None:
        raise InputError("There is no picture to retouch yet.", "Make or upload one first.")
    if tools.render and picture is not None and (edit := editing.choose_edit(resolved, view, picture, tools)) is not None:
        return edit.request
    if isinstance(change, Retouch) or (resolved.scene.base is not None and not compiled(resolved.scene).spans):
        return None
    start = picture.sha256 if picture else None
    sketch = editing.sketch_now(resolved, view)
    request = request_for(resolved.scene, change, start, sketch=sketch)
    if change is None or view.scene is None or view.scene.render.seed is None or picture is None:
        return request
    if request_for(view.scene, change, start, sketch=sketch) == request:
        return None
    told = editing.by_instruction(request, resolved.scene, change, picture, tools)
    return editing.held_to_structure(told, resolved.scene, change, picture, tools)


def with_picture_in_history(view: SessionView, tools: Tools) -> SessionView:
    """The view with the turn of its newest picture in `history`: after long talk only, the whole thread is read."""
    whole = view.history
    if whole and whole[0].number > 1 and view.picture and not any(view.picture in stored.turn.artifacts for stored in whole):
        return view.evolve(history=tools.store.view(view.session, view.thread).history)
    return view


def plain_picture(view: SessionView, tools: Tools) -> ArtifactRef | None:
    """The newest picture as it was drawn, before adjustments."""
    if view.picture is None:
        return None
    for stored in reversed(with_picture_in_history(view, tools).history):
        if any(ref.sha256 == view.picture.sha256 for ref in stored.turn.artifacts):
            return next((ref for ref in stored.turn.artifacts if ref.role == PLAIN), view.picture)
    return view.picture


def run_request(request: Request, owner: str, tools: Tools) -> Done:
    """Runs it in turn with other people's, handing progress and previews on."""

    def hand_on(event: object) -> None:
        if isinstance(event, Progress):
            tools.emit(Working(progress=event))
        elif isinstance(event, Preview):
            tools.emit(Previewed(preview=event))

    return tools.run(request, owner, tools.cancel, hand_on)


def finished_products(
    drawn: bytes, scene: Scene, owner: str, tools: Tools, request: Request | None = None, view: SessionView | None = None
) -> tuple[Product, ...]:
    """The picture as the person gets it, and where it differs also the picture as drawn (`PLAIN`). After a regional edit
    (`request`, of the picture in `view`) the finished picture, too, is the one before outside the region."""
    read = tools.store.artifacts.read
    steps = [Step(kind=a.kind, amount=a.amount, table=read(a.file) if a.file else b"") for a in scene.adjustments]
    data = adjust(drawn, steps)
    if scene.upscale > 1:
        whole = product(PLAIN, data)
        source = tools.store.artifacts.write(data, "image/png", PLAIN, whole.width, whole.height).sha256
        data = run_request(UpscaleRequest(image=source, factor=scene.upscale), owner, tools).picture.data
    if data is drawn:
        return (product("picture", drawn),)
    if request is not None and request.kind in ("inpaint", "repair") and view is not None:
        data = editing.kept_outside(data, scene, request, view, tools)
    return (product("picture", data), product(PLAIN, drawn))


def second_try(
    resolved: Resolved, view: SessionView, owner: str, request: Request | None, found: tuple[Check, ...], tools: Tools
) -> tuple[Request, Done, tuple[Check, ...]] | None:
    """A regional edit whose check failed is tried once more, in a tighter region; None where there is nothing to try, or where the
    second picture is no better."""
    failed = _failed(found)
    picture = plain_picture(view, tools)
    if not failed or picture is None or request is None or request.kind != "inpaint":
        return None
    edit = editing.choose_edit(resolved, with_picture_in_history(view, tools), picture, tools, tight=True)
    if edit is None or edit.request == request:
        return None
    done = run_request(edit.request, owner, tools)
    again = measure(resolved, view, edit.request, done.picture.data, tools)
    return (edit.request, done, again) if _failed(again) < failed else None


def _failed(found: tuple[Check, ...]) -> int:
    """How many promises about pixels were not kept; another picture would not mend the others."""
    mendable = (checks.OUTSIDE, checks.SHIFT, checks.SIMILAR, checks.ASKED)
    return sum(check.passed is False for check in found if check.name in mendable)


def with_provenance(product: Product, scene: Scene, request: Request, facts: Mapping[str, Any]) -> Product:
    """A picture that no turn will hold, with its request and the `parameters` text inside, as a turn's picture has them."""
    words = compiled(scene)
    asked = request.model_dump(mode="json")
    turn = Turn(message="", action="create", scene=scene, prompt=words.text, negative=words.negative_text, request=asked)
    return next(each.evolve(data=data) for each, data in sealed(turn, Run(facts=dict(facts)), (product,)))


def product(role: str, data: bytes) -> Product:
    from PIL import Image

    with Image.open(io.BytesIO(data)) as picture:
        return Product.model_validate({"role": role, "data": data, "width": picture.width, "height": picture.height})


def mask_product(request: Request | None, tools: Tools) -> tuple[Product, ...]:
    """The region of a regional edit, kept with the turn: it is shown, and can be corrected and used again."""
    if not isinstance(request, InpaintRequest | RepairRequest):
        return ()
    return (product("mask", tools.store.artifacts.read(request.mask)),)


def measure(resolved: Resolved, view: SessionView, request: Request | None, picture: bytes, tools: Tools) -> tuple[Check, ...]:
    """What this kind of turn promises, measured."""
    if resolved.change is None or view.scene is None:
        return ()
    found = [checks.one_change(view.scene, resolved.scene)]
    if resolved.change.kind != "set_render":
        found.append(checks.seed_kept(view.scene, resolved.scene))
    before = plain_picture(view, tools)
    if before is not None and request is not None:
        # A picture made larger is compared with the larger canvas it was drawn on.
        regional = request if isinstance(request, InpaintRequest | RepairRequest) else None
        old, new = checks.Pixels(tools.store.artifacts.read(regional.image if regional else before.sha256)), checks.Pixels(picture)
        mask = checks.Pixels(tools.store.artifacts.read(regional.mask)) if regional and regional.mask else None
        if mask is not None:
            found += [checks.changed_outside(old, new, mask), checks.region_share(mask), checks.frame_shift(old, new, mask)]
        found += [checks.kept_similarity(old, new, mask), checks.changed_share(old, new)]
        found.append(judging.asked_for(view.scene, resolved, old.image, new.image))
    return tuple(found)
