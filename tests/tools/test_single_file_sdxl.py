"""A Stable Diffusion XL checkpoint as one `.safetensors` file, in the naming such files have, made tiny: two text encoders, of which the
second is in OpenCLIP's naming, and the embedding of sizes."""

import importlib.util
import re
import shutil
import sys
from pathlib import Path

import pytest
import torch
from safetensors.torch import save_file

spec = importlib.util.spec_from_file_location("single_file_words", Path(__file__).with_name("test_single_file.py"))
assert spec is not None and spec.loader is not None
words = importlib.util.module_from_spec(spec)
sys.modules["single_file_words"] = words
spec.loader.exec_module(words)

FIRST, SECOND = 16, 32
"""Widths of the two text encoders; they differ, as they do in the real model, where the loader tells them apart by it."""


def open_clip_names(encoder):
    """The encoder's weights as OpenCLIP names them: query, key and value in one, the projection turned round."""
    tensors = {}
    state = {
        name if name.startswith(("text_model.", "text_projection")) else f"text_model.{name}": t for name, t in encoder.state_dict().items()
    }
    for name, tensor in state.items():
        if name == "text_projection.weight":
            tensors["text_projection"] = tensor.T
        elif name.startswith("text_model.embeddings.token"):
            tensors["token_embedding.weight"] = tensor
        elif name.startswith("text_model.embeddings.position_embedding"):
            tensors["positional_embedding"] = tensor
        elif name.startswith("text_model.final_layer_norm"):
            tensors[name.replace("text_model.final_layer_norm", "ln_final")] = tensor
        elif (found := re.match(r"text_model\.encoder\.layers\.(\d+)\.self_attn\.q_proj\.(weight|bias)", name)) is not None:
            parts = [state[name.replace("q_proj", f"{part}_proj")] for part in "qkv"]
            tensors[f"transformer.resblocks.{found[1]}.attn.in_proj_{found[2]}"] = torch.cat(parts)
        elif "encoder.layers" in name and ".k_proj." not in name and ".v_proj." not in name:
            new = name.replace("text_model.encoder.layers.", "transformer.resblocks.").replace("self_attn", "attn")
            new = new.replace("layer_norm1", "ln_1").replace("layer_norm2", "ln_2").replace(".fc1.", ".c_fc.").replace(".fc2.", ".c_proj.")
            tensors[new] = tensor
    return tensors


def to_checkpoint(pipeline):
    tensors = {}
    for name, tensor in pipeline.unet.state_dict().items():
        sizes = re.sub(r"^add_embedding\.linear_(\d)", lambda found: f"label_emb.0.{2 * (int(found[1]) - 1)}", name)
        tensors[f"model.diffusion_model.{words.unet_name(name) if sizes == name else sizes}"] = tensor
    for name, tensor in pipeline.vae.state_dict().items():
        new = words.vae_name(name, 4)
        attention = "attn_1" in new and new.endswith("weight") and ".norm." not in new
        tensors[f"first_stage_model.{new}"] = tensor[..., None, None] if attention else tensor
    for name, tensor in pipeline.text_encoder.state_dict().items():
        prefix = "" if name.startswith("text_model.") else "text_model."
        tensors[f"conditioner.embedders.0.transformer.{prefix}{name}"] = tensor
    for name, tensor in open_clip_names(pipeline.text_encoder_2).items():
        tensors[f"conditioner.embedders.1.model.{name}"] = tensor
    return {name: tensor.contiguous().clone() for name, tensor in tensors.items()}


@pytest.fixture
def checkpoint(tiny, tmp_path):
    """(the file, the diffusers folder of the same weights)."""
    torch.manual_seed(9)
    pipeline = tiny.sdxl_pipeline()
    vocab = pipeline.text_encoder.config.vocab_size
    unet = tiny.unet(
        4, FIRST + SECOND, layers_per_block=words.LAYERS, addition_embed_type="text_time", addition_time_embed_dim=8,
        projection_class_embeddings_input_dim=SECOND + 6 * 8, transformer_layers_per_block=1, use_linear_projection=True,
    )  # fmt: skip
    pipeline.register_modules(unet=unet, text_encoder_2=tiny.clip_encoder(SECOND, vocab, projection=True))
    folder = tmp_path / "folder"
    pipeline.save_pretrained(folder)
    file = tmp_path / "mine.safetensors"
    save_file(to_checkpoint(pipeline), file)
    return file, folder


def test_a_single_file_draws_what_its_folder_draws(empty_backend, checkpoint, blobs):
    file, folder = checkpoint
    shutil.copytree(folder, file.with_suffix(""), ignore=shutil.ignore_patterns("*.safetensors"))
    single, whole = words.draw(empty_backend, file, blobs), words.draw(empty_backend, folder, blobs)
    assert single.facts["pipeline"] == whole.facts["pipeline"] == "StableDiffusionXLPipeline"
    assert single.products[0].data == whole.products[0].data
