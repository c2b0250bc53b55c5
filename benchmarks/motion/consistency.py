"""Does the picture hold together from frame to frame? Our film against naive ways of making every frame by itself.

The naive ways: `drawn` makes each frame from the same prompt, along a layout in which the things stand where the camera of that frame
sees them; `reworked` runs each crop of our own film through the model (image to image), so it gets our motion as a present; both with one
seed for all frames and with a seed for each. Nothing is encoded, neither the film nor the others: what an MP4 adds (nearly all of it
by halving the colours' resolution, whatever the quality) is of the size that is measured here; `film, as MP4` shows how much.

Warp error: the mean squared difference (0..1 scale) between a frame and the next one brought back along the flow, where both see the
place (Lai et al. 2018, learning blind video temporal consistency, whose flow is FlowNet2; ours is DIS). Flicker: how much the
brightness of 16 x 16 places jumps from frame to frame beyond its neighbours in time. `grown` is by how much the picture was seen to
grow: a clip that stands still has no error, and does not do what was asked. Similarity: cosine of HOG descriptors (Dalal &
Triggs 2005) and colour histograms of the subject's box between frames; no network judges it.
"""

from collections.abc import Callable
from functools import partial
from itertools import pairwise
from pathlib import Path
from typing import Any

import cv2
import numpy as np
from PIL import Image

from benchmarks.motion.scenes import Memory, run, scene_of
from codirector.assistant.turn.dispatch import request_for, sketch_of
from codirector.assistant.turn.film import film_request
from codirector.prompts.scene import Motion
from codirector.tools.backend import RunContext
from codirector.tools.film.assemble import assemble
from codirector.tools.film.camera import pose_at
from codirector.tools.film.clips import FramesClip
from codirector.tools.film.container import frames_of
from codirector.tools.film.flow import flow_between, occluded, warp
from codirector.tools.film.stabilise import camera_path
from codirector.tools.film.stills import Still, outline_of
from codirector.tools.pictures import to_png
from codirector.tools.registry import Registry
from codirector.tools.requests import EditRequest, FilmRequest, GenerateRequest
from codirector.tools.sketch import Sketch

STRENGTH = 0.45
FPS = 120
"""Frames a second at which our film can be asked for moments between its frames."""
FILM, MP4, AS_FAR = "film", "film, as MP4", "film, slowed to the motion of"
NAIVE = ("drawn, one seed", "drawn, own seeds", "reworked, one seed", "reworked, own seeds")


def measure(registry: Registry, models: Path, stills: dict[str, bytes], camera: str = "zoom in", drawn: int = 6) -> dict[str, Any]:
    """Means over the stills, and how many times lower the film's warp error is than each naive way's: as it is, and slowed down so that
    it moves no further than the naive frames do (`equal_motion`)."""
    rows: dict[str, list[dict[str, float]]] = {}
    for prompt, data in stills.items():
        made = {name: frames_in_way(name, registry, models, prompt, data, camera, drawn) for name in (FILM, MP4, *NAIVE)}
        for name, found in judged(made, partial(ours, models, prompt, data, camera, drawn), box_of(prompt)).items():
            rows.setdefault(name, []).append(found)
    return summed_up(rows)


def summed_up(rows: dict[str, list[dict[str, float]]]) -> dict[str, Any]:
    means = {name: {key: round(float(np.mean([row[key] for row in found])), 7) for key in found[0]} for name, found in rows.items()}
    return {
        "means": means,
        "warp_error_times_lower": {name: round(means[name]["warp_error"] / means[FILM]["warp_error"], 1) for name in NAIVE},
        "equal_motion": {
            name: round(means[name]["warp_error"] / means[f"{AS_FAR} {name}"]["warp_error"], 1)
            for name in NAIVE
            if f"{AS_FAR} {name}" in means
        },
    }


def judged(made: dict[str, list[np.ndarray]], film: Callable[[float], list[np.ndarray]], box: Any) -> dict[str, dict[str, float]]:
    """The figures of each clip; and of our film at the share of its speed at which it grows as little as the clip does, where that
    moves at all but less than ours."""
    found = {name: figures(frames, box) for name, frames in made.items()}
    whole = found[FILM]["grown"] - 1
    for name in NAIVE:
        share = (found[name]["grown"] - 1) / whole
        if 0.1 <= share < 0.95:
            found[f"{AS_FAR} {name}"] = figures(film(share), box)
    return found


def frames_in_way(
    name: str, registry: Registry, models: Path, prompt: str, data: bytes, camera: str = "zoom in", drawn: int = 6
) -> list[np.ndarray]:
    """`drawn` frames, a twelfth of a second apart, made in one of the ways (`FILM`, `MP4`, `NAIVE`)."""
    if name == FILM:
        return ours(models, prompt, data, camera, drawn)
    request, blobs = asked(prompt, data, camera), Memory()
    blobs.add(data)
    if name == MP4:
        return list(frames_of(run(registry, request, blobs).products[0].data))[: 2 * drawn : 2]
    words = request_for(scene_of(prompt), None, None)
    assert isinstance(words, GenerateRequest)
    shot, frames = request.shots[0], []
    crops = [] if name.startswith("drawn") else ours(models, prompt, data, camera, drawn)
    for number in range(drawn):
        seed = 7 if "one seed" in name else number
        if name.startswith("drawn"):
            zoom = pose_at(shot.camera, number / 12, shot.seconds - 1 / request.fps, request.seed).zoom
            again = words.evolve(seed=seed, sketch=zoomed(shot.sketch, zoom) if shot.sketch else None)
        else:
            crop = blobs.add(to_png(Image.fromarray(crops[number])))
            # Without the layout sketch: along it the model puts the thing in the same place whatever the crop, and nothing moves.
            given = words.model_dump(exclude={"kind"}) | {"sketch": None, "seed": seed, "image": crop, "strength": STRENGTH}
            again = EditRequest.model_validate(given)
        frames.append(picture(run(registry, again, blobs).products[0].data))
    return frames


