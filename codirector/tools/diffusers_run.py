"""One request on its way through the stages of the diffusers backend: encode, denoise, decode, enlarge, put in place.

Knows requests, pictures and one loaded model. It does not know how models are kept, which thread it is on, nor who asked.
"""

import inspect
import math
import time
from dataclasses import replace
from typing import TYPE_CHECKING, Any, Protocol

from codirector.tools.backend import RunContext
from codirector.tools.blocking import Listener
from codirector.tools.closeup import close_up
from codirector.tools.composite import (
    Sizes,
    flatten,
    paste_inside,
    read_mask,
    repeat,
    resize,
    shrink_mask,
    sizes_to_draw,
    sizes_to_rework,
    snapped,
)
from codirector.tools.denoise import Drawing, Watched, denoise
from codirector.tools.detail import Detailed, close_looks, draw_again, put_back, put_in
from codirector.tools.drafts import Layers, draw_draft
from codirector.tools.events import Done, Product, Progress
from codirector.tools.noise import unpacked
from codirector.tools.pictures import open_picture, to_png
from codirector.tools.pipelines import LoadedModel
from codirector.tools.registration import register
from codirector.tools.requests import EditRequest, GenerateRequest, InpaintRequest, RenderRequest
from codirector.tools.samplers import find_sampler, samplers_for
from codirector.tools.sketch import Sketch
from codirector.tools.sketch_styles import style_of
from codirector.tools.structure import Structure, control_picture
from codirector.tools.weighted_sketch import draw_weighted
from codirector.tools.window import window_around
from codirector.values import Span

if TYPE_CHECKING:
    from PIL.Image import Image

LEAST_GUIDANCE = 1.5
"""The guidance scale of a request with a negative prompt that names none, for models whose own default is none."""
MOST_DEFAULT_STEPS = 30
"""diffusers' own default of 50 steps dates from slower solvers."""
SEAM = 5
"""Pixels around a region that are enlarged with it: what Real-ESRGAN makes of its border depends on what lies beside."""
_TASKS = {"generate": "text", "edit": "image", "inpaint": "inpaint"}


class Workshop(Protocol):
    """What a run takes from its backend."""

    name: str

    def model(self, name: str, listener: Listener) -> LoadedModel: ...
    def enlarge(self, image: "Image", width: int, height: int, listener: Listener) -> "Image": ...


