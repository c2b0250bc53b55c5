"""Tiny models of the real classes, with random weights, saved as diffusers folders; and a place for pictures."""

import hashlib
import io
import os
from pathlib import Path
from types import SimpleNamespace

import numpy as np
import pytest
from PIL import Image

from codirector.errors import UnknownName

os.environ.setdefault("HF_HUB_OFFLINE", "1")
LETTERS = "abcdefghijklmnopqrstuvwxyz"
WORDS = ["a", "fox", "red", "snow", "in", "the", "night", "golden", "armor", "balloon", "house"]


class MemoryBlobs:
    """Pictures by hash, in memory."""

    def __init__(self):
        self.kept = {}

    def add(self, data):
        sha256 = hashlib.sha256(data).hexdigest()
        self.kept[sha256] = data
        return sha256

    def add_image(self, image):
        buffer = io.BytesIO()
        image.save(buffer, "PNG")
        return self.add(buffer.getvalue())

    def read(self, sha256):
        if sha256 not in self.kept:
            raise UnknownName(f"There is no picture {sha256}.")
        return self.kept[sha256]


@pytest.fixture
def blobs():
    return MemoryBlobs()


@pytest.fixture
def empty_backend(tmp_path):
    """A backend that knows no embedded model: what it draws with is named by its path."""
    from codirector.tools.device import DeviceChoice
    from codirector.tools.diffusers_backend import DiffusersBackend

    backend = DiffusersBackend(tmp_path, DeviceChoice())
    yield backend
    backend.close()


def bert_tokenizer(limit):
    from transformers import BertTokenizer

    pieces = ["[PAD]", "[UNK]", "[CLS]", "[SEP]", "[MASK]", ",", ".", "(", ")", *WORDS, *LETTERS, *(f"##{letter}" for letter in LETTERS)]
    vocab = {piece: number for number, piece in enumerate(dict.fromkeys(pieces))}
    return BertTokenizer(vocab=vocab, model_max_length=limit), len(vocab)


def clip_tokenizer():
    from transformers import CLIPTokenizer

    symbols = [*LETTERS, ",", ".", "!"]
    pieces = [*symbols, *(f"{symbol}</w>" for symbol in symbols), "re", "red</w>", "fo", "fox</w>", "<|startoftext|>", "<|endoftext|>"]
    vocab = {piece: number for number, piece in enumerate(pieces)}
    return CLIPTokenizer(vocab=vocab, merges=[("r", "e"), ("re", "d</w>"), ("f", "o"), ("fo", "x</w>")], model_max_length=77), len(vocab)


def clip_encoder(size, vocab, projection=False):
    from transformers import CLIPTextConfig, CLIPTextModel, CLIPTextModelWithProjection

    config = CLIPTextConfig(
        vocab_size=vocab, hidden_size=size, intermediate_size=size, num_hidden_layers=2, num_attention_heads=2,
        projection_dim=size, bos_token_id=vocab - 2, eos_token_id=vocab - 1, pad_token_id=1,
    )  # fmt: skip
    return (CLIPTextModelWithProjection if projection else CLIPTextModel)(config).eval()


def tiny_unet(channels, cross, layers_per_block=1, **more):
    from diffusers import UNet2DConditionModel

    return UNet2DConditionModel(
        sample_size=8, in_channels=channels, out_channels=channels, block_out_channels=(8, 16), norm_num_groups=4,
        down_block_types=("DownBlock2D", "CrossAttnDownBlock2D"), up_block_types=("CrossAttnUpBlock2D", "UpBlock2D"),
        cross_attention_dim=cross, attention_head_dim=4, layers_per_block=layers_per_block, **more,
    )  # fmt: skip


def save_embedded(folder):
    """As the model this project trains: 16 latent channels, flow prediction, BERT, ControlNet and an atlas; native 64 px."""
    import torch
    from diffusers import AutoencoderTiny, ControlNetModel, DPMSolverMultistepScheduler, StableDiffusionPipeline
    from transformers import BertConfig, BertModel

    torch.manual_seed(1)
    tokenizer, vocab = bert_tokenizer(64)
    config = BertConfig(vocab_size=vocab, hidden_size=32, num_hidden_layers=1, num_attention_heads=2, intermediate_size=32)
    unet = tiny_unet(16, 32)
    vae = AutoencoderTiny(
        latent_channels=16, encoder_block_out_channels=(8,) * 4, decoder_block_out_channels=(8,) * 4,
        num_encoder_blocks=(1,) * 4, num_decoder_blocks=(1,) * 4,
    )  # fmt: skip
    with torch.no_grad():
        # Fresh weights decode to almost black; pictures must be able to differ.
        vae.encoder.layers[-1].weight.mul_(20)
        vae.decoder.layers[-1].weight.mul_(20)
        vae.decoder.layers[-1].bias.fill_(0.5)
    scheduler = DPMSolverMultistepScheduler(prediction_type="flow_prediction", use_flow_sigmas=True, flow_shift=1.0, steps_offset=1)
    pipeline = StableDiffusionPipeline(
        vae=vae, text_encoder=BertModel(config, add_pooling_layer=False).eval(), tokenizer=tokenizer, unet=unet, scheduler=scheduler,
        safety_checker=None, feature_extractor=None, requires_safety_checker=False,
    )  # fmt: skip
    pipeline.save_pretrained(folder)
    controlnet = ControlNetModel.from_unet(unet, conditioning_channels=3, conditioning_embedding_out_channels=(8, 8, 16, 16))
    with torch.no_grad():
        # A fresh ControlNet is all zeros on purpose; here it must be seen to work.
        for block in [*controlnet.controlnet_down_blocks, controlnet.controlnet_mid_block]:
            block.weight.normal_(std=0.3)
        controlnet.controlnet_cond_embedding.conv_out.weight.normal_(std=0.3)
    controlnet.save_pretrained(Path(folder) / "controlnet")
    save_atlas(Path(folder) / "atlas")


