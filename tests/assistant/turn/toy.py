"""A small real backend and planner for tests of the turn: pictures follow from prompt and seed, plans from a table."""

import hashlib
import io
import threading
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

from PIL import Image

from codirector.assistant.director import Director
from codirector.assistant.plan import Plan
from codirector.assistant.settings import Settings
from codirector.errors import CannotUnderstand
from codirector.tools.backend import Capabilities, RunContext
from codirector.tools.events import Done, Event, Preview, Product, Progress
from codirector.tools.film.backend import FilmBackend
from codirector.tools.registry import Registry
from codirector.tools.requests import Request


class PaintBackend:
    """Paints one colour that follows from the request; in-painting only inside the mask. `gate` holds a run at step 2 until it is set."""

    name = "paint"

    def __init__(self) -> None:
        self.gate = threading.Event()
        self.gate.set()
        self.at_gate = threading.Event()
        self.requests: list[Request] = []

    def capabilities(self, model: str) -> Capabilities:
        del model
        return Capabilities(requests=("generate", "edit", "inpaint", "upscale"))

    def run(self, request: Request, context: RunContext) -> Iterator[Event]:
        self.requests.append(request)
        steps = 4
        for step in range(1, steps + 1):
            if step == 2:
                self.at_gate.set()
                while not self.gate.wait(0.01):
                    context.check_cancelled()
            context.check_cancelled()
            yield Progress(stage="denoise", step=step, steps=steps)
            yield Preview(step=step, steps=steps, data=self._preview(step, steps), media_type="image/png", width=8, height=8)
        picture = self._paint(request, context)
        out = io.BytesIO()
        picture.save(out, format="PNG")
        yield Done(
            products=(Product(data=out.getvalue(), width=picture.width, height=picture.height),), facts={"model": "paint", "steps": steps}
        )

    def close(self) -> None:
        self.gate.set()

    @staticmethod
    def _preview(step: int, steps: int) -> bytes:
        """Grey that gets lighter from step to step."""
        out = io.BytesIO()
        Image.new("RGB", (8, 8), (255 * step // steps,) * 3).save(out, format="PNG")
        return out.getvalue()

    @staticmethod
    def _paint(request: Request, context: RunContext) -> Image.Image:
        if request.kind == "upscale":
            source = Image.open(io.BytesIO(context.blobs.read(request.image))).convert("RGB")
            return source.resize((source.width * request.factor, source.height * request.factor))
        digest = hashlib.sha256(f"{[s.text for s in request.prompt]}{request.seed}".encode()).digest()
        size = (request.width or 64, request.height or 64)
        paint = Image.new("RGB", size, tuple(digest[:3]))
        if request.kind == "inpaint":
            base = Image.open(io.BytesIO(context.blobs.read(request.image))).convert("RGB")
            mask = Image.open(io.BytesIO(context.blobs.read(request.mask))).convert("L").resize(base.size)
            base.paste(paint.resize(base.size), mask=mask)
            return base
        return paint


@dataclass(frozen=True)
class Read:
    plan: Plan
    notes: tuple[str, ...] = ()
    source: str = "table"


class TablePlanner:
    """Knows exactly the messages it was given."""

    def __init__(self, plans: dict[str, Plan]) -> None:
        self.plans = plans

    def plan(self, view, message, attachments=()) -> Read:
        del view, attachments
        if message not in self.plans:
            raise CannotUnderstand("I did not understand.", "Say it differently.")
        return Read(self.plans[message])

    def close(self) -> None:
        self.plans = {}


def film_director(home: Path, painter: PaintBackend, plans: dict[str, Plan]) -> Director:
    """A director that paints and films, with one session, `s`."""
    registry = Registry([painter, FilmBackend(painter, home / "models", home / "films")])
    made = Director(Settings(home=home), registry=registry, planner=TablePlanner(plans))
    made.store.create("s")
    return made
