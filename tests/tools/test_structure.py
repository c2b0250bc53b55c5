"""Pictures held to their edges or depths by a ControlNet, by the example of a tiny Stable Diffusion."""

import io
import shutil

import numpy as np
import pytest
import torch
from PIL import Image

from codirector.errors import Unsupported
from codirector.tools.backend import RunContext
from codirector.tools.registry import Registry
from codirector.tools.requests import EditRequest, InpaintRequest
from codirector.tools.structure import control_picture, depths, kinds_for
from codirector.values import Span


@pytest.fixture(scope="module")
def held(models):
    from diffusers import ControlNetModel, UNet2DConditionModel

    folder = models / "tiny-held"
    shutil.copytree(models / "tiny-sd", folder)
    torch.manual_seed(9)
    unet = UNet2DConditionModel.from_pretrained(folder / "unet")
    control = ControlNetModel.from_unet(unet, conditioning_channels=3, conditioning_embedding_out_channels=(8, 8, 16, 16))
    with torch.no_grad():
        # A fresh ControlNet is all zeros on purpose; here it must be seen to work.
        for block in [*control.controlnet_down_blocks, control.controlnet_mid_block]:
            block.weight.normal_(std=0.3)
        control.controlnet_cond_embedding.conv_out.weight.normal_(std=0.3)
    control.save_pretrained(folder / "controlnet-canny")
    return "tiny-held"


@pytest.fixture
def square():
    picture = np.full((64, 64, 3), 40, np.uint8)
    picture[16:48, 16:48] = 220
    return Image.fromarray(picture)


def test_the_edges_of_the_picture_count(held, backend, blobs, square):
    edit = EditRequest(
        model=held, prompt=(Span(text="a red fox"),), seed=1, steps=2, image=blobs.add_image(square), strength=1.0, structure="canny"
    )
    done = list(backend.run(edit, RunContext(blobs)))[-1]
    assert done.facts["pipeline"] == "StableDiffusionControlNetImg2ImgPipeline" and len(done.products) == 1
    other = list(backend.run(edit.evolve(structure=""), RunContext(blobs)))[-1]
    assert other.facts["pipeline"] == "StableDiffusionImg2ImgPipeline" and other.picture.data != done.picture.data


def test_a_region_is_held_to_its_edges_and_the_rest_stays(held, backend, blobs, square):
    mask = Image.new("L", square.size)
    mask.paste(255, (8, 8, 40, 40))
    edit = InpaintRequest(
        model=held, prompt=(Span(text="a fox"),), seed=1, steps=2, image=blobs.add_image(square), mask=blobs.add_image(mask),
        structure="canny",
    )  # fmt: skip
    done = list(backend.run(edit, RunContext(blobs)))[-1]
    assert done.facts["pipeline"] == "StableDiffusionControlNetInpaintPipeline"
    made = np.asarray(Image.open(io.BytesIO(done.picture.data)).convert("RGB"))
    differs = (made != np.asarray(square)).any(axis=2)
    assert differs[np.asarray(mask) > 0].any() and not differs[np.asarray(mask) == 0].any()


def test_a_model_without_that_controlnet_refuses(held, backend, models):
    edit = EditRequest(model=held, prompt=(), seed=1, image="0" * 64, structure="depth")
    assert backend.capabilities(held).structures == ("canny",) and backend.capabilities("").structures == ()
    for request in (edit, edit.evolve(model="tiny-sd", structure="canny")):
        with pytest.raises(Unsupported, match="cannot be held to"):
            Registry([backend]).check(request)
    assert kinds_for(models / "tiny-sd", "sd") == ()


def test_edges_and_depths_are_pictures(square, tmp_path):
    edges = np.asarray(control_picture(square, "canny"))
    assert edges.shape == (64, 64, 3) and edges[20:44, 20:44].max() == 0 and edges[14:18, 20:44].max() == 255
    from transformers import DPTConfig, DPTForDepthEstimation, DPTImageProcessorPil

    torch.manual_seed(3)
    config = DPTConfig(
        hidden_size=16, num_hidden_layers=4, num_attention_heads=2, intermediate_size=16, image_size=32, patch_size=8,
        backbone_out_indices=[0, 1, 2, 3], neck_hidden_sizes=[8, 8, 8, 8], fusion_hidden_size=8, is_hybrid=False,
        reassemble_factors=[4, 2, 1, 0.5],
    )  # fmt: skip
    DPTForDepthEstimation(config).save_pretrained(tmp_path / "depth")
    DPTImageProcessorPil(size={"height": 32, "width": 32}).save_pretrained(tmp_path / "depth")
    found = np.asarray(depths(square, tmp_path / "depth"))
    assert found.shape == (64, 64, 3) and found.min() == 0 and found.max() == 255
    with pytest.raises(Unsupported, match="depths"):
        depths(square, None)
