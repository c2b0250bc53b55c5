"""Two ways to change the whole picture and keep its structure: from the same noise along the same sketch, or from the picture before
with some noise on it (partial denoising). Light, setting and style, each way, measured.
"""

import io
import tempfile
import threading
from collections import defaultdict
from pathlib import Path
from typing import Any

import numpy as np
from PIL import Image

from benchmarks.editing.sessions import script
from codirector.assistant.director import Director
from codirector.assistant.settings import Settings
from codirector.assistant.turn import checks, judging
from codirector.assistant.turn.dispatch import request_for
from codirector.prompts.change import SetField
from codirector.prompts.scene import Element, Render, Scene
from codirector.tools.requests import EditRequest, Request

STRENGTHS = (0.6, 0.8, 0.9)
CHANGES = (
    SetField(field="lighting", value="night"), SetField(field="setting", value="desert"), SetField(field="style", value="watercolor"),
)  # fmt: skip


def compare(count: int, threads: int = 1) -> dict[str, Any]:
    """`count` scenes, three changes each. 'structure' is how well the edges of before and after agree (correlation of Sobel
    magnitudes at 128 px); 'change seen' is the reader's answer."""
    found: dict[str, dict[str, list[Any]]] = defaultdict(lambda: defaultdict(list))
    reader = judging.the_reader()
    with tempfile.TemporaryDirectory() as home:
        director = Director(Settings(home=Path(home), planner="rules", threads=threads))
        try:
            for number in range(count):
                _scene(director, reader, number, found)
        finally:
            director.close()
    return {
        way: {name: round(float(np.mean(values)), 3) for name, values in columns.items()} | {"pictures": len(columns["structure"])}
        for way, columns in found.items()
    }


def _scene(director: Director, reader: Any, number: int, found: Any) -> None:
    opening, seed, _ = script(number)
    name = opening.split(" in ")[0].split(" on ")[0].split(" and ")[0].split(" at ")[0].split()[-1]
    before = Scene(elements=(Element(name=name),), setting="meadow", style="cartoon", render=Render(seed=seed))
    first = _draw(director, request_for(before, None, None))
    ref = director.store.artifacts.write(first, "image/png")
    for change in CHANGES:
        after = before.evolve(**{change.field: change.value})
        anew = request_for(after, None, None)
        ways: dict[str, Request] = {"same noise, same sketch": anew}
        fields = anew.model_dump(exclude={"kind", "upscale"})
        for strength in STRENGTHS:
            ways[f"partial denoising {strength}"] = EditRequest.model_validate(fields | {"image": ref.sha256, "strength": strength})
        for way, request in ways.items():
            result = _draw(director, request)
            was, now = checks.Pixels(first), checks.Pixels(result)
            found[way]["structure"].append(_edges_agree(first, result))
            found[way]["similarity"].append(float(checks.kept_similarity(was, now, None).value))
            if reader is not None:
                seen = judging.there(reader, before, after, change, was.image, now.image)
                if seen is not None:
                    found[way]["change seen"].append(seen)


def _draw(director: Director, request: Request) -> bytes:
    return director.run(request, "local", threading.Event(), lambda event: None).picture.data


def _edges_agree(one: bytes, two: bytes) -> float:
    import cv2

    edges = []
    for data in (one, two):
        grey = np.asarray(Image.open(io.BytesIO(data)).convert("L").resize((128, 128)), np.float32)
        edges.append(np.hypot(cv2.Sobel(grey, cv2.CV_32F, 1, 0), cv2.Sobel(grey, cv2.CV_32F, 0, 1)).ravel())
    return float(np.corrcoef(edges[0], edges[1])[0, 1])
