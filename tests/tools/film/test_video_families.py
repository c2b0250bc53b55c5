"""AnimateDiff and LTX-Video (from words, and from a picture) through the same film request, with tiny models of the real classes."""

import importlib.util
import sys
from pathlib import Path

import pytest

from codirector.tools.backend import RunContext
from codirector.tools.device import DeviceChoice
from codirector.tools.film.backend import FilmBackend
from codirector.tools.film.container import film_facts, frames_of
from codirector.tools.film.video_models import KINDS, find_video_model
from codirector.tools.requests import FilmRequest, GenerateRequest, Shot
from codirector.values import Span


def beside(name: str, path: Path):
    spec = importlib.util.spec_from_file_location(name, path)
    assert spec is not None and spec.loader is not None
    module = importlib.util.module_from_spec(spec)
    sys.modules[name] = module
    spec.loader.exec_module(module)
    return module


tiny = beside("tiny_models", Path(__file__).parents[1] / "conftest.py")
wan = beside("tiny_wan", Path(__file__).with_name("test_video_models.py"))
WORDS = GenerateRequest(prompt=(Span(text="a red fox"),), negative=(Span(text="blurry"),), seed=3, steps=2, guidance=2.0)


def save_animatediff(folder):
    import torch
    from diffusers import AnimateDiffPipeline, AutoencoderKL, DDIMScheduler, MotionAdapter, UNet2DConditionModel

    torch.manual_seed(0)
    tokenizer, vocab = tiny.clip_tokenizer()
    AnimateDiffPipeline(
        tokenizer=tokenizer,
        text_encoder=tiny.clip_encoder(8, vocab),
        unet=UNet2DConditionModel(
            block_out_channels=(8, 8), layers_per_block=1, sample_size=8, in_channels=4, out_channels=4,
            down_block_types=("CrossAttnDownBlock2D", "DownBlock2D"), up_block_types=("CrossAttnUpBlock2D", "UpBlock2D"),
            cross_attention_dim=8, norm_num_groups=2, attention_head_dim=4,
        ),
        vae=AutoencoderKL(
            block_out_channels=[8, 8], down_block_types=["DownEncoderBlock2D"] * 2, up_block_types=["UpDecoderBlock2D"] * 2,
            latent_channels=4, norm_num_groups=2,
        ),
        motion_adapter=MotionAdapter(
            block_out_channels=(8, 8), motion_layers_per_block=1, motion_norm_num_groups=2, motion_num_attention_heads=2
        ),
        scheduler=DDIMScheduler(beta_schedule="linear", clip_sample=False),
    ).save_pretrained(folder)  # fmt: skip


def save_ltx(folder, image=False):
    import torch
    from diffusers import (
        AutoencoderKLLTXVideo,
        FlowMatchEulerDiscreteScheduler,
        LTXImageToVideoPipeline,
        LTXPipeline,
        LTXVideoTransformer3DModel,
    )

    torch.manual_seed(0)
    tokenizer, encoder = wan.t5()
    (LTXImageToVideoPipeline if image else LTXPipeline)(
        tokenizer=tokenizer,
        text_encoder=encoder,
        transformer=LTXVideoTransformer3DModel(
            in_channels=8, out_channels=8, patch_size=1, patch_size_t=1, num_attention_heads=4, attention_head_dim=8,
            cross_attention_dim=32, num_layers=1, caption_channels=32,
        ).eval(),
        vae=AutoencoderKLLTXVideo(
            latent_channels=8, block_out_channels=(8, 8, 8, 8), decoder_block_out_channels=(8, 8, 8, 8),
            layers_per_block=(1, 1, 1, 1, 1), decoder_layers_per_block=(1, 1, 1, 1, 1),
            spatio_temporal_scaling=(True, True, False, False), decoder_spatio_temporal_scaling=(True, True, False, False),
            patch_size=1, patch_size_t=1,
        ).eval(),
        scheduler=FlowMatchEulerDiscreteScheduler(),
    ).save_pretrained(folder)  # fmt: skip


@pytest.fixture(scope="module")
def backend(tmp_path_factory):
    models = tmp_path_factory.mktemp("families")
    save_animatediff(models / "tiny-animatediff")
    save_ltx(models / "tiny-ltx")
    save_ltx(models / "tiny-ltx-image", image=True)
    made = FilmBackend(wan.NoPictures(), models, tmp_path_factory.mktemp("work"), device=DeviceChoice())
    yield made
    made.close()


@pytest.mark.parametrize(("name", "frames"), [("tiny-animatediff", 4), ("tiny-ltx", 17)])
def test_words_become_a_film(backend, blobs, name, frames):
    request = FilmRequest(model=name, shots=(Shot(still=WORDS, seconds=0.5),), fps=12, width=32, height=32)
    done = list(backend.run(request, RunContext(blobs)))[-1]
    facts = film_facts(done.products[0].data)
    assert (facts["frames"], facts["fps"], facts["width"]) == (6, 12.0, 32)
    assert done.facts["clips"] == [{"frames": frames, "fps": find_video_model(name, backend._models).kind.fps}]
    again = list(backend.run(request, RunContext(blobs)))[-1]
    assert again.products[0].data == done.products[0].data
    other = request.evolve(shots=(Shot(still=WORDS.evolve(seed=4), seconds=0.5),))
    assert list(backend.run(other, RunContext(blobs)))[-1].products[0].data != done.products[0].data


def test_a_picture_and_words_become_a_film(backend, blobs, paint, encoded):
    still = blobs.add(encoded(paint()))
    request = FilmRequest(model="tiny-ltx-image", shots=(Shot(image=still, words="it turns", seconds=0.5),), fps=12, width=32, height=32)
    done = list(backend.run(request, RunContext(blobs)))[-1]
    assert len(list(frames_of(done.products[0].data))) == 6 and done.facts["model"] == "tiny-ltx-image"


def test_every_kind_of_pipeline_is_one_that_diffusers_has():
    import diffusers

    for name in KINDS:
        assert hasattr(diffusers, name), name