def asked(prompt: str, data: bytes, camera: str) -> FilmRequest:
    """Two seconds of the camera over the still."""
    scene = scene_of(prompt).evolve(motion=Motion(camera=camera, seconds=2.0, easing="linear"))
    return film_request(scene, Memory().add(data))[0]


def box_of(prompt: str) -> Any:
    sketch = sketch_of(scene_of(prompt))
    return sketch.boxes[-1] if sketch and sketch.boxes else None


def ours(models: Path, prompt: str, data: bytes, camera: str, drawn: int, speed: float = 1.0) -> list[np.ndarray]:
    """Frames of our film before they are encoded, `speed` twelfths of a second apart."""
    request = asked(prompt, data, camera).evolve(fps=FPS)
    sketch, size = request.shots[0].sketch, picture(data).shape
    still = Still(data, size[1], size[0], sketch, outline_of(models / "illustrator" / "atlas")(sketch) if sketch else None)
    clip = assemble(request, [still], size[1], size[0], RunContext(Memory())).clip
    return [clip.frame(round(number * speed * FPS / 12)) for number in range(drawn)]


def zoomed(sketch: Sketch, zoom: float) -> Sketch:
    """The layout as it stands in the frame of a camera that shows `zoom` times less."""
    boxes = tuple(
        box.model_copy(
            update={
                "x": 0.5 + (box.x - 0.5) * zoom, "y": 0.5 + (box.y - 0.5) * zoom, "width": box.width * zoom, "height": box.height * zoom,
            }
        )
        for box in sketch.boxes
    )  # fmt: skip
    return sketch.model_copy(update={"boxes": boxes})


def picture(data: bytes) -> np.ndarray:
    decoded = cv2.imdecode(np.frombuffer(data, np.uint8), cv2.IMREAD_COLOR)
    assert decoded is not None
    return cv2.cvtColor(decoded, cv2.COLOR_BGR2RGB)


def figures(frames: list[np.ndarray], box: Any) -> dict[str, float]:
    small = [cv2.resize(frame, (256, 256), interpolation=cv2.INTER_AREA) for frame in frames]
    errors = []
    for one, two in pairwise(small):
        forward, backward = flow_between(one, two), flow_between(two, one)
        seen = ~occluded(forward, backward)
        difference = (warp(two, forward).astype(np.float64) - one) / 255
        errors.append(float((difference**2).mean(axis=-1)[seen].mean()) if seen.any() else 1.0)
    light = np.array(
        [cv2.resize(cv2.cvtColor(frame, cv2.COLOR_RGB2GRAY), (16, 16), interpolation=cv2.INTER_AREA) for frame in small], float
    )
    flicker = float(np.abs(light[1:-1] - (light[:-2] + light[2:]) / 2).mean())
    features = np.array([describe(frame, box) for frame in small])
    alike = float((features[:-1] * features[1:]).sum(axis=1).mean())
    grown = float(np.exp(camera_path(FramesClip(small, 12))[-1, 3]))
    return {"warp_error": float(np.mean(errors)), "flicker": flicker, "subject_similarity": alike, "grown": grown}


def describe(frame: np.ndarray, box: Any) -> np.ndarray:
    """A unit vector of the subject's shape and colours."""
    side = frame.shape[0]
    if box is not None:
        left, top = max(0, round((box.x - box.width / 2) * side)), max(0, round((box.y - box.height / 2) * side))
        right, bottom = min(side, round((box.x + box.width / 2) * side)), min(side, round((box.y + box.height / 2) * side))
        frame = frame[top:bottom, left:right]
    patch = np.ascontiguousarray(cv2.resize(frame, (64, 64), interpolation=cv2.INTER_AREA))
    gx, gy = (cv2.Sobel(cv2.cvtColor(patch, cv2.COLOR_RGB2GRAY), cv2.CV_32F, *order) for order in ((1, 0), (0, 1)))
    size, angle = np.hypot(gx, gy), (np.arctan2(gy, gx) % np.pi) / np.pi * 9
    cells = []
    for row in range(8):
        for column in range(8):
            part = np.s_[row * 8 : row * 8 + 8, column * 8 : column * 8 + 8]
            cells.append(np.histogram(angle[part], bins=9, range=(0, 9), weights=size[part])[0])
    shape = np.concatenate(cells)
    colour = cv2.calcHist([patch], [0, 1, 2], None, [6, 6, 6], [0, 256] * 3).ravel()
    vector = np.concatenate([shape / max(1e-9, np.linalg.norm(shape)), colour / max(1e-9, np.linalg.norm(colour))])
    return vector / np.linalg.norm(vector)
