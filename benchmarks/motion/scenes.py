"""What the motion benchmarks look at: stills by the embedded model, and composed clips whose every frame is known."""

import hashlib
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import cv2
import numpy as np
from PIL import Image

from codirector.assistant.turn.dispatch import request_for
from codirector.prompts.scene import Scene
from codirector.prompts.split import scene_from_text
from codirector.tools.backend import RunContext
from codirector.tools.events import Done
from codirector.tools.registry import Registry
from codirector.tools.sketch import Atlas, place
from codirector.values import Sha256
from training.illustrator.world import BY_NAME

PROMPTS = ("3d render of a fox in the snow", "a fox in the forest, watercolor", "a red car in the city, cartoon", "a cat in a meadow, flat")


class Memory:
    """Pictures by their hash."""

    def __init__(self) -> None:
        self._kept: dict[str, bytes] = {}

    def add(self, data: bytes) -> Sha256:
        name = hashlib.sha256(data).hexdigest()
        self._kept[name] = data
        return name

    def read(self, sha256: Sha256) -> bytes:
        return self._kept[sha256]


def scene_of(prompt: str, seed: int = 7) -> Scene:
    scene = scene_from_text(prompt).scene
    return scene.evolve(render=scene.render.evolve(seed=seed))


def run(registry: Registry, request: Any, blobs: Memory) -> Done:
    events = list(registry.check(request).run(request, RunContext(blobs, previews=False)))
    assert isinstance(events[-1], Done)
    return events[-1]


def stills(registry: Registry, cache: Path, weights: Path, prompts: tuple[str, ...] = PROMPTS) -> dict[str, bytes]:
    """PNGs of the prompts, kept in `cache` from run to run as long as the model whose `weights` (a folder) these are is the same."""
    cache.mkdir(parents=True, exist_ok=True)
    model = hashlib.sha256(b"".join(file.read_bytes() for file in sorted(weights.glob("*.safetensors")))).hexdigest()[:12]
    found = {}
    for number, prompt in enumerate(prompts):
        path = cache / f"still-{model}-{number}.png"
        if not path.exists():
            path.write_bytes(run(registry, request_for(scene_of(prompt), None, None), Memory()).products[0].data)
        found[prompt] = path.read_bytes()
    return found


def held_out(thing: str) -> bool:
    """Whether the drawings of `thing` are kept for measuring: one in six, by the hash of its name. No network here is trained on them."""
    return hashlib.sha256(thing.encode()).digest()[0] % 6 == 0


def composed_clips(atlas_folder: Path, backgrounds: list[bytes], frames: int = 17, side: int = 256) -> Iterator[list[np.ndarray]]:
    """Twelve clips (RGB bytes, `side` square): drawings of the art atlas (held-out things) moving, turning and growing on their own
    over a background that pans. Every frame is composed anew, so every in-between is known."""
    atlas = Atlas.load(atlas_folder)
    keys = sorted(key for key in atlas.drawings if key[0] in BY_NAME and held_out(key[0]))
    rng = np.random.default_rng(11)
    for clip in range(12):
        still = np.asarray(Image.open(_bytes(backgrounds[clip % len(backgrounds)])).convert("RGB"))
        wide = cv2.resize(still, (2 * side, 2 * side), interpolation=cv2.INTER_AREA)
        things = []
        for _ in range(2):
            drawing = atlas.drawings[keys[int(rng.integers(len(keys)))]]
            size = int(rng.integers(70, 130))
            things.append((place(drawing, size, size), rng.uniform(60, side - 60, 2), rng.uniform(-3.5, 3.5, 2), rng.uniform(-2.5, 2.5)))
        pan = rng.uniform(-2.5, 2.5, 2)
        yield [compose(wide, things, pan, index, side) for index in range(frames)]


def compose(wide: np.ndarray, things: list, pan: np.ndarray, index: float, side: int) -> np.ndarray:
    """The frame at moment `index`: `things` (drawing RGBA, start, speed, turn) over the background `wide`, which pans."""
    # At twice the size and brought down: edges fall between pixels as a camera's would.
    double = 2 * side
    shift = np.array([[2.0, 0, -side / 2 + 2 * pan[0] * index], [0, 2.0, -side / 2 + 2 * pan[1] * index]])
    canvas = cv2.warpAffine(wide, shift, (double, double), flags=cv2.INTER_LINEAR, borderMode=cv2.BORDER_REFLECT_101).astype(np.float32)
    for drawing, start, speed, turn in things:
        rows, columns = drawing.shape[:2]
        matrix = cv2.getRotationMatrix2D((columns / 2, rows / 2), float(turn * index), 2.0 * (1 + 0.004 * index))
        matrix[:, 2] += 2 * (start + speed * index) - (columns / 2, rows / 2)
        alpha = drawing[..., 3:].astype(np.float32) / 255
        layer = np.concatenate([drawing[..., :3] * alpha, alpha * 255], axis=2)
        seen = cv2.warpAffine(layer, matrix, (double, double), flags=cv2.INTER_LINEAR)
        canvas = canvas * (1 - seen[..., 3:] / 255) + seen[..., :3]
    return cv2.resize(canvas, (side, side), interpolation=cv2.INTER_AREA).round().clip(0, 255).astype(np.uint8)


def _bytes(data: bytes) -> Any:
    import io

    return io.BytesIO(data)


def psnr(one: np.ndarray, two: np.ndarray) -> float:
    """Decibels."""
    return float(10 * np.log10(255**2 / max(1e-9, np.mean((one.astype(np.float64) - two.astype(np.float64)) ** 2))))


def ssim(one: np.ndarray, two: np.ndarray) -> float:
    """Mean structural similarity of lightness (Wang et al. 2004), Gaussian windows of 1.5 pixels."""
    a, b = (cv2.cvtColor(frame, cv2.COLOR_RGB2GRAY).astype(np.float64) for frame in (one, two))

    def blur(values: np.ndarray) -> np.ndarray:
        return cv2.GaussianBlur(values, (11, 11), 1.5)

    mean_a, mean_b = blur(a), blur(b)
    var_a, var_b, both = blur(a * a) - mean_a**2, blur(b * b) - mean_b**2, blur(a * b) - mean_a * mean_b
    c1, c2 = (0.01 * 255) ** 2, (0.03 * 255) ** 2
    map_ = ((2 * mean_a * mean_b + c1) * (2 * both + c2)) / ((mean_a**2 + mean_b**2 + c1) * (var_a + var_b + c2))
    return float(map_.mean())
