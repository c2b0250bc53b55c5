"""How a picture was made: which word drew which part, the noise schedule, the steps of this very picture, what each change did.

Knows figures and the embedded model's attention. Steps and changes are handed in: who runs requests and keeps sessions is not known
here.
"""

from __future__ import annotations

import io
import time
from collections.abc import Sequence

import numpy as np

from codirector.tools.reader.attention import LEVELS, noise_levels, word_attention
from codirector.tools.reader.report import draw
from codirector.tools.reader.report.steps import place_words
from codirector.tools.reader.report.values import Figure, Report, Step

_MOST_WORDS = 8


def making_report(
    prompt: str,
    image: np.ndarray,
    steps: int,
    frames: Sequence[tuple[int, bytes]] = (),
    changes: Sequence[tuple[str, np.ndarray]] = (),
    same: bool | None = None,
) -> Report:
    """`frames`: (after which step, JPEG or PNG) of the picture drawn once more from its request; `same`: whether that came out pixel for
    pixel. `changes`: what was changed and the picture after it, oldest first."""
    begun = time.perf_counter()
    parts = [_words(prompt, image, 1), _schedule(steps, 2), _film(frames, same, 3), _changes(changes, 4)]
    made = [part for part in parts if part is not None]
    return Report(
        title="How this picture was made", reader="the embedded picture model", caption=prompt,
        steps=tuple(step.evolve(number=at) for at, step in enumerate(made, start=1)), seconds=time.perf_counter() - begun,
    )  # fmt: skip


def _words(prompt: str, image: np.ndarray, number: int) -> Step:
    found = word_attention(prompt, image)[:_MOST_WORDS]
    large = draw.fitted(image, 200)
    lines, figures = [], []
    for word, values in found:
        place = place_words(values)
        lines.append(f"“{word}”: strongest at the {place}, {float(values.max()):.2f} of the strongest word.")
        figures.append(
            draw.figure(
                f"word-{word}",
                draw.overlay(large, values),
                f"“{word}” ({float(values.max()):.2f})",
                f"Where the word {word} acts: strongest at the {place}.",
            )
        )
    levels = ", ".join(f"{level:g}" for level in LEVELS)
    return Step(
        number=number, title="Which word drew which part",
        plain="At every step the model asks, for each place of the picture, which words matter there. The maps show, word by word, where "
        "it listened to that word.",
        more="Cross-attention softmax(Q K^T / sqrt(d)) of every text layer, averaged over heads and layers, with the finished picture "
        f"noised again to sigma {levels} (after DAAM, Tang et al. 2023). It is the attention on the finished picture, "
        "drawn from text alone; a "
        "layout sketch acts beside it and has no words.",
        lines=tuple(lines), figures=tuple(figures),
    )  # fmt: skip


def _schedule(steps: int, number: int) -> Step:
    from PIL import Image, ImageDraw

    sigmas = noise_levels(steps)
    canvas = Image.new("RGB", (640, 240), draw.PAPER)
    pen = ImageDraw.Draw(canvas)
    points = [(50 + 560 * at / max(len(sigmas) - 1, 1), 20 + 180 * (1 - sigma)) for at, sigma in enumerate(sigmas)]
    pen.line([(50, 20), (50, 200), (620, 200)], fill=draw.INK)
    pen.line(points, fill=(26, 115, 232), width=3)
    for x, y in points:
        pen.ellipse((x - 3, y - 3, x + 3, y + 3), fill=(26, 115, 232))
    pen.text((6, 14), "noise", fill=draw.INK, font=draw.font(13))
    pen.text((6, 192), "none", fill=draw.INK, font=draw.font(13))
    pen.text((300, 214), f"{steps} steps", fill=draw.INK, font=draw.font(13))
    told = ", ".join(f"{sigma:.2f}" for sigma in sigmas)
    return Step(
        number=number, title="The noise schedule",
        plain="The picture begins as pure noise, and each step takes some of it away. The curve shows how much noise is left "
        "before each step.",
        more="x = (1 - sigma) picture + sigma noise; the model predicts noise - picture (rectified flow), and DPM-Solver++ "
        "steps along sigma.",
        lines=(f"Noise before each step and at the end: {told}.",),
        figures=(draw.figure("schedule", np.asarray(canvas), "Noise left, step by step.", f"A falling curve from 1 to 0: {told}."),),
    )  # fmt: skip


def _film(frames: Sequence[tuple[int, bytes]], same: bool | None, number: int) -> Step | None:
    from PIL import Image

    if not frames:
        return None
    chosen = [frames[at] for at in sorted({round(each) for each in np.linspace(0, len(frames) - 1, 8)})]
    tiles = []
    for step, data in chosen:
        with Image.open(io.BytesIO(data)) as opened:
            tiles.append((np.asarray(opened.convert("RGB")), f"after step {step}"))
    came = {True: "pixel for pixel the same picture", False: "NOT the same pixels as the stored picture", None: "not compared"}[same]
    sheet = draw.figure(
        "film", draw.sheet(tiles, 4, 200), "The steps of this picture.", f"{len(tiles)} pictures, from noise to the finished one."
    )
    return Step(
        number=number, title="From noise to the picture",
        plain="The picture was drawn once more from its own request, and what it looked like was kept on the way. Rough shapes come first, "
        "details last.",
        more=f"Previews decoded from the latents after each step; drawn again from the same seed: {came}.",
        lines=(f"Drawn again: {came}.",), figures=(sheet,),
    )  # fmt: skip


def _changes(changes: Sequence[tuple[str, np.ndarray]], number: int) -> Step | None:
    if len(changes) < 2:
        return None
    tiles: list[tuple[np.ndarray, str]] = []
    figures: list[Figure] = []
    lines = []
    before: np.ndarray | None = None
    for words, image in changes[-8:]:
        small = draw.resized(image, 200, 200)
        share = None if before is None else float((np.abs(small.astype(int) - before.astype(int)).max(2) > 12).mean())
        tiles.append((small, words[:26]))
        lines.append(words if share is None else f"{words}: {100 * share:.0f} % of the picture changed visibly.")
        before = small
    figures.append(draw.figure("changes", draw.sheet(tiles, 4, 200), "The picture after each change.", "; ".join(lines)))
    return Step(
        number=number, title="What each change did",
        plain="Each turn changed one thing. Beside each picture stands how much of it changed with that turn.",
        more="Share of pixels of a 200 px copy that differ by more than 12 of 255 in a channel from the turn before.",
        lines=tuple(lines), figures=tuple(figures),
    )  # fmt: skip