class DiffusersRun:
    """One request on its way through the stages. `seconds` says how long each took."""

    def __init__(self, backend: Workshop, request: RenderRequest, context: RunContext, listener: Listener) -> None:
        self._backend = backend
        self._request = request
        self._context = context
        self._listener = listener
        self._seconds: dict[str, float] = {}
        self._notes: list[str] = []
        self._facts: dict[str, Any] = {}
        self._looks: list[Detailed] = []
        self._in_cells = False
        """Whether the picture is pixel art, whose cells are to stay sharp squares."""

    def go(self) -> Done:
        """All stages. Raises CodirectorError."""
        request = self._request
        original, mask = self._read_pictures()
        model = self._timed("load", lambda: self._backend.model(request.model, self._listener))
        close = None
        if isinstance(request, InpaintRequest) and original is not None and mask is not None:
            close = close_up(request, original, mask, model.nature.native)
            if close is not None:
                self._request, original, mask = close.request, close.image, close.mask
        sizes = self._sizes(model, original)
        drawing, sketch = self._prepare(model, sizes, original, mask)
        base, watched = denoise(model, drawing, self._listener)
        self._in_cells = model.nature.enlarges and request.sketch is not None and style_of(request.sketch.style) == "pixel art"
        if self._in_cells:
            base = snapped(base)
        self._looks = self._timed("detail", lambda: self._look_closer(model, drawing, base)) if sketch is not None else []
        base = put_back(base, self._looks)
        self._seconds |= watched.seconds
        self._notes += watched.notes
        if model.nature.instructed and drawing.image is not None:
            base, shift = register(resize(base, drawing.width, drawing.height), drawing.image, drawing.mask)
            self._facts["registered"] = shift
        picture = self._timed("upscale", lambda: self._finish(base, sizes, original, mask))
        if close is not None:
            picture = close.put_back(picture)
        return self._done(model, drawing, watched, sizes, picture, base, sketch)

    def _look_closer(self, model: LoadedModel, drawing: Drawing, base: "Image") -> list[Detailed]:
        """Small things drawn again: all of a new picture's, those that a regional change brings. Cells of pixel art are all of one size,
        so there it is left out."""
        request, sketch, atlas = self._request, self._request.sketch, model.drawings()
        if not request.details or not model.nature.enlarges or self._in_cells or sketch is None or atlas is None:
            return []
        boxes = sketch.boxes
        if isinstance(request, InpaintRequest):
            boxes = () if request.draft is None else (*request.draft.boxes, *request.draft.kept)
        looks = close_looks(boxes, lambda name: atlas.find(name) is not None, base.width, base.height)
        made = draw_again(
            model, drawing, base, looks, sketch.style, lambda *size: _sketched(model, sketch, request.prompt, *size), self._listener
        )
        self._facts["detail"] = len(made)
        return made

    def _timed(self, stage: str, work: Any) -> Any:
        start = time.perf_counter()
        result = work()
        self._seconds[stage] = time.perf_counter() - start
        return result

    def _read_pictures(self) -> "tuple[Image | None, Image | None]":
        """The picture to work on and the mask, decoded; checked before the model is loaded."""
        request = self._request
        if not isinstance(request, EditRequest | InpaintRequest):
            return None, None
        opened = open_picture(self._context.blobs.read(request.image), "the picture")
        self._notes += opened.notes
        if isinstance(request, EditRequest):
            if opened.image.mode == "RGBA":
                self._notes.append("The picture's transparency was filled with white.")
            return flatten(opened.image), None
        mask = open_picture(self._context.blobs.read(request.mask), "the mask").image
        if mask.size != opened.image.size:
            self._notes.append(f"The mask has {mask.width} x {mask.height} pixels; it was scaled to the picture's size.")
        return opened.image, read_mask(mask, opened.width, opened.height)

    def _sizes(self, model: LoadedModel, original: "Image | None") -> Sizes:
        request, nature = self._request, model.nature
        if original is None:
            width, height = request.width or _default_side(model), request.height or _default_side(model)
            return sizes_to_draw(width, height, nature.native, nature.enlarges)
        asked = (request.width or original.width, request.height or original.height)
        if asked != original.size:
            self._notes.append(f"The result keeps the picture's size, {original.width} x {original.height}.")
        sizes = sizes_to_rework(original.width, original.height, nature.native, nature.enlarges)
        if not nature.enlarges and sizes.base_width < original.width - 8:
            self._notes.append(f"The model worked on the picture at {sizes.base_width} x {sizes.base_height}, which is what it can.")
        return sizes

    def _prepare(self, model: LoadedModel, sizes: Sizes, original: "Image | None", mask: "Image | None") -> "tuple[Drawing, Image | None]":
        request, nature = self._request, model.nature
        defaults = inspect.signature(model.pipeline.__call__).parameters
        steps = request.steps or nature.steps or min(_default(defaults, "num_inference_steps", 30), MOST_DEFAULT_STEPS)
        guidance = request.guidance
        if guidance is None:
            guidance = nature.guidance if nature.guidance is not None else float(_default(defaults, "guidance_scale", 5.0))
            if request.negative and guidance <= 1.0:
                # What to avoid can only be told by guidance; a model that draws without it by default gets a little.
                guidance = LEAST_GUIDANCE
        known = samplers_for(nature.family, nature.flow)
        name = request.sampler or nature.sampler
        sampler = find_sampler(name, known) if name else None
        picture = None if original is None else resize(flatten(original), sizes.base_width, sizes.base_height)
        structure: Structure = request.structure if isinstance(request, EditRequest | InpaintRequest) else ""
        control = control_picture(picture, structure) if structure and picture is not None else self._draw_sketch(model, sizes)
        scale = nature.sketch_scale * (1.0 if request.sketch_scale is None else request.sketch_scale)
        drawing = Drawing(
            task=_TASKS[request.kind],  # type: ignore[attr-defined]
            width=sizes.base_width,
            height=sizes.base_height,
            prompt=self._encode(model, guidance > 1.0),
            seed=request.seed,
            steps=steps,
            guidance=guidance,
            sampler=sampler,
            image=picture,
            mask=None if mask is None else shrink_mask(mask, sizes.base_width, sizes.base_height),
            strength=getattr(request, "strength", 1.0),
            control=control,
            control_scale=1.0 if structure else scale,
            control_kind=structure or "sketch",
            places=unpacked(self._context.blobs.read(request.places)) if isinstance(request, EditRequest) and request.places else None,
            watched=request.watched,
        )
        return self._regional(model, drawing) if isinstance(request, InpaintRequest) else drawing, None if structure else control

    def _regional(self, model: LoadedModel, drawing: Drawing) -> Drawing:
        """With what the region starts from, and the part of the picture that is computed."""
        request = self._request
        assert isinstance(request, InpaintRequest) and drawing.image is not None and drawing.mask is not None
        if request.draft is not None:
            layers = self._layers(model, drawing)
            start, unknown = draw_draft(drawing.image, drawing.mask, request.draft, model.drawings(), layers)
            drawing = replace(drawing, start=start)
            if unknown:
                self._notes.append(f"There is no drawing for {', '.join(unknown)} to begin with; only the words tell of it.")
        return replace(drawing, window=window_around(drawing.mask)) if request.window and drawing.mask is not None else drawing

    def _layers(self, model: LoadedModel, drawing: Drawing) -> Layers | None:
        """What a draft is laid in from; None where the sketch has no ground (an uploaded picture lies behind its things)."""
        sketch = self._request.sketch
        if drawing.control is None or drawing.control_kind != "sketch" or sketch is None or not sketch.ground:
            return None
        bare = model.draw_sketch(sketch.model_copy(update={"boxes": ()}), drawing.width, drawing.height)
        return Layers(drawing.control, bare)

    def _draw_sketch(self, model: LoadedModel, sizes: Sizes) -> "Image | None":
        request = self._request
        if request.sketch is None or request.sketch_scale == 0 or not (request.sketch.boxes or request.sketch.ground):
            return None
        if not model.nature.sketch:
            self._notes.append(f"The model {model.source.name} cannot follow a layout sketch; only the words count.")
            return None
        atlas = model.drawings()
        unknown = dict.fromkeys(box.name for box in request.sketch.boxes if atlas.find(box.name) is None)
        if unknown:
            self._notes.append(f"There is no drawing for {', '.join(unknown)} in the layout sketch; only the words tell of it.")
        return _sketched(model, request.sketch, request.prompt, sizes.base_width, sizes.base_height)

    def _encode(self, model: LoadedModel, guided: bool) -> dict[str, Any]:
        request = self._request
        self._listener.check()
        self._listener.send(Progress(stage="encode", step=0, steps=1))
        if model.nature.family == "other":
            if any(span.weight != 1.0 for span in (*request.prompt, *request.negative)):
                self._notes.append(f"The model {model.source.name} knows no prompt weights; all parts count alike.")
            told = getattr(request, "instruction", "") if model.nature.instructed else ""
            arguments: dict[str, Any] = {"prompt": told or "".join(span.text for span in request.prompt if span.weight)}
            if request.negative:
                arguments["negative_prompt"] = "".join(span.text for span in request.negative if span.weight)
        else:
            embeds, known = self._timed("encode", lambda: model.embed(request.prompt, request.negative, guided))
            arguments = embeds.arguments()
            self._facts |= {"prompt_tokens": embeds.tokens, "prompt_chunks": embeds.chunks, "prompt_cached": known}
            if request.negative and not guided:
                self._notes.append("At guidance 1 or below the negative prompt has no effect.")
        self._listener.send(Progress(stage="encode", step=1, steps=1))
        return arguments

    def _finish(self, base: "Image", sizes: Sizes, original: "Image | None", mask: "Image | None") -> "Image":
        """The base picture at its final size, put into the original where there is a mask."""
        request = self._request
        if isinstance(request, InpaintRequest) and request.window and original is not None and mask is not None:
            picture = self._detailed(self._enlarge_region(base, original, mask), base)
            return paste_inside(original, picture, mask, request.feather)
        factor = 1 if mask is not None else request.upscale or 1
        picture = self._detailed(self._enlarge(base, sizes.width * factor, sizes.height * factor), base)
        if isinstance(request, InpaintRequest) and original is not None and mask is not None:
            if (request.upscale or 1) > 1:
                self._notes.append("A picture changed in one region keeps its size; enlarge it in a turn of its own.")
            return paste_inside(original, picture, mask, request.feather)
        return picture

    def _detailed(self, picture: "Image", base: "Image") -> "Image":
        """`picture`, made from `base` by enlarging, with the small things as finely as they were drawn again."""
        if not self._looks or picture.size == base.size:
            return picture
        return put_in(picture, self._looks, picture.width / base.width, self._enlarge)

    def _enlarge(self, image: "Image", width: int, height: int) -> "Image":
        """At a larger size; cells of pixel art by repeating pixels, which Real-ESRGAN would round off."""
        return repeat(image, width, height) if self._in_cells else self._backend.enlarge(image, width, height, self._listener)

    def _enlarge_region(self, base: "Image", original: "Image", mask: "Image") -> "Image":
        """`original` with the part around the mask taken from `base`, enlarged; nothing else is computed."""
        across, down = original.width / base.width, original.height / base.height
        box = mask.getbbox() or (0, 0, *mask.size)
        x0, y0 = max(0, int(box[0] / across) - SEAM), max(0, int(box[1] / down) - SEAM)
        x1, y1 = min(base.width, math.ceil(box[2] / across) + SEAM), min(base.height, math.ceil(box[3] / down) + SEAM)
        left, top, right, bottom = round(x0 * across), round(y0 * down), round(x1 * across), round(y1 * down)
        part = self._enlarge(base.crop((x0, y0, x1, y1)), right - left, bottom - top)
        picture = flatten(original)
        picture.paste(part, (left, top))
        return picture

    def _done(
        self, model: LoadedModel, drawing: Drawing, watched: Watched, sizes: Sizes, picture: "Image", base: "Image", sketch: "Image | None"
    ) -> Done:
        request = self._request
        products = [_product("picture", picture)]
        if base.size != picture.size and isinstance(request, GenerateRequest | EditRequest):
            products.append(_product("base", base))
        if sketch is not None:
            products.append(_product("sketch", sketch))
        facts = {
            "backend": self._backend.name,
            "model": model.source.name,
            "revision": model.source.revision,
            "weights_sha256": model.fingerprint,
            "pipeline": watched.pipeline,
            "scheduler": watched.scheduler,
            "sampler": drawing.sampler.name if drawing.sampler else "",
            "seed": drawing.seed,
            "steps": drawing.steps,
            "model_calls": watched.calls,
            "whole_calls": watched.whole_calls,
            "guidance": drawing.guidance,
            "width": picture.width,
            "height": picture.height,
            "base_width": sizes.base_width,
            "base_height": sizes.base_height,
            "sketch_scale": drawing.control_scale if sketch is not None else 0.0,
            **({"strength": drawing.strength, "window": list(drawing.window or ())} if drawing.task == "inpaint" else {}),
            "device": model.device,
            "dtype": model.dtype,
            "engine": model.engine,
            **_versions(),
            **self._facts,
            "seconds": {stage: round(seconds, 4) for stage, seconds in self._seconds.items()},
        }
        return Done(products=tuple(products), facts=facts, notes=tuple(dict.fromkeys(self._notes)))


def _sketched(model: LoadedModel, sketch: Sketch, prompt: tuple[Span, ...], width: int, height: int) -> "Image":
    """The layout sketch at a size, every part as strong as the prompt's words for it."""
    if any(span.weight != 1.0 for span in prompt):
        return draw_weighted(lambda each: model.draw_sketch(each, width, height), sketch, prompt)
    return model.draw_sketch(sketch, width, height)


def _default_side(model: LoadedModel) -> int:
    return model.nature.native * (4 if model.nature.enlarges else 1)


def _default(parameters: Any, name: str, fallback: Any) -> Any:
    value = parameters[name].default if name in parameters else None
    return fallback if value is None or value is inspect.Parameter.empty else value


def _product(role: Any, image: "Image") -> Product:
    return Product(role=role, data=to_png(image), width=image.width, height=image.height)


def _versions() -> dict[str, Any]:
    import diffusers
    import torch
    import transformers

    return {
        "versions": {"torch": torch.__version__, "diffusers": diffusers.__version__, "transformers": transformers.__version__},
        "threads": torch.get_num_threads(),
    }  # fmt: skip