def save_atlas(folder):
    import json

    folder.mkdir()
    drawing = np.zeros((16, 16, 4), np.uint8)
    drawing[2:14, 2:14] = (255, 120, 0, 255)
    Image.fromarray(drawing).save(folder / "sheet.png")
    thing = {"synonyms": ["vixen"], "tiles": {"flat": {"sheet": "sheet.png", "column": 0, "row": 0}}}
    (folder / "index.json").write_text(json.dumps({"tile": 16, "sheets": ["sheet.png"], "things": {"fox": thing}}))


def save_sd(folder):
    """As Stable Diffusion 1.5: CLIP, a KL autoencoder with 4 channels, noise prediction."""
    import torch
    from diffusers import AutoencoderKL, PNDMScheduler, StableDiffusionPipeline

    torch.manual_seed(2)
    tokenizer, vocab = clip_tokenizer()
    vae = AutoencoderKL(
        block_out_channels=(8, 8, 8, 8), norm_num_groups=4, down_block_types=("DownEncoderBlock2D",) * 4,
        up_block_types=("UpDecoderBlock2D",) * 4, latent_channels=4, sample_size=64,
    )  # fmt: skip
    StableDiffusionPipeline(
        vae=vae, text_encoder=clip_encoder(16, vocab), tokenizer=tokenizer, unet=tiny_unet(4, 16),
        scheduler=PNDMScheduler(skip_prk_steps=True, beta_schedule="scaled_linear", beta_start=0.00085, beta_end=0.012, steps_offset=1),
        safety_checker=None, feature_extractor=None, requires_safety_checker=False,
    ).save_pretrained(folder)  # fmt: skip
    # Drawn at the wanted size, as a full-sized model would be.
    (Path(folder) / "world.json").write_text('{"size": 512, "steps": 4, "guidance": 3.0}')


def sdxl_pipeline():
    import torch
    from diffusers import AutoencoderKL, EulerDiscreteScheduler, StableDiffusionXLPipeline

    torch.manual_seed(3)
    tokenizer, vocab = clip_tokenizer()
    second, _ = clip_tokenizer()
    second.pad_token = "!"
    vae = AutoencoderKL(
        block_out_channels=(8, 8, 8, 8), norm_num_groups=4, down_block_types=("DownEncoderBlock2D",) * 4,
        up_block_types=("UpDecoderBlock2D",) * 4, latent_channels=4, sample_size=64,
    )  # fmt: skip
    unet = tiny_unet(
        4, 32, addition_embed_type="text_time", addition_time_embed_dim=8, projection_class_embeddings_input_dim=16 + 6 * 8,
        transformer_layers_per_block=1, use_linear_projection=True,
    )  # fmt: skip
    return StableDiffusionXLPipeline(
        vae=vae, text_encoder=clip_encoder(16, vocab), text_encoder_2=clip_encoder(16, vocab, projection=True),
        tokenizer=tokenizer, tokenizer_2=second, unet=unet,
        scheduler=EulerDiscreteScheduler(beta_schedule="scaled_linear", beta_start=0.00085, beta_end=0.012),
    )  # fmt: skip


@pytest.fixture(scope="session")
def tiny():
    """The makers of tiny parts, for tests that put together their own."""
    return SimpleNamespace(
        bert_tokenizer=bert_tokenizer, clip_tokenizer=clip_tokenizer, clip_encoder=clip_encoder, sdxl_pipeline=sdxl_pipeline, unet=tiny_unet
    )


@pytest.fixture(scope="session")
def models(tmp_path_factory):
    """A models folder with the embedded model and a tiny Stable Diffusion in it."""
    folder = tmp_path_factory.mktemp("models")
    save_embedded(folder / "illustrator")
    save_sd(folder / "tiny-sd")
    sdxl_pipeline().save_pretrained(folder / "tiny-sdxl")
    (folder / "tiny-sdxl" / "world.json").write_text('{"size": 512}')
    return folder


@pytest.fixture(scope="session")
def backend(models):
    """One diffusers backend for all tests that do not close it."""
    from codirector.tools.device import DeviceChoice
    from codirector.tools.diffusers_backend import DiffusersBackend

    backend = DiffusersBackend(models, DeviceChoice())
    yield backend
    backend.close()


@pytest.fixture
def picture():
    """A picture with something in every corner, 200 x 120."""
    y, x = np.mgrid[0:120, 0:200]
    return Image.fromarray(np.stack([x % 256, y * 2, (x + y) % 256], axis=-1).astype(np.uint8))
