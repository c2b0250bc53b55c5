"""Composed clips whose in-betweens are known, as crops to train on: `python -m training.motion.clips --crops 9000`. Resumes.

Drawings of the art atlas move over painted settings enlarged by Real-ESRGAN, or a painted picture moves as a whole; none of the things
the benchmark measures with are among them, and none of its backgrounds. Knows the painters and the flow; does not know networks.
"""

import argparse
import json
from pathlib import Path

import cv2
import numpy as np
from PIL import Image

from benchmarks.motion.scenes import compose as compose_frame
from benchmarks.motion.scenes import held_out
from codirector.tools.film.flow import Between
from codirector.tools.film.interpolate import seen
from codirector.tools.sketch import Atlas, place
from codirector.tools.upscale import Upscaler
from training.illustrator.art import ATLAS
from training.illustrator.scenes import compose, sample_spec
from training.illustrator.world import BY_NAME

RUN = Path(".runs/motion")
SIDE, CROP = 256, 96
SHARES = (0.25, 0.5, 0.75)
CHANNELS = 19
"""What the network sees (16, see `interpolate.seen`) and the true frame (3)."""


def grounds(atlas: Atlas, count: int, folder: Path) -> list[np.ndarray]:
    """Painted pictures of 512 x 512, kept in `folder`. Things held out are in none of them."""
    folder.mkdir(parents=True, exist_ok=True)
    upscaler, found, rng = Upscaler(), [], np.random.default_rng(20)
    while len(found) < count:
        spec = sample_spec(rng, whole_world=True)
        if any(held_out(item.name) for item in spec.items):
            continue
        picture, _ = compose(spec, atlas, rng)
        path = folder / f"ground-{len(found):03d}.png"
        if not path.exists():
            upscaler.enlarge(Image.fromarray(picture), 4).save(path)
        found.append(np.asarray(Image.open(path).convert("RGB")))
    upscaler.close()
    return found


def moments(atlas: Atlas, keys: list[tuple[str, str]], wide: np.ndarray, rng: np.random.Generator) -> list[np.ndarray]:
    """Five frames (SIDE square) at equal distances of one clip by chance."""
    gap = float(rng.choice([0.5, 1.0, 1.5]))
    things = []
    for _ in range(int(rng.integers(1, 4))):
        size = int(rng.integers(50, 150))
        drawing = place(atlas.drawings[keys[int(rng.integers(len(keys)))]], size, size)
        if rng.random() < 0.5:
            drawing = np.ascontiguousarray(drawing[:, ::-1])
        things.append((drawing, rng.uniform(30, SIDE - 30, 2), rng.uniform(-4, 4, 2), rng.uniform(-3, 3)))
    pan = rng.uniform(-3, 3, 2)
    return [compose_frame(wide, things, pan, index * gap, SIDE) for index in range(5)]


def crops(atlas: Atlas, keys: list[tuple[str, str]], wide: np.ndarray, rng: np.random.Generator) -> list[np.ndarray]:
    """Six crops (CHANNELS, CROP, CROP) float16 of one clip: half of them where the flow is most wrong, half anywhere."""
    frames = moments(atlas, keys, wide, rng)
    between = Between(frames[0], frames[4])
    found = []
    for number, share in enumerate(SHARES, start=1):
        planes, truth = seen(between.sides(share), share), frames[number].transpose(2, 0, 1).astype(np.float32) / 255
        wrong = cv2.blur(np.abs(planes[6:9] - truth).sum(axis=0), (CROP // 2, CROP // 2))
        y, x = np.unravel_index(int(np.argmax(wrong + rng.uniform(0, 0.3 * wrong.max(), wrong.shape))), wrong.shape)
        for top, left in ((y - CROP // 2, x - CROP // 2), rng.integers(0, SIDE - CROP, 2)):
            top, left = (int(np.clip(at, 0, SIDE - CROP)) for at in (top, left))
            part = np.s_[:, top : top + CROP, left : left + CROP]
            found.append(np.concatenate([planes[part], truth[part]]).astype(np.float16))
    return found


def make(count: int, folder: Path, seed: int) -> None:
    """`count` crops in `folder`, as parts of 600, each written whole; and `about.json`."""
    cv2.setNumThreads(1)
    folder.mkdir(parents=True, exist_ok=True)
    atlas = Atlas.load(ATLAS)
    keys = sorted(key for key in atlas.drawings if key[0] in BY_NAME and not held_out(key[0]))
    pictures = grounds(atlas, 48, RUN / "grounds")
    for part in range(-(-count // 600)):
        path = folder / f"part-{part:03d}.npy"
        if path.exists():
            continue
        rng = np.random.default_rng([seed, part])
        made = [crop for _ in range(100) for crop in crops(atlas, keys, pictures[int(rng.integers(len(pictures)))], rng)]
        np.save(folder / "draft.npy", np.stack(made))
        (folder / "draft.npy").replace(path)
        print(json.dumps({"part": part, "crops": len(made)}), flush=True)
    (folder / "about.json").write_text(
        json.dumps({"things": len({key[0] for key in keys}), "crops": count, "seed": seed}), encoding="utf-8"
    )


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--crops", type=int, default=6000)
    parser.add_argument("--out", type=Path, default=RUN / "pool")
    parser.add_argument("--seed", type=int, default=1)
    arguments = parser.parse_args()
    make(arguments.crops, arguments.out, arguments.seed)


if __name__ == "__main__":
    main()
