"""`python -m benchmarks.motion [between stabilise camera consistency rework seconds]`: a JSON object a part, and what is kept or missed."""

import argparse
import json
import resource
import subprocess
import sys
import tempfile
import time
from itertools import islice
from pathlib import Path
from typing import Any

import cv2
import numpy as np

from benchmarks.motion import camera, consistency, rework
from benchmarks.motion.scenes import composed_clips, psnr, ssim, stills
from codirector.assistant.backends import make_registry
from codirector.assistant.settings import Settings
from codirector.tools.film.clips import FramesClip
from codirector.tools.film.flow import Between
from codirector.tools.film.interpolate import find_interpolator
from codirector.tools.film.stabilise import Stabilised, camera_path, smooth

PARTS = ("between", "stabilise", "camera", "consistency", "rework", "seconds")
TARGETS = {
    "camera": ("share", 0.95), "between": ("gain_db_of_one_dropped", 2.0), "stabilise": ("jitter_down_by", 0.8),
    "consistency": ("least_times_lower", 3.0),
}  # fmt: skip


def between(backgrounds: list[bytes], atlas: Path, models: Path, clips: int = 12) -> dict[str, Any]:
    """Frames left out of composed clips of held-out things, made again from their neighbours; against plain blending. `mended` is our own
    network over the flow, where its file is among the `models`."""
    name, own = find_interpolator(models)
    result: dict[str, Any] = {"default": name}
    for name, step in (("one", 2), ("three", 4)):
        rows: dict[str, list[tuple[float, float]]] = {"flow": [], "blend": []}
        for frames in islice(composed_clips(atlas, backgrounds), clips):
            for at in range(0, len(frames) - step, step):
                ends = frames[at], frames[at + step]
                made = {"flow": Between(*ends)} | ({"mended": own(*ends)} if own is not Between else {})
                for inner in range(1, step):
                    share, truth = inner / step, frames[at + inner]
                    rows["blend"].append(judged(cv2.addWeighted(ends[0], 1 - share, ends[1], share, 0), truth))
                    for way, found in made.items():
                        rows.setdefault(way, []).append(judged(found.at(share), truth))
        means = {way: np.mean(found, axis=0) for way, found in rows.items()}
        result[f"{name}_dropped"] = {"frames": len(rows["flow"])} | {
            f"{way}_{what}": round(float(means[way][column]), digits)
            for column, (what, digits) in enumerate((("psnr", 2), ("ssim", 4)))
            for way in means
        }
        best = "mended" if "mended" in means else "flow"
        result[f"gain_db_of_{name}_dropped"] = round(float(means[best][0] - means["blend"][0]), 2)
    return result


def judged(made: np.ndarray, truth: np.ndarray) -> tuple[float, float]:
    return psnr(made, truth), ssim(made, truth)


def stabilise(backgrounds: list[bytes]) -> dict[str, Any]:
    """Pans over a still, shaken by 1 % of the width and 0.6 degrees; what of the shake is left."""
    rng = np.random.default_rng(5)
    rows = []
    for data in backgrounds:
        still = cv2.resize(consistency.picture(data), (640, 640), interpolation=cv2.INTER_CUBIC)
        frames = []
        for index in range(72):
            x, y = rng.normal(0, 3.2, 2)
            matrix = cv2.getRotationMatrix2D((320, 320), float(rng.normal(0, 0.6)), 1.0)
            matrix[:, 2] += (x - 160 - 0.8 * index + 30, y - 160)
            frames.append(cv2.warpAffine(still, matrix, (320, 320), flags=cv2.INTER_LINEAR))
        steady = Stabilised(FramesClip(frames, 24))
        after = [steady.frame(index) for index in range(72)]
        rows.append((_jitter(frames), _jitter(after), steady.crop))
    before, left, crop = (float(np.mean([row[column] for row in rows])) for column in range(3))
    return {"jitter_before_px": round(before, 3), "jitter_after_px": round(left, 3), "jitter_down_by": round(1 - left / before, 4),
            "crop": round(crop, 3), "clips": len(rows)}  # fmt: skip


