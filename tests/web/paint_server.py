"""The whole application with a painter instead of a diffusion model: `python paint_server.py HOME PORT`. Everything else
is real: page, guard, history, store, planner's rules, turn graph, worker. The painter is quick and exact to the seed; while there is a file
HOME/hold, it stays at the step that is written in it, so that a turn can be stopped, reloaded or killed in its middle for certain.
"""

import hashlib
import io
import sys
import time
from collections.abc import Iterator
from pathlib import Path

from PIL import Image, ImageDraw, ImageFilter

from codirector.assistant.director import Director
from codirector.assistant.settings import Settings
from codirector.assistant.web import server
from codirector.tools.backend import Capabilities, RunContext
from codirector.tools.events import Done, Event, Preview, Product, Progress
from codirector.tools.film.backend import FilmBackend
from codirector.tools.registry import Registry
from codirector.tools.requests import Request

SIDE = 384
STEPS = 8
SKIES = {"night": ("#0b1026", "#27345f"), "sunset": ("#f7b267", "#d1495b"), "": ("#bfe3f2", "#f4efe1")}


class Painter:
    """A backend: hills, a sun or moon and a thing, from the prompt's words and the seed alone."""

    name = "painter"

    def __init__(self, hold: Path) -> None:
        self.hold = hold

    def capabilities(self, model: str) -> Capabilities:
        return Capabilities(requests=("generate", "edit", "inpaint"))

    def run(self, request: Request, context: RunContext) -> Iterator[Event]:
        text = "".join(span.text for span in request.prompt)
        picture = paint(text, request.seed, request.width or SIDE, request.height or SIDE)
        if request.kind == "inpaint":
            old, mask = (Image.open(io.BytesIO(context.blobs.read(name))) for name in (request.image, request.mask))
            picture = Image.composite(picture.resize(old.size), old.convert("RGB"), mask.convert("L"))
        yield Progress(stage="denoise", step=0, steps=STEPS)
        for step in range(1, STEPS + 1):
            while self.held_at(step):
                context.check_cancelled()
                time.sleep(0.02)
            context.check_cancelled()
            yield Progress(stage="denoise", step=step, steps=STEPS)
            if context.previews:
                rough = picture.filter(ImageFilter.GaussianBlur((STEPS - step) * 4)).resize((96, 96))
                yield Preview(step=step, steps=STEPS, data=encoded(rough, "JPEG"), width=96, height=96)
        data = encoded(picture, "PNG")
        yield Done(products=(Product(data=data, width=picture.width, height=picture.height),), facts={"model": "painter", "steps": STEPS})

    def held_at(self, step: int) -> bool:
        try:
            return step > int(self.hold.read_text())
        except FileNotFoundError:
            return False

    def close(self) -> None:
        """Holds nothing."""


def paint(text: str, seed: int, width: int, height: int) -> Image.Image:
    digest = hashlib.sha256(f"{seed}".encode()).digest()
    top, bottom = SKIES[next((word for word in SKIES if word and word in text), "")]
    sky = Image.linear_gradient("L").resize((width, height))
    picture = Image.composite(Image.new("RGB", (width, height), bottom), Image.new("RGB", (width, height), top), sky)
    draw = ImageDraw.Draw(picture)
    x, y = width * (0.2 + digest[0] / 500), height * (0.15 + digest[1] / 1200)
    draw.ellipse((x, y, x + width / 7, y + width / 7), fill="#fdf3c6")
    for layer, shade in enumerate(("#9db8c9", "#7d9fb3", "#eef3f7" if "snow" in text else "#6b9a6c")):
        crest = [(width * i / 6, height * (0.52 + 0.13 * layer) - digest[(layer * 7 + i) % 32] / 255 * height * 0.12) for i in range(7)]
        draw.polygon([(0, height), *crest, (width, height)], fill=shade)
    middle, ground = width * (0.4 + digest[2] / 1500), height * 0.74
    fur = "#d9722e" if "fox" in text else "#6d5b8c"
    draw.ellipse((middle, ground, middle + width / 4, ground + height / 8), fill=fur)
    draw.ellipse((middle + width / 5, ground - height / 12, middle + width / 3.2, ground + height / 28), fill=fur)
    for ear in (0.22, 0.27):
        left = middle + width * ear
        base, tip = ground - height / 16, ground - height / 8
        draw.polygon([(left, base), (left + width / 26, base), (left + width / 52, tip)], fill=fur)
    if "balloon" in text:
        draw.ellipse((width * 0.7, height * 0.2, width * 0.82, height * 0.36), fill="#e0314b")
        draw.line((width * 0.76, height * 0.36, width * 0.74, height * 0.55), fill="#40303a", width=2)
    return picture


def encoded(picture: Image.Image, form: str) -> bytes:
    out = io.BytesIO()
    picture.save(out, format=form)
    return out.getvalue()


def main(home: Path, port: int) -> None:
    painter = Painter(home / "hold")
    registry = Registry([painter, FilmBackend(painter, home / "models", home / "films")])
    director = Director(Settings(home=home, planner="rules"), registry)
    server.run(director, home, server.listen("127.0.0.1", port), open_browser=False)


if __name__ == "__main__":
    main(Path(sys.argv[1]), int(sys.argv[2]))
