"""The stills a film starts from: read by their hash, or made by the picture backend and kept on the disk until the film is whole.

It does not know what happens to a still afterwards.
"""

import hashlib
import json
from collections.abc import Callable
from dataclasses import dataclass, replace
from pathlib import Path
from typing import TYPE_CHECKING, Any

from codirector.errors import InternalError, Unsupported
from codirector.tools.backend import Backend, Blobs, RunContext
from codirector.tools.blocking import Listener
from codirector.tools.events import Done, Preview, Product, Progress
from codirector.tools.film.container import told
from codirector.tools.noise import packed
from codirector.tools.pictures import open_picture, to_png
from codirector.tools.requests import EditRequest, FilmRequest, GenerateRequest, Shot
from codirector.tools.sketch import Sketch
from codirector.values import Sha256, Span

if TYPE_CHECKING:
    import numpy as np

    from codirector.tools.film.layers import Outline
    from codirector.tools.film.rework import Redraw


@dataclass(frozen=True)
class Still:
    """An encoded picture, where its things are, and how it came about (`products` and `facts` are empty for one that was there)."""

    data: bytes
    width: int
    height: int
    sketch: Sketch | None
    outline: "Outline | None" = None
    then: "Still | None" = None
    products: tuple[Product, ...] = ()
    facts: dict[str, Any] | None = None
    notes: tuple[str, ...] = ()

    def pixels(self) -> "np.ndarray":
        """(H, W, 3) RGB bytes; transparency becomes white."""
        import numpy as np

        from codirector.tools.composite import flatten

        return np.asarray(flatten(open_picture(self.data, "the still").image))

    def changed(self, change: Callable[[bytes], bytes]) -> "Still":
        """With the picture (and the one it turns into) changed; where the things are is kept only if the size is."""
        data = change(self.data)
        if data is self.data:
            return self
        picture = open_picture(data, "the still")
        same = (picture.width, picture.height) == (self.width, self.height)
        then = self.then.changed(change) if self.then else None
        return replace(self, data=data, width=picture.width, height=picture.height, sketch=self.sketch if same else None, then=then)


