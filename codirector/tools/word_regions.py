"""Regions by words from models of our own: where the reader sees the thing, where the picture model's text attention lies, and where
its answers to two prompts differ.

All three look at a finished picture, so they work where no layout is known. Measured by `benchmarks.editing regions` (intersection over
union with the true outline, 7 scenes): the reader's box with what stands out in it 0.69, two prompts 0.18, attention 0.09, so `editing`
uses the first; a layout's own outline, where there is one, reaches 0.99. Our picture model draws things along its sketch and asks its
text for little, on a grid of 8 x 8: the other two are kept for models that draw from words.
"""

from pathlib import Path
from typing import Any

import numpy as np

from codirector.errors import InternalError
from codirector.tools import masks, regions
from codirector.tools.embedded import ILLUSTRATOR
from codirector.tools.masks import Mask
from codirector.tools.sketch import Atlas, SketchBox, singular_forms

SURE = 0.45
"""The least score of a thing the reader sees for a region to be made of it."""
HOT = 0.5
"""Share of a map's highest value from which on a place belongs to the word (DiffEdit's threshold)."""
DIFFER_AT = 0.5
"""The noise level (sigma of the flow, 0..1) at which two prompts are compared; DiffEdit takes half of its schedule, too."""
NOISES = 6


def seen_by_reader(picture: Any, words: str, atlas: Atlas | None = None) -> Mask | None:
    """The mask of the thing that `words` name in `picture` ((h, w, 3) uint8), where our reader sees it: its box, filled with the
    outline of the thing's drawing where `atlas` has one, else with what stands out in the box. All of them for a plural. None where
    the picture is not of our world or the thing is not seen."""
    from codirector.tools.reader import load_reader

    try:
        reader = load_reader()
    except InternalError:  # its weights are not here
        return None
    forms = singular_forms(words)
    name = next((form for form in forms if form in reader.things), None)
    if name is None:
        return None
    reading = reader.read(picture)
    found = [thing for thing in reading.named(name) if thing.score >= SURE] if reading.in_world else []
    if not found:
        return None
    mask = masks.empty(picture.shape[1], picture.shape[0])
    for thing in found if name != forms[0] else found[:1]:
        box = thing.box
        sides = (box.x - box.width / 2, box.y - box.height / 2, box.x + box.width / 2, box.y + box.height / 2)
        if atlas is None:
            mask |= regions.in_box(picture, sides)
            continue
        drawn = SketchBox(name=name, x=box.x, y=box.y, width=min(box.width, 2.0), height=min(box.height, 2.0))
        mask |= masks.outline((drawn,), reading.style.value or "flat", atlas, picture.shape[1], picture.shape[0])
    return mask


def attention_heat(picture: Any, prompt: str, words: str, folder: Path = ILLUSTRATOR) -> Any | None:
    """Where the picture model's text attention to `words` lies, 0..1 [rows, columns] (DAAM, Tang et al. 2022, arXiv:2210.04885): see
    `reader.attention`. None where none of the words stands in the prompt."""
    from codirector.tools.reader.attention import word_attention

    wanted = {part for form in singular_forms(words) for part in form.split()}
    found = [heat for word, heat in word_attention(prompt, picture, folder) if word in wanted]
    return _scaled(np.mean(found, axis=0)) if found else None


def difference_heat(picture: Any, prompt: str, other: str, folder: Path = ILLUSTRATOR) -> Any:
    """Where the picture model's answers to two prompts differ, 0..1 [rows, columns] (DiffEdit, Couairon et al. 2022,
    arXiv:2210.11427): the picture is noised half way, several times, and both prompts are asked what the noise was. As there, the
    highest percent of the differences is cut off."""
    import cv2
    import torch

    from codirector.tools.reader.attention import looking_pipeline

    pipeline = looking_pipeline(folder)
    unet, tokenizer = pipeline.unet, pipeline.tokenizer
    side = unet.config.sample_size * 8
    small = cv2.resize(picture, (side, side), interpolation=cv2.INTER_AREA)
    length = tokenizer.model_max_length
    inputs = tokenizer([prompt, other], padding="max_length", max_length=length, truncation=True, return_tensors="pt")
    with torch.inference_mode():
        text = pipeline.text_encoder(inputs.input_ids, attention_mask=inputs.attention_mask)[0]
        pixels = torch.from_numpy(small).permute(2, 0, 1)[None].float() / 127.5 - 1
        latents = pipeline.vae.encode(pixels).latents * pipeline.vae.config.scaling_factor
        noise = torch.randn((NOISES, *latents.shape[1:]), generator=torch.Generator().manual_seed(0))
        noised = (1 - DIFFER_AT) * latents + DIFFER_AT * noise
        answers = [unet(noised, int(DIFFER_AT * 1000), each[None].expand(NOISES, -1, -1)).sample for each in text]
        heat = (answers[0] - answers[1]).abs().mean(dim=(0, 1)).numpy()
    return _scaled(np.minimum(heat, np.percentile(heat, 99)))


def _scaled(heat: Any) -> Any:
    low, high = float(heat.min()), float(heat.max())
    return (heat - low) / (high - low) if high > low else np.zeros_like(heat)


def from_heat(picture: Any, heat: Any, refined: bool = True) -> Mask:
    """The mask of a map of any size over `picture`: what is hot; `refined`, its border is moved to the picture's own edges."""
    import cv2

    height, width = picture.shape[:2]
    smooth = np.clip(cv2.resize(heat.astype(np.float32), (width, height), interpolation=cv2.INTER_CUBIC), 0, 1)
    if not refined:
        return masks.cleaned(((smooth >= HOT) * 255).astype(np.uint8))
    return regions.along_edges(picture, smooth, HOT)
