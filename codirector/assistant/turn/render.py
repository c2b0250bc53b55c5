"""Making a scene's picture: one generating request at most, then adjustments and upscaling, which need no diffusion model.

It does not know how requests are run (`Tools.run`) nor where pictures are kept (`Tools.store`).
"""

import io

from codirector.assistant.session.record import ArtifactRef, Check, SessionView
from codirector.assistant.turn import checks
from codirector.assistant.turn.dispatch import Resolved, region_box, request_for
from codirector.assistant.turn.events import Previewed, Working
from codirector.assistant.turn.state import Tools
from codirector.errors import InputError, Unsupported
from codirector.prompts.change import ApplyPost, Retouch, SetMotion
from codirector.prompts.layout import LayoutBox
from codirector.prompts.scene import Scene
from codirector.tools.adjust import Step, adjust
from codirector.tools.events import Done, Preview, Product, Progress
from codirector.tools.requests import Request, UpscaleRequest

PLAIN = "base"
"""Role of the picture before adjustments and upscaling were applied: what the next turn's adjustments start from."""


def choose_request(resolved: Resolved, view: SessionView, tools: Tools) -> Request | None:
    """The generating request of this turn, or None if the picture stays as it was drawn (an adjustment, a lock).
    Raises Unsupported for what this version cannot make."""
    change = resolved.change
    if isinstance(change, SetMotion | ApplyPost):
        raise Unsupported("Films are not part of this version yet.", "The scene can become a picture: ask for a change of it instead.")
    picture = plain_picture(view, tools)
    mask = None
    if isinstance(change, Retouch):
        mask = mask_for(resolved.scene, change, picture, tools)
    request = request_for(resolved.scene, change, picture.sha256 if picture else None, mask)
    if change is None or view.scene is None or view.scene.render.seed is None or picture is None or mask:
        return request
    return None if request_for(view.scene, None, None) == request else request


def plain_picture(view: SessionView, tools: Tools) -> ArtifactRef | None:
    """The newest picture as it was drawn, before adjustments."""
    if view.picture is None:
        return None
    whole = view.history
    if whole and whole[0].number > 1 and not any(view.picture in stored.turn.artifacts for stored in whole):
        # Long talk since the last picture: only then is the whole thread read.
        whole = tools.store.view(view.session, view.thread).history
    for stored in reversed(whole):
        if any(ref.sha256 == view.picture.sha256 for ref in stored.turn.artifacts):
            return next((ref for ref in stored.turn.artifacts if ref.role == PLAIN), view.picture)
    return view.picture


def mask_for(scene: Scene, change: Retouch, picture: ArtifactRef | None, tools: Tools) -> str:
    """The hash of the mask: the given file, or the layout's box of the thing that is named. Raises InputError."""
    if change.retouching.mask is not None:
        return change.retouching.mask
    if picture is None:
        raise InputError("There is no picture to retouch yet.", "Make or upload one first.")
    box = region_box(scene, change.retouching.region)
    if box is None:
        names = ", ".join(element.name for element in scene.elements) or "nothing yet"
        raise InputError(f"I cannot find “{change.retouching.region}” in the picture.", f"I know the place of: {names}.")
    mask = box_mask(box, picture.width, picture.height)
    return tools.store.artifacts.write(mask, "image/png", "mask", picture.width, picture.height).sha256


def box_mask(box: LayoutBox, width: int, height: int) -> bytes:
    """An L-mode PNG of width x height pixels, white inside the box."""
    from PIL import Image, ImageDraw

    mask = Image.new("L", (width, height), 0)
    left, top = (box.x - box.width / 2) * width, (box.y - box.height / 2) * height
    ImageDraw.Draw(mask).rectangle((left, top, left + box.width * width - 1, top + box.height * height - 1), fill=255)
    out = io.BytesIO()
    mask.save(out, format="PNG")
    return out.getvalue()


def run_request(request: Request, owner: str, tools: Tools) -> Done:
    """Runs it in turn with other people's, handing progress and previews on."""

    def hand_on(event: object) -> None:
        if isinstance(event, Progress):
            tools.emit(Working(progress=event))
        elif isinstance(event, Preview):
            tools.emit(Previewed(preview=event))

    return tools.run(request, owner, tools.cancel, hand_on)


def finished_products(drawn: bytes, scene: Scene, owner: str, tools: Tools) -> tuple[Product, ...]:
    """The picture as the person gets it, and where it differs also the picture as drawn (`PLAIN`)."""
    steps = [Step(kind=a.kind, amount=a.amount) for a in scene.adjustments]
    data = adjust(drawn, steps)
    if scene.upscale > 1:
        whole = product(PLAIN, data)
        source = tools.store.artifacts.write(data, "image/png", PLAIN, whole.width, whole.height).sha256
        data = picture_of(run_request(UpscaleRequest(image=source, factor=scene.upscale), owner, tools)).data
    if data is drawn:
        return (product("picture", drawn),)
    return (product("picture", data), product(PLAIN, drawn))


def product(role: str, data: bytes) -> Product:
    from PIL import Image

    with Image.open(io.BytesIO(data)) as picture:
        return Product.model_validate({"role": role, "data": data, "width": picture.width, "height": picture.height})


def picture_of(done: Done) -> Product:
    return next(p for p in done.products if p.role == "picture")


def measure(resolved: Resolved, view: SessionView, request: Request | None, picture: bytes, tools: Tools) -> tuple[Check, ...]:
    """What this kind of turn promises, measured."""
    if resolved.change is None or view.scene is None:
        return ()
    found = [checks.one_change(view.scene, resolved.scene)]
    if resolved.change.kind != "set_render":
        found.append(checks.seed_kept(view.scene, resolved.scene))
    before = plain_picture(view, tools)
    if before is not None and request is not None:
        old = tools.store.artifacts.read(before.sha256)
        if request.kind == "inpaint":
            found.append(checks.changed_outside(old, picture, tools.store.artifacts.read(request.mask)))
        found.append(checks.changed_share(old, picture))
    return tuple(found)
