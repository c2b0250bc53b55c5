"""Does the picture hold together from frame to frame? Our film against two naive ways of drawing every frame by itself.

Warp error: the mean squared difference (0..1 scale) between a frame and the next one brought back along the flow, where both see the
place (Lai et al. 2018, learning blind video temporal consistency, whose flow is FlowNet2; ours is DIS). Flicker: how much the
brightness of 16 x 16 places jumps from frame to frame beyond its neighbours in time. `grown` is by how much the picture was seen to
grow: a clip that stands still has no error, and does not do what was asked. Similarity: cosine of HOG descriptors (Dalal &
Triggs 2005) and colour histograms of the subject's box between frames; no network judges it.
"""

from itertools import pairwise
from typing import Any

import cv2
import numpy as np

from benchmarks.motion.scenes import Memory, run, scene_of
from codirector.assistant.turn.dispatch import request_for
from codirector.assistant.turn.film import film_request
from codirector.prompts.scene import Motion
from codirector.tools.film.clips import FramesClip
from codirector.tools.film.container import frames_of
from codirector.tools.film.flow import flow_between, occluded, warp
from codirector.tools.film.stabilise import camera_path
from codirector.tools.pictures import to_png
from codirector.tools.registry import Registry
from codirector.tools.requests import EditRequest, GenerateRequest

STRENGTH = 0.45


def measure(registry: Registry, stills: dict[str, bytes], camera: str = "zoom in", drawn: int = 6) -> dict[str, Any]:
    """Means over the stills. The naive frames are the same crops of the still our film begins with, each reworked by the model
    (image to image, strength 0.45): with one seed for all, and with a seed of its own."""
    from PIL import Image

    rows: dict[str, list[dict[str, float]]] = {"film": [], "naive, one seed": [], "naive, own seeds": [], "naive, from text": []}
    for prompt, data in stills.items():
        blobs = Memory()
        scene = scene_of(prompt).evolve(motion=Motion(camera=camera, seconds=2.0, easing="linear"))
        request, _ = film_request(scene, blobs.add(data))
        frames = list(frames_of(run(registry, request, blobs).products[0].data))[: 2 * drawn : 2]
        box = request.shots[0].sketch.boxes[-1] if request.shots[0].sketch else None
        rows["film"].append(figures(frames, box))
        words = request_for(scene, None, None)
        assert isinstance(words, GenerateRequest)
        # Without the layout sketch: along it the model puts the thing in the same place whatever the crop, and nothing moves.
        common: dict[str, Any] = words.model_dump(exclude={"kind"}) | {"sketch": None}
        for name, seeds in (("naive, one seed", [7] * drawn), ("naive, own seeds", list(range(drawn)))):
            made = []
            for frame, seed in zip(frames, seeds, strict=True):
                given = common | {"seed": seed, "image": blobs.add(to_png(Image.fromarray(frame))), "strength": STRENGTH}
                edit = EditRequest.model_validate(given)
                made.append(picture(run(registry, edit, blobs).products[0].data))
            rows[name].append(figures(made, box))
        text = [picture(run(registry, words.evolve(seed=seed), blobs).products[0].data) for seed in range(drawn)]
        rows["naive, from text"].append(figures(text, box))
    means = {name: {key: round(float(np.mean([row[key] for row in found])), 6) for key in found[0]} for name, found in rows.items()}
    ratios = {name: round(means[name]["warp_error"] / means["film"]["warp_error"], 1) for name in means if name != "film"}
    return {"means": means, "warp_error_times_lower": ratios}


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
