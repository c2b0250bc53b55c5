"""The picture code: an exact linear patch code as encoder, a small trained convolutional decoder, in one stock `AutoencoderTiny`.

Knows pictures and latents. Does not know text, things or diffusion. The encoder is computed, not trained: three stride-2
convolutions fold 8 x 8 pixels into 192 numbers, the last convolution projects those onto the principal components of the
patches. So latents are fixed from the first minute and the denoiser can train while the decoder still learns.
`python -m training.illustrator.codec --minutes 15`
"""

from __future__ import annotations

import argparse
import json
import os
import time
from pathlib import Path

import numpy as np
import torch
from diffusers.models.autoencoders.autoencoder_tiny import AutoencoderTiny
from diffusers.models.unets.unet_2d_blocks import AutoencoderTinyBlock

from codirector.tools.sketch import Atlas
from training.illustrator.art import ATLAS
from training.illustrator.scenes import compose, sample_spec

LATENTS = 24
WHITENING = 0.5
"""A channel's spread after normalisation is its natural spread to this power: 0 = all alike, 1 = untouched."""
RMS = 0.4
"""The latents' root mean square inside the VAE, well inside of the decoder's tanh(x / 3) clamp; `scaling_factor` is its inverse."""


def build(decoder_channels: int = 32, decoder_blocks: tuple[int, ...] = (3, 2, 1, 0)) -> AutoencoderTiny:
    """The VAE's class and shape; random weights."""
    return AutoencoderTiny(
        encoder_block_out_channels=(192, 192, 192, 192),
        num_encoder_blocks=(0, 0, 0, 0),
        decoder_block_out_channels=(decoder_channels,) * 4,
        num_decoder_blocks=decoder_blocks,
        latent_channels=LATENTS,
        scaling_factor=1 / RMS,
        latent_magnitude=3,
    )


