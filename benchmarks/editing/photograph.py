"""A 12-megapixel photograph, made by code, loaded, masked, an object taken out, adjusted and enlarged: peak memory and what survives.

Run in a process of its own, so that the peak is its own: python -m benchmarks.editing.photograph [--upscale 2]
"""

import argparse
import io
import json
import resource
import time
from typing import Any

import numpy as np
from PIL import Image

WIDTH, HEIGHT = 4000, 3000


def photograph() -> bytes:
    """A landscape with a red ball, lying on its side as telephones store it (EXIF orientation 6), as JPEG."""
    import cv2

    rng = np.random.default_rng(0)
    y = np.linspace(0, 1, HEIGHT, dtype=np.float32)[:, None]
    sky = np.broadcast_to(y < 0.45, (HEIGHT, WIDTH))
    grain = cv2.resize(rng.normal(0, 14, (HEIGHT // 4, WIDTH // 4)).astype(np.float32), (WIDTH, HEIGHT))
    picture = np.empty((HEIGHT, WIDTH, 3), np.uint8)
    for band, (above, below) in enumerate(((130, 70), (180, 130), (240, 50))):
        picture[..., band] = np.clip(np.where(sky, above + 25 * y, below) + np.where(sky, 0.2, 1.0) * grain, 0, 255)
    cv2.circle(picture, (1500, 1350), 220, (205, 40, 32), -1, cv2.LINE_AA)
    exif = Image.Exif()
    exif[0x0112] = 6
    out = io.BytesIO()
    Image.fromarray(picture).transpose(Image.Transpose.ROTATE_90).save(out, "JPEG", quality=92, exif=exif)
    return out.getvalue()


def measure(upscale: int) -> dict[str, Any]:
    """Seconds of each step, the peak of memory in megabytes, and what was checked."""
    from codirector.tools import masks, regions
    from codirector.tools.adjust import Step, adjust
    from codirector.tools.pictures import open_picture, to_png
    from codirector.tools.repair import repair
    from codirector.tools.upscale import Upscaler

    data = photograph()
    base = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024
    seconds: dict[str, float] = {}

    def timed(name: str, work: Any) -> Any:
        began = time.perf_counter()
        result = work()
        seconds[name] = round(time.perf_counter() - began, 2)
        return result

    opened = timed("load", lambda: open_picture(data, "photo.jpg"))
    pixels = np.asarray(opened.image)
    found = regions.select(pixels, "the red one")
    if found is None:
        raise SystemExit("the red thing was not found")
    mask = timed("mask", lambda: masks.grown(found, 14))
    fixed = timed("take out", lambda: repair(pixels, mask))
    same = bool((fixed[mask == 0] == pixels[mask == 0]).all())
    red_left = int(((fixed[..., 0].astype(int) > fixed[..., 1].astype(int) + 70) & (mask > 0)).sum())
    upright = opened.image.size == (WIDTH, HEIGHT)
    adjusted = timed(
        "adjust", lambda: adjust(to_png(Image.fromarray(fixed)), (Step(kind="warmth", amount=0.2), Step(kind="contrast", amount=0.1)))
    )
    result = {"upright": upright, "region": round(masks.share(mask), 4), "untouched outside": same, "red pixels left": red_left}
    if upscale > 1:
        small = Image.open(io.BytesIO(adjusted)).convert("RGB")
        del pixels, fixed, opened, mask
        large = timed("enlarge", lambda: Upscaler().enlarge(small, upscale))
        result["enlarged to"] = f"{large.width} x {large.height}"
    peak = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024
    return {"seconds": seconds, "peak megabytes": round(peak), "megabytes before": round(base)} | result


if __name__ == "__main__":
    grammar = argparse.ArgumentParser(description=__doc__)
    grammar.add_argument("--upscale", type=int, default=2, choices=(1, 2))
    print(json.dumps(measure(grammar.parse_args().upscale), indent=2))