def _jitter(frames: list[np.ndarray]) -> float:
    """Pixels: how far the picture is from its own smooth path, shift and turn (at a third of the width from the middle) together."""
    path = camera_path(FramesClip(frames, 24))
    rest = (path - smooth(path, 12.0))[:, :3] * (320, 320, 107)
    return float(np.sqrt((rest**2).sum(axis=1).mean()))


def seconds() -> dict[str, Any]:
    """The command of the README in a process of its own: wall seconds, processor seconds, memory."""
    with tempfile.TemporaryDirectory() as folder:
        out = Path(folder) / "fox.mp4"
        command = [
            str(Path(sys.executable).with_name("codirector")), "animate", "3d render of a fox in the snow", "--motion", "slow zoom in",
            "--seconds", "3", "--out", str(out), "--json", "--home", folder, "--seed", "7",
        ]  # fmt: skip
        before, began = resource.getrusage(resource.RUSAGE_CHILDREN), time.perf_counter()
        shown = subprocess.run(command, check=True, capture_output=True, text=True)
        wall, after = time.perf_counter() - began, resource.getrusage(resource.RUSAGE_CHILDREN)
        told = json.loads(shown.stdout)
        busy = after.ru_utime - before.ru_utime + after.ru_stime - before.ru_stime
        return {
            "wall_seconds": round(wall, 1), "processor_seconds": round(busy, 1), "peak_memory_gb": round(after.ru_maxrss / 1e6, 2),
            "frames": told["frames"], "size": [told["width"], told["height"]], "megabytes": round(out.stat().st_size / 1e6, 2),
            "stages": told["facts"]["seconds"], "load_average": Path("/proc/loadavg").read_text().split()[0],
        }  # fmt: skip


def main() -> None:
    arguments = argparse.ArgumentParser(description=__doc__)
    arguments.add_argument("parts", nargs="*", default=list(PARTS), choices=PARTS)
    arguments.add_argument("--clips", type=int, default=12, help="of between: how many clips (1 to 12)")
    arguments.add_argument("--stills", type=int, default=4, help="of consistency: how many stills (1 to 4)")
    arguments.add_argument("--camera", default="zoom in", help="of rework: the move, in words")
    arguments.add_argument("--drawn", type=int, default=6, help="of consistency: frames drawn one by one for each baseline")
    flags = arguments.parse_args()
    cv2.setNumThreads(1)
    with tempfile.TemporaryDirectory() as home:
        settings = Settings(home=Path(home))
        registry = make_registry(settings)
        try:
            pictures = stills(registry, Path(".runs/motion-stills"), settings.models / "illustrator" / "unet")
            work = {
                "between": lambda: between(
                    list(pictures.values()), settings.models / "illustrator" / "atlas", settings.models, flags.clips
                ),
                "stabilise": lambda: stabilise(list(pictures.values())),
                "camera": lambda: camera.measure(registry, pictures),
                "consistency": lambda: consistency.measure(
                    registry, settings.models, dict(list(pictures.items())[: flags.stills]), drawn=flags.drawn
                ),
                "rework": lambda: rework.measure(
                    registry, settings.models, dict(list(pictures.items())[: flags.stills]), Path(".runs/motion-rework"), flags.camera
                ),
                "seconds": seconds,
            }
            for part in flags.parts:
                began = time.perf_counter()
                result = work[part]()
                if part == "consistency":
                    times = result["warp_error_times_lower"]
                    result["least_times_lower"] = min(times[name] for name in consistency.NAIVE if name.startswith("drawn"))
                print(json.dumps({part: result, "took": round(time.perf_counter() - began, 1)}), flush=True)
                if part in TARGETS:
                    name, least = TARGETS[part]
                    print(f"{'kept  ' if result[name] >= least else 'MISSED'} {part} {name}: {result[name]} (at least {least})", flush=True)
        finally:
            registry.close()


if __name__ == "__main__":
    main()
