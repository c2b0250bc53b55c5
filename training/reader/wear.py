"""Wear: what happens to pictures before somebody reads them. Blur, noise, down- and upscaling, JPEG, shifted colours, smoothing by an
enlarger, the blocks and speckles of an 8 x 8 patch code. So that the reader also reads pictures that are a little soft.

Knows pixels and chance. Does not know scenes or the network. It takes no generated picture: the patch code is the principal
components of the pool's own patches, with noise added to the code.
"""

from __future__ import annotations

import cv2
import numpy as np
import torch

PATCH = 8


class PatchNoise:
    """An 8 x 8 patch code of a few numbers: dropping the rest and disturbing the code gives a denoiser's typical blocks."""

    def __init__(self, pictures: np.ndarray, keep: int = 24) -> None:
        patches = _patches(torch.from_numpy(pictures).float() / 255).reshape(-1, 3 * PATCH * PATCH)
        self.mean = patches.mean(0)
        values, vectors = torch.linalg.eigh(torch.cov((patches - self.mean).T))
        self.vectors = vectors.flip(1)[:, :keep]
        self.spread = values.flip(0)[:keep].clamp_min(0).sqrt()

    def __call__(self, pictures: torch.Tensor, strength: torch.Tensor, generator: torch.Generator) -> torch.Tensor:
        """[n, h, w, 3] in 0..1, strength [n] -> the same with a disturbed code."""
        patches = _patches(pictures)
        code = (patches - self.mean) @ self.vectors
        noise = torch.randn(code.shape, generator=generator) * self.spread.sqrt() * self.spread[0].sqrt()
        code = code + noise * strength[:, None, None, None]
        return _unpatch(code @ self.vectors.T + self.mean)


def _patches(pictures: torch.Tensor) -> torch.Tensor:
    n, h, w, _ = pictures.shape
    parts = pictures.reshape(n, h // PATCH, PATCH, w // PATCH, PATCH, 3).permute(0, 1, 3, 2, 4, 5)
    return parts.reshape(n, h // PATCH, w // PATCH, PATCH * PATCH * 3)


def _unpatch(patches: torch.Tensor) -> torch.Tensor:
    n, rows, columns, _ = patches.shape
    parts = patches.reshape(n, rows, columns, PATCH, PATCH, 3).permute(0, 1, 3, 2, 4, 5)
    return parts.reshape(n, rows * PATCH, columns * PATCH, 3)


def wear_one(picture: np.ndarray, rng: np.random.Generator, share: float = 0.8) -> np.ndarray:
    """One RGB uint8 picture, worn by chance; `share` of them are touched at all."""
    if rng.random() >= share:
        return picture
    out, size = picture, picture.shape[0]
    if rng.random() < 0.35:
        small = int(size * rng.uniform(0.4, 0.9))
        out = cv2.resize(out, (small, small), interpolation=cv2.INTER_AREA)
        out = cv2.resize(out, (size, size), interpolation=int(rng.choice([cv2.INTER_LINEAR, cv2.INTER_CUBIC, cv2.INTER_LANCZOS4])))
    elif rng.random() < 0.3:
        out = cv2.GaussianBlur(out, (0, 0), rng.uniform(0.4, 1.5))
    if rng.random() < 0.15:  # what an enlarger does: even areas smooth, edges sharp
        out = cv2.bilateralFilter(out, 5, rng.uniform(20, 60), 3)
    if rng.random() < 0.15:
        soft = cv2.GaussianBlur(out, (0, 0), 1.2)
        out = cv2.addWeighted(out, 1.5, soft, -0.5, 0)
    values = out.astype(np.float32)
    if rng.random() < 0.6:
        values = (values - 128) * rng.uniform(0.8, 1.2) + 128 + rng.uniform(-14, 14) + rng.uniform(-9, 9, 3).astype(np.float32)
        grey = values.mean(2, keepdims=True)
        values = grey + (values - grey) * rng.uniform(0.75, 1.25)
    if rng.random() < 0.35:
        values = values + rng.normal(0, rng.uniform(1, 14), values.shape).astype(np.float32)
    if rng.random() < 0.2:  # speckles of colour, a few pixels wide
        blobs = cv2.resize(rng.normal(0, rng.uniform(4, 22), (32, 32, 3)).astype(np.float32), (size, size), interpolation=cv2.INTER_CUBIC)
        values = values + blobs
    out = np.clip(values, 0, 255).astype(np.uint8)
    if rng.random() < 0.25:
        _, packed = cv2.imencode(".jpg", out, [cv2.IMWRITE_JPEG_QUALITY, int(rng.integers(25, 92))])
        out = cv2.imdecode(packed, cv2.IMREAD_COLOR)
    return out


def wear(pictures: np.ndarray, rng: np.random.Generator, code: PatchNoise, generator: torch.Generator, share: float = 0.8) -> torch.Tensor:
    """[n, h, w, 3] uint8 -> [n, 3, h, w] in 0..1, `share` of them worn."""
    worn = torch.from_numpy(np.stack([wear_one(picture, rng, share) for picture in pictures])).float() / 255
    chosen = torch.from_numpy(np.flatnonzero(rng.random(len(worn)) < 0.375 * share))
    if len(chosen):
        strength = torch.from_numpy(rng.uniform(0, 0.12, len(chosen)).astype(np.float32))
        worn[chosen] = code(worn[chosen], strength, generator).clamp(0, 1)
    return worn.permute(0, 3, 1, 2)
