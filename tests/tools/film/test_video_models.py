"""Text-to-video and image-to-video through stock pipelines, with tiny models of the real classes and random weights."""

import threading

import numpy as np
import pytest

from codirector.errors import Cancelled, DoesNotFit, UnknownName, Unsupported
from codirector.tools.backend import RunContext
from codirector.tools.device import DeviceChoice
from codirector.tools.events import Done, Progress
from codirector.tools.film import video_models
from codirector.tools.film.backend import FilmBackend
from codirector.tools.film.container import film_facts
from codirector.tools.film.video_models import KINDS, VideoModel, find_video_model, is_video_model
from codirector.tools.registry import Registry
from codirector.tools.requests import FilmRequest, GenerateRequest, Shot
from codirector.values import Span

WORDS = GenerateRequest(prompt=(Span(text="a fox"),), seed=3, steps=2, guidance=2.0)


def t5():
    """A tokenizer of letters and an encoder of 32 dimensions."""
    from transformers import T5Config, T5EncoderModel, T5Tokenizer

    pieces = [("<pad>", 0.0), ("</s>", 0.0), ("<unk>", -9.0), ("▁", -2.0), *((letter, -3.0) for letter in "abcdefghijklmnopqrstuvwxyz")]
    encoder = T5EncoderModel(T5Config(vocab_size=160, d_model=32, d_kv=8, d_ff=16, num_layers=1, num_heads=2)).eval()
    return T5Tokenizer(vocab=pieces, model_max_length=16), encoder


def save_wan(folder):
    import torch
    from diffusers import AutoencoderKLWan, FlowMatchEulerDiscreteScheduler, WanPipeline, WanTransformer3DModel

    torch.manual_seed(0)
    tokenizer, encoder = t5()
    WanPipeline(
        tokenizer=tokenizer,
        text_encoder=encoder,
        transformer=WanTransformer3DModel(
            patch_size=(1, 2, 2), num_attention_heads=2, attention_head_dim=12, in_channels=16, out_channels=16, text_dim=32, freq_dim=32,
            ffn_dim=32, num_layers=1, cross_attn_norm=True, qk_norm="rms_norm_across_heads", rope_max_seq_len=32,
        ).eval(),
        vae=AutoencoderKLWan(
            base_dim=3, z_dim=16, dim_mult=[1, 1, 1, 1], num_res_blocks=1, temperal_downsample=[False, True, True]
        ).eval(),
        scheduler=FlowMatchEulerDiscreteScheduler(shift=7.0),
    ).save_pretrained(folder)  # fmt: skip


def save_svd(folder):
    import torch
    from diffusers import (
        AutoencoderKLTemporalDecoder,
        EulerDiscreteScheduler,
        StableVideoDiffusionPipeline,
        UNetSpatioTemporalConditionModel,
    )
    from transformers import CLIPImageProcessor, CLIPVisionConfig, CLIPVisionModelWithProjection

    torch.manual_seed(0)
    StableVideoDiffusionPipeline(
        vae=AutoencoderKLTemporalDecoder(
            block_out_channels=[32] * 4, down_block_types=["DownEncoderBlock2D"] * 4, latent_channels=4, layers_per_block=1
        ).eval(),
        image_encoder=CLIPVisionModelWithProjection(
            CLIPVisionConfig(hidden_size=32, projection_dim=32, num_hidden_layers=1, num_attention_heads=4, image_size=224,
                             intermediate_size=37, patch_size=32)
        ).eval(),
        unet=UNetSpatioTemporalConditionModel(
            block_out_channels=(32, 32), layers_per_block=1, sample_size=32, in_channels=8, out_channels=4,
            down_block_types=("CrossAttnDownBlockSpatioTemporal", "DownBlockSpatioTemporal"),
            up_block_types=("UpBlockSpatioTemporal", "CrossAttnUpBlockSpatioTemporal"), cross_attention_dim=32, num_attention_heads=8,
            projection_class_embeddings_input_dim=96, addition_time_embed_dim=32,
        ).eval(),
        scheduler=EulerDiscreteScheduler(
            beta_start=0.00085, beta_end=0.012, beta_schedule="scaled_linear", prediction_type="v_prediction", sigma_max=700.0,
            sigma_min=0.002, steps_offset=1, timestep_spacing="leading", timestep_type="continuous", use_karras_sigmas=True,
        ),
        feature_extractor=CLIPImageProcessor(crop_size=32, size=32),
    ).save_pretrained(folder)  # fmt: skip


@pytest.fixture(scope="module")
def folder(tmp_path_factory):
    """A models folder with a tiny Wan and a tiny Stable Video Diffusion."""
    models = tmp_path_factory.mktemp("video-models")
    save_wan(models / "tiny-wan")
    save_svd(models / "tiny-svd")
    return models


class NoPictures:
    name = "none"

    def run(self, request, context):
        raise AssertionError("a video model draws no stills")

    def close(self):
        pass


