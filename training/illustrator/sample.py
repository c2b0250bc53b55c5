"""A grid of pictures to look at, from an exported folder, through the stock pipelines, with fixed seeds.

Knows the exported folder and the held-out scenes. `python -m training.illustrator.sample --out grid.png` draws for each scene
the sketch, the picture along the sketch, and the picture from text alone.
"""

from __future__ import annotations

import argparse
import json
import os
import time
from pathlib import Path

import numpy as np
import torch
from PIL import Image

from codirector.tools.embedded import ILLUSTRATOR, load_controlnet, load_pipeline
from codirector.tools.patch_decoder import load_patch_decoder
from codirector.tools.sketch import Atlas, Sketch, draw_sketch
from training.illustrator.captions import SETTING_WORDS, canonical
from training.illustrator.scenes import Item, SceneSpec, lay_out, sample_spec
from training.illustrator.settings import SIZE

SKETCH_SCALE = 1.5
"""Judged best of 1, 1.5 and 2 (see LOG.md): at 1 small things dissolve, at 2 every style looks like its drawings."""
WISHES = (
    SceneSpec((Item("fox"),), "snow", style="watercolor", time="sunset"),
    SceneSpec((Item("balloon", 1, "red", "left"), Item("fox", 1, None, "right")), "meadow", style="cartoon"),
    SceneSpec((Item("penguin", 2),), "snow", style="3d render"),
    SceneSpec((Item("fox", 1, "blue"),), "forest", style="flat", framing="close-up"),
    SceneSpec((Item("owl"),), "forest", style="ink", time="night", framing="close-up"),
    SceneSpec((Item("car", 1, "red"),), "city", style="3d render", time="night"),
    SceneSpec((Item("sailboat"),), "sea", style="watercolor", time="sunset", framing="wide"),
    SceneSpec((Item("robot"),), "space", style="pixel art", framing="close-up"),
)


def scenes(number: int, seed: int) -> list[SceneSpec]:
    """The fixed wishes first, then scenes with pairs that training never showed, every second of the whole world."""
    rng = np.random.default_rng(seed)
    return [*WISHES, *(sample_spec(rng, held=True, whole_world=turn % 2 == 1) for turn in range(number))][:number]


def sketched(spec: SceneSpec, atlas: Atlas, rng: np.random.Generator, number: int) -> Image.Image:
    """The sketch as at run time: the setting is one of those the atlas keeps, not that of a composed picture."""
    ground = f"plain {spec.plain_colour} background" if spec.setting == "plain" else SETTING_WORDS[spec.setting][0]
    return draw_sketch(
        Sketch(boxes=lay_out(spec, rng), style=spec.style, ground=ground, light=spec.time, variant=number), atlas, SIZE, SIZE
    )


def draw(pipeline, prompts: list[str], sketches: list[Image.Image] | None, steps: int, guidance: float, seed: int) -> list[np.ndarray]:
    """Pictures in batches of eight, each with its own seed; with sketches through the ControlNet pipeline."""
    made: list[np.ndarray] = []
    for start in range(0, len(prompts), 8):
        part = prompts[start : start + 8]
        generators = [torch.Generator().manual_seed(seed + start + number) for number in range(len(part))]
        extra = {"image": sketches[start : start + 8], "controlnet_conditioning_scale": SKETCH_SCALE} if sketches else {}
        with torch.inference_mode():
            out = pipeline(
                part,
                num_inference_steps=steps,
                guidance_scale=guidance,
                height=128,
                width=128,
                generator=generators,
                output_type="np",
                **extra,
            )
        made.extend((out.images * 255).round().astype(np.uint8))
    return made


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--folder", type=Path, default=ILLUSTRATOR)
    parser.add_argument("--out", type=Path, default=Path(".runs/illustrator/grid.png"))
    parser.add_argument("--number", type=int, default=24)
    parser.add_argument("--seed", type=int, default=5)
    parser.add_argument("--steps", type=int, default=8)
    parser.add_argument("--guidance", type=float, default=1.0)
    parser.add_argument("--only-guided", action="store_true", help="a contact sheet of the sketch-guided pictures alone")
    arguments = parser.parse_args()
    torch.set_num_threads(int(os.environ.get("OMP_NUM_THREADS", "2")))
    from diffusers.pipelines.controlnet.pipeline_controlnet import StableDiffusionControlNetPipeline

    plain = load_pipeline(arguments.folder)
    plain.set_progress_bar_config(disable=True)
    # Fresh noise at every step washes out what the model got wrong at the step before.
    plain.scheduler = type(plain.scheduler).from_config(plain.scheduler.config, algorithm_type="sde-dpmsolver++")
    plain.vae.decoder = load_patch_decoder(arguments.folder / "vae") or plain.vae.decoder
    guided = StableDiffusionControlNetPipeline.from_pipe(
        plain, vae=plain.vae, controlnet=load_controlnet(arguments.folder), dtype=torch.float32
    )
    guided.set_progress_bar_config(disable=True)
    atlas = Atlas.load(arguments.folder / "atlas")
    rng = np.random.default_rng(arguments.seed)
    wanted = scenes(arguments.number, arguments.seed)
    sketches = [sketched(spec, atlas, rng, number) for number, spec in enumerate(wanted)]
    prompts = [canonical(spec) for spec in wanted]
    begun = time.monotonic()
    rows = [draw(guided, prompts, sketches, arguments.steps, arguments.guidance, 100)]
    seconds = time.monotonic() - begun
    if not arguments.only_guided:
        rows = [[np.asarray(each) for each in sketches], *rows, draw(plain, prompts, None, arguments.steps, arguments.guidance, 100)]
    columns, height = 8, len(rows)
    lines = -(-len(prompts) // columns)
    sheet = np.full((lines * height * 130, columns * 130, 3), 255, np.uint8)
    for number in range(len(prompts)):
        for row, pictures in enumerate(rows):
            top, left = ((number // columns) * height + row) * 130, (number % columns) * 130
            sheet[top : top + 128, left : left + 128] = pictures[number]
    arguments.out.parent.mkdir(parents=True, exist_ok=True)
    Image.fromarray(sheet).save(arguments.out, quality=88)
    print(json.dumps({"out": str(arguments.out), "seconds_a_picture": round(seconds / len(prompts), 3), "prompts": prompts}, indent=1))


if __name__ == "__main__":
    main()