class StillMaker:
    """Makes the stills of one request, one after the other, reporting them as one stage 'draw'."""

    def __init__(
        self, pictures: Backend, context: RunContext, listener: Listener, folder: Path, models: Path, origin: dict[str, Any] | None = None
    ) -> None:
        """`origin` as in FilmRequest."""
        self._pictures, self._context, self._listener, self._origin = pictures, context, listener, origin
        self._folder = folder
        self._outline = outline_of(models / "illustrator" / "atlas")
        self._step = self._steps = 0

    def make(self, request: FilmRequest) -> list[Still]:
        """One for every shot, in order; a shot's `then` hangs on its still. Raises CodirectorError."""
        wanted = [still for shot in request.shots for still in (shot.still, shot.then) if still is not None]
        self._steps = len(wanted)
        if wanted:
            self._listener.send(Progress(stage="draw", step=0, steps=100 * self._steps))
        return [self._of(shot, single=len(request.shots) == 1) for shot in request.shots]

    def redrawn(self, shot: Shot, strength: float, seed: int) -> "Redraw":
        """Frames of `shot` gone over by the model and with the words that its still was made with; what was made before a crash is not
        made again. Raises Unsupported where nobody knows the words."""
        words = _words_of(shot, self._origin)

        def redraw(frame: "np.ndarray", places: "np.ndarray | None") -> "np.ndarray":
            import cv2
            import numpy as np
            from PIL import Image

            self._listener.check()
            given = {"frame": to_png(Image.fromarray(frame)), "places": b"" if places is None else packed(places)}
            names = {name: hashlib.sha256(data).hexdigest() for name, data in given.items()}
            asked = EditRequest.model_validate(
                {**words, "image": names["frame"], "places": names["places"] if places is not None else None, "seed": seed,
                 "strength": strength, "sketch": None, "upscale": None}
            )  # fmt: skip
            blobs = _Beside(self._context.blobs, {names[name]: data for name, data in given.items()})
            context = RunContext(blobs, self._context.cancel, previews=False)
            made = self._kept(asked, lambda: self._run(asked, context, quiet=True))
            picture = np.asarray(open_picture(made.picture.data, "the frame").image.convert("RGB"))
            height, width = frame.shape[:2]
            return picture if picture.shape == frame.shape else cv2.resize(picture, (width, height), interpolation=cv2.INTER_AREA)

        return redraw

    def _of(self, shot: Shot, single: bool) -> Still:
        self._listener.check()
        if shot.image is not None:
            data = self._context.blobs.read(shot.image)
            picture = open_picture(data, "the still")
            found = Still(data, picture.width, picture.height, shot.sketch, notes=picture.notes)
        else:
            assert shot.still is not None
            found = self._drawn(shot.still, shot.sketch or shot.still.sketch, single)
        if shot.then is not None:
            found = replace(found, then=self._drawn(shot.then, shot.then.sketch, False))
        outline = self._outline(found.sketch) if found.sketch and found.sketch.boxes else None
        return replace(found, outline=outline)

    def _drawn(self, request: GenerateRequest | EditRequest, sketch: Sketch | None, keep: bool) -> Still:
        """The picture of `request`. `keep`: the picture is a product, too."""
        done = self._kept(request, lambda: self._run(request, self._context), again=keep)
        self._step += 1
        self._listener.send(Progress(stage="draw", step=100 * self._step, steps=100 * self._steps))
        main = done.picture
        products = tuple(product for product in done.products if product.role in ("picture", "base", "sketch")) if keep else ()
        return Still(main.data, main.width, main.height, sketch, products=products, facts=done.facts, notes=done.notes)

    def _kept(self, request: GenerateRequest | EditRequest, make: Callable[[], Done], again: bool = False) -> Done:
        """What `make` makes of `request`, from the folder where an earlier attempt got so far. `again`: it is made in any case."""
        name = hashlib.sha256(request.model_dump_json().encode()).hexdigest()[:24]
        picture, facts = self._folder / f"still-{name}.png", self._folder / f"still-{name}.json"
        if facts.exists() and picture.exists() and not again:
            told_before = json.loads(facts.read_text(encoding="utf-8"))
            return Done(
                products=(Product(data=picture.read_bytes(), width=told_before["width"], height=told_before["height"]),),
                facts=told_before["facts"], notes=tuple(told_before["notes"]),
            )  # fmt: skip
        done = make()
        with told(picture):
            self._folder.mkdir(parents=True, exist_ok=True)
            main = done.picture
            _write(picture, main.data)
            content = {"width": main.width, "height": main.height, "facts": done.facts, "notes": done.notes}
            _write(facts, json.dumps(content).encode())
        return done

    def _run(self, request: GenerateRequest | EditRequest, context: RunContext, quiet: bool = False) -> Done:
        """`quiet`: its steps are not told, being part of a frame."""
        done = None
        for event in self._pictures.run(request, context):
            self._listener.check()
            if isinstance(event, Preview) and not quiet:
                self._listener.send(event)
            elif isinstance(event, Progress) and event.stage == "denoise" and event.steps and not quiet:
                within = min(99, 99 * event.step // event.steps)
                self._listener.send(Progress(stage="draw", step=100 * self._step + within, steps=100 * self._steps))
            elif isinstance(event, Done):
                done = event
        if done is None:
            raise InternalError("The picture backend ended without a picture.", "This is a fault of ours; please report it.")
        return done


class _Beside:
    """Blobs of the run, and some of this module's own."""

    def __init__(self, blobs: Blobs, own: dict[Sha256, bytes]) -> None:
        self._blobs, self._own = blobs, own

    def read(self, sha256: Sha256) -> bytes:
        return self._own[sha256] if sha256 in self._own else self._blobs.read(sha256)


_WORDS = ("model", "prompt", "negative", "steps", "guidance", "sampler")


def _words_of(shot: Shot, origin: dict[str, Any] | None) -> dict[str, Any]:
    """What a shot's still was asked for with: by the shot itself, by the film's origin, or at least in words."""
    if shot.still is not None:
        origin = shot.still.model_dump(mode="json")
    if origin and origin.get("prompt"):
        return {name: origin[name] for name in _WORDS if name in origin}
    if shot.words:
        return {"prompt": (Span(text=shot.words),)}
    raise Unsupported(
        "Nobody knows in which words this picture was made, so its frames cannot be gone over.", "Say what it shows, or leave 'rework' out."
    )


def outline_of(atlas_folder: Path) -> "Callable[[Sketch], Outline | None]":
    """How the drawings of the art atlas outline the things of a sketch: what the embedded model drew along. Loaded when needed."""
    loaded: list[Any] = []

    def for_sketch(sketch: Sketch) -> "Outline | None":
        if not (atlas_folder / "index.json").is_file():
            return None

        def outline(box: Any, width: int, height: int) -> "np.ndarray | None":
            import numpy as np

            from codirector.tools.sketch import Atlas, place

            if not loaded:
                loaded.append(Atlas.load(atlas_folder))
            key = loaded[0].find(box.name, by_meaning=False)
            drawing = loaded[0].drawing(key, sketch.style) if key else None
            side = min(round(box.width * width), round(box.height * height))
            if drawing is None or side < 4:
                return None
            alpha = place(drawing, side, side)[..., 3].astype(np.float32) / 255
            left, top = round(box.x * width - side / 2), round(box.y * height - side / 2)
            canvas = np.zeros((height, width), np.float32)
            x0, y0, x1, y1 = max(left, 0), max(top, 0), min(left + side, width), min(top + side, height)
            if x0 < x1 and y0 < y1:
                canvas[y0:y1, x0:x1] = alpha[y0 - top : y1 - top, x0 - left : x1 - left]
            return canvas

        return outline

    return for_sketch


def _write(path: Path, data: bytes) -> None:
    draft = path.with_suffix(path.suffix + ".draft")
    draft.write_bytes(data)
    draft.replace(path)