@pytest.fixture(scope="module")
def backend(folder, tmp_path_factory):
    made = FilmBackend(NoPictures(), folder, tmp_path_factory.mktemp("work"), device=DeviceChoice())
    yield made
    made.close()


def film(backend, request, blobs, cancel=None):
    return list(backend.run(request, RunContext(blobs, cancel)))


def test_words_become_a_film_at_the_pace_asked_for(backend, blobs):
    request = FilmRequest(model="tiny-wan", shots=(Shot(still=WORDS, seconds=0.5),), fps=24, width=32, height=32)
    assert Registry([backend]).check(request) is backend
    events = film(backend, request, blobs)
    assert isinstance(events[-1], Done) and events[-1].facts["model"] == "tiny-wan"
    facts = film_facts(events[-1].products[0].data)
    assert (facts["frames"], facts["fps"], facts["width"]) == (12, 24.0, 32)
    assert events[-1].facts["clips"] == [{"frames": 9, "fps": 16}]
    assert [event.step for event in events if isinstance(event, Progress) and event.stage == "generate"] == [1, 2]
    again = film(backend, request, blobs)
    assert again[-1].products[0].data == events[-1].products[0].data


def test_a_picture_becomes_a_film_and_the_size_is_told(backend, blobs, paint, encoded):
    still = blobs.add(encoded(paint()))
    request = FilmRequest(model="tiny-svd", shots=(Shot(image=still, seconds=0.6),), fps=12, width=96, height=96)
    events = film(backend, request, blobs)
    facts = film_facts(events[-1].products[0].data)
    assert (facts["frames"], facts["width"], facts["height"]) == (7, 96, 96)
    assert any("64 x 64" in note or "128 x 128" in note for note in events[-1].notes)


def test_stop_is_heard_within_a_step_and_what_was_made_is_kept(backend, blobs):
    request = FilmRequest(model="tiny-wan", shots=(Shot(still=WORDS.evolve(steps=6), seconds=0.3),), width=32, height=32)
    cancel, seen = threading.Event(), []
    with pytest.raises(Cancelled):
        for event in backend.run(request, RunContext(blobs, cancel)):
            if isinstance(event, Progress) and event.stage == "generate":
                seen.append(event.step)
                cancel.set()
    assert len(seen) <= 2
    cancel = threading.Event()
    with pytest.raises(Cancelled):
        for event in backend.run(request, RunContext(blobs, cancel)):
            if isinstance(event, Progress) and event.stage == "film" and event.step == 1:
                cancel.set()
    stages = [event.stage for event in film(backend, request, blobs) if isinstance(event, Progress)]
    assert "generate" not in stages, "the clip was there already"


def test_wrong_kinds_are_refused(backend, blobs, paint, encoded):
    still = blobs.add(encoded(paint()))
    with pytest.raises(Unsupported, match="words only"):
        film(backend, FilmRequest(model="tiny-wan", shots=(Shot(image=still),), width=32, height=32), blobs)
    with pytest.raises(Unsupported, match="picture in motion"):
        film(backend, FilmRequest(model="tiny-svd", shots=(Shot(still=WORDS),), width=64, height=64), blobs)
    with pytest.raises(UnknownName):
        backend.capabilities("no such model")
    assert not is_video_model("", backend._models) and is_video_model("tiny-wan", backend._models)


def test_memory_is_checked_before_a_weight_is_read(backend, blobs, folder, monkeypatch):
    monkeypatch.setattr(video_models, "free_on", lambda device: 1_000_000_000)
    model = find_video_model("tiny-wan", folder)
    huge = VideoModel(model.source, model.nature.evolve(parameters=14_000_000_000), model.kind)
    with pytest.raises(DoesNotFit, match="GB") as refusal:
        video_models.check_memory(huge, DeviceChoice())
    assert refusal.value.hint


def test_lengths_and_sizes_the_models_take(folder):
    model = find_video_model("tiny-wan", folder)
    assert [model.frames_for(seconds) for seconds in (0.1, 1.0, 3.0, 60.0)] == [5, 17, 49, 81]
    assert model.size_for(500, 301) == (496, 304)
    assert all((kind.most - 1) % kind.step == 0 for kind in KINDS.values())


def test_a_clip_too_short_is_slowed_down_and_said(folder, blobs, tmp_path, monkeypatch):
    monkeypatch.setitem(KINDS, "WanPipeline", KINDS["WanPipeline"]._replace(most=5))
    backend = FilmBackend(NoPictures(), folder, tmp_path, device=DeviceChoice())
    try:
        request = FilmRequest(model="tiny-wan", shots=(Shot(still=WORDS, seconds=1.0),), fps=10, width=32, height=32)
        done = film(backend, request, blobs)[-1]
    finally:
        backend.close()
    assert done.facts["frames"] == 10 and any("slowed down" in note for note in done.notes)
    assert np.isfinite(done.facts["fps"])
