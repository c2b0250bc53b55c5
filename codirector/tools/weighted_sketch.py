"""Prompt weights in the layout sketch: what words brought into the sketch counts as much as the words do.

A model that draws along a sketch takes things, setting, light and style from it rather than from the text, so that weights of the words
alone change next to nothing (see models/illustrator/README.md). Here a sketch is taken apart: what it looks like without a part tells
what the part brought, and that difference counts as much as the part's weight says: half of it at 0.5, a fifth more than all at 1.5.
It is classifier-free guidance (Ho and Salimans 2022) in the sketch instead of in the denoiser, and costs no step.

It knows sketches, prompts' spans and pixels; how a sketch is drawn is the caller's business.
"""

import re
from collections.abc import Callable

import numpy as np
from PIL import Image

from codirector.tools.sketch import GREY, Sketch, singular_forms
from codirector.values import Span

PLAIN_STYLE = "flat"
PLAIN_LIGHT = "day"
"""What a style's and a light's difference is taken to: the sketch as it would be without them."""
LEAST_CHANGE = 8
"""Grey levels by which a pixel differs where a thing stands."""
ABOVE = 0.4
"""What a weight's excess over 1 counts: with half as much again of its contrast a thing was harder to recognise, with a fifth easier."""
MOST = 2.0
"""Weights above this change the sketch no further: its colours are at their limits by then."""


def weight_of(words: str, prompt: tuple[Span, ...]) -> float:
    """The weight of the first span that tells of `words` (in the singular or as they stand); 1 where none does."""
    forms = [form for form in (*singular_forms(words), words.lower().strip()) if form]
    for span in prompt:
        text = " ".join(re.findall(r"[a-z0-9]+", span.text.lower()))
        if span.text.strip() and any(re.search(rf"\b{re.escape(form)}(s|es)?\b", text) for form in forms):
            return span.weight
    return 1.0


def strength_of(weight: float) -> float:
    """How often a part's difference is drawn at a weight: nothing at 0, once at 1, from there on more slowly. Never falls."""
    return max(weight, 0.0) if weight <= 1 else 1 + ABOVE * (min(weight, MOST) - 1)


def draw_weighted(draw: Callable[[Sketch], Image.Image], sketch: Sketch, prompt: tuple[Span, ...]) -> Image.Image:
    """What `draw` makes of `sketch`, with every part as strong as the prompt's words for it. Without weights it is what `draw` gives."""

    def without(**changes: object) -> np.ndarray:
        return np.asarray(draw(sketch.model_copy(update=changes)), np.float32)

    whole = without()
    drawn = whole.copy()
    style, light, ground = (weight_of(words, prompt) if words else 1.0 for words in (sketch.style, sketch.light, sketch.ground))
    if style != 1.0:
        drawn += (strength_of(style) - 1) * (whole - without(style=PLAIN_STYLE))
    if light != 1.0:
        drawn += (strength_of(light) - 1) * (whole - without(light=PLAIN_LIGHT))
    if ground != 1.0:
        bare = without(boxes=())
        behind = np.abs(whole - bare).max(axis=2, keepdims=True) <= LEAST_CHANGE
        drawn += (strength_of(ground) - 1) * (bare - GREY) * behind
    weights = [weight_of(box.name, prompt) for box in sketch.boxes]
    for weight in dict.fromkeys(weights):
        if weight != 1.0:
            # Things of one weight go together, so that those that overlap are not counted twice.
            others = tuple(box for box, other in zip(sketch.boxes, weights, strict=True) if other != weight)
            drawn += (strength_of(weight) - 1) * (whole - without(boxes=others))
    return Image.fromarray(np.clip(drawn + 0.5, 0, 255).astype(np.uint8))