def unfold(pictures: torch.Tensor) -> torch.Tensor:
    """[n, 3, h, w] -> [n, 192, h/8, w/8], in the channel order of three nested 2 x 2 foldings."""
    for _ in range(3):
        n, c, h, w = pictures.shape
        pictures = pictures.reshape(n, c, h // 2, 2, w // 2, 2).permute(0, 3, 5, 1, 2, 4).reshape(n, 4 * c, h // 2, w // 2)
    return pictures


def fit_encoder(vae: AutoencoderTiny, pictures: torch.Tensor) -> float:
    """Write the patch code of these pictures ([n, 3, h, w] in 0..1) into the encoder; returns the share of variance it keeps."""
    patches = unfold(pictures).permute(0, 2, 3, 1).reshape(-1, 192).double()
    mean = patches.mean(0)
    values, vectors = torch.linalg.eigh(torch.cov(patches.T))
    values, vectors = values.flip(0)[:LATENTS], vectors.flip(1)[:, :LATENTS]
    spread = values.sqrt()
    target = spread**WHITENING
    target = target * (RMS / target.square().mean().sqrt())
    project = (vectors * (target / spread)).T  # [LATENTS, 192]
    folds = [layer for layer in vae.encoder.layers if isinstance(layer, torch.nn.Conv2d)]
    first, *middle, last = folds
    with torch.no_grad():
        for conv in folds:
            conv.weight.zero_()
            if conv.bias is not None:
                conv.bias.zero_()
        for channel in range(3):
            first.weight[channel, channel, 1, 1] = 1
        width = 3
        for conv in middle:
            for dy in (0, 1):
                for dx in (0, 1):
                    for channel in range(width):
                        conv.weight[(2 * dy + dx) * width + channel, channel, 1 + dy, 1 + dx] = 1
            width *= 4
        last.weight[:, :, 1, 1] = project.float()
        assert last.bias is not None
        last.bias.copy_(-(project @ mean).float())
    vae.encoder.requires_grad_(False)
    kept = values.sum() / torch.cov(patches.T).diagonal().sum()
    return float(kept)


def encoder_matrix(vae: AutoencoderTiny) -> tuple[torch.Tensor, torch.Tensor]:
    """The encoder as one matrix and one offset: the same numbers as `vae.encode`, at a hundredth of the work."""
    last = vae.encoder.layers[-1]
    assert isinstance(last, torch.nn.Conv2d) and last.bias is not None
    return last.weight[:, :, 1, 1].detach().clone(), last.bias.detach().clone()


def encode_fast(pictures: torch.Tensor, matrix: torch.Tensor, offset: torch.Tensor) -> torch.Tensor:
    """Pictures in 0..1 -> latents as the denoiser sees them (times the scaling factor)."""
    return (torch.einsum("nchw,kc->nkhw", unfold(pictures), matrix) + offset[:, None, None]) / RMS


def pixel_weights(matrix: torch.Tensor) -> torch.Tensor:
    """[LATENTS], mean 1: how much an error of a latent channel shows in the pixels, as a distance (not squared).

    The code's rows are scaled principal directions, so a channel's error moves the pixels by the inverse of its row's length. The
    squared length would leave the fine details nearly unweighted; its root was kept as a compromise (see LOG.md)."""
    length = matrix.flatten(1).norm(dim=1)
    return (1 / length) / (1 / length).mean()


def paint_pictures(number: int, seed: int, atlas: Atlas) -> torch.Tensor:
    rng = np.random.default_rng(seed)
    pictures = np.stack([compose(sample_spec(rng), atlas, rng)[0] for _ in range(number)])
    return torch.from_numpy(pictures).permute(0, 3, 1, 2)


@torch.no_grad()
def start_decoder(vae: AutoencoderTiny) -> None:
    """He initialisation, with quiet residual branches: with the usual start 100 steps gave 20 dB."""
    for module in vae.decoder.modules():
        if isinstance(module, torch.nn.Conv2d):
            torch.nn.init.kaiming_normal_(module.weight, nonlinearity="relu")
            if module.bias is not None:
                module.bias.zero_()
        if isinstance(module, AutoencoderTinyBlock):
            for quiet in [each for each in module.conv if isinstance(each, torch.nn.Conv2d)][-1:]:
                quiet.weight.mul_(0.2)
    first, last = vae.decoder.layers[0], vae.decoder.layers[-1]
    assert isinstance(first, torch.nn.Conv2d) and isinstance(last, torch.nn.Conv2d) and last.bias is not None
    first.weight.mul_(1 / RMS)
    last.weight.mul_(0.2)
    last.bias.fill_(0.5)


def crops(pool: torch.Tensor, number: int, side: int, rng: np.random.Generator) -> torch.Tensor:
    """Pieces cut along the patch grid: a patch's code does not depend on its neighbours."""
    starts = rng.integers(0, (pool.shape[-1] - side) // 8 + 1, (number, 2)) * 8
    chosen = rng.integers(0, len(pool), number)
    return torch.stack([pool[at, :, y : y + side, x : x + side] for at, (y, x) in zip(chosen, starts, strict=True)])


def gradients(pictures: torch.Tensor) -> tuple[torch.Tensor, torch.Tensor]:
    return pictures[..., 1:, :] - pictures[..., :-1, :], pictures[..., 1:] - pictures[..., :-1]


def train_decoder(
    vae: AutoencoderTiny, atlas: Atlas, folder: Path, minutes: float, batch: int = 12, side: int = 64, noise: float = 0.05
) -> None:
    """L1 on pixels and on their gradients, from latents with a little noise (the denoiser's are not exact either)."""
    matrix, offset = encoder_matrix(vae)
    parameters = list(vae.decoder.parameters())
    optimiser = torch.optim.AdamW(parameters, lr=2e-3, betas=(0.9, 0.99), weight_decay=0)
    start, step, seen = time.monotonic(), 0, 0
    pool = paint_pictures(1500, 1, atlas)
    fresh = np.random.default_rng(int(time.time()))
    saved = start
    while (elapsed := (time.monotonic() - start) / 60) < minutes:
        for group in optimiser.param_groups:
            group["lr"] = 2e-3 * min(1, (step + 1) / 100) * max(0.02, 1 - elapsed / minutes)
        for slot in fresh.integers(0, len(pool), 1):  # the pool is renewed slowly: painting is slower than reading
            pool[slot] = torch.from_numpy(compose(sample_spec(fresh), atlas, fresh)[0]).permute(2, 0, 1)
        pictures = crops(pool, batch, side, fresh).float() / 255
        latents = encode_fast(pictures, matrix, offset) * RMS
        latents = latents + torch.randn_like(latents) * noise * RMS * torch.rand(len(latents), 1, 1, 1)
        made = (vae.decoder(latents.contiguous(memory_format=torch.channels_last)) + 1) / 2
        loss = (made - pictures).abs().mean()
        for ours, theirs in zip(gradients(made), gradients(pictures), strict=True):
            loss = loss + (ours - theirs).abs().mean()
        loss.backward()
        torch.nn.utils.clip_grad_norm_(parameters, 1.0)
        optimiser.step()
        optimiser.zero_grad(set_to_none=True)
        step, seen = step + 1, seen + batch
        if step % 100 == 0:
            psnr = -10 * (made.detach().clamp(0, 1) - pictures).square().mean().log10()
            print(
                json.dumps(
                    {
                        "step": step,
                        "crops": seen,
                        "minutes": round(elapsed, 2),
                        "loss": round(float(loss), 4),
                        "psnr": round(float(psnr), 2),
                    }
                ),
                flush=True,
            )
        if time.monotonic() - saved > 90:
            save(vae, folder)
            saved = time.monotonic()
    save(vae, folder)


def save(vae: AutoencoderTiny, folder: Path) -> None:
    """Write the VAE so that a reader never sees half of it."""
    part = folder.with_name(folder.name + f".part{os.getpid()}")
    vae.save_pretrained(part)
    folder.mkdir(parents=True, exist_ok=True)
    for path in part.iterdir():
        path.replace(folder / path.name)
    part.rmdir()


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--folder", type=Path, default=Path(".runs/illustrator/vae"))
    parser.add_argument("--atlas", type=Path, default=ATLAS)
    parser.add_argument("--pictures", type=int, default=2500, help="how many pictures the patch code is fitted on")
    parser.add_argument("--minutes", type=float, default=15.0, help="how long the decoder trains; 0 = only the encoder")
    arguments = parser.parse_args()
    torch.manual_seed(0)
    torch.set_num_threads(int(os.environ.get("OMP_NUM_THREADS", "1")))
    atlas = Atlas.load(arguments.atlas)
    if (arguments.folder / "config.json").exists():
        vae = AutoencoderTiny.from_pretrained(arguments.folder)
        vae.encoder.requires_grad_(False)
    else:
        vae = build()
        kept = fit_encoder(vae, paint_pictures(arguments.pictures, 7, atlas).float() / 255)
        print(json.dumps({"variance_kept": round(kept, 5)}), flush=True)
        start_decoder(vae)
        save(vae, arguments.folder)
    vae.decoder.to(memory_format=torch.channels_last)  # pyright: ignore[reportCallIssue] - the stub lacks this form
    if arguments.minutes > 0:
        train_decoder(vae, atlas, arguments.folder, arguments.minutes)


if __name__ == "__main__":
    main()
