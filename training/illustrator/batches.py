"""Batches: scenes painted, encoded and captioned by a process of their own, ready for the denoiser.

Knows scenes, captions, the picture code and the text encoder. Does not know the denoiser. Texts are encoded exactly as
`StableDiffusionPipeline.encode_prompt` does it (padded to the tokenizer's length, attention mask given, last hidden state).
"""

from __future__ import annotations

import os
from collections import deque
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

import numpy as np
import torch

from codirector.tools.embedded import load_text
from codirector.tools.sketch import Atlas, SketchBox
from training.illustrator.captions import caption
from training.illustrator.codec import encode_fast
from training.illustrator.scenes import HARDER, compose, empty_sketch, lay_out, sample_spec

CELLS = 16
SKETCH_LEFT_OUT, SKETCH_EMPTY, GROUND_LEFT_OUT, CAPTION_LEFT_OUT = 0.12, 0.04, 0.12, 0.10
REUSE, POOL = 0.7, 4000
"""A captioned scene description is painted anew (other places, hills, clouds) this often: encoding a text costs five pictures."""


@dataclass(frozen=True)
class Batch:
    """Latents, text embeddings, sketches and what an error counts in each cell ([n, CELLS, CELLS], mean 1 a picture); the first
    `guided` samples are trained with their sketch."""

    latents: torch.Tensor
    texts: torch.Tensor
    sketches: torch.Tensor
    attention: torch.Tensor
    guided: int


def cell_weights(boxes: Sequence[SketchBox], full: float = 80.0, most: float = 3.0) -> np.ndarray:
    """[CELLS, CELLS], mean 1: a thing of fewer than `full` cells counts more for each of its cells, by the root of what it lacks.

    Without it a thing in a wide shot is a tenth of the error of its picture and a close-up all of it; small things stayed blurred.
    """
    weights = np.ones((CELLS, CELLS), np.float32)
    for box in boxes:
        left, right = (int(np.clip(edge * CELLS, 0, CELLS)) for edge in (box.x - box.width / 2, box.x + box.width / 2 + 0.99 / CELLS))
        top, bottom = (int(np.clip(edge * CELLS, 0, CELLS)) for edge in (box.y - box.height / 2, box.y + box.height / 2 + 0.99 / CELLS))
        area = max(1.0, box.width * box.height * CELLS * CELLS)
        part = weights[top:bottom, left:right]
        np.maximum(part, min(most, max(1.0, (full / area) ** 0.5)), out=part)
    return weights / weights.mean()


class TextCoder:
    """Captions -> [n, tokens, 384], as the pipeline encodes prompts."""

    def __init__(self) -> None:
        self.encoder, self.tokenizer = load_text()

    @torch.inference_mode()
    def __call__(self, captions: list[str]) -> torch.Tensor:
        inputs = self.tokenizer(
            captions, padding="max_length", max_length=self.tokenizer.model_max_length, truncation=True, return_tensors="pt"
        )
        return self.encoder(inputs.input_ids, attention_mask=inputs.attention_mask)[0]


class Painter:
    """Makes batches without end from one seed."""

    def __init__(self, atlas: Atlas, matrix: torch.Tensor, offset: torch.Tensor, seed: int) -> None:
        self.atlas, self.matrix, self.offset = atlas, matrix, offset
        self.rng = np.random.default_rng(seed)
        self.text = TextCoder()
        self.nothing = self.text([""])[0].half()
        self.pool: deque = deque(maxlen=POOL)

    def batch(self, size: int) -> Batch:
        rng = self.rng
        known = [self.pool[int(rng.integers(len(self.pool)))] for _ in range(size) if len(self.pool) > size * 8 and rng.random() < REUSE]
        specs = [sample_spec(rng, whole_world=True, shares=HARDER) for _ in range(size - len(known))]
        if specs:
            embedded = self.text([caption(spec, rng) for spec in specs]).half()
            fresh = list(zip(specs, embedded, strict=True))
            self.pool.extend(fresh)
            known = known + fresh
        guided = int((rng.random(size) >= SKETCH_LEFT_OUT).sum())
        order = rng.permutation(size)
        pictures, sketches, texts, attention = [], [], [], []
        for index in order:
            spec, embedding = known[index]
            boxes = lay_out(spec, rng)
            attention.append(cell_weights(boxes))
            picture, sketch = compose(spec, self.atlas, rng, boxes, with_ground=rng.random() >= GROUND_LEFT_OUT)
            pictures.append(picture)
            sketches.append(empty_sketch() if rng.random() < SKETCH_EMPTY else sketch)
            texts.append(self.nothing if rng.random() < CAPTION_LEFT_OUT else embedding)
        raw = torch.from_numpy(np.stack(pictures)).permute(0, 3, 1, 2).float() / 255
        hints = torch.from_numpy(np.stack(sketches)).permute(0, 3, 1, 2).contiguous()
        return Batch(encode_fast(raw, self.matrix, self.offset), torch.stack(texts), hints, torch.from_numpy(np.stack(attention)), guided)


def paint_forever(queue, atlas: Path, matrix: torch.Tensor, offset: torch.Tensor, seed: int, size: int) -> None:
    """The body of a painter process. Ends with its parent."""
    os.nice(1)
    torch.set_num_threads(1)
    painter = Painter(Atlas.load(atlas), matrix, offset, seed)
    while os.getppid() != 1:
        made = painter.batch(size)
        queue.put((made.latents.numpy(), made.texts.numpy(), made.sketches.numpy(), made.attention.numpy(), made.guided))
