"""Models whose text encoding is left to their own pipeline, by the example of a tiny FLUX."""

import pytest
import torch

from codirector.errors import Unsupported
from codirector.tools.backend import RunContext
from codirector.tools.events import Preview
from codirector.tools.registry import Registry
from codirector.tools.requests import EditRequest, GenerateRequest
from codirector.values import Span


@pytest.fixture(scope="module")
def flux(models, tiny):
    from diffusers import AutoencoderKL, FlowMatchEulerDiscreteScheduler, FluxPipeline, FluxTransformer2DModel
    from transformers import T5Config, T5EncoderModel, T5Tokenizer

    torch.manual_seed(6)
    tokenizer, vocab = tiny.clip_tokenizer()
    pieces = [("<pad>", 0.0), ("</s>", 0.0), ("<unk>", -9.0), ("▁", -2.0), *((letter, -3.0) for letter in "abcdefghijklmnopqrstuvwxyz")]
    t5 = T5EncoderModel(T5Config(vocab_size=160, d_model=32, d_kv=8, d_ff=16, num_layers=1, num_heads=2)).eval()
    transformer = FluxTransformer2DModel(
        patch_size=1, in_channels=16, num_layers=1, num_single_layers=1, attention_head_dim=16, num_attention_heads=2,
        joint_attention_dim=32, pooled_projection_dim=16, axes_dims_rope=(4, 4, 8), guidance_embeds=True,
    )  # fmt: skip
    vae = AutoencoderKL(
        block_out_channels=(8, 8, 8, 8), norm_num_groups=4, down_block_types=("DownEncoderBlock2D",) * 4,
        up_block_types=("UpDecoderBlock2D",) * 4, latent_channels=4, sample_size=64, shift_factor=0.1, scaling_factor=0.4,
        use_quant_conv=False, use_post_quant_conv=False,
    )  # fmt: skip
    FluxPipeline(
        scheduler=FlowMatchEulerDiscreteScheduler(), vae=vae, text_encoder=tiny.clip_encoder(16, vocab), tokenizer=tokenizer,
        text_encoder_2=t5, tokenizer_2=T5Tokenizer(vocab=pieces, model_max_length=64), transformer=transformer,
    ).save_pretrained(models / "tiny-flux")  # fmt: skip
    return "tiny-flux"


def test_it_draws_and_says_that_weights_do_not_count(flux, backend, blobs):
    request = GenerateRequest(model=flux, prompt=(Span(text="a red "), Span(text="fox", weight=1.4)), seed=1, steps=2, width=64, height=64)
    events = list(backend.run(request, RunContext(blobs)))
    assert events[-1].facts["pipeline"] == "FluxPipeline"
    assert any("knows no prompt weights" in note for note in events[-1].notes)
    assert any(isinstance(event, Preview) for event in events)
    plain = request.evolve(prompt=(Span(text="a red fox"),))
    again = list(backend.run(plain, RunContext(blobs)))[-1]
    assert again.products[0].data == events[-1].products[0].data and not again.notes


def test_it_edits(flux, backend, blobs, picture):
    request = EditRequest(model=flux, prompt=(Span(text="a fox"),), seed=1, steps=4, image=blobs.add_image(picture), strength=0.5)
    done = list(backend.run(request, RunContext(blobs)))[-1]
    assert (done.products[0].width, done.products[0].height) == picture.size


def test_what_it_cannot_is_refused_or_told(flux, backend, blobs):
    negative = GenerateRequest(model=flux, prompt=(Span(text="fox"),), negative=(Span(text="red"),), seed=1, steps=1, width=64, height=64)
    with pytest.raises(Unsupported, match="negative"):
        Registry([backend]).check(negative)
    with pytest.raises(Unsupported, match="sampler"):
        Registry([backend]).check(negative.evolve(negative=(), sampler="Euler"))
    done = list(backend.run(negative, RunContext(blobs)))[-1]
    assert any("negative" in note for note in done.notes)
