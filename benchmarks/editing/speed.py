"""Seconds of regional edits against drawing the whole picture anew: same model, same steps, same run, taken in turns."""

import statistics
import tempfile
import threading
import time
from pathlib import Path
from typing import Any

from codirector.assistant.director import Director
from codirector.assistant.settings import Settings
from codirector.assistant.turn.dispatch import request_for, sketch_of
from codirector.prompts.scene import Element, Render, Scene
from codirector.tools import masks
from codirector.tools.requests import Draft, InpaintRequest, Request

SCENE = Scene(elements=(Element(name="fox"),), setting="snow", style="cartoon", render=Render(seed=7))
CASES = {"6 % masked": (0.7, 0.08, 0.945, 0.325), "25 % masked": (0.25, 0.3, 0.75, 0.8)}
STRENGTH = 0.44


def measure(rounds: int, threads: int = 1) -> dict[str, Any]:
    """Medians of `rounds` rounds, after one that is not counted."""
    with tempfile.TemporaryDirectory() as home:
        director = Director(Settings(home=Path(home), planner="rules", threads=threads))
        try:
            return _measure(director, rounds)
        finally:
            director.close()


def _measure(director: Director, rounds: int) -> dict[str, Any]:
    anew = request_for(SCENE, None, None)
    first = _run(director, anew)[0]
    picture = director.store.artifacts.write(first.data, "image/png")
    requests: dict[str, Request] = {"anew": anew}
    for name, box in CASES.items():
        mask = masks.to_png(masks.rectangle(box, picture.width, picture.height))
        sha256 = director.store.artifacts.write(mask, "image/png", "mask", picture.width, picture.height).sha256
        whole = anew.model_dump(exclude={"kind", "upscale", "width", "height"})
        drawn = sketch_of(SCENE)
        requests[name] = InpaintRequest.model_validate(
            whole | {
                "image": picture.sha256, "mask": sha256, "strength": STRENGTH, "feather": 6, "window": True,
                "draft": Draft(fill=True, kept=drawn.boxes if drawn else (), style="cartoon"),
            }
        )  # fmt: skip
    seconds: dict[str, list[float]] = {name: [] for name in requests}
    denoise: dict[str, list[float]] = {name: [] for name in requests}
    for number in range(rounds + 1):
        for name, request in requests.items():
            _, spent, facts = _run(director, request)
            if number:
                seconds[name].append(spent)
                denoise[name].append(facts["seconds"]["denoise"])
    whole = statistics.median(seconds["anew"])
    turns = _turns(director, rounds)
    return {
        name: {
            "seconds": round(statistics.median(spent), 3), "of drawing anew": round(statistics.median(spent) / whole, 3),
            "denoising": round(statistics.median(denoise[name]), 3),
        }
        for name, spent in seconds.items()
    } | {"whole turn": turns}  # fmt: skip


def _turns(director: Director, rounds: int) -> dict[str, Any]:
    """A whole edit turn, from the message to the committed reply, against its denoising."""
    director.store.create("turns")
    director.submit("turns", "a fox in the snow, cartoon --seed 7").result()
    totals, shares = [], []
    for number in range(rounds):
        message = "add a red balloon" if number % 2 == 0 else "remove the balloon"
        finished = director.submit("turns", message).result()
        facts = director.store.view("turns", last=1).history[-1].run.facts
        if number > 1:
            totals.append(finished.seconds["total"])
            shares.append(finished.seconds["total"] / facts["seconds"]["denoise"])
    return {"seconds": round(statistics.median(totals), 3), "times its denoising": round(statistics.median(shares), 2)} if totals else {}


def _run(director: Director, request: Request) -> tuple[Any, float, dict[str, Any]]:
    began = time.perf_counter()
    done = director.run(request, "local", threading.Event(), lambda event: None)
    return done.picture, time.perf_counter() - began, done.facts
