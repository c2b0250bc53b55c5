"""`python -m benchmarks.illustrator`: the embedded model judged on held-out combinations and GenEval-like prompts, with and without
its layout sketch, beside the judge's own figures on real renderings of the same scenes.

Pictures go through the product's own path (text, scene, layout, request, backend) at the model's own 128 px. Prints a table, writes one
JSON line a picture (a run that was cut off goes on there) and a grid to look at. It knows what is promised and fails for nothing.
"""

import argparse
import io
import json
import statistics
import threading
import time
from collections import defaultdict
from collections.abc import Iterable
from pathlib import Path
from typing import Any

import numpy as np
from PIL import Image

from benchmarks.illustrator.judge import FIELDS, judged
from benchmarks.illustrator.prompts import CATEGORIES, Prompt, prompts
from codirector.assistant.backends import make_registry
from codirector.assistant.settings import Settings
from codirector.assistant.turn.dispatch import request_for
from codirector.prompts.scene import Render
from codirector.prompts.split import scene_from_text
from codirector.tools.backend import Backend, RunContext
from codirector.tools.embedded import ILLUSTRATOR
from codirector.tools.events import Done
from codirector.tools.reader import load_reader
from codirector.tools.requests import Request
from codirector.tools.sketch import Atlas
from training.illustrator.scenes import compose

RUNS = Path(".runs/benchmarks/illustrator")
TARGETS = {
    "subject": 0.90, "style": 0.95, "setting": 0.90, "time of day": 0.90, "placement": 0.85, "colour": 0.80, "two objects": 0.80,
    "count": 0.80,
}  # fmt: skip


class NoBlobs:
    """Text to image reads no pictures."""

    def read(self, sha256: str) -> bytes:
        raise LookupError(sha256)


def request_of(prompt: Prompt, guided: bool, settings: dict[str, Any], details: bool = True) -> Request:
    """What a person's prompt becomes, at the model's own size; `guided` False leaves the layout sketch out, `details` False the second
    look at small things."""
    render = Render.model_validate({"seed": prompt.seed, "width": 128, "height": 128, **settings, **({} if guided else {"layout": 0.0})})
    return request_for(scene_from_text(prompt.text).scene.evolve(render=render), None, None).evolve(details=details)


def drawn(backend: Backend, request: Request) -> tuple[Image.Image, float]:
    began = time.perf_counter()
    done = [event for event in backend.run(request, RunContext(NoBlobs(), threading.Event(), previews=False)) if isinstance(event, Done)]
    return Image.open(io.BytesIO(done[0].picture.data)).convert("RGB"), time.perf_counter() - began


def rendered(prompt: Prompt, atlas: Atlas) -> Image.Image:
    """The real thing: the scene composed as for training, from another seed."""
    return Image.fromarray(compose(prompt.spec, atlas, np.random.default_rng(prompt.seed + 7_000_000))[0])


def table(rows: Iterable[dict[str, Any]]) -> dict[str, dict[str, tuple[float, int]]]:
    """For every way and field: the share that is so, and of how many."""
    found: dict[str, dict[str, list[bool]]] = defaultdict(lambda: defaultdict(list))
    for row in rows:
        for field, right in row["judged"].items():
            found[row["way"]][field].append(right)
    return {way: {field: (statistics.mean(right), len(right)) for field, right in fields.items()} for way, fields in found.items()}


def grid(pictures: list[Image.Image], columns: int = 8) -> Image.Image:
    sheet = Image.new("RGB", (columns * 130, -(-len(pictures) // columns) * 130), "white")
    for number, picture in enumerate(pictures):
        sheet.paste(picture, ((number % columns) * 130, number // columns * 130))
    return sheet


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--number", type=int, default=25, help="prompts of each of the six categories")
    parser.add_argument("--category", choices=CATEGORIES, help="only prompts of this one")
    parser.add_argument("--ways", default="real,sketch,text", help="real renderings, with the layout sketch, from text alone")
    parser.add_argument("--steps", type=int)
    parser.add_argument("--guidance", type=float)
    parser.add_argument("--sampler")
    parser.add_argument("--layout", type=float, help="how strongly the sketch guides, 1 as shipped")
    parser.add_argument("--no-details", action="store_true", help="small things are not drawn a second time")
    parser.add_argument("--name", default="last", help="results are kept, and continued, under this name")
    arguments = parser.parse_args()
    given = {"steps": arguments.steps, "guidance": arguments.guidance, "sampler": arguments.sampler, "layout": arguments.layout}
    settings = {name: value for name, value in given.items() if value is not None}
    folder = RUNS / arguments.name
    folder.mkdir(parents=True, exist_ok=True)
    log = folder / "pictures.jsonl"
    rows = [json.loads(line) for line in log.read_text(encoding="utf-8").splitlines()] if log.is_file() else []
    known = {(row["way"], row["category"], row["seed"]) for row in rows}
    reader, atlas = load_reader(), Atlas.load(ILLUSTRATOR / "atlas")
    backend = make_registry(Settings(home=folder)).find("", "generate")[0]
    with log.open("a", encoding="utf-8") as out:
        for way in arguments.ways.split(","):
            pictures = []
            for prompt in prompts(arguments.number):
                if arguments.category not in (None, prompt.category):
                    continue
                path = folder / f"{way}-{prompt.seed}.png"
                if (way, prompt.category, prompt.seed) in known:
                    pictures.append(Image.open(path).convert("RGB"))
                    continue
                if way == "real":
                    picture, seconds = rendered(prompt, atlas), 0.0
                else:
                    picture, seconds = drawn(backend, request_of(prompt, way == "sketch", settings, not arguments.no_details))
                picture.save(path)
                pictures.append(picture)
                row = {
                    "way": way, "category": prompt.category, "seed": prompt.seed, "prompt": prompt.text, "seconds": round(seconds, 3),
                    "judged": judged(prompt.spec, reader.read(picture)),
                }  # fmt: skip
                rows.append(row)
                out.write(json.dumps(row) + "\n")
                out.flush()
            grid(pictures).save(folder / f"{way}.png")
    backend.close()
    whole = table(rows)
    held = table(row for row in rows if row["category"] == CATEGORIES[0])
    print(json.dumps({"settings": settings, "all": whole, "held_out": held}))
    ways = list(whole)
    print(f"{'':16}" + "".join(f"{way:>16}" for way in ways) + f"{'asked for':>12}")
    for field in FIELDS:
        cells = [whole[way].get(field) for way in ways]
        shown = "".join(f"{f'{cell[0]:.1%} ({cell[1]})' if cell else '-':>16}" for cell in cells)
        print(f"{field:16}{shown}{TARGETS.get(field, 0) or '-':>12}")
    times = [row["seconds"] for row in rows if row["way"] == "sketch"]
    if times:
        print(f"seconds a picture of 128 px with the sketch: {statistics.median(times):.2f} (median of {len(times)})")


if __name__ == "__main__":
    main()
