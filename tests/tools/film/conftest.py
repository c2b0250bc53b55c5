"""A painted still with one thing in it, and a picture backend of the real protocol that paints such stills."""

import io

import cv2
import numpy as np
import pytest
from PIL import Image


def paint(seed=0, width=96, height=96, thing=True):
    """(H, W, 3): a textured ground, lighter towards the bottom, with an orange disc in the middle."""
    rng = np.random.default_rng(seed)
    noise = cv2.GaussianBlur(rng.uniform(0, 255, (height, width, 3)).astype(np.float32), (0, 0), 2.0)
    noise = (noise - noise.mean()) * 4 + np.linspace(60, 160, height)[:, None, None]
    picture = noise.clip(0, 255).astype(np.uint8)
    if thing:
        cv2.circle(picture, (width // 2, round(height * 0.57)), width // 5, (250, 120, 20), -1)
    return picture


def encoded(picture):
    out = io.BytesIO()
    Image.fromarray(picture).save(out, "PNG")
    return out.getvalue()


@pytest.fixture(name="paint")
def paint_fixture():
    return paint


@pytest.fixture(name="encoded")
def encoded_fixture():
    return encoded


@pytest.fixture
def moving():
    """(frames, seed) -> a clip whose texture slides 1.5 px a frame, over which a disc goes the other way; every frame is known."""

    def make(frames, seed=0, size=96):
        wide = paint(seed, round(2 * size + 30 + 1.5 * frames), size, thing=False)
        clip = []
        for index in range(frames):
            shift = np.float32([[1, 0, -20 - 1.5 * index], [0, 1, 0]])
            frame = cv2.warpAffine(wide, shift, (size, size), flags=cv2.INTER_LINEAR)
            cv2.circle(frame, (round(4 * (size * 0.3 + 2 * index)), 4 * size // 2), 4 * size // 7, (250, 120, 20), -1, cv2.LINE_AA, 2)
            clip.append(frame)
        return clip

    return make
