"""Frames gone over by the picture model: does it help that the noise moves with the picture, and that what changed is carried on?

Every way goes over the same frames of the same film with one seed and one strength. The warp error is taken along the flow of the film
that was there before (the true motion, the same for every way) and along the flow of the frames themselves, as in `consistency`.
`changed` is how far a frame is from the film's (mean absolute difference, 0..255): a way that changes nothing has no error and does
nothing. `sharper` is the energy of the finest detail against the film's.
"""

from itertools import pairwise
from pathlib import Path
from typing import Any

import cv2
import numpy as np

from benchmarks.motion.consistency import asked, figures, picture
from benchmarks.motion.scenes import Memory, scene_of
from codirector.assistant.turn.dispatch import request_for
from codirector.tools.backend import RunContext
from codirector.tools.blocking import Listener
from codirector.tools.film.assemble import assemble
from codirector.tools.film.flow import flow_between, occluded, warp
from codirector.tools.film.rework import Rework, Reworked
from codirector.tools.film.stills import Still, StillMaker, outline_of
from codirector.tools.registry import Registry

WAYS: dict[str, dict[str, Any]] = {
    "each frame, noise as it comes": {"every": 1, "moving": False, "carried": 0.0},
    "each frame, noise moving": {"every": 1, "moving": True, "carried": 0.0},
    "each frame, noise as it comes, last frame reused": {"every": 1, "moving": False, "carried": 0.7},
    "every third, noise as it comes": {"every": 3, "moving": False, "carried": 0.0},
    "every third, noise moving": {"every": 3, "moving": True, "carried": 0.0},
    "every third, noise as it comes, last one reused": {"every": 3, "moving": False, "carried": 0.7},
}
FPS = 12


def measure(
    registry: Registry,
    models: Path,
    stills: dict[str, bytes],
    folder: Path,
    camera: str = "zoom in",
    strength: float = 0.35,
    frames: int = 7,
) -> dict[str, Any]:
    """Means over the stills for each way, and the film itself."""
    rows: dict[str, list[dict[str, float]]] = {}
    for prompt, data in stills.items():
        made = all_ways(registry, models, prompt, data, folder, camera, strength, frames)
        for name, clip in made.items():
            rows.setdefault(name, []).append(judged(clip, made["film"]))
    means = {name: {key: round(float(np.mean([row[key] for row in found])), 7) for key in found[0]} for name, found in rows.items()}
    each, moving, keys = (means[f"{often}, noise {way}"]["along_film"] for often, way in (
        ("each frame", "as it comes"), ("each frame", "moving"), ("every third", "as it comes")
    ))  # fmt: skip
    return {"means": means, "times_lower_by_moving_noise": round(each / moving, 2), "times_lower_by_key_frames": round(each / keys, 2)}


def all_ways(
    registry: Registry, models: Path, prompt: str, data: bytes, folder: Path, camera: str, strength: float, frames: int
) -> dict[str, list[np.ndarray]]:
    """The film's first `frames` frames, and what each way makes of them. What was drawn is kept in `folder`."""
    blobs = Memory()
    request = asked(prompt, data, camera).evolve(fps=FPS)
    blobs.add(data)
    words = request_for(scene_of(prompt), None, None)
    shot, size = request.shots[0], picture(data).shape
    sketch = shot.sketch
    still = Still(data, size[1], size[0], sketch, outline_of(models / "illustrator" / "atlas")(sketch) if sketch else None)
    context = RunContext(blobs, previews=False)
    origin = words.model_dump(mode="json")
    backend = registry.find("", "edit")[0]
    maker = StillMaker(backend, context, Listener(context), folder, models, origin)
    clip: Any = assemble(request, [still], size[1], size[0], context).clip
    redraw = maker.redrawn(shot, strength, 7)
    made = {"film": [clip.frame(index) for index in range(frames)]}
    for name, how in WAYS.items():
        reworked = Reworked(clip, clip.places, Rework(redraw, **how))
        made[name] = [reworked.frame(index) for index in range(frames)]
    return made


def judged(clip: list[np.ndarray], film: list[np.ndarray]) -> dict[str, float]:
    own = figures(clip, None)
    errors = []
    for (one, two), (before, after) in zip(pairwise(clip), pairwise(film), strict=True):
        forward, backward = flow_between(before, after), flow_between(after, before)
        seen = ~occluded(forward, backward)
        difference = (warp(two, forward).astype(np.float64) - one) / 255
        errors.append(float((difference**2).mean(axis=-1)[seen].mean()))
    fine = [np.mean([_detail(frame) for frame in frames]) for frames in (clip, film)]
    return {
        "along_film": float(np.mean(errors)), "along_own": own["warp_error"], "flicker": own["flicker"],
        "changed": float(np.mean([np.abs(one.astype(float) - two).mean() for one, two in zip(clip, film, strict=True)])),
        "sharper": float(fine[0] / fine[1]),
    }  # fmt: skip


def _detail(frame: np.ndarray) -> float:
    return float(cv2.Laplacian(cv2.cvtColor(frame, cv2.COLOR_RGB2GRAY), cv2.CV_32F).var())
