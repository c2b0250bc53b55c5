"""The editing backend: finds regions and repairs pictures without a generating model.

Serves `RegionRequest` and `RepairRequest`. Nothing heavy is imported before something runs. It does not know turns.
"""

import time
from collections.abc import Iterator
from pathlib import Path
from typing import Any

from codirector.errors import InputError, UnknownName, Unsupported
from codirector.tools.backend import Capabilities, RunContext
from codirector.tools.events import Done, Event, Product, Progress
from codirector.tools.pictures import open_picture, picture_size, to_png
from codirector.tools.requests import RegionRequest, RepairRequest, Request

NAME = "regions"
FRONT_GIVES = 0.012
"""Share of the picture's width that a thing standing in front gives up to the region: drawings and pictures differ that much."""


class EditingBackend:
    """See the module. `drawings`: the folder of the atlas that layout sketches are drawn from; None: no drawings."""

    name = NAME

    def __init__(self, drawings: Path | None = None) -> None:
        self._folder = drawings
        self._atlas: Any = None

    def capabilities(self, model: str) -> Capabilities:
        """Regions and repairs only."""
        if model != NAME:
            raise UnknownName(f"There is no model called '{model}' that finds regions.", f"There is: {NAME}.")
        return Capabilities(
            requests=("region", "repair"), negative_prompt=False, prompt_weights=False, sketch=True, token_limit=0, generates=False
        )

    def run(self, request: Request, context: RunContext) -> Iterator[Event]:
        """One product: the mask, or the repaired picture."""
        began = time.perf_counter()
        context.check_cancelled()
        stage = request.kind
        yield Progress(stage=stage, step=0, steps=1)
        if isinstance(request, RegionRequest):
            data, size, facts, notes = self._region(request, context)
        elif isinstance(request, RepairRequest):
            data, size, facts, notes = _repair(request, context)
        else:
            raise Unsupported(f"The region tool cannot do '{request.kind}'.", "It finds regions and repairs pictures.")
        context.check_cancelled()
        yield Progress(stage=stage, step=1, steps=1)
        facts |= {"backend": self.name, "model": NAME, "device": "cpu", "seconds": {stage: round(time.perf_counter() - began, 4)}}
        yield Done(products=(Product(data=data, width=size[0], height=size[1]),), facts=facts, notes=notes)

    def _region(self, request: RegionRequest, context: RunContext) -> tuple[bytes, tuple[int, int], dict[str, Any], tuple[str, ...]]:
        import numpy as np

        from codirector.tools import masks, regions

        data = context.blobs.read(request.image)
        looks = bool(request.words or request.box or request.point)
        picture = np.asarray(open_picture(data, "the picture").image.convert("RGB")) if looks else None
        width, height = picture_size(data, "the picture") if picture is None else picture.shape[1::-1]
        drawn = (*request.gone, *request.come)
        mask = masks.outline(drawn, request.style, self._drawings(), width, height)
        mask |= masks.shadows(drawn, request.style, self._drawings(), width, height)
        how = ["drawings"] if request.gone or request.come else []
        if request.words:
            found = select(picture, request.words)
            mask, how = mask | found[0], [*how, found[1]]
        if request.box is not None:
            mask, how = mask | regions.in_box(picture, request.box), [*how, "box"]
        if request.point is not None:
            mask, how = mask | regions.at_point(picture, request.point), [*how, "click"]
        if request.mask is not None:
            given = masks.from_image(open_picture(context.blobs.read(request.mask), "the mask").image)
            mask, how = mask | masks.resized(given, width, height), [*how, "mask"]
        mask = masks.grown(mask, request.grow)
        if request.front:
            front = masks.outline(request.front, request.style, self._drawings(), width, height)
            mask &= 255 - masks.grown(front, -round(FRONT_GIVES * width))
        if request.invert:
            mask = 255 - mask
        masks.bounds(mask)
        return masks.to_png(mask), (width, height), {"share": round(masks.share(mask), 4), "how": " + ".join(how)}, ()

    def _drawings(self) -> Any:
        from codirector.tools.sketch import Atlas

        if self._atlas is None and self._folder is not None and (self._folder / "index.json").is_file():
            self._atlas = Atlas.load(self._folder)
        return self._atlas

    def close(self) -> None:
        """Forgets the drawings."""
        self._atlas = None


def select(picture: Any, words: str) -> tuple[Any, str]:
    """The mask of what `words` name in a picture ((h, w, 3) uint8) and how it was found: by colour and place, else, in drawings of our
    own world, where our reader sees it, else by a segmenter where one is installed. Raises InputError with what would work."""
    from codirector.tools import regions, segmenters, word_regions

    mask = regions.select(picture, words)
    if mask is not None:
        return mask, "colour and edges"
    if (mask := word_regions.seen_by_reader(picture, words)) is not None:
        return mask, "our reader and edges"
    segmenter = segmenters.find()
    if segmenter is None:
        raise InputError(
            f"I cannot find “{words}” in this picture: no segmenter is installed that knows things by name.",
            f"Paint the region, or name what colour and place can tell: {regions.KNOWN}. {segmenters.HOW_TO_GET}",
        )
    return segmenter.select(picture, words), segmenter.name


def _repair(request: RepairRequest, context: RunContext) -> tuple[bytes, tuple[int, int], dict[str, Any], tuple[str, ...]]:
    import numpy as np
    from PIL import Image

    from codirector.tools import masks, repair
    from codirector.tools.composite import paste_inside
    from codirector.tools.sketch import COLOURS, plain_colour

    opened = open_picture(context.blobs.read(request.image), "the picture")
    given = masks.from_image(open_picture(context.blobs.read(request.mask), "the mask").image)
    mask = masks.resized(given, opened.width, opened.height)
    masks.bounds(mask)
    picture = np.asarray(opened.image.convert("RGB"))
    if request.tint:
        colour = plain_colour(request.tint)
        if colour is None:
            raise Unsupported(f"I have no paint called “{request.tint}”.", f"Colours: {', '.join(COLOURS)}.")
        result, how = repair.tinted(picture, mask, COLOURS[colour]), "tint"
    else:
        result, how = repair.repair(picture, mask, request.seed), "patches"
    pasted = paste_inside(opened.image, Image.fromarray(result), Image.fromarray(mask), request.feather)
    return to_png(pasted), pasted.size, {"how": how, "share": round(masks.share(mask), 4)}, opened.notes
