"""Models that edit by instruction, by the example of a tiny InstructPix2Pix; and pictures brought back into line."""

import io

import cv2
import numpy as np
import pytest
import torch
from PIL import Image

from codirector.errors import Unsupported
from codirector.tools.backend import RunContext
from codirector.tools.registration import register
from codirector.tools.registry import Registry
from codirector.tools.requests import EditRequest, GenerateRequest, InpaintRequest
from codirector.values import Span

PROMPT = (Span(text="a fox in the snow"),)


@pytest.fixture(scope="module")
def pix2pix(models, tiny):
    from diffusers import AutoencoderKL, EulerAncestralDiscreteScheduler, StableDiffusionInstructPix2PixPipeline, UNet2DConditionModel

    torch.manual_seed(8)
    tokenizer, vocab = tiny.clip_tokenizer()
    vae = AutoencoderKL(
        block_out_channels=(8, 8, 8, 8), norm_num_groups=4, down_block_types=("DownEncoderBlock2D",) * 4,
        up_block_types=("UpDecoderBlock2D",) * 4, latent_channels=4, sample_size=64,
    )  # fmt: skip
    unet = UNet2DConditionModel(
        sample_size=8, in_channels=8, out_channels=4, block_out_channels=(8, 16), norm_num_groups=4, layers_per_block=1,
        down_block_types=("DownBlock2D", "CrossAttnDownBlock2D"), up_block_types=("CrossAttnUpBlock2D", "UpBlock2D"),
        cross_attention_dim=16, attention_head_dim=4,
    )  # fmt: skip
    StableDiffusionInstructPix2PixPipeline(
        vae=vae, text_encoder=tiny.clip_encoder(16, vocab), tokenizer=tokenizer, unet=unet,
        scheduler=EulerAncestralDiscreteScheduler(beta_schedule="scaled_linear", beta_start=0.00085, beta_end=0.012),
        safety_checker=None, feature_extractor=None, requires_safety_checker=False,
    ).save_pretrained(models / "tiny-pix2pix")  # fmt: skip
    (models / "tiny-pix2pix" / "world.json").write_text('{"size": 512, "steps": 2}')
    return "tiny-pix2pix"


def last(backend, request, blobs):
    return list(backend.run(request, RunContext(blobs)))[-1]


def test_the_instruction_is_what_it_is_told(pix2pix, backend, blobs, picture):
    edit = EditRequest(model=pix2pix, prompt=PROMPT, seed=1, image=blobs.add_image(picture), instruction="make it night")
    done = last(backend, edit, blobs)
    assert done.facts["pipeline"] == "StableDiffusionInstructPix2PixPipeline" and done.facts["registered"] >= 0.0
    assert (done.picture.width, done.picture.height) == picture.size and not done.notes
    assert last(backend, edit, blobs).picture.data == done.picture.data
    other = last(backend, edit.evolve(instruction="add a red house"), blobs)
    same = last(backend, edit.evolve(prompt=(Span(text="a house"),)), blobs)
    assert other.picture.data != done.picture.data and same.picture.data == done.picture.data


def test_outside_the_region_its_picture_is_not_used(pix2pix, backend, blobs, picture):
    mask = Image.new("L", picture.size)
    mask.paste(255, (40, 30, 110, 90))
    edit = InpaintRequest(
        model=pix2pix, prompt=PROMPT, seed=1, image=blobs.add_image(picture), mask=blobs.add_image(mask), instruction="add a fox",
        feather=2, window=True,
    )  # fmt: skip
    made = np.asarray(Image.open(io.BytesIO(last(backend, edit, blobs).picture.data)).convert("RGB"))
    outside = np.asarray(mask) == 0
    assert (made == np.asarray(picture))[outside].all() and (made != np.asarray(picture))[~outside].any()


def test_it_says_that_it_needs_a_picture(pix2pix, backend):
    assert backend.capabilities(pix2pix).instructed and not backend.capabilities("").instructed
    with pytest.raises(Unsupported, match="cannot make a picture from words"):
        Registry([backend]).check(GenerateRequest(model=pix2pix, prompt=PROMPT, seed=1))


def scenery():
    """A picture with detail everywhere, 320 x 240."""
    noise = np.random.default_rng(5).normal(0, 1, (240, 320, 3)).astype(np.float32)
    smooth = cv2.GaussianBlur(noise, (0, 0), 4)
    return np.clip(128 + 450 * smooth, 0, 255).astype(np.uint8)


@pytest.mark.parametrize(("dx", "dy", "scale"), [(4, -3, 1.0), (0, 0, 1.03), (-5, 2, 0.98)])
def test_what_came_back_shifted_is_put_right(dx, dy, scale):
    old = scenery()
    moved = cv2.warpAffine(old, np.float32([[scale, 0, dx], [0, scale, dy]]), (320, 240), borderMode=cv2.BORDER_REFLECT)
    moved[80:160, 100:200] = (200, 30, 30)  # the change that was asked for
    mask = Image.new("L", (320, 240))
    mask.paste(255, (90, 70, 210, 170))
    found = register(Image.fromarray(moved), Image.fromarray(old), mask)
    kept = np.asarray(mask) == 0
    kept[:16], kept[-16:], kept[:, :16], kept[:, -16:] = False, False, False, False
    error = np.abs(np.asarray(found.image).astype(int) - old)[kept].mean()
    assert error < 0.35 * np.abs(moved.astype(int) - old)[kept].mean() and found.shift > 1.0


def test_another_picture_is_left_as_it_came():
    one = Image.fromarray(scenery())
    other = Image.fromarray(np.ascontiguousarray(scenery()[::-1, ::-1]))
    assert register(other, one).shift == 0.0
