"""Which word of a prompt drew which part: the cross-attention of the embedded picture model, captured while it looks at the picture.

After DAAM (Tang et al. 2023): the attention of each token, averaged over heads, layers and noise levels. The picture is encoded,
noised again to a few levels of the schedule and given to the denoiser with the prompt, so it works for any picture of the model, at a
few passes' cost; it is the attention on the finished picture, not a record of the run that made it. Knows diffusers and the embedded
folder; it does not know requests.
"""

from __future__ import annotations

import functools
import re
from pathlib import Path
from typing import Any

import numpy as np

from codirector.tools.embedded import ILLUSTRATOR, load_pipeline

LEVELS = (0.25, 0.5, 0.75)
"""Noise levels (sigma of the flow, 0..1) at which the denoiser is asked."""


class CaptureProcessor:
    """A stock attention computation that also keeps the probabilities of text tokens. [heads, pixels, tokens] a call."""

    def __init__(self, kept: list[Any]) -> None:
        self.kept = kept

    def __call__(
        self, attn: Any, hidden_states: Any, encoder_hidden_states: Any = None, attention_mask: Any = None, temb: Any = None, **_: Any
    ) -> Any:
        residual, shape = hidden_states, hidden_states.shape
        if attn.spatial_norm is not None:
            hidden_states = attn.spatial_norm(hidden_states, temb)
        if len(shape) == 4:
            hidden_states = hidden_states.flatten(2).transpose(1, 2)
        count = (encoder_hidden_states if encoder_hidden_states is not None else hidden_states).shape[1]
        mask = attn.prepare_attention_mask(attention_mask, count, shape[0])
        if attn.group_norm is not None:
            hidden_states = attn.group_norm(hidden_states.transpose(1, 2)).transpose(1, 2)
        query = attn.head_to_batch_dim(attn.to_q(hidden_states))
        context = encoder_hidden_states if encoder_hidden_states is not None else hidden_states
        if encoder_hidden_states is not None and attn.norm_cross:
            context = attn.norm_encoder_hidden_states(encoder_hidden_states)
        key, value = attn.head_to_batch_dim(attn.to_k(context)), attn.head_to_batch_dim(attn.to_v(context))
        shares = attn.get_attention_scores(query, key, mask)
        if encoder_hidden_states is not None:
            self.kept.append(shares.detach().float())
        out = attn.to_out[1](attn.to_out[0](attn.batch_to_head_dim(shares @ value)))
        if len(shape) == 4:
            out = out.transpose(1, 2).reshape(shape)
        return (out + residual if attn.residual_connection else out) / attn.rescale_output_factor


@functools.lru_cache(maxsize=1)
def looking_pipeline(folder: Path) -> Any:
    """The model in torch, for those who look into it; kept."""
    return load_pipeline(folder)


def word_attention(prompt: str, image: np.ndarray, folder: Path = ILLUSTRATOR) -> list[tuple[str, np.ndarray]]:
    """`image` [h, w, 3] uint8 -> (word, map [rows, columns] in 0..1 of the strongest word) for every content word of the prompt.
    A map's own greatest value says how strong the word is beside the others."""
    import cv2
    import torch

    pipeline = looking_pipeline(folder)
    unet, tokenizer = pipeline.unet, pipeline.tokenizer
    side = unet.config.sample_size * 8
    small = cv2.resize(image, (side, side), interpolation=cv2.INTER_AREA)
    inputs = tokenizer(prompt, padding="max_length", max_length=tokenizer.model_max_length, truncation=True, return_tensors="pt")
    kept: list[Any] = []
    before = unet.attn_processors
    unet.set_attn_processor(CaptureProcessor(kept))
    try:
        with torch.inference_mode():
            text = pipeline.text_encoder(inputs.input_ids, attention_mask=inputs.attention_mask)[0]
            pixels = torch.from_numpy(small).permute(2, 0, 1)[None].float() / 127.5 - 1
            latents = pipeline.vae.encode(pixels).latents * pipeline.vae.config.scaling_factor
            noise = torch.randn(latents.shape, generator=torch.Generator().manual_seed(0))
            for level in LEVELS:
                unet((1 - level) * latents + level * noise, int(level * 1000), text)
    finally:
        unet.set_attn_processor(before)
    grid = latents.shape[-1]
    total = np.zeros((inputs.input_ids.shape[1], grid, grid), np.float32)
    for shares in kept:
        rows = round(shares.shape[1] ** 0.5)
        maps = shares.mean(0).T.reshape(-1, rows, rows).numpy()
        total += np.stack([cv2.resize(each, (grid, grid), interpolation=cv2.INTER_LINEAR) for each in maps])
    total /= max(len(kept), 1)
    # Against its own mean: every token gets some attention everywhere, what differs from place to place is what the word does.
    found = [(word, np.clip(total[tokens].mean(0) - total[tokens].mean(0).min(), 0, None)) for word, tokens in _words(tokenizer, inputs)]
    strongest = max((float(values.max()) for _, values in found), default=1.0) or 1.0
    return [(word, values / strongest) for word, values in found]


_LITTLE = frozenset("a an the of in on at to and with by for from is are".split())  # noqa: SIM905


def _words(tokenizer: Any, inputs: Any) -> list[tuple[str, list[int]]]:
    """The prompt's words with the positions of their tokens; pieces of one word ('##') belong together."""
    words: list[tuple[str, list[int]]] = []
    for position, token in enumerate(tokenizer.convert_ids_to_tokens(inputs.input_ids[0].tolist())):
        if token.startswith("##") and words:
            words[-1] = (words[-1][0] + token[2:], [*words[-1][1], position])
        elif re.fullmatch(r"[a-z0-9]+", token):
            words.append((token, [position]))
    return [(word, tokens) for word, tokens in words if word not in _LITTLE]


def noise_levels(steps: int, folder: Path = ILLUSTRATOR) -> list[float]:
    """The noise level (sigma, 1 = noise only) before each of `steps` steps, and after the last, of the folder's own schedule."""
    import json

    from diffusers.schedulers.scheduling_dpmsolver_multistep import DPMSolverMultistepScheduler

    config = json.loads((folder / "scheduler" / "scheduler_config.json").read_text(encoding="utf-8"))
    scheduler: Any = DPMSolverMultistepScheduler.from_config(config)
    scheduler.set_timesteps(steps)
    return [float(sigma) for sigma in scheduler.sigmas]
